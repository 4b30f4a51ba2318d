"""Drag a stretch of a wire across: its corners become corners that a person placed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.document import wiring
from app.document.edits import Changes
from app.document.schematic import Change, Point
from app.errors import ProblemError
from app.ui.canvas import hits
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer

STUB = 2  # grid units that stay straight at a pin


class SegmentGesture(Gesture):
    hint = "Release to drop the wire · Esc puts it back"

    def __init__(self, canvas: Canvas, wire: str, at: QPointF, start: Point) -> None:
        super().__init__(canvas)
        self._wire = wire
        self._points = canvas.drawing.points_of(canvas.drawing.wires[wire])
        self._number = hits.stretch_at(self._points, at)
        self._start = start
        self._offset = 0
        a, b = self._points[self._number], self._points[self._number + 1]
        self._level = a[1] == b[1]
        self.cursor = Qt.CursorShape.SizeVerCursor if self._level else Qt.CursorShape.SizeHorCursor

    def move(self, pointer: Pointer) -> None:
        offset = pointer.grid[1] - self._start[1] if self._level else pointer.grid[0] - self._start[0]
        if offset == self._offset:
            return
        self._offset = offset
        try:
            changes = self._changes()
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        self.canvas.preview(changes)

    def release(self, pointer: Pointer) -> None:
        self.canvas.preview(())
        self.done()
        try:
            changes = self._changes()
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        self.canvas.do("Move wire", changes)

    def cancel(self) -> None:
        self.canvas.preview(())

    def _changes(self) -> tuple[Change, ...]:
        if not self._offset:
            return ()
        corners = dragged(self._points, self._number, self._offset)[1:-1]
        changes: Changes = wiring.set_corners(self.canvas.schematic, self._wire, corners, self.canvas.sheet)
        return changes


def dragged(points: tuple[Point, ...], number: int, offset: int) -> tuple[Point, ...]:
    """The polyline with the stretch from point `number` to the next one shifted across by `offset`. The ends stay; a
    stretch that reaches an end keeps a stub there."""
    a, b = points[number], points[number + 1]
    level = a[1] == b[1]

    def across(point: Point) -> Point:
        return (point[0], point[1] + offset) if level else (point[0] + offset, point[1])

    def towards(point: Point, other: Point) -> Point:
        """A stub's length from an end along the stretch, half of it at most."""
        axis = 0 if level else 1
        way = other[axis] - point[axis]
        step = max(-STUB, min(STUB, way // 2 if way > 0 else -(-way // 2)))
        return (point[0] + step, point[1]) if level else (point[0], point[1] + step)

    before, after = points[:number], points[number + 2 :]
    first: tuple[Point, ...] = (across(a),)
    if number == 0:
        stub = towards(a, b)
        first = (a, stub, across(stub))
    last: tuple[Point, ...] = (across(b),)
    if number + 2 == len(points):
        stub = towards(b, a)
        last = (across(stub), stub, b)
    return _tidy((*before, *first, *last, *after))


def _tidy(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Without repeated points and without corners that do not turn."""
    result: list[Point] = []
    for point in points:
        if result and result[-1] == point:
            continue
        while len(result) >= 2 and any(result[-2][axis] == result[-1][axis] == point[axis] for axis in (0, 1)):
            result.pop()
        if not result or result[-1] != point:
            result.append(point)
    return tuple(result)
