"""Puts a new block beside a pin and joins the two."""

from __future__ import annotations

from dataclasses import replace

from app.document import edits, placement
from app.document.definitions import block_in
from app.document.edits import Changes
from app.document.schematic import Change, End, Instance, Point, Schematic, Wire, values_of
from blocks import discover, spec
from blocks.symbol import Side

REACH = 3  # grid units between a pin and what is put beside it
_OUTWARD: dict[Side, Point] = {"left": (-1, 0), "top": (0, -1), "right": (1, 0), "bottom": (0, 1)}


def beside(
    schematic: Schematic, sheet: str, instance: Instance, end: End, kind: str, port: str, **parameters: str
) -> Changes:
    """A new block of a kind, its `port` outward of a pin and joined with it by a wire."""
    symbol = block_in(schematic, instance).symbol_of(values_of(schematic, instance))
    pin = placement.pin_of(symbol, end.port, end.first)
    x, y = placement.pin_at(instance, symbol, pin)
    side = placement.side_of(instance, pin)
    changes = edits.place(schematic, kind, (0, 0), sheet, rotation=_turn(kind, port, side), parameters=parameters)
    new: Instance = changes[0].after
    block = discover.block(kind)
    own = block.symbol_of(values_of(schematic, new))
    at_x, at_y = placement.pin_at(new, own, placement.pin_of(own, port))
    dx, dy = _OUTWARD[side]
    down = 1 if kind == "ground" and dy == 0 else 0  # a ground hangs below its wire
    goal = x + REACH * dx - at_x, y + REACH * dy + down - at_y
    placed = replace(new, at=edits.on_sheet(goal, instance.name))
    wire = Wire(schematic.new_id("w"), (end, End(new.id, port)))
    return Change("instances", new.id, None, placed, sheet), Change("wires", wire.id, None, wire, sheet)


def _turn(kind: str, port: str, side: Side) -> int:
    """The rotation that lets a block's pin look back at a pin on `side`; grounds stay upright."""
    if kind == "ground":
        return 0
    block = discover.block(kind)
    own = placement.pin_of(block.symbol_of(spec.resolve(block, {})), port).side
    facing: dict[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
    ranks = placement.CLOCKWISE
    return (ranks.index(facing[side]) - ranks.index(own)) % 4 * 90
