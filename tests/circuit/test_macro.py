"""A neuron is its parts: the same right-hand side to 1e-13 and the same learning, whoever draws the parts."""

from __future__ import annotations

import numpy as np
import pytest

from app.circuit.compile import Circuit, compile_schematic
from app.document.dataset import Dataset
from app.document.generate import generate
from app.document.schematic import Schematic
from app.solve import reference
from app.training.run import Options, prepare
from tests.networks import layered, random_rows, random_sizes
from tests.parts import PartsNetwork

ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus", "linear")


def slope(circuit: Circuit, weights: dict[str, float], sources: np.ndarray) -> dict[str, float]:
    """dV_w/dt [V/s] by path, V_teach on."""
    program = circuit.program
    v = program.values()[:, :1].copy()
    states = np.zeros(program.states)
    states[circuit.weight_states] = [weights[path] for path in circuit.weight_paths]
    v[program.first_state : program.first_state + program.states, 0] = states
    v[program.sources, 0] = sources
    for slot in program.levels.values():
        v[slot] = 1.0
    dy = np.zeros((program.states, 1))
    reference.evaluate(program, v, dy)
    return dict(zip(circuit.weight_paths, dy[circuit.weight_states, 0].tolist(), strict=True))


def assert_alike(first: Schematic, second: Schematic, seed: int) -> None:
    one, other = compile_schematic(first), compile_schematic(second)
    assert set(one.weight_paths) == set(other.weight_paths)
    assert len(one.program.sources) == len(other.program.sources)
    generator = np.random.default_rng(seed)
    moved = False  # a rectifier may sleep at some of the points
    for _ in range(6):
        weights = {path: float(generator.uniform(-1, 1)) for path in sorted(one.weight_paths)}
        sources = generator.uniform(-1, 1, len(one.program.sources))
        a, b = slope(one, weights, sources), slope(other, weights, sources)
        largest = max(map(abs, a.values()))
        moved |= largest > 0
        assert max(abs(a[path] - b[path]) for path in weights) <= 1e-13 * largest
    assert moved


def assert_macro_equals_parts(seed: int) -> None:
    generator = np.random.default_rng(seed)
    sizes = random_sizes(generator)
    kind = ACTIVATIONS[seed % len(ACTIVATIONS)]
    rows = random_rows(sizes, 2, seed)
    columns = tuple(f"x{k}" for k in range(sizes[0])), tuple(f"t{k}" for k in range(sizes[-1]))
    options = {"activation": kind, "imperfect": bool(seed % 3 == 0)}
    macro, flat = (
        generate(sizes, Dataset(*columns, rows), "rows", level=level, **options)[0]
        for level in ("neuron", "multiplier")
    )
    assert_alike(macro, flat, seed)
    if not options["imperfect"]:
        assert_alike(macro, PartsNetwork(sizes, rows, kind).draw.schematic, seed)


@pytest.mark.parametrize("seed", range(60))
def test_a_neuron_and_its_parts_have_the_same_right_hand_side(seed: int) -> None:
    assert_macro_equals_parts(seed)


@pytest.mark.soak
def test_five_hundred_networks_have_the_same_right_hand_side() -> None:
    for seed in range(60, 560):
        assert_macro_equals_parts(seed)


@pytest.mark.parametrize("sizes", [(1, 2, 1), (2, 3, 2), (2, 8, 1), (3, 4, 4, 2)])
def test_a_network_drawn_entirely_from_parts_learns_exactly_alike(sizes: tuple[int, ...]) -> None:
    rows = random_rows(sizes, 4, 7)
    macro, parts = layered(sizes, rows).schematic, PartsNetwork(sizes, rows).draw.schematic
    assert not any(instance.type == "neuron" for instance in parts.top.instances.values())
    found = {}
    for name, schematic in (("macro", macro), ("parts", parts)):
        run = prepare(compile_schematic(schematic), schematic, Options((3,)))
        start = run.weights().copy()
        run.advance_epochs(100)
        assert np.abs(run.weights() - start).max() > 0.05
        found[name] = dict(zip(run.circuit.weight_paths, run.weights()[:, 0].tolist(), strict=True))
        found[f"{name} mse"] = np.stack(run.mse)[:, 0]
    assert set(found["macro"]) == set(found["parts"])
    for path, volts in found["macro"].items():
        assert found["parts"][path] == pytest.approx(volts, abs=1e-10), path
    np.testing.assert_allclose(found["macro mse"], found["parts mse"], rtol=1e-9)


def test_the_parts_have_the_papers_counts() -> None:
    circuit = compile_schematic(PartsNetwork((2, 3, 2), random_rows((2, 3, 2), 3, 1)).draw.schematic)
    assert circuit.netlist.count("weight") == 17
    assert circuit.netlist.count("multiplier") == 3 * (3 * 2 + 4) + 2 * (3 * 3 + 4)
    assert circuit.problems == ()
