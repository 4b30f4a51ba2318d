"""Rubber band: drawn to the right it selects what lies wholly inside, drawn to the left whatever it touches."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPolygonF

from app.ui.canvas.drawing import Drawing
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer
from app.ui.canvas.ink import Ink, dashed_pen, line_pen
from app.ui.canvas.metrics import GRID
from app.ui.canvas.views import BACKGROUND
from app.ui.canvas.wire_layer import polygon


class BandGesture(Gesture):
    def __init__(self, canvas: Canvas, start: QPointF, keep: set[str]) -> None:
        """`keep` stays selected (Shift was held)."""
        super().__init__(canvas)
        self._start = self._stop = start
        self._keep = keep

    def move(self, pointer: Pointer) -> None:
        self._stop = pointer.at
        self.canvas.repaint_overlay()

    def release(self, pointer: Pointer) -> None:
        self._stop = pointer.at
        rect = QRectF(self._start, self._stop).normalized()
        touching = self._stop.x() < self._start.x()
        self.done()
        self.canvas.select(sorted(self._keep | inside(self.canvas.drawing, rect, touching)))

    def paint(self, painter: QPainter, ink: Ink) -> None:
        touching = self._stop.x() < self._start.x()
        width = ink.width(1.25)
        color = ink.color("accent")
        painter.setPen(dashed_pen(color, width, (4.0, 3.0)) if touching else line_pen(color, width))
        painter.setBrush(ink.color("accent", 0.08))
        painter.drawRect(QRectF(self._start, self._stop).normalized())


def inside(drawing: Drawing, rect: QRectF, touching: bool) -> set[str]:
    """Blocks, wires and junctions in a rectangle: those wholly inside, or all it touches."""
    found: set[str] = set()
    for key in drawing.touching(rect):
        block, wire = drawing.blocks.get(key), drawing.wires.get(key)
        if block is not None:
            area = block.rect if block.type in BACKGROUND else block.body
            # A frame that surrounds the band is not meant.
            meant = touching and not (block.type in BACKGROUND and area.contains(rect))
            if rect.contains(area) or (meant and rect.intersects(area)):
                found.add(key)
        elif wire is not None:
            points = polygon(drawing.points_of(wire))
            if rect.contains(points.boundingRect()) or (touching and crosses(rect, points)):
                found.add(key)
        else:
            junction = drawing.sheet.junctions.get(key)
            if junction is not None and rect.contains(junction.at[0] * GRID, junction.at[1] * GRID):
                found.add(key)
    return found


def crosses(rect: QRectF, points: QPolygonF) -> bool:
    """Does a polyline pass through the rectangle?"""
    for a, b in pairwise(points.toList()):
        piece = QRectF(a, b).normalized()
        if piece.adjusted(-0.01, -0.01, 0.01, 0.01).intersects(rect):
            return True
    return False
