"""Where the elements of one sheet lie: placed blocks with their pins, wires with their routes, all addressed by id.

Routes and outlines are made when somebody first looks at them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF

from app.document import placement
from app.document.definitions import block_in
from app.document.schematic import End, Instance, Junction, Point, Schematic, Sheet, Wire, values_of
from app.ui.canvas import router
from app.ui.canvas.metrics import GRID
from app.ui.canvas.spatial import Bounds, SpatialIndex
from app.ui.canvas.views import BACKGROUND, LABELS, BlockView, PinKey, PinView, Shape, WireView

TEXT_ROOM = 90.0  # how far a block's texts may reach beyond its box [scene units]
MOST_PLACES = 300  # changed at once, beyond which all routes are found anew
ROUTE_ROOM = 8  # how far a route may leave the rectangle of its ends [grid units]


class PlacedSheet:
    def __init__(self, schematic: Schematic, sheet: Sheet) -> None:
        self.schematic, self.sheet = schematic, sheet
        self.blocks: dict[str, BlockView] = {}
        self.wires: dict[str, WireView] = {}
        self.index = SpatialIndex()
        self.attached: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._shapes: dict[tuple[str, tuple[tuple[str, str], ...]], Shape] = {}
        self._used: Counter[PinKey] = Counter()
        self._attached_wires: dict[str, Wire] = {}  # also those with an end that is not drawn at present
        for instance in sheet.instances.values():
            self._put_block(instance)
        for junction in sheet.junctions.values():
            self._put_junction(junction)
        for wire in sheet.wires.values():
            self._put_wire(wire)

    # -- blocks -----------------------------------------------------------------------------------------------------

    def shape_of(self, kind: str, parameters: dict[str, str], instance: Instance | None = None) -> Shape:
        """The shared part of blocks of that type and parameters. Raises KeyError for an unknown type."""
        key = kind, tuple(sorted(parameters.items()))
        shape = self._shapes.get(key)
        if shape is None:
            instance = instance or Instance("", kind, "", (0, 0), parameters=parameters)
            block = block_in(self.schematic, instance)
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
            self._drop_block(instance.id)
            return
        self.blocks[instance.id] = view
        self.index.put(instance.id, bounds_of(view.rect))

    def _drop_block(self, key: str) -> None:
        self.blocks.pop(key, None)
        self.index.remove(key)

    def _put_junction(self, junction: Junction) -> None:
        x, y = junction.at[0] * GRID, junction.at[1] * GRID
        self.index.put(junction.id, (x - 3, y - 3, x + 3, y + 3))

    # -- wires ------------------------------------------------------------------------------------------------------

    def _put_wire(self, wire: Wire) -> None:
        self._drop_wire(wire.id)
        self._attached_wires[wire.id] = wire
        for end in wire.ends:
            self.attached[end.item][end.port].add(wire.id)
        start, stop = (self.place_of(end) for end in wire.ends)
        if start is None or stop is None:
            return
        keys = tuple(key for end in wire.ends for key in self._keys_at(end))
        self._used.update(keys)
        view = WireView(wire, start, stop, self._is_bus(wire), keys)
        self.wires[wire.id] = view
        room = 0 if view.fixed else ROUTE_ROOM
        xs, ys = zip(start, *wire.corners, stop, strict=True)
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
        wire, view = self._attached_wires.pop(key, None), self.wires.pop(key, None)
        if wire is not None:
            for end in wire.ends:
                self.attached[end.item][end.port].discard(key)
        if view is not None:
            self.index.remove(key)
            self._used.subtract(view.keys)

    def _is_bus(self, wire: Wire) -> bool:
        return min(self.width_at(end) for end in wire.ends) > 1

    def width_at(self, end: End) -> int:
        """How many connections an end takes hold of."""
        if end.first:
            return max(end.first, end.last) - end.first + 1
        junction = self.sheet.junctions.get(end.item)
        return junction.width if junction else self.width(end.item, end.port)

    def _keys_at(self, end: End) -> Iterator[PinKey]:
        if end.port:
            first = max(1, end.first)
            for number in range(first, first + self.width_at(end)):
                yield end.item, end.port, number

    def wires_at(self, item: str, port: str = "") -> set[str]:
        return self.attached[item].get(port, set()) if item in self.attached else set()

    def is_used(self, pin: PinView) -> bool:
        """Does a wire end on the pin?"""
        return self._used[pin.key] > 0

    # -- pins -------------------------------------------------------------------------------------------------------

    def width(self, item: str, port: str) -> int:
        """How many connections a port has; 1 for a junction or what is not known."""
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

    def dots(self, items: Iterable[str]) -> Iterator[Point]:
        """Where a dot stands at `items`: a junction of three or more wires (but no bus), a pin of two or more."""
        for item in items:
            for place, _ in self.dots_with_wires(item):
                yield place

    def dots_with_wires(self, item: str) -> Iterator[tuple[Point, str]]:
        """Each dot at an element with one of its wires."""
        attached = self.attached.get(item)
        if not attached:
            return
        junction, block = self.sheet.junctions.get(item), self.blocks.get(item)
        if junction is not None:
            if junction.width == 1 and len(attached[""]) >= 3:
                yield junction.at, next(iter(attached[""]))
        elif block is not None:
            for pin in block.pins:
                if not pin.bus and self._used[pin.key] > 1:
                    wires = (key for key in attached[pin.port.name] if key in self.wires)
                    yield pin.at, next(key for key in wires if pin.key in self.wires[key].keys)

    def covered(self, items: Iterable[str]) -> set[Point]:
        """Points at `items` where a junction dot or a label's tip stands instead of a pin."""
        items = list(items)
        found = set(self.dots(items))
        for item in items:
            view = self.blocks.get(item)
            if view is not None and view.type in LABELS:
                found.update(pin.at for pin in view.pins)
        return found

    # -- geometry ---------------------------------------------------------------------------------------------------

    def points_of(self, view: WireView) -> tuple[Point, ...]:
        """The wire's polyline in grid units, found on first demand."""
        if view.points is None:
            sides = [pin.side if pin else None for pin in map(self.pin_of, view.wire.ends)]
            bounds = self.index.bounds(view.wire.id)
            near = sorted(self.index.touching(bounds)) if bounds is not None and not view.fixed else []
            ends = [end.item for end in view.wire.ends]
            taken = [
                stretch
                for key in near
                if (other := self.wires.get(key)) is not None and other.fixed and not _meet(ends, other.wire)
                for stretch in other.stretches()
            ]
            view.points = router.route(
                view.start, view.stop, view.wire.corners, sides[0], sides[1], self.boxes_of(near), taken
            )
        return view.points

    def lines_of(self, view: WireView) -> list[QLineF]:
        """The stretches of the wire, in scene units."""
        if view.lines is None:
            places = [QPointF(x * GRID, y * GRID) for x, y in self.points_of(view)]
            view.lines = [QLineF(a, b) for a, b in pairwise(places)]
        return view.lines

    def obstacles(self, area: Bounds) -> list[placement.Box]:
        """Boxes of the blocks in `area` that wires avoid."""
        return self.boxes_of(self.index.touching(area))

    def boxes_of(self, keys: Iterable[str]) -> list[placement.Box]:
        views = (self.blocks.get(key) for key in keys)
        return [view.box for view in views if view is not None and view.type not in (*BACKGROUND, *LABELS)]

    def _bounds_of(self, keys: Iterable[str]) -> list[Bounds]:
        return [bounds for key in keys if (bounds := self.index.bounds(key)) is not None]

    def _forget_routes_near(self, places: Sequence[Bounds]) -> None:
        """Routes that may go otherwise round what was or is there now are found anew. A route sees what touches its
        wire's own bounds."""
        if len(places) > MOST_PLACES:
            near = set(self.wires)
        else:
            near = {key for place in places for key in self.index.touching(place)}
        for key in near:
            wire = self.wires.get(key)
            if wire is not None and not wire.fixed and wire.points is not None:
                wire.points = wire.lines = None
                self.index.touch(key)

    def bounds(self) -> QRectF:
        """Of everything drawn, without texts."""
        bounds = self.index.all()
        if bounds is None:
            return QRectF()
        left, top, right, bottom = bounds
        return QRectF(left, top, right - left, bottom - top)

    def touching(self, area: QRectF) -> list[str]:
        return self.index.touching(bounds_of(area))

    def everything(self) -> Iterator[str]:
        """The ids of all that is drawn."""
        return chain(self.blocks, self.sheet.junctions, self.wires)


def _meet(ends: Sequence[str], other: Wire) -> bool:
    """Do two wires end on the same junction? They are one net then."""
    return any(end.item in ends and not end.port for end in other.ends)


def bounds_of(rect: QRectF) -> Bounds:
    return rect.left(), rect.top(), rect.right(), rect.bottom()
