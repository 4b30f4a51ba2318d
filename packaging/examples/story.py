"""An example: a drawing, the story that stands on its sheet, and how the gallery shows it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.document.placement import box_of
from app.document.schematic import Schematic, values_of
from app.document.set_parameters import apply_settings
from app.document.sketch import Sketch
from blocks import discover

LETTER, LINE, MARGIN = 0.47, 1.5, 0.8  # of a comment's text, in grid units
GAP = 3


@dataclass(frozen=True)
class Example:
    """`story` is one line for the gallery, `lines` stand on the sheet; `picture` is the kind of picture that tells
    most: schematic, curves, signals, transfer, map, scatter, regression, digits, weights or ranking."""

    file: str
    title: str
    story: str
    picture: str
    lines: tuple[str, ...]
    draw: Callable[[], Schematic]
    settings: Mapping[str, str] = field(default_factory=dict)
    sets: tuple[str, ...] = ()
    figure: str = ""

    def schematic(self) -> Schematic:
        schematic = self.draw()
        apply_settings(schematic, self.sets)
        schematic.settings.update(self.settings)
        tell(schematic, self.lines)
        schematic.reserve_ids()
        return schematic

    def entry(self) -> dict[str, Any]:
        """Its entry in gallery.json; the order there is the order of the gallery."""
        found = {"file": f"{self.file}.aann", "title": self.title, "story": self.story, "picture": self.picture}
        return {**found, "figure": self.figure} if self.figure else found


def tell(schematic: Schematic, lines: tuple[str, ...]) -> None:
    """A comment above the drawing, flush left with it."""
    boxes = []
    for instance in schematic.top.instances.values():
        symbol = discover.block(instance.type).symbol_of(values_of(schematic, instance))
        boxes.append(box_of(instance, symbol))
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width = math.ceil(LETTER * max(len(line) for line in lines) + 2 * MARGIN)
    height = math.ceil(LINE * len(lines) + 2 * MARGIN)
    texts = {"text": "\n".join(lines), "width": str(width), "height": str(height)}
    Sketch(schematic.top).place("comment", "Story", (left, top - GAP - height), texts)
