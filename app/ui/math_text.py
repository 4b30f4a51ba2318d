"""Quantities and equations laid out, in panels and on the canvas: italic letters, subscripts, powers, a true minus.

`plain` text keeps its words and shapes only symbols (`Multiplier K_m`); `formula` shapes every letter. What is laid out
can be measured, elided and painted; widgets that show symbols paint this instead of rich text, whose subscripts cannot
be placed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from app.ui import theme

SUBSCRIPT, DROP = 0.74, 0.24  # size and shift below the base line, of the text's size
RISE = 0.36
SLANT = 0.02  # room behind an italic letter, of the text's size
GREEK = {
    "delta": "δ", "eta": "η", "tau": "τ", "phi": "φ", "sigma": "σ", "pi": "π", "sum": "Σ", "alpha": "α", "beta": "β",
    "Delta": "Δ", "omega": "ω",
}  # fmt: skip
_UPRIGHT = frozenset(("Σ", "π"))
_THIN = "\u2009"
_TOKEN = re.compile(
    r"(?P<number>\d+\.?\d*)|(?P<name>[A-Za-zΑ-ωΔΣδ]+)(?P<below>_(?:\{[^}]*\}|[A-Za-z0-9δ]+(?:,[A-Za-z0-9]+)*))?"
    r"(?P<index>\[[0-9.n]+\])?(?P<prime>['′])?|\^(?P<power>-?[A-Za-z0-9.]+)|(?P<space>\s+)|(?P<other>.)"
)
# A letter with something below it: letter, what is below, an index, a prime.
SYMBOL = (
    r"(?<![A-Za-z0-9_])([A-Za-zΔΣδα-ω])_(\{[^}]*\}|[A-Za-z0-9δ]+(?:,[A-Za-z0-9]+)*)"
    r"(\[[0-9.n]+\])?(['′])?"
)
_SYMBOL = re.compile(rf"{SYMBOL}|\^(-?\d+)")
# A letter or Greek name that ends a label: `Capacitance C`, `Time constant tau`.
_LAST = re.compile(r"(?:^|(?<= ))(?:[A-Za-z]|tau|eta)$")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text: `x` and `y` of its base line's left end, y downwards from the line's base, in the unit of the
    text's size (px, on the canvas scene units)."""

    text: str
    font: QFont
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Laid:
    """Laid-out text; `ascent` and `descent` are those of the text's own font."""

    runs: tuple[Run, ...]
    width: float
    ascent: float
    descent: float

    def paint(self, painter: QPainter, x: float, base: float) -> None:
        """Paints with the painter's pen, the base line at `base`."""
        for run in self.runs:
            painter.setFont(run.font)
            painter.drawText(QPointF(x + run.x, base + run.y), run.text)

    def base_in(self, top: float, height: float) -> float:
        """Where the base line lies if the text stands in the middle of a strip."""
        return top + (height + self.ascent - self.descent) / 2.0


@lru_cache(maxsize=4096)
def plain(text: str, size: float = 12.5, weight: int = 400, *, label: bool = False) -> Laid:
    """Words as they are, symbols such as `V_in[2]` and powers such as `V^2` shaped; at the end of a `label` also a
    single letter or Greek name."""
    match = _LAST.search(text) if label else None
    if match is None:
        return _lay(symbols(text), size, weight)
    last = GREEK.get(match.group(), match.group()), True, ""
    return _lay(chain(symbols(text[: match.start()]), (last,)), size, weight)


@lru_cache(maxsize=1024)
def formula(text: str, size: float = 13.0) -> Laid:
    """An equation: single letters and symbols italic, words upright, `*` a thin space, a true minus."""
    return _lay(_formula_pieces(text), size, 400)


@lru_cache(maxsize=4096)
def elided(text: str, width: float, size: float = 12.5, weight: int = 400, *, label: bool = False) -> Laid:
    """`plain`, shortened with an ellipsis until it is at most `width` wide."""
    laid = plain(text, size, weight, label=label)
    if laid.width <= width:
        return laid
    for length in range(len(text) - 1, 0, -1):
        laid = plain(text[:length].rstrip(" _^{") + "…", size, weight)
        if laid.width <= width:
            return laid
    return plain("…", size, weight)


# (text, italic, "" | "below" | "above")
Piece = tuple[str, bool, str]


def symbols(text: str) -> Iterator[Piece]:
    """Words as they are, symbols and powers shaped."""
    last = 0
    for match in _SYMBOL.finditer(text):
        yield text[last : match.start()], False, ""
        letter, below, index, prime, power = match.groups()
        if power is not None:
            yield power.replace("-", "\u2212"), False, "above"
        else:
            yield letter, True, ""
            if prime:
                yield "′", False, ""
            yield _named(below) + (index or ""), False, "below"
        last = match.end()
    yield text[last:], False, ""


def _formula_pieces(text: str) -> Iterator[Piece]:
    for match in _TOKEN.finditer(text.replace("**", "^")):
        name = match.group("name")
        if name is not None:
            yield from _name_pieces(name, match.group("below"), match.group("index"), match.group("prime"))
        elif match.group("power") is not None:
            power = match.group("power").replace("-", "\u2212")
            yield power, len(power.lstrip("\u2212")) == 1 and power[-1].isalpha(), "above"
        elif match.group("space"):
            yield _THIN * 2, False, ""
        elif match.group("other") is not None:
            other = match.group("other")
            yield {"-": "\u2212", "*": _THIN}.get(other, other), False, ""
        else:
            yield match.group("number"), False, ""


def _name_pieces(name: str, below: str | None, index: str | None, prime: str | None) -> Iterator[Piece]:
    if len(name) == 2 and name[0] == "d":  # dV_w, dt: a differential
        yield "d", False, ""
        name = name[1]
    name = GREEK.get(name, name)
    yield name, len(name) == 1 and name not in _UPRIGHT, ""
    if prime:
        yield "′", False, ""
    if below or index:
        yield (_named(below[1:]) if below else "") + (index or ""), False, "below"


def _named(below: str) -> str:
    below = below.strip("{}")
    return GREEK.get(below, below)


def _lay(pieces: Iterable[Piece], size: float, weight: int) -> Laid:
    return lay(pieces, size, lambda size, italic: theme.font(size, weight, italic=italic))


def lay(pieces: Iterable[Piece], size: float, font_of: Callable[[float, bool], QFont], scale: float = 1.0) -> Laid:
    """Pieces one after the other. `font_of(size, italic)` gives their fonts, whose measures times `scale` are those of
    what is laid out."""
    runs: list[Run] = []
    x = 0.0
    for text, italic, place in pieces:
        if not text:
            continue
        font = font_of(size * SUBSCRIPT if place else size, italic)
        shift = {"": 0.0, "below": size * DROP, "above": -size * RISE}[place]
        runs.append(Run(text, font, x, shift))
        x += QFontMetricsF(font).horizontalAdvance(text) * scale + (SLANT * size if italic else 0.0)
    metrics = QFontMetricsF(font_of(size, False))
    return Laid(tuple(runs), x, metrics.ascent() * scale, metrics.descent() * scale)
