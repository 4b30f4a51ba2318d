"""Where a placed symbol's box and pins lie on the sheet, in grid units.

A symbol is mirrored left-right inside its own box first, then turned clockwise about the box's origin; the origin
itself lies at `Instance.at`.
"""

from __future__ import annotations

from app.document.schematic import Instance, Point
from blocks.symbol import Pin, Side, Symbol

CLOCKWISE: tuple[Side, ...] = ("left", "top", "right", "bottom")
Box = tuple[int, int, int, int]


def place(point: tuple[float, float], width: float, instance: Instance) -> tuple[float, float]:
    """A point of the symbol (box `width` wide) on the sheet."""
    x, y = point
    if instance.mirrored:
        x = width - x
    for _ in range(instance.rotation // 90 % 4):
        x, y = -y, x
    return x + instance.at[0], y + instance.at[1]


def pin_at(instance: Instance, symbol: Symbol, pin: Pin) -> Point:
    """The pin's place on the sheet; pins lie on the grid."""
    x, y = place(pin.at, symbol.size[0], instance)
    return round(x), round(y)


def side_of(instance: Instance, pin: Pin) -> Side:
    """The side of the turned box from which the pin looks outwards."""
    rank = CLOCKWISE.index(pin.side)
    if instance.mirrored and rank % 2 == 0:
        rank += 2
    return CLOCKWISE[(rank + instance.rotation // 90) % 4]


def box_of(instance: Instance, symbol: Symbol) -> Box:
    """Left, top, right, bottom of the turned bounding box."""
    width, height = symbol.size
    xs, ys = zip(place((0, 0), width, instance), place((width, height), width, instance), strict=True)
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))


def pin_of(symbol: Symbol, port: str, index: int = 0) -> Pin:
    """The pin that carries `index` of `port` (0: the pin itself; a bus pin carries a range). Raises KeyError."""
    for pin in symbol.pins:
        if pin.port != port:
            continue
        if index in (0, pin.index) or pin.index <= index <= pin.last or (pin.index == 0 and index == 1):
            return pin
    raise KeyError(f"{port}[{index}]")
