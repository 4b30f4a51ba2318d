"""A selection becomes a sheet of its own: its blocks move into a new definition, a sheet port stands where a net
crosses the border, and one instance takes the selection's place. The circuit stays what it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from app.document.arrange import box_of_block
from app.document.crossings import Crossing, crossings_of
from app.document.definitions import PORT, SHEET, block_in, free_sheet_name
from app.document.edits import Changes, add_sheet, changed
from app.document.nets import SheetNets, Terminal, nets_of
from app.document.placement import pin_at, pin_of, side_of
from app.document.schematic import TOP, Change, End, Instance, Point, Schematic, Wire
from app.document.wiring import end_point, heal
from app.errors import fail
from blocks import discover, spec
from blocks.symbol import Side

MARGIN = 6  # from the selection's box to the sheet ports [grid units]
PITCH = 3  # between ports on one side
# How a port stands whose pin is on that side of the symbol: rotation and mirrored.
STANCE: Mapping[Side, tuple[int, bool]] = {
    "left": (0, True), "right": (0, False), "top": (270, False), "bottom": (90, False),
}  # fmt: skip
_OPPOSITE: Mapping[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


def fold(schematic: Schematic, idents: Iterable[str], sheet: str = TOP, name: str = "") -> Changes:
    """The edit that makes a sheet of a selection. Junctions between chosen blocks go along, and global labels, grounds
    and biases that are wired to nothing else; sheet ports stay. Raises ProblemError if no block is chosen."""
    return _Fold(schematic, idents, sheet, name).changes()


class _Fold:
    def __init__(self, schematic: Schematic, idents: Iterable[str], sheet: str, name: str) -> None:
        self.schematic, self.sheet = schematic, sheet
        self.table = schematic.sheets[sheet]
        self.nets = nets_of(schematic, sheet)
        self.name = name or free_sheet_name(schematic)
        chosen = {ident for ident in idents if self._may_go(ident)}
        if not chosen & self.table.instances.keys():
            raise fail("nothing-selected", "the selection", "no block is in it", "select the blocks of the new sheet")
        inside = self._along(chosen)
        self.blocks = [block for block in self.table.instances.values() if block.id in inside]
        self.inside = inside
        boxes = [box_of_block(self.nets, block) for block in self.blocks]
        boxes += [(*j.at, *j.at) for j in self.table.junctions.values() if j.id in self.inside]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        self.box = min(lefts), min(tops), max(rights), max(bottoms)

    def _may_go(self, ident: str) -> bool:
        instance = self.table.instances.get(ident)
        return ident in self.table.junctions or (instance is not None and instance.type != PORT)

    def _along(self, chosen: set[str]) -> set[str]:
        """What is chosen and what goes along: that from which every wire leads inside."""
        reached: dict[str, set[str]] = defaultdict(set)
        for wire in self.table.wires.values():
            for here, there in (wire.ends, wire.ends[::-1]):
                if here.item in self.table.junctions or self._attendant(here.item):
                    reached[here.item].add(there.item)
        # From without: all of these, but for those that lead out of the selection.
        found = chosen | reached.keys()
        while True:
            stray = {item for item in found - chosen if not reached[item] <= found}
            if not stray:
                break
            found -= stray
        # Some may hang together without touching what was chosen.
        near, pending = set(chosen), list(chosen)
        while pending:
            last = pending.pop()
            fresh = {item for item in found - near if last in reached[item]}
            near |= fresh
            pending += fresh
        return near

    def _attendant(self, ident: str) -> bool:
        instance = self.table.instances.get(ident)
        if instance is None:
            return False
        wide = instance.type == "label" and instance.parameters.get("scope") == "global"
        return wide or instance.type in ("ground", "bias")

    # -- the edit ---------------------------------------------------------------------------------------------------

    def changes(self) -> Changes:
        crossings = crossings_of(self.nets, self.inside, self.box)
        result: list[Change] = list(add_sheet(self.schematic, self.name))
        touching = [w for w in self.table.wires.values() if any(end.item in self.inside for end in w.ends)]
        result += [changed(self.sheet, "wires", wire, None) for wire in touching]
        junctions = [j for j in self.table.junctions.values() if j.id in self.inside]
        result += [changed(self.sheet, "junctions", junction, None) for junction in junctions]
        result += [changed(self.sheet, "instances", block, None) for block in self.blocks]
        result += [changed(self.name, "instances", None, block) for block in self.blocks]
        result += [changed(self.name, "junctions", None, junction) for junction in junctions]
        whole = [wire for wire in touching if all(end.item in self.inside for end in wire.ends)]
        result += [changed(self.name, "wires", None, wire) for wire in whole]
        result += self._ports(crossings)
        trial = self.schematic.copy()
        trial.apply(result)
        placed = list(self._instance(crossings, trial))
        trial.apply(placed)
        # Where several wires of a net led inside, one is enough now: the others' junctions may join too little.
        left = trial.sheets[self.sheet].junctions
        loose = [end.item for crossing in crossings for end in crossing.outside if end.item in left]
        return (*result, *placed, *heal(SheetNets(trial, self.sheet), self.sheet, loose))

    def _ports(self, crossings: list[Crossing]) -> Iterator[Change]:
        left, top, right, bottom = self.box
        edge = {"left": left - MARGIN, "right": right + MARGIN, "top": top - MARGIN, "bottom": bottom + MARGIN}
        used: dict[Side, int] = {}
        for crossing in sorted(crossings, key=lambda entry: entry.along):
            side = crossing.side
            along = max(crossing.along, used.get(side, crossing.along - PITCH) + PITCH)
            used[side] = along
            tip = (edge[side], along) if side in ("left", "right") else (along, edge[side])
            port = self._port(crossing, tip)
            yield changed(self.name, "instances", None, port)
            for end in crossing.inside:
                wire = Wire(self.schematic.new_id("w"), (End(port.id, "net"), end))
                yield changed(self.name, "wires", None, wire)

    def _port(self, crossing: Crossing, tip: Point) -> Instance:
        rotation, mirrored = STANCE[crossing.side]
        texts = {"net": crossing.name} | ({"width": str(crossing.width)} if crossing.width > 1 else {})
        return placed_by_pin(self.schematic.new_id("b"), PORT, crossing.name, tip, texts, rotation, mirrored)

    def _instance(self, crossings: list[Crossing], trial: Schematic) -> Iterator[Change]:
        """The placed sheet in the middle of where the selection was, and its wires; `trial` has all but these."""
        name = self.schematic.free_name(discover.block(SHEET).prefix, self.sheet)
        placed = Instance(self.schematic.new_id("b"), SHEET, name, (0, 0), parameters={"sheet": self.name})
        symbol = block_in(trial, placed).symbol_of({"sheet": self.name})
        left, top, right, bottom = self.box
        width, height = (round(length) for length in symbol.size)
        at = (left + right - width) // 2, (top + bottom - height) // 2
        placed = Instance(placed.id, SHEET, name, at, parameters=placed.parameters)
        yield changed(self.sheet, "instances", None, placed)
        nets = SheetNets(trial, self.sheet)
        for crossing in crossings:
            pin = pin_of(symbol, crossing.name)
            for outer, wire in self._needed(crossing, nets, pin_at(placed, symbol, pin)):
                corners = self._corners(wire, outer, pin_at(placed, symbol, pin), crossing.side)
                ends = End(placed.id, crossing.name), outer
                yield changed(self.sheet, "wires", None, Wire(wire.id, ends, corners))
            if crossing.text:
                yield from self._label(placed, pin_at(placed, symbol, pin), side_of(placed, pin), crossing)

    def _needed(self, crossing: Crossing, nets: SheetNets, goal: Point) -> Iterator[tuple[End, Wire]]:
        """One wire, the shortest, to all that hangs together outside."""

        def distance(end: End) -> int:
            x, y = end_point(self.nets, end) or goal
            return abs(x - goal[0]) + abs(y - goal[1])

        met: set[tuple[Terminal, ...]] = set()
        for outer in sorted(crossing.outside, key=distance):
            reached = tuple(nets.net(terminal) for terminal in nets.terminals(outer))
            if reached not in met:
                met.add(reached)
                yield outer, crossing.outside[outer]

    def _corners(self, wire: Wire, outer: End, pin: Point, side: Side) -> tuple[Point, ...]:
        """From the new pin outwards: those of the old wire that lie outside the selection, the first one in line with
        the pin."""
        left, top, right, bottom = self.box
        inwards = wire.corners if wire.ends[0] == outer else wire.corners[::-1]
        kept = list(takewhile(lambda at: not (left <= at[0] <= right and top <= at[1] <= bottom), inwards))
        if kept:
            x, y = kept[-1]
            before = kept[-2] if len(kept) > 1 else end_point(self.nets, outer)
            if before is not None and side in ("left", "right") and before[0] == x:
                kept[-1] = x, pin[1]
            elif before is not None and side in ("top", "bottom") and before[1] == y:
                kept[-1] = pin[0], y
        return tuple(reversed(kept))

    def _label(self, placed: Instance, at: Point, side: Side, crossing: Crossing) -> Iterator[Change]:
        """A label outside for one that is inside now: it joins by name what is left there."""
        dx, dy = {"left": (-2, 0), "right": (2, 0), "top": (0, -2), "bottom": (0, 2)}[side]
        # A label's tip looks back at the pin, as that of a port on the opposite side would.
        rotation, mirrored = STANCE[_OPPOSITE[side]]
        name, tip = self.schematic.free_name("L", self.sheet), (at[0] + dx, at[1] + dy)
        texts = {"net": crossing.text}
        label = placed_by_pin(self.schematic.new_id("b"), "label", name, tip, texts, rotation, mirrored)
        yield changed(self.sheet, "instances", None, label)
        wire = Wire(self.schematic.new_id("w"), (End(placed.id, crossing.name), End(label.id, "net")))
        yield changed(self.sheet, "wires", None, wire)


def placed_by_pin(
    ident: str, kind: str, name: str, tip: Point, texts: dict[str, str], rotation: int, mirrored: bool
) -> Instance:
    """A mark whose only pin lies at `tip`."""
    block = discover.block(kind)
    symbol = block.symbol_of(spec.resolve(block, texts))
    dx, dy = pin_at(Instance(ident, kind, name, (0, 0), rotation, mirrored), symbol, symbol.pins[0])
    return Instance(ident, kind, name, (tip[0] - dx, tip[1] - dy), rotation, mirrored, texts)

