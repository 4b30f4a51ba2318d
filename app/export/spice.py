"""SPICE netlist of a compiled circuit, part by part from the blocks' own equations.

Spans whole epochs from the initial weights with `.tran ... uic`; holds neither .save nor .control, so that a raw file
holds every node. Names are made of letters, digits and `_` only: no text of the document reaches the netlist as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.circuit.compile import MEMORY_TYPES, Circuit
from app.circuit.netlist import PartGroup
from app.circuit.nodes import NodeKind, is_varying, time_constant
from app.export.spice_expression import number_text, spice_text
from app.program import FloatArray, Schedule
from app.training.gates import gate_sequence
from app.training.schedule import Timeline
from blocks import expression
from blocks.spec import Port

EDGE_FRACTION = 1e-6  # finite edges, as a share of T_row
STEPS_PER_ROW = 20
# reltol bounds the error of a step: at 1e-7, weights of steep networks are off by 4e-5 V after 60 rows.
OPTIONS = {
    "ngspice": ".options reltol=5e-9 vntol=1e-10 abstol=1e-16 chgtol=1e-23 trtol=1",
    "opus": ".options reltol=5e-9 vntol=1e-10 abstol=1e-16 chgtol=1e-23 trtol=1",
    "ltspice": ".options reltol=5e-9 vntol=1e-10 abstol=1e-16 chgtol=1e-23 trtol=1",
    "xyce": ".options timeint reltol=1e-7 abstol=1e-10",
}


@dataclass(frozen=True)
class SpiceNames:
    """Generated names: node number -> SPICE node, and a maker of unique element names."""

    node: dict[int, str]


def write_spice(
    circuit: Circuit, timeline: Timeline, seed: int, epochs: int, dialect: str = "ngspice", switch: str = ""
) -> str:
    """The netlist as text. `switch` overrides the V_teach blocks' mode ("on", "off", "alternate", or "")."""
    writer = _Writer(circuit, timeline, seed, epochs, dialect, switch)
    return "\n".join(writer.lines()) + "\n"


class _Writer:
    def __init__(self, circuit: Circuit, timeline: Timeline, seed: int, epochs: int, dialect: str, switch: str) -> None:
        self.circuit, self.timeline, self.seed, self.epochs = circuit, timeline, seed, epochs
        self.dialect, self.switch = dialect, switch
        self.names = name_nodes(circuit)
        self.used = set(self.names.node.values())

    def lines(self) -> Iterator[str]:
        stop = self.epochs * self.timeline.rows * self.timeline.row_time
        step = self.timeline.row_time / STEPS_PER_ROW
        yield "* AANN Studio netlist"
        rows, row_time = self.timeline.rows, self.timeline.row_time
        yield f"* {self.epochs} epochs of {rows} rows, {row_time!r} s each; seed {self.seed}"
        yield OPTIONS[self.dialect]
        for group in self.circuit.netlist.groups:
            yield from self._group(group)
        yield from self._sources()
        yield f".tran {step!r} {stop!r} 0 {step!r} uic"
        yield ".end"

    # -- parts ------------------------------------------------------------------------------------------------------

    def _group(self, group: PartGroup) -> Iterator[str]:
        equations = {port: expression.parse(text) for port, text in group.block.equations.items()}
        delays = {port: time_constant(group, port) for port in group.block.time_constant}
        for row in range(group.count):
            path = self.circuit.netlist.path(group, row)
            names = self._row_names(group, row)
            for port, text in group.block.conductance.items():
                siemens = spice_text(expression.parse(text), names, self.dialect)
                ohms = self._value(f"1/({siemens})", names)
                yield f"{self._element('R', path)} {self._node(group, port, row)} 0 {ohms}"
            for port, text in group.block.capacitance.items():
                yield from self._capacitor(group, port, text, row, path, names)
            for port, tree in equations.items():
                declared = group.block.port(port)
                assert declared is not None
                tau = delays.get(port)
                yield from self._equation(group, declared, tree, row, path, names, tau)

    def _row_names(self, group: PartGroup, row: int) -> dict[str, str | float]:
        names: dict[str, str | float] = {name: float(values[row, 0]) for name, values in group.values.items()}
        for port in group.block.ports:
            names[port.symbol or port.name] = f"v({self._node(group, port.name, row)})"
        names["t"] = "time"
        for name in group.block.scheduled:
            if group.block.port(name) is None:
                names[name] = f"v({self._gate_node(group, row)})"
        return names

    def _equation(
        self,
        group: PartGroup,
        port: Port,
        tree: expression.Tree,
        row: int,
        path: str,
        names: dict[str, str | float],
        tau: FloatArray | None,
    ) -> Iterator[str]:
        text = spice_text(tree, names, self.dialect)
        node = self._node(group, port.name, row)
        body = self._behaviour(text)
        if port.quantity == "current":
            if self.circuit.nodes.kind[group.nodes[port.name][row]] != NodeKind.FLOATING:
                yield f"{self._element('B', path)} 0 {node} I={body}"
            return
        if tau is None or tau[row, 0] <= 0:
            yield f"{self._element('B', path)} {node} 0 V={body}"
            return
        ahead = self._unique(f"{_clean(path)}_ahead")
        yield f"{self._element('B', path)} {ahead} 0 V={body}"
        yield f"{self._element('R', path)} {ahead} {node} 1000"
        yield f"{self._element('C', path)} {node} 0 {number_text(float(tau[row, 0]) / 1000)} ic=0"

    def _capacitor(
        self, group: PartGroup, port: str, text: str, row: int, path: str, names: dict[str, str | float]
    ) -> Iterator[str]:
        node_number = int(group.nodes[port][row])
        state = int(np.flatnonzero(self.circuit.state_nodes == node_number)[0])
        start = float(self._initial()[state, 0])
        node = self.names.node[node_number]
        if not is_varying(group.block, port):
            farads = self._value(spice_text(expression.parse(text), names, self.dialect), names)
            yield f"{self._element('C', path)} {node} 0 {farads} ic={start!r}"
            return
        # ngspice ignores `ic` of a capacitor given by an expression. So C_0 takes the place of C(V), and a source adds
        # what the sensed current I falls short of: C_0 dV/dt = I C_0/C(V).
        resting = {name: 0.0 if isinstance(value, str) else value for name, value in names.items()}
        at_rest = float(expression.evaluate(expression.parse(text), resting))
        behind, sense = self._unique(f"{_clean(path)}_plate"), self._element("V", path)
        ratio = f"{number_text(at_rest)}/{spice_text(expression.parse(text), names, self.dialect)}"
        yield f"{sense} {node} {behind} 0"
        yield f"{self._element('C', path)} {behind} 0 {number_text(at_rest)} ic={start!r}"
        yield f"{self._element('B', path)} 0 {behind} I={self._behaviour(f'i({sense})*({ratio}-1)')}"

    def _behaviour(self, text: str) -> str:
        """A B source's expression as the dialect wants it."""
        return f"{{{text}}}" if self.dialect == "xyce" else text

    def _value(self, text: str, names: dict[str, str | float]) -> str:
        """The number that a text without voltages stands for."""
        numbers = {name: value for name, value in names.items() if isinstance(value, float)}
        return number_text(float(expression.evaluate(expression.parse(text), numbers)))

    def _initial(self) -> FloatArray:
        if not hasattr(self, "_start"):
            self._start = self.circuit.initial_state([self.seed])
        return self._start

    # -- sources ----------------------------------------------------------------------------------------------------

    def _sources(self) -> Iterator[str]:
        schedule = self.timeline.schedule([self.seed], 0, self.epochs * self.timeline.rows)
        column = 0
        edge = EDGE_FRACTION * self.timeline.row_time
        for entry in self.circuit.netlist.scheduled:
            for node in entry.nodes:
                name = self._element("V", self.names.node[int(node)])
                yield from _pwl(f"{name} {self.names.node[int(node)]} 0", _points(schedule, column, edge))
                column += 1
        epoch_time = self.timeline.rows * self.timeline.row_time
        for group in self.circuit.netlist.groups:
            if any(group.block.port(name) is None for name in group.block.scheduled):
                for row in range(group.count):
                    owner = self.circuit.netlist.instances[group.owner[row]]
                    gates = gate_sequence(owner.values, self.switch, self.epochs)
                    points = _steps([(number * epoch_time, gate) for number, gate in enumerate(gates)], edge)
                    gate_node = self._gate_node(group, row)
                    yield from _pwl(f"{self._element('V', gate_node)} {gate_node} 0", points)

    def _gate_node(self, group: PartGroup, row: int) -> str:
        return f"{_clean(self.circuit.netlist.path(group, row))}_gate"

    # -- names ------------------------------------------------------------------------------------------------------

    def _node(self, group: PartGroup, port: str, row: int) -> str:
        return self.names.node[int(group.nodes[port][row])]

    def _element(self, letter: str, path: str) -> str:
        return self._unique(letter + _clean(path))

    def _unique(self, name: str) -> str:
        candidate, number = name, 2
        while candidate.lower() in self.used:
            candidate, number = f"{name}_{number}", number + 1
        self.used.add(candidate.lower())
        return candidate


def name_nodes(circuit: Circuit) -> SpiceNames:
    """A unique, readable SPICE name for every node: its label, its weight, the output that makes it, else a number."""
    wanted: dict[int, str] = {}
    netlist = circuit.netlist
    for group in netlist.groups:
        for port in group.block.ports:
            for row, node in enumerate(group.nodes[port.name].tolist()):
                if group.block.type in MEMORY_TYPES:
                    wanted[node] = netlist.path(group, row)
                elif port.direction == "out" and node not in wanted:
                    wanted[node] = f"{netlist.path(group, row)}_{port.name}"
    for entry in netlist.scheduled:
        name = netlist.instances[entry.instance].name
        for index, node in enumerate(entry.nodes.tolist(), start=1):
            wanted[node] = f"{name}_{entry.port}{index}"
    result: dict[int, str] = {}
    used = {"0"}
    for node in range(netlist.nodes):
        name = _clean(wanted.get(node, f"n{node}")).lower()
        candidate, number = name, 2
        while candidate in used:
            candidate, number = f"{name}_{number}", number + 1
        used.add(candidate)
        result[node] = candidate
    return SpiceNames(result)


def _clean(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", text) or "x"


def _points(schedule: Schedule, column: int, edge: float) -> list[tuple[float, float]]:
    """(time, volts) of one source with finite edges."""
    row = schedule.row[:, 0]
    start = schedule.table[row, column]
    if schedule.slope is None:
        return _steps(list(zip(schedule.begin[:, 0].tolist(), start.tolist(), strict=True)), edge)
    points: list[tuple[float, float]] = []
    for segment in range(len(row)):
        begin, length = float(schedule.begin[segment, 0]), float(schedule.duration[segment, 0])
        value, slope = float(start[segment]), float(schedule.slope[row[segment], column])
        jump = bool(points) and abs(points[-1][1] - value) > 1e-15
        points.append((begin + (edge if jump else 0.0), value + (slope * edge if jump else 0.0)))
        points.append((begin + length, value + slope * length))
    return [point for i, point in enumerate(points) if i == 0 or point[0] > points[i - 1][0]]


def _steps(levels: list[tuple[float, float]], edge: float) -> list[tuple[float, float]]:
    """A staircase as PWL points; equal neighbours are joined."""
    points = [levels[0]]
    for time, value in levels[1:]:
        if value != points[-1][1]:
            points.extend(((time, points[-1][1]), (time + edge, value)))
    return points


def _pwl(head: str, points: list[tuple[float, float]]) -> Iterator[str]:
    if len({value for _, value in points}) == 1:
        yield f"{head} {points[0][1]!r}"
        return
    yield f"{head} PWL("
    for start in range(0, len(points), 8):
        yield "+ " + " ".join(f"{time!r} {value!r}" for time, value in points[start : start + 8])
    yield "+ )"
