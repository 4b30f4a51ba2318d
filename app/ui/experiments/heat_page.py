"""A table over two parameters: share that learned or median MSE, as coloured cells with their numbers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.export.sweep_files import safe
from app.program import FloatArray
from app.training.sweep_table import heat_over
from app.ui import rich_text, theme
from app.ui.controls.choice import Choice
from app.ui.experiments.chart import Page, axis_choice, fit, value_texts
from app.ui.experiments.results import Results
from app.ui.theme import Theme, contrast, mix

if TYPE_CHECKING:
    from app.ui.desk import Desk

NO_AXES = "A heat map needs two parameters that each have several values."
SHARE, MSE = "share that learned", "median MSE"


class HeatPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "heat-map")
        self.rows, self.columns_box = axis_choice("Rows"), axis_choice("Columns")
        self.what = Choice()
        fit(self.what)
        self.what.addItems([SHARE, MSE])
        self.what.setAccessibleName("what the cells show")
        for text, box in (("Show", self.what), ("over", self.rows), ("and", self.columns_box)):
            self.choices.addWidget(QLabel(text))
            self.choices.addWidget(box)
            box.currentIndexChanged.connect(self.redraw)
        self.map = HeatMap()
        self.column.addWidget(self.map, 1)
        self.restyle()

    def reset(self, results: Results) -> None:
        labels = [column.label for column in results.columns]
        for box, index in ((self.rows, 0), (self.columns_box, 1)):
            box.blockSignals(True)
            box.clear()
            box.addItems(labels)
            box.setCurrentIndex(min(index, len(labels) - 1))
            box.blockSignals(False)

    def clear(self) -> None:
        self._choices_shown(False)
        self.map.show_text("Shares over two parameters appear here.")

    def _choices_shown(self, shown: bool) -> None:
        for number in range(self.choices.count()):
            item = self.choices.itemAt(number)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(shown)

    def draw(self, results: Results) -> None:
        several = len(results.columns) >= 2
        self._choices_shown(several)
        if not several:
            self.map.show_text(NO_AXES)
            return
        first, second = max(0, self.rows.currentIndex()), max(0, self.columns_box.currentIndex())
        if first == second:
            self.map.show_text("Choose two different parameters.")
            return
        heat = heat_over(results.table, first, second)
        texts = [value_texts(results.columns[axis]) for axis in (first, second)]
        if self.what.currentText() == SHARE:
            words = [[_percent(value) for value in row] for row in heat.share]
            self.map.show_map(heat.labels, texts, heat.share, words)
        else:
            words = [[rich_text.power_of_ten(value) if np.isfinite(value) else "" for value in row] for row in heat.mse]
            self.map.show_map(heat.labels, texts, _goodness(heat.mse), words)

    def csv(self) -> str:
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        if self.results is None or len(self.results.columns) < 2:
            return ""
        heat = heat_over(self.results.table, max(0, self.rows.currentIndex()), max(0, self.columns_box.currentIndex()))
        writer.writerow([safe(heat.labels[0]), safe(heat.labels[1]), "share reached", "median MSE [V^2]"])
        for row, text in enumerate(heat.texts[0]):
            for column, other in enumerate(heat.texts[1]):
                cells = [heat.share[row, column], heat.mse[row, column]]
                writer.writerow([safe(text), safe(other), *("" if np.isnan(cell) else float(cell) for cell in cells)])
        return stream.getvalue()


class HeatMap(QWidget):
    """Paints cells: `goodness` 0..1 (NaN: nothing known) is the colour, `words` stand in them where they fit."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._labels = ("", "")
        self._texts: list[list[str]] = [[], []]
        self._goodness = np.zeros((0, 0))
        self._words: list[list[str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def show_text(self, text: str) -> None:
        self._text = text
        self.update()

    def show_map(
        self, labels: tuple[str, str], texts: list[list[str]], goodness: FloatArray, words: list[list[str]]
    ) -> None:
        self._text, self._labels, self._texts = "", labels, texts
        self._goodness, self._words = goodness, words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = Theme.current()
        painter.setFont(theme.font(11))
        painter.setPen(current.color("second"))
        if self._text or not self._goodness.size:
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(24, 24, -24, -24), wrap, self._text)
            return
        metrics = QFontMetricsF(painter.font(), self)
        left = min(0.35 * self.width(), 12 + max(metrics.horizontalAdvance(text) for text in self._texts[0]))
        cells = QRectF(self.rect()).adjusted(left, 26, -8, -44)
        self._paint_cells(painter, cells)
        self._paint_labels(painter, cells, metrics)

    def _paint_cells(self, painter: QPainter, cells: QRectF) -> None:
        rows, columns = self._goodness.shape
        painter.setFont(theme.font(11, 600))
        metrics = QFontMetricsF(painter.font(), self)
        for row in range(rows):
            for column in range(columns):
                cell = self._cell(cells, row, column)
                fill = _color(self._goodness[row, column])
                painter.fillRect(cell.adjusted(1, 1, -1, -1), fill)
                word = self._words[row][column]
                if metrics.horizontalAdvance(word) < cell.width() - 6 and metrics.height() < cell.height():
                    ink = max(("text", "panel"), key=lambda role: contrast(Theme.current().color(role), fill))
                    painter.setPen(Theme.current().color(ink))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, word)

    def _paint_labels(self, painter: QPainter, cells: QRectF, metrics: QFontMetricsF) -> None:
        rows, columns = self._goodness.shape
        painter.setFont(theme.font(11))
        painter.setPen(Theme.current().color("second"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        every = max(1, -(-int(metrics.height()) // max(1, int(cells.height() / rows))))
        for row in range(0, rows, every):
            cell = self._cell(cells, row, 0)
            place = QRectF(0, cell.center().y() - 10, cells.left() - 8, 20)
            painter.drawText(place, right, metrics.elidedText(self._texts[0][row], _ELIDE, place.width()))
        widest = max(metrics.horizontalAdvance(text) for text in self._texts[1]) + 8
        every = max(1, int(-(-widest // max(1.0, cells.width() / columns))))
        for column in range(0, columns, every):
            cell = self._cell(cells, rows - 1, column)
            place = QRectF(cell.center().x() - widest / 2, cells.bottom() + 2, widest, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._texts[1][column])
        painter.setFont(theme.font(11, 600))
        painter.setPen(Theme.current().color("text"))
        painter.drawText(QRectF(4, 0, self.width() - 8, 22), Qt.AlignmentFlag.AlignVCenter, self._labels[0])
        painter.drawText(QRectF(cells.left(), cells.bottom() + 22, cells.width(), 20), right, self._labels[1])

    def _cell(self, cells: QRectF, row: int, column: int) -> QRectF:
        """The first row lies at the top."""
        rows, columns = self._goodness.shape
        left = round(cells.left() + cells.width() * column / columns)
        top = round(cells.top() + cells.height() * row / rows)
        end = round(cells.left() + cells.width() * (column + 1) / columns)
        bottom = round(cells.top() + cells.height() * (row + 1) / rows)
        return QRectF(left, top, end - left, bottom - top)


_ELIDE = Qt.TextElideMode.ElideRight


def _color(goodness: float) -> QColor:
    current = Theme.current()
    if np.isnan(goodness):
        return current.color("field")
    return mix(mix(current.color("panel"), current.color("good"), 0.12), current.color("good"), float(goodness))


def _goodness(mse: FloatArray) -> FloatArray:
    """0..1 for the largest to the smallest MSE, by its logarithm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(np.where(np.isfinite(mse) & (mse > 0), mse, np.nan))
    known = logs[np.isfinite(logs)]
    if not len(known):
        return logs
    span = float(known.max() - known.min())
    return np.asarray((known.max() - logs) / span if span > 0 else np.where(np.isnan(logs), np.nan, 1.0))


def _percent(share: float) -> str:
    return "" if np.isnan(share) else f"{share:.0%}"
