"""Live values and weights in the inspector: painted lists that only change their numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.program import FloatArray
from app.ui import math_text
from app.ui.panels.readings import Reading
from app.ui.rich_text import MINUS, THIN, quantity
from app.ui.theme import Theme, notifier

LINE, BAR_LINE = 24, 22
FULL_SCALE, ERROR_SCALE = 1.0, 0.2
MOST_BARS = 257
NAME_WIDTH, VALUE_WIDTH, CURRENT_WIDTH = 26.0, 66.0, 66.0


def signed(value: float, unit: str) -> str:
    """With an explicit sign, so that columns of changing numbers read well."""
    text = quantity(value, unit)
    return f"+{text}" if value > 0 and np.isfinite(value) else text


class LiveValues(QWidget):
    """Readings in two columns, each with a chip in the colour of its voltage."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._readings: Sequence[Reading] = ()
        self.values: list[float] = []
        notifier().changed.connect(self.update)

    def show_readings(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self.values = [float("nan")] * len(readings)
        self.updateGeometry()
        self.update()

    def show_voltages(self, voltages: FloatArray) -> None:
        values = [reading.read(voltages) for reading in self._readings]
        if values != self.values:
            self.values = values
            text = ", ".join(f"{r.symbol} {quantity(v, r.unit)}" for r, v in zip(self._readings, values, strict=True))
            self.setAccessibleDescription(text)
            self.update()

    @property
    def _columns(self) -> int:
        widest = max((math_text.plain(r.symbol, 12.5, label=True).width for r in self._readings), default=0.0)
        return 2 if widest < 40 else 1

    def sizeHint(self) -> QSize:
        return QSize(240, LINE * -(-len(self._readings) // self._columns))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current, columns = Theme.current(), self._columns
        width = (self.width() - 16.0 * (columns - 1)) / columns
        for number, (reading, value) in enumerate(zip(self._readings, self.values, strict=True)):
            x, y = (width + 16.0) * (number % columns), LINE * (number // columns)
            scale = ERROR_SCALE if reading.error else FULL_SCALE if reading.unit == "V" else 100e-9
            painter.fillRect(QRectF(x, y + 6, 4, 12), current.voltage_color(value / scale))
            painter.setPen(current.color("second"))
            name = math_text.elided(reading.symbol, width - 84, 12.5, label=True)
            name.paint(painter, x + 12, name.base_in(y, LINE))
            painter.setPen(current.color("text"))
            text = math_text.plain(signed(value, reading.unit), 12.5, 500)
            text.paint(painter, x + width - text.width, text.base_in(y, LINE))


class WeightBars(QWidget):
    """A row for each weight: its bar from 0 V, its voltage, and the current that charges it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.names: list[str] = []
        self.volts = self.currents = np.zeros(0)
        notifier().changed.connect(self.update)

    def show_names(self, names: Sequence[str]) -> None:
        self.names = list(names[:MOST_BARS])
        self.volts = self.currents = np.full(len(self.names), np.nan)
        self.updateGeometry()
        self.update()

    def show_values(self, volts: FloatArray, currents: FloatArray) -> None:
        """volts [V] and charging currents [A] of the named weights."""
        self.volts, self.currents = volts[: len(self.names)], currents[: len(self.names)]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, BAR_LINE * len(self.names))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    @property
    def scale(self) -> float:
        """Full scale of the bars [V]: 1, 2, 5, 10 ..."""
        largest = float(np.max(np.abs(self.volts[np.isfinite(self.volts)]), initial=0.0))
        decade = 1.0
        while True:
            for step in (1.0, 2.0, 5.0):
                if largest <= step * decade:
                    return step * decade
            decade *= 10.0
            if decade > 1e9:
                return decade

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        widest = max((math_text.plain(name, 12.5, 500).width for name in self.names), default=0.0)
        name_width = min(max(NAME_WIDTH, widest + 8), 0.34 * self.width())
        first = max(0, event.rect().top() // BAR_LINE)
        last = min(len(self.names), event.rect().bottom() // BAR_LINE + 1)
        scale = self.scale
        for number in range(first, last):
            self._paint_row(painter, number, name_width, scale)

    def _paint_row(self, painter: QPainter, number: int, name_width: float, scale: float) -> None:
        current, y = Theme.current(), float(number * BAR_LINE)
        painter.setPen(current.color("text"))
        name = math_text.elided(self.names[number], name_width - 4, 12.5, 500)
        name.paint(painter, 0, name.base_in(y, BAR_LINE))
        bar = QRectF(name_width, y + 5, self.width() - name_width - VALUE_WIDTH - CURRENT_WIDTH, BAR_LINE - 10)
        painter.fillRect(bar, current.color("gauge"))
        volts, amperes = float(self.volts[number]), float(self.currents[number])
        middle = bar.center().x()
        if np.isfinite(volts):
            reach = 0.5 * bar.width() * max(-1.0, min(1.0, volts / scale))
            painter.fillRect(QRectF(min(middle, middle + reach), bar.top(), max(1.0, abs(reach)), bar.height()),
                             current.voltage_color(volts / FULL_SCALE))  # fmt: skip
        painter.setPen(QPen(current.color("outline"), 1.0))
        painter.drawLine(QPointF(middle, bar.top() - 1), QPointF(middle, bar.bottom() + 1))
        value = f"{volts:+.3f}".replace("-", MINUS) + f"{THIN}V" if np.isfinite(volts) else "–"
        text = math_text.plain(value, 12.5, 500)
        painter.setPen(current.color("text"))
        text.paint(painter, self.width() - CURRENT_WIDTH - text.width, text.base_in(y, BAR_LINE))
        text = math_text.plain(signed(amperes, "A"), 11.5)
        painter.setPen(current.color("second"))
        text.paint(painter, self.width() - text.width, text.base_in(y, BAR_LINE))
