"""What all gestures share: they take pointer events, may paint over the drawing, and end by `done` or `cancel`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.document.schematic import Change, Point, Schematic
from app.errors import Problem
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import GRID


class Canvas(Protocol):
    """What a gesture sees of the view that it works for. `sheet` is the shown sheet's name in `schematic`."""

    @property
    def look(self) -> Look: ...
    @property
    def drawing(self) -> Drawing: ...
    @property
    def schematic(self) -> Schematic: ...
    @property
    def sheet(self) -> str: ...
    def zoom(self) -> float: ...
    def selection(self) -> tuple[str, ...]: ...
    def select(self, ids: Iterable[str]) -> None: ...
    def do(self, label: str, changes: Iterable[Change], merge: str = "") -> bool:
        """One edit; False if it was refused (and said) or changed nothing."""

    def say(self, problem: Problem) -> None: ...
    def tell(self, hint: str) -> None:
        """A line for the status bar."""

    def preview(self, changes: Iterable[Change], lifted: frozenset[str] = frozenset()) -> None:
        """Shows the sheet as if `changes` had been done, `lifted` blocks half transparent."""

    def repaint_overlay(self) -> None: ...
    def reveal_pins(self, on: bool) -> None:
        """Whether unused current outputs show their pins instead of crosses."""

    def end_gesture(self, gesture: Gesture) -> None: ...
    def hand_over(self, gesture: Gesture) -> None:
        """`gesture` goes on with the press that the present one has begun."""

    def scroll_by(self, pixels: QPoint) -> None: ...
    def show_area(self, area: QRectF, animated: bool = True) -> None: ...
    def edit_text(self, ident: str, parameter: str) -> None:
        """Opens the in-place editor for a block's parameter."""


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

    def __init__(self, canvas: Canvas) -> None:
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

    def turn(self, turns: int) -> bool:
        """Rotate what is being placed or moved; True if there is such a thing."""
        return False

    def flip(self, vertical: bool) -> bool:
        """Mirror it; True if there is such a thing."""
        return False

    def take_back(self) -> bool:
        """Backspace and Delete; True if the gesture took back a step."""
        return False

    def stop(self) -> bool:
        """Esc: True if only a step of the gesture was given up and the tool stays."""
        return False

    def cancel(self) -> None:
        """Takes back whatever is shown; the document was not touched."""

    def paint(self, painter: QPainter, ink: Ink) -> None:
        """Draws over the sheet, in scene units."""

    def done(self) -> None:
        """The gesture has done its work."""
        self.canvas.end_gesture(self)
