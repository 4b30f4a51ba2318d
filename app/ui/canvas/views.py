"""What the canvas knows about one drawn element: a block with its pins, a wire with its route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF

from app.document import placement
from app.document.nets import LABELS as LABELS
from app.document.schematic import End, Instance, Point, Wire
from app.ui.canvas.metrics import GRID
from app.ui.canvas.outline import Outline, outline, tag_outline
from blocks.spec import Block, Port
from blocks.symbol import Side, Symbol

LEAVING = ("V_out", "I_E")  # nets at whose sheet ports something goes out
BACKGROUND = ("frame", "comment")  # annotation: no obstacle, no pins
PinKey = tuple[str, str, int]  # item id, port, index from 1 (1 as well for a port of width 1)


@dataclass(frozen=True, slots=True)
class PinView:
    """A pin as drawn: a single index, or a range (`last` > `index`)."""

    item: str
    number: int
    port: Port
    index: int
    last: int
    at: Point
    side: Side

    @property
    def end(self) -> End:
        """How a wire addresses the pin."""
        if self.port.width == "1":
            return End(self.item, self.port.name)
        return End(self.item, self.port.name, self.index, max(self.index, self.last))

    @property
    def key(self) -> PinKey:
        return self.item, self.port.name, max(1, self.index)

    @property
    def bus(self) -> bool:
        return self.last > self.index

    @property
    def place(self) -> QPointF:
        return QPointF(self.at[0] * GRID, self.at[1] * GRID)


@dataclass(slots=True)
class Shape:
    """What blocks of the same type and parameters share."""

    block: Block
    values: dict[str, Any]
    symbol: Symbol
    outlines: dict[tuple[int, bool], Outline] = field(default_factory=dict)

    def outline(self, rotation: int, mirrored: bool) -> Outline:
        """The symbol turned, made once."""
        turn = rotation % 360, mirrored
        found = self.outlines.get(turn)
        if found is None:
            if self.block.type in LABELS:
                leaving = self.block.type == "sheet_port" and str(self.values.get("net")).startswith(LEAVING)
                found = tag_outline(self.symbol, *turn, leaving)
            else:
                found = outline(self.symbol, *turn)
            self.outlines[turn] = found
        return found


@dataclass(slots=True)
class BlockView:
    instance: Instance
    shape: Shape
    box: placement.Box
    pins: tuple[PinView, ...]
    _body: QRectF | None = None

    @property
    def type(self) -> str:
        return self.instance.type

    @property
    def origin(self) -> QPointF:
        return QPointF(self.instance.at[0] * GRID, self.instance.at[1] * GRID)

    @property
    def rect(self) -> QRectF:
        left, top, right, bottom = self.box
        return QRectF(left * GRID, top * GRID, (right - left) * GRID, (bottom - top) * GRID)

    @property
    def outline(self) -> Outline:
        return self.shape.outline(self.instance.rotation, self.instance.mirrored)

    @property
    def body(self) -> QRectF:
        """The block without its leads and texts."""
        if self._body is None:
            self._body = self.outline.body.translated(self.origin)
        return self._body


@dataclass(slots=True)
class WireView:
    """`keys` are the pins that the wire takes hold of, `points` its route once somebody looked at it."""

    wire: Wire
    start: Point
    stop: Point
    bus: bool
    keys: tuple[PinKey, ...]
    points: tuple[Point, ...] | None = None
    lines: list[QLineF] | None = None
    fixed: bool = False  # the ends and placed corners leave nothing to be found

    def __post_init__(self) -> None:
        corners = bool(self.wire.corners)
        self.fixed = all(
            a[0] == b[0] or a[1] == b[1] or (corners and abs(a[0] - b[0]) == abs(a[1] - b[1]) == 1)
            for a, b in self.stretches()
        )

    def stretches(self) -> Iterator[tuple[Point, Point]]:
        """From end to end through the corners that a person placed."""
        return pairwise((self.start, *self.wire.corners, self.stop))
