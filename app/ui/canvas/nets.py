"""The nets of a sheet as the canvas shows them: which wires light up together, and at which pins a voltage is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.document.nets import SheetNets, Terminal
from app.document.schematic import End


@dataclass(slots=True)
class Net:
    """`pins` are pins of blocks (item, port, index from 1); `error` tells that the net carries errors."""

    pins: list[Terminal] = field(default_factory=list)
    wires: list[str] = field(default_factory=list)
    error: bool = False


ERROR_PORTS = frozenset(("V_E", "I_E"))


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
                        net.error |= terminal[1] in ERROR_PORTS
            self.of_wire[wire.id] = list(mine.values())
            for net in mine.values():
                net.wires.append(wire.id)

    def of_end(self, end: End) -> list[Net]:
        """The nets of the pins that an end selects; none for a pin without wires."""
        found = (self._nets.get(self._sheet.net(terminal)) for terminal in self._sheet.terminals(end))
        return [net for net in found if net is not None]
