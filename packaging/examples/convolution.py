"""A convolution: one filter of shared capacitors slides over a signal, drawn from multipliers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from boards import Board, blank

from app.document.dataset import Dataset
from app.document.neuron_sheet import NeuronDrawing
from app.document.schematic import Point, Schematic
from app.document.sketch import NetPlan, Placed
from blocks import discover, spec

KERNEL = 3
LEFT, PITCH = 40, 68
OUTPUT = LEFT + 150


class FilterPosition(NeuronDrawing):
    """Fig. 1 without its capacitors: the weights' nodes come out as pins V_w0.., so that many can share them."""

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        super().__init__(name, values, f"{name}/")
        own = self.expansion
        nets = {net: tuple(pin for pin in pins if pin[0][0] != "C") for net, pins in own.nets.items()}
        shared = {("V_w", index): f"V_w{index}" for index in range(self.inputs + 1)}
        parts = tuple(part for part in own.parts if part.type != "weight")
        self.expansion = replace(own, parts=parts, nets=nets, boundary={**own.boundary, **shared})

    def pin(self, port: str, index: int = 0) -> Point:
        if port == "V_w":
            # The bias's goes down, because V_teach passes on its right.
            x, y = (17, 6) if index else (14, 9)
            return self._on_sheet((self._column(index) + x, self.row_forward + y))
        return super().pin(port, index)

    def _entry(self, port: str, index: int) -> tuple[Point, ...]:
        if port == "V_w":
            corner = () if index else ((self._column(index) + 14, self.row_forward + 6),)
            return (*corner, (self._column(index) + 8, self.row_forward + 6))
        return super()._entry(port, index)

    def _plan(self, net: str) -> NetPlan:
        plan = super()._plan(net)
        if net.startswith("V_w"):
            x, y = self._column(int(net[3:])) + 14, self.row_forward
            plan.path(self._on_sheet((x, y + 3)), self._on_sheet((x, y + 6)))
        return plan


def draw(rows: Dataset, name: str) -> Schematic:
    board = Board(blank(name, rows))
    count = len(rows.inputs) - KERNEL + 1
    _sources(board, name, len(rows.inputs))
    _weights(board)
    board.frame("Type2", "backward", LEFT + 123, -4, LEFT + 145, PITCH * count - 2)
    output = board.put("neuron", "N3_1", (OUTPUT, PITCH), inputs=str(count))
    values = spec.resolve(discover.block("neuron"), {"inputs": str(KERNEL)})
    for k in range(count):
        _position(board, FilterPosition(f"P{k + 1}", values), output, k)
    _output(board, output)
    return board.schematic


def _sources(board: Board, name: str, inputs: int) -> None:
    source = board.put("dataset", "D1", (0, 0), dataset=name, inputs=str(inputs), targets="1", T_row="0.1u")
    for k in range(inputs):
        board.name((source, "X", k + 1), f"X{k + 1}", away=(1, 0))
    board.name((source, "T", 1), "T1", away=(1, 0))
    switch = board.put("v_teach", "VT", (0, 21))
    board.name((switch, "V", 0), "V_teach")


def _weights(board: Board) -> None:
    """The filter: one capacitor per tap and one for the bias."""
    top = 31
    board.frame("Shared weights", "neutral", 0, top, 20, top + 12 * (KERNEL + 1) + 2)
    for row, index in enumerate((*range(1, KERNEL + 1), 0)):
        capacitor = board.put("weight", f"C{index}", (3, top + 2 + 12 * row))
        board.name((capacitor, "V_w", 0), f"V_w{index}", away=(3, 0))


def _position(board: Board, drawing: FilterPosition, output: Placed, k: int) -> None:
    """The filter at samples k+1 .. k+3, joined to input k+1 of the output neuron."""
    drawing.at = (LEFT, PITCH * k)
    drawing.draw(board.sketch)
    named = [("V_in", i, f"X{k + i}", True) for i in range(1, KERNEL + 1)]
    named += [("V_w", i, f"V_w{i}", False) for i in range(KERNEL + 1)]
    named.append(("V_teach", 0, "V_teach", False))
    for port, index, net, mirrored in named:
        turned = 90 if (port, index) == ("V_w", 0) else 0
        label = board.label(net, drawing.pin(port, index), mirrored=mirrored, rotation=turned)
        plan = NetPlan()
        plan.pin(drawing.pin(port, index), label[0].end("net"))
        drawing.join(plan, port, index)
        board.sketch.draw(plan)
    x, y = drawing.pin("V_out")
    to = output.at("V_in", k + 1)
    turn = OUTPUT - 3
    plan = NetPlan()
    plan.pin(to, output.end("V_in", k + 1))
    plan.path((x, y), (turn, y), (turn, to[1]), to)
    drawing.join(plan, "V_out")
    board.sketch.draw(plan)
    _error(board, drawing, output, k)


def _error(board: Board, drawing: FilterPosition, output: Placed, k: int) -> None:
    x, y = drawing.pin("V_E")
    collector = board.put_pin("type2", f"B{k + 1}", "V_E", (LEFT + 126, y + 2))
    plan = NetPlan()
    plan.pin(collector.at("V_E"), collector.end("V_E"))
    plan.path(collector.at("V_E"), (x, y + 2), (x, y))
    drawing.join(plan, "V_E")
    board.sketch.draw(plan)
    sx, sy = output.at("I_E", k + 1)
    cx, cy = collector.at("I_E")
    row, track = sy + 3 + 2 * k, LEFT + 142 - 2 * k
    pins = [(output, "I_E", k + 1), (collector, "I_E", 0)]
    board.join(pins, ((sx, sy), (sx, row), (track, row), (track, cy), (cx, cy)))


def _output(board: Board, output: Placed) -> None:
    board.join([(output, "V_teach", 0), board.label("V_teach", output.at("V_teach"))])
    x, y = output.at("V_out")
    error = board.put_pin("type1", "E1", "V_out", (x + 8, y))
    label = board.label("V_out", (x + 2, y - 4))
    board.join(
        [(output, "V_out", 0), (error, "V_out", 0), label], ((x, y), error.at("V_out")), ((x + 2, y), (x + 2, y - 4))
    )
    (ex, ey), (nx, ny) = error.at("V_E"), output.at("V_E")
    board.join([(error, "V_E", 0), (output, "V_E", 0)], ((ex, ey), (ex, ny + 1), (nx, ny + 1), (nx, ny)))
    board.name((error, "V_target", 0), "T1", away=(3, 0))
