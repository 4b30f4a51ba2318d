"""XOR whose hidden layer is one sheet, a pair of neurons with their Type2 blocks, placed four times."""

from __future__ import annotations

from dataclasses import replace

from app.document.dataset import Dataset
from app.document.definitions import block_in
from app.document.fold import fold
from app.document.generate import generate
from app.document.schematic import End, Schematic, values_of
from app.document.sheet_edits import delete_sheet

PAIRS = 4
SHEET = "pair"


def draw(rows: Dataset, name: str) -> Schematic:
    schematic = generate((2, 2 * PAIRS, 1), rows, name)[0]
    for number in range(1, PAIRS + 1):
        _place_pair(schematic, number)
    _tidy(schematic)
    return schematic


def _place_pair(schematic: Schematic, number: int) -> None:
    """Two neurons become a sheet; from the second on it is the first one's again."""
    names = {f"{kind}2_{2 * number - k}" for kind in "NB" for k in (0, 1)}
    chosen = [key for key, entry in schematic.top.instances.items() if entry.name in names]
    made = SHEET if number == 1 else f"{SHEET}{number}"
    schematic.apply(fold(schematic, chosen, name=made))
    if number > 1:
        key, placed = next((k, e) for k, e in schematic.top.instances.items() if e.parameters.get("sheet") == made)
        schematic.top.instances[key] = replace(placed, parameters={"sheet": SHEET})
        schematic.apply(delete_sheet(schematic, made))


def _tidy(schematic: Schematic) -> None:
    """One frame round the pairs in place of the layer's and that of the Type2 blocks."""
    instances = schematic.top.instances
    frames = {entry.parameters.get("title", ""): entry for entry in instances.values() if entry.type == "frame"}
    hidden, errors = frames["Hidden layer"], frames["Type2"]
    pairs = [entry for entry in instances.values() if entry.type == "sheet"]
    symbol = block_in(schematic, pairs[0]).symbol_of(values_of(schematic, pairs[0]))
    left = hidden.at[0]
    right = errors.at[0] + int(errors.parameters["width"])
    x = (left + right - round(symbol.size[0])) // 2
    source = next(entry.at[1] for entry in instances.values() if entry.type == "dataset")
    moved: set[str] = set()
    for pair in sorted(pairs, key=lambda entry: abs(entry.at[1] - source)):
        instances[pair.id] = replace(pair, at=(x, pair.at[1]))
        for pin in symbol.pins:
            if pin.port.startswith(("V_in", "I_E")):
                _straighten(schematic, End(pair.id, pin.port), pair.at[1] + round(pin.at[1]), moved)
    instances[hidden.id] = replace(hidden, parameters={**hidden.parameters, "width": str(right - left)})
    del instances[errors.id]


def _straighten(schematic: Schematic, pin: End, y: int, moved: set[str]) -> None:
    """The pin's wire runs straight to the junction on its track, or along the track to one that another pin has; a bus
    it meets at 45 degrees."""
    top = schematic.top
    wire = next(wire for wire in top.wires.values() if pin in wire.ends)
    for junction in [top.junctions[end.item] for end in wire.ends if end.item in top.junctions]:
        x, bus = junction.at[0], junction.width > 1
        if junction.id not in moved:
            top.junctions[junction.id] = replace(junction, at=(x, y + bus))
        corners = ((x - 1, y),) if bus else ((x, y),) if junction.id in moved else ()
        top.wires[wire.id] = replace(wire, corners=corners)
        moved.add(junction.id)
