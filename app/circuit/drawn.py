"""What is drawn, before it is nodes: pins by number, and the networkx graph whose wires join them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.program import IntArray
from blocks.spec import Block

Pins = npt.NDArray[np.int32]
_PINS = itemgetter("a", "b", "width")


@dataclass(frozen=True, slots=True)
class Kind:
    """What all instances of one type with the same parameter texts have in common. `ports[name]` is (offset from the
    instance's first pin, width), `pins` how many there are. A junction is an item with one port without a name."""

    number: int
    block: Block | None
    values: dict[str, Any]
    ports: Mapping[str, tuple[int, int]]
    pins: int


class DrawnPins(Mapping[tuple[str, str], IntArray]):
    """The nodes of a drawn port by (instance id, port), index 1 first; of a junction by (id, ""). Kept as each item's
    first pin and kind and one array `node_of_pin` (pins,): an array for every port would take longer to make than all
    wires to follow."""

    def __init__(self, items: Mapping[str, tuple[int, Kind]], node_of_pin: IntArray) -> None:
        self._items, self._node_of_pin = items, node_of_pin

    def __getitem__(self, key: tuple[str, str]) -> IntArray:
        start, kind = self._items[key[0]]
        offset, width = kind.ports[key[1]]
        return self._node_of_pin[start + offset : start + offset + width]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((item, port) for item, (_, kind) in self._items.items() for port in kind.ports)

    def __len__(self) -> int:
        return sum(len(kind.ports) for _, kind in self._items.values())


def node_of_pin(drawn: nx.MultiGraph, joined: Sequence[tuple[int, int]], pins: int) -> IntArray:
    """(pins,) the node of every pin: pins joined by the edges of Netlist.drawn, or by `joined`, are one node. Nodes are
    numbered by the first pin on each."""
    a, b, width = _edges(drawn)
    lowest = np.arange(pins, dtype=np.int32)  # of the pins known to be on the same node
    whole = _whole(a, b, width)
    _join_whole(lowest, a[whole], b[whole], width[whole])
    rest = ~whole
    pairs = np.array(joined, np.int32).reshape(-1, 2)
    _join_pins(
        lowest,
        lowest[np.concatenate([_spread(a[rest], width[rest]), pairs[:, 0]])],
        lowest[np.concatenate([_spread(b[rest], width[rest]), pairs[:, 1]])],
    )
    number = np.cumsum(lowest == np.arange(pins, dtype=np.int32)) - 1
    return np.asarray(number[lowest])


def _edges(drawn: nx.MultiGraph) -> Pins:
    """(3, wires): a, b and width of every edge."""
    # Each pair of neighbours twice, with the same dictionary of wires; drawn.edges would take several times longer.
    between = {id(wires): wires for _, neighbours in drawn.adjacency() for wires in neighbours.values()}
    edges = chain.from_iterable(wires.values() for wires in between.values())
    return np.fromiter(chain.from_iterable(map(_PINS, edges)), np.int32).reshape(-1, 3).T


def _spread(start: Pins, width: Pins) -> Pins:
    """start, start + 1 .. for each bundle, one after another."""
    before = np.cumsum(width, dtype=np.int32) - width
    return np.asarray(np.arange(width.sum(), dtype=np.int32) + np.repeat(start - before, width))


def _whole(a: Pins, b: Pins, width: Pins) -> npt.NDArray[np.bool_]:
    """(wires,) whether a wire joins two bundles of which no other wide wire takes a part: such bundles are joined as a
    whole, which spares looking at a million pins of wide layers."""
    wide = np.flatnonzero(width > 1)
    start, inverse = np.unique(np.concatenate([a[wide], b[wide]]), return_inverse=True)
    least, most = np.full(len(start), np.iinfo(np.int32).max, np.int32), np.zeros(len(start), np.int32)
    np.minimum.at(least, inverse, np.tile(width[wide], 2))
    np.maximum.at(most, inverse, np.tile(width[wide], 2))
    end = np.maximum.accumulate(start + most)
    alone = least == most
    alone[1:] &= end[:-1] <= start[1:]
    alone[:-1] &= end[:-1] <= start[1:]
    result = np.zeros(len(width), bool)
    result[wide] = alone[inverse[: len(wide)]] & alone[inverse[len(wide) :]]
    return result


def _join_whole(lowest: Pins, a: Pins, b: Pins, width: Pins) -> None:
    start, place = np.unique(np.concatenate([a, b]), return_index=True)
    first = start[_first_of_part(np.searchsorted(start, a), np.searchsorted(start, b), len(start))]
    width = np.concatenate([width, width])[place]
    lowest[_spread(start, width)] = _spread(first, width)


def _join_pins(lowest: Pins, a: Pins, b: Pins) -> None:
    used = np.zeros(len(lowest), bool)
    used[a] = used[b] = True
    pins = np.flatnonzero(used)
    short = np.cumsum(used, dtype=np.int32) - 1
    first = pins[_first_of_part(short[a], short[b], len(pins))]
    lowest[pins] = first
    lowest[:] = lowest[lowest]


def _first_of_part(a: npt.NDArray[Any], b: npt.NDArray[Any], count: int) -> IntArray:
    """(count,) the first vertex of each one's connected part in the graph of edges a - b."""
    # With numbers as scipy's search wants them: converting others would take longer than the search.
    edges = np.ones(len(a)), (a.astype(np.int32, copy=False), b.astype(np.int32, copy=False))
    _, label = connected_components(coo_array(edges, shape=(count, count)), directed=False)
    first = np.zeros(count, np.int64)
    first[label[::-1]] = np.arange(count)[::-1]
    return np.asarray(first[label])
