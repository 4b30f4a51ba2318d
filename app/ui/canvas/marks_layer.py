"""Paints what lies over the drawing: selection, hover, troubles, and the gesture at work."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.ui.canvas import lettering
from app.ui.canvas.ink import Ink, dashed_pen, line_pen
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import GRID, SELECTED_LINE
from app.ui.canvas.seen import Seen
from app.ui.canvas.views import BlockView, PinView

HANDLE = 6.0
BADGE = 7.0
_PORT = re.compile(r"(\w+?)(?:\[(\d+)\])?")


def paint_marks(painter: QPainter, seen: Seen, ink: Ink, look: Look) -> None:
    drawing = seen.drawing
    marked = {*look.selection, *look.problems, look.hovered_block}
    for key in marked & drawing.blocks.keys():
        view = drawing.blocks[key]
        severity = look.problems.get(key)
        if severity in ("error", "warning"):
            _paint_trouble(painter, view, str(severity), ink)
            for pin in _troubled_pins(view, look):
                ring(painter, pin.place, str(severity), ink, look.pulse)
        if key in look.selection:
            _paint_selected(painter, view, ink)
        elif key == look.hovered_block:
            painter.setPen(line_pen(ink.color("accent", 0.6), ink.width(1.5)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(_around(view, ink), 4, 4)
    for key in look.selection:
        junction = drawing.sheet.junctions.get(key)
        if junction is not None:
            painter.setPen(line_pen(ink.color("accent"), ink.width(SELECTED_LINE)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(junction.at[0] * GRID, junction.at[1] * GRID), 6, 6)


def _around(view: BlockView, ink: Ink) -> QRectF:
    """2 px outside the block's box (its visible body for frames and comments is the same)."""
    room = 2.0 / min(1.0, ink.zoom)
    return view.body.adjusted(-room, -room, room, room)


def _paint_selected(painter: QPainter, view: BlockView, ink: Ink) -> None:
    rect = _around(view, ink)
    painter.setPen(line_pen(ink.color("accent"), ink.width(SELECTED_LINE)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 4, 4)
    half = HANDLE / 2.0 / max(ink.zoom, 0.5)
    painter.setPen(line_pen(ink.color("accent"), ink.width(1.25)))
    painter.setBrush(ink.brush("canvas"))
    for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
        painter.drawRect(QRectF(corner.x() - half, corner.y() - half, 2 * half, 2 * half))


def _paint_trouble(painter: QPainter, view: BlockView, role: str, ink: Ink) -> None:
    """Dashed outline and a badge with an exclamation mark: colour is not the only signal."""
    rect = view.body.adjusted(-3, -3, 3, 3)
    painter.setPen(dashed_pen(ink.color(role), ink.width(2.0), (5.0, 3.0)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 4, 4)
    size = BADGE / min(1.0, max(0.4, ink.zoom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush(role))
    painter.drawEllipse(rect.topRight(), size, size)
    painter.setPen(ink.color("panel"))
    words = lettering.lettering("!", "name", size * 1.5)
    lettering.draw(painter, words, rect.right(), rect.top(), "centre")


def _troubled_pins(view: BlockView, look: Look) -> list[PinView]:
    """The block's pins that its problems name, such as `N2_1.V_in[2]`."""
    found = []
    for problem in look.messages.get(view.instance.id, []):
        name, _, port = problem.where.rpartition(".")
        named = _PORT.fullmatch(port)
        if name == view.instance.name and named is not None:
            index = int(named[2] or 0)
            found += [pin for pin in view.pins if pin.port.name == named[1] and pin.index == index]
    return found


def ring(painter: QPainter, at: QPointF, role: str, ink: Ink, grown: float = 0.0) -> None:
    """Around a pin: allowed (good) or refused (error, dashed); `grown` 0..1 makes it larger."""
    width = ink.width(2.0)
    pen = line_pen(ink.color(role), width) if role != "error" else dashed_pen(ink.color(role), width, (3.0, 2.0))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = max(7.0, 7.0 / ink.zoom) * (1.0 + grown)
    painter.drawEllipse(at, radius, radius)


def sentence(painter: QPainter, at: QPointF, text: str, ink: Ink) -> None:
    """What a rule says, on a small card beside the place; the same size at every zoom."""
    size = 11.0 / ink.zoom
    words = lettering.lettering(text, "plain", size)
    pad, away = 0.6 * size, 14.0 / ink.zoom
    box = QRectF(at.x() + away, at.y() - away - 2 * size, words.width + 2 * pad, 2 * size)
    painter.setPen(line_pen(ink.color("error"), ink.width(1.0)))
    painter.setBrush(ink.brush("error_fill"))
    painter.drawRoundedRect(box, 0.4 * size, 0.4 * size)
    painter.setPen(ink.color("error"))
    lettering.draw(painter, words, box.left() + pad, box.center().y())


def new_wire_pen(ink: Ink, ends: bool) -> QPen:
    """Accent, dashed until the wire ends on something."""
    width = ink.width(1.5)
    return line_pen(ink.color("accent"), width) if ends else dashed_pen(ink.color("accent"), width, (4.0, 3.0))
