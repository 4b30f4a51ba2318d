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
ENTERS, LEAVES = "V_E", "I_E"  # where an error comes in at a macro's sheet, and where it goes out


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
    _join_insides(drawing, graph)
    ways = {node: _way(drawing, node) for node in graph}
    sources = [node for node, way in ways.items() if way == "out"]
    sinks = [node for node, way in ways.items() if way == "in"]
    out, into = _distances(graph, sources), _distances(graph, sinks)

    def potential(node: Node) -> float:
        return out.get(node, 0.0) - into.get(node, 0.0)

    return {key: potential(a) <= potential(b) for key, (a, b) in edges.items()}


def _join_insides(drawing: Drawing, graph: dict[Node, list[tuple[Node, float]]]) -> None:
    """An error passes through a resistor to ground, whose two pins are one node."""
    at: dict[str, list[Node]] = defaultdict(list)
    for node in graph:
        if node[1] and _way(drawing, node) == "":
            at[node[0]].append(node)
    for item, nodes in at.items():
        for ports in drawing.blocks[item].shape.block.same_node:
            for a, b in pairwise([node for node in nodes if node[1] in ports]):
                graph[a].append((b, 0.0))
                graph[b].append((a, 0.0))


def _way(drawing: Drawing, node: Node) -> str:
    """Does the error come `out` of this pin or go `in`? Empty for junctions and what only passes it on."""
    pin = drawing.pin_of(End(*node)) if node[1] else None
    if pin is None:
        return ""
    block = drawing.blocks[pin.item]
    if block.type in LABELS:
        text = str(block.shape.values.get("net"))
        return "out" if text.startswith(ENTERS) else "in" if text.startswith(LEAVES) else ""
    inside = next((ports for ports in block.shape.block.same_node if pin.port.name in ports), (pin.port.name,))
    declared = [block.shape.block.port(name) for name in inside]
    passes = any(port is not None and port.direction == "passive" for port in declared)
    return "" if passes else pin.port.direction


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
