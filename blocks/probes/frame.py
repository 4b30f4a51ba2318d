"""Frame: a titled area behind the circuit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import parameters
from blocks.spec import Block, Parameter
from blocks.symbol import Box, Label, Symbol


def symbol(values: Mapping[str, Any]) -> Symbol:
    kind = str(values["kind"])
    line = "outline" if kind == "neutral" else kind
    width, height = int(values["width"]), int(values["height"])
    return Symbol(
        size=(width, height),
        pins=(),
        marks=(
            Box((0, 0), (width, height), radius=0.6, width=1.2, role=line, fill=f"{kind}_fill"),
            Label("{title}", (0.8, 1.15), align="left", style="name", role=kind),
        ),
    )


BLOCK = Block(
    type="frame",
    title="Frame",
    group="Marks",
    prefix="F",
    order=31,
    parameters=(
        Parameter("title", "", kind="text", label="Title", help="what the area is"),
        Parameter(
            "kind",
            "neutral",
            kind="choice",
            choices=("neutral", "forward", "backward"),
            label="Kind",
            help="forward is green, backward blue",
        ),
        parameters.extent("width", "20"),
        parameters.extent("height", "12"),
    ),
    symbol=symbol,
    keywords=("area", "group", "box", "layer"),
    help="A titled area behind the circuit: a layer, the forward or the backward part. It means nothing electrically.",
)
