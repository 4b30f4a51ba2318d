"""Docks around the canvas: a slim grip instead of a title, where the panel says itself what it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from app.ui import theme
from app.ui.controls.naming import named
from app.ui.theme import Theme


class Grip(QWidget):
    """Dots by which a dock is dragged elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(10)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag to move this panel, double-click to take it out of the window")
        theme.notifier().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(40, 10)

    @Slot()
    def _restyle(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Theme.current().color("panel"))
        if self.underMouse():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(Theme.current().color("outline"))
            for number in range(5):
                painter.drawEllipse(QPointF(self.width() / 2 + 6 * (number - 2), 6.0), 1.5, 1.5)

    def enterEvent(self, event: object) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: object) -> None:
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]


def panel_dock(name: str, title: str, panel: QWidget, width: int, parent: QWidget) -> QDockWidget:
    """A dock for the sides of the window, `width` wide at first."""
    dock = named(QDockWidget(title, parent), name)
    sides = Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
    dock.setAllowedAreas(sides)
    dock.setTitleBarWidget(Grip(dock))
    dock.setWidget(panel)
    panel.setMinimumWidth(max(min(width, 180), panel.minimumWidth()))
    return dock
