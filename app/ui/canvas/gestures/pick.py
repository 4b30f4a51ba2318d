"""Press without a tool: a click selects, a drag becomes what was meant: move, copy, rubber band, wire, new size."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.document import edits
from app.document.schematic import End, Point
from app.document.wiring import OnWire
from app.errors import ProblemError
from app.ui.canvas import hits
from app.ui.canvas.gestures.band import BandGesture
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer
from app.ui.canvas.gestures.move import MoveGesture
from app.ui.canvas.gestures.place import joined
from app.ui.canvas.gestures.resize import ResizeGesture, corner_at
from app.ui.canvas.gestures.segment import SegmentGesture
from app.ui.canvas.hits import Hit

DRAG = 4  # px from which a press is a drag


class PickGesture(Gesture):
    """Until the press is let go, or hands on to the gesture that the drag turned out to be."""

    def __init__(self, canvas: Canvas, hit: Hit, read_only: bool) -> None:
        super().__init__(canvas)
        self._hit, self._read_only = hit, read_only
        self._pressed: Pointer | None = None
        self._corner: tuple[str, int] | None = None
        self._was_selected = False

    def press(self, pointer: Pointer) -> None:
        self._pressed = pointer
        canvas, item = self.canvas, self._hit.item
        if not self._read_only:
            self._corner = corner_at(canvas.drawing, canvas.look.selection, pointer.at, canvas.zoom())
        self._was_selected = item in canvas.look.selection
        if self._corner is not None or pointer.has(Qt.KeyboardModifier.AltModifier):
            if self._corner is None and item and not self._was_selected and not self._on_wire():
                canvas.select((item,))
        elif _adds(pointer):
            if item:
                canvas.select(canvas.look.selection ^ {item})
        elif item and not self._was_selected:
            canvas.select((item,))

    def move(self, pointer: Pointer) -> None:
        pressed = self._pressed
        if pressed is not None and (pointer.pixel - pressed.pixel).manhattanLength() >= DRAG:
            drag = self._meant(pressed)
            self.canvas.hand_over(drag)
            drag.move(pointer)

    def release(self, pointer: Pointer) -> None:
        pressed, item = self._pressed, self._hit.item
        self.done()
        if pressed is None or self._corner is not None or _adds(pressed):
            return
        if pressed.has(Qt.KeyboardModifier.AltModifier):
            if self._on_wire():
                self._probe(pressed)
        elif item:
            self.canvas.select((item,))
        else:
            self.canvas.select(())

    def _on_wire(self) -> bool:
        return bool(self._hit.wire or self._hit.junction)

    def _meant(self, pressed: Pointer) -> Gesture:
        canvas, item = self.canvas, self._hit.item
        start: Point = pressed.grid
        if self._corner is not None:
            return ResizeGesture(canvas, *self._corner)
        if self._read_only or not item or _adds(pressed):
            return BandGesture(canvas, pressed.at, set(canvas.look.selection) if _adds(pressed) else set())
        if pressed.has(Qt.KeyboardModifier.AltModifier) and not self._on_wire():
            return MoveGesture(canvas, start, copy=True)
        if self._hit.wire and len(canvas.selection()) <= 1:
            return SegmentGesture(canvas, self._hit.wire, pressed.at, start)
        return MoveGesture(canvas, start)

    def _probe(self, pressed: Pointer) -> None:
        """A probe whose tip is on the wire."""
        canvas = self.canvas
        anchor = hits.anchor_at(canvas.drawing, pressed.at, canvas.zoom())
        if anchor is None or self._read_only:
            return
        at = anchor.at if isinstance(anchor, OnWire) else canvas.drawing.place_of(anchor)
        if at is None:
            return
        try:
            placed = edits.place(canvas.schematic, "probe", (at[0], at[1] - 3), canvas.sheet)
            changes = placed + joined(canvas, anchor, End(placed[0].key, "V"))
        except ProblemError as error:
            canvas.say(error.problems[0])
            return
        if canvas.do("Place Probe", changes):
            canvas.select((placed[0].key,))


def _adds(pointer: Pointer) -> bool:
    """Shift or Ctrl: add to the selection, or take away."""
    return pointer.has(Qt.KeyboardModifier.ShiftModifier) or pointer.has(Qt.KeyboardModifier.ControlModifier)
