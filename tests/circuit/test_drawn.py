"""The networkx graph of what is drawn is what the nodes are numbered from."""

from __future__ import annotations

import gc

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.circuit.drawn import node_of_pin
from app.circuit.flatten import flatten
from app.circuit.netlist import Netlist
from app.document import dataset
from app.document.generate import generate


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
def test_every_wire_is_an_edge_and_joins_its_pins(level: str) -> None:
    schematic, _ = generate((2, 8, 1), dataset.XOR, "data", level=level)  # type: ignore[arg-type]
    netlist = flatten(schematic)
    top = schematic.top
    assert set(netlist.drawn) == {*top.instances, *top.junctions}
    assert {wire for _, _, wire in netlist.drawn.edges(keys=True)} == set(top.wires)
    for wire in top.wires.values():
        ends = [netlist.pins[end.item, end.port][slice(max(end.first, 1) - 1, end.last or None)] for end in wire.ends]
        np.testing.assert_array_equal(*ends)


def _by_networkx(netlist: Netlist, pins: int) -> list[int]:
    """The node of every pin, pin by pin."""
    graph = nx.Graph()
    graph.add_nodes_from(range(pins))
    for _, _, edge in netlist.drawn.edges(data=True):
        graph.add_edges_from((edge["a"] + k, edge["b"] + k) for k in range(edge["width"]))
    number = [0] * pins
    for node, part in enumerate(sorted(nx.connected_components(graph), key=min)):
        for pin in part:
            number[pin] = node
    return number


@given(st.data())
def test_nodes_are_the_connected_parts_of_the_pins(data: st.DataObject) -> None:
    pins = data.draw(st.integers(2, 24))
    netlist = Netlist()
    for wire in range(data.draw(st.integers(0, 8))):
        width = data.draw(st.integers(1, min(6, pins)))
        a, b = (data.draw(st.integers(0, pins - width)) for _ in range(2))
        netlist.drawn.add_edge(f"b{a % 3}", f"b{b % 3}", f"w{wire}", a=a, b=b, width=width)
    assert node_of_pin(netlist.drawn, (), pins).tolist() == _by_networkx(netlist, pins)


def test_labels_join_pins_too() -> None:
    assert node_of_pin(Netlist().drawn, [(3, 1), (1, 2)], 5).tolist() == [0, 1, 1, 1, 2]


def test_the_garbage_collector_is_left_as_it_was() -> None:
    schematic, _ = generate((2, 8, 1), dataset.XOR, "data")
    gc.disable()
    try:
        flatten(schematic)
        assert not gc.isenabled()
    finally:
        gc.enable()
    flatten(schematic)
    assert gc.isenabled()
