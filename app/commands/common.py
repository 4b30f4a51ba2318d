"""What several sub-commands share: quantities, loading, V_teach."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from app.cli import UsageError, option_values
from app.document import aann_file
from app.document.addresses import Address
from app.document.schematic import Schematic
from app.document.set_parameters import set_texts
from app.document.unfold import unfold
from app.errors import fail
from blocks import units


def set_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], type=_setting, metavar="PATTERN.PARAM=VALUE",
        help="change a parameter of every part whose path matches, or a document parameter; repeatable",
    )  # fmt: skip


def _setting(text: str) -> str:
    target, equals, value = text.partition("=")
    if not equals or not target.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form PATTERN.PARAM=VALUE, as in N2_1.gain=6")
    return text


def quantity(text: str, unit: str, where: str, positive: bool = False) -> float:
    """The value of a quantity of an option (`where` begins with --) or of a setting. Raises ProblemError."""
    with option_values() if where.startswith("--") else contextlib.nullcontext():
        try:
            value = units.parse(text, unit)
        except units.QuantityError as error:
            raise fail("quantity", where, f"{error.text!r} {error.reason}", error.hint or "type a number") from None
        if positive and value <= 0:
            raise fail("quantity", where, f"{text!r} is not above zero", "type a positive value")
    return value


def check_stops(args: argparse.Namespace) -> None:
    """--until and --stop-mse, before anything is opened. Raises ProblemError, UsageError."""
    if args.until is not None:
        quantity(args.until, "s", "--until", positive=True)
    if args.stop_mse is not None and quantity(args.stop_mse, "V^2", "--stop-mse") < 0:
        raise UsageError("--stop-mse must not be negative")


def load(path: str) -> aann_file.Document:
    """The document with its datasets' rows. Raises ProblemError."""
    return aann_file.load(Path(path))


def apply_vteach(schematic: Schematic, text: str | None) -> str:
    """`--vteach on|off|alternate|VOLTS`: sets the level of every V_teach block; returns the switch ("": as drawn)."""
    if text is None:
        return ""
    if text in ("on", "off", "alternate"):
        return text
    quantity(text, "V", "--vteach")
    found = [
        Address(instance.id, instance.name, "", "level", instance.type)
        for instance in unfold(schematic).schematic.top.instances.values()
        if instance.type == "v_teach"
    ]
    if not found:
        raise fail("no-match", f"--vteach {text}", "the drawing has no V_teach source", "add one")
    set_texts(schematic, [(address, text) for address in found], f"--vteach {text}")
    return "on"


def positive_number(text: str, where: str) -> float:
    """A plain positive number such as a tolerance. Raises ProblemError."""
    return quantity(text, "", where, positive=True)
