"""Weight on a capacitor whose capacitance depends on its voltage, as that of a MOS capacitor does."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Box, Circle, Label, Line, Pin, Symbol, ground

BLOCK = Block(
    type="varying_weight",
    title="Weight C(V)",
    group="Analogue",
    prefix="C",
    order=21,
    ports=(
        Port("I_charge", "in", "current", help="the current that charges the capacitor"),
        Port("V_w", "passive", "voltage", help="the weight; the same node as I_charge"),
    ),
    parameters=(
        parameters.capacitance("C", "0.1p", "Capacitance C_0", "at 0 V"),
        parameters.linear_term(),
        parameters.square_term(),
        parameters.initial_voltage(),
        parameters.spread(),
    ),
    formula=("C(V_w) dV_w/dt = sum I_charge", "C(V) = C_0 (1 + a V + b V^2)"),
    capacitance={"I_charge": "C*(1 + a*V_w + b*V_w*V_w)"},
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
            Line(((0.7, 6.3), (4.9, 2.35)), width=1.0),
            Arrow((5.1, 2.3), "right"),
            Arrow((1.75, 2), "right"),
            Label("{name}", (6.4, 3.5), align="left", style="name"),
            Label("{C}", (6.4, 4.8), align="left", style="value"),
        ),
        gauge=(1.4, 3.0, 3.2, 2.6),
    ),
    values=("C",),
    keywords=("capacitor", "memory", "varactor", "MOS", "nonlinear", "parasitic", "voltage-dependent"),
    help="A weight whose capacitance depends on its voltage, C(V) = C_0 (1 + a V + b V^2), as a MOS capacitor's does: "
    "C(V) dV_w/dt = sum I. The same current moves it less where C is larger, so the learning rate depends on the "
    "weight; the direction of descent does not. Keep a^2 below 4 b, or the capacitance vanishes at some voltage, where "
    "the weight would jump; the check tells which.",
)
