"""XOR whose two inputs carry noise, added by multipliers and a resistor."""

from __future__ import annotations

from dataclasses import replace

from boards import Board

from app.document.dataset import Dataset
from app.document.generate import generate
from app.document.schematic import End, Point, Schematic

SHIFT = 46  # grid units by which the sources make room for the adders
SIGMA, INTERVAL = "0.2", "20n"
MOVED = ("D1", "VT", "T1", "V_teach")


def draw(rows: Dataset, name: str) -> Schematic:
    schematic = generate((2, 8, 1), rows, name)[0]
    source = next(entry for entry in schematic.top.instances.values() if entry.name == "D1")
    x, y = source.at
    _move_sources(schematic, x + 20)
    board = Board(schematic)
    for k in range(2):
        _adder(board, source.id, k + 1, (x - 15, y - 18 if k == 0 else y + 8), (x + 9, y + 4 + 2 * k))
    return schematic


def _move_sources(schematic: Schematic, right: int) -> None:
    """The dataset, the switch and their labels go to the left."""
    for key, entry in schematic.top.instances.items():
        near = entry.at[0] < right
        if near and (entry.type in ("dataset", "v_teach") or entry.type == "label"):
            schematic.top.instances[key] = replace(entry, at=(entry.at[0] - SHIFT, entry.at[1]))


def _adder(board: Board, source: str, k: int, at: Point, old: Point) -> None:
    """V = X_k 1 V + noise 1 V, by two multipliers into 10 Mohm, where the input's wire began before."""
    x, y = at
    signal = board.put("multiplier", f"MX{k}", (x, y))
    noise = board.put("multiplier", f"MN{k}", (x, y + 11))
    sum_of = board.put("resistor", f"R{k}", (x + 11, y))
    source_of = board.put(
        "noise", f"V{k}", (x - 8, y + 11), sigma=SIGMA, interval=INTERVAL, seed=str(k)
    )  # fmt: skip
    for number, multiplier in enumerate((signal, noise)):
        unit = board.sketch.place_pin("bias", f"U{2 * k + number - 1}", "V", multiplier.at("V2"), {}, rotation=180)
        board.join([(unit, "V", 0), (multiplier, "V2", 0)])
    board.join([(source_of, "V", 0), (noise, "V1", 0)])
    pins = [(signal, "I", 0), (noise, "I", 0), (sum_of, "I", 0)]
    (ix, iy), (_, ny), to = signal.at("I"), noise.at("I"), sum_of.at("I")
    board.join(pins, ((ix, iy), to), ((ix, ny), (ix + 2, ny), (ix + 2, iy)))
    _rewire(board, source, k, sum_of.end("V"), (sum_of.at("V"), old))
    placed = board.schematic.top.instances[source]
    px, py = placed.at[0] + 9, placed.at[1] + 2 + 2 * k
    turn = px + 3 + 2 * k
    _, vy = signal.at("V1")
    board.sketch.wire(End(source, "X", k, k), signal.end("V1"), [(turn, py), (turn, vy)])


def _rewire(board: Board, source: str, k: int, new: End, ends: tuple[Point, Point]) -> None:
    """The wire that began at the dataset's pin k begins at `new` and passes the place where the pin was."""
    (ax, ay), (_, by) = ends
    wires = board.schematic.top.wires
    for key, wire in wires.items():
        if End(source, "X", k, k) in wire.ends:
            turn = ax + 2
            corners = ((turn, ay), (turn, by))
            if wire.ends[0].item == source:
                wires[key] = replace(wire, ends=(new, wire.ends[1]), corners=(*corners, *wire.corners))
            else:
                wires[key] = replace(wire, ends=(wire.ends[0], new), corners=(*wire.corners, *reversed(corners)))
