"""Sheet: an instance of a sheet that the document defines. Its pins are that sheet's ports."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from blocks.spec import Block, Direction, Parameter, Port, Quantity
from blocks.symbol import Box, Label, Line, Mark, Pin, Side, Symbol, SymbolOf

LETTER = 0.62  # width of a pin's letter [grid units]
LEAST_BODY = 8
HEAD = 3  # height of the part of the box that holds the names


@dataclass(frozen=True, slots=True)
class Terminal:
    """A port of a definition as it appears on the symbol; a `width` above 1 makes its pin a bus pin. `direction` and
    `quantity` are those of what it leads to."""

    name: str
    side: Side
    width: int = 1
    direction: Direction = "passive"
    quantity: Quantity = "voltage"

    @property
    def label(self) -> str:
        return self.name if self.width == 1 else f"{self.name}[1..{self.width}]"


@lru_cache(maxsize=256)
def with_ports(terminals: tuple[Terminal, ...]) -> Block:
    """The block with these pins, on each side in this order."""
    ports = tuple(
        Port(entry.name, entry.direction, entry.quantity, width=str(entry.width), help="a port of the sheet")
        for entry in terminals
    )
    return replace(BLOCK, ports=ports, symbol=_symbol_with(terminals))


def _symbol_with(terminals: Sequence[Terminal]) -> SymbolOf:
    def symbol(values: Mapping[str, Any]) -> Symbol:
        return _symbol(terminals, str(values["sheet"]))

    return symbol


def _symbol(terminals: Sequence[Terminal], definition: str) -> Symbol:
    """A box under its two names; it grows with the number of ports and the length of their names."""
    rows: dict[Side, list[Terminal]] = {"left": [], "right": [], "top": [], "bottom": []}
    for entry in terminals:
        rows[entry.side].append(entry)
    reach = {side: max((_length(entry.label) for entry in row), default=0.0) for side, row in rows.items()}
    step = {side: max(2, math.ceil(reach[side] + 0.8)) for side in ("top", "bottom")}
    body = max(
        LEAST_BODY,
        math.ceil(reach["left"] + reach["right"] + 2.4),
        math.ceil(_length(definition) + 1.4),
        *(len(rows[side]) * step[side] for side in ("top", "bottom")),
    )
    head = 1 + (2 if rows["top"] else 0)
    first = head + HEAD + 1
    height = first + 2 * max(1, len(rows["left"]), len(rows["right"])) + (2 if rows["bottom"] else 0)
    width = body + 2
    marks: list[Mark] = [
        Box((1, 1), (body, height - 2), radius=0.3),
        Line(((1, head + HEAD - 0.2), (width - 1, head + HEAD - 0.2)), width=0.8, role="outline"),
        Label("{name}", (1.55, head + 0.85), align="left", style="name"),
        Label("{sheet}", (1.55, head + 1.95), align="left", style="value"),
    ]
    pins: list[Pin] = []
    for entry in terminals:
        row = rows[entry.side]
        place = next(k for k, other in enumerate(row) if other is entry)
        along = first + 2 * place
        across = 1 + step.get(entry.side, 2) * place + (step.get(entry.side, 2) + 1) // 2
        at = {"left": (0, along), "right": (width, along), "top": (across, 0), "bottom": (across, height)}[entry.side]
        inner, words, align = {
            "left": ((1, along), (1.5, along), "left"),
            "right": ((width - 1, along), (width - 1.5, along), "right"),
            "top": ((across, 1), (across, 1.9), "centre"),
            "bottom": ((across, height - 1), (across, height - 1.9), "centre"),
        }[entry.side]
        bus = entry.width > 1
        pins.append(Pin(entry.name, at, entry.side, int(bus), entry.width if bus else 0, entry.label))
        marks.append(Line((at, inner), width=3.0 if bus else 1.5))
        marks.append(Label(entry.label, words, align=align))  # type: ignore[arg-type]
    return Symbol((width, height), tuple(pins), tuple(marks))


def _length(text: str) -> float:
    return LETTER * len(text.replace("_", ""))


BLOCK = Block(
    type="sheet",
    title="Sheet",
    group="Marks",
    prefix="A",
    order=22,
    parameters=(
        Parameter("sheet", "", kind="text", label="Sheet", help="the sheet that is placed here", structural=True),
    ),
    symbol=_symbol_with(()),
    values=("sheet",),
    keywords=("hierarchy", "subcircuit", "subsystem", "definition", "instance", "module", "macro"),
    help="Places a sheet of the document as one block. The sheet is drawn once and may be placed many times, on other "
    "sheets too; a change of it changes all of them, while weights and overrides belong to each. Its pins are the "
    "sheet ports drawn inside: a port that looks right is a pin at the left, and so on. Parts inside are "
    "addressed as A1/N1. Ctrl+Down opens the sheet, Ctrl+Up leaves it.",
)
