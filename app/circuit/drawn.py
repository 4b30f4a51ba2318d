"""What is drawn, before it is nodes: pins by number, and the networkx graph whose wires join them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from app.program import IntArray
from blocks.spec import Block

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


def linked_pins(drawn: nx.MultiGraph, joined: Sequence[tuple[int, int]]) -> tuple[npt.NDArray[np.int32], ...]:
    """(a, b), each (links,): the pins that the edges of Netlist.drawn join, then those of `joined`."""
    # Each pair of neighbours twice, with the same dictionary of wires; drawn.edges would take several times longer.
    between = {id(wires): wires for _, neighbours in drawn.adjacency() for wires in neighbours.values()}
    edges = chain.from_iterable(wires.values() for wires in between.values())
    a, b, width = np.fromiter(chain.from_iterable(map(_PINS, edges)), np.int32).reshape(-1, 3).T
    index = np.arange(width.sum(), dtype=np.int32) - np.repeat(np.cumsum(width, dtype=np.int32) - width, width)
    pairs = np.array(joined, np.int32).reshape(-1, 2)
    return (
        np.concatenate([np.repeat(a, width) + index, pairs[:, 0]]),
        np.concatenate([np.repeat(b, width) + index, pairs[:, 1]]),
    )


@contextmanager
def collector_paused() -> Iterator[None]:
    """A graph of many wires is many small dictionaries, none of them garbage; Python would look through all of them
    again and again while they are made, which takes longer than making them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
