"""An example: a drawing, the story that stands on its sheet, and how the gallery shows it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

from app.document.definitions import block_in
from app.document.placement import Box, box_of, pin_at, pin_of
from app.document.schematic import End, Schematic, values_of
from app.document.set_parameters import apply_settings
from app.document.sketch import Sketch

LETTER, LINE, MARGIN = 0.49, 1.5, 0.8  # of a comment's text at 100 %, in grid units
# A sheet that is fitted into a canvas of this size [grid units at 100 %] is seen smaller than drawn: a box with room
# lets the letters grow.
CANVAS = (96, 47)
SCALES, WIDTHS = (2.4, 2.0, 1.7, 1.4, 1.0), (64, 56, 48, 42, 36, 30)
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
        tell(schematic, " ".join(self.lines))
        schematic.reserve_ids()
        return schematic

    def entry(self) -> dict[str, Any]:
        """Its entry in gallery.json; the order there is the order of the gallery."""
        found = {"file": f"{self.file}.aann", "title": self.title, "story": self.story, "picture": self.picture}
        return {**found, "figure": self.figure} if self.figure else found


def tell(schematic: Schematic, text: str) -> None:
    """A comment where the drawing leaves room, in a box as large as fits; else above it, flush left."""
    taken = list(occupied(schematic))
    left, top = min(box[0] for box in taken), min(box[1] for box in taken)
    right, bottom = max(box[2] for box in taken), max(box[3] for box in taken)
    wanted = max((right - left) / CANVAS[0], (bottom - top) / CANVAS[1], 1.0)
    scales = [scale for scale in SCALES if scale <= wanted]
    for scale, width in product(scales, WIDTHS):
        height = needed_height(text, width, scale)
        place = _free(taken, (left, top, right, bottom), width, height)
        if place is not None:
            _put(schematic, text, place, width, height)
            return
    width = min(WIDTHS[0], max(WIDTHS[-1], right - left))
    height = needed_height(text, width, min(scales[0], 1.4))
    _put(schematic, text, (left, top - GAP - height), width, height)


def needed_height(text: str, width: int, scale: float) -> int:
    letters = int((width - 2 * MARGIN) / (LETTER * scale))
    return math.ceil(LINE * scale * len(textwrap.wrap(text, letters)) + 2 * MARGIN)


def _put(schematic: Schematic, text: str, at: tuple[int, int], width: int, height: int) -> None:
    texts = {"text": text, "width": str(width), "height": str(height)}
    Sketch(schematic.top).place("comment", "Story", at, texts)


def _free(taken: list[Box], bounds: Box, width: int, height: int) -> tuple[int, int] | None:
    """The highest, then leftmost place within the bounds that keeps its distance from everything."""
    for y in range(bounds[1], bounds[3] - height + 1):
        x = bounds[0]
        while x + width <= bounds[2]:
            hit = next((box for box in taken if _meets(box, x, y, width, height)), None)
            if hit is None:
                return x, y
            x = hit[2] + GAP
    return None


def _meets(box: Box, x: int, y: int, width: int, height: int) -> bool:
    return box[0] < x + width + GAP and box[2] > x - GAP and box[1] < y + height + GAP and box[3] > y - GAP


def occupied(schematic: Schematic) -> Iterator[Box]:
    """Boxes of blocks and areas, and of every stretch of every wire."""
    for instance in schematic.top.instances.values():
        symbol = block_in(schematic, instance).symbol_of(values_of(schematic, instance))
        yield box_of(instance, symbol)
    for wire in schematic.top.wires.values():
        points = [_at(schematic, wire.ends[0]), *wire.corners, _at(schematic, wire.ends[1])]
        for (ax, ay), (bx, by) in pairwise(points):
            yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _at(schematic: Schematic, end: End) -> tuple[int, int]:
    if not end.port:
        return schematic.top.junctions[end.item].at
    instance = schematic.top.instances[end.item]
    symbol = block_in(schematic, instance).symbol_of(values_of(schematic, instance))
    return pin_at(instance, symbol, pin_of(symbol, end.port, end.first))
