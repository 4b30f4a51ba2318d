"""A part of a panel: a line, a heading with a note at its right, and widgets."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.controls.naming import named
from app.ui.panels.symbol_label import SymbolLabel


class Section(QWidget):
    def __init__(self, title: str, *widgets: QWidget, note: str = "", line: bool = True) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        self.rule = named(QFrame(self), "rule")  # without a parent it would flash as a window
        self.rule.setFixedHeight(1)
        self.rule.setVisible(line)
        column.addWidget(self.rule)
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        self.title = named(QLabel(title), "panelHeading")
        row.addWidget(self.title)
        row.addStretch(1)
        self.note = SymbolLabel(note, size=10)
        row.addWidget(self.note)
        column.addLayout(row)
        for widget in widgets:
            column.addWidget(widget)
