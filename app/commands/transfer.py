"""`aann transfer`: DC curves of any block, part or network as a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.circuit.compile import MEMORY_TYPES
from app.circuit.flatten import flatten
from app.cli import UsageError
from app.commands.common import apply_vteach, load, quantity, set_arguments
from app.document.atomic import write_bytes
from app.document.schematic import Schematic
from app.document.set_parameters import apply_settings
from app.export import transfer_table, weights
from app.program import FloatArray
from app.training.transfer import sweep

MOST_POINTS = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="F")
    parser.add_argument(
        "--input", required=True, metavar="PIN=VALUES",
        help="a pin, net or PATTERN.PARAM, and a,b,c or lin:a:b:n or log:a:b:n, as in M1.V1=lin:-4:4:81",
    )  # fmt: skip
    parser.add_argument(
        "--output", required=True, action="append", metavar="PIN",
        help="a pin or net to read: volts, or amperes at a current pin; repeatable",
    )  # fmt: skip
    parser.add_argument("--family", metavar="PIN=VALUES", help="one curve for each of these values")
    parser.add_argument(
        "--hold", action="append", default=[], metavar="PIN=VALUE",
        help="a source of its own for a pin or net; repeatable",
    )  # fmt: skip
    set_arguments(parser)
    parser.add_argument("--vteach", metavar="on|off|alternate|VOLTS")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--weights", metavar="W.json|.npz")
    parser.add_argument("--json", action="store_true", help="problems as JSON")
    parser.add_argument("-o", "--out", metavar="OUT.csv", help="without it the table goes to standard output")


def run(args: argparse.Namespace) -> int:
    schematic = load(args.file).schematic
    apply_settings(schematic, args.set)
    switch = apply_vteach(schematic, args.vteach)
    swept, values = assignment(args.input, "--input")
    held = dict(assignment(text, "--hold") for text in args.hold)
    single = {name: _only(name, found) for name, found in held.items()}
    result = sweep(
        schematic, swept, values, args.output,
        family=_family(args.family),
        held=single,
        seed=args.seed if args.seed is not None else int(quantity(schematic.setting("seed"), "", "setting seed")),
        weights=_weights(schematic, args.weights),
        switch=switch,
    )  # fmt: skip
    text = transfer_table.table(result)
    if args.out:
        write_bytes(Path(args.out), text.encode())
    else:
        sys.stdout.write(text)
    return 0


def assignment(text: str, option: str) -> tuple[str, FloatArray]:
    """NAME=VALUES: the name and its numbers. Raises UsageError, or ProblemError for a number that is none."""
    name, equals, values = text.partition("=")
    if not equals or not name.strip() or not values.strip():
        raise UsageError(f"aann transfer: {option} takes NAME=VALUES, as in M1.V1=lin:-4:4:81, not {text!r}")
    return name.strip(), numbers(values.strip(), option)


def numbers(text: str, where: str) -> FloatArray:
    """`a,b,c`, `lin:a:b:n` or `log:a:b:n` (n points with both ends) as SI numbers."""
    kind, colon, rest = text.partition(":")
    if not colon:
        return np.array([quantity(part, "", where) for part in text.split(",")])
    parts = rest.split(":")
    if kind not in ("lin", "log") or len(parts) != 3 or not parts[2].isdigit():
        raise UsageError(f"aann transfer: {where} takes a,b,c or lin:a:b:n or log:a:b:n, not {text!r}")
    low, high, count = quantity(parts[0], "", where), quantity(parts[1], "", where), int(parts[2])
    if not 1 <= count <= MOST_POINTS:
        raise UsageError(f"aann transfer: {where} takes 1 to {MOST_POINTS} points, not {count}")
    if kind == "lin":
        return np.linspace(low, high, count)
    if not (low > 0 and high > 0):
        raise UsageError(f"aann transfer: {where}: log needs ends above zero, not {text!r}")
    return np.geomspace(low, high, count)


def _only(name: str, values: Sequence[float] | FloatArray) -> float:
    if len(values) != 1:
        raise UsageError(f"aann transfer: --hold {name} takes one value; --family takes several")
    return float(values[0])


def _family(text: str | None) -> tuple[str, Sequence[float]] | None:
    if text is None:
        return None
    name, values = assignment(text, "--family")
    return name, values.tolist()


def _weights(schematic: Schematic, path: str | None) -> FloatArray | None:
    if path is None:
        return None
    netlist = flatten(schematic)
    names = [netlist.path(group, row) for group in netlist.of_type(*MEMORY_TYPES) for row in range(group.count)]
    return weights.read_weights(Path(path), names)
