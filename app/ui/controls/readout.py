"""A caption over a number that changes while a run goes on."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.ui.controls.naming import named

EYE = 120  # ms: numbers that change more often cannot be read, and each costs as much to paint as a curve


class Readout(QWidget):
    """`example` is the widest text to expect, so that the layout does not jump. Of texts that follow each other
    fast only some are painted, the last one always."""

    def __init__(self, caption: str, example: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        self._caption = named(QLabel(caption), "readoutCaption")
        self._value = named(QLabel("–"), "readoutValue")
        self._value.ensurePolished()
        self._example, self._text = example, "–"
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(EYE)
        self._resting.timeout.connect(self._show)
        layout.addStretch(1)
        layout.addWidget(self._caption)
        layout.addWidget(self._value)
        layout.addStretch(1)
        self.setToolTip(help_text)
        self.setAccessibleName(caption)

    def fix_width(self) -> None:
        """Reserve room for the widest text in the present font."""
        self._value.ensurePolished()
        self._value.setMinimumWidth(self._value.fontMetrics().horizontalAdvance(self._example) + 4)

    def set_text(self, text: str) -> None:
        if self._text != text:
            self._text = text
            if not self._resting.isActive():
                self._show()

    @Slot()
    def _show(self) -> None:
        if self._value.text() != self._text:
            self._value.setText(self._text)
            self._resting.start()

    def text(self) -> str:
        return self._text
