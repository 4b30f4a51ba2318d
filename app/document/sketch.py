"""Draws onto a sheet: blocks by name, and nets as polylines whose joints become junctions.

A NetPlan collects a net's polylines and the pins they reach. `Sketch.draw` cuts them into wires: a junction stands
wherever three stretches meet or a wire passes a pin; all other bends become corners.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.document.placement import Box, box_of, pin_at, pin_of
from app.document.schematic import End, Instance, Junction, Point, Sheet, Wire
from blocks import discover, spec
from blocks.symbol import Symbol

Path = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """An instance with its symbol: knows where its pins are and how a wire addresses them."""

    instance: Instance
    block: spec.Block
    symbol: Symbol

    def at(self, port: str, index: int = 0) -> Point:
        return pin_at(self.instance, self.symbol, pin_of(self.symbol, port, index))

    def end(self, port: str, first: int = 0, last: int = 0) -> End:
        """Index 0 for all of the port; ports of width 1 carry no index."""
        declared = self.block.port(port)
        if declared is None:
            raise KeyError(f"{self.block.type} has no port {port}")
        if declared.width == "1":
            return End(self.instance.id, port)
        return End(self.instance.id, port, first, last or first)

    @property
    def box(self) -> Box:
        return box_of(self.instance, self.symbol)


@dataclass(slots=True)
class NetPlan:
    """Polylines of one net and what they reach; `width` above 1 makes it a bus."""

    width: int = 1
    paths: list[Path] = field(default_factory=list)
    pins: list[tuple[Point, End]] = field(default_factory=list)
    stops: list[Point] = field(default_factory=list)

    def path(self, *points: Point) -> None:
        self.paths.append(points)

    def pin(self, at: Point, end: End) -> None:
        self.pins.append((at, end))

    def stop(self, at: Point) -> None:
        """A junction stands here in any case (a bus where it is tapped)."""
        self.stops.append(at)


class Sketch:
    """Adds to `sheet`; ids count up in drawing order: b1.., j1.., w1... `outer` are the document parameters that the
    blocks' texts may name."""

    def __init__(self, sheet: Sheet, outer: Mapping[str, float] | None = None) -> None:
        self.sheet, self.outer = sheet, outer
        self._placed: dict[str, Placed] = {}

    def place(
        self,
        kind: str,
        name: str,
        at: Point,
        parameters: Mapping[str, str] | None = None,
        *,
        rotation: int = 0,
        mirrored: bool = False,
    ) -> Placed:
        ident = f"b{len(self.sheet.instances) + 1}"
        instance = Instance(ident, kind, name, at, rotation, mirrored, dict(parameters or {}))
        block = discover.block(kind)
        placed = Placed(instance, block, block.symbol_of(spec.resolve(block, instance.parameters, self.outer)))
        self.sheet.instances[ident] = instance
        return placed

    def place_pin(
        self,
        kind: str,
        name: str,
        port: str,
        at: Point,
        parameters: Mapping[str, str],
        *,
        rotation: int = 0,
        mirrored: bool = False,
    ) -> Placed:
        """Like `place`, but so that the pin `port` lies at `at`."""
        block = discover.block(kind)
        symbol = block.symbol_of(spec.resolve(block, parameters, self.outer))
        dx, dy = pin_at(Instance("", kind, "", (0, 0), rotation, mirrored), symbol, pin_of(symbol, port))
        return self.place(kind, name, (at[0] - dx, at[1] - dy), parameters, rotation=rotation, mirrored=mirrored)

    def junction(self, at: Point, width: int = 1) -> Junction:
        junction = Junction(f"j{len(self.sheet.junctions) + 1}", at, width)
        self.sheet.junctions[junction.id] = junction
        return junction

    def wire(self, a: End, b: End, corners: Sequence[Point] = ()) -> None:
        wire = Wire(f"w{len(self.sheet.wires) + 1}", (a, b), tuple(corners))
        self.sheet.wires[wire.id] = wire

    def draw(self, net: NetPlan) -> dict[Point, Junction]:
        """Wires and junctions of the net; the junctions by place."""
        links = _links(net.paths, [at for at, _ in net.pins] + net.stops)
        pins: dict[Point, list[End]] = defaultdict(list)
        for at, end in net.pins:
            pins[at].append(end)
        ends: dict[Point, End] = {}
        junctions: dict[Point, Junction] = {}
        wanted = set(net.stops)
        for point, neighbours in links.items():
            here = pins.get(point, [])
            if point in wanted or len(neighbours) + len(here) > 2 or (here and len(neighbours) > 1):
                junctions[point] = self.junction(point, net.width)
                ends[point] = self._whole(junctions[point].id, net.width)
                for end in here:
                    self.wire(end, ends[point])
            elif here:
                ends[point] = here[0]
                for end in here[1:]:
                    self.wire(here[0], end)
        for point, here in pins.items():
            if point not in links:
                for end in here[1:]:
                    self.wire(here[0], end)
        for start, corners, stop in _runs(links, ends):
            self.wire(ends[start], ends[stop], corners)
        return junctions

    @staticmethod
    def _whole(junction: str, width: int) -> End:
        return End(junction, "", 1, width) if width > 1 else End(junction)


def _links(paths: Iterable[Path], extra: Iterable[Point]) -> dict[Point, list[Point]]:
    """The polylines as a graph, cut wherever a vertex of any of them (or an extra point) lies on a stretch."""
    stretches = [(a, b) for path in paths for a, b in pairwise(path) if a != b]
    rows: dict[int, set[int]] = defaultdict(set)
    columns: dict[int, set[int]] = defaultdict(set)
    for x, y in (*(point for stretch in stretches for point in stretch), *extra):
        rows[y].add(x)
        columns[x].add(y)
    sorted_rows = {y: sorted(xs) for y, xs in rows.items()}
    sorted_columns = {x: sorted(ys) for x, ys in columns.items()}
    graph: dict[Point, dict[Point, None]] = {}
    for a, b in stretches:
        points = _cut(a, b, sorted_rows, sorted_columns)
        for p, q in pairwise(points):
            graph.setdefault(p, {})[q] = None
            graph.setdefault(q, {})[p] = None
    return {point: list(neighbours) for point, neighbours in graph.items()}


def _cut(a: Point, b: Point, rows: Mapping[int, list[int]], columns: Mapping[int, list[int]]) -> list[Point]:
    if a[1] == b[1]:
        low, high = sorted((a[0], b[0]))
        line = rows[a[1]]
        return [(x, a[1]) for x in line[bisect_left(line, low) : bisect_right(line, high)]]
    if a[0] == b[0]:
        low, high = sorted((a[1], b[1]))
        line = columns[a[0]]
        return [(a[0], y) for y in line[bisect_left(line, low) : bisect_right(line, high)]]
    return [a, b]


def _runs(links: Mapping[Point, Sequence[Point]], ends: Mapping[Point, End]) -> list[tuple[Point, list[Point], Point]]:
    """Stretches between two ends, with the bends on the way."""
    runs: list[tuple[Point, list[Point], Point]] = []
    done: set[tuple[Point, Point]] = set()
    for start in links:
        if start not in ends:
            continue
        for step in links[start]:
            if (start, step) in done:
                continue
            corners: list[Point] = []
            before, here = start, step
            while here not in ends:
                after = next((point for point in links[here] if point != before), None)
                if after is None:
                    raise ValueError(f"a wire of the generated drawing ends on nothing at {here}")
                if (here[0] - before[0]) * (after[1] - here[1]) != (here[1] - before[1]) * (after[0] - here[0]):
                    corners.append(here)
                before, here = here, after
            done.update(((start, step), (here, before)))
            runs.append((start, corners, here))
    return runs
