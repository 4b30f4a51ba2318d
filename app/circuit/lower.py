"""Equations -> rows of operations on slots, for a whole netlist. Coefficients are folded into the edges: a multiplier
into a resistive node costs one multiply-add, k = p K_m / G."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from app.circuit.netlist import Netlist, PartGroup
from app.circuit.nodes import NodeKind, Nodes, is_varying, time_constant
from app.circuit.rows import Function, Lowering, RowBuilder, Term
from app.program import ONE, TIME, FloatArray, IntArray, Opcode
from blocks import expression
from blocks.expression import Name


@dataclass(slots=True)
class Lowered:
    """Rows in no particular order, and where things are: `node_slot` (nodes,), `state_nodes` (states,) the node of each
    state, `sources` (columns,) slots of scheduled pins, `levels` slot by instance id of hand-set signals."""

    builder: RowBuilder
    node_slot: IntArray
    state_nodes: IntArray
    sources: IntArray
    levels: dict[str, int] = field(default_factory=dict)


def lower(netlist: Netlist, nodes: Nodes) -> Lowered:
    """All rows of the netlist. The netlist must be free of electrical errors (see check)."""
    return _Lowerer(netlist, nodes).run()


class _Lowerer:
    def __init__(self, netlist: Netlist, nodes: Nodes) -> None:
        self.netlist, self.nodes = netlist, nodes
        self.currents: dict[str, list[tuple[IntArray, Term, IntArray]]] = defaultdict(list)

    def run(self) -> Lowered:
        self._assign_slots()
        for group in self.netlist.groups:
            self._lower_group(group)
        self._emit_resistive()
        self._emit_states()
        return self.result

    # -- slots ------------------------------------------------------------------------------------------------------

    def _assign_slots(self) -> None:
        kind = self.nodes.kind
        delayed = [
            group.nodes[port][(tau > 0).any(axis=1)]
            for group in self.netlist.groups
            for port in group.block.time_constant
            if (tau := time_constant(group, port)) is not None
        ]
        capacitive = np.flatnonzero(kind == NodeKind.CAPACITIVE)
        state_nodes = np.concatenate([capacitive, *delayed]).astype(np.int64)
        self.state_of_node = np.full(self.netlist.nodes, -1)
        self.state_of_node[state_nodes] = np.arange(len(state_nodes))
        builder = RowBuilder(2)
        slot = np.full(self.netlist.nodes, -1, np.int64)
        slot[state_nodes] = builder.new_slots(len(state_nodes))
        sources = [builder.new_slots(len(entry.nodes)) for entry in self.netlist.scheduled]
        for entry, slots in zip(self.netlist.scheduled, sources, strict=True):
            slot[entry.nodes] = slots
        rest = np.flatnonzero(slot < 0)
        slot[rest] = builder.new_slots(len(rest))
        self._alias_buffers(slot)
        columns = np.concatenate(sources) if sources else np.zeros(0, np.int64)
        self.result = Lowered(builder, slot, state_nodes, columns)

    def _alias_buffers(self, slot: IntArray) -> None:
        """A buffered output that equals its input (Type2, probe taps) shares the input's slot and costs nothing."""
        copies: list[tuple[IntArray, IntArray]] = []
        for group in self.netlist.groups:
            for port, text in group.block.equations.items():
                tree = expression.parse(text)
                source = _port_of_symbol(group, tree.name) if isinstance(tree, Name) else None
                if source is not None and not self._is_delayed(group, port):
                    copies.append((group.nodes[port], group.nodes[source]))
        for _ in range(len(copies) and 64):
            before = slot.copy()
            for target, origin in copies:
                slot[target] = slot[origin]
            if np.array_equal(before, slot):
                break

    def _is_delayed(self, group: PartGroup, port: str) -> bool:
        return time_constant(group, port) is not None

    # -- equations --------------------------------------------------------------------------------------------------

    def _lower_group(self, group: PartGroup) -> None:
        slot = self.result.node_slot
        names: dict[str, FloatArray | IntArray] = dict(group.values)
        names["t"] = np.broadcast_to(TIME, group.count)
        trees = {port: expression.parse(text) for port, text in group.block.equations.items()}
        read = frozenset().union(*map(expression.names, trees.values()))
        for port in group.block.ports:
            symbol = port.symbol or port.name
            if symbol in read:
                names[symbol] = slot[group.nodes[port.name]]
        for name in group.block.scheduled:
            if group.block.port(name) is None:
                names[name] = self._levels(group, name)
        lowering = Lowering(self.result.builder, group.owner, names)
        for port_name, tree in trees.items():
            declared = group.block.port(port_name)
            assert declared is not None
            if declared.quantity == "current":
                terms = self.result.builder.materialise(lowering.lower(tree), group.owner)
                self._add_current(group.nodes[port_name], terms, group.owner)
            elif self._is_delayed(group, port_name):
                self._delayed_output(group, port_name, lowering, tree)
            elif not (isinstance(tree, Name) and _port_of_symbol(group, tree.name)):
                self.result.builder.emit(slot[group.nodes[port_name]], lowering.lower(tree), group.owner)

    def _levels(self, group: PartGroup, name: str) -> IntArray:
        slots = self.result.builder.new_slots(group.count)
        for row, slot in enumerate(slots):
            self.result.levels[self.netlist.instances[group.owner[row]].id] = int(slot)
        return slots

    def _add_current(self, node: IntArray, terms: list[Term], owner: IntArray) -> None:
        kind = self.nodes.kind[node]
        for name, wanted in (("resistive", NodeKind.RESISTIVE), ("states", NodeKind.CAPACITIVE)):
            rows = np.flatnonzero(kind == wanted)  # anything else is an unused pin, tied to ground
            if not len(rows):
                continue
            for term in terms:
                piece = Term(term.k[rows] if len(term.k) > 1 else term.k, term.a[rows], term.b[rows])
                self.currents[name].append((node[rows], piece, owner[rows]))

    def _delayed_output(self, group: PartGroup, port: str, lowering: Lowering, tree: expression.Tree) -> None:
        """tau dV/dt = f - V for the parts with tau > 0, V = f for the others."""
        tau = time_constant(group, port)
        assert tau is not None
        node = group.nodes[port]
        target = self.result.builder.new_slots(group.count)
        delayed = (tau > 0).any(axis=1)
        target[~delayed] = self.result.node_slot[node[~delayed]]
        self.result.builder.emit(target, lowering.lower(tree), group.owner)
        rows = np.flatnonzero(delayed)
        one = np.full(len(rows), ONE)
        rate = 1.0 / tau[rows]
        self.currents["delayed"].append((node[rows], Term(rate, target[rows], one), group.owner[rows]))
        self.currents["delayed"].append(
            (node[rows], Term(-rate, self.result.node_slot[node[rows]], one), group.owner[rows])
        )

    # -- Kirchhoff --------------------------------------------------------------------------------------------------

    def _emit_resistive(self) -> None:
        """V = sum I / G on every resistive node."""
        node = np.flatnonzero(self.nodes.kind == NodeKind.RESISTIVE)
        row_of = np.full(self.netlist.nodes, -1)
        row_of[node] = np.arange(len(node))
        pieces = [
            (row_of[at], Term(term.k / self.nodes.conductance[at], term.a, term.b), owner)
            for at, term, owner in self.currents["resistive"]
        ]
        if len(node):
            self.result.builder.mac(Opcode.MAC, self.result.node_slot[node], pieces)

    def _emit_states(self) -> None:
        """C dV/dt = sum I - G V on every capacitive node; one DERIVATIVE row for every state."""
        node = self.result.state_nodes
        if not len(node):
            return
        state = self.state_of_node
        pieces = [(state[at], term, owner) for at, term, owner in self.currents["delayed"]]
        leaky = node[(self.nodes.conductance[node] > 0).any(axis=1) & (self.nodes.kind[node] == NodeKind.CAPACITIVE)]
        currents = list(self.currents["states"])
        if len(leaky):
            one = np.full(len(leaky), ONE)
            leak = Term(-self.nodes.conductance[leaky], self.result.node_slot[leaky], one)
            currents.append((leaky, leak, np.full(len(leaky), -1)))
        varying = self.nodes.varying
        for at, term, owner in currents:
            fixed = np.flatnonzero(~varying[at])
            if len(fixed):
                k = np.broadcast_to(term.k, (len(at), term.k.shape[1]))[fixed] / self.nodes.capacitance[at[fixed]]
                pieces.append((state[at[fixed]], Term(k, term.a[fixed], term.b[fixed]), owner[fixed]))
        if varying.any():
            pieces.extend(self._varying_states(currents))
        self.result.builder.mac(Opcode.DERIVATIVE, np.arange(len(node)), pieces)

    def _varying_states(self, currents: list[tuple[IntArray, Term, IntArray]]) -> list[tuple[IntArray, Term, IntArray]]:
        """dV/dt = sum I / C(V) where the capacitance depends on the voltage."""
        builder = self.result.builder
        node = np.flatnonzero(self.nodes.varying)
        row_of = np.full(self.netlist.nodes, -1)
        row_of[node] = np.arange(len(node))
        total, capacitance, quotient = (builder.new_slots(len(node)) for _ in range(3))
        inflow = []
        for at, term, owner in currents:
            use = np.flatnonzero(row_of[at] >= 0)
            k = np.broadcast_to(term.k, (len(at), term.k.shape[1]))[use]
            inflow.append((row_of[at[use]], Term(k, term.a[use], term.b[use]), owner[use]))
        builder.mac(Opcode.MAC, total, inflow)
        one, nobody = np.full(len(node), ONE), np.full(len(node), -1)
        pieces = [(np.arange(len(node)), Term(self.nodes.capacitance[node], one, one), nobody)]
        for group in self.netlist.groups:
            for port, text in group.block.capacitance.items():
                if not is_varying(group.block, port):
                    continue
                names: dict[str, FloatArray | IntArray] = dict(group.values)
                for declared in group.block.ports:
                    names[declared.symbol or declared.name] = self.result.node_slot[group.nodes[declared.name]]
                terms = builder.materialise(
                    Lowering(builder, group.owner, names).lower(expression.parse(text)), group.owner
                )
                pieces.extend((row_of[group.nodes[port]], term, group.owner) for term in terms)
        builder.mac(Opcode.MAC, capacitance, pieces)
        ones = np.ones((len(node), 1))
        builder.emit(quotient, [Function(Opcode.DIVIDE, ones, total, capacitance, ones)], nobody)
        return [(self.state_of_node[node], Term(ones, quotient, one), nobody)]


def _port_of_symbol(group: PartGroup, name: str) -> str | None:
    return next((port.name for port in group.block.ports if (port.symbol or port.name) == name), None)
