"""Two neurons, each of which hears the other: a flip-flop that learns to remember."""

from __future__ import annotations

from boards import Board, blank

from app.document.dataset import Dataset
from app.document.schematic import Schematic
from app.document.sketch import Placed

TAU = "10n"
NEURON, PITCH = 26, 18


def draw(rows: Dataset) -> Schematic:
    board = Board(blank("latch", rows))
    board.frame("Recurrent layer", "forward", 12, -6, 46, 34)
    board.frame("Type1", "backward", 47, -6, 56, 34)
    source = board.put("dataset", "D1", (-4, 9), dataset="latch", inputs="2", targets="2", T_row="0.1u")
    switch = board.put("v_teach", "VT", (-4, 29))
    board.join([(switch, "V", 0), board.label("V_teach", (4, 31))])
    neurons = [
        board.put("neuron", f"N2_{k + 1}", (NEURON, PITCH * k), inputs="3", tau=TAU) for k in range(2)
    ]  # fmt: skip
    for k in range(2):
        track = 15 + 2 * k
        pins = [(source, "X", k + 1), *((neuron, "V_in", k + 1) for neuron in neurons)]
        places = [placed.at(port, index) for placed, port, index in pins]
        paths = [(place, (track, place[1])) for place in places]
        rows_of = sorted(place[1] for place in places)
        board.join(pins, *paths, ((track, rows_of[0]), (track, rows_of[-1])))
        x, y = source.at("T", k + 1)
        board.join([(source, "T", k + 1), board.label(f"T{k + 1}", (x + 1, y))])
    for k, neuron in enumerate(neurons):
        _surroundings(board, neuron, neurons[1 - k], k)
    return board.schematic


def _surroundings(board: Board, neuron: Placed, other: Placed, k: int) -> None:
    """V_teach, the output with its Type1, and the way of the output to the other neuron."""
    board.join([(neuron, "V_teach", 0), board.label("V_teach", neuron.at("V_teach"))])
    x, y = neuron.at("V_out")
    error = board.put_pin("type1", f"E{k + 1}", "V_out", (x + 10, y))
    to = other.at("V_in", 3)
    across = (neuron.at("V_in", 1)[1] + 13) if k == 0 else -4
    turn, back = (x + 4, 19) if k == 0 else (x + 6, 21)
    feedback = ((turn, y), (turn, across), (back, across), (back, to[1]), to)
    label = board.label("Q" if k == 0 else "Q_n", (x + 2, y - 4))
    board.join(
        [(neuron, "V_out", 0), (error, "V_out", 0), (other, "V_in", 3), label],
        ((x, y), error.at("V_out")), ((x + 2, y), (x + 2, y - 4)), feedback,
    )  # fmt: skip
    ex, ey = error.at("V_E")
    nx, ny = neuron.at("V_E")
    board.join([(error, "V_E", 0), (neuron, "V_E", 0)], ((ex, ey), (ex, ny + 1), (nx, ny + 1), (nx, ny)))
    tx, ty = error.at("V_target")
    board.join([(error, "V_target", 0), board.label(f"T{k + 1}", (tx + 3, ty))])
