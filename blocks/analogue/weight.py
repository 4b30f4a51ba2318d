"""Weight: a capacitor whose voltage is the weight (equation 8)."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Box, Circle, Label, Line, Pin, Symbol, ground

BLOCK = Block(
    type="weight",
    title="Weight",
    group="Analogue",
    prefix="C",
    order=20,
    ports=(
        Port("I_charge", "in", "current", help="the current that charges the capacitor"),
        Port("V_w", "passive", "voltage", help="the weight; the same node as I_charge"),
    ),
    parameters=(
        parameters.capacitance("C", "0.1p", "Capacitance C", "how much charge a volt of weight takes"),
        parameters.initial_voltage(),
        parameters.spread(),
    ),
    formula=("C dV_w/dt = sum I_charge  (8)",),
    capacitance={"I_charge": "C"},
    initial={"I_charge": "V0"},
    same_node=(("I_charge", "V_w"),),
    symbol=Symbol(
        size=(6, 8),
        pins=(Pin("I_charge", (0, 2), "left"), Pin("V_w", (6, 2), "right")),
        marks=(
            Line(((0, 2), (6, 2))),
            Line(((3, 2), (3, 3))),
            Circle((3, 2), 0.26, width=0.5, fill="ink"),
            Box((1.4, 3), (3.2, 2.6), width=0.8, role="gauge", fill="gauge"),
            Line(((1.2, 3), (4.8, 3)), width=2.2),
            Line(((1.2, 5.6), (4.8, 5.6)), width=2.2),
            Line(((3, 5.6), (3, 6.6))),
            *ground(3, 6.6),
            Arrow((1.75, 2), "right"),
            Label("{name}", (6.4, 3.5), align="left", style="name"),
            Label("{C}", (6.4, 4.8), align="left", style="value"),
        ),
        gauge=(1.4, 3.0, 3.2, 2.6),
    ),
    values=("C",),
    keywords=("capacitor", "memory", "synapse", "state"),
    help="A capacitor to ground: its voltage is the weight, the current that flows in changes it, C dV_w/dt = sum I "
    "(8). With 0.1 pF and 100 nA it moves 1 V per microsecond. Its initial voltage is given, or drawn from the "
    "document's seed. The gap between the plates shows it. It keeps its voltage for ever; put a resistor on the "
    "node for a leak. A capacitor on a node that a voltage output drives cannot charge: that is an error.",
)
