"""Schematic -> Circuit: the Program and where everything drawn is in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.circuit.check import check_netlist, loop_problems
from app.circuit.flatten import flatten
from app.circuit.lower import lower
from app.circuit.netlist import MEMORY_TYPES, Netlist, PartGroup
from app.circuit.nodes import Nodes, classify
from app.circuit.order import AlgebraicLoop, order
from app.document.schematic import End, Schematic
from app.errors import Problem, ProblemError
from app.program import FloatArray, IntArray, Program


@dataclass(frozen=True)
class Circuit:
    """A compiled schematic. `node_slot` (nodes,) tells where each node's voltage is in V; `state_nodes` (states,)
    which node each state is. `problems` holds warnings (errors prevent compiling)."""

    netlist: Netlist
    nodes: Nodes
    program: Program
    node_slot: IntArray
    state_nodes: IntArray
    problems: tuple[Problem, ...]

    @cached_property
    def capacitors(self) -> list[tuple[PartGroup, int]]:
        """Every weight, as (group, row), in order of the drawing."""
        return [(group, row) for group in self.netlist.of_type(*MEMORY_TYPES) for row in range(group.count)]

    @cached_property
    def weight_states(self) -> IntArray:
        """(weights,) the state number of each capacitor."""
        state = np.full(self.netlist.nodes, -1)
        state[self.state_nodes] = np.arange(len(self.state_nodes))
        nodes = [group.nodes["I_charge"] for group in self.netlist.of_type(*MEMORY_TYPES)]
        return state[np.concatenate(nodes)] if nodes else np.zeros(0, np.int64)

    @cached_property
    def weight_paths(self) -> list[str]:
        """`N2_1/C0` for each capacitor."""
        return [self.netlist.path(group, row) for group, row in self.capacitors]

    @cached_property
    def weight_ids(self) -> list[str]:
        """The same with stable ids: `b3/C0`."""
        return [self.netlist.id_path(group, row) for group, row in self.capacitors]

    @cached_property
    def output_names(self) -> list[str]:
        """Names of the Type1 blocks, in the order of Program.errors."""
        return [self.netlist.path(group, row) for group in self.netlist.of_type("type1") for row in range(group.count)]

    @cached_property
    def state_names(self) -> list[str]:
        """A path for every state: the weight's, or a port on the node."""
        names = [""] * len(self.state_nodes)
        for path, state in zip(self.weight_paths, self.weight_states, strict=True):
            names[state] = path
        for state, node in enumerate(self.state_nodes):
            names[state] = names[state] or self.node_name(int(node))
        return names

    def slot_of(self, end: End) -> int:
        """The slot of a drawn pin or junction (first index of a range). Raises KeyError."""
        return int(self.node_slot[self.netlist.pins[end.item, end.port][max(end.first, 1) - 1]])

    def node_name(self, node: int) -> str:
        """The label on a node, else the port that drives it or any port on it."""
        if node in self.netlist.net_names:
            return self.netlist.net_names[node]
        fallback = f"node {node}"
        for group in self.netlist.groups:
            for port in group.block.ports:
                rows = np.flatnonzero(group.nodes[port.name] == node)
                if len(rows):
                    fallback = f"{self.netlist.path(group, int(rows[0]))}.{port.name}"
                    if port.direction == "out":
                        return fallback
        return fallback

    def slot_name(self, slot: int) -> str:
        """What a slot holds: the node's name, or the part whose equation needs it."""
        nodes = np.flatnonzero(self.node_slot == slot)
        if len(nodes):
            return self.node_name(int(nodes[0]))
        program = self.program
        rows = np.flatnonzero(program.out == slot)
        edges = np.concatenate([np.arange(program.ptr[row], program.ptr[row + 1]) for row in rows] or [rows])
        read = np.concatenate([program.a[edges], program.b[edges]])
        nodes = np.flatnonzero(np.isin(self.node_slot, read[read > 1]))
        return f"an equation that reads {self.node_name(int(nodes[0]))}" if len(nodes) else "the circuit"

    def loop_names(self, number: int) -> str:
        """The blocks on a loop that Newton's method solves."""
        names = [self.netlist.instances[owner].name for owner in self.program.loops[number].owners] or ["a node"]
        return " -> ".join([*names, names[0]])

    def initial_state(self, seeds: list[int]) -> FloatArray:
        """(states, len(seeds)) voltages at time 0: V0 in volts, or drawn for "seeded" weights from hash(seed, path),
        uniform in +-spread. Capacitors side by side on one node share its charge (with C(V), as if C_0 held)."""
        y = np.zeros((len(self.state_nodes), len(seeds)))
        charge, total = np.zeros_like(y), np.zeros_like(y)
        members = np.zeros(len(self.state_nodes), np.int64)
        state = np.full(self.netlist.nodes, -1)
        state[self.state_nodes] = np.arange(len(self.state_nodes))
        for group in self.netlist.groups:
            for port, text in group.block.initial.items():
                where = state[group.nodes[port]]
                given = group.values[text]
                voltage = np.array(np.broadcast_to(given, (group.count, len(seeds))))
                rows = np.flatnonzero(np.isnan(given).any(axis=1))
                if len(rows):  # parasitic capacitors know no seed
                    paths = [self.netlist.path(group, row) for row in rows.tolist()]
                    drawn = group.values["spread"][rows] * seeded(seeds, paths)
                    voltage[rows] = np.where(np.isnan(voltage[rows]), drawn, voltage[rows])
                size = np.broadcast_to(group.values["C"], voltage.shape)
                y[where] = voltage
                np.add.at(charge, where, voltage * size)
                np.add.at(total, where, size)
                np.add.at(members, where, 1)
        holds = members > 1
        y[holds] = charge[holds] / total[holds]
        return y


def seeded(seeds: list[int], paths: list[str]) -> FloatArray:
    """(paths, seeds) numbers in [-1, 1) from the seed and the part's path, never from drawing order."""
    columns = []
    for seed in seeds:
        start = f"{seed}:"
        digests = [hashlib.blake2b((start + path).encode(), digest_size=8).digest() for path in paths]
        columns.append(np.frombuffer(b"".join(digests), ">u8") >> np.uint64(11))
    return np.stack(columns, axis=1) / 2.0**52 - 1.0


def compile_schematic(schematic: Schematic) -> Circuit:
    """The Circuit of a document's top sheet. Raises ProblemError with every error that was found."""
    netlist = flatten(schematic)
    return compile_netlist(netlist)


def compile_netlist(netlist: Netlist) -> Circuit:
    """The same from a flattened netlist (whose values may carry lanes)."""
    nodes = classify(netlist)
    problems = [*netlist.problems, *check_netlist(netlist, nodes)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ProblemError(*errors)
    lowered = lower(netlist, nodes)
    memory = np.zeros(len(lowered.state_nodes), bool)
    state = np.full(netlist.nodes, -1)
    state[lowered.state_nodes] = np.arange(len(lowered.state_nodes))
    for group in netlist.of_type(*MEMORY_TYPES):
        memory[state[group.nodes["I_charge"]]] = True
    type1 = netlist.of_type("type1")
    empty = np.zeros(0, np.int64)
    compared = [np.concatenate([group.nodes[port] for group in type1] or [empty]) for port in ("V_E", "V_out")]
    try:
        program, node_slot = order(
            lowered, compared[0], compared[1], memory, _moving(netlist, lowered.sources), netlist.solve_loops
        )
    except AlgebraicLoop as loop:
        raise ProblemError(*loop_problems(netlist, loop.loops)) from None
    problems += loop_problems(netlist, [loop.owners for loop in program.loops])
    return Circuit(netlist, nodes, program, node_slot, lowered.state_nodes, tuple(problems))


def _moving(netlist: Netlist, sources: IntArray) -> IntArray:
    """Slots of the sources that may change within a row."""
    kinds = [np.full(len(entry.nodes), entry.waveform is not None) for entry in netlist.scheduled]
    return sources[np.concatenate(kinds)] if kinds else sources


def check_schematic(schematic: Schematic) -> tuple[Circuit | None, list[Problem]]:
    """Every problem, and the Circuit if there is no error among them."""
    try:
        circuit = compile_schematic(schematic)
    except ProblemError as error:
        netlist = flatten(schematic)
        warnings = [*netlist.problems, *check_netlist(netlist, classify(netlist))]
        found = list(error.problems) + [p for p in warnings if p.severity != "error"]
        return None, list(dict.fromkeys(found))
    return circuit, list(circuit.problems)
