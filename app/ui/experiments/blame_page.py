"""Blame: which imperfection costs most MSE, as bars; a click shows the parts on the canvas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QWidget

from app.export.sweep_files import blame_csv
from app.training.sweep_blame import Cost
from app.ui import rich_text, theme
from app.ui.experiments.chart import Page
from app.ui.experiments.results import Results
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.desk import Desk

ROW, LEFT, RIGHT = 30, 160, 190
NOT_ASKED = (
    "Which imperfection costs most? Let something be drawn at random, choose under “Blame” how to group "
    "it, and start: every group's variance is removed in turn, in the same runs."
)


class BlamePage(Page):
    """`reveal` with the ids of the blocks in a group that was clicked."""

    reveal = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "blame")
        self.bars = BlameBars()
        self.on_canvas = QCheckBox("Show on the canvas")
        self.on_canvas.setChecked(True)
        self.on_canvas.setToolTip("A bar under each block: its share of what the imperfections cost")
        self.choices.addWidget(self.on_canvas)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.bars)
        scroll.viewport().setAutoFillBackground(False)
        self.bars.setAutoFillBackground(False)
        self.column.addWidget(scroll, 1)
        self.bars.clicked.connect(self._clicked)
        self.restyle()

    def clear(self) -> None:
        self.note.setText("")
        self.on_canvas.hide()
        self.bars.show_costs((), NOT_ASKED)

    def draw(self, results: Results) -> None:
        if not results.groups:
            self.clear()
            return
        self.on_canvas.show()
        costs = [cost for cost in results.costs() if cost.runs > 0]
        undone = "with each group mended" if results.plan.sweep.flaws else "without each group's variance"
        self.note.setText(f"what the mean final MSE falls by {undone}")
        self.bars.show_costs(costs, "" if costs else "The first pairs of runs are under way.")

    @Slot(object)
    def _clicked(self, cost: Cost) -> None:
        self.reveal.emit(tuple(dict.fromkeys(address.instance for address in cost.group.addresses)))

    def csv(self) -> str:
        return "" if self.results is None else blame_csv(self.results.costs())


class BlameBars(QWidget):
    """A bar a group with a whisker of two standard errors; pale where the cost does not stand out of the scatter."""

    clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._costs: Sequence[Cost] = ()
        self._text = ""
        self.setMouseTracking(True)
        self._hovered = -1

    def show_costs(self, costs: Sequence[Cost], text: str) -> None:
        self._costs, self._text = costs, text
        self.setMinimumHeight(ROW * len(costs) + 8)
        self.setCursor(Qt.CursorShape.PointingHandCursor if costs else Qt.CursorShape.ArrowCursor)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, max(200, ROW * len(self._costs) + 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = Theme.current()
        painter.setFont(theme.font(12))
        painter.setPen(current.color("second"))
        if not self._costs:
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(60, 24, -60, -24), wrap, self._text)
            return
        metrics = QFontMetricsF(painter.font(), self)
        widest = max(metrics.horizontalAdvance(cost.group.name) for cost in self._costs)
        left = min(0.4 * self.width(), max(LEFT, 24 + widest))
        ends = [abs(cost.mse) + 2 * _finite(cost.error) for cost in self._costs]
        low = min(0.0, *(cost.mse - 2 * _finite(cost.error) for cost in self._costs))
        span = max(*ends, 1e-30) - low
        width = max(40.0, self.width() - left - RIGHT)

        def x_of(value: float) -> float:
            return left + width * (value - low) / span

        painter.setPen(QPen(current.color("outline"), 1.0))
        painter.drawLine(QPointF(x_of(0), 2), QPointF(x_of(0), ROW * len(self._costs) + 2))
        for number, cost in enumerate(self._costs):
            self._paint_bar(painter, cost, number, (left, x_of(0.0), x_of(cost.mse)), width / span)

    def _paint_bar(
        self, painter: QPainter, cost: Cost, number: int, at: tuple[float, float, float], scale: float
    ) -> None:
        current, top = Theme.current(), ROW * number + 4.0
        left, zero, end = at
        if number == self._hovered:
            painter.fillRect(QRectF(0, top - 2, self.width(), ROW - 2), current.color("hover"))
        painter.setFont(theme.font(12))
        painter.setPen(current.color("text"))
        name = QFontMetricsF(painter.font(), self).elidedText(cost.group.name, Qt.TextElideMode.ElideMiddle, left - 16)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(8, top, left - 16, ROW - 6), middle | Qt.AlignmentFlag.AlignRight, name)
        bar = QRectF(min(zero, end), top + 4, abs(end - zero), ROW - 14)
        painter.fillRect(bar, current.color("error" if cost.mse > 0 else "good", 0.85 if cost.clear else 0.3))
        if math.isfinite(cost.error):
            painter.setPen(QPen(current.color("second"), 1.2))
            reach = 2 * cost.error * scale
            painter.drawLine(QPointF(end - reach, top + ROW / 2 - 3), QPointF(end + reach, top + ROW / 2 - 3))
        painter.setPen(current.color("text" if cost.clear else "second"))
        painter.setFont(theme.font(11))
        sign = rich_text.MINUS if cost.mse < 0 else ""
        text = f"{sign}{rich_text.power_of_ten(abs(cost.mse)) or '0'} V²"
        text += f"   {cost.share:+.0%} learn".replace("-", rich_text.MINUS) if abs(cost.share) >= 0.005 else ""
        text += "" if cost.clear else "   (scatter)"
        painter.drawText(QRectF(self.width() - RIGHT + 12, top, RIGHT - 16, ROW - 6), middle, text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = int((event.position().y() - 2) // ROW)
        self._hovered = row if 0 <= row < len(self._costs) else -1
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int((event.position().y() - 2) // ROW)
        if 0 <= row < len(self._costs):
            self.clicked.emit(self._costs[row])


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
