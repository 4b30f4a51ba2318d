"""DC transfer: an input is swept, outputs are read, as for Fig. 12; for any block, part or whole network.

Weights hold their voltages; every other state (a node's capacitance, a time constant) is at its operating point. The
remaining sources stand where they are at t = 0: datasets at their first row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.circuit import pins
from app.circuit.compile import Circuit, compile_netlist
from app.circuit.flatten import flatten
from app.circuit.netlist import Netlist, PartGroup
from app.circuit.nodes import coefficient
from app.document.schematic import Schematic
from app.document.set_parameters import apply_setting
from app.errors import fail
from app.functions import NUMPY_FUNCTIONS
from app.program import TIME, FloatArray, IntArray
from app.solve.settle import NotSettledError, settle
from app.training.gates import gate_at
from app.training.schedule import Timeline
from blocks import expression


@dataclass(frozen=True)
class Axis:
    """What is varied: a pin, a net or PATTERN.PARAM, its unit, and the values [V], [A] or the parameter's unit."""

    name: str
    unit: str
    values: FloatArray


@dataclass(frozen=True)
class Transfer:
    """`values` (members, points, outputs) in `units` of each of `outputs`; one member when there is no family."""

    swept: Axis
    family: Axis | None
    outputs: tuple[str, ...]
    units: tuple[str, ...]
    values: FloatArray


def sweep(
    schematic: Schematic,
    swept: str,
    values: Sequence[float] | FloatArray,
    outputs: Sequence[str],
    *,
    family: tuple[str, Sequence[float]] | None = None,
    held: Mapping[str, float] | None = None,
    seed: int = 0,
    weights: FloatArray | None = None,
    switch: str = "",
) -> Transfer:
    """Outputs over the swept input, once for each value of the family.

    `swept`, the family's name and the names in `held` are pins (`M1.V1`, `N2_1.V_in[2]`, `N2_1/Mf0.V1`), nets, or
    parameters (`V1.level`, `N*/M*.V_off`); a pin gets an ideal source of its own. Outputs are pins or nets: a voltage
    [V], or the current of a current pin [A]. weights (weights,) [V] replace the initial ones of `seed`. The schematic
    is not changed. Raises ProblemError: a name that is none, an error of the circuit, no operating point.
    """
    numbers = np.asarray(values, float)
    if not len(numbers) or not np.isfinite(numbers).all():
        raise fail("sweep-values", swept, "there are no finite values to sweep", "give at least one number")
    if not outputs:
        raise fail("sweep-outputs", swept, "no output is named", "name at least one pin or net to read")
    given = dict(held or {})
    members = [{**given, family[0]: float(value)} for value in family[1]] if family else [given]
    if not members:
        raise fail("sweep-values", family[0] if family else "", "the family has no values", "give at least one number")
    results = [_member(schematic, swept, numbers, outputs, setting, seed, weights, switch) for setting in members]
    netlist = flatten(schematic)
    return Transfer(
        Axis(swept, _unit(netlist, swept), numbers),
        Axis(family[0], _unit(netlist, family[0]), np.asarray(family[1], float)) if family else None,
        tuple(outputs),
        tuple(pins.find_pin(netlist, output).unit for output in outputs),
        np.stack(results),
    )


def _member(
    schematic: Schematic, swept: str, values: FloatArray, outputs: Sequence[str], given: Mapping[str, float], seed: int,
    weights: FloatArray | None, switch: str,
) -> FloatArray:  # fmt: skip
    """(points, outputs) with the settings `given`."""
    netlist = flatten(schematic)
    parameters = {name: value for name, value in given.items() if not pins.is_pin(netlist, name)}
    driven = {name: value for name, value in given.items() if name not in parameters}
    changed = _with_parameters(schematic, parameters)
    if pins.is_pin(netlist, swept):
        point = _OperatingPoint(changed, [*driven, swept], outputs, seed, weights, switch)
        return np.array([point.at([*driven.values(), value]) for value in values])
    rows = []
    for value in values:
        point = _OperatingPoint(
            _with_parameters(changed, {swept: float(value)}), list(driven), outputs, seed, weights, switch
        )
        rows.append(point.at(list(driven.values())))
    return np.array(rows)


def _with_parameters(schematic: Schematic, parameters: Mapping[str, float]) -> Schematic:
    if not parameters:
        return schematic
    result = schematic.copy()
    for name, value in parameters.items():
        apply_setting(result, name, repr(value))
    return result


def _unit(netlist: Netlist, name: str) -> str:
    """The unit of a pin, or of the parameter that the name ends with."""
    if pins.is_pin(netlist, name):
        return pins.find_pin(netlist, name).unit
    last = name.rpartition(".")[2]
    for group in netlist.groups:
        parameter = group.block.parameter(last)
        if parameter is not None:
            return parameter.unit
    return ""


class _OperatingPoint:
    """A circuit whose named pins have sources of their own; each point starts where the one before ended."""

    def __init__(
        self, schematic: Schematic, driven: Sequence[str], outputs: Sequence[str], seed: int,
        weights: FloatArray | None, switch: str,
    ) -> None:  # fmt: skip
        netlist = flatten(schematic)
        found = [pins.find_pin(netlist, name) for name in driven]
        self.outputs = [pins.find_pin(netlist, name) for name in outputs]
        carriers = [pins.read(netlist, pin) for pin in self.outputs]
        self.columns = [pins.drive(netlist, pin) for pin in found]
        self.carriers = carriers
        self.circuit = circuit = compile_netlist(netlist)
        self.v = circuit.program.values()[:, :1].copy()
        self._start(schematic, seed, weights, switch)
        held = np.zeros(circuit.program.states, bool)
        held[circuit.weight_states] = True
        self.free: IntArray = np.flatnonzero(~held)

    def _start(self, schematic: Schematic, seed: int, weights: FloatArray | None, switch: str) -> None:
        circuit, program = self.circuit, self.circuit.program
        y = circuit.initial_state([seed])
        if weights is not None:
            y[circuit.weight_states, 0] = weights
        self.v[program.first_state : program.first_state + program.states] = y
        schedule = Timeline(circuit, schematic).schedule([seed], 0, 1)
        if len(program.sources):
            self.v[program.sources, 0] = schedule.table[schedule.row[0, 0]]
        self.v[TIME] = 0.0
        by_id = {instance.id: instance for instance in circuit.netlist.instances}
        for ident, slot in program.levels.items():
            self.v[slot] = gate_at(by_id[ident].values, switch, 0)

    def at(self, levels: Sequence[float]) -> list[float]:
        """The outputs with these levels at the driven pins, in order."""
        program = self.circuit.program
        self.v[program.sources[self.columns], 0] = levels
        try:
            settle(program, self.v, self.free)
        except NotSettledError as error:
            name = self.circuit.slot_name(error.slot)
            if error.floating:
                raise fail(
                    "no-operating-point", name, "no current holds this node at a voltage, so it never settles",
                    "put a resistor on the node",
                ) from None  # fmt: skip
            raise fail(
                "no-operating-point", name, "the operating point is not found: Newton's steps no longer shrink",
                "sweep in smaller steps, or from another end",
            ) from None  # fmt: skip
        return [
            self._current(carriers) if carriers else float(self.v[self.circuit.node_slot[pin.node], 0])
            for pin, carriers in zip(self.outputs, self.carriers, strict=True)
        ]

    def _current(self, carriers: list[tuple[PartGroup, int, str]]) -> float:
        return sum(_current_of(self.circuit, self.v, group, row, port) for group, row, port in carriers)


def _current_of(circuit: Circuit, v: FloatArray, group: PartGroup, row: int, port: str) -> float:
    """What a current output puts into its node, or what a resistance takes from it [A]."""
    voltage = {p.symbol or p.name: float(v[circuit.node_slot[group.nodes[p.name][row]], 0]) for p in group.block.ports}
    if port in group.block.equations:
        values = {name: float(array[row, 0]) for name, array in group.values.items()}
        text = group.block.equations[port]
        return float(expression.evaluate(expression.parse(text), {**values, **voltage, "t": 0.0}, NUMPY_FUNCTIONS))
    if port in group.block.conductance:
        siemens = float(coefficient(group, group.block.conductance[port])[row, 0])
        return siemens * float(v[circuit.node_slot[group.nodes[port][row]], 0])
    raise fail(
        "no-current-here", circuit.netlist.path(group, row), f"the current at {port} is not known in DC",
        "read the currents of the outputs that feed it",
    )  # fmt: skip
