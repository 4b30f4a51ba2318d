"""A two-position switch with its state written on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.theme import Theme, font


class Switch(QAbstractButton):
    """`role` is the theme colour while on; the words ON and OFF are the second signal."""

    def __init__(self, role: str = "teach", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setCheckable(True)
        self.setFixedSize(QSize(48, 24))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), Theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        color = theme.color(self._role if self.isEnabled() else "hint")
        panel = theme.color("panel")
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if on else panel)
        painter.drawRoundedRect(QRectF(0.75, 0.75, 46.5, 22.5), 11.25, 11.25)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(panel if on else color)
        painter.drawEllipse(QPointF(36.0 if on else 12.0, 12.0), 8.5, 8.5)
        painter.setPen(panel if on else color)
        painter.setFont(font(10, 700))
        box = QRectF(5, 0, 24, 24) if on else QRectF(20, 0, 26, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "ON" if on else "OFF")
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(0.75, 0.75, 46.5, 22.5), 11.25, 11.25)
