"""Z: drag a box, which then fills the window."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.ui.canvas.gestures.base import Gesture, Pointer
from app.ui.canvas.ink import Ink, dashed_pen


class ZoomBoxGesture(Gesture):
    cursor = Qt.CursorShape.CrossCursor
    hint = "Drag a box to zoom to · Esc cancels"

    _start: QPointF | None = None
    _stop = QPointF()

    def press(self, pointer: Pointer) -> None:
        self._start = self._stop = pointer.at

    def move(self, pointer: Pointer) -> None:
        if self._start is not None:
            self._stop = pointer.at
            self.canvas.repaint_overlay()

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        rect = QRectF(self._start, pointer.at).normalized()
        self.done()
        if rect.width() > 5 and rect.height() > 5:
            self.canvas.show_area(rect)

    def paint(self, painter: QPainter, ink: Ink) -> None:
        if self._start is not None:
            painter.setPen(dashed_pen(ink.color("accent"), ink.width(1.25), (4.0, 3.0)))
            painter.setBrush(ink.color("accent", 0.08))
            painter.drawRect(QRectF(self._start, self._stop).normalized())
