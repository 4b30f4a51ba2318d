"""Numerical dE/dV_w of the forward part, straight from the netlist: independent of lowering, ordering and kernels.

E = 1/2 sum (V_out - V_target)^2 over the Type1 blocks, (2) with (14). Each weight is perturbed in a lane of its own by
an imaginary 1e-30 V (complex step, exact to rounding), or by central differences where a block has kinks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.circuit.compile import MEMORY_TYPES, Circuit
from app.circuit.netlist import Netlist, PartGroup, is_activation
from app.circuit.nodes import NodeKind
from app.errors import fail
from app.functions import NUMPY_FUNCTIONS
from app.program import FloatArray
from blocks import expression

STEP = 1e-30
KINKED = {"abs", "min", "max", "step"}
MAX_PASSES = 1000


def error_gradient(
    circuit: Circuit, weights: FloatArray, sources: FloatArray, gates: Mapping[str, float], teach: float = 1.0
) -> FloatArray:
    """dE/dV_w (weights,) [V] in the order of Circuit.capacitors.

    weights (weights,) [V]; sources (columns,) [V] in the order of Program.sources; gates: value of each hand-set level
    by instance id. `teach` scales the derivative of every activation: with v each path contributes v to the number of
    layers that the error passes, as V_teach gates it; only where no block is kinked.
    """
    count = len(weights)
    if kinked(circuit):
        step = 1e-6
        both = np.concatenate([weights + step * np.eye(count), weights - step * np.eye(count)])
        errors = _error(circuit, both.T.copy(), sources, gates).real
        return np.asarray((errors[:count] - errors[count:]) / (2 * step))
    lanes = weights[:, None] + 1j * STEP * np.eye(count)
    return np.asarray(_error(circuit, lanes, sources, gates, teach).imag / STEP)


def kinked(circuit: Circuit) -> bool:
    """Whether some block is not analytic, so that central differences stand in for the complex step."""
    return any(_kinks(group) for group in circuit.netlist.groups)


def charging_conductance(circuit: Circuit) -> FloatArray:
    """K_p = K_m x 1 V [S] (weights,) of the multiplier that charges each capacitor (10); 0 where none does."""
    at_node = np.zeros(circuit.netlist.nodes)
    for group in circuit.netlist.of_type("multiplier"):
        at_node[group.nodes["I"]] = group.values["K_m"][:, 0]
    for group in circuit.netlist.of_type("imperfect_multiplier"):
        at_node[group.nodes["I"]] = group.values["K_I"][:, 0] * group.values["K_mp"][:, 0]
    nodes = [group.nodes["I_charge"] for group in circuit.netlist.of_type(*MEMORY_TYPES)]
    return at_node[np.concatenate(nodes)] if nodes else np.zeros(0)


def _kinks(group: PartGroup) -> bool:
    def used(tree: expression.Tree) -> set[str]:
        if not isinstance(tree, expression.Call):
            return set()
        return {tree.op}.union(*(used(arg) for arg in tree.args))

    return any(used(expression.parse(text)) & KINKED for text in group.block.equations.values())


def _error(
    circuit: Circuit, weights: np.ndarray, sources: FloatArray, gates: Mapping[str, float], teach: float = 1.0
) -> np.ndarray:
    """E (lanes,) [V^2] for weights (weights, lanes), by sweeping the netlist's equations until nothing changes."""
    netlist = circuit.netlist
    voltage = np.zeros((netlist.nodes, weights.shape[1]), weights.dtype)
    row = 0
    for group in netlist.of_type(*MEMORY_TYPES):
        voltage[group.nodes["I_charge"]] = weights[row : row + group.count]
        row += group.count
    column = 0
    for entry in netlist.scheduled:
        voltage[entry.nodes] = sources[column : column + len(entry.nodes), None]
        column += len(entry.nodes)
    resistive = circuit.nodes.kind == NodeKind.RESISTIVE
    for _ in range(MAX_PASSES):
        before = voltage.copy()
        current = np.zeros_like(voltage)
        for group in netlist.groups:
            _sweep(netlist, group, voltage, current, gates)
            if teach != 1.0 and is_activation(group):
                nodes = group.nodes["V_out"]
                voltage[nodes] = voltage[nodes].real + 1j * teach * voltage[nodes].imag
        voltage[resistive] = current[resistive] / circuit.nodes.conductance[resistive]
        if np.array_equal(before, voltage):
            break
    if not np.allclose(before, voltage, rtol=1e-9, atol=0):
        raise fail(
            "gradient-undefined", "the forward part", "its algebraic loop does not settle by substitution",
            "give the loop a time constant and leave out this check",
        )  # fmt: skip
    total = np.zeros(weights.shape[1], weights.dtype)
    for group in netlist.of_type("type1"):
        total = total + 0.5 * ((voltage[group.nodes["V_out"]] - voltage[group.nodes["V_target"]]) ** 2).sum(axis=0)
    return np.asarray(total)


def _sweep(
    netlist: Netlist, group: PartGroup, voltage: np.ndarray, current: np.ndarray, gates: Mapping[str, float]
) -> None:
    """Evaluates one group's equations once with the voltages as they are."""
    env: dict[str, np.ndarray] = dict(group.values)
    for port in group.block.ports:
        env[port.symbol or port.name] = voltage[group.nodes[port.name]]
    env["t"] = np.zeros((group.count, 1))
    for name in group.block.scheduled:
        if group.block.port(name) is None:
            env[name] = np.array([[gates.get(netlist.instances[owner].id, 1.0)] for owner in group.owner])
    for port_name, text in group.block.equations.items():
        value = expression.evaluate(expression.parse(text), env, NUMPY_FUNCTIONS)
        declared = group.block.port(port_name)
        assert declared is not None
        value = np.broadcast_to(value, (group.count, voltage.shape[1]))
        if declared.quantity == "current":
            np.add.at(current, group.nodes[port_name], value)
        else:
            voltage[group.nodes[port_name]] = value
