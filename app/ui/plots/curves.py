"""Curves of a plot: a fixed pool whose data change; what is not finite is sanitised, ranges never have no width."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPen

from app.program import FloatArray

SMOOTH_POINTS = 50_000  # above this nothing is antialiased
MOST_POINTS = 4000  # of one curve: 2,000 pairs of minimum and maximum
TINY = 1e-300  # denormal numbers make painting slow
LARGEST = 1e30


def pen(color: QColor, width: float = 1.0, dashes: list[float] | None = None) -> QPen:
    """Cosmetic, so that it keeps its width at every zoom. Wider than 1 is many times slower: only at rest."""
    result = QPen(color, width)
    result.setCosmetic(True)
    if dashes:
        result.setDashPattern(dashes)
    return result


class Curve(pg.PlotCurveItem):
    """Its box is the plot's. pyqtgraph seeks the extremes of the data some five times a frame for every curve, the
    hidden ones included; here ranges are given, and whatever changes repaints the plot anyway."""

    def boundingRect(self) -> QRectF:
        view = self.getViewBox()
        return QRectF() if view is None else QRectF(view.viewRect())

    def viewTransformChanged(self) -> None:
        if self.isVisible():
            self.prepareGeometryChange()


class Marker(pg.InfiniteLine):
    """A line whose label is laid out only while it can be seen."""

    def __init__(self, *, label: str | None = None, labelOpts: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        if label is not None:
            self.label = _MarkerLabel(self, text=label, **(labelOpts or {}))

    def setVisible(self, visible: bool) -> None:
        if visible != self.isVisible():
            super().setVisible(visible)
            if visible and self.scene() is not None:
                self.viewTransformChanged()
                for item in self.childItems():
                    item.viewTransformChanged()


class _MarkerLabel(pg.InfLineLabel):
    def viewTransformChanged(self) -> None:
        if self.isVisible():
            super().viewTransformChanged()


class CurvePool:
    """A fixed number of curves of one plot; curves that are not used are hidden, never destroyed."""

    def __init__(self, plot: pg.PlotItem, size: int) -> None:
        self._curves = [Curve() for _ in range(size)]
        for curve in self._curves:
            curve.setVisible(False)
            plot.addItem(curve, ignoreBounds=True)

    def __len__(self) -> int:
        return len(self._curves)

    def show(self, index: int, x: FloatArray, y: FloatArray, line: QPen, *, joins: FloatArray | str = "finite") -> None:
        """Show x (n,), y (n,) as curve `index`. `joins` tells which points are joined with the next one, as pyqtgraph
        understands it."""
        curve = self._curves[index]
        if not len(x):
            curve.setVisible(False)
            return
        smooth = line.widthF() > 1.0 and len(x) <= SMOOTH_POINTS
        curve.setData(x, y, pen=line, antialias=smooth, connect=joins, skipFiniteCheck=False)
        curve.setVisible(True)

    def hide_from(self, index: int) -> None:
        for curve in self._curves[index:]:
            curve.setVisible(False)

    def visible(self) -> list[pg.PlotCurveItem]:
        return [curve for curve in self._curves if curve.isVisible()]


def clean(values: FloatArray) -> FloatArray:
    """A copy in which what is not finite, or beyond any scale, is NaN (a gap) and denormal numbers are 0."""
    result = np.array(values, float)
    with np.errstate(invalid="ignore"):
        result[~(np.abs(result) < LARGEST)] = np.nan
        result[np.abs(result) < TINY] = 0.0
    return result


def thinned(x: FloatArray, y: FloatArray, most: int = MOST_POINTS) -> tuple[FloatArray, FloatArray]:
    """At most `most` of x (n,), y (n, traces): minimum and maximum of buckets of equal numbers of samples."""
    if len(x) <= most:
        return x, y
    size = -(-len(x) // (most // 2))
    start = np.arange(0, len(x), size)
    result = np.empty((2 * len(start), y.shape[1]))
    result[0::2] = np.fmin.reduceat(y, start, axis=0)
    result[1::2] = np.fmax.reduceat(y, start, axis=0)
    return np.repeat(x[start], 2), result


def together(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """All traces of y (n, traces) over x (n,) as one curve with gaps (NaN) in between."""
    rows, traces = y.shape
    gap = np.full((1, traces), np.nan)
    return np.tile(np.append(x, x[-1] if rows else 0.0), traces), np.concatenate([y, gap]).T.ravel()


def widened(low: float, high: float) -> tuple[float, float]:
    """A range that has a width, whatever the data are."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return 0.0, 1.0
    least = max(1e-12, 1e-6 * max(abs(low), abs(high)))
    if high - low < least:
        return low - least, high + least
    return low, high


def nice_range(y: FloatArray, least: tuple[float, float] | None = None) -> tuple[float, float]:
    """The range of y, at least `least`, in steps with a little room, so that it does not follow every wiggle."""
    finite = y[np.isfinite(y)]
    if not len(finite):
        return least or (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    if least is not None:
        low, high = min(least[0], low), max(least[1], high)
    span = high - low if high > low else max(1e-9, abs(high), 1e-3)
    step = 10.0 ** np.floor(np.log10(span)) / 2
    return float(np.floor(low / step + 0.05) * step), float(np.ceil(high / step - 0.05) * step)
