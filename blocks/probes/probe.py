"""Probe: shows the voltage of a node."""

from blocks.spec import Block, Port
from blocks.symbol import Circle, Label, Line, Pin, Symbol

BLOCK = Block(
    type="probe",
    title="Probe",
    group="Marks",
    prefix="P",
    order=10,
    ports=(Port("V", "in", "voltage", help="the node it watches; it draws no current"),),
    symbol=Symbol(
        size=(5, 3),
        pins=(Pin("V", (0, 3), "left"),),
        marks=(
            Line(((0, 3), (1.3, 1.7)), width=2.0, role="accent"),
            Line(((1.3, 1.7), (1.8, 1.2)), width=4.0, role="accent"),
            Circle((0, 3), 0.2, width=1.0, role="accent", fill="accent"),
            Label("{name}", (2.3, 0.85), align="left", style="name", role="accent"),
        ),
    ),
    keywords=("scope", "measure", "voltmeter", "trace", "plot"),
    help="Records and plots the voltage of the node that its tip touches. It draws no current and changes nothing. "
    "Its name is the name of the trace.",
)
