"""Draw a wire: click or drag from a pin, click corners, end on a pin, a junction or a wire; a double click ends free.

The rule that will be asked when the wire is dropped is asked while it is drawn: an allowed end gets a ring in the
colour of good, a refused one a dashed ring in the colour of error, with the rule's sentence beside it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter

from app.document import wiring
from app.document.rules import why_not_connect
from app.document.schematic import End, Point
from app.document.wiring import Free, OnWire
from app.errors import Problem, ProblemError
from app.ui.canvas import hits, router
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer
from app.ui.canvas.ink import Ink
from app.ui.canvas.marks_layer import new_wire_pen, ring, sentence
from app.ui.canvas.metrics import GRID
from app.ui.canvas.wire_layer import polygon
from blocks.symbol import Side

Anchor = End | OnWire | Free
DRAG = 6  # px between press and release that make a drag


class WireGesture(Gesture):
    cursor = Qt.CursorShape.CrossCursor
    hint = "Click a pin or a wire to start · Esc cancels"
    drawing_hint = "Click sets a corner · a pin or a double click ends · Backspace takes back · Esc cancels"
    def __init__(self, canvas: Canvas, once: bool = False) -> None:
        """`once`: begun by a press on a pin, so that the tool is put away with the wire."""
        super().__init__(canvas)
        self.sticky = not once
        self._start: Anchor | None = None
        self._at: Point = (0, 0)
        self._corners: list[Point] = []
        self._steps: list[int] = []
        self._cursor: Point = (0, 0)
        self._target: End | OnWire | None = None
        self._problem: Problem | None = None
        self._pressed: QPoint | None = None

    @property
    def begun(self) -> bool:
        return self._start is not None

    def press(self, pointer: Pointer) -> None:
        self._pressed = pointer.pixel
        self._follow(pointer)
        if self._start is None:
            self._begin(pointer)
        elif self._target is not None:
            self._finish(self._target)
        else:
            self._add_corner()

    def move(self, pointer: Pointer) -> None:
        self._follow(pointer)
        self.canvas.repaint_overlay()

    def release(self, pointer: Pointer) -> None:
        """After a drag the release ends the wire, if it is on something."""
        pressed, self._pressed = self._pressed, None
        if self._start is None or pressed is None or (pointer.pixel - pressed).manhattanLength() < DRAG:
            return
        self._follow(pointer)
        if self._target is not None:
            self._finish(self._target)

    def double_click(self, pointer: Pointer) -> None:
        self._follow(pointer)
        if self._start is None:
            self._begin(pointer)
        elif self._target is not None:
            self._finish(self._target)
        elif self._corners:
            # The first press of the double click has just put a corner where the wire is to end.
            self._take_back()
            self._finish(Free(pointer.grid))

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.begun and self._cursor != self._at:
            self._finish(Free(self._cursor))
            return True
        return False

    def cancel(self) -> None:
        self._reset()
        self.canvas.repaint_overlay()

    def take_back(self) -> bool:
        if not self.begun:
            return False
        self._take_back()
        self.canvas.repaint_overlay()
        return True

    def stop(self) -> bool:
        """First the wire goes, then (False) the tool."""
        if not self.begun or not self.sticky:
            return False
        self._reset()
        self.canvas.tell(self.hint)
        self.canvas.repaint_overlay()
        return True

    def paint(self, painter: QPainter, ink: Ink) -> None:
        if self._start is not None:
            painter.setPen(new_wire_pen(ink, self._target is not None and self._problem is None))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(polygon(self._route()))
        if self._target is not None:
            place = QPointF(self._cursor[0] * GRID, self._cursor[1] * GRID)
            ring(painter, place, "error" if self._problem else "good", ink)
            if self._problem is not None and self._start is not None:
                sentence(painter, place, self._problem.found, ink)

    # -- steps ------------------------------------------------------------------------------------------------------

    def _begin(self, pointer: Pointer) -> None:
        anchor = hits.anchor_at(self.canvas.drawing, pointer.at, self.canvas.zoom())
        self._start = anchor if anchor is not None else Free(pointer.grid)
        self._at = self._place(self._start)
        self._target = None
        self.canvas.reveal_pins(True)
        self.canvas.tell(self.drawing_hint)
        self.canvas.repaint_overlay()

    def _follow(self, pointer: Pointer) -> None:
        """Where the loose end is, what it would join, and whether it may."""
        drawing = self.canvas.drawing
        target = hits.anchor_at(drawing, pointer.at, self.canvas.zoom())
        self._cursor = self._place(target) if target is not None else pointer.grid
        if self._start is not None and target is not None and self._cursor == self._at and not self._corners:
            target = None
        if target == self._target:
            return
        self._target, self._problem = target, None
        if self._start is None or target is None:
            self.canvas.tell(self.drawing_hint if self.begun else self.hint)
            return
        a, b = self._fitted(self._start, target)
        if not isinstance(a, Free):
            ends = self._standing(a), self._standing(b)
            self._problem = why_not_connect(self.canvas.schematic, self.canvas.sheet, *ends)
        problem = self._problem
        self.canvas.tell(f"{problem.where}: {problem.found}" if problem is not None else self.drawing_hint)

    def _standing(self, anchor: Anchor) -> End:
        """What the rule is asked about: a wire stands for its first end."""
        if isinstance(anchor, OnWire):
            return self.canvas.schematic.sheets[self.canvas.sheet].wires[anchor.wire].ends[0]
        if isinstance(anchor, Free):
            raise TypeError("a free end joins nothing")
        return anchor

    def _fitted(self, a: Anchor, b: Anchor) -> tuple[Anchor, Anchor]:
        """A single wire on a port of several takes the next free index."""
        schematic, sheet, drawing = self.canvas.schematic, self.canvas.sheet, self.canvas.drawing
        one, other = self._width(a), self._width(b)

        def fitted(anchor: Anchor, mine: int, theirs: int) -> Anchor:
            if not isinstance(anchor, End) or mine == 1 or theirs > 1 or anchor.item in drawing.sheet.junctions:
                return anchor
            return wiring.next_free_index(schematic, End(anchor.item, anchor.port), sheet)

        return fitted(a, one, other), fitted(b, other, one)

    def _width(self, anchor: Anchor) -> int:
        if isinstance(anchor, End):
            return self.canvas.drawing.width_at(anchor)
        return 1

    def _finish(self, target: Anchor) -> None:
        if self._start is None:
            return
        a, b = self._fitted(self._start, target)
        try:
            changes = wiring.connect(self.canvas.schematic, a, b, self._corners, self.canvas.sheet)
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        self._reset()
        self.canvas.do("Draw wire", changes)
        self.done()

    def _add_corner(self) -> None:
        """Fixes what is seen: the bends on the way to the pointer, and the pointer's place."""
        if self._cursor == (self._corners[-1] if self._corners else self._at):
            return
        seen = [point for point in self._route()[1:] if point not in self._corners]
        self._steps.append(len(seen))
        self._corners += seen

    def _take_back(self) -> None:
        if self._steps:
            del self._corners[len(self._corners) - self._steps.pop() :]
        else:
            self._reset()
            if not self.sticky:
                self.done()

    def _reset(self) -> None:
        self._start, self._target, self._problem = None, None, None
        self._corners, self._steps = [], []
        self.canvas.reveal_pins(False)

    def _place(self, anchor: Anchor) -> Point:
        if isinstance(anchor, End):
            return self.canvas.drawing.place_of(anchor) or (0, 0)
        return anchor.at

    def _side(self, anchor: Anchor | None) -> Side | None:
        pin = self.canvas.drawing.pin_of(anchor) if isinstance(anchor, End) else None
        return pin.side if pin else None

    def _route(self) -> tuple[Point, ...]:
        ends = (*self._corners, self._cursor)
        area = polygon((self._at, *ends)).boundingRect().adjusted(-80, -80, 80, 80)
        boxes = self.canvas.drawing.obstacles((area.left(), area.top(), area.right(), area.bottom()))
        return router.route(
            self._at, self._cursor, self._corners, self._side(self._start), self._side(self._target), boxes
        )
