"""Training in the terminal: a progress line, then results, weights and a plot of the learning curve as files."""

from __future__ import annotations

import sys
from pathlib import Path

from app.circuit.compile import compile_schematic
from app.commands.common import load
from app.commands.run import progress_line
from app.export import curve_svg, results, weights
from app.training.run import prepare
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
    curve_svg.write_curves(curve, [float(entry[0]) for entry in run.mse], path.stem)
    results.write_results(table, run)
    weights.write_weights(volts, circuit.weight_paths, run.weights())
    print(f"written: {curve}, {table}, {volts}")
    return 0
