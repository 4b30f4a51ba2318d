"""The legend in a pane's title row: a click hides a trace, a double-click shows it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui import math_text
from app.ui.theme import Theme

MOST_ENTRIES = 16
STROKE, WIDEST, HEIGHT, GAP = 15.0, 120, 24, 10
DASHES = [1.7, 1.0]  # in widths of the pen


@dataclass(frozen=True, slots=True)
class Trace:
    """How a trace is drawn and called. `role` is a theme colour that replaces the numbered one."""

    name: str
    number: int
    unit: str = "V"
    dashed: bool = False
    role: str = ""

    @property
    def color(self) -> QColor:
        current = Theme.current()
        return current.color(self.role) if self.role else current.trace(self.number)


class LegendEntry(QAbstractButton):
    """A stroke in the trace's colour and its name; pale and struck out while hidden."""

    isolated = Signal(int)
    hovered = Signal(int)

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = index
        self._trace = Trace("", 0)
        self.setCheckable(True)
        self.setChecked(True)

    def show_trace(self, trace: Trace) -> None:
        if trace == self._trace:
            return
        self._trace = trace
        self.setText(trace.name)
        unit = f" [{trace.unit}]" if trace.unit else ""
        self.setToolTip(f"{trace.name}{unit}\nClick hides, double-click shows this trace alone")
        self.setAccessibleName(f"Trace {trace.name}")
        self.update()

    def sizeHint(self) -> QSize:
        width = STROKE + 5 + math_text.plain(self._trace.name, 10).width
        return QSize(round(min(WIDEST, width)) + 2, HEIGHT)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setChecked(not self.isChecked())  # takes the first click back
        self.isolated.emit(self.index)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(self.index)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current, shown = Theme.current(), self.isChecked()
        middle = self.height() / 2.0
        pen = QPen(self._trace.color if shown else current.color("border"), 2.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._trace.dashed:
            pen.setDashPattern(DASHES)
        painter.setPen(pen)
        painter.drawLine(QPointF(1, middle), QPointF(STROKE, middle))
        painter.setPen(current.color("text" if shown else "hint"))
        room = self.width() - STROKE - 6
        laid = math_text.elided(self._trace.name, room, 10)
        laid.paint(painter, STROKE + 5, laid.base_in(0, self.height()))
        if not shown:
            painter.drawLine(QPointF(STROKE + 4, middle), QPointF(STROKE + 6 + laid.width, middle))
        if self.hasFocus():
            painter.setPen(QPen(current.color("accent"), 1.0))
            painter.drawRoundedRect(self.rect().adjusted(0, 2, -1, -3), 4, 4)


class Legend(QWidget):
    """A fixed pool of entries in one line; what has no room is told by a number. `changed` tells that visibility or
    focus has changed; ask `is_shown(index)` and `focused`, the trace under the mouse (-1: none)."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.entries = [LegendEntry(index, self) for index in range(MOST_ENTRIES)]
        for entry in self.entries:
            entry.hide()
            entry.clicked.connect(self._clicked)
            entry.isolated.connect(self._isolate)
            entry.hovered.connect(self._hovered)
        self.traces: tuple[Trace, ...] = ()
        self._left_out = self._end = 0
        self.focused = -1

    def show_traces(self, traces: Sequence[Trace]) -> None:
        """The traces in order; more than the pool holds have no entry."""
        if tuple(traces) == self.traces:
            return
        self.traces = tuple(traces)
        for entry, trace in zip(self.entries, self.traces, strict=False):
            entry.show_trace(trace)
        for entry in self.entries[len(self.traces) :]:
            entry.setChecked(True)
        self._arrange()

    def is_shown(self, index: int) -> bool:
        return index >= MOST_ENTRIES or self.entries[index].isChecked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, HEIGHT)

    def _arrange(self) -> None:
        x = 0
        known = self.entries[: len(self.traces)]
        shown = 0
        for number, entry in enumerate(known):
            width = entry.sizeHint().width()
            reserve = 30 if number < len(self.traces) - 1 else 0
            if x + width + reserve > self.width():
                break
            entry.setGeometry(x, 0, width, HEIGHT)
            x += width + GAP
            shown += 1
        for number, entry in enumerate(self.entries):
            entry.setVisible(number < shown)
        self._left_out, self._end = len(self.traces) - shown, x
        names = ", ".join(trace.name for trace in self.traces[shown:])
        self.setToolTip(f"Not enough room for: {names}" if names else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._left_out:
            return
        painter = QPainter(self)
        painter.setPen(Theme.current().color("hint"))
        laid = math_text.plain(f"+{self._left_out}", 10)
        laid.paint(painter, self._end, laid.base_in(0, self.height()))

    @Slot()
    def _clicked(self) -> None:
        self.changed.emit()

    @Slot(int)
    def _hovered(self, index: int) -> None:
        self.focused = index
        self.changed.emit()

    @Slot(int)
    def _isolate(self, index: int) -> None:
        known = self.entries[: len(self.traces)]
        alone = all(entry.isChecked() == (entry.index == index) for entry in known)
        for entry in known:
            entry.setChecked(alone or entry.index == index)
            entry.update()
        self.changed.emit()
