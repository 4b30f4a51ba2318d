"""Multiplier that saturates and has an offset (equation 17)."""

from blocks import parameters
from blocks.spec import Block, Port
from blocks.symbol import Arrow, Circle, Label, Line, Pin, Symbol, curve

BLOCK = Block(
    type="imperfect_multiplier",
    title="Imperfect multiplier",
    short="Imperfect ×",
    group="Analogue",
    prefix="M",
    order=11,
    ports=(
        Port("V1", "in", "voltage", help="first factor"),
        Port("V2", "in", "voltage", help="second factor"),
        Port("I", "out", "current", help="bounded product, as a current into the node"),
    ),
    parameters=(
        parameters.current("K_I", "100n", "Largest current K_I", "the output stays within plus or minus this"),
        parameters.per_square_volt("K_mp", "1", "Slope K_m'", "scale of the product inside the tanh"),
        parameters.voltage("V_off", "0", "Offset V_off", "adds to the input that Offset pin names"),
        parameters.polarity(),
        parameters.offset_pin(),
    ),
    formula=("I_out = p K_I tanh(K_m' V_1 (V_2 + V_off))  (17)",),
    equations={"I": "polarity*K_I*tanh(K_mp*(V1 + (1-offset_pin)*V_off)*(V2 + offset_pin*V_off))"},
    symbol=Symbol(
        size=(6, 5),
        pins=(Pin("V1", (0, 2), "left"), Pin("V2", (3, 5), "bottom"), Pin("I", (6, 2), "right")),
        marks=(
            Line(((0, 2), (1.5, 2))),
            Line(((3, 3.5), (3, 5))),
            Line(((4.5, 2), (6, 2))),
            Arrow((5.7, 2), "right"),
            Circle((3, 2), 1.5),
            Line(((2.22, 1.22), (3.78, 2.78)), width=1.8),
            Line(((2.22, 2.78), (3.78, 1.22)), width=1.8),
            Circle((3, 4.25), 0.42),
            Line(((2.8, 4.25), (3.2, 4.25)), width=1.0),
            Line(((3, 4.05), (3, 4.45)), width=1.0),
            curve(lambda x: 1 / (1 + 2.718281828459045 ** (-6 * x)), (0.6, 3.7, 1.4, 1.0)),
            Label("{name}", (3, -0.2), style="name"),
            Label("V_off {V_off}", (3.7, 4.55), align="left", style="value"),
        ),
    ),
    values=("K_I", "V_off"),
    keywords=("mixer", "product", "tanh", "saturation", "offset", "non-ideal"),
    help="A multiplier as transistors make it: the product saturates, I = p K_I tanh(K_m' V_1 (V_2 + V_off)) (17), "
    "and one input has an offset. Its slope at 0 is K_I K_m', 100 nA/V^2 by default, as the ideal one's. "
    "Learning survives the tanh and an offset on V_2; an offset on an error (V_E, V_delta) makes every "
    "capacitor drift, and with one on V_teach the network goes on learning at V_teach = 0 V.",
)
