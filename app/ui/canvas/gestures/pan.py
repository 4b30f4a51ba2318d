"""Drag the sheet: middle button, or Space with the left one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer


class PanGesture(Gesture):
    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, start: QPoint) -> None:
        super().__init__(canvas)
        self._last = start

    def move(self, pointer: Pointer) -> None:
        self.canvas.scroll_by(self._last - pointer.pixel)
        self._last = pointer.pixel

    def release(self, pointer: Pointer) -> None:
        self.done()
