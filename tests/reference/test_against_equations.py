"""The whole chain (drawing, circuit, engine, training) against matrices integrated by DOP853 at rtol 1e-12."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from app.circuit.compile import Circuit, compile_schematic
from app.document.dataset import Dataset
from app.document.generate import Level, generate
from app.document.schematic import Schematic
from app.training.run import Options, TrainingRun, prepare
from tests.reference import equations
from tests.reference.equations import CASES, EPOCHS, SEEDS, SHORT

GATES = [(1e-6, 3e-5), (1e-8, 1e-7)]
IDS = ["-".join(map(str, sizes)) for sizes in CASES]


def drawing(sizes: tuple[int, ...], level: Level = "neuron") -> Schematic:
    inputs = tuple(f"x{k + 1}" for k in range(sizes[0]))
    targets = tuple(f"t{k + 1}" for k in range(sizes[-1]))
    rows = tuple(map(tuple, equations.rows_of(sizes).tolist()))
    return generate(sizes, Dataset(inputs, targets, rows), "rows", level=level)[0]


def trained(sizes: tuple[int, ...], start: np.ndarray, epochs: int, **options: float) -> tuple[Circuit, np.ndarray]:
    """Weights in the order of equations.paths."""
    schematic = drawing(sizes)
    circuit = compile_schematic(schematic)
    run: TrainingRun = prepare(circuit, schematic, dataclasses.replace(Options(), **options))
    order = [circuit.weight_paths.index(path) for path in equations.paths(sizes)]
    volts = np.zeros(len(order))
    volts[order] = start
    run.set_weights(volts)
    run.advance_epochs(epochs)
    return circuit, run.weights()[order, 0]


@pytest.mark.parametrize(("rtol", "gate"), GATES)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sizes", CASES, ids=IDS)
def test_weights_after_a_hundred_epochs(sizes: tuple[int, ...], seed: int, rtol: float, gate: float) -> None:
    start = equations.start(sizes, seed)
    _, found = trained(sizes, start, EPOCHS, rtol=rtol)
    with np.load(equations.STORED) as stored:
        exact = stored[equations.key(sizes, seed, EPOCHS)]
    assert np.abs(exact - start).max() > 0.1  # it has learned, so there is something to compare
    assert np.abs(found - exact).max() <= gate


@pytest.mark.parametrize("sizes", CASES, ids=IDS)
def test_the_stored_weights_are_what_the_equations_give(sizes: tuple[int, ...]) -> None:
    *_, fresh = equations.trained(sizes, equations.start(sizes, 1), equations.rows_of(sizes), SHORT)
    with np.load(equations.STORED) as stored:
        np.testing.assert_allclose(fresh, stored[equations.key(sizes, 1, SHORT)], rtol=0, atol=1e-11)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 9))
@pytest.mark.parametrize("sizes", CASES, ids=IDS)
def test_weights_after_a_hundred_epochs_from_any_seed(sizes: tuple[int, ...], seed: int) -> None:
    start = equations.start(sizes, seed)
    *_, exact = equations.trained(sizes, start, equations.rows_of(sizes), EPOCHS)
    for rtol, gate in GATES:
        assert np.abs(trained(sizes, start, EPOCHS, rtol=rtol)[1] - exact).max() <= gate


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
@pytest.mark.parametrize("sizes", CASES, ids=IDS)
def test_the_right_hand_side_is_that_of_the_equations(sizes: tuple[int, ...], level: Level) -> None:
    schematic = drawing(sizes, level)
    circuit = compile_schematic(schematic)
    run = prepare(circuit, schematic, Options())
    order = [circuit.weight_paths.index(path) for path in equations.paths(sizes)]
    program = circuit.program
    for seed in range(20):
        w = 3.0 * equations.start(sizes, seed)
        row = np.random.default_rng(seed).uniform(-1, 1, sizes[0] + sizes[-1])
        v = program.values()
        states = np.zeros(program.states)
        states[circuit.weight_states[order]] = w
        v[program.first_state : program.first_state + program.states, 0] = states
        v[program.sources, 0] = row
        for slot in program.levels.values():
            v[slot] = 1.0
        found = run.solver.evaluate(v)[circuit.weight_states[order], 0]
        wanted = equations.slope(sizes, w, row)
        assert np.abs(found - wanted).max() <= 1e-13 * np.abs(wanted).max()


@pytest.mark.parametrize("teach", [0.25, 0.7, 2.0])
def test_v_teach_gates_every_layer_it_passes(teach: float) -> None:
    """Layer l of L learns at the rate v^(L-l+1)."""
    sizes = (3, 4, 4, 2)
    w, row = equations.start(sizes, 5), equations.rows_of(sizes)[0]
    plain, gated = equations.slope(sizes, w, row), equations.slope(sizes, w, row, teach)
    layer = np.array([int(path[1 : path.index("_")]) for path in equations.paths(sizes)])
    np.testing.assert_allclose(gated, plain * teach ** (len(sizes) - layer + 1.0), rtol=1e-12)
