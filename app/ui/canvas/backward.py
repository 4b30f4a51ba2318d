"""The backward path of a sheet: the wires that carry errors, each with the direction in which the error runs.

An error runs away from where errors come out (Type1, I_E) and towards where they are taken in (Type2, V_E). On a wire
between junctions both distances decide together, so that it also holds along a bus with many taps.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from app.document.nets import LABELS
from app.document.schematic import End
from app.ui.canvas.drawing import Drawing

Node = tuple[str, str, int]
FAR = 1e9
ENTERS = "V_E"  # the port at which an error comes in at a macro's sheet


def backward_wires(drawing: Drawing) -> dict[str, bool]:
    """Wire id to whether the error runs from its first end to its second (False: the other way)."""
    edges: dict[str, tuple[Node, Node]] = {}
    graph: dict[Node, list[tuple[Node, float]]] = defaultdict(list)
    for key, view in drawing.wires.items():
        if not any(net.error for net in drawing.nets_of(key)):
            continue
        a, b = (_node(end) for end in view.wire.ends)
        stations = (view.start, *view.wire.corners, view.stop)
        length = float(sum(abs(q[0] - p[0]) + abs(q[1] - p[1]) for p, q in pairwise(stations))) or 0.5
        edges[key] = a, b
        graph[a].append((b, length))
        graph[b].append((a, length))
    sources: list[Node] = []
    sinks: list[Node] = []
    for node in graph:
        (sources if _emits(drawing, node) else sinks if node[1] else []).append(node)
    out, into = _distances(graph, sources), _distances(graph, sinks)

    def potential(node: Node) -> float:
        return out.get(node, 0.0) - into.get(node, 0.0)

    return {key: potential(a) <= potential(b) for key, (a, b) in edges.items()}


def _emits(drawing: Drawing, node: Node) -> bool:
    """Does the error come out of this pin?"""
    pin = drawing.pin_of(End(*node)) if node[1] else None
    if pin is None:
        return False
    block = drawing.blocks[pin.item]
    if block.type in LABELS:
        return str(block.shape.values.get("net")).startswith(ENTERS)
    return pin.port.direction == "out"


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
