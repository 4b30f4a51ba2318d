"""Algebraic loops that Newton's method is to solve: where they are cut, so that their rows can be ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from app.program import IntArray


@dataclass(frozen=True)
class Cut:
    """One strongly connected component: its `rows` and, among them, those that are `torn`: their readers inside take a
    guess in place of what they write."""

    rows: IntArray
    torn: IntArray


def cuts(writer: npt.NDArray[Any], reader: npt.NDArray[Any]) -> list[Cut]:
    """A Cut for every component of the graph of rows, in no particular order."""
    graph = nx.DiGraph(zip(writer.tolist(), reader.tolist(), strict=True))
    found = []
    for component in nx.strongly_connected_components(graph):
        inside = graph.subgraph(component)
        if len(component) == 1 and not inside.has_edge(*(list(component) * 2)):
            continue
        found.append(Cut(np.array(sorted(component)), np.array(sorted(_tear(inside)))))
    return sorted(found, key=lambda cut: int(cut.rows[0]))


def _tear(component: nx.DiGraph) -> list[int]:
    """Few rows without which no loop is left: always the one that most ways lead through, the first of equals."""
    left = nx.DiGraph(component)
    torn: list[int] = []
    while True:
        loops = [part for part in nx.strongly_connected_components(left) if len(part) > 1]
        loops += [{row} for row in left if left.has_edge(row, row)]
        if not loops:
            return torn
        for part in loops:
            inside = left.subgraph(part)
            row = min(part, key=lambda row: (-inside.in_degree(row) * inside.out_degree(row), row))
            torn.append(row)
            left.remove_node(row)


def clustered(
    count: int, writer: npt.NDArray[Any], reader: npt.NDArray[Any], found: list[Cut]
) -> tuple[IntArray, IntArray]:
    """(rank, cluster), each (rows,): rank orders all rows, those of a Cut in a stretch of their own with the torn rows'
    outputs taken as known; cluster is a row's Cut, -1 for none."""
    cluster = np.full(count, -1)
    for number, cut in enumerate(found):
        cluster[cut.rows] = number
    head = np.arange(count)
    torn = np.zeros(count, bool)
    for cut in found:
        head[cut.rows] = cut.rows[0]
        torn[cut.torn] = True
    outer = nx.DiGraph()
    outer.add_nodes_from(np.unique(head).tolist())
    between = head[writer] != head[reader]
    outer.add_edges_from(zip(head[writer[between]].tolist(), head[reader[between]].tolist(), strict=True))
    level = np.zeros(count, np.int64)
    for depth, generation in enumerate(nx.topological_generations(outer)):
        level[generation] = depth
    inner = np.zeros(count, np.int64)
    for number, cut in enumerate(found):
        within = nx.DiGraph()
        within.add_nodes_from(cut.rows.tolist())
        use = (cluster[writer] == number) & (cluster[reader] == number) & ~torn[writer]
        within.add_edges_from(zip(writer[use].tolist(), reader[use].tolist(), strict=True))
        for depth, generation in enumerate(nx.topological_generations(within)):
            inner[generation] = 1 + depth
    width = int(inner.max(initial=0)) + 1
    return (level[head] * (len(found) + 1) + cluster + 1) * width + inner, cluster
