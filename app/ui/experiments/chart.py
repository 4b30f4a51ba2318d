"""What the pages of an experiment share: a plot with axes in the theme's colours, a row of choices, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QMargins, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.document.atomic import write_bytes
from app.program import FloatArray
from app.training.sweep_plan import Column
from app.ui import icons, rich_text
from app.ui.controls.choice import Choice
from app.ui.controls.naming import named
from app.ui.experiments.results import Results
from app.ui.plots import export, surface
from app.ui.plots.axis import UnitAxis
from app.ui.plots.curves import widened
from app.ui.theme import Theme, mix, notifier
from blocks import units

if TYPE_CHECKING:
    from app.ui.desk import Desk

MOST_TRACES = 8
AROUND_EMPTY = QMargins(24, 8, 24, 24)  # px


class Page(QWidget):
    """`title` names its exports. `show_results` is called about ten times a second while runs come in, and only for the
    page that is seen."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.results: Results | None = None
        self._drawn: tuple[object, int] | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 8)
        self.column.setSpacing(6)
        self.choices = QHBoxLayout()
        self.choices.setSpacing(8)
        self.note = named(QLabel(), "second")
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._menu = QMenu(self)
        self._menu.addAction("Picture (PNG) …", self._png)
        self._menu.addAction("Drawing (SVG) …", self._svg)
        self._menu.addAction("Numbers (CSV) …", self._csv)
        self.export_button = named(QToolButton(), "flat")
        self.export_button.setText("Export")
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export_button.setMenu(self._menu)
        narrow = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.setSizePolicy(narrow)  # texts do not keep the window wide
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(self.choices)
        row.addWidget(self.note, 1)
        row.addWidget(self.export_button)
        self.column.addLayout(row)
        notifier().changed.connect(self._themed)

    # -- for the pages ------------------------------------------------------------------------------------------

    def draw(self, results: Results) -> None:
        """Show this."""
        raise NotImplementedError

    def clear(self) -> None:
        """Nothing has been run yet."""
        raise NotImplementedError

    def csv(self) -> str:
        """What is shown, as a table's text."""
        raise NotImplementedError

    def reset(self, results: Results) -> None:
        """Another experiment: choices follow its axes."""

    # -- what the window calls ----------------------------------------------------------------------------------

    def show_results(self, results: Results | None) -> None:
        """Draws if there is something new."""
        if results is None:
            self.results, self._drawn = None, None
            self.clear()
            return
        if self.results is not results:
            self.results = results
            self.reset(results)
        state = (results, results.revision)
        if self._drawn != state and self.isVisible():
            self._drawn = state
            self.draw(results)

    @Slot()
    def redraw(self) -> None:
        """After a choice or a change of theme."""
        self._drawn = None
        self.show_results(self.results)

    @Slot()
    def _themed(self) -> None:
        """Not overridden: Qt goes on calling a slot of a page that is gone where a subclass has its own."""
        self.restyle()

    def restyle(self) -> None:
        """Take the theme's colours."""
        self.export_button.setIcon(icons.icon("export", "second"))
        self.redraw()

    @Slot()
    def _png(self) -> None:
        export.ask(self, "png", "PNG picture", self.write_png)

    @Slot()
    def _svg(self) -> None:
        export.ask(self, "svg", "SVG drawing", self.write_svg)

    @Slot()
    def _csv(self) -> None:
        export.ask(self, "csv", "CSV table", self.write_csv)

    def write_png(self, path: str) -> None:
        export.write_png(self, path)

    def write_svg(self, path: str) -> None:
        export.write_svg(self, path)

    def write_csv(self, path: str) -> None:
        write_bytes(Path(path), self.csv().encode())


class PlotPage(Page):
    """A page with one plot; a double-click shows all of it again."""

    def __init__(self, desk: Desk, title: str, left: UnitAxis, bottom: UnitAxis) -> None:
        super().__init__(desk, title)
        self.view = surface.surface(title, left, bottom)
        self.plot: pg.PlotItem = self.view.getPlotItem()
        self.plot.vb.sigRangeChangedManually.connect(self._by_hand)
        self.view.scene().sigMouseClicked.connect(self._clicked)
        self.below = named(QLabel(), "second")
        self.below.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.empty = named(QLabel(self.view), "second")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.legend = named(QLabel(), "second")
        self.legend.setSizePolicy(self.note.sizePolicy())
        foot = QHBoxLayout()
        foot.addWidget(self.legend, 1)
        foot.addWidget(self.below)
        self.column.addWidget(self.view, 1)
        self.column.addLayout(foot)
        self._follows = True

    def restyle(self) -> None:
        surface.restyle(self.view)
        super().restyle()

    def reset(self, results: Results) -> None:
        self._follows = True

    def say_empty(self, text: str) -> None:
        """What stands in the plot while there is nothing to draw."""
        self.empty.setText(text)
        self.empty.setVisible(bool(text))
        self.plot.setVisible(not text)
        self.below.setVisible(not text)
        self.empty.setGeometry(self.view.rect().marginsRemoved(AROUND_EMPTY))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.empty.setGeometry(self.view.rect().marginsRemoved(AROUND_EMPTY))

    def follow(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        if self._follows:
            self.plot.setRange(xRange=widened(*x), yRange=widened(*y), padding=0)

    @Slot(object)
    def _by_hand(self, _axes: object) -> None:
        self._follows = False

    @Slot(object)
    def _clicked(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self._follows = True
            self.redraw()


class ValueAxis(UnitAxis):
    """An axis of a parameter's values: quantities with SI prefixes, powers where it is logarithmic, words or spreads
    as they were given."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._column: Column | None = None
        self._places: Sequence[float] = ()

    def show_column(self, column: Column, places: FloatArray) -> None:
        """`places` (values,) says where each value of the column stands."""
        self._column, self._places = column, [float(place) for place in places]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        return [(1.0, [place for place in self._places if minVal - 1e-12 <= place <= maxVal + 1e-12])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._column is None:
            return [""] * len(values)
        known = dict(zip(self._places, value_texts(self._column), strict=True))
        return [known.get(value, "") for value in values]


def value_texts(column: Column) -> list[str]:
    """Every value of an axis as people read it."""
    return [
        text if number != number or text.endswith("%") else rich_text.quantity(number, column.unit)
        for text, number in zip(column.texts, column.numbers, strict=True)
    ]


def axis_choice(tip: str) -> Choice:
    """A choice among the axes of an experiment."""
    box = Choice()
    box.setToolTip(tip)
    box.setAccessibleName(tip)
    fit(box)
    return box


def fit(box: Choice) -> None:
    """As wide as its words, up to a limit; narrow windows make it smaller."""
    box.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    box.setMinimumWidth(80)
    box.setMaximumWidth(220)


def value_color(index: int, count: int) -> QColor:
    """The traces' colours for a few values; for many, from pale to strong."""
    current = Theme.current()
    if count <= MOST_TRACES:
        return current.trace(index)
    return mix(mix(current.color("plot"), current.trace(0), 0.3), current.trace(1), index / max(1, count - 1))


def target_text(target: float) -> str:
    return f"target {units.format_si(target, 'V^2')}".replace("^2", "²")
