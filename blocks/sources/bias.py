"""Bias: the constant 1 V that every neuron has as its input 0."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Label, Line, Pin, Symbol

BLOCK = Block(
    type="bias",
    title="Bias 1 V",
    group="Sources",
    prefix="V",
    order=31,
    ports=(Port("V", "out", "voltage", help="the bias voltage"),),
    parameters=(parameters.voltage("level", "1", "Level", "the bias voltage"),),
    formula=("V = level",),
    equations={"V": "level"},
    symbol=Symbol(
        size=(2, 3),
        pins=(Pin("V", (1, 3), "bottom"),),
        marks=(
            Line(((1, 1.1), (1, 3))),
            Line(((0.1, 1.1), (1.9, 1.1)), width=2.0),
            Label("{level}", (1, 0.35), style="name"),
        ),
    ),
    values=("level",),
    keywords=("one", "supply", "threshold", "constant"),
    help="A constant 1 V: the input whose weight is the neuron's threshold. Neurons have their own inside; place it "
    "when you draw a neuron from multipliers.",
)
