"""A pin, inner part's pin or net by its written name, and what it takes to drive it or to read it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

import numpy as np

from app.circuit.netlist import Netlist, PartGroup, ScheduledPort
from app.document.definitions import SHEET
from app.errors import ProblemError, fail
from app.program import FloatArray
from blocks import discover
from blocks.spec import Port, Quantity, Waveform

_FORM = re.compile(r"(.+?)\.(\w+)(?:\[(\d+)\])?")
NEAREST = 5


@dataclass(frozen=True, slots=True)
class Pin:
    """`text` as written; `node` its number; `port` None for a net; `instance` the number of the drawn block (-1 for a
    net); `local` the part's name within a macro ("" for the macro's own pin or a drawn part)."""

    text: str
    node: int
    port: Port | None
    instance: int
    local: str = ""

    @property
    def quantity(self) -> Quantity:
        """What flows or stands at the pin; a net is a voltage."""
        return self.port.quantity if self.port is not None else "voltage"

    @property
    def unit(self) -> str:
        return "A" if self.quantity == "current" else "V"


def find_pin(netlist: Netlist, text: str) -> Pin:
    """`M1.I`, `N2_1.V_in[2]`, `N2_1/Mf0.V1`, or the name of a net. Raises ProblemError that lists near names."""
    for node, name in netlist.net_names.items():
        if name == text:
            return Pin(text, node, None, -1)
    match = _FORM.fullmatch(text.strip())
    if match is not None:
        path, name, index = match[1], match[2], int(match[3] or 0)
        pin = _drawn(netlist, text, path, name, index) or _inner(netlist, text, path, name, index)
        if pin is not None:
            return pin
    near = difflib.get_close_matches(text, known_pins(netlist), NEAREST, 0.3) or known_pins(netlist)[:NEAREST]
    raise fail("no-such-pin", text, "there is no pin or net of this name", f"near names: {', '.join(near) or 'none'}")


def known_pins(netlist: Netlist) -> list[str]:
    """Names of all drawn pins and nets."""
    names = list(netlist.net_names.values())
    by_id = {instance.id: instance for instance in netlist.instances}
    for (ident, port), nodes in netlist.pins.items():
        if ident in by_id:
            wide = len(nodes) > 1
            names += [f"{by_id[ident].name}.{port}" + (f"[{i}]" if wide else "") for i in range(1, len(nodes) + 1)]
    return names


def _drawn(netlist: Netlist, text: str, path: str, name: str, index: int) -> Pin | None:
    for number, instance in enumerate(netlist.instances):
        if instance.name != path:
            continue
        nodes = netlist.pins.get((instance.id, name))
        port = discover.block(instance.type).port(name)
        if port is None and instance.type == SHEET:  # whose ports its definition has
            port = Port(name, "passive", "voltage")
        if nodes is None or port is None:
            return None
        if index == 0 and len(nodes) > 1:
            raise fail("pin-index", text, f"it has {len(nodes)} connections", f"choose one, as in {path}.{name}[1]")
        if index > len(nodes):
            raise fail("pin-index", text, f"it has only {len(nodes)} connections", f"choose 1 to {len(nodes)}")
        return Pin(text, int(nodes[max(index, 1) - 1]), port, number)
    return None


def _inner(netlist: Netlist, text: str, path: str, name: str, index: int) -> Pin | None:
    """A pin of a part inside a macro; those have width 1."""
    for group in netlist.groups:
        port = group.block.port(name)
        if port is None or index > 1:
            continue
        for row in range(group.count):
            if netlist.path(group, row) == path:
                local = group.local[int(row) % len(group.local)]
                return Pin(text, int(group.nodes[name][row]), port, int(group.owner[row]), local)
    return None


def drive(netlist: Netlist, pin: Pin) -> int:
    """Gives the pin an ideal source of its own: a voltage source takes the node over (what drove or charged it is cut
    off), a current source adds to a current input's node. Returns the source's column in Program.sources."""
    if pin.port is not None and pin.port.direction == "out" and pin.quantity == "current":
        raise fail(
            "drive-current-output", pin.text, "it is a current output, which nothing can drive",
            "sweep an input, or the voltage of its node by the name of another pin there",
        )  # fmt: skip
    column = sum(len(entry.nodes) for entry in netlist.scheduled)
    if pin.quantity == "voltage":
        _cut_off(netlist, pin.node)
        node = pin.node
    else:
        node = _new_node(netlist)
        _inject(netlist, node, pin)
    netlist.scheduled.append(ScheduledPort(max(pin.instance, 0), "source", np.array([node]), Waveform(((0.0, 0.0),))))
    return column


def read(netlist: Netlist, pin: Pin) -> list[tuple[PartGroup, int, str]]:
    """The (group, row, port) whose currents make up a current pin's; empty for a voltage. Raises ProblemError for a
    current pin where no current can be told."""
    if pin.quantity == "voltage":
        return []
    found = []
    for group in netlist.groups:
        for port in group.block.ports:
            if port.quantity != "current" or (pin.port is not None and port.direction != pin.port.direction):
                continue
            rows = np.flatnonzero((group.nodes[port.name] == pin.node) & (group.owner == pin.instance))
            for row in rows:
                if not pin.local or group.local[int(row) % len(group.local)] == pin.local:
                    found.append((group, int(row), port.name))
    if not found:
        raise fail("no-current-here", pin.text, "no part carries a current at this pin", "read a voltage instead")
    return found


def _new_node(netlist: Netlist) -> int:
    netlist.nodes += 1
    return netlist.nodes - 1


def _cut_off(netlist: Netlist, node: int) -> None:
    """Voltage outputs, current outputs and capacitances on the node get a node of their own each; what senses the node
    and resistances to ground stay."""
    for entry in netlist.scheduled:
        for index in np.flatnonzero(entry.nodes == node):
            entry.nodes = entry.nodes.copy()
            entry.nodes[index] = _new_node(netlist)
    for group in netlist.groups:
        moved: dict[int, int] = {}
        for port in group.block.ports:
            holds_charge = any(port.name in (name, *_joined(group, name)) for name in group.block.capacitance)
            if port.direction != "out" and not holds_charge:
                continue
            nodes = group.nodes[port.name].copy()
            for row in np.flatnonzero(nodes == node):
                key = int(row)
                if key not in moved:
                    moved[key] = _new_node(netlist)
                nodes[row] = moved[key]
            group.nodes[port.name] = nodes


def _joined(group: PartGroup, port: str) -> tuple[str, ...]:
    return next((names for names in group.block.same_node if port in names), ())


def _inject(netlist: Netlist, source: int, pin: Pin) -> None:
    """A transconductance of 1 A/V from the source's node into the pin's."""
    one = _new_node(netlist)
    owner = np.array([pin.instance])

    def value(number: float) -> FloatArray:
        return np.array([[number]])

    bias, multiplier = discover.block("bias"), discover.block("multiplier")
    netlist.groups.append(PartGroup(bias, {"V": np.array([one])}, {"level": value(1.0)}, owner, ("",)))
    nodes = {"V1": np.array([source]), "V2": np.array([one]), "I": np.array([pin.node])}
    values = {"K_m": value(1.0), "polarity": value(1.0)}
    netlist.groups.append(PartGroup(multiplier, nodes, values, owner, ("",)))


def is_pin(netlist: Netlist, text: str) -> bool:
    """Whether the text names a pin or net (else it may name a parameter)."""
    try:
        find_pin(netlist, text)
    except ProblemError as error:
        return error.problems[0].code == "pin-index"
    return True
