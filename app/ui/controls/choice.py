"""A choice among words, as a field with a chevron."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.ui import icons

MARK = 12


class Choice(QComboBox):
    """`chosen(word)` when a person chooses. Ignores the wheel unless it has the focus, so that scrolling a panel
    changes nothing."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.activated.connect(self._activated)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def offer(self, words: Iterable[str], titles: Callable[[str], str] = str) -> None:
        """What can be chosen; `titles` says how a word is shown."""
        for word in words:
            self.addItem(titles(word), word)

    def choose(self, word: str) -> None:
        """As if a person had chosen it."""
        self._activated(self.findData(word))

    @Slot(int)
    def _activated(self, number: int) -> None:
        self.chosen.emit(str(self.itemData(number)))

    def show_choice(self, text: str | None, otherwise: str = "") -> None:
        """Tells nobody. None shows `otherwise`; a text that is no choice is shown as it is."""
        number = -1 if text is None else self.findData(text)
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
