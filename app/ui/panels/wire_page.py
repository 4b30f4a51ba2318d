"""The inspector's page for wires and junctions: the net's name, its voltage, and the pins on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.document.nets import Pin, SheetNets, Terminal, nets_of
from app.document.schematic import End, Schematic
from app.ui.controls.naming import named
from app.ui.panels.live_values import LiveValues
from app.ui.panels.readings import Reading, net_reading
from app.ui.panels.section import Section
from app.ui.rich_text import symbols

if TYPE_CHECKING:
    from app.circuit.compile import Circuit
    from app.training.frame import Frame
    from app.ui.desk import Desk

MOST_NETS, MOST_PINS = 16, 100
ROLES = {
    ("out", "voltage"): "drives it",
    ("in", "voltage"): "senses it",
    ("out", "current"): "puts a current into it",
    ("in", "current"): "takes its current",
}


@dataclass(frozen=True, slots=True)
class Net:
    """`name` is its label's text, else the pin that drives it."""

    name: str
    pins: tuple[Pin, ...]
    terminal: Terminal


def nets_at(schematic: Schematic, sheet: str, ids: Sequence[str]) -> list[Net]:
    """The nets of wires and junctions, each once."""
    nets = nets_of(schematic, sheet)
    ends: list[End] = []
    for ident in ids:
        if ident in nets.sheet.wires:
            ends.append(nets.sheet.wires[ident].ends[0])
        elif ident in nets.sheet.junctions:
            ends.append(End(ident))
    found: dict[Terminal, Net] = {}
    for end in ends:
        for terminal in nets.terminals(end):
            root = nets.net(terminal)
            if root not in found:
                pins = tuple(nets.pins(terminal))
                found[root] = Net(_name(nets, pins), pins, terminal)
    return list(found.values())


def _name(nets: SheetNets, pins: Sequence[Pin]) -> str:
    for pin in pins:
        if pin.port == "net":
            text = str(nets.values(nets.sheet.instances[pin.instance]).get("net", "")).strip()
            if text:
                return text
    driver = next((pin for pin in pins if pin.drives), pins[0] if pins else None)
    return driver.label if driver is not None else "unconnected"


class WirePage(QWidget):
    """`reveal(ids)` when a pin's link is clicked."""

    reveal = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._nets: list[Net] = []
        self._prefix = ""
        self._circuit: Circuit | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(0)
        self.values = LiveValues()
        self.pins = named(QLabel(), "pinList")
        self.pins.setWordWrap(True)
        self.pins.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.pins.linkActivated.connect(self._link)
        self.live = Section("Live", self.values, line=False)
        column.addWidget(self.live)
        column.addWidget(Section("Connected pins", self.pins, line=False))
        column.addStretch(1)

    def show_wires(self, sheet: str, ids: Sequence[str], prefix: str = "") -> tuple[str, str]:
        """Shows the nets of these wires and junctions; title and subtitle for the head. `prefix` stands before ids in
        the circuit."""
        self._prefix = prefix
        self._nets = nets_at(self.desk.schematic, sheet, ids)
        self._circuit = None
        lines = []
        for net in self._nets[:MOST_NETS]:
            if len(self._nets) > 1:
                lines.append(f"<b>{symbols(net.name)}</b>")
            for pin in net.pins:
                if pin.port == "net":
                    continue
                role = ROLES.get((pin.direction, pin.quantity), "is joined")
                lines.append(f'<a href="{prefix}{pin.instance}">{_escaped(pin.label)}</a>&nbsp; {role}')
        rest = [f"and {len(lines) - MOST_PINS} more"] if len(lines) > MOST_PINS else []
        self.pins.setText("<br>".join([*lines[:MOST_PINS], *rest]) or "No pin yet.")
        self.live.setVisible(False)
        if self.desk.frame is not None:
            self.show_frame(self.desk.frame)
        if len(self._nets) == 1:
            count = sum(pin.port != "net" for pin in self._nets[0].pins)
            return self._nets[0].name, f"Net · {count} pin{'s' * (count != 1)}"
        return f"{len(self._nets)} nets", "Wires"

    def show_frame(self, frame: Frame) -> None:
        circuit = frame.layout.circuit if frame.layout is not None else None
        if circuit is None or not len(frame.voltages):
            self.live.setVisible(False)
            return
        if circuit is not self._circuit:
            self._circuit = circuit
            readings = [reading for net in self._nets[:MOST_NETS] if (reading := self._reading(circuit, net))]
            self.values.show_readings(readings)
            self.live.setVisible(bool(readings))
        self.values.show_voltages(frame.voltages)

    def _reading(self, circuit: Circuit, net: Net) -> Reading | None:
        item, port, index = net.terminal
        found = net_reading(circuit, self._prefix + item, port, index)
        if found is None:
            return None
        error = any(pin.port in ("V_E", "I_E") for pin in net.pins)
        return Reading(net.name if len(self._nets) > 1 else "V", "V", found.read, error)

    @Slot(str)
    def _link(self, ident: str) -> None:
        self.reveal.emit((ident,))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
