"""Type2 error block of a hidden neuron (equations 15 and 16)."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Label, Line, Pin, Symbol

BLOCK = Block(
    type="type2",
    title="Type2 error",
    short="Type2",
    group="Neural",
    prefix="B",
    order=41,
    ports=(
        Port("I_E", "in", "current", symbol="V_sum", help="error currents I_E of the next layer; any number may join"),
        Port("V_E", "out", "voltage", help="the hidden neuron's error, R sum I_E"),
    ),
    parameters=(
        parameters.resistance("R", "10Meg", "Resistance R", "turns the summed error current into V_E"),
        parameters.time_constant(),
    ),
    formula=("V_E = R sum I_E  (15, 16)",),
    equations={"V_E": "V_sum"},
    conductance={"I_E": "1/R"},
    time_constant={"V_E": "tau"},
    symbol=Symbol(
        size=(6, 4),
        pins=(Pin("I_E", (6, 2), "right"), Pin("V_E", (0, 2), "left")),
        marks=(
            Line(((0, 2), (1, 2))),
            Line(((5, 2), (6, 2))),
            Line(((1, 2), (3, 0.4), (5, 0.4), (5, 3.6), (3, 3.6)), closed=True, fill="symbol"),
            Arrow((5.05, 2), "left"),
            Label("Σ", (3, 2), style="sign"),
            Label("I", (4.3, 2), style="pin"),
            Label("{name}", (3, -0.35), style="name"),
            Label("{R}", (3, 4.35), style="value"),
        ),
    ),
    values=("R",),
    keywords=("error", "sum", "backpropagation", "hidden"),
    help="The error of a hidden neuron: the error currents that the neurons of the next layer send back add up on "
    "its input, V_E = R sum I_E (15, 16); the output is buffered. Drawn right to left, as the error flows. R = "
    "1/K_m per volt undoes one multiplier. A resistor on the same node would count R twice.",
)
