"""PWL source: a voltage given by points in time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from blocks import units
from blocks.parameters import LARGEST_VOLTAGE
from blocks.spec import Block, Parameter, ParameterError, Port, Waveform
from blocks.symbol import Label, Line, Symbol, source

MOST_POINTS = 10_000


def waveform(values: Mapping[str, Any]) -> Waveform:
    """The points of the text. Raises ParameterError."""
    points = read_points(str(values["points"]))
    if values["repeat"] == "once":
        return Waveform(points)
    if points[-1][0] <= 0:
        raise ParameterError("points", "all points are at 0 s", "give the last point a time, which is the period")
    return Waveform(points, points[-1][0])


def read_points(text: str) -> tuple[tuple[float, float], ...]:
    """`0 0, 50n 1` as ((0.0, 0.0), (5e-8, 1.0)): seconds ascending, volts. Raises ParameterError."""
    words = [pair.split() for pair in re.split(r"[,;\n]", text) if pair.strip()]
    if not 1 <= len(words) <= MOST_POINTS:
        raise ParameterError("points", f"{len(words)} points", f"type 1 to {MOST_POINTS} pairs such as 0 0, 50n 1")
    points: list[tuple[float, float]] = []
    for pair in words:
        if len(pair) != 2:
            raise ParameterError("points", f"{' '.join(pair)[:40]!r} is no pair", "write a time and a voltage: 50n 1")
        try:
            time, level = units.parse(pair[0], "s"), units.parse(pair[1], "V")
        except units.QuantityError as error:
            raise ParameterError("points", f"{error.text!r} {error.reason}", error.hint) from None
        if time < (points[-1][0] if points else 0.0):
            raise ParameterError("points", f"the time {pair[0]} is before the last", "let times ascend from 0")
        if abs(level) > LARGEST_VOLTAGE:
            raise ParameterError("points", f"{pair[1]!r} is out of range", "type at most 1 MV")
        points.append((time, level))
    return tuple(points)


def symbol(values: Mapping[str, Any]) -> Symbol:
    count = len(read_points(str(values["points"])))
    return source(
        Line(((0.9, 2.5), (1.4, 2.5), (1.8, 1.4), (2.3, 1.4), (2.7, 2.5), (3.1, 2.5))),
        value=Label(f"{count} point{'s' * (count != 1)}", (3.3, 4.3), align="left", style="value"),
    )


BLOCK = Block(
    type="pwl",
    title="PWL source",
    short="PWL",
    group="Sources",
    prefix="V",
    order=42,
    ports=(Port("V", "out", "voltage", help="the voltage through the points"),),
    parameters=(
        Parameter(
            "points",
            "0 0, 20n 1, 40n 1, 60n 0, 100n 0",
            kind="text",
            label="Points",
            help="pairs of time and voltage, times ascending; the same time twice is a jump",
        ),
        Parameter(
            "repeat",
            "once",
            kind="choice",
            choices=("once", "forever"),
            label="Repeat",
            help="forever: the time of the last point is the period",
        ),
    ),
    formula=("V = straight lines through the points",),
    waveform=waveform,
    symbol=symbol,
    values=("repeat",),
    keywords=("piecewise linear", "points", "arbitrary", "ramp", "step"),
    help="Straight lines through points in time, such as 0 0, 20n 1, 40n 1, 60n 0: time, voltage. Two points at the "
    "same time are a jump. Before the first and after the last point the voltage holds, unless the whole "
    "repeats.",
)
