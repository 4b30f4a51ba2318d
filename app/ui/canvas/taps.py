"""Texts beside a bus: which of its connections a tap takes. Decoration; they connect nothing."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.document.schematic import Point
from app.ui.canvas import lettering
from app.ui.canvas.clear import is_clear
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink
from app.ui.canvas.metrics import GRID
from app.ui.canvas.seen import Seen
from app.ui.canvas.views import WireView

LEAST_LENGTH = 3  # grid units of a stretch that carries a text
OVER, BUS_GAP = 6.5, 3.0  # how far over its wire a text's middle lies, and further from a thick one
MOST_STEPS = 40


def paint_taps(painter: QPainter, seen: Seen, ink: Ink) -> None:
    """`IE3` over a tap, `IE[1..8]` under a bus."""
    painter.setPen(ink.color("ink"))
    drawing = seen.drawing
    for view in seen.wires:
        if view.bus:
            _paint_bus(painter, drawing, view)
        else:
            _paint_tap(painter, drawing, view)


def _paint_tap(painter: QPainter, drawing: Drawing, view: WireView) -> None:
    for end in view.wire.ends:
        junction = drawing.sheet.junctions.get(end.item)
        if junction is None or junction.width == 1 or not end.first:
            continue
        name = bundle(drawing, view)
        stretch = _level_stretch(drawing.points_of(view))
        if name and stretch is not None:
            _write(painter, drawing, lettering.lettering(f"{name}{end.first}", "plain", 8.0), stretch)
        return


def _paint_bus(painter: QPainter, drawing: Drawing, view: WireView) -> None:
    """Only the longest wire of a bus is named."""
    nets = drawing.nets_of(view.wire.id)
    if len(nets) < 2:
        return
    same = [drawing.wires[key] for key in nets[0].wires if key in drawing.wires and drawing.wires[key].bus]
    lengths = {key.wire.id: _length(_level_stretch(drawing.points_of(key))) for key in same}
    longest = max(lengths, key=lambda key: (lengths[key], key), default="")
    stretch = _level_stretch(drawing.points_of(view))
    name = bundle(drawing, view)
    if view.wire.id != longest or stretch is None or not name:
        return
    _write(painter, drawing, lettering.lettering(f"{name}[1..{len(nets)}]", "name", 8.5), stretch, under=True)


def _write(
    painter: QPainter, drawing: Drawing, words: lettering.Lettering, stretch: tuple[Point, Point], under: bool = False
) -> None:
    """Along the stretch where no other wire passes; not at all if there is no such place."""
    (ax, ay), (bx, _) = stretch
    left, right = min(ax, bx) * GRID + words.width / 2, max(ax, bx) * GRID - words.width / 2
    middle, y = (left + right) / 2, ay * GRID
    places = [middle] + [middle + sign * step * GRID for step in range(1, MOST_STEPS) for sign in (-1, 1)]
    for x in places:
        for over in (OVER + BUS_GAP, -OVER) if under else (-OVER, OVER):
            room = QRectF(x - words.width / 2, y + over - words.size / 2, words.width, words.size)
            if (x == middle or left <= x <= right) and is_clear(drawing, room):
                lettering.draw(painter, words, x, y + over, "centre")
                return


def bundle(drawing: Drawing, view: WireView) -> str:
    """What a bus carries, from the port that makes it: `IE` for I_E, `X` for a dataset's columns."""
    for net in drawing.nets_of(view.wire.id):
        for item, port, _ in net.pins:
            block = drawing.blocks.get(item)
            declared = block.shape.block.port(port) if block is not None else None
            if declared is not None and declared.direction == "out" and declared.width != "1":
                return port.replace("_", "")
    return ""


def _level_stretch(points: tuple[Point, ...]) -> tuple[Point, Point] | None:
    """The longest horizontal stretch, if a text fits over it."""
    level = [(a, b) for a, b in pairwise(points) if a[1] == b[1]]
    longest = max(level, key=_length, default=None)
    return longest if _length(longest) >= LEAST_LENGTH else None


def _length(stretch: tuple[Point, Point] | None) -> int:
    return 0 if stretch is None else abs(stretch[1][0] - stretch[0][0])
