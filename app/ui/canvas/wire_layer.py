"""Paints wires, buses, junction dots, and the halos under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.document.schematic import Point
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, line_pen
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import BUS_LINE, GRID, JUNCTION, WIRE_LINE, Detail
from app.ui.canvas.seen import Seen
from app.ui.canvas.views import WireView
from app.ui.theme import mix

HALO = 6.0
MOST_HALOS = 300  # more are painted as opaque lines: a path of thousands costs a second


def polygon(points: Iterable[Point]) -> QPolygonF:
    return QPolygonF([QPointF(x * GRID, y * GRID) for x, y in points])


def wires_path(drawing: Drawing, views: Iterable[WireView]) -> QPainterPath:
    """The polylines of several wires in one path, in scene units."""
    path = QPainterPath()
    for view in views:
        path.addPolygon(polygon(drawing.points_of(view)))
    return path


def wires_lines(drawing: Drawing, views: Iterable[WireView]) -> list[QLineF]:
    """The same as single stretches, which a painter strokes a hundred times faster than a path."""
    lines: list[QLineF] = []
    for view in views:
        lines += drawing.lines_of(view)
    return lines


def paint_wires(painter: QPainter, seen: Seen, ink: Ink, detail: Detail, look: Look) -> None:
    """Halos; then, at rest, wires, buses and dots. While a run is shown, the live layer paints those."""
    _paint_halos(painter, seen, ink, look)
    if look.live is not None:
        return
    drawing = seen.drawing
    hovered = [view for view in seen.wires if view.wire.id in look.hovered_wires and not view.bus]
    draw_lines(painter, wires_lines(drawing, (view for view in seen.wires if not view.bus)), wire_pen(ink))
    draw_lines(painter, wires_lines(drawing, (view for view in seen.wires if view.bus)), bus_pen(ink))
    draw_lines(painter, wires_lines(drawing, hovered), line_pen(ink.color("ink"), hovered_width(ink)))
    if detail > Detail.BOXES:
        paint_dots(painter, drawing.dots(seen.keys), ink.color("ink"), ink)


def hovered_width(ink: Ink) -> float:
    return ink.width(WIRE_LINE) + 1.0 / ink.zoom


def wire_pen(ink: Ink) -> QPen:
    return square_pen(ink.color("ink"), ink.width(WIRE_LINE))


def bus_pen(ink: Ink) -> QPen:
    return square_pen(ink.color("ink"), ink.width(BUS_LINE))


def square_pen(color: QColor, width: float) -> QPen:
    """For single stretches: their square ends make the corners of a wire."""
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)


def draw_lines(painter: QPainter, lines: list[QLineF], pen: QPen) -> None:
    if lines:
        painter.setPen(pen)
        painter.drawLines(lines)


def stroke(painter: QPainter, path: QPainterPath, pen: QPen) -> None:
    if path.isEmpty():
        return
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def paint_dots(painter: QPainter, places: Iterable[Point], color: QColor, ink: Ink) -> None:
    """Junction dots, and pins on which several wires meet."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    half = max(JUNCTION / 2.0, 1.5 / ink.zoom)
    for x, y in places:
        painter.drawEllipse(QPointF(x * GRID, y * GRID), half, half)


def paint_halo(
    painter: QPainter, drawing: Drawing, views: Sequence[WireView], role: str, alpha: float, width: float, ink: Ink
) -> None:
    """A soft band under wires; where there are very many of them, opaque in the colour that it has on the canvas."""
    if len(views) > MOST_HALOS:
        color = mix(ink.color("canvas"), ink.color(role), alpha)
        draw_lines(painter, wires_lines(drawing, views), square_pen(color, width))
        return
    pen = line_pen(ink.color(role, alpha), width, flat=True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    stroke(painter, wires_path(drawing, views), pen)


def _paint_halos(painter: QPainter, seen: Seen, ink: Ink, look: Look) -> None:
    width = max(HALO, 4.0 / ink.zoom)
    if look.problems:
        for role in ("warning", "error"):
            troubled = [view for view in seen.wires if look.problems.get(view.wire.id) == role]
            paint_halo(painter, seen.drawing, troubled, role, 0.35, width, ink)
    if look.selection:
        chosen = [view for view in seen.wires if view.wire.id in look.selection]
        paint_halo(painter, seen.drawing, chosen, "accent", 0.35, width, ink)
