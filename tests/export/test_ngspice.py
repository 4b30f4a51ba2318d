"""Random networks, simulated by ngspice from the exported netlist and by the engine: the same weights to 1e-5 V."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document.dataset import Dataset
from app.document.generate import generate
from app.document.set_parameters import apply_settings
from app.export.spice import EDGE_FRACTION, name_nodes, write_spice
from app.training.run import Options, TrainingRun, prepare
from tests.export.ngspice import simulate
from tests.networks import random_rows, random_sizes

GATE = 1e-5
# Then a ReLU neuron stops at its kink, where no step of the trapezoidal rule has a solution and ngspice gives up.
SOLVABLE_EPOCHS = {53: 12, 78: 4}
ACTIVATIONS = ("sigmoid", "tanh", "softplus", "relu", "linear")


def random_run(seed: int) -> TrainingRun:
    """Of two to four layers; every kind of activation, ideal and imperfect parts, both levels of drawing. The dataset's
    edges take a share of T_row, as in the netlist."""
    sizes = random_sizes(np.random.default_rng(seed))
    columns = tuple(f"x{k}" for k in range(sizes[0])), tuple(f"t{k}" for k in range(sizes[-1]))
    schematic, _ = generate(
        sizes, Dataset(*columns, random_rows(sizes, 3, seed)), "rows", activation=ACTIVATIONS[seed % 5],
        imperfect=seed % 3 == 0, level="multiplier" if seed % 2 else "neuron", t_row="0.2us",
    )  # fmt: skip
    if seed % 3 == 0:
        apply_settings(schematic, ("*.V_off=50m",))
    apply_settings(schematic, (f"D1.T_rise={EDGE_FRACTION * 2e-7!r}",))
    circuit = compile_schematic(schematic)
    return prepare(circuit, schematic, Options((seed,), rtol=1e-9))


def deviation(run: TrainingRun, seed: int, epochs: int, folder: Path) -> tuple[float, float]:
    """Largest difference of any weight at the end, and how far the weights moved, in volts."""
    found = simulate(write_spice(run.circuit, run.timeline, seed, epochs), folder)
    start = run.weights()[:, 0].copy()
    run.advance_epochs(epochs)
    assert found["time"][-1] == pytest.approx(run.time, rel=1e-12)
    names = name_nodes(run.circuit).node
    nodes = run.circuit.state_nodes[run.circuit.weight_states]
    theirs = np.array([found[f"v({names[int(node)]})"][-1] for node in nodes])
    ours = run.weights()[:, 0]
    return float(np.abs(ours - theirs).max()), float(np.abs(ours - start).max())


@pytest.mark.parametrize("seed", range(20))
def test_ngspice_finds_the_same_weights(tmp_path: Path, seed: int) -> None:
    run = random_run(seed)
    difference, moved = deviation(run, seed, 5, tmp_path)
    assert difference <= GATE
    assert moved > 100 * GATE


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 120))
def test_ngspice_finds_the_same_weights_in_a_hundred_netlists(tmp_path: Path, seed: int) -> None:
    difference, _ = deviation(random_run(seed), seed, SOLVABLE_EPOCHS.get(seed, 20), tmp_path)
    assert difference <= GATE


def test_a_wrong_netlist_is_noticed(tmp_path: Path) -> None:
    """The comparison can fail: one resistor of the netlist is changed by a percent."""
    run = random_run(1)
    text = write_spice(run.circuit, run.timeline, 1, 5)
    line = next(line for line in text.splitlines() if line.startswith("R") and line.endswith(" 10000000.0"))
    wrong = text.replace(line, line.replace("10000000.0", "10100000.0"), 1)
    assert wrong != text
    found = simulate(wrong, tmp_path)
    run.advance_epochs(5)
    names = name_nodes(run.circuit).node
    nodes = run.circuit.state_nodes[run.circuit.weight_states]
    theirs = np.array([found[f"v({names[int(node)]})"][-1] for node in nodes])
    assert np.abs(run.weights()[:, 0] - theirs).max() > GATE
