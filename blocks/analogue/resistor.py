"""Current to voltage: a resistance to ground."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Box, Circle, Label, Line, Pin, Symbol, ground

BLOCK = Block(
    type="resistor",
    title="Current to voltage",
    short="I to V",
    group="Analogue",
    prefix="R",
    order=30,
    ports=(
        Port("I", "in", "current", help="the current to be turned into a voltage"),
        Port("V", "passive", "voltage", help="R times the current; the same node as I"),
    ),
    parameters=(parameters.resistance("R", "10Meg", "Resistance R", "volts per ampere on the node"),),
    formula=("V = R sum I",),
    conductance={"I": "1/R"},
    same_node=(("I", "V"),),
    symbol=Symbol(
        size=(6, 8),
        pins=(Pin("I", (0, 2), "left"), Pin("V", (6, 2), "right")),
        marks=(
            Line(((0, 2), (6, 2))),
            Line(((3, 2), (3, 3))),
            Circle((3, 2), 0.26, width=0.5, fill="ink"),
            Box((2.4, 3), (1.2, 2.8)),
            Line(((3, 5.8), (3, 6.6))),
            *ground(3, 6.6),
            Arrow((1.75, 2), "right"),
            Label("{name}", (4.1, 3.6), align="left", style="name"),
            Label("{R}", (4.1, 4.9), align="left", style="value"),
        ),
    ),
    values=("R",),
    keywords=("resistor", "resistance", "load", "leak"),
    help="A resistance from the node to ground, without a buffer: the currents on the node become the voltage V = R "
    "sum I. 10 Mohm undoes one multiplier of 100 nA/V^2. Resistances on one node act in parallel, so one beside "
    "an activation or a Type2 lowers the voltage. On a capacitor's node it is a leak with the time constant R "
    "C.",
)
