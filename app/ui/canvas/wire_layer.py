"""Paints wires, buses, junction dots, and the halos under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from app.document.schematic import Point
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, line_pen
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import BUS_LINE, GRID, JUNCTION, WIRE_LINE, Detail
from app.ui.canvas.views import WireView

HALO = 6.0


def polygon(points: Iterable[Point]) -> QPolygonF:
    return QPolygonF([QPointF(x * GRID, y * GRID) for x, y in points])


def wires_path(drawing: Drawing, views: Iterable[WireView]) -> QPainterPath:
    """The polylines of several wires in one path, in scene units."""
    path = QPainterPath()
    for view in views:
        path.addPolygon(polygon(drawing.points_of(view)))
    return path


def paint_wires(
    painter: QPainter, drawing: Drawing, area: QRectF, ink: Ink, detail: Detail, look: Look, *, cores: bool = True
) -> None:
    """Halos, then wires at rest (unless something else paints the `cores`), buses, dots."""
    views = drawing.wires_in(area)
    _paint_halos(painter, drawing, views, ink, look)
    plain = [view for view in views if not view.bus]
    if cores:
        quiet = [view for view in plain if view.wire.id not in look.hovered_wires]
        stroke(painter, wires_path(drawing, quiet), wire_pen(ink))
        stroke(painter, wires_path(drawing, [view for view in views if view.bus]), bus_pen(ink))
    hovered = [view for view in views if view.wire.id in look.hovered_wires]
    if hovered and cores:
        width = ink.width(WIRE_LINE) + 1.0 / ink.zoom
        stroke(painter, wires_path(drawing, hovered), line_pen(ink.color("ink"), width, flat=True))
    if detail > Detail.BOXES:
        paint_dots(painter, drawing, area, ink)


def wire_pen(ink: Ink) -> QPen:
    return line_pen(ink.color("ink"), ink.width(WIRE_LINE), flat=True)


def bus_pen(ink: Ink) -> QPen:
    return line_pen(ink.color("ink"), ink.width(BUS_LINE), flat=True)


def stroke(painter: QPainter, path: QPainterPath, pen: QPen) -> None:
    if path.isEmpty():
        return
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def paint_dots(painter: QPainter, drawing: Drawing, area: QRectF, ink: Ink) -> None:
    """Junction dots, and pins on which several wires meet."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("ink"))
    half = max(JUNCTION / 2.0, 1.5 / ink.zoom)
    touched = drawing.touching(area.adjusted(-JUNCTION, -JUNCTION, JUNCTION, JUNCTION))
    for x, y in drawing.dots(touched):
        painter.drawEllipse(QPointF(x * GRID, y * GRID), half, half)


def _paint_halos(painter: QPainter, drawing: Drawing, views: Sequence[WireView], ink: Ink, look: Look) -> None:
    for role in ("warning", "error"):
        troubled = [view for view in views if look.problems.get(view.wire.id) == role]
        stroke(painter, wires_path(drawing, troubled), _halo(ink, role))
    chosen = [view for view in views if view.wire.id in look.selection]
    stroke(painter, wires_path(drawing, chosen), _halo(ink, "accent"))


def _halo(ink: Ink, role: str) -> QPen:
    pen = line_pen(ink.color(role, 0.35), max(HALO, 4.0 / ink.zoom), flat=True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
