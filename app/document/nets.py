"""Which pins of a sheet are joined by wires, junctions and labels, pin by pin and index by index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from app.document.schematic import End, Instance, Schematic, document_values
from blocks import discover, spec

Terminal = tuple[str, str, int]
LABELS = ("label", "sheet_port")


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
    """The nets of one sheet at one revision. Unknown blocks have no pins; wires that do not fit are left out."""

    def __init__(self, schematic: Schematic, sheet: str) -> None:
        self.sheet = schematic.sheets[sheet]
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
        block = discover.catalogue().get(instance.type) if instance else None
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
        return [pin for member in found if (pin := self._pin(member)) is not None]

    def _pin(self, terminal: Terminal) -> Pin | None:
        item, port_name, index = terminal
        instance = self.sheet.instances.get(item)
        if instance is None:
            return None
        block = discover.block(instance.type)
        port = block.port(port_name)
        if port is None:
            return None
        inside = {port_name, *(name for names in block.same_node if port_name in names for name in names)}
        return Pin(
            item, instance.name, port_name, 0 if port.width == "1" else index, port.direction, port.quantity,
            not inside.isdisjoint(block.conductance), not inside.isdisjoint(block.capacitance),
        )  # fmt: skip

    def _join(self, a: Terminal, b: Terminal) -> None:
        self._parent.setdefault(a, a)
        self._parent.setdefault(b, b)
        self._parent[self.net(a)] = self.net(b)

    def _link_insides(self) -> None:
        """Ports that are one node inside their block, and labels of the same text."""
        labels: dict[str, Terminal] = {}
        catalogue: Mapping[str, spec.Block] = discover.catalogue()
        for instance in self.sheet.instances.values():
            block = catalogue.get(instance.type)
            if block is None:
                continue
            for names in block.same_node:
                for name in names[1:]:
                    self._join((instance.id, names[0], 1), (instance.id, name, 1))
            if block.type in LABELS:
                text = str(self.values(instance).get("net", "")).strip()
                pin = (instance.id, "net", 1)
                if text and block.port("net") is not None:
                    self._join(pin, labels.setdefault(text, pin))


_newest: WeakKeyDictionary[Schematic, tuple[int, str, SheetNets]] = WeakKeyDictionary()


def nets_of(schematic: Schematic, sheet: str) -> SheetNets:
    """The nets of a sheet as it is now; kept until the next edit, since a drag asks again for every pin it passes."""
    kept = _newest.get(schematic)
    if kept is None or kept[:2] != (schematic.revision, sheet):
        kept = (schematic.revision, sheet, SheetNets(schematic, sheet))
        _newest[schematic] = kept
    return kept[2]
