"""The learning curve: MSE after every epoch on a logarithmic axis, with the target and other runs behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Slot

from app.program import FloatArray
from app.training.frame import Curve
from app.ui import theme
from app.ui.plots.cursors import Cursors
from app.ui.plots.curves import CurvePool, Marker, clean, pen, thinned
from app.ui.plots.legend import Trace
from app.ui.plots.pane import CurvePane
from app.ui.rich_text import THIN
from app.ui.theme import Theme
from blocks import units

if TYPE_CHECKING:
    from app.training.frame import Frame
    from app.ui.desk import Desk

MOST_OTHERS = 64
LOWEST = 1e-12  # V^2; below this is rounding
OTHERS_ALPHA, OTHERS_POINTS = 0.35, 800
TRACE = 1  # this run has the colour of trace 2, as in the pictures
_NOBODY = Curve.empty(0)


class LearningPane(CurvePane):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "learning", "Learning curve", "V²", "epoch", logarithmic=True)
        self._others = CurvePool(self.plot, MOST_OTHERS)
        self._pool = CurvePool(self.plot, 1)
        self._end = pg.ScatterPlotItem(size=7, pxMode=True, useCache=False, antialias=True)
        self.plot.addItem(self._end, ignoreBounds=True)
        beside = {"position": 0.02, "anchors": [(0, 1.05), (0, -0.05)]}
        self._target = Marker(angle=0, movable=False, label="", labelOpts=beside)
        self._target.setVisible(False)
        self.plot.addItem(self._target, ignoreBounds=True)
        self._curve: Curve | None = None
        self._ensemble = _NOBODY
        self._others_range: tuple[float, ...] = ()
        self._epoch_time = 0.0
        self._drawn: object = None
        self._live = False
        self.cursors = Cursors(self.view, self.shared, self._x_of, self._time_of)
        desk.changed.connect(self._edited)
        self.restyle()
        self.clear()

    def clear(self) -> None:
        self._curve = self._drawn = None
        self._ensemble = _NOBODY
        self._pool.hide_from(0)
        self._draw_others()
        self._end.setData([], [])
        self.note.setText("MSE")
        self.say_empty("The mean squared error appears here after the first epoch.")

    def restyle(self) -> None:
        self._drawn = None
        super().restyle()
        self._draw_others()
        self.cursors.restyle()
        current = Theme.current()
        self._target.setPen(pen(current.color("good"), 1.2, [5.0, 3.0]))
        self._target.label.setColor(current.color("good"))
        self._target.label.setFont(theme.font(10))

    def show_ensemble(self, others: Curve | None) -> None:
        """Other runs' MSE [V^2] over epochs, drawn pale behind this one; None: there are none."""
        self._ensemble = _NOBODY if others is None else others
        self._draw_others()
        self._draw()

    def show_frame(self, frame: Frame) -> None:
        layout = frame.layout
        if layout is None:
            self.clear()
            return
        self._epoch_time = layout.rows * layout.row_time
        self.mark_viewed(frame.viewing)
        key = frame.learning, frame.state == "running"
        if self._drawn is not None and self._drawn == (id(key[0]), key[1]):
            return
        self._curve, self._drawn = frame.learning, (id(key[0]), key[1])
        self._live = key[1]
        self._draw()

    def _draw(self) -> None:
        if self._curve is None:
            return
        x, y = thinned(clean(self._curve.x), logarithm(self._curve.y), self.most_points(self._live))
        self.say_empty("" if len(x) else "The mean squared error appears here after the first epoch.")
        current = Theme.current()
        color = current.trace(TRACE)
        others = self._ensemble.y.shape[1]
        self._pool.show(0, x, y[:, 0] if len(x) else x, pen(color, 1.0 if self._live and not others else 2.0))
        last = slice(-1, None) if len(x) and np.isfinite(y[-1, 0]) else slice(0, 0)
        tip = y[last, 0] if len(x) else x
        self._end.setData(x[last], tip, brush=pg.mkBrush(color), pen=pen(current.color("plot")))
        self.note.setText(f"MSE, {others + 1} seeds" if others else "MSE")
        self._follow(x, y)
        self.cursors.show([Trace("MSE", TRACE, "V^2")], x, 10.0 ** y[:, :1])

    def _draw_others(self) -> None:
        """The curves behind the run, at as many points as their little contrast shows."""
        x, y = thinned(self._ensemble.x, logarithm(self._ensemble.y[:, :MOST_OTHERS]), OTHERS_POINTS)
        line = pen(Theme.current().color("hint", OTHERS_ALPHA))
        for index in range(y.shape[1]):
            self._others.show(index, x, y[:, index], line)
        self._others.hide_from(y.shape[1])
        self._others_range = _range(y)

    def _follow(self, x: FloatArray, y: FloatArray) -> None:
        target = self._show_target()
        values = np.array([*_range(y), *self._others_range, *([] if target is None else [target])])
        longest = max(float(curve[-1]) if len(curve) else 1.0 for curve in (x, self._ensemble.x))
        if len(values):
            low, high = np.floor(values.min() - 0.05), np.ceil(values.max() + 0.05)
            self.follow((0.0, max(1.0, longest)), (float(low), float(max(high, low + 1))))

    def _show_target(self) -> float | None:
        """Draws the MSE at which the run stops; its logarithm."""
        text = self.desk.schematic.setting("stop_mse")
        try:
            value = units.parse(text, "V^2") if text else 0.0
        except units.QuantityError:
            value = 0.0
        self._target.setVisible(value > 0)
        if value <= 0:
            return None
        self._target.setValue(np.log10(value))
        self._target.label.setFormat(f"target {value:g}{THIN}V²")
        return float(np.log10(value))

    @Slot(object)
    def _edited(self, changes: object) -> None:
        if any(change.table == "settings" for change in changes):  # type: ignore[attr-defined]
            self._draw()

    def _x_of(self, time: float) -> float | None:
        return time / self._epoch_time if self._epoch_time > 0 else None

    def _time_of(self, x: float) -> float:
        return x * self._epoch_time

    def table(self) -> tuple[list[str], list[FloatArray]]:
        if self._curve is None:
            return ["epoch", "time [s]", "MSE [V^2]"], [np.zeros(0)] * 3
        x, others = self._curve.x, self._ensemble
        names = [f"MSE of seed +{number} [V^2]" for number in range(1, others.y.shape[1] + 1)]
        found = [np.interp(x, others.x, mse, np.nan, np.nan) for mse in others.y.T] if len(others.x) else []
        columns = [x, x * self._epoch_time, self._curve.y[:, 0], *found]
        return ["epoch", "time [s]", "MSE [V^2]", *names[: len(found)]], columns


def _range(values: FloatArray) -> tuple[float, ...]:
    """The least and the greatest that is finite; nothing where nothing is."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else ()


def logarithm(values: FloatArray) -> FloatArray:
    """log10 of clean values; what is 0 or below has no logarithm, and below LOWEST there is only rounding."""
    cleaned = clean(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(cleaned > 0, np.log10(np.maximum(cleaned, LOWEST)), np.nan))
