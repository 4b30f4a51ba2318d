"""What the colours and marks of the decision map mean, and how many rows are right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.rich_text import fixed
from app.ui.theme import Theme, mix

WIDTH = 104
BAR = 10.0
LINE = 17.0


class DecisionKey(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._low, self._high = 0.0, 1.0
        self._result, self._good = "", False

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 120)

    def show_range(self, low: float, high: float) -> None:
        """The voltages [V] at the ends of the colour map."""
        if (low, high) != (self._low, self._high):
            self._low, self._high = low, high
            self.update()

    def show_result(self, text: str, correct: int, rows: int) -> None:
        """How many rows are right, in words; `correct` below 0 if there is no telling."""
        good = correct >= 0 and correct == rows
        if (text, good) != (self._result, self._good):
            self._result, self._good = text, good
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(10))
        height = min(self.height() - 2 * LINE - 8.0, 120.0)
        if height >= 70.0:
            self._paint_bar(painter, QRectF(1, 4, BAR, height - 3 * LINE - 6))
            self._paint_marks(painter, height - 3 * LINE + 12)
        painter.setPen(Theme.current().color("good" if self._good else "text"))
        painter.setFont(theme.font(10, 600))
        for number, line in enumerate(_in_two(self._result)):
            painter.drawText(QPointF(0, max(12.0, height + 18.0) + number * 13.0), line)

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        current = Theme.current()
        ground = current.color("plot")
        share = 0.15 if current.dark else 0.25
        gradient = QLinearGradient(box.bottomLeft(), box.topLeft())
        gradient.setColorAt(0.0, mix(current.voltage[0], ground, share))
        gradient.setColorAt(0.5, ground)
        gradient.setColorAt(1.0, mix(current.voltage[-1], ground, share))
        painter.setPen(QPen(current.color("border"), 1.0))
        painter.setBrush(gradient)
        painter.drawRect(box)
        painter.setPen(current.color("second"))
        middle = 0.5 * (self._low + self._high)
        for volts, y in ((self._high, box.top() + 5), (middle, box.center().y() + 4), (self._low, box.bottom())):
            painter.drawText(QPointF(BAR + 7, y + 3), fixed(volts, "V", 1 if volts * 10 % 1 == 0 else 2))

    def _paint_marks(self, painter: QPainter, top: float) -> None:
        current = Theme.current()
        middle = 0.5 * (self._low + self._high)
        texts = (f"target {self._low:g}", f"target {self._high:g}", f"{middle:g} V line")
        for number, text in enumerate(texts):
            y = top + number * LINE
            painter.setPen(QPen(current.color("panel"), 1.0))
            if number == 2:
                painter.setPen(QPen(current.color("text"), 1.2))
                painter.drawLine(QPointF(0, y), QPointF(11, y))
            elif number == 0:
                painter.setBrush(current.voltage[0])
                painter.drawRect(QRectF(1, y - 4.5, 9, 9))
            else:
                painter.setBrush(current.voltage[-1])
                painter.drawEllipse(QPointF(5.5, y), 4.8, 4.8)
            painter.setPen(current.color("text"))
            painter.drawText(QPointF(BAR + 7, y + 4), text.replace("-", "\u2212"))


def _in_two(text: str) -> tuple[str, ...]:
    """`4 of 4 rows` / `correct`: the key is narrow."""
    head, _, tail = text.rpartition(" ")
    return (head, tail) if head else (tail,)
