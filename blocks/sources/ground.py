"""Ground: 0 V."""

from blocks.spec import Block, Port
from blocks.symbol import Line, Pin, Symbol, ground

BLOCK = Block(
    type="ground",
    title="Ground",
    group="Sources",
    prefix="G",
    order=32,
    ports=(Port("V", "out", "voltage", help="0 V"),),
    formula=("V = 0",),
    equations={"V": "0"},
    symbol=Symbol(
        size=(2, 2),
        pins=(Pin("V", (1, 0), "top"),),
        marks=(Line(((1, 0), (1, 0.9))), *ground(1, 0.9)),
    ),
    keywords=("zero", "earth", "gnd", "reference"),
    help="0 V, for inputs that are not used. It drives its node as a voltage output does, so no current output may "
    "end here; a current output that nobody uses needs no ground, its pin goes there by itself.",
)
