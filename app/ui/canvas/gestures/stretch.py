"""Keeps wires orthogonal when only one of their ends moves: the corners next to that end go along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.document import arrange
from app.document.edits import Changes
from app.document.schematic import Change, Point, Wire
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.views import LABELS

HANGING = (*LABELS, "probe")
CLOSE = 6  # grid units


class Mover:
    """Shifts a selection as it lay when the mover was made, whatever is previewed meanwhile."""

    def __init__(self, drawing: Drawing, chosen: Iterable[str]) -> None:
        self._drawing = drawing
        self._chosen = set(chosen)
        self._chosen |= companions(drawing, self._chosen)
        self._selection = arrange.Selection(drawing.schematic.sheets[drawing.name], self._chosen)
        self._held: list[tuple[Wire, Point, Point, bool]] = []
        attached = {
            wire for item in self._chosen for wires in drawing.attached.get(item, {}).values() for wire in wires
        }
        for key in sorted(attached - self._chosen):
            view = drawing.wires.get(key)
            if view is None or not view.wire.corners:
                continue
            first, last = (end.item in self._chosen for end in view.wire.ends)
            if first != last:
                self._held.append((view.wire, view.start, view.stop, first))

    def changes(self, dx: int, dy: int) -> Changes:
        """The shift, with the corners of the wires that lead elsewhere. Raises ProblemError."""
        drawing = self._drawing
        result = list(arrange.shift(self._selection, dx, dy, drawing.name))
        for wire, start, stop, first in self._held:
            if first:
                corners = _follow(start, wire.corners, stop, dx, dy)
            else:
                corners = _follow(stop, wire.corners[::-1], start, dx, dy)[::-1]
            if corners != wire.corners:
                result.append(Change("wires", wire.id, wire, replace(wire, corners=corners), drawing.name))
        return tuple(result)


def companions(drawing: Drawing, chosen: set[str]) -> set[str]:
    """Net labels and probes that hang on nothing but a pin of a chosen block close by: they go along with it."""
    found: set[str] = set()
    for item in chosen & drawing.blocks.keys():
        for wires in drawing.attached.get(item, {}).values():
            for key in wires:
                view = drawing.wires.get(key)
                other = next((end.item for end in view.wire.ends if end.item != item), "") if view else ""
                block = drawing.blocks.get(other)
                if view is None or block is None or block.type not in HANGING or other in chosen:
                    continue
                reach = abs(view.start[0] - view.stop[0]) + abs(view.start[1] - view.stop[1])
                if reach <= CLOSE and len(drawing.wires_at(other, block.shape.block.ports[0].name)) == 1:
                    found.add(other)
    return found


def _follow(start: Point, corners: tuple[Point, ...], fixed: Point, dx: int, dy: int) -> tuple[Point, ...]:
    """`start` moves by (dx, dy). The first corner follows across its leg; if the next leg lies along the same line, so
    does the next corner. A corner that would leave the line to the fixed end stays, and the router bends the wire."""
    result = list(corners)
    before = start
    for number, corner in enumerate(corners):
        after = corners[number + 1] if number + 1 < len(corners) else fixed
        level = before[1] == corner[1]
        if level == (before[0] == corner[0]):
            break
        turns = corner[0] == after[0] if level else corner[1] == after[1]
        result[number] = (corner[0], corner[1] + dy) if level else (corner[0] + dx, corner[1])
        if turns:
            break
        if after is fixed:
            return corners
        before = corner
    return tuple(result)
