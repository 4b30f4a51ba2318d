"""The legend in a pane's title row: a click hides a trace, a double-click shows it alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from app.ui import look

MAX_ENTRIES = 8


class LegendEntry(QAbstractButton):
    """A stroke in the trace's colour and its name; struck out while hidden."""

    isolated = Signal(int)

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = index
        self._colour = QColor()
        self._dashed = False
        self.setCheckable(True)
        self.setChecked(True)
        self.setFixedHeight(24)
        self.setToolTip("Click hides, double-click shows this trace alone")

    def show_trace(self, name: str, colour: QColor, dashed: bool) -> None:
        if (name, colour, dashed) == (self.text(), self._colour, self._dashed) and self.isVisibleTo(self.parentWidget()):
            return
        self._colour, self._dashed = colour, dashed
        self.setText(name)
        self.setVisible(True)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(min(110, metrics.horizontalAdvance(self.text())) + 26, 24)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.isolated.emit(self.index)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._colour if self.isChecked() else look.colour("border"), 2.0)
        if self._dashed:
            pen.setDashPattern([2.0, 1.5])
        painter.setPen(pen)
        painter.drawLine(QPointF(2, 12), QPointF(16, 12))
        font = look.font(10)
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        painter.setPen(look.colour("text" if self.isChecked() else "hint"))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 22)
        painter.drawText(self.rect().adjusted(21, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


class Legend(QWidget):
    """A fixed pool of entries. `changed` tells that visibility has changed; ask `is_shown(index)`."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.entries = [LegendEntry(index, self) for index in range(MAX_ENTRIES)]
        for entry in self.entries:
            entry.setFont(look.font(10))
            entry.hide()
            entry.clicked.connect(self.changed)
            entry.isolated.connect(self._isolate)
            row.addWidget(entry)
        row.addStretch(1)

    def show_traces(self, traces: list[tuple[str, QColor, bool]]) -> None:
        """(name, colour, dashed) of each trace in order; more than the pool holds have no entry."""
        for index, entry in enumerate(self.entries):
            if index < len(traces):
                entry.show_trace(*traces[index])
            elif entry.isVisibleTo(self):
                entry.hide()

    def is_shown(self, index: int) -> bool:
        return index >= MAX_ENTRIES or self.entries[index].isChecked()

    def _isolate(self, index: int) -> None:
        shown = [entry for entry in self.entries if entry.isVisibleTo(self)]
        alone = all(entry.isChecked() == (entry.index == index) for entry in shown)
        for entry in shown:
            entry.setChecked(alone or entry.index == index)
            entry.update()
        self.changed.emit()
