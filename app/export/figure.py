"""What a figure shows, without a word on how it is drawn: panels with axes, curves and guide lines.

Texts may hold `V_teach` or `V_in1`: an italic letter and its subscript. Colours are the light theme's: a number takes a
trace's colour in order (from the ninth on the same ones dashed), a word one of the theme's roles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.program import FloatArray

Colour = int | str


@dataclass(frozen=True)
class Axis:
    """`limits` None: as wide as the curves need."""

    label: str
    log: bool = False
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Curve:
    """x, y (n,). Curves without a label stay out of the legend; `steps` holds each value until the next."""

    x: FloatArray
    y: FloatArray
    colour: Colour = 0
    label: str = ""
    width: float = 1.4
    dashed: bool = False
    steps: bool = False
    opacity: float = 1.0


@dataclass(frozen=True)
class Guide:
    """A level line, or an upright one, across the panel, with a word at its end."""

    at: float
    label: str = ""
    colour: Colour = "good"
    upright: bool = False
    dashed: bool = True


@dataclass(frozen=True)
class Panel:
    """`share` is its part of the figure's height (in a column) or width (in a row)."""

    x: Axis
    y: Axis
    curves: tuple[Curve, ...]
    title: str = ""
    guides: tuple[Guide, ...] = ()
    share: float = 1.0


@dataclass(frozen=True)
class Figure:
    """Panels in a row or in a column (which then share the x axis); size in pixels. With `key` the last panel's legend
    stands to the right of everything under this title, where many curves mean the same in all panels."""

    panels: tuple[Panel, ...]
    arrangement: Literal["row", "column"] = "row"
    width: int = 720
    height: int = 380
    key: str = ""


def span(panel: Panel, upright: bool) -> tuple[float, float]:
    """The range that an axis of the panel covers: its limits, or the curves with a little room."""
    axis = panel.y if upright else panel.x
    if axis.limits is not None:
        return axis.limits
    values = np.concatenate([np.asarray(c.y if upright else c.x, float).ravel() for c in panel.curves] or [np.zeros(1)])
    values = values[np.isfinite(values) & ((values > 0) | (not axis.log))]
    if not len(values):
        return (0.1, 1.0) if axis.log else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if axis.log:
        return 10.0 ** np.floor(np.log10(low) + 1e-9), 10.0 ** np.ceil(np.log10(high) - 1e-9)
    if low == high:
        return low - 0.5, high + 0.5
    return (low, high) if not upright else (low - 0.05 * (high - low), high + 0.05 * (high - low))
