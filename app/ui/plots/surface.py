"""What every plot begins with: a plot widget without frame, menu and buttons, axes and grid in the theme's colours."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QFrame

from app.ui.plots.axis import UnitAxis
from app.ui.theme import Theme

GRID_ALPHA = 0.16
BEHIND = -200  # of the axes with their grid: below the curves, whose box lies at -100


def surface(title: str, left: UnitAxis, bottom: UnitAxis) -> pg.PlotWidget:
    """An empty plot; `title` is what a screen reader says."""
    view = pg.PlotWidget(axisItems={"left": left, "bottom": bottom})
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setAccessibleName(title)
    plot = view.getPlotItem()
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.layout.setContentsMargins(0, 8, 12, 0)
    plot.vb.setDefaultPadding(0.0)
    for axis in (left, bottom):
        axis.setZValue(BEHIND)
    return view


def restyle(view: pg.PlotWidget) -> None:
    """Take the theme's colours."""
    view.setBackground(Theme.current().color("plot"))
    plot = view.getPlotItem()
    for name in ("left", "bottom"):
        plot.getAxis(name).restyle()
    plot.showGrid(x=True, y=True, alpha=GRID_ALPHA)
