"""What all gestures share: they take pointer events, may paint over the drawing, and end by `done` or `cancel`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter

from app.document.schematic import Point
from app.ui.canvas.ink import Ink
from app.ui.canvas.metrics import GRID

if TYPE_CHECKING:
    from app.ui.canvas.view import CanvasView


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer event: `at` in scene units, `pixel` in the viewport."""

    at: QPointF
    pixel: QPoint
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def grid(self) -> Point:
        """The nearest grid point."""
        return round(self.at.x() / GRID), round(self.at.y() / GRID)

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        return bool(self.modifiers & modifier)


class Gesture:
    """Left-button events reach the gesture until it ends. `sticky` ones start again after they have done their work."""

    cursor = Qt.CursorShape.ArrowCursor
    hint = ""
    sticky = False

    def __init__(self, canvas: CanvasView) -> None:
        self.canvas = canvas

    def press(self, pointer: Pointer) -> None:
        """The left button went down."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved, with or without the button."""

    def release(self, pointer: Pointer) -> None:
        """The left button went up."""

    def double_click(self, pointer: Pointer) -> None:
        """The second press of a double click (instead of `press`)."""
        self.press(pointer)

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """A key that the gesture itself understands; True if it did."""
        return False

    def cancel(self) -> None:
        """Takes back whatever is shown; the document was not touched."""

    def paint(self, painter: QPainter, ink: Ink) -> None:
        """Draws over the sheet, in scene units."""

    def done(self) -> None:
        """The gesture has done its work."""
        self.canvas.end_gesture(self)
