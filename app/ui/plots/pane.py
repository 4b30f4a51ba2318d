"""What all plot panes share: a card that is a dock, a title row with legend, note and menu, export of what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout

from app.program import FloatArray
from app.ui import icons
from app.ui.controls.naming import named
from app.ui.plots import export, surface
from app.ui.plots.axis import UnitAxis
from app.ui.plots.curves import MOST_POINTS, Marker, pen, widened
from app.ui.plots.legend import Legend
from app.ui.plots.shared import shared
from app.ui.theme import Theme, notifier

if TYPE_CHECKING:
    from app.training.frame import Frame
    from app.ui.desk import Desk



class Pane(QDockWidget):
    """`title` names the dock too; `note` is the small text at the right of the title row. A pane follows its desk's
    frames while it can be seen, and takes the newest one when it comes to sight."""

    def __init__(self, desk: Desk, name: str, title: str) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.desk, self.shared = desk, shared(desk)
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.TopDockWidgetArea)
        self._build_title(title)
        self.body = named(QFrame(), "paneBody")
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(8, 0, 8, 6)
        self.column.setSpacing(0)
        self.setWidget(self.body)
        desk.framed.connect(self._framed)
        desk.replaced.connect(self._replaced)
        self.visibilityChanged.connect(self._shown)
        notifier().changed.connect(self._theme_switched)

    def _build_title(self, title: str) -> None:
        bar = named(QFrame(), "paneTitle")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 4, 0)
        row.setSpacing(12)
        row.addWidget(named(QLabel(title), "paneName"))
        self.legend = Legend()
        row.addWidget(self.legend, 1)
        self.note = named(QLabel(), "paneNote")
        row.addWidget(self.note)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.menu_button = named(QToolButton(), "paneMenu")
        self.menu_button.setToolTip(f"{title}: view and export")
        self.menu_button.setAccessibleName(f"{title} menu")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setFixedSize(24, 24)
        self.menu_button.setMenu(self.menu)
        row.addWidget(self.menu_button)
        self.setTitleBarWidget(bar)
        bar.setFixedHeight(29)

    # -- for the panes ----------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Draw a frame."""
        raise NotImplementedError

    def clear(self) -> None:
        """Another document stands on the desk: show nothing of the last one."""
        raise NotImplementedError

    def table(self) -> tuple[list[str], list[FloatArray]]:
        """What is plotted: column names with units, and columns of equal length."""
        raise NotImplementedError

    def add_choices(self, menu: QMenu) -> None:
        """A pane's own entries, above those for export."""

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.menu_button.setIcon(icons.icon("more", "second"))
        frame = self.desk.frame
        if frame is not None:
            self.show_frame(frame)

    # -- export -----------------------------------------------------------------------------------------------------

    def export_menu(self) -> QMenu:
        """Entries that write what is shown as PNG, SVG and CSV."""
        menu = QMenu("Export", self)
        for text, slot in (
            ("Picture (PNG) …", self._export_png),
            ("Drawing (SVG) …", self._export_svg),
            ("Numbers (CSV) …", self._export_csv),
        ):
            menu.addAction(text, slot)
        return menu

    @Slot()
    def _export_png(self) -> None:
        export.ask(self, "png", "PNG picture", self.write_png)

    @Slot()
    def _export_svg(self) -> None:
        export.ask(self, "svg", "SVG drawing", self.write_svg)

    @Slot()
    def _export_csv(self) -> None:
        export.ask(self, "csv", "CSV table", self.write_csv)

    def write_png(self, path: str) -> None:
        """The pane at twice its size on screen. Raises OSError."""
        with self._without_menu():
            export.write_png(self, path)

    def write_svg(self, path: str) -> None:
        """The pane as a drawing. Raises OSError."""
        with self._without_menu():
            export.write_svg(self, path)

    @contextmanager
    def _without_menu(self) -> Iterator[None]:
        self.menu_button.hide()
        try:
            yield
        finally:
            self.menu_button.show()

    def write_csv(self, path: str) -> None:
        """What is plotted. Raises OSError."""
        export.write_csv(path, *self.table())

    # -- following the desk -----------------------------------------------------------------------------------------

    @Slot()
    def _theme_switched(self) -> None:
        # Not connected directly: a slot that a subclass overrides is called even after the widget is gone.
        self.restyle()

    @Slot(object)
    def _framed(self, frame: Frame) -> None:
        if self.isVisible():
            self.show_frame(frame)

    @Slot(bool)
    def _shown(self, visible: bool) -> None:
        if visible and self.desk.frame is not None:
            self.show_frame(self.desk.frame)

    @Slot()
    def _replaced(self) -> None:
        self.clear()

    @Slot()
    def _fill_menu(self) -> None:
        self.menu.clear()
        self.add_choices(self.menu)
        self.menu.addSeparator()
        self.menu.addMenu(self.export_menu())


class CurvePane(Pane):
    """A pane with one plot. The range follows the data until somebody zooms or pans; a double-click lets it follow
    again."""

    def __init__(
        self, desk: Desk, name: str, title: str, unit: str, x_label: str, *, logarithmic: bool = False
    ) -> None:
        super().__init__(desk, name, title)
        self.view = surface.surface(title, UnitAxis("left", unit, logarithmic), UnitAxis("bottom"))
        self.plot: pg.PlotItem = self.view.getPlotItem()
        self.plot.vb.sigRangeChangedManually.connect(self._by_hand)
        self.view.scene().sigMouseClicked.connect(self._clicked)
        self._below = named(QLabel(x_label), "axisLabel")
        self._below.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.empty = named(QLabel(), "emptyText")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.empty.setWordWrap(True)
        self.empty.hide()
        over = QVBoxLayout(self.view)
        over.setContentsMargins(52, 8, 16, 24)
        over.addWidget(self.empty)
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self._below)
        self._viewed = Marker(angle=90, movable=False)
        self._viewed.setVisible(False)
        self.plot.addItem(self._viewed, ignoreBounds=True)
        self.follows = True
        self._wanted: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 1.0), (0.0, 1.0))

    def restyle(self) -> None:
        surface.restyle(self.view)
        self._viewed.setPen(pen(Theme.current().color("accent", 0.6), 2.0))
        super().restyle()

    def mark_viewed(self, epoch: int | None) -> None:
        """The epoch that is looked back at, in panes over epochs; None for the present."""
        self._viewed.setVisible(epoch is not None)
        if epoch is not None:
            self._viewed.setValue(epoch)

    def set_x_label(self, text: str) -> None:
        if self._below.text() != text:
            self._below.setText(text)

    def say_empty(self, text: str) -> None:
        """What stands in the plot while there is nothing to draw ("" takes it away)."""
        if text != self.empty.text():
            self.empty.setText(text)
        self.empty.setVisible(bool(text))
        self.plot.setVisible(not text)
        self._below.setVisible(not text and bool(self._below.text()))

    def follow(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this range, unless somebody has zoomed or panned; spans of nothing are widened."""
        self._wanted = widened(*x), widened(*y)
        if self.follows:
            self.plot.setRange(xRange=self._wanted[0], yRange=self._wanted[1], padding=0)
            # pyqtgraph moves its items when it begins to paint, which makes it paint once more.
            self.plot.vb.prepareForPaint()

    def most_points(self, live: bool) -> int:
        """How many points of a curve are worth drawing: while it changes, minimum and maximum of every pixel."""
        return max(200, 2 * self.view.width()) if live else MOST_POINTS

    def add_choices(self, menu: QMenu) -> None:
        menu.addAction("Autoscale (double-click)", self.autoscale)

    @Slot()
    def autoscale(self) -> None:
        """The range follows the data again."""
        self.follows = True
        self.follow(*self._wanted)

    @Slot(object)
    def _by_hand(self, _axes: object) -> None:
        self.follows = False

    @Slot(object)
    def _clicked(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self.autoscale()


def same_length(columns: list[FloatArray]) -> list[FloatArray]:
    """Columns filled up with NaN to the longest."""
    length = max((len(column) for column in columns), default=0)
    return [np.append(column, np.full(length - len(column), np.nan)) for column in columns]
