"""The examples that come with the program: what resources/examples/gallery.json says of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app import paths

FIRST = "xor.aann"


@dataclass(frozen=True, slots=True)
class Example:
    """`picture` is the kind of thumbnail that tells most about it, such as "schematic" or "scatter"."""

    path: Path
    title: str
    story: str
    picture: str


def folder() -> Path:
    return paths.resources() / "examples"


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """In the gallery's order."""
    entries = json.loads((folder() / "gallery.json").read_text(encoding="utf-8"))["examples"]
    return tuple(
        Example(folder() / entry["file"], entry["title"], entry["story"], entry["picture"]) for entry in entries
    )


def example_at(path: Path) -> Example | None:
    """The example whose file this is."""
    return next((example for example in examples() if example.path == path), None)


def first() -> Example:
    """What the first start opens."""
    return next(example for example in examples() if example.path.name == FIRST)
