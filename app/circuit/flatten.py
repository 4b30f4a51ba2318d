"""Drawn instances -> one netlist. Macros are lowered once per shape and stamped by offset arrays; wires, junctions and
labels are merged into nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.circuit.netlist import DrawnInstance, Netlist, PartGroup, ScheduledPort
from app.circuit.stamp import Template, stamp, template_of
from app.document.schematic import TOP, End, Instance, Schematic, Sheet, document_values
from app.errors import Problem
from app.program import IntArray
from blocks import discover, spec

SCHEDULED_TYPES = ("dataset",)


def flatten(schematic: Schematic) -> Netlist:
    """The netlist of the top sheet. Troubles with blocks, parameters and wires are collected in `problems`; what cannot
    be used is left out, so that the rest can still be checked and shown."""
    return _Flattener(schematic).run()


class _Flattener:
    def __init__(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.sheet: Sheet = schematic.sheets[TOP]
        self.outer = document_values(schematic)
        self.netlist = Netlist(solve_loops=schematic.setting("loops") == "newton")
        self.base: dict[tuple[str, str], tuple[int, int]] = {}
        self.pin_total = 0
        self.links: list[tuple[IntArray, IntArray]] = []
        self.usable: list[tuple[Instance, spec.Block, dict[str, Any]]] = []

    def run(self) -> Netlist:
        self._document_parameters()
        for key in self.sheet.instances:
            self._declare(self.sheet.instances[key])
        for junction in self.sheet.junctions.values():
            self._claim(junction.id, "", junction.width)
        self._wire_up()
        self._join_labels()
        self._number_nodes()
        self._place_parts()
        return self.netlist

    # -- pins -------------------------------------------------------------------------------------------------------

    def _document_parameters(self) -> None:
        for name in self.schematic.parameters:
            if name not in self.outer:
                self._problem(
                    "parameter-invalid",
                    f"document parameter {name}",
                    f"{self.schematic.parameters[name]!r} cannot be computed",
                    "type a quantity or an expression of other document parameters, without circles",
                )

    def _declare(self, instance: Instance) -> None:
        try:
            block = discover.block(instance.type)
        except KeyError:
            self._problem(
                "unknown-block", instance.name, f"the block type {instance.type!r} is not known",
                "delete the block or open the file with a newer version", instance.id,
            )  # fmt: skip
            return
        try:
            values = spec.resolve(block, instance.parameters, self.outer)
        except spec.ParameterError as error:
            self._problem(
                "parameter-invalid", f"{instance.name}.{error.parameter}", error.found, error.cure, instance.id
            )
            values = self._fallback(block, instance)
        self.usable.append((instance, block, values))
        self.netlist.drawn.add_node(instance.id, name=instance.name, type=instance.type)
        for port in block.ports:
            self._claim(instance.id, port.name, block.width(port, values))
        for names in block.same_node:
            first = self.base[instance.id, names[0]][0]
            self.links.extend((np.array([first]), np.array([self.base[instance.id, name][0]])) for name in names[1:])

    def _fallback(self, block: spec.Block, instance: Instance) -> dict[str, Any]:
        """Values with only the unusable texts replaced by defaults: a broken drawing stays inspectable."""
        good: dict[str, str] = {}
        for name, text in instance.parameters.items():
            try:
                spec.resolve(block, {**good, name: text}, self.outer)
            except spec.ParameterError:
                continue
            good[name] = text
        return spec.resolve(block, good, self.outer)

    def _claim(self, item: str, port: str, width: int) -> None:
        self.base[item, port] = (self.pin_total, width)
        self.pin_total += width

    def _pins_of(self, end: End, wire: str) -> IntArray | None:
        place = self.base.get((end.item, end.port))
        if place is None:
            instance = self.sheet.instances.get(end.item)
            where = f"wire {wire}"
            if instance is not None:
                self._problem(
                    "unknown-port", instance.name, f"{where} ends on a port {end.port!r} that it does not have",
                    "delete the wire and draw it again", wire, instance.id,
                )  # fmt: skip
            elif end.item not in self.sheet.junctions:
                self._problem("dangling-wire", where, f"it ends on nothing ({end.item!r})", "delete the wire", wire)
            return None
        start, width = place
        first, last = (1, width) if end.first == 0 else (end.first, end.last)
        if not 1 <= first <= last <= width:
            self._problem(
                "no-such-index", f"{self._name(end.item)}.{end.port}",
                f"wire {wire} uses index {first}..{last}, but there are {width}",
                "set the number of inputs higher or delete the wire", wire, end.item,
            )  # fmt: skip
            return None
        return np.arange(start + first - 1, start + last)

    def _name(self, item: str) -> str:
        instance = self.sheet.instances.get(item)
        return instance.name if instance else f"junction {item}"

    # -- nets -------------------------------------------------------------------------------------------------------

    def _wire_up(self) -> None:
        for wire in self.sheet.wires.values():
            a, b = (self._pins_of(end, wire.id) for end in wire.ends)
            if a is None or b is None:
                continue
            if len(a) != len(b):
                self._problem(
                    "width-mismatch", f"wire {wire.id}",
                    f"it joins {len(a)} with {len(b)} connections "
                    f"({self._name(wire.ends[0].item)} - {self._name(wire.ends[1].item)})",
                    "choose an index at the wider end", wire.id,
                )  # fmt: skip
                continue
            self.links.append((a, b))
            self.netlist.drawn.add_edge(wire.ends[0].item, wire.ends[1].item, key=wire.id)

    def _join_labels(self) -> None:
        """Labels of the same text are one net (a global label differs from a local one only across sheets)."""
        first: dict[str, int] = {}
        for instance, block, values in self.usable:
            if block.type not in ("label", "sheet_port"):
                continue
            pin = self.base[instance.id, "net"][0]
            text = str(values["net"]).strip()
            if not text:
                self._problem(
                    "label-empty", instance.name, "the net label has no text", "type the net's name", instance.id
                )
                continue
            if text in first:
                self.links.append((np.array([first[text]]), np.array([pin])))
            else:
                first[text] = pin
        self.labels = first

    def _number_nodes(self) -> None:
        if self.links:
            a = np.concatenate([link[0] for link in self.links])
            b = np.concatenate([link[1] for link in self.links])
            graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(self.pin_total, self.pin_total))
            count, labels = connected_components(graph, directed=False)
            self.node_of_pin = labels.astype(np.int64)
        else:
            count = self.pin_total
            self.node_of_pin = np.arange(self.pin_total)
        netlist = self.netlist
        netlist.nodes = int(count)
        netlist.pin_counts = np.bincount(self.node_of_pin, minlength=int(count))
        for (item, port), (start, width) in self.base.items():
            nodes = self.node_of_pin[start : start + width]
            if port:
                netlist.pins[item, port] = nodes
            else:
                netlist.junctions[item] = nodes
        for text, pin in self.labels.items():
            netlist.net_names.setdefault(int(self.node_of_pin[pin]), text)

    # -- parts ------------------------------------------------------------------------------------------------------

    def _place_parts(self) -> None:
        macros: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        plain: dict[str, list[int]] = defaultdict(list)
        for number, (instance, block, values) in enumerate(self.usable):
            self.netlist.instances.append(DrawnInstance(instance.id, instance.name, instance.type, values))
            if block.expand is not None:
                key = (block.type, *(values[p.name] for p in block.parameters if p.structural))
                macros[key].append(number)
            elif block.waveform is not None or block.type in SCHEDULED_TYPES:
                self._schedule(number, block, values)
            elif block.equations or block.conductance or block.capacitance:
                plain[block.type].append(number)
        for type_name, numbers in plain.items():
            self._plain_group(discover.block(type_name), numbers)
        for numbers in macros.values():
            self._stamp(numbers)

    def _schedule(self, number: int, block: spec.Block, values: Mapping[str, Any]) -> None:
        instance = self.usable[number][0]
        waveform = block.waveform(values) if block.waveform is not None else None
        for port in block.ports:
            if port.direction == "out":
                nodes = self.netlist.pins[instance.id, port.name]
                self.netlist.scheduled.append(ScheduledPort(number, port.name, nodes, waveform))

    def _plain_group(self, block: spec.Block, numbers: Sequence[int]) -> None:
        nodes = {
            port.name: np.array([self.netlist.pins[self.usable[n][0].id, port.name][0] for n in numbers])
            for port in block.ports
        }
        values = {
            parameter.name: np.array([[_number(self.usable[n][2][parameter.name])] for n in numbers])
            for parameter in block.parameters
            if parameter.kind != "text"
        }
        owner = np.array(numbers, np.int64)
        self.netlist.groups.append(PartGroup(block, nodes, values, owner, ("",)))

    def _stamp(self, numbers: Sequence[int]) -> None:
        block = self.usable[numbers[0]][1]
        template: Template = template_of(block, self.usable[numbers[0]][2])
        boundary = self._boundary_nodes(template, numbers)
        overrides = [self.usable[n][0].overrides for n in numbers]
        names = [(self.usable[n][0].name, self.usable[n][0].id) for n in numbers]
        groups, used, problems = stamp(
            template, [self.usable[n][2] for n in numbers], boundary, self.netlist.nodes, np.array(numbers, np.int64),
            overrides, names, self.outer,
        )  # fmt: skip
        self.netlist.nodes += used
        self.netlist.groups.extend(groups)
        self.netlist.problems.extend(problems)

    def _boundary_nodes(self, template: Template, numbers: Sequence[int]) -> IntArray:
        """(instances, pins) outer nodes in the order of the template's boundary, a port at a time."""
        columns: dict[str, list[int]] = defaultdict(list)
        for column, (port, _) in enumerate(template.boundary):
            columns[port].append(column)
        boundary = np.empty((len(numbers), len(template.boundary)), np.int64)
        for port, places in columns.items():
            index = np.array([max(template.boundary[column][1], 1) - 1 for column in places])
            boundary[:, places] = [self.netlist.pins[self.usable[n][0].id, port][index] for n in numbers]
        return boundary

    def _problem(self, code: str, where: str, found: str, cure: str, *ids: str) -> None:
        self.netlist.problems.append(Problem(code, where, found, cure, ids=ids))


def _number(value: Any) -> float:
    """Words that carry no number (a weight's "seeded") are NaN in the arrays."""
    return float("nan") if isinstance(value, str) else float(value)
