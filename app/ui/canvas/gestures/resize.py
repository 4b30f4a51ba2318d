"""Drag a corner of a selected frame or comment."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt

from app.document.edits import Changes
from app.document.schematic import Change, Point
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer
from app.ui.canvas.metrics import GRID
from app.ui.canvas.views import BACKGROUND, BlockView

REACH = 7.0  # px
LEAST = 2  # grid units


def corner_at(drawing: Drawing, selection: set[str], at: QPointF, zoom: float) -> tuple[str, int] | None:
    """The selected frame or comment whose corner is under the pointer, and the corner's number: 1 right, 2 bottom."""
    for ident in selection:
        view = drawing.blocks.get(ident)
        if view is None or view.type not in BACKGROUND or view.instance.rotation or view.instance.mirrored:
            continue
        for number in range(4):
            offset = _corner(view, number) - at
            if offset.manhattanLength() * zoom <= REACH * 1.4:
                return ident, number
    return None


def _corner(view: BlockView, number: int) -> QPointF:
    left, top, right, bottom = view.box
    return QPointF((right if number & 1 else left) * GRID, (bottom if number & 2 else top) * GRID)


class ResizeGesture(Gesture):
    hint = "Release to set the size · Esc puts it back"

    def __init__(self, canvas: Canvas, ident: str, corner: int) -> None:
        super().__init__(canvas)
        self.cursor = Qt.CursorShape.SizeFDiagCursor if corner in (0, 3) else Qt.CursorShape.SizeBDiagCursor
        self._view = canvas.drawing.blocks[ident]
        self._corner = corner
        self._changes: Changes = ()

    def move(self, pointer: Pointer) -> None:
        self._changes = self._resized(pointer.grid)
        self.canvas.preview(self._changes)

    def release(self, pointer: Pointer) -> None:
        self.canvas.preview(())
        changes = self._changes
        self.done()
        self.canvas.do("Resize", changes)

    def cancel(self) -> None:
        self.canvas.preview(())

    def _resized(self, to: Point) -> Changes:
        left, top, right, bottom = self._view.box
        if self._corner & 1:
            right = max(to[0], left + LEAST)
        else:
            left = min(to[0], right - LEAST)
        if self._corner & 2:
            bottom = max(to[1], top + LEAST)
        else:
            top = min(to[1], bottom - LEAST)
        old = self._view.instance
        texts = {**old.parameters, "width": str(right - left), "height": str(bottom - top)}
        new = replace(old, at=(left, top), parameters=texts)
        return (Change("instances", old.id, old, new, self.canvas.drawing.name),) if new != old else ()
