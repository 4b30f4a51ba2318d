"""Sheets as definitions and their instances: what ports a placed sheet has, which sheets contain which."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.document.placement import side_of
from app.document.schematic import TOP, End, Instance, Schematic, Sheet, block_of, values_of
from app.errors import Problem
from blocks import discover, spec
from blocks.probes.sheet import Terminal, with_ports
from blocks.spec import Direction, Quantity
from blocks.symbol import Side

SHEET, PORT = "sheet", "sheet_port"
DEEPEST = 100  # sheets inside each other
# A wire's end names the port in the file, as in b3.V_out[2].
PORT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
Known = dict[str, spec.Block | None]
_BEHIND: dict[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


def definition_of(instance: Instance) -> str:
    """The name of the sheet that an instance of type `sheet` stands for; empty for other blocks."""
    return instance.parameters.get("sheet", "") if instance.type == SHEET else ""


def block_in(schematic: Schematic, instance: Instance) -> spec.Block:
    """The declaration of an instance in its document: a placed sheet's ports are those of its definition. Raises
    KeyError for an unknown type."""
    block = block_of(instance)
    if block.type != SHEET:
        return block
    name = definition_of(instance)
    return block_of_sheet(schematic, name) if name in schematic.sheets else block


def block_of_sheet(schematic: Schematic, name: str, known: Known | None = None) -> spec.Block:
    """What an instance of a definition is. `known` are those that were found on the way here, None for the sheets that
    one came through. Raises KeyError."""
    known = {} if known is None else known
    known[name] = None
    known[name] = block = with_ports(_terminals(schematic, name, known))
    return block


def port_name(port: Instance) -> str:
    """The name that a sheet port gives its pin."""
    return port.parameters.get("net", "port").strip()


def port_width(schematic: Schematic, port: Instance) -> int:
    """How many connections a sheet port has."""
    return int(values_of(schematic, port)["width"]) if "width" in port.parameters else 1


def ports_of(sheet: Sheet) -> list[Instance]:
    """The sheet ports of a definition in the order of its pins: along each side from the top or from the left."""
    return sorted((entry for entry in sheet.instances.values() if entry.type == PORT), key=_along)


def _along(port: Instance) -> tuple[int, int, str]:
    x, y = port.at
    return (y, x, port.id) if side_of_symbol(port) in ("left", "right") else (x, y, port.id)


def _terminals(schematic: Schematic, name: str, known: Known) -> tuple[Terminal, ...]:
    """One for every name: of several ports of a name the first counts. Names that no wire could address have none."""
    found: dict[str, Terminal] = {}
    sheet = schematic.sheets[name]
    reached = _Reached(schematic, sheet, known)
    for port in ports_of(sheet):
        text = port_name(port)
        if PORT_NAME.fullmatch(text) and text not in found:
            nature = reached.nature(port.id)
            found[text] = Terminal(text, side_of_symbol(port), port_width(schematic, port), *nature)
    return tuple(found.values())


class _Reached:
    """What the wires of a sheet lead to."""

    def __init__(self, schematic: Schematic, sheet: Sheet, known: Known) -> None:
        self.schematic, self.sheet, self.known = schematic, sheet, known
        self.ends: dict[str, list[End]] = defaultdict(list)  # the other ends of the wires at junctions and ports
        for wire in sheet.wires.values():
            for here, there in (wire.ends, wire.ends[::-1]):
                if here.item in sheet.junctions or self._is_port(here.item):
                    self.ends[here.item].append(there)

    def _is_port(self, item: str) -> bool:
        instance = self.sheet.instances.get(item)
        return instance is not None and instance.type == PORT

    def nature(self, port: str) -> tuple[Direction, Quantity]:
        """Direction and quantity of a sheet port: an output's if it leads to one, else an input's."""
        found: list[spec.Port] = []
        seen, pending = {port}, [port]
        while pending:
            for end in self.ends[pending.pop()]:
                if end.item in self.ends and end.item not in seen:
                    seen.add(end.item)
                    pending.append(end.item)
                elif (pin := self._pin(end)) is not None and pin.direction != "passive":
                    found.append(pin)
        found.sort(key=lambda pin: pin.direction != "out")
        return (found[0].direction, found[0].quantity) if found else ("passive", "voltage")

    def _pin(self, end: End) -> spec.Port | None:
        instance = self.sheet.instances.get(end.item)
        if instance is None or instance.type == PORT:
            return None
        block = self._block(instance)
        return block.port(end.port) if block is not None else None

    def _block(self, instance: Instance) -> spec.Block | None:
        name = definition_of(instance)
        if instance.type != SHEET:
            return discover.catalogue().get(instance.type)
        if name in self.known:
            return self.known[name]
        deep = sum(block is None for block in self.known.values()) > DEEPEST
        return None if deep or name not in self.schematic.sheets else block_of_sheet(self.schematic, name, self.known)


def side_of_symbol(port: Instance) -> Side:
    """The side of the symbol on which a port's pin is: behind the port's back, so that a port at the left edge of its
    sheet, which looks right, is a pin at the left."""
    block = block_of(port)
    return _BEHIND[side_of(port, block.symbol_of(spec.resolve(block, {})).pins[0])]


def instances_of(schematic: Schematic, name: str) -> Iterator[tuple[str, Instance]]:
    """Where a definition is placed: the sheet's name and the instance."""
    for where, sheet in schematic.sheets.items():
        for instance in sheet.instances.values():
            if instance.type == SHEET and definition_of(instance) == name:
                yield where, instance


def contained(schematic: Schematic, name: str) -> set[str]:
    """The names of all sheets that are placed on a sheet, directly or through others; without its own unless it
    contains itself."""
    found: set[str] = set()
    pending = [name]
    while pending:
        sheet = schematic.sheets.get(pending.pop())
        for instance in sheet.instances.values() if sheet is not None else ():
            inner = definition_of(instance)
            if inner and inner not in found:
                found.add(inner)
                pending.append(inner)
    return found


def why_not_place(schematic: Schematic, name: str, on: str) -> Problem | None:
    """Why the sheet `name` cannot be placed on the sheet `on`, None if it can."""
    if name in (on, TOP) or on in contained(schematic, name):
        found = "it is the circuit itself" if name == TOP else "it would contain itself"
        return Problem("sheet-recursive", f"sheet {name}", found, "place it on another sheet")
    return None


def free_sheet_name(schematic: Schematic, stem: str = SHEET, taken: Iterable[str] = ()) -> str:
    """The first of stem1, stem2, ... that no sheet (nor `taken`) has."""
    number, used = 1, {*schematic.sheets, *taken}
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def located(schematic: Schematic, ident: str) -> tuple[str, Instance] | None:
    """The sheet and the block that a chain of ids such as `b3/b7` leads to, None if there is none. An id that is no
    chain is looked for on the circuit's own sheet first."""
    *outer, last = ident.split("/")
    name = TOP
    for step in outer:
        instance = schematic.sheets[name].instances.get(step)
        name = definition_of(instance) if instance is not None else ""
        if name not in schematic.sheets:
            return None
    if last in schematic.sheets[name].instances:
        return name, schematic.sheets[name].instances[last]
    if not outer:
        for other, sheet in schematic.sheets.items():
            if last in sheet.instances:
                return other, sheet.instances[last]
    return None


def chained_names(schematic: Schematic, ident: str) -> list[str]:
    """The names of the blocks along a chain of ids; shorter where the chain breaks."""
    names: list[str] = []
    sheet: Sheet | None = schematic.top
    for step in ident.split("/"):
        instance = sheet.instances.get(step) if sheet is not None else None
        if instance is None:
            break
        names.append(instance.name)
        sheet = schematic.sheets.get(definition_of(instance))
    return names

