"""Type1 error block of an output neuron (equation 14)."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Circle, Label, Line, Pin, Symbol

BLOCK = Block(
    type="type1",
    title="Type1 error",
    short="Type1",
    group="Neural",
    prefix="E",
    order=40,
    ports=(
        Port("V_out", "in", "voltage", help="what the network says"),
        Port("V_target", "in", "voltage", help="what it should say"),
        Port("V_E", "out", "voltage", help="the error, V_out - V_target"),
    ),
    parameters=(parameters.time_constant(),),
    formula=("V_E = V_out - V_target  (14)",),
    equations={"V_E": "V_out - V_target"},
    time_constant={"V_E": "tau"},
    symbol=Symbol(
        size=(6, 5),
        pins=(Pin("V_out", (0, 2), "left"), Pin("V_target", (6, 2), "right"), Pin("V_E", (3, 5), "bottom")),
        marks=(
            Line(((0, 2), (1.5, 2))),
            Line(((4.5, 2), (6, 2))),
            Line(((3, 3.5), (3, 5))),
            Circle((3, 2), 1.5),
            Label("Σ", (3, 2), style="sign"),
            Label("+", (0.75, 1.0), style="sign"),
            Label("−", (5.2, 1.0), style="sign"),
            Label("{name}", (3, -0.2), style="name"),
        ),
    ),
    keywords=("error", "difference", "subtractor", "loss", "target"),
    help="The error of an output neuron, V_E = V_out - V_target (14); connect V_E to that neuron's V_E. With the two "
    "inputs swapped the network climbs instead of descending. The error of a run is measured at these blocks.",
)
