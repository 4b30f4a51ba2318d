"""Drag the selection: wires stay attached and orthogonal, everything stays on the grid. Alt drags a copy."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.document import arrange, clipboard
from app.document.edits import Changes
from app.document.schematic import Point
from app.errors import ProblemError
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer
from app.ui.canvas.gestures.shift import shifted_changes
from app.ui.canvas.gestures.stretch import Mover


class MoveGesture(Gesture):
    cursor = Qt.CursorShape.SizeAllCursor
    hint = "Release to drop · Esc puts it back · Alt drags a copy"

    def __init__(self, canvas: Canvas, start: Point, copy: bool = False) -> None:
        super().__init__(canvas)
        self._start = start
        self._offset: Point = (0, 0)
        self._chosen = set(canvas.selection())
        self._mover = Mover(canvas.drawing, self._chosen)
        self._turns = 0
        self._copied: Changes | None = None
        if copy:
            self._copied = clipboard.duplicate(canvas.schematic, self._chosen, (0, 0), canvas.sheet)

    def move(self, pointer: Pointer) -> None:
        offset = pointer.grid[0] - self._start[0], pointer.grid[1] - self._start[1]
        if offset == self._offset:
            return
        self._offset = offset
        self._show()

    def _show(self) -> None:
        try:
            changes = self._changes()
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        self.canvas.preview(changes, lifted=self._lifted(changes))

    def release(self, pointer: Pointer) -> None:
        self.canvas.preview(())
        offset = self._offset
        self.done()
        if offset == (0, 0) and not self._turns % 4:
            return
        try:
            changes = self._changes()
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        if self._copied is not None:
            self.canvas.do("Duplicate", changes)
            self.canvas.select([change.key for change in changes if change.table in ("instances", "junctions")])
        else:
            self.canvas.do("Move", changes)

    def turn(self, turns: int) -> bool:
        """R while dragging turns what is dragged (copies are turned once they are dropped)."""
        if self._copied is not None:
            return True
        self._turns += turns
        self._show()
        return True

    def cancel(self) -> None:
        self.canvas.preview(())

    def _changes(self) -> Changes:
        dx, dy = self._offset
        if self._copied is not None:
            return shifted_changes(self._copied, dx, dy)
        if self._turns % 4:
            turned = arrange.rotate(self.canvas.schematic, self._chosen, self._turns, self.canvas.sheet)
            return shifted_changes(turned, dx, dy)
        return self._mover.changes(dx, dy)

    def _lifted(self, changes: Changes) -> frozenset[str]:
        return frozenset(change.key for change in changes if change.table == "instances")
