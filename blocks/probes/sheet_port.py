"""Sheet port: a net that leaves a sheet."""

from blocks.spec import Block, Parameter, Port
from blocks.symbol import tag

BLOCK = Block(
    type="sheet_port",
    title="Sheet port",
    group="Marks",
    prefix="P",
    order=21,
    ports=(Port("net", "passive", "voltage", help="the net that goes on outside"),),
    parameters=(
        Parameter("net", "port", kind="text", label="Net", help="the pin's name on the symbol", structural=True),
    ),
    symbol=tag,
    values=("net",),
    keywords=("pin", "terminal", "hierarchy", "edge"),
    help="Stands at the edge of a sheet where a net leaves it, under the name of the pin on the sheet's symbol. On "
    "the top sheet it acts as a net label.",
)
