"""What the activations have in common, and what their derivatives do; each block's own file adds its equation."""

from __future__ import annotations

from collections.abc import Callable

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Box, Label, Line, Mark, Pin, Symbol, curve

PLOT = (1.5, 0.65, 3.0, 2.75)
Shape = Callable[[float], float]


def activation(
    type: str,
    title: str,
    *,
    equation: str,
    formula: str,
    shape: Shape,
    help: str,
    keywords: tuple[str, ...],
    order: int,
) -> Block:
    """A current input, which is a resistance R_in to ground, and a voltage output. `shape` is the graph over [-1, 1]
    with values in [0, 1] that the symbol shows."""
    return Block(
        type=type,
        title=title,
        group="Neural",
        prefix="S",
        order=order,
        ports=(
            Port("I_in", "in", "current", symbol="V_node", help="the sum of currents; a resistance R_in to ground"),
            Port("V_out", "out", "voltage", help="the activation"),
        ),
        parameters=(
            parameters.voltage("V_amp", "1", "Amplitude V_amp", "scale of the output", positive=True),
            parameters.current("I_ref", "25n", "Reference I_ref", "input current at which u = 1"),
            parameters.resistance("R_in", "10Meg", "Input resistance R_in", "turns the input current into V_node"),
            parameters.time_constant(),
        ),
        formula=(formula, "u = I_in/I_ref", "I_in = V_node/R_in"),
        equations={"V_out": equation},
        conductance={"I_in": "1/R_in"},
        time_constant={"V_out": "tau"},
        symbol=Symbol(
            size=(6, 4),
            pins=(Pin("I_in", (0, 2), "left"), Pin("V_out", (6, 2), "right")),
            marks=(
                *_frame(),
                Line(((3, 0.5), (3, 3.4)), width=0.7, role="outline"),
                curve(shape, PLOT),
                Arrow((0.95, 2), "right"),
            ),
        ),
        keywords=("activation", "transfer function", *keywords),
        values=("V_amp", "I_ref"),
        help=help,
    )


def derivative(
    type: str,
    title: str,
    *,
    equation: str,
    formula: str,
    shape: Shape,
    help: str,
    keywords: tuple[str, ...],
    order: int,
) -> Block:
    """Senses the voltage of the activation's node and gives K_d times the slope in u."""
    return Block(
        type=type,
        title=title,
        group="Neural",
        prefix="D",
        order=order,
        ports=(
            Port("V_in", "in", "voltage", help="the voltage on the activation's input node"),
            Port("V_out", "out", "voltage", help="the derivative S'"),
        ),
        parameters=(
            parameters.voltage("V_ref", "0.25", "Reference V_ref", "R_in I_ref of the activation", positive=True),
            parameters.voltage("K_d", "4", "Scale K_d", "V_amp times the gain (times 1 V^2)"),
            parameters.time_constant(),
        ),
        formula=(formula, "u = V_in/V_ref"),
        equations={"V_out": equation},
        time_constant={"V_out": "tau"},
        symbol=Symbol(
            size=(6, 4),
            pins=(Pin("V_in", (0, 2), "left"), Pin("V_out", (6, 2), "right")),
            marks=(*_frame(), curve(shape, PLOT), Label("S'", (1.3, 0.85), align="left", style="pin")),
        ),
        keywords=("derivative", "slope", "backpropagation", *keywords),
        values=("K_d", "V_ref"),
        help=help,
    )


def _frame() -> tuple[Mark, ...]:
    return (
        Line(((0, 2), (1, 2))),
        Line(((5, 2), (6, 2))),
        Box((1, 0), (4, 4)),
        Line(((1.5, 3.4), (4.5, 3.4)), width=0.7, role="outline"),
        Label("{name}", (3, -0.6), style="name"),
    )
