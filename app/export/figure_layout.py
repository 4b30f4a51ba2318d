"""A figure as strokes, boxes and words at places: what the SVG writer and Qt's painter both draw.

Fonts differ from machine to machine, so no place depends on a text's true width; legends allow for a wide one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from app import paths
from app.export.figure import Axis, Colour, Curve, Figure, Guide, Panel, span
from app.export.ticks import minor, ticks
from app.program import FloatArray

Anchor = Literal["start", "middle", "end"]
Rect = tuple[float, float, float, float]  # left, top, right, bottom
LEFT, RIGHT, TOP, BOTTOM = 62.0, 18.0, 34.0, 46.0
TITLE, TICK, LABEL = 12.0, 10.0, 11.0
SIDE = 86.0  # for a legend beside the panels
KEY = 18.0  # the line before a legend's word
_SYMBOL = re.compile(r"([A-Za-z])_([A-Za-z0-9,]+)")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    italic: bool = False
    below: bool = False


@dataclass(frozen=True)
class Words:
    """Text on the base line at (x, y); `turned`: reads upwards."""

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float
    colour: str
    anchor: Anchor = "start"
    weight: int = 400
    turned: bool = False


@dataclass(frozen=True)
class Stroke:
    """points (n, 2) [px]; what leaves `clip` is not drawn."""

    points: FloatArray
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    opacity: float = 1.0
    clip: Rect | None = None


@dataclass
class Page:
    """`theme` is the name of a theme file, whose colours the page takes."""

    width: int
    height: int
    theme: str = "light"
    strokes: list[Stroke] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def colour(self, colour: Colour) -> str:
        """`#RRGGBB` of a trace's number or a role."""
        theme = _theme(self.theme)
        if isinstance(colour, int):
            return str(theme["traces"][colour % len(theme["traces"])])
        return str(theme["colours"][colour])


@lru_cache(maxsize=4)
def _theme(name: str) -> Any:
    return json.loads((paths.resources() / "themes" / f"{name}.json").read_text(encoding="utf-8"))


def runs_of(text: str) -> tuple[Run, ...]:
    """`V_in1` as an italic V with an upright subscript."""
    found: list[Run] = []
    last = 0
    for match in _SYMBOL.finditer(text):
        if match.start() > last:
            found.append(Run(text[last : match.start()]))
        found += [Run(match.group(1), italic=True), Run(match.group(2), below=True)]
        last = match.end()
    if last < len(text):
        found.append(Run(text[last:]))
    return tuple(found)


def lay_out(figure: Figure, theme: str = "light") -> Page:
    page = Page(figure.width, figure.height, theme)
    total = sum(panel.share for panel in figure.panels)
    row = figure.arrangement == "row"
    gap = LEFT + RIGHT if row else TOP + 2
    width = figure.width - (SIDE if figure.key else 0.0)
    room = (width - LEFT - RIGHT if row else figure.height - TOP - BOTTOM) - gap * (len(figure.panels) - 1)
    begin = LEFT if row else TOP
    boxes: list[Rect] = []
    for number, panel in enumerate(figure.panels):
        end = begin + room * panel.share / total
        box = (begin, TOP, end, figure.height - BOTTOM) if row else (LEFT, begin, width - RIGHT, end)
        boxes.append(box)
        _panel(page, panel, box, bottom=row or number == len(figure.panels) - 1)
        begin = end + gap
    labelled = [curve for curve in figure.panels[-1].curves if curve.label]
    if figure.key:
        _side_legend(page, figure.key, labelled, width - RIGHT + 14)
    else:
        for panel, box in zip(figure.panels, boxes, strict=True):
            _legend(page, panel, box[2], box[1] - 12)
    return page


# -- one panel ------------------------------------------------------------------------------------------------------


class _Scale:
    """Values -> pixels along one axis."""

    def __init__(self, axis: Axis, limits: tuple[float, float], first: float, last: float) -> None:
        self.log, self.limits, self.ends = axis.log, limits, (first, last)
        self.low, self.high = (float(np.log10(v)) if axis.log else v for v in limits)

    def __call__(self, values: FloatArray | float) -> FloatArray:
        numbers = np.asarray(values, float)
        if self.log:
            numbers = np.log10(np.maximum(numbers, 1e-300))
        share = (numbers - self.low) / (self.high - self.low)
        result: FloatArray = self.ends[0] + share * (self.ends[1] - self.ends[0])
        return result


def _panel(page: Page, panel: Panel, box: Rect, bottom: bool) -> None:
    left, top, right, low = box
    spans = span(panel, False), span(panel, True)
    x, y = _Scale(panel.x, spans[0], left, right), _Scale(panel.y, spans[1], low, top)
    _grid(page, panel, box, (x, y), bottom)
    for curve in panel.curves:
        page.strokes.append(_curve(page, curve, x, y, box))
    for guide in panel.guides:
        _guide(page, guide, x, y, box)
    page.words.append(Words(left, top - 12, runs_of(panel.title), TITLE, page.colour("text"), weight=600))
    page.words.append(
        Words(left - 46, (top + low) / 2, runs_of(panel.y.label), LABEL, page.colour("text"), "middle", turned=True)
    )
    if bottom:
        page.words.append(
            Words((left + right) / 2, low + 36, runs_of(panel.x.label), LABEL, page.colour("text"), "middle")
        )


def _grid(page: Page, panel: Panel, box: Rect, scales: tuple[_Scale, _Scale], bottom: bool) -> None:
    left, top, right, low = box
    x, y = scales
    fine, line, axis = page.colour("plot_grid"), page.colour("plot_grid"), page.colour("outline")
    for value in minor(panel.y, y.limits):
        page.strokes.append(_line(left, float(y(value)), right, float(y(value)), fine, 0.5))
    for value, text in ticks(panel.y, y.limits, low - top):
        at = float(y(value))
        page.strokes.append(_line(left, at, right, at, line, 1.0))
        page.strokes.append(_line(left - 4, at, left, at, axis, 1.0))
        page.words.append(Words(left - 8, at + 3.6, runs_of(text), TICK, page.colour("second"), "end"))
    for value, text in ticks(panel.x, x.limits, right - left):
        at = float(x(value))
        page.strokes.append(_line(at, top, at, low, line, 1.0))
        page.strokes.append(_line(at, low, at, low + 4, axis, 1.0))
        if bottom:
            page.words.append(Words(at, low + 17, runs_of(text), TICK, page.colour("second"), "middle"))
    page.strokes.append(Stroke(np.array([[left, top], [left, low], [right, low]]), axis, 1.0))


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: float) -> Stroke:
    return Stroke(np.array([[x0, y0], [x1, y1]]), colour, width)


def _curve(page: Page, curve: Curve, x: _Scale, y: _Scale, box: Rect) -> Stroke:
    points = np.column_stack([x(curve.x), y(curve.y)])
    points = points[np.isfinite(points).all(axis=1)]
    if curve.steps and len(points):
        corners = np.column_stack([points[1:, 0], points[:-1, 1]])
        points = np.concatenate([points[:1], np.stack([corners, points[1:]], axis=1).reshape(-1, 2)])
    return Stroke(points, page.colour(curve.colour), curve.width, _dashes(curve), curve.opacity, box)


def _guide(page: Page, guide: Guide, x: _Scale, y: _Scale, box: Rect) -> None:
    left, top, right, low = box
    at = float(x(guide.at) if guide.upright else y(guide.at))
    ends = [[at, top], [at, low]] if guide.upright else [[left, at], [right, at]]
    page.strokes.append(
        Stroke(np.array(ends), page.colour(guide.colour), 1.0, (5.0, 3.0) if guide.dashed else (), 1.0, box)
    )
    if guide.label:
        place = (at + 4, top + 12, "start") if guide.upright else (right - 4, at - 4, "end")
        anchor: Anchor = "start" if guide.upright else "end"
        page.words.append(Words(place[0], place[1], runs_of(guide.label), TICK, page.colour(guide.colour), anchor))


def _legend(page: Page, panel: Panel, right: float, base: float) -> None:
    """In the row of the title, from the right."""
    at = right
    for curve in reversed([curve for curve in panel.curves if curve.label]):
        at -= 6.2 * len(curve.label.replace("_", "")) + 4
        page.words.append(Words(at, base, runs_of(curve.label), TICK, page.colour("text")))
        at -= KEY + 5
        _key(page, curve, at, base)
        at -= 10


def _side_legend(page: Page, title: str, curves: list[Curve], left: float) -> None:
    """In a column, the highest curve's end first."""
    page.words.append(Words(left, TOP + 6, runs_of(title), TICK, page.colour("second")))
    for number, curve in enumerate(sorted(curves, key=lambda c: -float(c.y[-1]))):
        base = TOP + 26 + 18 * number
        _key(page, curve, left, base)
        page.words.append(Words(left + KEY + 6, base, runs_of(curve.label), TICK, page.colour("text")))


def _key(page: Page, curve: Curve, left: float, base: float) -> None:
    ends = np.array([[left, base - 3.5], [left + KEY, base - 3.5]])
    page.strokes.append(Stroke(ends, page.colour(curve.colour), 2.0, _dashes(curve)))


def _dashes(curve: Curve) -> tuple[float, ...]:
    return (5.0, 3.0) if curve.dashed or (isinstance(curve.colour, int) and curve.colour >= 8) else ()
