"""Training in the terminal: a progress line, then results, weights and a plot of the learning curve as files."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from app.circuit.compile import compile_schematic
from app.commands.common import load
from app.commands.run import progress_line
from app.export import figure_svg, results, weights
from app.export.figure import Axis, Curve, Figure, Panel
from app.training.run import TrainingRun, prepare
from app.training.settings import options_of
from app.training.stop import advance_until, stop_conditions

PROGRESS_SECONDS = 0.5


def train(path: Path) -> int:
    """Trains a document to its own stop conditions and writes NAME-curve.svg, NAME-results.csv, NAME-weights.json into
    the current folder."""
    document = load(str(path))
    circuit = compile_schematic(document.schematic)
    run = prepare(circuit, document.schematic, options_of(document.schematic))
    stop = stop_conditions(document.schematic, None, None, None)
    advance_until(run, stop, lambda: print(progress_line(run), file=sys.stderr, flush=True), PROGRESS_SECONDS)
    print(progress_line(run))
    curve, table, volts = (Path(f"{path.stem}-{kind}") for kind in ("curve.svg", "results.csv", "weights.json"))
    figure_svg.write_svg(curve, learning_curve(run, path.stem), f"{path.stem}: MSE over the epochs")
    results.write_results(table, run)
    weights.write_weights(volts, circuit.weight_paths, run.weights())
    print(f"written: {curve}, {table}, {volts}")
    return 0


def learning_curve(run: TrainingRun, title: str) -> Figure:
    mse = np.array([float(entry[0]) for entry in run.mse])
    curve = Curve(np.arange(1.0, len(mse) + 1), np.maximum(mse, 1e-12), 1, width=2.0)
    return Figure((Panel(Axis("Epoch"), Axis("MSE [V²]", log=True), (curve,), title),))
