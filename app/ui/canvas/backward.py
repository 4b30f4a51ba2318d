"""The backward path of a sheet: the wires that carry errors, each with the direction in which the error runs.

An error runs away from where errors come out (Type1, I_E) and towards where they are taken in (Type2, V_E). On a wire
between junctions both distances decide together, so that it also holds along a bus with many taps.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from app.document.schematic import End, Point
from app.ui.canvas.drawing import Drawing

Node = tuple[str, str, int]
FAR = 1e9


def backward_wires(drawing: Drawing) -> dict[str, tuple[Point, ...]]:
    """Wire id to its polyline in the direction of the error."""
    edges: dict[str, tuple[Node, Node, tuple[Point, ...]]] = {}
    graph: dict[Node, list[tuple[Node, float]]] = defaultdict(list)
    for key, view in drawing.wires.items():
        if not any(net.error for net in drawing.nets_of(key)):
            continue
        points = drawing.points_of(view)
        a, b = (_node(end) for end in view.wire.ends)
        length = float(sum(abs(q[0] - p[0]) + abs(q[1] - p[1]) for p, q in pairwise(points))) or 0.5
        edges[key] = a, b, points
        graph[a].append((b, length))
        graph[b].append((a, length))
    sources, sinks = [], []
    for node in graph:
        pin = drawing.pin_of(End(*node)) if node[1] else None
        if pin is not None:
            (sources if pin.port.direction == "out" else sinks).append(node)
    out, into = _distances(graph, sources), _distances(graph, sinks)

    def potential(node: Node) -> float:
        return out.get(node, 0.0) - into.get(node, 0.0)

    return {
        key: points if potential(a) <= potential(b) else tuple(reversed(points))
        for key, (a, b, points) in edges.items()
    }


def _node(end: End) -> Node:
    return end.item, end.port, end.first if end.port else 0


def _distances(graph: Mapping[Node, list[tuple[Node, float]]], starts: Iterable[Node]) -> dict[Node, float]:
    best = dict.fromkeys(starts, 0.0)
    queue = [(0.0, node) for node in best]
    heapq.heapify(queue)
    while queue:
        distance, node = heapq.heappop(queue)
        if distance > best[node]:
            continue
        for other, length in graph[node]:
            if distance + length < best.get(other, FAR):
                best[other] = distance + length
                heapq.heappush(queue, (best[other], other))
    return best
