"""Wiring channels between two columns: pure geometry, as polylines per net.

A channel joins n sources on the left with the input pins of the cells on the right. Nets are numbered 0..n-1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.document.schematic import Point
from app.document.sketch import Path

TRACK = 2
TO_PINS = 3


@dataclass(slots=True)
class Channel:
    """Polylines of n nets. With a bus, its own lines are in `bus` and every path of net k begins where it leaves it.
    `left` and `right` are the outermost tracks."""

    paths: list[list[Path]]
    left: int
    right: int
    bus: list[Path] = field(default_factory=list)

    def keyed(self, name: Hashable) -> list[tuple[tuple[Hashable, ...], Path]]:
        """All polylines with the net they belong to; a bus and its taps share the first part of the key."""
        if self.bus:
            lines: list[tuple[tuple[Hashable, ...], Path]] = [((name,), path) for path in self.bus]
            return lines + [((name, k), path) for k, paths in enumerate(self.paths) for path in paths]
        return [((name, k), path) for k, paths in enumerate(self.paths) for path in paths]


def nested(sources: Sequence[Point], pins: Sequence[Point], left: int) -> Channel:
    """One cell with its pins in the order of the sources: the outermost wire takes the rightmost track, mirrored about
    the middle, so that nothing crosses."""
    bends = [k for k in range(len(sources)) if sources[k][1] != pins[k][1]]
    down = [k for k in bends if sources[k][1] < pins[k][1]]
    up = [k for k in reversed(bends) if sources[k][1] > pins[k][1]]
    depth = max(len(down), len(up))
    track = {k: left + TRACK * (depth - 1 - rank) for group in (down, up) for rank, k in enumerate(group)}
    paths: list[list[Path]] = []
    for k, (source, pin) in enumerate(zip(sources, pins, strict=True)):
        x = track.get(k)
        paths.append([(source, pin) if x is None else (source, (x, source[1]), (x, pin[1]), pin)])
    return Channel(paths, left, left + TRACK * max(0, depth - 1))


def tracks(sources: Sequence[Point], pins: Sequence[Sequence[Point]], left: int) -> Channel:
    """Several cells: one vertical track per source, the first one leftmost, with taps to `pins[cell][k]`."""
    paths: list[list[Path]] = []
    for k, source in enumerate(sources):
        x = left + TRACK * k
        rows = [cell[k][1] for cell in pins]
        spine = sorted({source[1], *rows})
        paths.append(
            [(source, (x, source[1])), ((x, spine[0]), (x, spine[-1])), *(((x, c[k][1]), c[k]) for c in pins)]
        )
    return Channel(paths, left, left + TRACK * (len(sources) - 1))


def bus(joins: Iterable[Point], taps: Sequence[Sequence[Point]], x: int, spurs: Iterable[Point] = ()) -> Channel:
    """A vertical bus at `x`: `joins` are bus pins on either side, `taps[k]` the pins of net k, which leave it at 45
    degrees; `spurs` are further points on the bus' own line that it has to reach."""
    rows = [y for _, y in spurs]
    lines: list[Path] = []
    paths: list[list[Path]] = []
    for point in joins:
        lines.append(((x, point[1]), point))
        rows.append(point[1])
    for points in taps:
        own: list[Path] = []
        for px, py in points:
            side = 1 if px > x else -1
            own.append(((x, py + 1), (x + side, py), (px, py)))
            rows.append(py + 1)
        paths.append(own)
    if max(rows) > min(rows):
        lines.append(((x, min(rows)), (x, max(rows))))
    return Channel(paths, x, x, lines)


def backward_tracks(collectors: Sequence[Point], pins: Sequence[Sequence[Point]], left: int) -> Channel:
    """Error currents to `collectors` (Type2): net k leaves every cell's pin k on the (k+1)-th row below it and runs
    left to its own track."""
    paths: list[list[Path]] = []
    for k, collector in enumerate(collectors):
        x = left + TRACK * k
        rows = [cell[k][1] + 1 + k for cell in pins]
        spine = sorted({collector[1], *rows})
        lines: list[Path] = [(collector, (x, collector[1])), ((x, spine[0]), (x, spine[-1]))]
        lines += [(cell[k], (cell[k][0], row), (x, row)) for cell, row in zip(pins, rows, strict=True)]
        paths.append(lines)
    return Channel(paths, left, left + TRACK * (len(collectors) - 1))


def backward_bus(
    collectors: Sequence[Point], pins: Sequence[Sequence[Point]], x: int, drop: int, bundled: bool
) -> Channel:
    """The same through a bus: along `collectors` at `x`, and `drop` below each cell's pins. `bundled` cells have one
    bus pin instead of one pin per net."""
    rows = [cell[0][1] + drop for cell in pins]
    channel = bus((), [[collector] for collector in collectors], x, [(x, row) for row in rows])
    for cell, row in zip(pins, rows, strict=True):
        if bundled:
            channel.bus.append(((x, row), (cell[0][0], row), cell[0]))
            continue
        channel.bus.append(((x, row), (cell[-1][0] - 1, row)))
        for k, (px, py) in enumerate(cell):
            channel.paths[k].append(((px - 1, row), (px, row - 1), (px, py)))
    return channel


class Occupied:
    """Stretches already drawn, by line; tells whether new polylines would run along another net or end on it."""

    def __init__(self) -> None:
        self._rows: dict[int, list[tuple[int, int, tuple[Hashable, ...]]]] = defaultdict(list)
        self._columns: dict[int, list[tuple[int, int, tuple[Hashable, ...]]]] = defaultdict(list)

    def add(self, lines: Iterable[tuple[tuple[Hashable, ...], Path]]) -> None:
        for key, path in lines:
            for (ax, ay), (bx, by) in pairwise(path):
                if ay == by:
                    self._rows[ay].append((min(ax, bx), max(ax, bx), key))
                elif ax == bx:
                    self._columns[ax].append((min(ay, by), max(ay, by), key))
            for x, y in path:
                self._rows[y].append((x, x, key))
                self._columns[x].append((y, y, key))

    def clash(self) -> bool:
        """Do two nets share a stretch or a point of one line?"""
        return any(map(_overlap, self._rows.values())) or any(map(_overlap, self._columns.values()))

    def copy(self) -> Occupied:
        other = Occupied()
        for mine, its in ((self._rows, other._rows), (self._columns, other._columns)):
            its.update({line: list(stretches) for line, stretches in mine.items()})
        return other


def _overlap(stretches: list[tuple[int, int, tuple[Hashable, ...]]]) -> bool:
    """Sorted by start, a stretch needs comparing only with those that reach beyond it."""
    open_ones: list[tuple[int, tuple[Hashable, ...]]] = []
    for start, stop, key in sorted(stretches, key=lambda entry: entry[:2]):
        open_ones = [(end, other) for end, other in open_ones if end >= start]
        if any(not _same_net(key, other) for _, other in open_ones):
            return True
        open_ones.append((stop, key))
    return False


def _same_net(a: tuple[Hashable, ...], b: tuple[Hashable, ...]) -> bool:
    shared = min(len(a), len(b))
    return a[:shared] == b[:shared]
