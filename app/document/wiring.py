"""Edits of wires: connect, also onto a wire in passing (a junction splits it); delete, after which wires heal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.document.edits import Changes, changed, on_sheet
from app.document.nets import SheetNets, nets_of
from app.document.placement import pin_at, pin_of
from app.document.rules import why_not_connect
from app.document.schematic import TOP, Change, End, Junction, Point, Schematic, Sheet, Wire
from app.errors import ProblemError


@dataclass(frozen=True, slots=True)
class OnWire:
    """A place on a wire where another one is to join it."""

    wire: str
    at: Point


@dataclass(frozen=True, slots=True)
class Free:
    """A place on the empty sheet where a wire is to end for now."""

    at: Point


WireEnd = End | OnWire | Free


def end_point(nets: SheetNets, end: End) -> Point | None:
    """Where an end lies on the sheet; None for a port that is not drawn."""
    junction = nets.sheet.junctions.get(end.item)
    if junction is not None:
        return junction.at
    instance = nets.sheet.instances.get(end.item)
    block = nets.block(instance) if instance is not None else None
    if instance is None or block is None:
        return None
    symbol = block.symbol_of(nets.values(instance))
    try:
        return pin_at(instance, symbol, pin_of(symbol, end.port, end.first))
    except KeyError:
        return None


def connect(
    schematic: Schematic, a: WireEnd, b: WireEnd, corners: Sequence[Point] = (), sheet: str = TOP
) -> Changes:
    """A wire between two ends, each a pin, a junction, a place on a wire or a free place. Raises ProblemError with the
    rule's reason if the wire may not be drawn."""
    nets = nets_of(schematic, sheet)
    anchors = [_anchor(nets, end) for end in (a, b)]
    if anchors[0] is not None and anchors[1] is not None:
        problem = why_not_connect(schematic, sheet, anchors[0], anchors[1])
        if problem is not None:
            raise ProblemError(problem)
    width = max([len(nets.terminals(anchor)) for anchor in anchors if anchor is not None], default=1)
    changes: list[Change] = []
    ends: list[End] = []
    for end in (a, b):
        if isinstance(end, End):
            ends.append(end)
        elif isinstance(end, OnWire):
            ends.append(_split(schematic, nets, sheet, end, changes))
        else:
            junction = Junction(schematic.new_id("j"), on_sheet(end.at, "wire"), width)
            changes.append(changed(sheet, "junctions", None, junction))
            ends.append(_whole(junction))
    points = tuple(on_sheet(point, "wire") for point in corners)
    wire = Wire(schematic.new_id("w"), (ends[0], ends[1]), points)
    return (*changes, changed(sheet, "wires", None, wire))


def next_free_index(schematic: Schematic, end: End, sheet: str = TOP) -> End:
    """For a single wire dropped on a port of several: the first index that no wire uses (the last one if all are)."""
    nets = nets_of(schematic, sheet)
    width = nets.width(end)
    if width <= 1 or end.first:
        return end
    touching = [other for wire in nets.sheet.wires.values() for other in wire.ends if other.item == end.item]
    used = {terminal for other in touching if other.port == end.port for terminal in nets.terminals(other)}
    index = next((index for index in range(1, width + 1) if (end.item, end.port, index) not in used), width)
    return replace(end, first=index, last=index)


def set_corners(schematic: Schematic, ident: str, corners: Sequence[Point], sheet: str = TOP) -> Changes:
    """The corners that a person gave the wire."""
    old = schematic.sheets[sheet].wires[ident]
    points = tuple(on_sheet(point, "wire") for point in corners)
    return (changed(sheet, "wires", old, replace(old, corners=points)),)


def delete(schematic: Schematic, idents: Iterable[str], sheet: str = TOP) -> Changes:
    """Removes blocks, junctions and wires. Wires of what is removed go too; a junction that loses wires and keeps two
    becomes one wire, a stub that leads nowhere disappears."""
    table = schematic.sheets[sheet]
    chosen = set(idents)
    gone = {ident for ident in chosen if ident in table.instances or ident in table.junctions}
    healer = _Healer(nets_of(schematic, sheet), sheet)
    for wire in table.wires.values():
        if wire.id in chosen or wire.ends[0].item in gone or wire.ends[1].item in gone:
            healer.remove(wire)
    for ident in gone:
        healer.junctions.pop(ident, None)
    healer.heal()
    blocks = sorted(gone & table.instances.keys())
    removed = tuple(changed(sheet, "instances", table.instances[ident], None) for ident in blocks)
    return (*healer.changes(table), *removed)


def heal(nets: SheetNets, sheet: str, junctions: Iterable[str]) -> Changes:
    """What becomes of junctions that may join too little to stay."""
    healer = _Healer(nets, sheet)
    healer.touched += junctions
    healer.heal()
    return healer.changes(nets.sheet)


class _Healer:
    """Works on copies of a sheet's wires and junctions; `changes` tells what became of them."""

    def __init__(self, nets: SheetNets, sheet: str) -> None:
        self.nets, self.sheet = nets, sheet
        self.wires = dict(nets.sheet.wires)
        self.junctions = dict(nets.sheet.junctions)
        self.touched: list[str] = []
        self.at: dict[str, set[str]] = {}
        for wire in self.wires.values():
            for end in wire.ends:
                if end.item in self.junctions:
                    self.at.setdefault(end.item, set()).add(wire.id)

    def remove(self, wire: Wire) -> None:
        if self.wires.pop(wire.id, None) is not None:
            for end in wire.ends:
                if end.item in self.at:
                    self.at[end.item].discard(wire.id)
                    self.touched.append(end.item)

    def heal(self) -> None:
        while self.touched:
            junction = self.junctions.get(self.touched.pop())
            if junction is None:
                continue
            left = sorted(self.at.get(junction.id, ()), key=lambda ident: (len(ident), ident))
            if len(left) == 2:
                self._merge(junction, self.wires[left[0]], self.wires[left[1]])
            elif len(left) < 2:
                del self.junctions[junction.id]
                for ident in left:
                    self.remove(self.wires[ident])

    def _merge(self, junction: Junction, one: Wire, other: Wire) -> None:
        first, second = _towards(one, junction.id), _towards(other, junction.id)
        taken = [self.nets.terminals(wire.ends[1]) for wire in (first, second)]
        if taken[0] != taken[1] or first.ends[0].item == junction.id:
            return  # two different strands of a bus, or a wire in a circle
        del self.junctions[junction.id]
        if set(self.nets.terminals(first.ends[0])) & set(self.nets.terminals(second.ends[0])):
            self.remove(one)
            self.remove(other)
            return
        before = (*_known(end_point(self.nets, first.ends[0])), *first.corners)[-1:]
        after = (*_known(end_point(self.nets, second.ends[0])), *second.corners)[-1:]
        straight = before and after and _in_line(before[0], junction.at, after[0])
        middle = () if straight else (junction.at,)
        corners = (*first.corners, *middle, *reversed(second.corners))
        self.wires[one.id] = Wire(one.id, (first.ends[0], second.ends[0]), corners)
        del self.wires[other.id]
        if second.ends[0].item in self.at:
            self.at[second.ends[0].item] = self.at[second.ends[0].item] - {other.id} | {one.id}

    def changes(self, table: Sheet) -> Changes:
        wires = [
            changed(self.sheet, "wires", wire, self.wires.get(wire.id))
            for wire in table.wires.values()
            if self.wires.get(wire.id) != wire
        ]
        lost = [
            changed(self.sheet, "junctions", junction, None)
            for junction in table.junctions.values()
            if junction.id not in self.junctions
        ]
        return (*wires, *lost)


def _towards(wire: Wire, item: str) -> Wire:
    """The wire as it runs towards an item."""
    if wire.ends[1].item == item:
        return wire
    return Wire(wire.id, (wire.ends[1], wire.ends[0]), tuple(reversed(wire.corners)))


def _known(point: Point | None) -> tuple[Point, ...]:
    return () if point is None else (point,)


def _in_line(a: Point, b: Point, c: Point) -> bool:
    """Whether b adds nothing to a straight horizontal or vertical run from a to c."""
    return any(a[i] == b[i] == c[i] and min(a[j], c[j]) <= b[j] <= max(a[j], c[j]) for i, j in ((0, 1), (1, 0)))


def _anchor(nets: SheetNets, end: WireEnd) -> End | None:
    """What stands for an end in the rules: a place on a wire is its first end."""
    if isinstance(end, OnWire):
        return nets.sheet.wires[end.wire].ends[0]
    return end if isinstance(end, End) else None


def _whole(junction: Junction) -> End:
    return End(junction.id, "", 1, junction.width) if junction.width > 1 else End(junction.id)


def _split(schematic: Schematic, nets: SheetNets, sheet: str, place: OnWire, changes: list[Change]) -> End:
    """Puts a junction on a wire, whose id stays with the half at its first end."""
    wire = nets.sheet.wires[place.wire]
    width = max(1, len(nets.terminals(wire.ends[0])))
    junction = Junction(schematic.new_id("j"), on_sheet(place.at, "wire"), width)
    cut = _leg(nets, wire, place.at)
    first, second = wire.corners[:cut], wire.corners[cut:]
    end = _whole(junction)
    changes += [
        changed(sheet, "junctions", None, junction),
        changed(sheet, "wires", wire, Wire(wire.id, (wire.ends[0], end), tuple(p for p in first if p != place.at))),
        changed(
            sheet, "wires", None,
            Wire(schematic.new_id("w"), (end, wire.ends[1]), tuple(p for p in second if p != place.at)),
        ),
    ]  # fmt: skip
    return end


def _leg(nets: SheetNets, wire: Wire, at: Point) -> int:
    """How many corners come before `at`: the leg whose bounding box is nearest (routers stay inside it)."""
    a, b = (end_point(nets, end) for end in wire.ends)
    points = [a or at, *wire.corners, b or at]

    def distance(number: int) -> int:
        (x1, y1), (x2, y2) = points[number], points[number + 1]
        dx = max(min(x1, x2) - at[0], 0, at[0] - max(x1, x2))
        dy = max(min(y1, y2) - at[1], 0, at[1] - max(y1, y2))
        return dx + dy

    return min(range(len(points) - 1), key=distance)
