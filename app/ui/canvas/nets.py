"""The nets of a sheet as the canvas shows them: which wires light up together, and at which pins a voltage is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.document.nets import LABELS, SheetNets, Terminal
from app.document.schematic import End


@dataclass(slots=True)
class Net:
    """`pins` are pins of blocks (item, port, index from 1); `error` tells that the net carries errors; `memory` that a
    capacitor holds its voltage."""

    pins: list[Terminal] = field(default_factory=list)
    wires: list[str] = field(default_factory=list)
    error: bool = False
    memory: bool = False


ERROR_PORTS = frozenset(("V_E", "I_E"))
ERROR_NAMES = ("V_E", "I_E", "V_delta")
MEMORY_PORTS = frozenset(("I_charge", "V_w"))
FACTORS, PRODUCT = ("V1", "V2"), "I"


class Nets:
    """`of_wire[id]` are the nets of a wire (several in a bus)."""

    def __init__(self, sheet: SheetNets) -> None:
        self.of_wire: dict[str, list[Net]] = {}
        self._sheet = sheet
        self._nets: dict[Terminal, Net] = {}
        seen: set[Terminal] = set()
        for wire in sheet.sheet.wires.values():
            mine: dict[int, Net] = {}
            for end in wire.ends:
                for terminal in sheet.terminals(end):
                    net = self._nets.setdefault(sheet.net(terminal), Net())
                    mine[id(net)] = net
                    if terminal[1] and terminal not in seen:
                        seen.add(terminal)
                        net.pins.append(terminal)
                        net.error |= terminal[1] in ERROR_PORTS or self._names_error(terminal)
                        net.memory |= terminal[1] in MEMORY_PORTS
            self.of_wire[wire.id] = list(mine.values())
            for net in mine.values():
                net.wires.append(wire.id)
        _spread_errors(self._nets.values())

    def of_end(self, end: End) -> list[Net]:
        """The nets of the pins that an end selects; none for a pin without wires."""
        found = (self._nets.get(self._sheet.net(terminal)) for terminal in self._sheet.terminals(end))
        return [net for net in found if net is not None]

    def _names_error(self, terminal: Terminal) -> bool:
        instance = self._sheet.sheet.instances.get(terminal[0])
        return (
            instance is not None
            and instance.type in LABELS
            and str(instance.parameters.get("net", "")).startswith(ERROR_NAMES)
        )


def _spread_errors(nets: Iterable[Net]) -> None:
    """A product of an error is an error: in drawn multipliers errors run on until they charge a capacitor."""
    factors: dict[str, list[Net]] = defaultdict(list)
    products: dict[str, Net] = {}
    found: list[Net] = []
    for net in nets:
        for item, port, _ in net.pins:
            if port in FACTORS:
                factors[item].append(net)
            elif port == PRODUCT:
                products[item] = net
        if net.error:
            found.append(net)
    reached: dict[int, list[str]] = defaultdict(list)
    for item, taken in factors.items():
        for net in taken:
            reached[id(net)].append(item)
    while found:
        for item in reached[id(found.pop())]:
            product = products.get(item)
            if product is not None and not product.error and not product.memory:
                product.error = True
                found.append(product)
