"""Ideal four-quadrant multiplier: two voltages in, a current out (Fig. 2, equation 5)."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Circle, Label, Line, Pin, Symbol

BLOCK = Block(
    type="multiplier",
    title="Multiplier",
    group="Analogue",
    prefix="M",
    order=10,
    ports=(
        Port("V1", "in", "voltage", help="first factor"),
        Port("V2", "in", "voltage", help="second factor"),
        Port("I", "out", "current", help="product, as a current into the node"),
    ),
    parameters=(parameters.transconductance(), parameters.polarity()),
    formula=("I_out = p K_m V_1 V_2  (5)",),
    equations={"I": "polarity*K_m*V1*V2"},
    symbol=Symbol(
        size=(6, 5),
        pins=(Pin("V1", (0, 2), "left"), Pin("V2", (3, 5), "bottom"), Pin("I", (6, 2), "right")),
        marks=(
            Line(((0, 2), (1.5, 2))),
            Line(((3, 3.5), (3, 5))),
            Line(((4.5, 2), (6, 2))),
            Arrow((5.7, 2), "right"),
            Circle((3, 2), 1.5),
            Line(((2.2, 1.2), (3.8, 2.8)), width=1.8),
            Line(((2.2, 2.8), (3.8, 1.2)), width=1.8),
            Label("{name}", (3, -0.2), style="name"),
            Label("K_m {K_m}", (3.4, 4.2), align="left", style="value"),
        ),
    ),
    values=("K_m",),
    keywords=("mixer", "product", "four-quadrant"),
    help="Multiplies two voltages; the product leaves as a current, I = p K_m V_1 V_2 (5). Currents of several "
    "multipliers add up on one node, which needs a resistance or a capacitor to ground. Polarity -1 makes "
    "descent.",
)
