"""Live values of what is selected: which numbers of a frame they are, and how they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.document.definitions import SHEET
from app.program import FloatArray
from blocks import discover, expression
from blocks.spec import Port

if TYPE_CHECKING:  # loaded by the engine's thread; a window does not wait for it
    from app.circuit.compile import Circuit
    from app.circuit.netlist import PartGroup

MOST_PINS = 8  # of one port
# What a neuron's own reading is made of, in this order, as far as the macro has nets of these names.
INNER_NETS = ("V_net", "V_out", "V_E", "V_delta")


@dataclass(frozen=True, slots=True)
class Reading:
    """`read(voltages)` takes a frame's voltages (slots,) [V]. `error` tells that it is shown on the error scale."""

    symbol: str
    unit: str
    read: Callable[[FloatArray], float]
    error: bool = False


class Reader:
    """Finds the readings and weights of drawn blocks in one circuit, which it looks through only once."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self._numbers = {instance.id: number for number, instance in enumerate(circuit.netlist.instances)}
        self._weights: dict[str, list[int]] = {}
        for number in range(len(circuit.capacitors)):
            steps = self.synapse(number)[0].split("/")
            for depth in range(1, len(steps) + 1):  # those of a placed sheet are all that are inside it
                self._weights.setdefault("/".join(steps[:depth]), []).append(number)

    def readings(self, ident: str, part: str = "") -> list[Reading]:
        """Of a drawn block, or of a part inside it."""
        circuit, number = self.circuit, self._numbers.get(ident)
        if number is None:
            return []
        block = discover.catalogue().get(circuit.netlist.instances[number].type)
        if block is None:
            return []
        if block.type == SHEET:
            pins = [(port, nodes) for (owner, port), nodes in circuit.netlist.pins.items() if owner == ident]
            ports = [Port(port, "passive", "voltage", str(len(nodes))) for port, nodes in pins]
            return _of_pins(circuit, ident, ports)
        if part or block.expand is None:
            found = _row_of(circuit, number, part)
            if found is not None:
                return _of_row(circuit, *found)
            return [] if part else _of_pins(circuit, ident, block.ports)
        inner = block.expand(circuit.netlist.instances[number].values).nets
        return _inside(circuit, number, inner) or _of_pins(circuit, ident, block.ports)

    def synapse(self, number: int) -> tuple[str, str]:
        """The id of the drawn block that holds a weight, and its name inside it."""
        group, row = self.circuit.capacitors[number]
        return self.circuit.netlist.instances[group.owner[row]].id, group.local[row % len(group.local)]

    def names(self, ident: str, weights: Sequence[int]) -> list[str]:
        """What weights are called within a block."""
        number = self._numbers.get(ident)
        own = f"{self.circuit.netlist.instances[number].name}/" if number is not None else ""
        paths = [self.circuit.weight_paths[weight] for weight in weights]
        return [path.removeprefix(own) if path.startswith(own) else path.rpartition("/")[2] for path in paths]

    def weights(self, ident: str, part: str = "") -> list[int]:
        """Numbers of the weights that a drawn block, or a part of it, holds."""
        mine = self._weights.get(ident, [])
        return [number for number in mine if self.circuit.weight_ids[number] == f"{ident}/{part}"] if part else mine


def _inside(circuit: Circuit, number: int, nets: Mapping[str, Sequence[tuple[str, str]]]) -> list[Reading]:
    """A macro's inner voltages that tell most."""
    result = []
    for name in INNER_NETS:
        for member, port in nets.get(name, ())[:1]:
            found = _row_of(circuit, number, member)
            if found is not None:
                group, row = found
                slot = int(circuit.node_slot[group.nodes[port][row]])
                result.append(Reading(name, "V", _voltage(slot), name in ("V_E", "V_delta")))
    return result


def net_reading(circuit: Circuit, ident: str, port: str, index: int) -> Reading | None:
    """The voltage of a pin's net; None for what is not in the circuit."""
    nodes = circuit.netlist.pins.get((ident, port))
    if nodes is None or not 1 <= max(index, 1) <= len(nodes):
        return None
    node = int(nodes[max(index, 1) - 1])
    return Reading(circuit.netlist.net_names.get(node, "V"), "V", _voltage(int(circuit.node_slot[node])))


def _row_of(circuit: Circuit, number: int, part: str) -> tuple[PartGroup, int] | None:
    for group in circuit.netlist.groups:
        if part not in group.local:
            continue
        for row in np.flatnonzero(group.owner == number):
            if group.local[int(row) % len(group.local)] == part:
                return group, int(row)
    return None


def _of_row(circuit: Circuit, group: PartGroup, row: int) -> list[Reading]:
    result: list[Reading] = []
    seen: set[int] = set()
    for port in group.block.ports:
        slot = int(circuit.node_slot[group.nodes[port.name][row]])
        if port.direction == "out" and port.quantity == "current" and port.name in group.block.equations:
            result.append(Reading(_symbol(port.name), "A", _current(circuit, group, row, port)))
        elif slot not in seen and not (port.quantity == "current" and port.direction == "out"):
            seen.add(slot)
            name = port.name if port.quantity == "voltage" else port.symbol or "V"
            result.append(Reading(_symbol(name), "V", _voltage(slot), port.name == "V_E"))
    return result


def _of_pins(circuit: Circuit, ident: str, ports: Sequence[Port]) -> list[Reading]:
    """The first MOST_PINS pins of every port."""
    result: list[Reading] = []
    for port in ports:
        nodes = circuit.netlist.pins.get((ident, port.name), ())[:MOST_PINS]
        for index, node in enumerate(nodes, start=1):
            own = port.width == "1"
            name = port.name if own else f"{port.name}{index}" if "_" in port.name else f"{port.name}_{index}"
            result.append(Reading(name, "V", _voltage(int(circuit.node_slot[int(node)]))))
    return result


def _symbol(name: str) -> str:
    """`V1` as V_1."""
    return f"{name[0]}_{name[1:]}" if len(name) > 1 and name[1:].isdigit() else name


def _voltage(slot: int) -> Callable[[FloatArray], float]:
    return lambda voltages: float(voltages[slot]) if slot < len(voltages) else float("nan")


def _current(circuit: Circuit, group: PartGroup, row: int, port: Port) -> Callable[[FloatArray], float]:
    """The current [A] that the block's equation puts into the port's node."""
    tree = expression.parse(group.block.equations[port.name])
    values = {name: float(column[row, 0]) for name, column in group.values.items()}
    slots = {p.symbol or p.name: int(circuit.node_slot[group.nodes[p.name][row]]) for p in group.block.ports}

    def read(voltages: FloatArray) -> float:
        known = {name: float(voltages[slot]) for name, slot in slots.items()}
        return float(expression.evaluate(tree, {**values, **known}))

    return read


def charging_currents(circuit: Circuit, voltages: FloatArray) -> FloatArray:
    """C dV_w/dt [A] (weights,) at a frame's voltages (slots,) [V]; NaN where C depends on a voltage."""
    from app.solve import reference

    rate = np.zeros((circuit.program.states, 1))
    reference.evaluate(circuit.program, voltages[:, None].copy(), rate)
    nodes = circuit.nodes
    capacitance = np.where(nodes.varying, np.nan, nodes.capacitance[:, 0])[circuit.state_nodes]
    return np.asarray((capacitance * rate[:, 0])[circuit.weight_states])
