"""The drawn learning rule against the numerical gradient of the forward part."""

import dataclasses

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.circuit.gradient import charging_conductance, error_gradient
from app.document.schematic import TOP, Change, End
from app.training.gradient_check import charging_currents, check_gradient
from tests.drawing import Drawing
from tests.networks import layered, random_rows, random_sizes
from tests.parts import PartsNetwork


def random_network(seed: int, **neuron: str) -> tuple[Drawing, tuple[int, ...]]:
    sizes = random_sizes(np.random.default_rng(seed))
    return layered(sizes, random_rows(sizes, 2, seed), **neuron), sizes


def assert_descends(seed: int, level: float, activation: str = "sigmoid") -> None:
    """dV_w/dt = -(K_p/C) v^(L-l+1) dE/dV_w to 1e-9 of the largest component."""
    draw, sizes = random_network(seed, activation=activation)
    circuit = compile_schematic(draw.schematic)
    y = circuit.initial_state([seed])
    weights = y[circuit.weight_states, 0]
    sources = np.random.default_rng(seed).uniform(-1, 1, len(circuit.program.sources))
    drawn = charging_currents(circuit, y, sources, level)
    gradient = error_gradient(circuit, weights, sources, dict.fromkeys(circuit.program.levels, 1.0))
    layer = np.array([int(path[1 : path.index("_")]) for path in circuit.weight_paths])
    wanted = -charging_conductance(circuit) * level ** (len(sizes) - layer + 1.0) * gradient
    # A kinked activation is differentiated by central differences, which are exact to their own step only.
    tolerance = 1e-9 if activation in ("sigmoid", "tanh", "linear") else 1e-5
    assert np.abs(drawn - wanted).max() <= tolerance * np.abs(wanted).max()


@pytest.mark.parametrize("seed", range(100))
def test_charging_currents_follow_the_gradient(seed: int) -> None:
    assert_descends(seed, 1.0)


@pytest.mark.parametrize("level", [0.25, 0.5, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_v_teach_scales_each_layer_by_its_power(seed: int, level: float) -> None:
    assert_descends(seed, level)


@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus", "linear"])
@pytest.mark.parametrize("seed", range(8))
def test_other_activations_descend_too(seed: int, activation: str) -> None:
    assert_descends(seed, 1.0, activation)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 1000))
def test_charging_currents_follow_the_gradient_in_a_thousand_networks(seed: int) -> None:
    assert_descends(seed, 1.0)


def mutated(seed: int, part: str) -> Drawing:
    """A network with the polarity of one inner multiplier flipped."""
    draw, _ = random_network(seed)
    neurons = [i for i in draw.schematic.top.instances.values() if i.type == "neuron"]
    chosen = neurons[seed % len(neurons)]
    flipped = "+1" if part.startswith("Mu") else "-1"
    changed = dataclasses.replace(chosen, overrides={f"{part}.polarity": flipped})
    draw.schematic.apply([Change("instances", chosen.id, chosen, changed, TOP)])
    return draw


@pytest.mark.parametrize("part", ["Mu0", "Mu1", "Ms", "Mt", "Mf1"])
@pytest.mark.parametrize("seed", range(10))
def test_one_flipped_polarity_is_caught(seed: int, part: str) -> None:
    draw = mutated(seed, part)
    result = check_gradient(compile_schematic(draw.schematic), draw.schematic, seed)
    assert result.problems, f"{part} flipped in network {seed} went unnoticed"


@pytest.mark.parametrize("seed", range(20))
def test_one_swapped_error_wire_is_caught(seed: int) -> None:
    """Two back-propagated currents exchanged between the neurons of a hidden layer."""
    rng = np.random.default_rng(seed)
    sizes = (2, int(rng.integers(2, 4)), 2)
    draw = layered(sizes, random_rows(sizes, 2, seed))
    wires = [w for w in draw.schematic.top.wires.values() if any(e.port == "I_E" for e in w.ends)][:2]
    a, b = wires
    swap = (dataclasses.replace(a, ends=(a.ends[0], b.ends[1])), dataclasses.replace(b, ends=(b.ends[0], a.ends[1])))
    draw.schematic.apply([Change("wires", a.id, a, swap[0], TOP), Change("wires", b.id, b, swap[1], TOP)])
    assert check_gradient(compile_schematic(draw.schematic), draw.schematic, seed).problems


def test_an_intact_network_passes_the_same_check() -> None:
    for seed in range(10):
        draw, _ = random_network(seed)
        assert not check_gradient(compile_schematic(draw.schematic), draw.schematic, seed).problems


@pytest.mark.parametrize("seed", range(10))
def test_varying_capacitors_are_charged_along_the_gradient(seed: int) -> None:
    """The currents follow the gradient as with constant ones; the voltages move by I/C(V)."""
    draw, _ = random_network(seed, capacitor="varying", a="0.3", b="0.4")
    circuit = compile_schematic(draw.schematic)
    assert not circuit.problems
    assert circuit.netlist.count("varying_weight") == circuit.program.states
    result = check_gradient(circuit, draw.schematic, seed)
    assert not result.problems and result.deviation <= 1e-9
    plain, _ = random_network(seed)
    np.testing.assert_array_equal(
        circuit.initial_state([seed]), compile_schematic(plain.schematic).initial_state([seed])
    )


def test_an_error_taken_before_v_teach_is_caught() -> None:
    """At V_teach = 1 V, V_s and V_delta are one voltage: only another level tells a missing gate."""
    parts = PartsNetwork((2, 3, 1), random_rows((2, 3, 1), 3, 1))
    schematic = parts.draw.schematic
    wire = schematic.top.wires[parts.wires["N3_1/Me2.V1"]]
    moved = dataclasses.replace(wire, ends=(wire.ends[0], End(parts.draw.ids["N3_1 V_s"])))
    schematic.apply([Change("wires", wire.id, wire, moved, TOP)])
    found = check_gradient(compile_schematic(schematic), schematic)
    assert found.deviation <= 1e-9
    assert {(problem.code, problem.where) for problem in found.problems} == {
        ("wrong-gating", f"N2_2/C{i}") for i in range(3)
    }
    assert all(problem.cure and problem.ids for problem in found.problems)


def test_a_network_without_a_switch_is_not_asked_for_gating() -> None:
    draw = layered((2, 1))
    before = draw.schematic.top.instances[draw.ids["VT"]]
    constant = dataclasses.replace(before, type="bias", parameters={})
    draw.schematic.apply([Change("instances", before.id, before, constant, TOP)])
    assert not check_gradient(compile_schematic(draw.schematic), draw.schematic).problems
