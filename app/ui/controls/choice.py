"""A choice among words, as a field with a chevron."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from app.ui import icons

MARK = 12


class Choice(QComboBox):
    """Ignores the wheel unless it has the focus, so that scrolling a panel changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def show_choice(self, text: str | None, otherwise: str = "") -> None:
        """Tells nobody. None shows `otherwise`; a text that is no choice is shown as it is."""
        number = -1 if text is None else self.findText(text)
        with QSignalBlocker(self):
            self.setCurrentIndex(number)
        self.setPlaceholderText(otherwise if text is None else text if number < 0 else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        mark = icons.pixmap("chevron-down", "second" if self.isEnabled() else "hint", MARK)
        painter.drawPixmap(self.width() - MARK - 7, (self.height() - MARK) // 2, mark)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
