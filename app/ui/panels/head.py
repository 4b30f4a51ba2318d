"""The inspector's head: the symbol of what is selected, its name to edit, and what it is."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QWidget

from app.ui.canvas.symbol_painter import paint_tile
from app.ui.controls.naming import named
from app.ui.theme import Theme, notifier
from blocks.spec import Block

NAME_INSET = 5  # where the letters begin in the name's field
PLACE = re.compile(r"[A-Z](\d+)_(\d+)", re.ASCII)


class SymbolPicture(QWidget):
    """A block's symbol, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(62, 44)
        self._block: Block | None = None
        notifier().changed.connect(self.update)

    def show_block(self, block: Block | None) -> None:
        self._block = block
        self.setVisible(block is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._block is not None:
            painter = QPainter(self)
            paint_tile(painter, self._block, QRectF(0, 0, 52, 44), Theme.current())


class NameField(QLineEdit):
    """`committed(name)` after Enter or when the focus goes; Escape takes back."""

    committed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("titleField")
        self._given = ""
        self.editingFinished.connect(self._finished)

    def show_name(self, name: str, editable: bool) -> None:
        self._given = name
        self.setReadOnly(not editable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)
        self.setToolTip(f"{name}: click to rename" if editable else name)
        self.setText(name)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._given)
            self.selectAll()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _finished(self) -> None:
        if not self.isReadOnly() and self.text() != self._given:
            self.committed.emit(self.text())


class Head(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspectorHead")
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        self.picture = SymbolPicture()
        self.name = NameField()
        self.name.setAccessibleName("Name")
        self.kind = named(QLabel(), "second")
        self.kind.setWordWrap(True)
        self.kind.setContentsMargins(NAME_INSET, 0, 0, 0)
        self.message = named(QLabel(), "fieldTrouble")
        self.message.setWordWrap(True)
        self.message.hide()
        grid.addWidget(self.picture, 0, 0, 2, 1)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.kind, 1, 1)
        grid.addWidget(self.message, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_title(self, title: str, kind: str, block: Block | None = None, editable: bool = False) -> None:
        self.picture.show_block(block)
        self.name.show_name(title, editable)
        self.kind.setText(kind)
        self.say("")

    def say(self, message: str) -> None:
        """What is wrong with the name that was typed."""
        self.message.setText(message)
        self.message.setVisible(bool(message))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)


def place_in_words(name: str) -> str:
    """`N2_3` is "layer 2, number 3": the generator's names say the place."""
    match = PLACE.fullmatch(name)
    return f"layer {match.group(1)}, number {match.group(2)}" if match else ""
