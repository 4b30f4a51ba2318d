"""Where the numbers of a frame belong on a sheet: pins to slots, capacitors to weights, found on first demand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from app.document.schematic import Schematic
from app.training.frame import Frame, Layout
from app.ui.canvas.live import LiveFrame
from app.ui.canvas.views import PinKey

if TYPE_CHECKING:  # loaded by the engine's thread; a window does not wait for it
    from app.circuit.compile import Circuit

NOWHERE = -1


class LiveSource:
    """Of one compiled circuit and one shown sheet, whose ids have `prefix` before them in the circuit. `macro` leads to
    the block whose inside is shown (or is empty), `inside` stands for it then."""

    def __init__(self, layout: Layout, macro: str = "", inside: Schematic | None = None, prefix: str = "") -> None:
        self.layout, self.macro, self.prefix = layout, macro, prefix
        self._circuit: Circuit = layout.circuit
        self._slots: dict[PinKey, int] = {}
        self._weights: dict[tuple[str, str], int] = {}
        self._owners = {instance.id: number for number, instance in enumerate(self._circuit.netlist.instances)}
        self._inner = self._slots_inside(inside) if inside is not None else None
        self._teach = self._teach_slots()

    def frame(self, frame: Frame) -> LiveFrame | None:
        """The frame as the sheet shows it; None if it is not of this circuit."""
        if frame.layout is not self.layout or not len(frame.voltages):
            return None
        voltages, weights = frame.voltages, frame.weights

        def voltage(key: PinKey) -> float | None:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = self._slot(key)
            return float(voltages[slot]) if slot != NOWHERE else None

        def weight(item: str, part: str) -> float | None:
            number = self._weight(item, part)
            return float(weights[number]) if number != NOWHERE and number < len(weights) else None

        levels = [float(voltages[slot]) for slot in self._teach]
        level = max(levels, default=1.0 if frame.teach_on and self.layout.has_teach else 0.0)
        return LiveFrame(
            level if math.isfinite(level) else 0.0, voltage, weight, frame.row, frame.state == "running"
        )

    def slot(self, key: PinKey) -> int | None:
        """The slot of a pin; None if the circuit does not know it."""
        found = self._slot(key)
        return None if found == NOWHERE else found

    # -- pins ---------------------------------------------------------------------------------------------------------

    def _slot(self, key: PinKey) -> int:
        if self._inner is not None:
            return self._inner.get(key, NOWHERE)
        item, port, index = key
        nodes = self._circuit.netlist.pins.get((self.prefix + item, port))
        if nodes is None or not 1 <= index <= len(nodes):
            return NOWHERE
        return int(self._circuit.node_slot[nodes[index - 1]])

    def _slots_inside(self, inside: Schematic) -> Mapping[PinKey, int]:
        """Pins of a macro's parts, and the ports on its sheet's edges."""
        circuit, owner = self._circuit, self._owners.get(self.macro, NOWHERE)
        ids = {instance.name: instance.id for instance in inside.top.instances.values()}
        found: dict[PinKey, int] = {}
        for group in circuit.netlist.groups:
            for row in np.flatnonzero(group.owner == owner):
                item = ids.get(group.local[int(row) % len(group.local)])
                if item is not None:
                    for port, nodes in group.nodes.items():
                        found[item, port, 1] = int(circuit.node_slot[nodes[row]])
        for instance in inside.top.instances.values():
            if instance.type == "sheet_port":
                port, index = _port_of(instance.name)
                outer = circuit.netlist.pins.get((self.macro, port))
                if outer is not None and index <= len(outer):
                    found[instance.id, "net", 1] = int(circuit.node_slot[outer[index - 1]])
        return found

    def _teach_slots(self) -> list[int]:
        """Of the switches, or else of what stands for them: a neuron's V_teach pin, a net of that name."""
        circuit = self._circuit
        instances = circuit.netlist.instances
        pins = [(entry.id, "V") for entry in instances if entry.type == "v_teach"]
        pins = pins or [(entry.id, "V_teach") for entry in instances if entry.type == "neuron"][:1]
        nodes = [int(circuit.netlist.pins[pin][0]) for pin in pins]
        nodes = nodes or [node for node, name in circuit.netlist.net_names.items() if name == "V_teach"]
        return [int(circuit.node_slot[node]) for node in nodes]

    # -- weights ------------------------------------------------------------------------------------------------------

    def _weight(self, item: str, part: str) -> int:
        """The number of a macro's capacitor in Frame.weights."""
        key = item, part
        if key not in self._weights:
            self._weights[key] = self._find_weight(item, part)
        return self._weights[key]

    def _find_weight(self, item: str, part: str) -> int:
        from app.circuit.compile import MEMORY_TYPES

        owner = self._owners.get(self.prefix + item, NOWHERE)
        offset = 0
        for group in self._circuit.netlist.of_type(*MEMORY_TYPES):
            rows = np.flatnonzero(group.owner == owner)
            if len(rows) and part in group.local:
                return offset + int(rows[0]) + list(group.local).index(part)
            offset += group.count
        return NOWHERE


def _port_of(name: str) -> tuple[str, int]:
    """`V_in2` is index 2 of V_in, `V_out` all of V_out."""
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :] or 1)
