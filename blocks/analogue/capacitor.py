"""Parasitic capacitance of a current node to ground: not a weight."""

from blocks import parameters
from blocks.spec import Block, Parameter, Port
from blocks.symbol import Arrow, Circle, Label, Line, Pin, Symbol, ground

BLOCK = Block(
    type="capacitor",
    title="Capacitor",
    group="Analogue",
    prefix="C",
    order=31,
    ports=(
        Port("I", "in", "current", help="the node's current"),
        Port("V", "passive", "voltage", help="the node's voltage; the same node as I"),
    ),
    parameters=(
        parameters.capacitance("C", "1f", "Capacitance C", "of the node to ground"),
        Parameter(
            "V0", "0", "V", minimum=-parameters.LARGEST_VOLTAGE, maximum=parameters.LARGEST_VOLTAGE,
            label="Initial voltage V_0", help="the node's voltage at t = 0",
        ),
    ),
    formula=("C dV/dt = sum I",),
    capacitance={"I": "C"},
    initial={"I": "V0"},
    same_node=(("I", "V"),),
    symbol=Symbol(
        size=(6, 8),
        pins=(Pin("I", (0, 2), "left"), Pin("V", (6, 2), "right")),
        marks=(
            Line(((0, 2), (6, 2))),
            Line(((3, 2), (3, 4))),
            Circle((3, 2), 0.26, width=0.5, fill="ink"),
            Line(((1.8, 4), (4.2, 4)), width=2.2),
            Line(((1.8, 4.7), (4.2, 4.7)), width=2.2),
            Line(((3, 4.7), (3, 6.6))),
            *ground(3, 6.6),
            Arrow((1.75, 2), "right"),
            Label("{name}", (4.6, 3.6), align="left", style="name"),
            Label("{C}", (4.6, 4.9), align="left", style="value"),
        ),
    ),
    values=("C",),
    keywords=("parasitic", "capacitance", "wiring", "delay", "pole", "state"),
    help="The capacitance of a current node to ground, as wiring and inputs have it: C dV/dt = sum I, less what "
    "resistances on the node take, so that the node lags with the time constant R C. It is no weight: its charge is "
    "not listed, saved or drawn from a seed. 1 fF at 10 Mohm lag by 10 ns. Any number may stand on one node; on a node "
    "that a voltage output drives it cannot charge, there a time constant tau of the output belongs.",
)
