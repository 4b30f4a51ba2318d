"""Classifies every node by what hangs on it: driven, capacitive (a state), resistive, or nothing of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from app.circuit.netlist import Netlist, PartGroup
from app.functions import NUMPY_FUNCTIONS
from app.program import FloatArray, IntArray
from blocks import expression
from blocks.spec import Block, Port


class NodeKind(IntEnum):
    FLOATING = 0
    DRIVEN = 1
    CAPACITIVE = 2
    RESISTIVE = 3


@dataclass(frozen=True, slots=True)
class Nodes:
    """Per node: `kind`; number of voltage `drivers`, of current outputs `injectors`, of voltage inputs `sensors`, of
    current inputs `sinks`; `conductance` G [S] (nodes, lanes); `capacitance` C [F] (nodes, lanes), the part that does
    not depend on voltages; `varying` where some capacitance does (C(V))."""

    kind: npt.NDArray[np.int8]
    drivers: IntArray
    injectors: IntArray
    sensors: IntArray
    sinks: IntArray
    conductance: FloatArray
    capacitance: FloatArray
    varying: np.ndarray


def parameter_env(group: PartGroup) -> dict[str, FloatArray]:
    """Parameters and `let` definitions that need no voltages, for coefficient expressions."""
    return dict(group.values)


def is_varying(block: Block, port: str) -> bool:
    """Whether the capacitance at a port depends on a voltage."""
    symbols = {p.symbol or p.name for p in block.ports}
    return bool(expression.names(expression.parse(block.capacitance[port])) & symbols)


def coefficient(group: PartGroup, text: str) -> FloatArray:
    """(n, 1 or lanes) values of an expression of parameters."""
    value = np.asarray(expression.evaluate(expression.parse(text), parameter_env(group), NUMPY_FUNCTIONS), float)
    return np.broadcast_to(value, (group.count, value.shape[1] if value.ndim == 2 else 1))


def time_constant(group: PartGroup, port: str) -> FloatArray | None:
    """tau [s] of a voltage output, None where it has none (or where all are zero)."""
    text = group.block.time_constant.get(port)
    if text is None:
        return None
    tau = coefficient(group, text)
    return tau if np.any(tau > 0) else None


def classify(netlist: Netlist) -> Nodes:
    """Counts pins and sums conductances and capacitances node by node."""
    n, lanes = netlist.nodes, netlist.lanes
    counts = {name: np.zeros(n, np.int64) for name in ("drivers", "injectors", "sensors", "sinks")}
    conductance, capacitance = np.zeros((n, lanes)), np.zeros((n, lanes))
    varying = np.zeros(n, bool)
    for group in netlist.groups:
        for port in group.block.ports:
            name = _role(port)
            if name:
                _count(counts[name], group.nodes[port.name])
        for name, text in group.block.conductance.items():
            np.add.at(conductance, group.nodes[name], coefficient(group, text))
        for name, text in group.block.capacitance.items():
            if is_varying(group.block, name):
                varying[group.nodes[name]] = True
            else:
                np.add.at(capacitance, group.nodes[name], coefficient(group, text))
    for entry in netlist.scheduled:
        np.add.at(counts["drivers"], entry.nodes, 1)
    kind = np.full(n, NodeKind.FLOATING, np.int8)
    kind[(conductance > 0).any(axis=1)] = NodeKind.RESISTIVE
    kind[(capacitance > 0).any(axis=1) | varying] = NodeKind.CAPACITIVE
    kind[counts["drivers"] > 0] = NodeKind.DRIVEN
    return Nodes(kind, conductance=conductance, capacitance=capacitance, varying=varying, **counts)


def _count(total: IntArray, nodes: IntArray) -> None:
    """Adds 1 for each of these nodes."""
    if len(nodes) < len(total) // 8:
        np.add.at(total, nodes, 1)
    else:  # faster, but it takes an array of all nodes
        total += np.bincount(nodes, minlength=len(total))


def capacitance_at(netlist: Netlist, nodes: Nodes, voltage: FloatArray) -> FloatArray:
    """C [F] (nodes,) of the first lane at the nodes' voltages (nodes,) [V]."""
    total = nodes.capacitance[:, 0].copy()
    for group in netlist.groups:
        for name, text in group.block.capacitance.items():
            if not is_varying(group.block, name):
                continue
            env = {parameter: values[:, 0] for parameter, values in group.values.items()}
            env |= {port.symbol or port.name: voltage[group.nodes[port.name]] for port in group.block.ports}
            np.add.at(total, group.nodes[name], expression.evaluate(expression.parse(text), env, NUMPY_FUNCTIONS))
    return total


def _role(port: Port) -> str:
    roles: dict[tuple[str, str], str] = {
        ("out", "voltage"): "drivers",
        ("out", "current"): "injectors",
        ("in", "voltage"): "sensors",
        ("in", "current"): "sinks",
    }
    return roles.get((port.direction, port.quantity), "")
