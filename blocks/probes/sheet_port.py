"""Sheet port: a net that leaves a sheet."""

from blocks.spec import Block, Parameter, Port
from blocks.symbol import tag

BLOCK = Block(
    type="sheet_port",
    title="Sheet port",
    group="Marks",
    prefix="P",
    order=21,
    ports=(Port("net", "passive", "voltage", width="width", help="the net that goes on outside"),),
    parameters=(
        Parameter("net", "port", kind="text", label="Net", help="the pin's name on the symbol", structural=True),
        Parameter(
            "width", "1", kind="integer", minimum=1, maximum=100_000, label="Width", structural=True,
            help="number of connections; above 1 the pin is a bus pin",
        ),
    ),
    symbol=tag,
    values=("net",),
    keywords=("pin", "terminal", "hierarchy", "edge"),
    help="Stands at the edge of a sheet where a net leaves it, under the name of the pin on the sheet's symbol. The "
    "symbol has the pin on the side that the port turns its back to: turn or mirror the port to move it. On the top "
    "sheet it acts as a net label.",
)  # fmt: skip
