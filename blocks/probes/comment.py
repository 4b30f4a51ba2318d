"""Comment: text on the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import parameters
from blocks.spec import Block, Parameter
from blocks.symbol import Label, Line, Symbol


def symbol(values: Mapping[str, Any]) -> Symbol:
    """A sheet of paper with a folded corner."""
    width, height = int(values["width"]), int(values["height"])
    paper = ((0, 0), (width - 1, 0), (width, 1), (width, height), (0, height))
    return Symbol(
        size=(width, height),
        pins=(),
        marks=(
            Line(paper, width=1.0, role="outline", closed=True, fill="comment"),
            Line(((width - 1, 0), (width - 1, 1), (width, 1)), width=1.0, role="outline"),
            Label("{text}", (0.8, 1.55), align="left", style="value"),
        ),
    )


BLOCK = Block(
    type="comment",
    title="Comment",
    group="Marks",
    prefix="T",
    order=30,
    parameters=(
        Parameter("text", "Comment", kind="text", label="Text", help="what the reader should know"),
        parameters.extent("width", "16"),
        parameters.extent("height", "5"),
    ),
    symbol=symbol,
    keywords=("note", "text", "remark"),
    help="Text on the sheet, for the reader. It lies behind the circuit and means nothing electrically.",
)
