"""Place a block: its ghost follows the pointer; R, X and Y turn it; a click sets it down, Esc ends.

Marks with one pin (probe, net label) join what lies under their tip.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.document import edits, wiring
from app.document.edits import Changes
from app.document.nets import LABELS
from app.document.schematic import Change, End, Instance, Junction, Point, Wire
from app.document.wiring import Free, OnWire
from app.errors import ProblemError, fail
from app.ui.canvas import hits
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.gestures.base import Canvas, Gesture, Pointer
from app.ui.canvas.ink import Ink
from app.ui.canvas.marks_layer import ring
from app.ui.canvas.metrics import GRID
from app.ui.canvas.symbol_painter import paint_block
from app.ui.canvas.views import BACKGROUND, BlockView

GHOST = 0.65  # opacity
TIPPED = (*LABELS, "probe")  # what is placed by its pin
PREFIXES = {"label": "net", "sheet_port": "port"}  # of the names that new ones get
EDITED = {"label": "net", "sheet_port": "net", "comment": "text"}  # what is asked for at once


class PlaceGesture(Gesture):
    cursor = Qt.CursorShape.CrossCursor
    hint = "Click to place · R rotates · X and Y mirror · Esc ends"
    sticky = True

    def __init__(
        self, canvas: Canvas, kind: str, parameters: Mapping[str, str] | None = None, once: bool = False
    ) -> None:
        """`once`: the tool is put away with the first block. Raises KeyError for an unknown kind."""
        super().__init__(canvas)
        self._kind = kind
        texts = dict(parameters or {})
        self.sticky = not once and not (kind == "sheet" and not texts)  # a second one would be another new sheet
        if kind in PREFIXES:
            texts.setdefault("net", free_net(canvas.drawing, PREFIXES[kind]))
        self._instance = Instance("", kind, "", (0, 0), parameters=texts)
        self._shown = False
        self._target: End | OnWire | None = None
        canvas.drawing.view_of(self._instance)

    @property
    def instance(self) -> Instance:
        """The ghost as it lies now."""
        return self._instance

    def move(self, pointer: Pointer) -> None:
        self._shown = True
        x, y = pointer.grid
        self._target = None
        if self._kind in TIPPED:
            self._target = hits.anchor_at(self.canvas.drawing, pointer.at, self.canvas.zoom())
            if isinstance(self._target, End):
                x, y = self.canvas.drawing.place_of(self._target) or (x, y)
            elif self._target is not None:
                x, y = self._target.at
        dx, dy = self._grip()
        self._instance = replace(self._instance, at=(x - dx, y - dy))
        self.canvas.repaint_overlay()

    def press(self, pointer: Pointer) -> None:
        self.move(pointer)
        self.drop()

    def drop(self) -> None:
        """Sets the block down where its ghost lies."""
        try:
            changes = self._changes()
        except ProblemError as error:
            self.canvas.say(error.problems[0])
            return
        ident = next(change.key for change in changes if change.table == "instances")
        if not self.sticky or self._kind in EDITED:
            self.sticky = False
            self.done()
        if self.canvas.do(f"Place {self._view().shape.block.title}", changes):
            self.canvas.select((ident,))
            if self._kind in EDITED:
                self.canvas.edit_text(ident, EDITED[self._kind])

    def turn(self, turns: int) -> bool:
        x, y = self._held()
        self._instance = replace(self._instance, rotation=(self._instance.rotation + 90 * turns) % 360)
        self._hold(x, y)
        return True

    def flip(self, vertical: bool) -> bool:
        x, y = self._held()
        turns = (180 if vertical else 0) - self._instance.rotation
        self._instance = replace(self._instance, mirrored=not self._instance.mirrored, rotation=turns % 360)
        self._hold(x, y)
        return True

    def paint(self, painter: QPainter, ink: Ink) -> None:
        if not self._shown:
            return
        painter.save()
        painter.setOpacity(GHOST)
        view = self._view()
        if view.type in BACKGROUND:
            painter.setPen(ink.pen("accent", 1.25))
            painter.setBrush(ink.color("accent", 0.08))
            painter.drawRect(view.rect)
        else:
            paint_block(painter, view, ink)
        painter.restore()
        if self._target is not None:
            x, y = self._held()
            ring(painter, QPointF(x * GRID, y * GRID), "good", ink)

    # -- steps ------------------------------------------------------------------------------------------------------

    def _view(self) -> BlockView:
        shape = self.canvas.drawing.shape_of(self._kind, dict(self._instance.parameters))
        return self.canvas.drawing.view_of(replace(self._instance, name=shape.block.prefix))

    def _grip(self) -> Point:
        """The point of the ghost that is at the pointer, relative to its origin: its tip, or its middle."""
        view = self.canvas.drawing.view_of(replace(self._instance, at=(0, 0)))
        if self._kind in TIPPED and view.pins:
            return view.pins[0].at
        left, top, right, bottom = view.box
        return (left + right) // 2, (top + bottom) // 2

    def _held(self) -> Point:
        dx, dy = self._grip()
        return self._instance.at[0] + dx, self._instance.at[1] + dy

    def _hold(self, x: int, y: int) -> None:
        dx, dy = self._grip()
        self._instance = replace(self._instance, at=(x - dx, y - dy))
        self.canvas.repaint_overlay()

    def _changes(self) -> Changes:
        schematic, sheet, ghost = self.canvas.schematic, self.canvas.sheet, self._instance
        placed = edits.place(
            schematic, self._kind, ghost.at, sheet, rotation=ghost.rotation, mirrored=ghost.mirrored,
            parameters=ghost.parameters,
        )  # fmt: skip
        if self._target is None:
            return placed
        pin = self._view().pins[0]
        return placed + joined(self.canvas, self._target, End(placed[0].key, pin.port.name))


def free_net(drawing: Drawing, prefix: str) -> str:
    """A net's name that no label has: a new label must not join two nets before it gets its name."""
    labels = (view for view in drawing.blocks.values() if view.type in LABELS)
    taken = {str(view.shape.values.get("net")) for view in labels}
    return next(name for name in (f"{prefix}{number}" for number in itertools.count(1)) if name not in taken)


def joined(canvas: Canvas, anchor: End | OnWire, tip: End) -> Changes:
    """A wire from `anchor` to the pin `tip` of a block that is being placed there. Raises ProblemError."""
    schematic, sheet = canvas.schematic, canvas.sheet
    if isinstance(anchor, End) and canvas.drawing.width_at(anchor) > 1:
        anchor = wiring.next_free_index(schematic, End(anchor.item, anchor.port), sheet)
    place = anchor.at if isinstance(anchor, OnWire) else canvas.drawing.place_of(anchor) or (0, 0)
    # The block is not yet in the document: a loose end takes its place while the wire is worked out.
    changes = wiring.connect(schematic, anchor, Free(place), (), sheet)
    loose = changes[-1].after.ends[1]
    if loose.last > 1:
        found = f"{loose.last} connections run here"
        raise fail("width-mismatch", "this mark", found, "choose a place where a single wire runs", loose.item)
    result: list[Change] = []
    for change in changes:
        if isinstance(change.after, Junction) and change.key == loose.item:
            continue
        if isinstance(change.after, Wire) and change.after.ends[1].item == loose.item:
            change = replace(change, after=replace(change.after, ends=(change.after.ends[0], tip)))
        result.append(change)
    return tuple(result)
