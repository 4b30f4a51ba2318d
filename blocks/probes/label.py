"""Net label: joins nets of the same name."""

from blocks.spec import Block, Parameter, Port
from blocks.symbol import tag

BLOCK = Block(
    type="label",
    title="Net label",
    group="Marks",
    prefix="L",
    order=20,
    ports=(Port("net", "passive", "voltage", help="the net that takes the name"),),
    parameters=(
        Parameter(
            "net", "net", kind="text", label="Net", help="all labels with this text are one net", structural=True
        ),
        Parameter(
            "scope",
            "local",
            kind="choice",
            choices=("local", "global"),
            label="Scope",
            structural=True,
            help="local: on this sheet; global: on all sheets",
        ),
    ),
    symbol=tag,
    values=("net",),
    keywords=("name", "node", "wire", "connect", "global"),
    help="Names a net. Labels with the same text are connected without a wire, on one sheet, or on all sheets if "
    "global, as V_teach is. Names are taken letter by letter: V_out and v_out are two nets.",
)
