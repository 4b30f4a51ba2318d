"""A slider drawn as style.md asks: thin groove, filled in one colour up to a ring-shaped handle, ticks underneath."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from app.ui.theme import Theme

HANDLE = 7.0


class Slider(QSlider):
    """Horizontal; a click sets the handle there at once. `role` is the theme colour of groove and handle; `ticks` the
    number of marks underneath; `diamonds` positions (values) marked above, in the colour of V_teach."""

    def __init__(self, role: str = "accent", ticks: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._role, self._ticks = role, ticks
        self._diamonds: tuple[int, ...] = ()
        self.setMinimumHeight(24)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_diamonds(self, values: tuple[int, ...]) -> None:
        if values != self._diamonds:
            self._diamonds = values
            self.update()

    def x_of(self, value: int) -> float:
        """Where a value lies [px]."""
        span = max(1, self.maximum() - self.minimum())
        return HANDLE + (self.width() - 2 * HANDLE) * (value - self.minimum()) / span

    def value_at(self, x: float) -> int:
        part = (x - HANDLE) / max(1.0, self.width() - 2 * HANDLE)
        return round(self.minimum() + min(1.0, max(0.0, part)) * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self.value_at(event.position().x()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.setSliderPosition(self.value_at(event.position().x()))
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), Theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = 12.0 if self._ticks else self.height() / 2
        color = theme.color(self._role if self.isEnabled() else "hint")
        handle = self.x_of(self.sliderPosition())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(QRectF(1, middle - 2, self.width() - 2, 4), 2, 2)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(1, middle - 2, max(0.0, handle - 1), 4), 2, 2)
        self._paint_ticks(painter, middle)
        self._paint_diamonds(painter, middle)
        painter.setPen(QPen(color, 2.4 if self.hasFocus() else 2.0))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(QPointF(handle, middle), HANDLE - 1, HANDLE - 1)

    def _paint_ticks(self, painter: QPainter, middle: float) -> None:
        painter.setPen(QPen(Theme.current().color("hint"), 1.0))
        for index in range(self._ticks):
            x = HANDLE + (self.width() - 2 * HANDLE) * index / max(1, self._ticks - 1)
            painter.drawLine(QPointF(x, middle + 9), QPointF(x, middle + 12))

    def _paint_diamonds(self, painter: QPainter, middle: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().color("teach"))
        for value in self._diamonds:
            x, y = self.x_of(value), middle - 8
            painter.drawPolygon([QPointF(x, y - 4), QPointF(x + 4, y), QPointF(x, y + 4), QPointF(x - 4, y)])
