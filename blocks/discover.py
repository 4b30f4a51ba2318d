"""Finds the block files: every module below `blocks/` that has a `BLOCK` (or `BLOCKS`) is one declaration."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

import blocks
from blocks.spec import Block


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Block]:
    """All blocks by type, in palette order (group, order, title)."""
    found: list[Block] = []
    for folder in ("neural", "analogue", "sources", "probes"):
        package = importlib.import_module(f"{blocks.__name__}.{folder}")
        for entry in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{entry.name}")
            declared = getattr(module, "BLOCKS", None) or (module.BLOCK,)
            found.extend(declared)
    ranks = {name: rank for rank, name in enumerate(("Neural", "Analogue", "Sources", "Marks"))}
    found.sort(key=lambda block: (ranks.get(block.group, 9), block.order, block.title))
    result: dict[str, Block] = {}
    for block in found:
        if block.type in result:
            raise ValueError(f"two blocks declare the type {block.type!r}")
        result[block.type] = block
    return result


def block(type_name: str) -> Block:
    """The declaration of a type. Raises KeyError."""
    return catalogue()[type_name]
