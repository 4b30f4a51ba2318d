"""Shift+F: drag a frame round what belongs together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.document import edits
from app.document.schematic import Point
from app.errors import ProblemError
from app.ui.canvas.gestures.base import Gesture, Pointer
from app.ui.canvas.ink import Ink, dashed_pen
from app.ui.canvas.metrics import GRID

LEAST = 3  # grid units


class FrameGesture(Gesture):
    cursor = Qt.CursorShape.CrossCursor
    hint = "Drag a frame round what belongs together · Esc cancels"

    _start: Point | None = None
    _stop: Point = (0, 0)

    def press(self, pointer: Pointer) -> None:
        self._start = self._stop = pointer.grid

    def move(self, pointer: Pointer) -> None:
        if self._start is not None:
            self._stop = pointer.grid
            self.canvas.repaint_overlay()

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self._stop = pointer.grid
        left, top, width, height = self._box()
        self.done()
        if width < LEAST or height < LEAST:
            return
        texts = {"title": "Frame", "width": str(width), "height": str(height)}
        try:
            changes = edits.place(self.canvas.schematic, "frame", (left, top), self.canvas.sheet, parameters=texts)
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        if self.canvas.do("Place Frame", changes):
            self.canvas.select((changes[0].key,))
            self.canvas.edit_text(changes[0].key, "title")

    def paint(self, painter: QPainter, ink: Ink) -> None:
        if self._start is not None:
            left, top, width, height = self._box()
            painter.setPen(dashed_pen(ink.color("accent"), ink.width(1.25), (6.0, 3.0)))
            painter.setBrush(ink.color("accent", 0.08))
            painter.drawRoundedRect(QRectF(left * GRID, top * GRID, width * GRID, height * GRID), 6.0, 6.0)

    def _box(self) -> tuple[int, int, int, int]:
        """Left, top, width, height in grid units."""
        (ax, ay), (bx, by) = self._start or self._stop, self._stop
        return min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by)
