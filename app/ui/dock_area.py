"""What lies around the drawing: palette, inspector and plot panes as docks that are moved, closed, and remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from app.ui.desk import Desk
from app.ui.docks import panel_dock
from app.ui.panels.inspector import Inspector
from app.ui.panels.palette import Palette
from app.ui.plots.decision import DecisionPane
from app.ui.plots.learning import LearningPane
from app.ui.plots.pane import Pane
from app.ui.plots.signals import SignalsPane
from app.ui.plots.weight_map import WeightMapPane
from app.ui.plots.weights import WeightsPane
from app.ui.settings import settings

PALETTE_WIDTH, INSPECTOR_WIDTH = 190, 284
PLOTS_SHARE, LEAST_PLOTS_HEIGHT = 0.3, 180
PANE_WIDTHS = (500, 300, 290, 310)
LAYOUT = "docks 2"  # of which docks there are


class DockArea(QMainWindow):
    """Around `centre`. A window only in name: it is part of the workspace."""

    def __init__(self, desk: Desk, centre: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("docks")
        self.setWindowFlags(Qt.WindowType.Widget)  # its constructor always makes it a window
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCentralWidget(centre)
        self.docks: dict[str, QDockWidget] = {}
        self.palette_panel, self.inspector = Palette(desk), Inspector(desk)
        self._add_panels()
        self.weights, self.decision, self.learning = WeightsPane(desk), DecisionPane(desk), LearningPane(desk)
        self.panes: tuple[Pane, ...] = (
            SignalsPane(desk), self.weights, self.learning, self.decision, WeightMapPane(desk),
        )  # fmt: skip
        self._add_plots()
        self._first_layout = self.saveState()

    def _add_panels(self) -> None:
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        for name, title, panel, width, side in (
            ("palette", "Palette", self.palette_panel, PALETTE_WIDTH, left),
            ("inspector", "Inspector", self.inspector, INSPECTOR_WIDTH, right),
        ):
            self.docks[name] = dock = panel_dock(name, title, panel, width, self)
            self.addDockWidget(side, dock)

    def _add_plots(self) -> None:
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, bottom)
        for pane in self.panes:
            self.docks[pane.objectName()] = pane
            self.addDockWidget(bottom, pane, Qt.Orientation.Horizontal)
        self.tabifyDockWidget(self.decision, self.panes[-1])
        self.panes[-1].hide()

    def arrange(self) -> None:
        """Give panels and plots their sizes, or those that were left last time."""
        kept = settings().layout(LAYOUT)
        if kept.isEmpty() or not self.restoreState(kept):
            self._first_sizes()

    def _first_sizes(self) -> None:
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        docks = self.docks
        self.resizeDocks([docks["palette"], docks["inspector"]], [PALETTE_WIDTH, INSPECTOR_WIDTH], horizontal)
        self.resizeDocks([self.panes[0]], [max(LEAST_PLOTS_HEIGHT, round(PLOTS_SHARE * self.height()))], vertical)
        self.resizeDocks(list(self.panes[:4]), list(PANE_WIDTHS), horizontal)

    def keep_layout(self) -> None:
        settings().keep_layout(LAYOUT, self.saveState())

    @Slot()
    def reset_layout(self) -> None:
        settings().forget_layout()
        self.restoreState(self._first_layout)
        self._first_sizes()

    def fill_panels(self, menu: QMenu) -> None:
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())
