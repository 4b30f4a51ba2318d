"""What was changed inside a macro or a placed sheet: each override with a button that takes it back; for a sheet a
field for another one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.ui import icons
from app.ui.controls.naming import named
from app.ui.panels.symbol_label import SymbolLabel

MOST = 12


class Overrides(QWidget):
    """`removed(paths)` such as ("Mf1.V_off",); `added(path, text)` after Enter in the field."""

    removed = Signal(object)
    added = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._given: dict[str, str] = {}
        self._rows: list[QWidget] = []
        self.all = QPushButton("Remove all")
        self.all.clicked.connect(self._remove_all)
        self.all.hide()
        self._column.addWidget(self.all)
        self.field = QLineEdit()
        self.field.setPlaceholderText("N1.gain = 6")
        self.field.setAccessibleName("Change inside")
        self.field.setToolTip("A parameter of a block inside, for this instance alone: N1.gain = 6, N1/Mf1.V_off = 5m")
        self.field.returnPressed.connect(self._add)
        self._column.addWidget(self.field)

    def show_overrides(self, given: Mapping[str, str]) -> None:
        if dict(given) == self._given:
            return
        self._given = dict(given)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(path, text) for path, text in list(self._given.items())[:MOST]]
        for number, row in enumerate(self._rows):
            self._column.insertWidget(number, row)
        self.all.setText(f"Remove all {len(self._given)}")
        self.all.setVisible(len(self._given) > 1)

    def _row(self, path: str, text: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        part, _, parameter = path.rpartition(".")
        line.addWidget(SymbolLabel(f"{part}  {parameter} = {text}", role="text"), 1)
        button = named(QToolButton(), "resetButton")
        button.setIcon(icons.icon("close", "second", 12))
        button.setIconSize(QSize(12, 12))
        button.setFixedSize(24, 24)
        button.setToolTip("Back to what the block says")
        button.setAccessibleName(f"Remove {path}")
        button.setProperty("path", path)
        button.clicked.connect(self._remove)
        line.addWidget(button)
        return row

    @Slot()
    def _remove(self) -> None:
        button = self.sender()
        if button is not None:
            self.removed.emit((str(button.property("path")),))

    @Slot()
    def _add(self) -> None:
        path, equals, text = self.field.text().partition("=")
        if equals and path.strip() and text.strip():
            self.added.emit(path.strip(), text.strip())

    @Slot()
    def _remove_all(self) -> None:
        self.removed.emit(tuple(self._given))
