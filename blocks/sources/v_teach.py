"""V_teach: the switch between forward propagation only and learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import parameters
from blocks.spec import Block, Parameter, Port
from blocks.symbol import Box, Circle, Label, Line, Pin, Symbol


def symbol(values: Mapping[str, Any]) -> Symbol:
    """The lever stands where the switch is at the start; violet when it is on."""
    on = bool(values["on"])
    line, fill = ("teach", "teach_fill") if on else ("ink", "symbol")
    return Symbol(
        size=(8, 4),
        pins=(Pin("V", (8, 2), "right"),),
        marks=(
            Box((0, 0), (7, 4), radius=0.5, role=line, fill=fill),
            Label("{level}", (0.5, 1.1), align="left", style="value", role=line),
            Label("0 V", (0.5, 2.95), align="left", style="value"),
            Line(((2.4, 1.1), (2.68, 1.1)), width=1.2, role=line),
            Line(((2.4, 2.9), (2.68, 2.9)), width=1.2),
            Line(((5.0, 1.92), (3.1, 1.15)) if on else ((5.0, 2.08), (3.1, 2.85)), width=2.0, role=line),
            Circle((2.9, 1.1), 0.22, width=1.2, role=line),
            Circle((2.9, 2.9), 0.22, width=1.2),
            Circle((5.2, 2), 0.22, width=1.2, role=line),
            Line(((5.42, 2), (8, 2)), role=line),
            Label("{name}", (3.5, -0.6), style="name"),
        ),
    )


BLOCK = Block(
    type="v_teach",
    title="V_teach switch",
    short="V_teach",
    group="Sources",
    prefix="VT",
    order=20,
    ports=(Port("V", "out", "voltage", help="0 V, or the level while the network learns"),),
    parameters=(
        parameters.voltage("level", "1", "Level", "voltage while learning; it scales the rate"),
        Parameter(
            "mode",
            "manual",
            kind="choice",
            choices=("manual", "constant", "alternate", "pattern"),
            label="Mode",
            help="manual: by hand; constant: always on; alternate: every other epoch; pattern: as given",
        ),
        Parameter("pattern", "", kind="text", label="Pattern", help="1 and 0, epoch by epoch, repeated, such as 1110"),
        Parameter(
            "on",
            "on",
            kind="choice",
            choices=("on", "off"),
            codes=(1.0, 0.0),
            label="Switch",
            help="where the switch is at the start",
        ),
    ),
    formula=("V = level gate",),
    equations={"V": "level*gate"},
    scheduled=("gate",),
    symbol=symbol,
    values=("level", "mode"),
    keywords=("teach", "learn", "train", "switch", "freeze"),
    help="Decides whether the network learns: 0 V runs it forward only, 1 V lets it learn; the level scales the "
    "rate, more so in earlier layers, since V_teach multiplies in every layer on the way back. Flip it by hand "
    "while the run goes, or let it alternate epoch by epoch as in Fig. 8, or follow a pattern. Imperfect "
    "multipliers with an offset on V_teach go on learning at 0 V.",
)
