"""DC voltage source."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Label, Line, source

BLOCK = Block(
    type="dc",
    title="DC source",
    short="DC",
    group="Sources",
    prefix="V",
    order=30,
    ports=(Port("V", "out", "voltage", help="the constant voltage"),),
    parameters=(parameters.voltage("level", "1", "Level", "the voltage"),),
    formula=("V = level",),
    equations={"V": "level"},
    symbol=source(
        Line(((1.1, 1.75), (2.9, 1.75))),
        Line(((1.1, 2.3), (1.55, 2.3))),
        Line(((1.78, 2.3), (2.22, 2.3))),
        Line(((2.45, 2.3), (2.9, 2.3))),
        value=Label("{level}", (3.3, 4.3), align="left", style="value"),
    ),
    values=("level",),
    keywords=("voltage", "constant", "battery"),
    help="A constant voltage against ground. Change it while a run is going to see the circuit respond. Two voltage "
    "outputs on one node are an error.",
)
