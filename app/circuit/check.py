"""The electrical rules of whole circuits: what is wrong, at which block and port, and the cure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from app.circuit.backpropagation import learning_problems
from app.circuit.netlist import Netlist, PartGroup, is_activation
from app.circuit.nodes import NodeKind, Nodes
from app.errors import Problem
from blocks import discover
from blocks.spec import Port

# By the name of the port that waits for the signal.
_CURRENT_CURE = {
    "V_E": "put a Type2 between the error currents and V_E",
    "V_w": "put a weight capacitor on this node",
    "": "add a resistor, a Type2 or a capacitor on this node",
}
_FLOATING_CURE = {
    "V_E": "connect it to the Type1 that compares this neuron's output, or to its Type2",
    "V_teach": "connect it to the V_teach source, or put a label V_teach on it",
    "V_target": "connect it to a target of the dataset",
    "": "connect it to a voltage output or to ground",
}


@dataclass(frozen=True, slots=True)
class _Pin:
    instance: str
    name: str
    port: Port
    index: int

    @property
    def label(self) -> str:
        return f"{self.name}.{self.port.name}[{self.index}]" if self.index else f"{self.name}.{self.port.name}"


def check_netlist(netlist: Netlist, nodes: Nodes) -> list[Problem]:
    """Errors and warnings of the whole circuit (those of flattening are in the netlist already)."""
    return [
        *_duplicate_names(netlist),
        *_node_rules(netlist, nodes),
        *_parallel_rules(netlist, nodes),
        *_vanishing_capacitance(netlist),
        *learning_problems(netlist, nodes),
    ]


def loop_problems(netlist: Netlist, loops: Sequence[Sequence[int]]) -> list[Problem]:
    """One Problem for every algebraic loop, the outputs in the order in which the signal passes them: an error, or a
    note where Newton's method solves them."""
    problems = []
    for loop in loops:
        names = [netlist.instances[number].name for number in loop] or ["a node"]
        ids = tuple(netlist.instances[number].id for number in loop)
        outputs = _round_trip(netlist, loop) or names
        where = " -> ".join([*outputs, outputs[0]])
        if netlist.solve_loops:
            found = "these blocks feed back on themselves without delay; Newton's method solves them at every moment"
            problems.append(Problem("algebraic-loop-solved", where, found, "", "note", ids))
            continue
        problems.append(
            Problem(
                "algebraic-loop",
                where,
                "these blocks feed back on themselves without delay",
                f"put a capacitor on a current node of the loop or give {names[0]} a time constant tau; or let "
                "Newton's method solve such loops (document setting loops = newton)",
                ids=ids,
            )
        )
    return problems


def _round_trip(netlist: Netlist, loop: Sequence[int]) -> list[str]:
    """The output pins along one circle through blocks of the loop; empty if the drawn pins show none."""
    graph = nx.DiGraph()
    for number in loop:
        instance = netlist.instances[number]
        for port in discover.block(instance.type).ports:
            for index, node in enumerate(netlist.pins[instance.id, port.name].tolist(), start=1):
                pin = _Pin(instance.id, instance.name, port, index if port.width != "1" else 0)
                if port.direction == "out":
                    nx.add_path(graph, [("block", instance.id), ("output", pin.label), ("node", node)])
                else:
                    graph.add_edge(("node", node), ("block", instance.id))
    try:
        return [str(name) for (kind, name), _ in nx.find_cycle(graph) if kind == "output"]
    except nx.NetworkXNoCycle:
        return []


def _duplicate_names(netlist: Netlist) -> Iterator[Problem]:
    silent = {"label", "sheet_port", "comment", "frame", "probe", "ground", "bias"}
    named = [instance for instance in netlist.instances if instance.type not in silent]
    for name, count in Counter(instance.name for instance in named).items():
        if count > 1:
            ids = [instance.id for instance in named if instance.name == name]
            yield Problem(
                "duplicate-name", name, f"{len(ids)} blocks have this name", "rename all but one", ids=tuple(ids)
            )


def _node_rules(netlist: Netlist, nodes: Nodes) -> Iterator[Problem]:
    floating = nodes.kind == NodeKind.FLOATING
    driven = nodes.kind == NodeKind.DRIVEN
    hung = (nodes.capacitance > 0).any(axis=1) | nodes.varying
    bad = (nodes.drivers > 1) | (driven & ((nodes.injectors > 0) | hung))
    # A current output that nothing is connected to is tied to ground: no problem.
    joined = np.zeros(netlist.nodes, bool)
    joined[: len(netlist.pin_counts)] = netlist.pin_counts > 1
    bad |= floating & ((nodes.sensors > 0) | (joined & (nodes.injectors > 0)) | (nodes.sinks > 0))
    bad |= (nodes.kind == NodeKind.RESISTIVE) & (nodes.injectors == 0)
    pins = _pins_by_node(netlist, np.flatnonzero(bad))
    for node, members in pins.items():
        yield from _judge(int(node), members, nodes)


def _pins_by_node(netlist: Netlist, wanted: np.ndarray) -> dict[int, list[_Pin]]:
    """The drawn pins on each of these nodes. Inner nodes of macros are right by construction and have none."""
    wanted_set = set(wanted.tolist())
    result: dict[int, list[_Pin]] = defaultdict(list)
    if not wanted_set:
        return result
    for instance in netlist.instances:
        for port in discover.block(instance.type).ports:
            numbers = netlist.pins[instance.id, port.name]
            for index, node in enumerate(numbers.tolist(), start=1):
                if node in wanted_set:
                    result[node].append(
                        _Pin(instance.id, instance.name, port, index if len(numbers) > 1 or port.width != "1" else 0)
                    )
    return result


def _judge(node: int, pins: list[_Pin], nodes: Nodes) -> Iterator[Problem]:
    outputs = [p for p in pins if (p.port.direction, p.port.quantity) == ("out", "voltage")]
    currents = [p for p in pins if (p.port.direction, p.port.quantity) == ("out", "current")]
    senses = [p for p in pins if (p.port.direction, p.port.quantity) == ("in", "voltage")]
    ids = tuple(dict.fromkeys(p.instance for p in pins))
    if nodes.drivers[node] > 1 and outputs:
        yield Problem(
            "two-voltage-outputs", " and ".join(p.label for p in outputs),
            "two voltage outputs drive the same node", "disconnect one of them", ids=ids,
        )
    if nodes.kind[node] == NodeKind.DRIVEN and nodes.drivers[node] >= 1:
        yield from _on_driven(node, pins, outputs, currents, nodes, ids)
    wanted = next((p.port.name for p in senses if p.port.name in _CURRENT_CURE), "")
    if nodes.kind[node] == NodeKind.FLOATING and nodes.injectors[node] > 0 and len(pins) > 1:
        yield Problem(
            "current-nowhere", " and ".join(p.label for p in currents) or pins[0].label,
            "the current has nowhere to go", _CURRENT_CURE.get(wanted, _CURRENT_CURE[""]), ids=ids,
        )
    elif nodes.kind[node] == NodeKind.FLOATING and senses:
        for pin in senses:
            if not pin.port.optional:
                yield Problem(
                    "floating-input", pin.label, "the input is not driven by anything",
                    _FLOATING_CURE.get(pin.port.name, _FLOATING_CURE[""]), ids=(pin.instance,),
                )
    if nodes.kind[node] == NodeKind.RESISTIVE and nodes.injectors[node] == 0 and pins:
        yield Problem(
            "no-current", pins[0].label, "no current reaches this node, so its voltage stays 0 V",
            "connect the current outputs that should add up here", severity="warning", ids=ids,
        )


def _on_driven(
    node: int, pins: list[_Pin], outputs: list[_Pin], currents: list[_Pin], nodes: Nodes, ids: tuple[str, ...]
) -> Iterator[Problem]:
    driver = outputs[0].label if outputs else "a voltage output"
    if currents:
        yield Problem(
            "current-on-voltage", " and ".join(p.label for p in currents),
            f"a current flows into a node that {driver} drives, where it changes nothing",
            "separate the two or put a current-to-voltage resistor between them", ids=ids,
        )
    if (nodes.capacitance[node] > 0).any() or nodes.varying[node]:
        holder = next((p.label for p in pins if p not in outputs and p not in currents), pins[0].label)
        yield Problem(
            "capacitor-on-voltage", holder, f"a capacitor hangs on a node that {driver} drives, so it cannot charge",
            "put the capacitor on a current node, or give the output a time constant tau", ids=ids,
        )


def _parallel_rules(netlist: Netlist, nodes: Nodes) -> Iterator[Problem]:
    """Resistances on one node act in parallel; the drawing may not have meant that."""
    owners: dict[int, list[tuple[PartGroup, int, str]]] = defaultdict(list)
    counts = np.zeros(netlist.nodes, np.int64)
    for group in netlist.groups:
        for port in group.block.conductance:
            np.add.at(counts, group.nodes[port], 1)
    several = counts > 1
    if not several.any():
        return
    for group in netlist.groups:
        for port in group.block.conductance:
            for row in np.flatnonzero(several[group.nodes[port]]):
                owners[int(group.nodes[port][row])].append((group, int(row), port))
    for members in owners.values():
        names = [netlist.path(group, row) for group, row, _ in members]
        kinds = Counter("activation" if is_activation(group) else group.block.type for group, _, _ in members)
        if kinds["activation"] > 1:
            found = "their input resistances share the current, so each sees only a part of it"
        elif kinds["type2"] and kinds["resistor"]:
            found = "the resistor and the Type2's own R are in parallel: R counts twice"
        else:
            found = "these resistances act in parallel and lower the voltage"
        ids = tuple(netlist.instances[group.owner[row]].id for group, row, _ in members)
        yield Problem(
            "parallel-resistance", " and ".join(names), found, "keep one resistance on the node", "warning", ids
        )


def _vanishing_capacitance(netlist: Netlist) -> Iterator[Problem]:
    """C_0 (1 + a V + b V^2) that is 0 at some voltage."""
    for group in netlist.of_type("varying_weight"):
        for row in range(group.count):
            a, b = float(group.values["a"][row, 0]), float(group.values["b"][row, 0])
            roots = np.roots([b, a, 1.0])
            real = roots[np.abs(roots.imag) <= 1e-12 * np.abs(roots)].real
            if len(real):
                voltage = float(real[np.argmin(np.abs(real))])
                yield Problem(
                    "capacitance-vanishes", netlist.path(group, row),
                    f"C(V) vanishes at {voltage:.4g} V, where the weight would jump",
                    "make b larger than a^2/4", "warning", (netlist.instances[group.owner[row]].id,),
                )  # fmt: skip
