"""Dataset: applies rows of inputs and targets one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import parameters
from blocks.spec import Block, Parameter, Port
from blocks.symbol import Box, Label, Line, Mark, Pin, Symbol

WIDEST_SINGLE = 8


def symbol(values: Mapping[str, Any]) -> Symbol:
    """A pin per column; more than 8 inputs, or targets, are one bus pin."""
    pins: list[Pin] = []
    for port, count in (("X", int(values["inputs"])), ("T", int(values["targets"]))):
        if count > WIDEST_SINGLE:
            pins.append(Pin(port, _place(len(pins)), "right", 1, count, f"{port}[1..{count}]"))
        else:
            for k in range(1, count + 1):
                pins.append(Pin(port, _place(len(pins)), "right", k, label=f"{port}{k}"))
    height = 2 * len(pins) + 4
    marks: list[Mark] = [
        Box((0, 0), (8, height), radius=0.3),
        Label("{dataset}", (0.7, 1.1), align="left", style="name"),
        Line(((0, 2), (8, 2)), width=0.8, role="outline"),
    ]
    for row in range(min(4, len(pins) + 1)):
        marks.extend(
            Box((0.95 + 1.35 * column, 2.9 + 1.6 * row), (1.05, 0.8), width=0.4, role="outline", fill="gauge")
            for column in range(3)
        )
    for pin in pins:
        x, y = pin.at
        marks.append(Line(((x - 1, y), (x, y)), width=3.0 if pin.last > pin.index else 1.5))
        marks.append(Label(pin.label, (x - 1.35, y), align="right"))
    return Symbol((9, height), tuple(pins), tuple(marks))


def _place(column: int) -> tuple[float, float]:
    return 9, 2 * column + 4


def _count(name: str, default: str, least: int, help: str) -> Parameter:
    return Parameter(
        name, default, kind="integer", minimum=least, maximum=100_000, label=name.capitalize(), help=help,
        structural=True,
    )  # fmt: skip


BLOCK = Block(
    type="dataset",
    title="Dataset",
    group="Sources",
    prefix="D",
    order=10,
    ports=(
        Port("X", "out", "voltage", width="inputs", help="the row's inputs"),
        Port("T", "out", "voltage", width="targets", help="the row's targets", optional=True),
    ),
    parameters=(
        Parameter(
            "dataset", "", kind="text", label="Dataset", help="name of a dataset of the document", structural=True
        ),
        _count("inputs", "2", 1, "number of input columns"),
        _count("targets", "1", 0, "number of target columns"),
        parameters.duration("T_row", "0.1u", "Row time T_row", "how long each row is applied"),
        parameters.duration("T_rise", "0", "Rise time T_rise", "0: rows change at once", zero=True),
        Parameter(
            "order",
            "sequential",
            kind="choice",
            choices=("sequential", "shuffled"),
            label="Order",
            help="shuffled: anew in every epoch, from the document's seed",
        ),
    ),
    formula=("X_k, T_k = row floor(t/T_row)", "eta = K_m T_row 1V/C"),
    scheduled=("X", "T"),
    symbol=symbol,
    values=("T_row",),
    keywords=("training data", "table", "CSV", "rows", "epoch", "inputs", "targets"),
    help="Applies the rows of a dataset: inputs on X1, X2, ..., targets on T1, ..., each row held T_row; one pass is "
    "an epoch. T_row sets the learning rate, eta = K_m T_row/C times 1 V: 0.1 us gives 0.1. Longer rows learn "
    "faster and less steadily; many inputs need shorter rows. T_rise lets the voltages ramp, as real sources "
    "do.",
)
