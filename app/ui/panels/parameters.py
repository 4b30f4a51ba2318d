"""The document's parameters as a table: name, expression, value; each usable in every block's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document import edits, rename
from app.document.schematic import document_values
from app.errors import ProblemError
from app.ui.controls.naming import named
from app.ui.rich_text import quantity
from app.ui.theme import Theme, notifier

if TYPE_CHECKING:
    from app.ui.desk import Desk

NAME, TEXT, VALUE = range(3)
ROW = 26
MOST_HIGH = 8  # rows before the table scrolls


class Table(QTableWidget):
    """Delete removes the chosen rows."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            panel = self.parent()
            if isinstance(panel, ParametersPanel):
                panel.remove()
                return
        super().keyPressEvent(event)


class ParametersPanel(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.table = Table(0, 3, self)
        self.table.setHorizontalHeaderLabels(["Name", "Expression", "Value"])
        self.table.setAccessibleName("Document parameters")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setFixedHeight(ROW)
        self.table.cellChanged.connect(self._cell_changed)
        column.addWidget(self.table)
        self.message = named(QLabel(), "fieldTrouble")
        self.message.setWordWrap(True)
        self.message.hide()
        column.addWidget(self.message)
        row = QHBoxLayout()
        self.add_button, self.remove_button = QPushButton("Add"), QPushButton("Remove")
        self.add_button.setToolTip("A new parameter, to be used in any field as an expression")
        self.add_button.clicked.connect(self.add)
        self.remove_button.clicked.connect(self.remove)
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        column.addLayout(row)
        self.table.itemSelectionChanged.connect(self._selected)
        notifier().changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what the document says now, by name: an undo may bring them back in another order."""
        parameters, values = self.desk.schematic.parameters, document_values(self.desk.schematic)
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(parameters))
            for row, (name, text) in enumerate(sorted(parameters.items())):
                value = quantity(values[name], digits=5) if name in values else "cannot be computed"
                for column, shown in ((NAME, name), (TEXT, text), (VALUE, value)):
                    self._put(row, column, shown, name, broken=name not in values)
        rows = min(MOST_HIGH, max(1, len(parameters)))
        self.table.setFixedHeight(ROW * (rows + 1) + 4)
        self.table.setVisible(bool(parameters))
        self._selected()

    def _put(self, row: int, column: int, text: str, name: str, broken: bool) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.table.setItem(row, column, item)
        item.setText(text)
        item.setToolTip(text)
        item.setData(Qt.ItemDataRole.UserRole, name)
        if column == VALUE:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        role = "error" if broken and column != NAME else "second" if column == VALUE else "text"
        item.setForeground(Theme.current().color(role))

    @Slot()
    def _selected(self) -> None:
        self.remove_button.setEnabled(bool(self.table.selectedItems()))

    @Slot()
    def add(self) -> None:
        """A new parameter with a free name, its name open for editing."""
        taken, number = self.desk.schematic.parameters, 1
        while f"p{number}" in taken:
            number += 1
        name = f"p{number}"
        self.desk.do("Add parameter", edits.set_document_parameter(self.desk.schematic, name, "1"))
        self.refresh()
        row = sorted(self.desk.schematic.parameters).index(name)
        self.table.setCurrentCell(row, NAME)
        if self.table.isVisible():
            self.table.edit(self.table.model().index(row, NAME))

    @Slot()
    def remove(self) -> None:
        """Remove the chosen parameters; what used them says so in the problems."""
        names = {item.data(Qt.ItemDataRole.UserRole) for item in self.table.selectedItems()}
        changes = [c for name in sorted(names) for c in edits.set_document_parameter(self.desk.schematic, name, None)]
        if changes:
            self.desk.do("Remove parameter" if len(names) == 1 else "Remove parameters", changes)
            self.refresh()

    @Slot(int, int)
    def _cell_changed(self, row: int, column: int) -> None:
        item = self.table.item(row, column)
        if item is None:
            return
        name, text = item.data(Qt.ItemDataRole.UserRole), item.text().strip()
        self._say("")
        if name not in self.desk.schematic.parameters:  # an undo took it away while it was edited
            self.refresh()
            return
        try:
            if column == NAME:
                changes = rename.rename_parameter(self.desk.schematic, name, text)
                label = "Rename parameter"
            else:
                changes = edits.set_document_parameter(self.desk.schematic, name, text or "0")
                label = f"Change {name}"
        except ProblemError as error:
            self._say(f"{error.problems[0].found}; {error.problems[0].cure}")
            self.refresh()
            return
        self.desk.do(label, changes)
        self.refresh()

    def _say(self, message: str) -> None:
        self.message.setText(message)
        self.message.setVisible(bool(message))
