"""One sheet as it lies on the canvas: placed blocks with their pins, wires with their routes, and where they are.

Everything is derived from the schematic and addressed by its ids; a notice of changes refreshes only what it names.
Routes and outlines are made when somebody first looks at them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QPointF, QRectF

from app.document import placement
from app.document.nets import LABELS, nets_of
from app.document.schematic import Change, End, Instance, Junction, Point, Schematic, Sheet, Wire, block_of, values_of
from app.ui.canvas import router
from app.ui.canvas.metrics import GRID
from app.ui.canvas.nets import Net, Nets
from app.ui.canvas.outline import Outline, outline
from app.ui.canvas.spatial import Bounds, SpatialIndex
from blocks.spec import Block, Port
from blocks.symbol import Side, Symbol

BACKGROUND = ("frame", "comment")  # annotation: no obstacle, no pins
TEXT_ROOM = 90.0  # how far a block's texts may reach beyond its box [scene units]
ROUTE_ROOM = 8  # how far a route may leave the rectangle of its ends [grid units]


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
    def key(self) -> tuple[str, str, int]:
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


@dataclass(slots=True)
class BlockView:
    instance: Instance
    shape: Shape
    box: placement.Box
    pins: tuple[PinView, ...]

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
        turn = self.instance.rotation % 360, self.instance.mirrored
        found = self.shape.outlines.get(turn)
        if found is None:
            found = self.shape.outlines[turn] = outline(self.shape.symbol, *turn)
        return found

    @property
    def body(self) -> QRectF:
        """The block without its leads and texts."""
        return self.outline.body.translated(self.origin)


@dataclass(slots=True)
class WireView:
    wire: Wire
    start: Point
    stop: Point
    bus: bool
    points: tuple[Point, ...] | None = None


class Drawing:
    def __init__(self, schematic: Schematic, name: str) -> None:
        """Of the sheet `name` of the document."""
        self.schematic, self.name = schematic, name
        self.sheet: Sheet = schematic.sheets[name]
        self.blocks: dict[str, BlockView] = {}
        self.wires: dict[str, WireView] = {}
        self.index = SpatialIndex()
        self.attached: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._shapes: dict[tuple[str, tuple[tuple[str, str], ...]], Shape] = {}
        self._nets: Nets | None = None
        self._used: set[tuple[str, str, int]] | None = None
        self._covered: set[Point] | None = None
        self._real = self.sheet
        self._tried: dict[tuple[str, str], Change] = {}
        for instance in self.sheet.instances.values():
            self._put_block(instance)
        for junction in self.sheet.junctions.values():
            self._put_junction(junction)
        for wire in self.sheet.wires.values():
            self._put_wire(wire)

    # -- following the document -------------------------------------------------------------------------------------

    def refresh(self, changes: Iterable[Change]) -> None:
        """Takes over a notice of the document."""
        mine = [change for change in changes if not change.sheet or change.sheet == self.name]
        if any(change.table in ("parameters", "datasets") for change in mine):
            self._shapes.clear()
            for instance in list(self.sheet.instances.values()):
                self._put_block(instance)
            self._forget_connections()
            for wire in self.sheet.wires.values():
                self._put_wire(wire)
        moved: set[str] = set()
        for change in mine:
            if change.table == "instances":
                self._replace_block(change)
                moved.add(change.key)
            elif change.table == "junctions":
                self.index.remove(change.key)
                if change.after is not None:
                    self._put_junction(change.after)
                moved.add(change.key)
        wires = {change.key for change in mine if change.table == "wires"}
        for key in wires:
            self._drop_wire(key)
        for item in moved:
            wires.update(*self.attached.get(item, {}).values())
        for key in wires:
            if key in self.sheet.wires:
                self._put_wire(self.sheet.wires[key])
        if wires or moved:
            self._forget_connections()
        if moved:
            self._forget_routes_near(moved)

    def preview(self, changes: Iterable[Change]) -> None:
        """Shows the sheet as if `changes` had been done, instead of what was previewed before; the document does not
        know. Without changes the sheet is shown as it is."""
        wanted = {(change.table, change.key): change for change in changes if change.sheet == self.name}
        if wanted and self.sheet is self._real:
            real = self._real
            self.sheet = Sheet(dict(real.instances), dict(real.junctions), dict(real.wires))
        undone = [Change(c.table, c.key, None, self._actual(c), c.sheet) for k, c in self._tried.items() if k not in wanted]
        self._tried = wanted
        if not wanted:
            self.sheet = self._real
        else:
            for change in (*undone, *wanted.values()):
                table = getattr(self.sheet, change.table)
                if change.after is None:
                    table.pop(change.key, None)
                else:
                    table[change.key] = change.after
        self.refresh([*undone, *wanted.values()])

    def _actual(self, change: Change) -> Any:
        return getattr(self._real, change.table).get(change.key)

    def _replace_block(self, change: Change) -> None:
        if change.after is None:
            self.blocks.pop(change.key, None)
            self.index.remove(change.key)
        else:
            self._put_block(change.after)

    def _forget_connections(self) -> None:
        self._nets = None
        self._used = None
        self._covered = None

    def _forget_routes_near(self, items: Iterable[str]) -> None:
        """Routes that may go round the moved blocks otherwise are found anew."""
        for item in items:
            view = self.blocks.get(item)
            if view is None or view.type in BACKGROUND:
                continue
            for key in self.index.touching(_bounds(view.rect.adjusted(-40, -40, 40, 40))):
                wire = self.wires.get(key)
                if wire is not None and not _fixed(wire):
                    wire.points = None

    def shape_of(self, kind: str, parameters: dict[str, str], instance: Instance | None = None) -> Shape:
        """The shared part of blocks of that type and parameters."""
        key = kind, tuple(sorted(parameters.items()))
        shape = self._shapes.get(key)
        if shape is None:
            instance = instance or Instance("", kind, "", (0, 0), parameters=parameters)
            block = block_of(instance)
            values = values_of(self.schematic, instance)
            shape = self._shapes[key] = Shape(block, values, block.symbol_of(values))
        return shape

    def view_of(self, instance: Instance) -> BlockView:
        """A placed view of an instance, whether or not it is on the sheet (ghosts)."""
        shape = self.shape_of(instance.type, dict(instance.parameters), instance)
        pins = tuple(
            PinView(
                instance.id,
                number,
                port,
                pin.index,
                pin.last,
                placement.pin_at(instance, shape.symbol, pin),
                placement.side_of(instance, pin),
            )
            for number, pin in enumerate(shape.symbol.pins)
            if (port := shape.block.port(pin.port)) is not None
        )
        return BlockView(instance, shape, placement.box_of(instance, shape.symbol), pins)

    def _put_block(self, instance: Instance) -> None:
        try:
            view = self.view_of(instance)
        except KeyError:  # a type that this program does not know: checking reports it
            self.blocks.pop(instance.id, None)
            self.index.remove(instance.id)
            return
        self.blocks[instance.id] = view
        self.index.put(instance.id, _bounds(view.rect))

    def _put_junction(self, junction: Junction) -> None:
        x, y = junction.at[0] * GRID, junction.at[1] * GRID
        self.index.put(junction.id, (x - 3, y - 3, x + 3, y + 3))

    def _put_wire(self, wire: Wire) -> None:
        self._drop_wire(wire.id)
        places = [self.place_of(end) for end in wire.ends]
        for end in wire.ends:
            self.attached[end.item][end.port].add(wire.id)
        if places[0] is None or places[1] is None:
            return
        view = WireView(wire, places[0], places[1], self._is_bus(wire))
        self.wires[wire.id] = view
        stations = [view.start, *wire.corners, view.stop]
        room = 0 if _fixed(view) else ROUTE_ROOM
        xs, ys = [x for x, _ in stations], [y for _, y in stations]
        self.index.put(
            wire.id,
            (
                (min(xs) - room) * GRID - 4,
                (min(ys) - room) * GRID - 4,
                (max(xs) + room) * GRID + 4,
                (max(ys) + room) * GRID + 4,
            ),
        )

    def _drop_wire(self, key: str) -> None:
        view = self.wires.pop(key, None)
        self.index.remove(key)
        if view is not None:
            for end in view.wire.ends:
                self.attached[end.item][end.port].discard(key)

    def _is_bus(self, wire: Wire) -> bool:
        widths = []
        for end in wire.ends:
            junction = self.sheet.junctions.get(end.item)
            if end.first:
                widths.append(end.last - end.first + 1)
            else:
                widths.append(junction.width if junction else self.width(end.item, end.port))
        return min(widths) > 1

    # -- connections ------------------------------------------------------------------------------------------------

    def width(self, item: str, port: str) -> int:
        view = self.blocks.get(item)
        declared = view.shape.block.port(port) if view else None
        return view.shape.block.width(declared, view.shape.values) if view and declared else 1

    def place_of(self, end: End) -> Point | None:
        """Where an end lies; None if what it names is gone."""
        junction = self.sheet.junctions.get(end.item)
        if junction is not None:
            return junction.at
        pin = self.pin_of(end)
        return pin.at if pin else None

    def pin_of(self, end: End) -> PinView | None:
        view = self.blocks.get(end.item)
        if view is None:
            return None
        for pin in view.pins:
            if pin.port.name != end.port:
                continue
            if end.first in (0, pin.index) or pin.index <= end.first <= pin.last or (pin.index == 0 and end.first == 1):
                return pin
        return None

    def wires_at(self, item: str, port: str = "") -> set[str]:
        return self.attached[item].get(port, set()) if item in self.attached else set()

    @property
    def nets(self) -> Nets:
        if self._nets is None:
            self._nets = Nets(nets_of(self.schematic, self.name))
        return self._nets

    @property
    def used(self) -> set[tuple[str, str, int]]:
        """Pins (item, port, index from 1) on which a wire ends."""
        if self._used is None:
            used: set[tuple[str, str, int]] = set()
            for wire in self.sheet.wires.values():
                for end in wire.ends:
                    if not end.port:
                        continue
                    if end.first == 0:
                        used.update((end.item, end.port, k) for k in range(1, self.width(end.item, end.port) + 1))
                    else:
                        used.update((end.item, end.port, k) for k in range(end.first, max(end.first, end.last) + 1))
            self._used = used
        return self._used

    def is_used(self, pin: PinView) -> bool:
        return pin.key in self.used

    def nets_of(self, wire: str) -> Sequence[Net]:
        return self.nets.of_wire.get(wire, ())

    @property
    def covered(self) -> set[Point]:
        """Points where a junction dot or a label's tip stands instead of a pin."""
        if self._covered is None:
            self._covered = set(self.dots((*self.sheet.junctions, *self.blocks)))
            for view in self.blocks.values():
                if view.type in LABELS:
                    self._covered.update(pin.at for pin in view.pins)
        return self._covered

    def dots(self, items: Iterable[str]) -> Iterator[Point]:
        """Where a dot stands at `items`: a junction of three or more wires (but no bus), a pin of two or more."""
        for item in items:
            junction = self.sheet.junctions.get(item)
            if junction is not None:
                if junction.width == 1 and len(self.wires_at(item)) >= 3:
                    yield junction.at
            elif item in self.blocks:
                for port, wires in self.attached.get(item, {}).items():
                    if len(wires) > 1:
                        yield from self._pins_shared(item, port, wires)

    def _pins_shared(self, item: str, port: str, wires: Iterable[str]) -> Iterator[Point]:
        """Single pins of a port on which several of `wires` end."""
        seen: set[int] = set()
        for wire in wires:
            for end in self.sheet.wires[wire].ends:
                if (end.item, end.port) == (item, port) and end.first == end.last:
                    pin = self.pin_of(end)
                    if end.first in seen and pin is not None and not pin.bus:
                        yield pin.at
                    seen.add(end.first)

    # -- geometry ---------------------------------------------------------------------------------------------------

    def points_of(self, view: WireView) -> tuple[Point, ...]:
        """The wire's polyline in grid units, found on first demand."""
        if view.points is None:
            pins = [self.pin_of(end) for end in view.wire.ends]
            sides = [pin.side if pin else None for pin in pins]
            boxes: list[placement.Box] = []
            if not _fixed(view):
                bounds = self.index.bounds(view.wire.id)
                if bounds:
                    boxes = self.obstacles(bounds)
            view.points = router.route(view.start, view.stop, view.wire.corners, sides[0], sides[1], boxes)
        return view.points

    def obstacles(self, area: Bounds) -> list[placement.Box]:
        """Boxes of the blocks in `area` that wires avoid."""
        views = (self.blocks.get(key) for key in self.index.touching(area))
        return [view.box for view in views if view is not None and view.type not in (*BACKGROUND, *LABELS)]

    def bounds(self) -> QRectF:
        """Of everything drawn."""
        bounds = self.index.all()
        if bounds is None:
            return QRectF()
        left, top, right, bottom = bounds
        return QRectF(left, top, right - left, bottom - top)

    def touching(self, area: QRectF) -> list[str]:
        return self.index.touching(_bounds(area))

    def blocks_in(self, area: QRectF) -> list[BlockView]:
        """Blocks of which something may be seen in `area`, their texts included."""
        room = area.adjusted(-TEXT_ROOM, -TEXT_ROOM, TEXT_ROOM, TEXT_ROOM)
        views = (self.blocks.get(key) for key in self.touching(room))
        return [view for view in views if view is not None]

    def wires_in(self, area: QRectF) -> list[WireView]:
        views = (self.wires.get(key) for key in self.touching(area))
        return [view for view in views if view is not None]


def _bounds(rect: QRectF) -> Bounds:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _fixed(view: WireView) -> bool:
    """Do the ends and placed corners leave nothing to be found?"""
    stations = [view.start, *view.wire.corners, view.stop]
    return all(
        a[0] == b[0] or a[1] == b[1] or (view.wire.corners and abs(a[0] - b[0]) == abs(a[1] - b[1]) == 1)
        for a, b in zip(stations, stations[1:], strict=False)
    )
