"""The networkx graph of what is drawn is what the nodes are numbered from."""

from __future__ import annotations

import gc

import networkx as nx
import numpy as np
import pytest

from app.circuit.drawn import linked_pins
from app.circuit.flatten import flatten
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


def test_nodes_are_the_connected_parts_of_the_pins() -> None:
    schematic, _ = generate((3, 12, 2), dataset.Dataset(("a", "b", "c"), ("t", "u"), ((0.0,) * 5,)), "data")
    netlist = flatten(schematic)
    labels = [(key, netlist.pins[key]) for key in netlist.pins]
    assert len(labels) == len(netlist.pins)
    number = np.concatenate([nodes for _, nodes in labels])  # in the order in which pins are numbered
    graph = nx.Graph()
    graph.add_nodes_from(range(len(number)))
    graph.add_edges_from(zip(*(pins.tolist() for pins in linked_pins(netlist.drawn, ())), strict=True))
    for part in nx.connected_components(graph):
        assert len(set(number[list(part)].tolist())) == 1
    by_label = {text: node for node, text in netlist.net_names.items()}
    assert len(np.unique(number)) == len(netlist.pin_counts)
    assert netlist.pin_counts.sum() == len(number) and by_label


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
