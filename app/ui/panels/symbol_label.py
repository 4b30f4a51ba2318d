"""A label that shows symbols as people write them, shortened where it has no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import math_text
from app.ui.theme import Theme, notifier

STEP_PIXELS = 7.0  # of a horizontal drag that is one step


class SymbolLabel(QWidget):
    """`dragged(steps)` tells how many steps a horizontal drag went since the last signal, `drag_ended` that it is over;
    only where `draggable`."""

    dragged = Signal(int)
    drag_ended = Signal()

    def __init__(
        self, text: str = "", *, size: float = 12.5, weight: int = 400, role: str = "second"
    ) -> None:
        super().__init__()
        self._text, self._size, self._weight, self._role = text, size, weight, role
        self._from: float | None = None
        self._draggable = False
        self.right = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        notifier().changed.connect(self.update)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str, role: str = "") -> None:
        if text != self._text or (role and role != self._role):
            self._text, self._role = text, role or self._role
            self.updateGeometry()
            self.update()

    def set_draggable(self, draggable: bool) -> None:
        self._draggable = draggable
        shape = Qt.CursorShape.SizeHorCursor if draggable else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def sizeHint(self) -> QSize:
        laid = math_text.plain(self._text, self._size, self._weight, label=True)
        return QSize(round(laid.width) + 2, max(18, round(1.6 * self._size)))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = Theme.current().color(self._role if self.isEnabled() else "hint")
        painter.setPen(color)
        laid = math_text.elided(self._text, float(self.width()), self._size, self._weight, label=True)
        x = self.width() - laid.width if self.right else 0.0
        laid.paint(painter, x, laid.base_in(0, self.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._draggable and event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position().x()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            super().mouseMoveEvent(event)
            return
        steps = int((event.position().x() - self._from) / STEP_PIXELS)
        if steps:
            self._from += steps * STEP_PIXELS
            self.dragged.emit(steps)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._from = None
            self.drag_ended.emit()
