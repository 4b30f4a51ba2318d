"""What all plot panes share: a card that is a dock, a title row with legend and note, axes in the theme's colours."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app.program import FloatArray
from app.ui import look
from app.ui.plots.axis import UnitAxis
from app.ui.plots.legend import Legend

SMOOTH_POINTS = 50_000


def pen(colour: QColor, width: float = 1.0, dashes: list[float] | None = None) -> QPen:
    """Cosmetic, so that it keeps its width at every zoom. Wider than 1 is many times slower: only for a focused trace."""
    result = QPen(colour, width)
    result.setCosmetic(True)
    if dashes:
        result.setDashPattern(dashes)
    return result


class CurvePool:
    """A fixed number of curves of one plot; curves that are not used are hidden, never destroyed."""

    def __init__(self, plot: pg.PlotItem, size: int) -> None:
        self._curves = [pg.PlotCurveItem(skipFiniteCheck=True) for _ in range(size)]
        for curve in self._curves:
            curve.setVisible(False)
            plot.addItem(curve)

    def __len__(self) -> int:
        return len(self._curves)

    def show(self, index: int, x: FloatArray, y: FloatArray, pen_: QPen, connect: object = "all") -> None:
        curve = self._curves[index]
        if not len(x):
            curve.setVisible(False)
            return
        curve.setData(x, y, pen=pen_, antialias=len(x) < SMOOTH_POINTS and pen_.widthF() > 1.0, connect=connect)
        curve.setVisible(True)

    def hide_from(self, index: int) -> None:
        for curve in self._curves[index:]:
            curve.setVisible(False)


class Pane(QDockWidget):
    """`title` names the dock too; `note` is the small text at the right of the title row."""

    def __init__(self, name: str, title: str, unit: str, x_label: str, logarithmic: bool = False) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.TopDockWidgetArea)
        self._build_title(title)
        body = QFrame(objectName="paneBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(8, 0, 10, 4)
        column.setSpacing(0)
        axes = {"left": UnitAxis("left", unit, logarithmic), "bottom": UnitAxis("bottom")}
        self.view = pg.PlotWidget(axisItems=axes)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setAccessibleName(title)
        self.plot: pg.PlotItem = self.view.getPlotItem()
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.vb.sigRangeChangedManually.connect(self._by_hand)
        self._below = QLabel(x_label, objectName="axisLabel")
        self._below.setAlignment(Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.view, 1)
        column.addWidget(self._below)
        self.column = column
        self.setWidget(body)
        self.follows = True
        self.view.scene().sigMouseClicked.connect(self._clicked)
        self.restyle()

    def _build_title(self, title: str) -> None:
        bar = QFrame(objectName="paneTitle")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 12, 0)
        row.setSpacing(12)
        row.addWidget(QLabel(title, objectName="paneName"))
        self.legend = Legend()
        row.addWidget(self.legend, 1)
        self.note = QLabel(objectName="paneNote")
        row.addWidget(self.note)
        self.setTitleBarWidget(bar)
        bar.setFixedHeight(29)

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.view.setBackground(look.colour("plot"))
        for name in ("left", "bottom"):
            self.plot.getAxis(name).restyle()
        self.plot.showGrid(x=True, y=True, alpha=0.16)

    def set_x_label(self, text: str) -> None:
        if self._below.text() != text:
            self._below.setText(text)

    def follow(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this range, unless somebody has zoomed or panned; spans of nothing are widened."""
        if not self.follows:
            return
        self.plot.setRange(xRange=_widened(*x), yRange=_widened(*y), padding=0)

    @Slot()
    def autoscale(self) -> None:
        self.follows = True

    @Slot(object)
    def _by_hand(self, _axes: object) -> None:
        self.follows = False

    @Slot(object)
    def _clicked(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self.autoscale()


def _widened(low: float, high: float) -> tuple[float, float]:
    if not (np.isfinite(low) and np.isfinite(high)):
        return 0.0, 1.0
    least = max(1e-12, 1e-6 * max(abs(low), abs(high)))
    if high - low < least:
        return low - least, high + least
    return low, high


def nice_range(y: FloatArray, least: tuple[float, float]) -> tuple[float, float]:
    """The range of y, at least `least`, with a little room and in steps, so that it does not follow every wiggle."""
    finite = y[np.isfinite(y)]
    if not len(finite):
        return least
    low, high = min(least[0], float(finite.min())), max(least[1], float(finite.max()))
    step = 10.0 ** np.floor(np.log10(max(high - low, 1e-9))) / 2
    return float(np.floor(low / step + 0.05) * step), float(np.ceil(high / step - 0.05) * step)
