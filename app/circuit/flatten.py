"""Drawn instances -> one netlist. Macros are lowered once per shape and stamped by offset arrays; wires, junctions and
labels are merged into nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from app.circuit.drawn import DrawnPins, Kind, node_of_pin
from app.circuit.netlist import DrawnInstance, Netlist, PartGroup, ScheduledPort
from app.circuit.places import tell_places
from app.circuit.stamp import Template, stamp, template_of
from app.document.schematic import TOP, End, Instance, Schematic, Sheet, document_values, parameter_fault
from app.document.unfold import unfold
from app.errors import Problem
from app.garbage import collection_paused
from app.program import IntArray
from blocks import discover, expression, spec

SCHEDULED_TYPES = ("dataset",)


def flatten(schematic: Schematic) -> Netlist:
    """The netlist of the top sheet and what is placed on it. Troubles with blocks, parameters and wires are collected
    in `problems`; what cannot be used is left out, so that the rest can still be checked and shown."""
    with collection_paused():
        whole = unfold(schematic)
        netlist = _Flattener(whole.schematic).run()
        if whole.places:
            tell_places(netlist, whole)
        return netlist


class _Flattener:
    def __init__(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.sheet: Sheet = schematic.sheets[TOP]
        self.outer = document_values(schematic)
        self.netlist = Netlist(solve_loops=schematic.setting("loops") == "newton")
        self.items: dict[str, tuple[int, Kind]] = {}  # first pin of every instance and junction
        self.pin_total = 0
        self.joined: list[tuple[int, int]] = []
        self.kinds: list[Kind] = []
        self.kind_of: dict[tuple[Any, ...], Kind] = {}
        self.usable: list[tuple[Instance, Kind, int]] = []  # with the first pin

    def run(self) -> Netlist:
        self._document_parameters()
        for instance in self.sheet.instances.values():
            self._declare(instance)
        for junction in self.sheet.junctions.values():
            self._claim(junction.id, self._junction_kind(junction.width))
        self._wire_up()
        self._join_labels()
        self._number_nodes()
        self._place_parts()
        return self.netlist

    # -- pins -------------------------------------------------------------------------------------------------------

    def _document_parameters(self) -> None:
        for name in self.schematic.parameters:
            if name not in self.outer:
                found, cure = parameter_fault(name, self.schematic.parameters[name])
                self._problem("parameter-invalid", f"document parameter {name}", found, cure)

    def _declare(self, instance: Instance) -> None:
        kind = self._kind(instance)
        if kind is None:
            return
        start = self._claim(instance.id, kind)
        self.usable.append((instance, kind, start))
        assert kind.block is not None
        for names in kind.block.same_node:
            first, *others = (start + kind.ports[name][0] for name in names)
            self.joined.extend((first, other) for other in others)

    def _claim(self, item: str, kind: Kind) -> int:
        start = self.pin_total
        self.items[item] = (start, kind)
        self.pin_total += kind.pins
        return start

    def _kind(self, instance: Instance) -> Kind | None:
        key = (instance.type, *instance.parameters.items())
        found = self.kind_of.get(key)
        if found is not None:
            return found
        try:
            block = discover.block(instance.type)
        except KeyError:
            self._problem(
                "unknown-block", instance.name, f"the block type {instance.type!r} is not known",
                "delete the block or open the file with a newer version", instance.id,
            )  # fmt: skip
            return None
        try:
            values = spec.resolve(block, instance.parameters, self.outer)
        except spec.ParameterError as error:
            if not self._told(instance.parameters.get(error.parameter, "")):
                self._problem(
                    "parameter-invalid", f"{instance.name}.{error.parameter}", error.found, error.cure, instance.id
                )
            key = (*key, instance.id)  # the next one like it is to be reported too
            values = self._fallback(block, instance)
        return self._new_kind(key, block, values, {port.name: block.width(port, values) for port in block.ports})

    def _told(self, text: str) -> bool:
        """Whether the text only depends on document parameters of which it is said that they cannot be computed."""
        broken = self.schematic.parameters.keys() - self.outer.keys()
        try:
            return bool(broken) and not broken.isdisjoint(expression.names(expression.parse(text)))
        except expression.ExpressionError:
            return False

    def _junction_kind(self, width: int) -> Kind:
        key = ("", width)
        return self.kind_of.get(key) or self._new_kind(key, None, {}, {"": width})

    def _new_kind(
        self, key: tuple[Any, ...], block: spec.Block | None, values: dict[str, Any], widths: Mapping[str, int]
    ) -> Kind:
        ends = list(accumulate(widths.values(), initial=0))
        ports = {name: (offset, width) for offset, (name, width) in zip(ends, widths.items(), strict=False)}
        kind = Kind(len(self.kinds), block, values, ports, ends[-1])
        self.kinds.append(kind)
        self.kind_of[key] = kind
        return kind

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

    def _pins_of(self, end: End, wire: str) -> tuple[int, int] | None:
        """(first pin, how many) of a wire's end."""
        try:
            start, kind = self.items[end.item]
            offset, width = kind.ports[end.port]
        except KeyError:
            self._lost_end(end, wire)
            return None
        if end.first == 0:
            return start + offset, width
        if not 1 <= end.first <= end.last <= width:
            self._problem(
                "no-such-index", f"{self._name(end.item)}.{end.port}",
                f"wire {wire} uses index {end.first}..{end.last}, but there are {width}",
                "set the number of inputs higher or delete the wire", wire, end.item,
            )  # fmt: skip
            return None
        return start + offset + end.first - 1, end.last - end.first + 1

    def _lost_end(self, end: End, wire: str) -> None:
        instance = self.sheet.instances.get(end.item)
        where = f"wire {wire}"
        if instance is not None:
            self._problem(
                "unknown-port", instance.name, f"{where} ends on a port {end.port!r} that it does not have",
                "delete the wire and draw it again", wire, instance.id,
            )  # fmt: skip
        elif end.item not in self.sheet.junctions:
            self._problem("dangling-wire", where, f"it ends on nothing ({end.item!r})", "delete the wire", wire)

    def _name(self, item: str) -> str:
        instance = self.sheet.instances.get(item)
        return instance.name if instance else f"junction {item}"

    # -- nets -------------------------------------------------------------------------------------------------------

    def _wire_up(self) -> None:
        drawn = self.netlist.drawn
        for wire in self.sheet.wires.values():
            end, other = wire.ends
            a, b = self._pins_of(end, wire.id), self._pins_of(other, wire.id)
            if a is None or b is None:
                continue
            if a[1] != b[1]:
                self._problem(
                    "width-mismatch", f"wire {wire.id}",
                    f"it joins {a[1]} with {b[1]} connections ({self._name(end.item)} - {self._name(other.item)})",
                    "choose an index at the wider end", wire.id,
                )  # fmt: skip
                continue
            drawn.add_edge(end.item, other.item, wire.id, a=a[0], b=b[0], width=a[1])
        drawn.add_nodes_from(item for item in self.items if item not in drawn)

    def _join_labels(self) -> None:
        """Labels of the same text are one net (a global label differs from a local one only across sheets)."""
        first: dict[str, tuple[int, int]] = {}
        for instance, kind, pin in self.usable:
            if instance.type not in ("label", "sheet_port"):
                continue
            text, width = str(kind.values["net"]).strip(), kind.pins
            if not text:
                self._problem(
                    "label-empty", instance.name, "the net label has no text", "type the net's name", instance.id
                )
            elif text in first:
                other, others = first[text]
                self.joined.extend((other + index, pin + index) for index in range(min(width, others)))
            else:
                first[text] = pin, width
        self.labels = {text: pin for text, (pin, width) in first.items() if width == 1}

    def _number_nodes(self) -> None:
        netlist = self.netlist
        self.node_of_pin = node_of_pin(netlist.drawn, self.joined, self.pin_total)
        netlist.pin_counts = np.bincount(self.node_of_pin)
        netlist.nodes = len(netlist.pin_counts)
        netlist.pins = DrawnPins(self.items, self.node_of_pin)
        for text, pin in self.labels.items():
            netlist.net_names.setdefault(int(self.node_of_pin[pin]), text)

    # -- parts ------------------------------------------------------------------------------------------------------

    def _place_parts(self) -> None:
        macros: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        plain: dict[str, list[int]] = defaultdict(list)
        for number, (instance, kind, _) in enumerate(self.usable):
            block, values = kind.block, kind.values
            assert block is not None
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
        kinds = [kind for kind in self.kinds if kind.block is block]
        row = np.empty(len(self.kinds), np.int64)
        row[[kind.number for kind in kinds]] = np.arange(len(kinds))
        row = row[[self.usable[n][1].number for n in numbers]]
        start = np.array([self.usable[n][2] for n in numbers])
        nodes = {
            port.name: self.node_of_pin[start + np.array([kind.ports[port.name][0] for kind in kinds])[row]]
            for port in block.ports
        }
        values = {
            parameter.name: np.array([[_number(kind.values[parameter.name])] for kind in kinds])[row]
            for parameter in block.parameters
            if parameter.kind != "text"
        }
        owner = np.array(numbers, np.int64)
        self.netlist.groups.append(PartGroup(block, nodes, values, owner, ("",)))

    def _stamp(self, numbers: Sequence[int]) -> None:
        kinds = [self.usable[n][1] for n in numbers]
        block = discover.block(self.usable[numbers[0]][0].type)
        template: Template = template_of(block, kinds[0].values)
        boundary = self._boundary_nodes(template, numbers)
        overrides = [self.usable[n][0].overrides for n in numbers]
        names = [(self.usable[n][0].name, self.usable[n][0].id) for n in numbers]
        groups, used, problems = stamp(
            template, [kind.values for kind in kinds], boundary, self.netlist.nodes, np.array(numbers, np.int64),
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
