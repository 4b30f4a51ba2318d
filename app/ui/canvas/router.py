"""Orthogonal routes for wires: the corners a person placed are kept, the rest is found here and never saved.

A stretch between two fixed points is the cheapest path over the few lines that matter (through the ends, beside them,
half way, along the blocks nearby): short, few bends, not through blocks, leaving and entering pins straight.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import pairwise

from app.document.placement import Box
from app.document.schematic import Point
from blocks.symbol import Side

STUB = 2  # grid units that a route goes straight out of a pin before it must turn
BEND, MIDDLE_BEND, THROUGH, ALONG, ON_WIRE = 4.0, 3.6, 60.0, 2.0, 9.0
BESIDE = (0, -1, 1, -2, 2)  # where a step stands if another wire runs half way along
Stretch = tuple[Point, Point]
MOST_BOXES = 8
_STEPS: dict[Side, Point] = {"left": (-1, 0), "top": (0, -1), "right": (1, 0), "bottom": (0, 1)}
_ORDER: tuple[Side, ...] = ("left", "top", "right", "bottom")
_OPPOSITE: dict[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


def route(
    start: Point,
    stop: Point,
    corners: Sequence[Point] = (),
    leaves: Side | None = None,
    enters: Side | None = None,
    boxes: Sequence[Box] = (),
    taken: Sequence[Stretch] = (),
) -> tuple[Point, ...]:
    """The polyline from `start` to `stop` through `corners`. `leaves` and `enters` are the sides from which the ends'
    pins look outwards (None: any direction). It goes round `boxes` and does not run along the stretches `taken` by
    other wires, where it can. Steps of one unit each way between corners are kept: the 45-degree taps of buses."""
    points = [start]
    stations = [start, *corners, stop]
    for number, (a, b) in enumerate(pairwise(stations)):
        if a == b or a[0] == b[0] or a[1] == b[1] or (corners and abs(a[0] - b[0]) == abs(a[1] - b[1]) == 1):
            points.append(b)
            continue
        first = leaves if number == 0 else _turn_of(points)
        last = enters if number == len(stations) - 2 else None
        near = _nearest(a, b, boxes)
        points += (_plain(a, b, first, last, near, taken) or _search(a, b, first, last, near, taken))[1:]
    return _tidy(points)


def _turn_of(points: Sequence[Point]) -> Side | None:
    """At a corner a person placed the wire turns, if it can, away from the direction in which it came."""
    if len(points) < 2:
        return None
    (ax, ay), (bx, by) = points[-2], points[-1]
    if ay == by:
        return "right" if bx > ax else "left"
    return "bottom" if by > ay else "top"


def _plain(
    start: Point, stop: Point, leaves: Side | None, enters: Side | None, near: Sequence[Box], taken: Sequence[Stretch]
) -> list[Point] | None:
    """What the search would find between two pins that look at each other, if nothing is in the way: a step half way
    along, or a little beside. None otherwise."""
    if leaves is None or enters is None or enters != _OPPOSITE[leaves]:
        return None
    dx, dy = _STEPS[leaves]
    if (stop[0] - start[0]) * dx + (stop[1] - start[1]) * dy < 2 * STUB:
        return None
    for beside in BESIDE:
        x, y = (start[0] + stop[0]) // 2 + beside, (start[1] + stop[1]) // 2 + beside
        if dx:
            points = [start, (x, start[1]), (x, stop[1]), stop]
            inside = min(start[0], stop[0]) < x < max(start[0], stop[0])
        else:
            points = [start, (start[0], y), (stop[0], y), stop]
            inside = min(start[1], stop[1]) < y < max(start[1], stop[1])
        if inside and not any(_hindrance(a, b, near, taken) for a, b in pairwise(points)):
            return points
    return None


def _search(
    start: Point, stop: Point, leaves: Side | None, enters: Side | None, near: Sequence[Box], taken: Sequence[Stretch]
) -> list[Point]:
    xs = _lines(start, stop, leaves, enters, near, 0)
    ys = _lines(start, stop, leaves, enters, near, 1)
    middle = ((start[0] + stop[0]) // 2, (start[1] + stop[1]) // 2)
    column = {x: i for i, x in enumerate(xs)}
    row = {y: j for j, y in enumerate(ys)}
    begin, end = (column[start[0]], row[start[1]]), (column[stop[0]], row[stop[1]])
    wanted = _ORDER.index(_OPPOSITE[enters]) if enters else None
    best: dict[tuple[int, int, int], float] = {}
    came: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    first = _ORDER.index(leaves) if leaves else -1
    queue: list[tuple[float, int, int, int]] = [(0.0, *begin, first)]
    best[(*begin, first)] = 0.0
    while queue:
        cost, i, j, way = heapq.heappop(queue)
        if cost > best[i, j, way]:
            continue
        if (i, j) == end:
            return _trace(came, (i, j, way), xs, ys)
        for step, side in enumerate(_ORDER):
            dx, dy = _STEPS[side]
            ni, nj = i + dx, j + dy
            if not (0 <= ni < len(xs) and 0 <= nj < len(ys)) or (way >= 0 and step == (way + 2) % 4):
                continue
            here, there = (xs[i], ys[j]), (xs[ni], ys[nj])
            price = cost + abs(there[0] - here[0]) + abs(there[1] - here[1]) + _hindrance(here, there, near, taken)
            if way >= 0 and step != way:
                price += MIDDLE_BEND if (here[0] == middle[0] if dy else here[1] == middle[1]) else BEND
                if (i, j) == begin and leaves:
                    price += THROUGH
            if (ni, nj) == end and wanted is not None and step != wanted:
                price += THROUGH if step == (wanted + 2) % 4 else BEND * 4
            state = (ni, nj, step)
            if price < best.get(state, float("inf")):
                best[state], came[state] = price, (i, j, way)
                heapq.heappush(queue, (price, *state))
    return [start, (stop[0], start[1]), stop]


def _nearest(start: Point, stop: Point, boxes: Sequence[Box]) -> list[Box]:
    """The boxes that a route may have to go round; the closest few, so that a route stays cheap."""
    left, right = min(start[0], stop[0]) - 4, max(start[0], stop[0]) + 4
    top, bottom = min(start[1], stop[1]) - 4, max(start[1], stop[1]) + 4
    near = [box for box in boxes if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top]
    middle = ((left + right) / 2, (top + bottom) / 2)
    near.sort(key=lambda box: abs(box[0] + box[2] - 2 * middle[0]) + abs(box[1] + box[3] - 2 * middle[1]))
    return near[:MOST_BOXES]


def _lines(
    start: Point, stop: Point, leaves: Side | None, enters: Side | None, boxes: Sequence[Box], axis: int
) -> list[int]:
    middle = (start[axis] + stop[axis]) // 2
    places = {start[axis], stop[axis], *(middle + beside for beside in BESIDE)}
    for point, side in ((start, leaves), (stop, enters)):
        if side:
            places.add(point[axis] + STUB * _STEPS[side][axis])
    for box in boxes:
        places.update((box[axis] - 1, box[axis + 2] + 1))
    return sorted(places)


def _hindrance(a: Point, b: Point, boxes: Sequence[Box], taken: Sequence[Stretch]) -> float:
    """What it costs to pass through blocks, along their edges, or along another wire."""
    x0, x1 = (a[0], b[0]) if a[0] < b[0] else (b[0], a[0])
    y0, y1 = (a[1], b[1]) if a[1] < b[1] else (b[1], a[1])
    price = 0.0
    for left, top, right, bottom in boxes:
        if x0 <= right and x1 >= left and y0 <= bottom and y1 >= top:
            if x0 < right and x1 > left and y0 < bottom and y1 > top:
                price += THROUGH
            elif (x0 == x1 and x0 in (left, right) and y0 < bottom and y1 > top) or (
                y0 == y1 and y0 in (top, bottom) and x0 < right and x1 > left
            ):
                price += ALONG
    for (ax, ay), (bx, by) in taken:
        if x0 == x1 == ax == bx:
            price += ON_WIRE if min(ay, by) <= y1 and max(ay, by) >= y0 else 0.0
        elif y0 == y1 == ay == by:
            price += ON_WIRE if min(ax, bx) <= x1 and max(ax, bx) >= x0 else 0.0
    return price


def _trace(
    came: dict[tuple[int, int, int], tuple[int, int, int]], state: tuple[int, int, int], xs: list[int], ys: list[int]
) -> list[Point]:
    points = [(xs[state[0]], ys[state[1]])]
    while state in came:
        state = came[state]
        points.append((xs[state[0]], ys[state[1]]))
    points.reverse()
    return points


def _tidy(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without repeated points and without points on a straight stretch."""
    result: list[Point] = []
    for point in points:
        if result and point == result[-1]:
            continue
        if len(result) >= 2:
            (ax, ay), (bx, by) = result[-2], result[-1]
            if (bx - ax) * (point[1] - by) == (by - ay) * (point[0] - bx) and (
                (bx - ax) * (point[0] - bx) + (by - ay) * (point[1] - by) > 0
            ):
                result[-1] = point
                continue
        result.append(point)
    return tuple(result) if len(result) > 1 else (points[0], points[-1])
