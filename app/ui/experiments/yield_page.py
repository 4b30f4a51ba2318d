"""Yield: which share of the runs learned, against a parameter, with the 95 % interval of that share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QLabel

from app.export.sweep_files import yields_csv
from app.program import FloatArray
from app.training.sweep_plan import Column
from app.training.sweep_table import yield_along
from app.ui.experiments.chart import PlotPage, ValueAxis, axis_choice
from app.ui.experiments.results import Results
from app.ui.plots.axis import UnitAxis
from app.ui.plots.curves import CurvePool, pen
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.desk import Desk

NO_AXIS = (
    "A yield curve needs a parameter with several values: a list, a range, or a draw with several sigmas "
    "such as 1m, 5m, 20m."
)


class YieldPage(PlotPage):
    def __init__(self, desk: Desk) -> None:
        self._values = ValueAxis()
        super().__init__(desk, "yield", UnitAxis("left", "%"), self._values)
        self.axis = axis_choice("Yield against")
        self.axis.currentIndexChanged.connect(self.redraw)
        self._against = QLabel("Against")
        self.choices.addWidget(self._against)
        self.choices.addWidget(self.axis)
        self._line = CurvePool(self.plot, 1)
        self._bars = pg.ErrorBarItem(x=np.zeros(1), y=np.zeros(1), top=0.0, bottom=0.0)
        self._dots = pg.ScatterPlotItem(size=8, pxMode=True)
        for item in (self._bars, self._dots):
            self.plot.addItem(item, ignoreBounds=True)
        self.restyle()

    def reset(self, results: Results) -> None:
        super().reset(results)
        self.axis.blockSignals(True)
        self.axis.clear()
        self.axis.addItems([column.label for column in results.columns])
        self.axis.blockSignals(False)

    def clear(self) -> None:
        self._show_nothing("The share of runs that learn appears here.")

    def _show_nothing(self, text: str) -> None:
        self.say_empty(text)
        for item in (self._bars, self._dots):
            item.setVisible(False)
        self._line.hide_from(0)
        self.axis.hide()
        self._against.hide()
        self.below.setText("")
        self.note.setText("")

    def draw(self, results: Results) -> None:
        if not results.columns:
            self._show_nothing(NO_AXIS)
            return
        self.say_empty("")
        self.axis.show()
        self._against.show()
        column = results.columns[max(0, self.axis.currentIndex())]
        found = yield_along(results.table, max(0, self.axis.currentIndex()))
        x = places(column)
        order = np.argsort(x)
        known = order[found.runs[order] > 0]
        percent, low, high = 100.0 * found.share[known], 100.0 * found.low[known], 100.0 * found.high[known]
        color = Theme.current().trace(0)
        self._line.show(0, x[known], percent, pen(color, 2.0))
        above, below = high - percent, percent - low
        self._bars.setData(x=x[known], y=percent, top=above, bottom=below, beam=0.0, pen=pen(color, 1.2))
        self._dots.setData(x[known], percent, brush=pg.mkBrush(color), pen=pen(Theme.current().color("plot")))
        for item in (self._bars, self._dots):
            item.setVisible(bool(len(known)))
        self._values.show_column(column, x)
        self.plot.getAxis("bottom").picture = None
        self.below.setText(f"{column.label}   (bars: 95 % interval)")
        self.note.setText(f"{int(found.runs.sum())} runs, learned at MSE ≤ {results.plan.sweep.target:g} V²")
        room = 0.05 * (x.max() - x.min()) or 0.5
        self.follow((float(x.min() - room), float(x.max() + room)), (-2.0, 104.0))

    def csv(self) -> str:
        return "" if self.results is None else yields_csv(self.results.table)


def places(column: Column) -> FloatArray:
    """(values,) where the values of an axis stand: by number, by its logarithm where they span decades, in their order
    where they are words."""
    numbers = np.array(column.numbers)
    if np.isnan(numbers).any() or len(np.unique(numbers)) < len(numbers):
        return np.arange(float(len(numbers)))
    if (numbers > 0).all() and numbers.max() >= 20 * numbers.min():
        return np.asarray(np.log10(numbers))
    span = float(numbers.max() - numbers.min()) or 1.0
    return np.asarray((numbers - numbers.min()) / span)
