"""Text on the canvas: quantities with an italic letter and an upright subscript, drawn upright at any zoom.

Fonts are ten times their size and scaled down: font sizes in pixels are whole numbers, and the sizes of the design are
not. Letters are painted as outlines, so that they keep their weight and spacing at any zoom. Sizes are scene units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEngine, QPainter, QPainterPath, QTransform

from app.ui import theme

Align = Literal["left", "centre", "right"]
SCALE = 10.0
SUBSCRIPT, DROP = 0.74, 0.24
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
_SYMBOL = re.compile(r"([A-Za-zΔΣδα-ω])_(\{[^}]*\}|[A-Za-z0-9,δ]+)|\b([SI])(?=['′]|$)|(['′])")


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    font: QFont
    x: float
    y: float


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
    runs: list[Run] = []
    x = 0.0
    for piece, italic, below in _pieces(text, style):
        font = scaled_font(size * (SUBSCRIPT if below else 1.0), weight, italic)
        runs.append(Run(piece, font, x, size * DROP if below else 0.0))
        x += QFontMetricsF(font).horizontalAdvance(piece) / SCALE
        if italic:
            x += 0.02 * size
    outline = QPainterPath()
    for run in runs:
        letters = QPainterPath()
        letters.addText(QPointF(run.x * SCALE, run.y * SCALE), run.font, run.text)
        outline.addPath(QTransform.fromScale(1.0 / SCALE, 1.0 / SCALE).map(letters))
    outline.setFillRule(Qt.FillRule.WindingFill)
    return Lettering(tuple(runs), x, size, outline)


def _pieces(text: str, style: str) -> list[tuple[str, bool, bool]]:
    """(text, italic, subscript)."""
    if style in ("name", "title", "sign", "sum", "plain"):
        return [(text, False, False)]
    pieces: list[tuple[str, bool, bool]] = []
    last = 0
    for match in _SYMBOL.finditer(text):
        if match.start() > last:
            pieces.append((text[last : match.start()], False, False))
        if match.group(1):
            pieces += [(match.group(1), True, False), (match.group(2).strip("{}"), False, True)]
        elif match.group(3):
            pieces.append((match.group(3), True, False))
        else:
            pieces.append(("′", False, False))
        last = match.end()
    if last < len(text):
        pieces.append((text[last:], False, False))
    return pieces


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
