"""A block's equations, set as in the paper, on a card; the equation's number stands at the right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import math_text
from app.ui.theme import Theme, notifier

LINE, MARGIN = 25.0, 10.0
SIZES = (13.0, 12.0, 11.0, 10.0)
_NUMBER = re.compile(r"\s{2,}(\([0-9, ]+\))\s*$")


class FormulaCard(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines: list[tuple[str, str]] = []
        notifier().changed.connect(self.update)

    def show_formulas(self, formulas: Sequence[str]) -> None:
        self._lines = []
        for text in formulas:
            match = _NUMBER.search(text)
            self._lines.append((text[: match.start()], match.group(1)) if match else (text, ""))
        self.setAccessibleDescription("; ".join(formulas))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(LINE * len(self._lines) + MARGIN))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = Theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current.color("field"))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        for index, (text, number) in enumerate(self._lines):
            y = MARGIN / 2 + index * LINE
            label = math_text.plain(number, 10)
            room = self.width() - 2 * MARGIN - (label.width + 8 if number else 0)
            laid = next(
                (laid for size in SIZES if (laid := math_text.formula(text, size)).width <= room),
                math_text.formula(text, SIZES[-1]),
            )
            painter.setPen(current.color("text"))
            laid.paint(painter, MARGIN, laid.base_in(y, LINE))
            painter.setPen(current.color("hint"))
            label.paint(painter, self.width() - MARGIN - label.width, label.base_in(y, LINE))
