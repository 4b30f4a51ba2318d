"""The help's pages as Markdown: written ones from resources/help, and one on all blocks from their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from app import paths
from blocks import discover, spec

BLOCKS = "blocks"
TITLES: Mapping[str, str] = {
    "tour": "A tour", BLOCKS: "Blocks", "sheets": "Sheets", "experiments": "Experiments", "paper": "The paper",
}  # fmt: skip


def page(name: str) -> str:
    """One of TITLES. Raises KeyError for another name."""
    if name == BLOCKS:
        return blocks_page()
    if name not in TITLES:
        raise KeyError(name)
    return (paths.resources() / "help" / f"{name}.md").read_text(encoding="utf-8")


def blocks_page() -> str:
    """Every block: what it is for, its equations, pins and parameters."""
    lines = ["# Blocks", "", "What can be drawn. Defaults stand in brackets; every value can be an expression."]
    for group, blocks in groupby(discover.catalogue().values(), key=lambda block: block.group):
        lines += ["", f"## {group}"]
        for block in blocks:
            lines += _entry(block)
    return "\n".join(lines) + "\n"


def _entry(block: spec.Block) -> list[str]:
    lines = ["", f"### {block.title}", "", block.help]
    if block.formula:
        lines += ["", *(f"    {formula}" for formula in block.formula)]
    if block.ports:
        lines += ["", *(f"- pin `{port.name}`, {port.quantity}: {port.help}" for port in block.ports)]
    if block.parameters:
        lines += ["", *(f"- `{p.name}` [{p.default or 'empty'}]: {p.help}" for p in block.parameters)]
    return lines
