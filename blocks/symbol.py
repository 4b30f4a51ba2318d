"""Symbol outlines as plain data, in grid units (origin top left, y down); the painter and the exporters draw them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Point = tuple[float, float]
Side = Literal["left", "right", "top", "bottom"]


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a port, or one index of it, meets wires. `index` is 0 for a port of width 1, else 1..n;
    `last` > index makes it a bus pin that carries index..last."""

    port: str
    at: Point
    side: Side
    index: int = 0
    last: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline; `closed` makes it a polygon. `role` names a theme colour."""

    points: tuple[Point, ...]
    width: float = 1.5
    role: str = "ink"
    closed: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    centre: Point
    radius: float
    width: float = 1.5
    role: str = "ink"
    fill: str = "symbol"


@dataclass(frozen=True, slots=True)
class Box:
    at: Point
    size: Point
    radius: float = 0.0
    width: float = 1.5
    role: str = "ink"
    fill: str = "symbol"


@dataclass(frozen=True, slots=True)
class Arrow:
    """A solid arrow head whose tip is at `tip`: where a current goes."""

    tip: Point
    towards: Side
    role: str = "ink"


@dataclass(frozen=True, slots=True)
class Label:
    """Upright text. `_` starts a subscript (`V_teach`); `{name}` and `{K_m}` take the block's name and values."""

    text: str
    at: Point
    align: Literal["left", "centre", "right"] = "centre"
    style: Literal["name", "value", "pin", "sign"] = "pin"
    role: str = "ink"


Mark = Line | Circle | Box | Arrow | Label


@dataclass(frozen=True, slots=True)
class Symbol:
    """Size of the bounding box, pins and marks. `gauge`: box in which a live level is drawn (weights)."""

    size: Point
    pins: tuple[Pin, ...]
    marks: tuple[Mark, ...]
    gauge: tuple[float, float, float, float] | None = None


SymbolOf = Callable[[Mapping[str, Any]], Symbol]


def ground(x: float, y: float) -> tuple[Line, ...]:
    """A ground sign whose top bar's middle is at (x, y)."""
    return (
        Line(((x - 1.0, y), (x + 1.0, y))),
        Line(((x - 0.6, y + 0.35), (x + 0.6, y + 0.35))),
        Line(((x - 0.25, y + 0.7), (x + 0.25, y + 0.7))),
    )


def curve(function: Callable[[float], float], box: tuple[float, float, float, float], steps: int = 24) -> Line:
    """The graph of `function` over [-1, 1] with values in [0, 1], drawn into `box` = (x, y, width, height)."""
    x, y, width, height = box
    points = tuple(
        (x + width * i / steps, y + height * (1.0 - min(1.0, max(0.0, function(2.0 * i / steps - 1.0)))))
        for i in range(steps + 1)
    )
    return Line(points, width=1.8)


def source(*signs: Line, value: Label) -> Symbol:
    """A voltage source against ground: `signs` inside its circle, `value` beside it."""
    return Symbol(
        size=(5, 6),
        pins=(Pin("V", (5, 2), "right"),),
        marks=(
            Line(((3.7, 2), (5, 2))),
            Line(((2, 3.7), (2, 4.8))),
            *ground(2, 4.8),
            Circle((2, 2), 1.7),
            *signs,
            Label("+", (4.25, 1.35), style="sign"),
            Label("{name}", (2, -0.35), style="name"),
            value,
        ),
    )


def tag(values: Mapping[str, Any]) -> Symbol:
    """A label as long as its text `net`, its tip on the pin; `width` connections, if it has one."""
    width = int(values.get("width", 1))
    plain, _, below = str(values["net"]).partition("_")
    length = max(3, math.ceil(1.4 + 0.56 * len(plain) + 0.44 * len(below)))
    outline = ((0, 1), (0.55, 0.25), (length - 0.25, 0.25), (length - 0.25, 1.75), (0.55, 1.75))
    return Symbol(
        size=(length, 2),
        pins=(Pin("net", (0, 1), "left", int("width" in values), width if width > 1 else 0),),
        marks=(
            Line(outline, width=1.1, closed=True, fill="symbol"),
            Label("{net}", ((0.55 + length - 0.25) / 2, 1)),
        ),
    )
