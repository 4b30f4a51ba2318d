"""Small cards that float over the canvas: what lies under the pointer, and what the live layer's colours mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.ui import rich_text, theme
from app.ui.canvas import lettering
from app.ui.canvas.ink import dashed_pen, line_pen
from app.ui.canvas.live import ERROR_SCALE, FULL_SCALE, WEIGHT_SCALE
from app.ui.theme import Theme

SHADOW = 3.0
RADIUS = 8.0


class Card(QWidget):
    """A rounded panel with a soft edge, which lets the mouse through."""

    def __init__(self, parent: QWidget, size: QSize) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(size)
        self.hide()
        theme.notifier().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = Theme.current()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -SHADOW - 0.5, -SHADOW - 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("border", 0.55))
        painter.drawRoundedRect(box.translated(SHADOW * 0.7, SHADOW), RADIUS, RADIUS)
        painter.setPen(line_pen(colors.color("border"), 1.0))
        painter.setBrush(colors.color("panel"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        self.paint_content(painter, box, colors)
        painter.end()

    def paint_content(self, painter: QPainter, box: QRectF, colors: Theme) -> None:
        """Draws inside `box`, in pixels."""


class Legend(Card):
    """The scale of wire colours, and what the width and dashes of weight wires mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, QSize(228, 64))
        self.setAccessibleName("Legend of the live layer")

    def paint_content(self, painter: QPainter, box: QRectF, colors: Theme) -> None:
        bar = QRectF(box.left() + 12, box.top() + 12, 114, 9)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for number in range(9):
            gradient.setColorAt(number / 8, colors.voltage_color(number / 4 - 1))
        painter.fillRect(bar, gradient)
        painter.setPen(colors.color("text"))
        scale = f"{FULL_SCALE:g}{rich_text.THIN}V"
        for text, x in ((f"{rich_text.MINUS}{scale}", 0.0), ("0", 0.5), (f"+{scale}", 1.0)):
            place = bar.left() + x * bar.width()
            lettering.draw(painter, lettering.lettering(text, "value", 10), place, bar.bottom() + 9, _align(x))
        errors = lettering.lettering(f"error wires ±{ERROR_SCALE:g}{rich_text.THIN}V", "value", 10)
        painter.setPen(colors.color("second"))
        lettering.draw(painter, errors, bar.left(), box.bottom() - 11)
        x, y = bar.right() + 22, box.top() + 12
        for text, width, dashed in (
            (f"0.2{rich_text.THIN}V", 1.5, False),
            (f"{WEIGHT_SCALE:g}{rich_text.THIN}V", 6.0, False),
            (f"<{rich_text.THIN}0", 3.0, True),
        ):
            color = colors.color("second")
            painter.setPen(dashed_pen(color, width, (4.0, 3.0)) if dashed else line_pen(color, width, flat=True))
            painter.drawLine(QPointF(x, y + 3), QPointF(x + 24, y + 3))
            painter.setPen(colors.color("text"))
            lettering.draw(painter, lettering.lettering(text, "value", 10), x + 32, y + 3)
            y += 16


def _align(x: float) -> lettering.Align:
    return "left" if x == 0.0 else "right" if x == 1.0 else "centre"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the hover card shows. `trace` are (time [s], volts) in order of time; `note` stands where there is none."""

    name: str
    value: str = ""
    trace: Sequence[tuple[float, float]] = ()
    note: str = ""


class HoverCard(Card):
    """Name and value of what is under the pointer, and how it went lately."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, QSize(168, 92))
        self._reading = Reading("")

    def show_reading(self, reading: Reading) -> None:
        self._reading = reading
        self.setAccessibleName(f"{reading.name} {reading.value}".strip())
        name = lettering.lettering(reading.name, "value", 12.5).width
        value = lettering.lettering(reading.value, "name", 12.5).width
        note = lettering.lettering(reading.note, "value", 10).width
        width = max(150.0 if reading.trace else 72.0, name + value + 44, note + 28)
        height = 88 if reading.trace else 50 if reading.note else 34
        self.resize(min(420, math.ceil(width)), height + round(SHADOW))
        self.update()

    def paint_content(self, painter: QPainter, box: QRectF, colors: Theme) -> None:
        reading, top = self._reading, box.top() + 16
        painter.setPen(colors.color("text"))
        room = box.width() - 24
        lettering.draw(painter, lettering.lettering(reading.name, "value", 12.5), box.left() + 12, top)
        lettering.draw(painter, lettering.lettering(reading.value, "name", 12.5), box.right() - 12, top, "right")
        painter.setPen(colors.color("second"))
        lettering.draw(painter, lettering.lettering(reading.note, "value", 10), box.left() + 12, box.bottom() - 10)
        if len(reading.trace) > 1:
            plot = QRectF(box.left() + 12, top + 13, room, box.bottom() - top - 34)
            _paint_trace(painter, plot, reading.trace, colors)


def _paint_trace(painter: QPainter, plot: QRectF, trace: Sequence[tuple[float, float]], colors: Theme) -> None:
    values = [value for _, value in trace]
    low, high = min(values), max(values)
    if high - low < 1e-3:  # a flat trace lies in the middle
        low, high = low - 0.5e-3, high + 0.5e-3
    start, stop = trace[0][0], trace[-1][0]
    span = stop - start or 1.0
    painter.setPen(line_pen(colors.color("plot_grid"), 1.0))
    if low < 0 < high:
        zero = plot.bottom() + low / (high - low) * plot.height()
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
    painter.setPen(line_pen(colors.trace(1), 1.5))
    points = QPolygonF()
    for time, value in trace:
        x = plot.left() + (time - start) / span * plot.width()
        points.append(QPointF(x, plot.bottom() - (value - low) / (high - low) * plot.height()))
    painter.drawPolyline(points)
