"""Draws "2-8-1" as a schematic that trains: dataset, neurons, Type1, Type2 and the V_teach switch, as in Fig. 7.

The same arguments give the same document to the byte. Names say the place: `N2_1` is neuron 1 of layer 2, `B2_1` its
Type2, `E1` the Type1 of output 1, `D1` the dataset, `VT` the V_teach source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from app.document.cells import BlockCell, Cell
from app.document.dataset import Dataset
from app.document.layout import WIDEST_SINGLE, Layer, Network, Output
from app.document.network import draw_network
from app.document.neuron_sheet import NeuronDrawing
from app.document.schematic import Schematic
from app.document.sketch import Sketch
from app.errors import Problem, fail
from blocks import discover, spec, units

Level = Literal["neuron", "multiplier"]
T_ROW = 1e-7
DEFAULT_SPREAD = 0.3
WIDE = 16  # from more inputs than these on, equal spreads saturate a neuron
XOR_DRIVE = 3.0  # 1 + |x|^2 of XOR's rows, which learn well at T_ROW
MOST_NEURONS = 20_000
MOST_PARTS = 60_000


def parse_layers(text: str) -> tuple[int, ...]:
    """The widths in "2-8-1": inputs, hidden layers, outputs. Raises ProblemError."""
    words = text.strip().split("-")
    if len(words) < 2 or not all(re.fullmatch(r"[0-9]{1,6}", word) and int(word) for word in words):
        raise fail("layers-invalid", "layers", f"{text!r}", "type the widths joined by hyphens, such as 2-8-1")
    return tuple(int(word) for word in words)


def parse_init(init: str) -> tuple[str, float, str]:
    """"uniform" or "scaled", the spread [V] and its text. Raises ProblemError."""
    kind, _, amount = init.partition(":")
    try:
        spread = units.parse(amount, "V")
    except units.QuantityError as error:
        raise _bad_init(init, str(error)) from None
    if kind not in ("uniform", "scaled"):
        raise _bad_init(init, f"{kind!r} is no kind of initial weights")
    if spread < 0:
        raise _bad_init(init, "the spread is negative")
    return kind, spread, amount.strip()


def generate(
    layers: tuple[int, ...],
    dataset: Dataset,
    dataset_name: str,
    *,
    t_row: str | None = None,
    init: str | None = None,
    level: Level = "neuron",
    activation: str = "sigmoid",
    imperfect: bool = False,
    seed: int = 0,
) -> tuple[Schematic, list[Problem]]:
    """A fully connected network of the widths `layers`, fed by `dataset`.

    `t_row` [s] and `init` ("uniform:0.3" or "scaled:0.3" [V]) default to 0.1 us and uniform:0.3; when a layer has more
    than 16 inputs to a smaller T_row and to scaled:0.3, which the returned notes say. Raises ProblemError.
    """
    _check(layers, dataset, level)
    notes: list[Problem] = []
    row_time = _row_time(layers, dataset, t_row, notes)
    spreads = _spreads(layers, init, notes)
    schematic = Schematic()
    schematic.datasets[dataset_name] = dataset
    schematic.settings["seed"] = str(seed)
    gain = _default(discover.block("neuron"), "gain")
    schematic.parameters["gain"] = gain  # one knob for the steepness of all neurons
    outer = {"gain": units.parse(gain)}
    source = {"dataset": dataset_name, "inputs": str(layers[0]), "targets": str(layers[-1]), "T_row": row_time}
    cells: list[list[Cell]] = []
    for number in range(1, len(layers)):
        texts = {"inputs": str(layers[number - 1]), "activation": activation}
        if imperfect:
            texts["multiplier"] = "imperfect"
        texts |= {"spread": spreads[number - 1], "gain": "gain"}
        cells.append([_cell(f"N{number + 1}_{k + 1}", texts, outer, level) for k in range(layers[number])])
    plan = assemble(source, cells, layers)
    plan.arrange()
    draw_network(Sketch(schematic.top, outer), plan, "coloured" if level == "neuron" else "neutral")
    schematic.reserve_ids()
    return schematic, notes


def _check(layers: tuple[int, ...], dataset: Dataset, level: Level) -> None:
    if len(layers) < 2 or min(layers) < 1:
        raise fail("layers-invalid", "layers", str(layers), "give at least two widths of 1 or more, such as 2-8-1")
    for kind, columns, width, place in (
        ("inputs", dataset.inputs, layers[0], "first"),
        ("targets", dataset.targets, layers[-1], "last"),
    ):
        if len(columns) != width:
            raise fail(
                "layers-mismatch",
                "layers",
                f"the {place} layer has {width}, but the dataset has {len(columns)} {kind}",
                f"write {len(columns)} as the {place} width, or use a dataset with {width} {kind}",
            )
    if sum(layers[1:]) > MOST_NEURONS:
        raise fail(
            "too-large", "layers", f"{sum(layers[1:])} neurons", f"a drawing holds up to {MOST_NEURONS} neurons"
        )
    parts = sum(width * (3 * before + 4) for before, width in pairwise(layers))
    if level == "multiplier" and parts > MOST_PARTS:
        raise fail(
            "too-large", "level", f"drawn out, the network has {parts} multipliers",
            f"draw it at neuron level; at multiplier level up to {MOST_PARTS} are drawn",
        )  # fmt: skip


def _cell(name: str, texts: dict[str, str], outer: dict[str, float], level: Level) -> Cell:
    block = discover.block("neuron")
    try:
        values = spec.resolve(block, texts, outer)
    except spec.ParameterError as error:
        raise fail("parameter-invalid", f"{name}.{error.parameter}", error.found, error.cure) from None
    if level == "multiplier":
        return NeuronDrawing(name, values, f"{name}/", frozenset(outer))
    plain = {key: text for key, text in texts.items() if key == "inputs" or text != _default(block, key)}
    return BlockCell("neuron", name, plain, values)


def _default(block: spec.Block, name: str) -> str:
    parameter = block.parameter(name)
    return "" if parameter is None else parameter.default


def assemble(source: dict[str, str], cells: Sequence[Sequence[Cell]], layers: tuple[int, ...]) -> Network:
    """Cells of any kind, layer by layer, with what every network has around them; to be arranged and drawn."""
    labels = 0

    def label(net: str, scope: str = "local") -> BlockCell:
        nonlocal labels
        labels += 1
        return BlockCell("label", f"L{labels}", {"net": net, "scope": scope})

    switch_label = label("V_teach", "global")
    columns: list[Layer] = []
    for number, column in enumerate(cells):
        hidden = number < len(cells) - 1
        collectors = [BlockCell("type2", f"B{number + 2}_{k + 1}", {}) for k in range(len(column) if hidden else 0)]
        teach = [label("V_teach", "global") for _ in column]
        columns.append(Layer(column, layers[number], collectors, teach))
    count = layers[-1]
    by_name = count <= WIDEST_SINGLE
    outputs = [
        Output(
            BlockCell("type1", f"E{k}", {}),
            label("V_out" if count == 1 else f"V_out{k}"),
            label(f"T{k}") if by_name else None,
        )
        for k in range(1, count + 1)
    ]
    targets = [label(f"T{k}") for k in range(1, count + 1)] if by_name else None
    dataset, switch = BlockCell("dataset", "D1", source), BlockCell("v_teach", "VT", {})
    return Network(dataset, switch, switch_label, columns, outputs, targets)


# -- what suits the widths --------------------------------------------------------------------------------------------


def _spreads(layers: tuple[int, ...], init: str | None, notes: list[Problem]) -> list[str]:
    """The neurons' `spread` [V] for every layer but the first."""
    wide = max(layers[:-1]) > WIDE
    if init is None:
        init = f"{'scaled' if wide else 'uniform'}:{DEFAULT_SPREAD}"
        if wide:
            notes.append(
                _note(
                    "init-scaled",
                    f"initial weights are {init}, +-{DEFAULT_SPREAD} V x sqrt(2/N), because a layer has"
                    f" {max(layers[:-1])} inputs and equal spreads would saturate its neurons",
                    "choose another spread: --init of aann new, or the neurons' spread in the drawing",
                )
            )
    kind, spread, amount = parse_init(init)
    if kind == "uniform":
        return [amount] * (len(layers) - 1)
    return [repr(spread * math.sqrt(2.0 / width)) for width in layers[:-1]]


def _bad_init(init: str, reason: str) -> Exception:
    return fail("init-invalid", "init", f"{init!r}: {reason}", "type uniform:0.3 or scaled:0.3 (volts)")


def _row_time(layers: tuple[int, ...], dataset: Dataset, t_row: str | None, notes: list[Problem]) -> str:
    """T_row as text. Wide layers are over-driven at 0.1 us: the useful rate falls like 1/(1 + |x|^2)."""
    if t_row is not None:
        try:
            seconds = units.parse(t_row, "s")
        except units.QuantityError as error:
            raise fail("parameter-invalid", "T_row", str(error), "type a time such as 0.1us") from None
        if seconds <= 0:
            raise fail("parameter-invalid", "T_row", f"{t_row!r} is not above zero", "type a time such as 0.1us")
        return t_row
    if max(layers[:-1]) <= WIDE:
        return "0.1u"
    drive = 1.0 + _mean_square(layers, dataset)
    seconds = min(T_ROW, _nice(T_ROW * XOR_DRIVE / drive))
    text = units.format_si(seconds, "s")
    notes.append(
        _note(
            "t-row-proposed",
            f"T_row is {text}, because a layer has {max(layers[:-1])} inputs: 1 + |x|^2 is about {drive:.3g},"
            f" and at 0.1 us (made for {XOR_DRIVE:g}) it would be over-driven",
            "choose another T_row: --t-row of aann new, or the dataset's T_row in the drawing",
        )
    )
    return text


def _mean_square(layers: tuple[int, ...], dataset: Dataset) -> float:
    """The largest mean |x|^2 [V^2] that a layer sees: of the rows, or 0.25 V^2 for each hidden neuron."""
    count = layers[0]
    sums = [sum(value * value for value in row[:count]) for row in dataset.rows]
    data = math.fsum(sums) / len(sums) if sums else float(count)
    return max([data, *(0.25 * width for width in layers[1:-1])])


def _nice(value: float) -> float:
    """The nearest of 1, 2, 5 x 10^n by ratio."""
    decade = math.floor(math.log10(value))
    steps = [float(f"{digit}e{power}") for power in (decade, decade + 1) for digit in (1, 2, 5)]
    return min(steps, key=lambda step: abs(math.log(step / value)))


def _note(code: str, found: str, cure: str) -> Problem:
    return Problem(code, "generated network", found, cure, "note")
