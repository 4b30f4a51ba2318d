"""Learning curves of all runs as they come: thin lines, a band of the quartiles and the median for every value."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from app.program import FloatArray
from app.ui import theme
from app.ui.experiments.chart import PlotPage, axis_choice, target_text, value_color, value_texts
from app.ui.experiments.results import Results
from app.ui.plots.axis import UnitAxis
from app.ui.plots.curves import CurvePool, Marker, pen, thinned
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.desk import Desk

MOST_CURVES, MOST_BANDS = 160, 16
FEWEST_FOR_BAND = 5
BAND_POINTS = 400
FADING = ((12, 0.75), (60, 0.35), (10**9, 0.15))  # alpha of a curve when there are at most so many
LOWEST = 1e-12  # [V^2]; below this is rounding
EMPTY = "Learning curves appear here while the runs go. Press Start to run this circuit from several seeds."


class CurvesPage(PlotPage):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "learning-curves", UnitAxis("left", "V²", True), UnitAxis("bottom"))
        self.axis = axis_choice("Colour by")
        self.axis.currentIndexChanged.connect(self.redraw)
        self._by = QLabel("Colour by")
        self.choices.addWidget(self._by)
        self.choices.addWidget(self.axis)
        self._bands = [_Band(self.plot) for _ in range(MOST_BANDS)]
        self._curves = CurvePool(self.plot, MOST_CURVES)
        self._medians = CurvePool(self.plot, MOST_BANDS)
        beside = {"position": 0.98, "anchors": [(1, 1.05), (1, -0.05)]}
        self._target = Marker(angle=0, movable=False, label="", labelOpts=beside)
        self.plot.addItem(self._target, ignoreBounds=True)
        self.below.setText("epoch")
        self.restyle()

    def reset(self, results: Results) -> None:
        super().reset(results)
        self.axis.blockSignals(True)
        self.axis.clear()
        for number, column in enumerate(results.columns):
            self.axis.addItem(column.label, number)
        self.axis.addItem("nothing", -1)
        self.axis.blockSignals(False)
        for widget in (self.axis, self._by):
            widget.setVisible(bool(results.columns))

    def clear(self) -> None:
        self._curves.hide_from(0)
        self._medians.hide_from(0)
        for band in self._bands:
            band.hide()
        self._target.setVisible(False)
        self.legend.setText("")
        self.note.setText("")
        self.axis.hide()
        self._by.hide()
        self.say_empty(EMPTY)

    def draw(self, results: Results) -> None:
        self.say_empty("")
        axis = self.axis.currentData() if self.axis.count() else -1
        column = results.columns[axis] if axis is not None and axis >= 0 else None
        count = len(column.texts) if column else 1
        groups = list(results.bands(-1 if column is None else axis))
        total = sum(curves.shape[1] for _, curves in groups)
        shown = 0
        for value, curves in groups:
            color = value_color(value, count)
            wanted = max(1, MOST_CURVES * curves.shape[1] // max(total, MOST_CURVES))
            for curve in _spread(curves, wanted).T[: MOST_CURVES - shown]:
                self._show_curve(shown, curve, color, total)
                shown += 1
        self._curves.hide_from(shown)
        self._draw_bands(groups, count)
        self._draw_target(results)
        self._tell(results, [value for value, _ in groups], (column is not None and value_texts(column)) or [])
        self._follow(results, [curves for _, curves in groups])

    def _show_curve(self, number: int, curve: FloatArray, color: QColor, total: int) -> None:
        color = QColor(color)
        color.setAlphaF(next(alpha for most, alpha in FADING if total <= most))
        x, y = thinned(np.arange(1.0, len(curve) + 1.0), _log(curve)[:, None])
        self._curves.show(number, x, y[:, 0], pen(color))

    def _draw_bands(self, groups: list[tuple[int, FloatArray]], count: int) -> None:
        used = 0
        for value, curves in groups:
            if curves.shape[1] < FEWEST_FOR_BAND or used == MOST_BANDS or not len(curves):
                continue
            rows = np.unique(np.linspace(0, len(curves) - 1, min(len(curves), BAND_POINTS)).round().astype(int))
            x, y = rows + 1.0, _quartiles(_log(curves[rows])).T
            color = value_color(value, count)
            self._bands[used].show(x, y[:, 0], y[:, 2], color)
            self._medians.show(used, x, y[:, 1], pen(color, 2.0))
            used += 1
        self._medians.hide_from(used)
        for band in self._bands[used:]:
            band.hide()

    def _draw_target(self, results: Results) -> None:
        current, target = Theme.current(), results.plan.sweep.target
        self._target.setVisible(True)
        self._target.setValue(np.log10(target))
        self._target.setPen(pen(current.color("good"), 1.2, [5.0, 3.0]))
        self._target.label.setFormat(target_text(target))
        self._target.label.setColor(current.color("good"))
        self._target.label.setFont(theme.font(10))

    def _tell(self, results: Results, values: list[int], texts: list[str]) -> None:
        marks = [
            f'<span style="color:{value_color(value, len(texts)).name()}">━</span>&nbsp;{texts[value]}'
            for value in values[:12]
            if texts
        ]
        more = " …" if len(values) > 12 and texts else ""
        self.legend.setText("&nbsp;&nbsp; ".join(marks) + more)
        cases = results.shown_cases()
        good = int((results.table.reached[cases] > 0).sum())
        ended = int(results.table.done[cases].sum())
        self.note.setText(f"{good} of {ended} learned" if ended else "")

    def _follow(self, results: Results, blocks: list[FloatArray]) -> None:
        lengths = [len(block) for block in blocks]
        longest = float(max([*lengths, 1]))
        epochs = results.plan.sweep.stop.epochs
        finite = [_log(block)[np.isfinite(_log(block))] for block in blocks]
        known = np.concatenate([*finite, [np.log10(results.plan.sweep.target)]])
        low, high = np.floor(known.min() - 0.02), np.ceil(known.max() + 0.02)
        self.follow((0.0, float(epochs) if epochs else longest), (float(low), float(max(high, low + 1))))

    def csv(self) -> str:
        """A column a run that has begun."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        if self.results is None:
            return ""
        results = self.results
        cases = [int(case) for case in results.shown_cases()]
        names = []
        for case in cases:
            point = results.plan.cases[case].point
            values = [f"{c.label}={c.texts[i]}" for c, i in zip(results.columns, point, strict=True)]
            names.append(" ".join([*values, f"seed {results.plan.cases[case].seed}"]))
        writer.writerow(["epoch", *(f"{name} MSE [V^2]" for name in names)])
        curves = [results.curve(case) for case in cases]
        for epoch in range(max((len(curve) for curve in curves), default=0)):
            row = [repr(float(curve[epoch])) if epoch < len(curve) else "" for curve in curves]
            writer.writerow([epoch + 1, *row])
        return stream.getvalue()


class _Band:
    """The area between two curves; made once, its data change."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._edges = (pg.PlotCurveItem(), pg.PlotCurveItem())
        self._area = pg.FillBetweenItem(*self._edges)
        for item in (*self._edges, self._area):
            item.setVisible(False)
        plot.addItem(self._area, ignoreBounds=True)

    def show(self, x: FloatArray, low: FloatArray, high: FloatArray, color: QColor) -> None:
        known = np.isfinite(low) & np.isfinite(high)
        if known.sum() < 2:
            self.hide()
            return
        fill = QColor(color)
        fill.setAlphaF(0.16)
        self._edges[0].setData(x[known], low[known])
        self._edges[1].setData(x[known], high[known])
        self._area.setBrush(fill)
        self._area.setVisible(True)

    def hide(self) -> None:
        self._area.setVisible(False)


def _log(values: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(values > 0, np.log10(np.maximum(values, LOWEST)), np.nan))


def _quartiles(curves: FloatArray) -> FloatArray:
    """(3, epochs) over the runs that go on; runs that have ended are left out, NaN where all have."""
    ordered = np.sort(curves, axis=1)  # NaN last
    count = np.isfinite(curves).sum(axis=1)
    place = np.round(np.array([0.25, 0.5, 0.75])[:, None] * np.maximum(count - 1, 0)).astype(int)
    return np.asarray(np.take_along_axis(ordered, place.T, axis=1).T)


def _spread(curves: FloatArray, most: int) -> FloatArray:
    """At most so many of the columns, evenly chosen."""
    if curves.shape[1] <= most:
        return curves
    return curves[:, np.linspace(0, curves.shape[1] - 1, most).round().astype(int)]
