"""Which pins of a sheet are joined by wires, junctions and labels, pin by pin and index by index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from weakref import WeakKeyDictionary

from app.document.definitions import DEEPEST, PORT, SHEET, block_in, definition_of, port_name
from app.document.schematic import End, Instance, Schematic, document_values
from blocks import discover, spec

Terminal = tuple[str, str, int]
LABELS = ("label", "sheet_port")
MOST_BEHIND = 200  # pins of placed sheets' insides that the rules look at: sheets in sheets can hold millions


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin as the rules see it. `index` is 0 for a port of width 1. A resistance or capacitance to ground on the
    pin's node counts as the pin's, also where the port is joined inside to the one that brings it."""

    instance: str
    name: str
    port: str
    index: int
    direction: spec.Direction
    quantity: spec.Quantity
    has_conductance: bool = False
    has_capacitance: bool = False

    @property
    def label(self) -> str:
        """As messages name it: `N2_1.V_in[2]`."""
        return f"{self.name}.{self.port}[{self.index}]" if self.index else f"{self.name}.{self.port}"

    @property
    def drives(self) -> bool:
        """Sets its node's voltage. The terminal of a weight or resistor does not, whatever its direction says."""
        return (self.direction, self.quantity) == ("out", "voltage") and not (
            self.has_conductance or self.has_capacitance
        )

    @property
    def injects(self) -> bool:
        return (self.direction, self.quantity) == ("out", "current")


class SheetNets:
    """The nets of one sheet at one revision. Unknown blocks have no pins; wires that do not fit are left out. `within`:
    the sheets inside which this one is looked at."""

    def __init__(self, schematic: Schematic, sheet: str, within: tuple[str, ...] = ()) -> None:
        self.sheet = schematic.sheets[sheet]
        self._schematic, self._within = schematic, (*within, sheet)
        self._blocks: dict[str, spec.Block | None] = {}
        self._inner: dict[str, SheetNets] = {}
        self._outer = document_values(schematic)
        self._values: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._parent: dict[Terminal, Terminal] = {}
        self._members: dict[Terminal, list[Terminal]] | None = None
        self._link_insides()
        for wire in self.sheet.wires.values():
            a, b = (self.terminals(end) for end in wire.ends)
            if a and b and len(a) == len(b):
                for one, other in zip(a, b, strict=True):
                    self._join(one, other)

    def block(self, instance: Instance) -> spec.Block | None:
        """The declaration, with a placed sheet's ports; None for an unknown type."""
        if instance.type != SHEET:
            return discover.catalogue().get(instance.type)
        name = definition_of(instance)
        if name not in self._blocks:
            self._blocks[name] = block_in(self._schematic, instance)
        return self._blocks[name]

    def values(self, instance: Instance) -> dict[str, Any]:
        """Parameter values; texts that cannot be used count as the default."""
        key = (instance.type, *sorted(instance.parameters.items()))
        if key not in self._values:
            block = discover.block(instance.type)
            good: dict[str, str] = {}
            for name, text in instance.parameters.items():
                try:
                    spec.resolve(block, {**good, name: text}, self._outer)
                except spec.ParameterError:
                    continue
                good[name] = text
            self._values[key] = spec.resolve(block, good, self._outer)
        return self._values[key]

    def width(self, end: End) -> int:
        """How many connections the whole port or junction has; 0 if it does not exist."""
        junction = self.sheet.junctions.get(end.item)
        if junction is not None:
            return junction.width if not end.port else 0
        instance = self.sheet.instances.get(end.item)
        block = self.block(instance) if instance else None
        port = block.port(end.port) if block else None
        if instance is None or block is None or port is None:
            return 0
        return 1 if port.width == "1" else block.width(port, self.values(instance))

    def terminals(self, end: End) -> list[Terminal]:
        """The connections that a wire's end takes hold of; none if there is no such port or index."""
        width = self.width(end)
        first, last = (1, width) if end.first == 0 else (end.first, end.last)
        return [(end.item, end.port, index) for index in range(first, last + 1)] if 1 <= first <= last <= width else []

    def net(self, terminal: Terminal) -> Terminal:
        """A terminal that stands for the whole net."""
        root = terminal
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(terminal, terminal)) != root:
            self._parent[terminal] = root
            terminal = above
        return root

    def pins(self, terminal: Terminal) -> list[Pin]:
        """All pins of blocks on a terminal's net."""
        if self._members is None:
            members = defaultdict(list)
            for known in list(self._parent):
                members[self.net(known)].append(known)
            self._members = members
        found = self._members.get(self.net(terminal), [terminal])
        return [pin for member in found for pin in self._pins_at(member)]

    def _pins_at(self, terminal: Terminal) -> Iterator[Pin]:
        pin = self._pin(terminal)
        if pin is not None:
            yield pin
            if self.sheet.instances[pin.instance].type == SHEET:
                behind = self._behind(self.sheet.instances[pin.instance], pin.port, terminal[2])
                yield from islice(behind, MOST_BEHIND)

    def _behind(self, instance: Instance, port: str, index: int) -> Iterator[Pin]:
        """The pins inside a placed sheet that one of its pins leads to: for the rules they stand on the same net."""
        name = definition_of(instance)
        if name in self._within or len(self._within) > DEEPEST:
            return
        if name not in self._inner:
            self._inner[name] = SheetNets(self._schematic, name, self._within)
        nets = self._inner[name]
        for entry in nets.sheet.instances.values():
            if entry.type == PORT and port_name(entry) == port:
                for pin in nets.pins((entry.id, "net", index)):
                    yield replace(pin, instance=instance.id, name=f"{instance.name}/{pin.name}")

    def _pin(self, terminal: Terminal) -> Pin | None:
        item, name, index = terminal
        instance = self.sheet.instances.get(item)
        if instance is None:
            return None
        block = self.block(instance)
        port = block.port(name) if block is not None else None
        if block is None or port is None:
            return None
        inside = {name, *(other for names in block.same_node if name in names for other in names)}
        return Pin(
            item, instance.name, name, 0 if port.width == "1" else index,
            "passive" if instance.type == SHEET else port.direction,  # what is behind it has one
            port.quantity,
            not inside.isdisjoint(block.conductance), not inside.isdisjoint(block.capacitance),
        )  # fmt: skip

    def _join(self, a: Terminal, b: Terminal) -> None:
        self._parent.setdefault(a, a)
        self._parent.setdefault(b, b)
        self._parent[self.net(a)] = self.net(b)

    def _link_insides(self) -> None:
        """Ports that are one node inside their block, and labels of the same text."""
        labels: dict[tuple[str, int], Terminal] = {}
        for instance in self.sheet.instances.values():
            block = self.block(instance)
            if block is None:
                continue
            for names in block.same_node:
                for name in names[1:]:
                    self._join((instance.id, names[0], 1), (instance.id, name, 1))
            if block.type in LABELS:
                text = str(self.values(instance).get("net", "")).strip()
                port = block.port("net")
                for index in range(1, 1 + (block.width(port, self.values(instance)) if text and port else 0)):
                    pin = (instance.id, "net", index)
                    self._join(pin, labels.setdefault((text, index), pin))


_newest: WeakKeyDictionary[Schematic, tuple[int, str, SheetNets]] = WeakKeyDictionary()


def nets_of(schematic: Schematic, sheet: str) -> SheetNets:
    """The nets of a sheet as it is now; kept until the next edit, since a drag asks again for every pin it passes."""
    kept = _newest.get(schematic)
    if kept is None or kept[:2] != (schematic.revision, sheet):
        kept = (schematic.revision, sheet, SheetNets(schematic, sheet))
        _newest[schematic] = kept
    return kept[2]
