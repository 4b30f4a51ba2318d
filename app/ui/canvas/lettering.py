"""Text on the canvas, shaped as everywhere (app/ui/math_text.py) and drawn upright at any zoom.

Fonts are ten times their size and scaled down: font sizes in pixels are whole numbers, and the sizes of the design are
not. Letters are painted as outlines, so that they keep their weight and spacing at any zoom. Sizes are scene units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPaintEngine, QPainter, QPainterPath, QTransform

from app.ui import math_text, theme
from app.ui.math_text import Piece, Run

Align = Literal["left", "centre", "right"]
SCALE = 10.0
MIDDLE = 0.36  # from the middle of the letters down to the base line, of the size
# Size and weight by a label's style.
STYLES: Mapping[str, tuple[float, int]] = {
    "name": (9.5, 600),
    "value": (9.0, 400),
    "net": (9.0, 500),
    "pin": (8.0, 400),
    "sign": (12.0, 600),
    "sum": (14.0, 400),
    "title": (10.5, 600),
    "plain": (9.0, 400),
}
WORDS = frozenset(("name", "title", "sign", "sum", "plain"))  # styles in which every character stands for itself
_PIN = re.compile(r"([SI])(['′]?)")  # pins whose letter has nothing below it


@dataclass(frozen=True, slots=True)
class Lettering:
    """Laid-out text: runs relative to the left end of the base line; `width` in scene units."""

    runs: tuple[Run, ...]
    width: float
    size: float
    outline: QPainterPath  # of all runs, the left end of the base line at the origin

    def left(self, x: float, align: Align) -> float:
        return x - {"left": 0.0, "centre": self.width / 2.0, "right": self.width}[align]


@lru_cache(maxsize=64)
def scaled_font(size: float, weight: int, italic: bool = False) -> QFont:
    """A font for a painter that is scaled by 1/SCALE."""
    font = theme.font(size * SCALE, weight, italic=italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=4096)
def lettering(text: str, style: str = "pin", size: float | None = None) -> Lettering:
    """Lays `text` out. In names every character stands for itself; elsewhere `V_in1` gets its subscript."""
    own_size, weight = STYLES[style]
    size = own_size if size is None else size
    laid = math_text.lay(_pieces(text, style), size, partial(_font, weight=weight), 1.0 / SCALE)
    outline = QPainterPath()
    for run in laid.runs:
        letters = QPainterPath()
        letters.addText(QPointF(run.x * SCALE, run.y * SCALE), run.font, run.text)
        outline.addPath(QTransform.fromScale(1.0 / SCALE, 1.0 / SCALE).map(letters))
    outline.setFillRule(Qt.FillRule.WindingFill)
    return Lettering(laid.runs, laid.width, size, outline)


def _font(size: float, italic: bool, weight: int) -> QFont:
    return scaled_font(size, weight, italic)


def _pieces(text: str, style: str) -> Iterable[Piece]:
    if style in WORDS:
        return ((text, False, ""),)
    pin = _PIN.fullmatch(text)
    if pin is not None:
        return (pin.group(1), True, ""), ("′" if pin.group(2) else "", False, "")
    return math_text.symbols(text)


def draw(painter: QPainter, words: Lettering, x: float, y: float, align: Align = "left") -> None:
    """Draws with the middle of the letters at height `y`, in the painter's pen colour."""
    origin = QPointF(words.left(x, align), y + words.size * MIDDLE)
    if painter.paintEngine().type() != QPaintEngine.Type.Pdf:
        painter.translate(origin)
        painter.fillPath(words.outline, painter.pen().color())
        painter.translate(-origin)
        return
    painter.save()
    painter.translate(origin)
    painter.scale(1.0 / SCALE, 1.0 / SCALE)
    for run in words.runs:  # text that can be searched and copied
        painter.setFont(run.font)
        painter.drawText(QPointF(run.x * SCALE, run.y * SCALE), run.text)
    painter.restore()
