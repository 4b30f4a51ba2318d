"""`aann export`: SPICE netlists, pictures, CSV, weights."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from app.circuit.compile import compile_schematic
from app.cli import UsageError
from app.commands.common import apply_vteach, load, quantity, set_arguments
from app.document.atomic import write_bytes
from app.document.set_parameters import apply_settings
from app.export import csv_table, spice, weights
from app.training.run import Options, prepare

FORMATS = ("spice", "svg", "pdf", "png", "csv", "weights")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="F")
    parser.add_argument("--to", required=True, choices=FORMATS)
    parser.add_argument("--dialect", default="ngspice", choices=("ngspice", "ltspice", "opus", "xyce"))
    parser.add_argument("--epochs", type=int, default=20, metavar="N", help="epochs that the netlist spans")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--vteach", metavar="on|off|alternate|VOLTS")
    set_arguments(parser)
    parser.add_argument("--json", action="store_true", help="problems as JSON")
    parser.add_argument("-o", "--output", required=True, metavar="OUT")


def run(args: argparse.Namespace) -> int:
    if args.epochs < 1:
        raise UsageError("aann export: --epochs must be at least 1")
    document = load(args.file)
    apply_settings(document.schematic, args.set)
    switch = apply_vteach(document.schematic, args.vteach)
    target = Path(args.output)
    if args.to in ("svg", "pdf", "png"):
        return _picture(args, document, target)
    seed = args.seed if args.seed is not None else int(quantity(document.schematic.setting("seed"), "", "setting seed"))
    circuit = compile_schematic(document.schematic)
    training = prepare(circuit, document.schematic, Options((seed,), switch=switch))
    if args.to == "spice":
        text = spice.write_spice(circuit, training.timeline, seed, args.epochs, args.dialect, switch)
        write_bytes(target, text.encode())
    elif args.to == "csv":
        write_bytes(target, csv_table.outputs_table(training).encode())
    else:
        weights.write_weights(target, circuit.weight_paths, training.weights())
    return 0


def _picture(args: argparse.Namespace, document: object, target: Path) -> int:
    try:
        drawing = importlib.import_module("app.ui.drawing_export")
    except ImportError as error:
        raise UsageError(
            f"aann export: pictures need Qt, which cannot be loaded ({error}); --to csv works without"
        ) from None
    drawing.export_drawing(document.schematic, args.to, target)  # type: ignore[attr-defined]
    return 0
