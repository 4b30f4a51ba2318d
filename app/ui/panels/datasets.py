"""The document's datasets: which there are, their rows, and how long each row is applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from app.document import dataset, edits
from app.document.dataset import Dataset
from app.errors import Problem, ProblemError
from app.ui.controls.choice import Choice
from app.ui.controls.naming import named
from app.ui.panels.parameter_row import ParameterRow, retire
from app.ui.panels.targets import BlockTarget, changes_for
from app.ui.rich_text import MINUS
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.desk import Desk

ROW = 22
MOST_SHOWN = 1000
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class RowsModel(QAbstractTableModel):
    """The first rows of a dataset; inputs first, then targets."""

    def __init__(self) -> None:
        super().__init__()
        self.data_set = Dataset((), ())

    def show_dataset(self, found: Dataset) -> None:
        self.beginResetModel()
        self.data_set = found
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else min(MOST_SHOWN, len(self.data_set.rows))

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.data_set.inputs) + len(self.data_set.targets)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self.data_set.rows[index.row()][index.column()]:g}".replace("-", MINUS)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return Theme.current().color("text" if index.column() < len(self.data_set.inputs) else "accent")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Horizontal:
                return (*self.data_set.inputs, *self.data_set.targets)[section]
            return str(section + 1)
        return None


class DatasetsPanel(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.choice = Choice()
        self.choice.setAccessibleName("Dataset")
        self.choice.chosen.connect(self.refresh)
        self.summary = named(QLabel(), "smallText")
        self.summary.setWordWrap(True)
        self.model = RowsModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Rows of the dataset")
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.verticalHeader().setFixedWidth(36)
        self.table.horizontalHeader().setDefaultSectionSize(58)
        self.table.horizontalHeader().setFixedHeight(ROW)
        self.table.setFixedHeight(ROW * 7 + 4)
        for widget in (self.choice, self.summary, self.table):
            column.addWidget(widget)
        self._rows = QVBoxLayout()
        column.addLayout(self._rows)
        self._row: ParameterRow | None = None
        buttons = QHBoxLayout()
        self.import_button, self.export_button = QPushButton("Import CSV …"), QPushButton("Export …")
        self.remove_button, self.relink_button = QPushButton("Remove"), QPushButton("Find its file …")
        self.relink_button.setToolTip("The rows stand in a CSV file that is not where the document says")
        self.import_button.setToolTip("Columns x1, x2, … are inputs and t1, t2, … targets, in volts")
        for button, slot in (
            (self.relink_button, self._ask_relink),
            (self.import_button, self._ask_import),
            (self.export_button, self._ask_export),
            (self.remove_button, self._remove),
        ):
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.refresh()

    # -- showing ----------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Of the dataset that is shown, "" if the document has none."""
        return self.choice.currentText()

    @Slot()
    def refresh(self) -> None:
        """Show what the document says now."""
        names = list(self.desk.schematic.datasets)
        wanted = self.name if self.name in names else names[0] if names else ""
        if [self.choice.itemText(k) for k in range(self.choice.count())] != names:
            self.choice.clear()
            self.choice.offer(names)
        self.choice.setCurrentText(wanted)
        found = self.desk.schematic.datasets.get(wanted)
        for widget in (self.choice, self.table, self.export_button, self.remove_button):
            widget.setVisible(found is not None)
        self.relink_button.setVisible(found is not None and bool(found.file) and not found.rows)
        if found is None:
            self.summary.setText("No dataset yet. Import a CSV whose header names inputs x1, x2, … and targets t1, …")
        else:
            self.summary.setText(_summary(found))
        if found is not self.model.data_set:
            self.model.show_dataset(found or Dataset((), ()))
        self._show_row_time(wanted)

    def _show_row_time(self, name: str) -> None:
        targets = [
            BlockTarget(self.desk.schematic, on, instance.id)
            for on, sheet in self.desk.schematic.sheets.items()
            for instance in sheet.instances.values()
            if instance.type == "dataset" and instance.parameters.get("dataset", "") == name and name
        ]
        if self._row is not None and self._row.targets == tuple(targets):
            self._row.refresh()
            return
        if self._row is not None:
            retire((self._row,))
            self._row = None
        parameter = targets[0].block.parameter("T_row") if targets else None
        if parameter is not None:
            self._row = ParameterRow(parameter, targets)
            self._row.edited.connect(self._edited)
            self._row.settled.connect(self._settled)
            self._rows.addWidget(self._row)

    # -- editing ----------------------------------------------------------------------------------------------------

    @Slot(str, object, str)
    def _edited(self, name: str, text: str | None, merge: str) -> None:
        if self._row is not None:
            self.desk.do(f"Change {name}", changes_for(self._row.targets, {name: text}), merge)

    @Slot()
    def _settled(self) -> None:
        self.desk.history.break_merge()

    @Slot()
    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import a dataset", "", "CSV tables (*.csv);;All files (*)")
        if name:
            self.import_csv(Path(name))

    def import_csv(self, path: Path) -> bool:
        """Takes a CSV file in as a dataset of its name, which replaces one of the same name; False if it cannot be
        read, which is said."""
        try:
            found = dataset.read_csv(path)
            changes = edits.set_dataset(self.desk.schematic, path.stem[:64], found)
        except ProblemError as error:
            for problem in error.problems:
                self.desk.say(problem)
            return False
        self.desk.do("Import dataset", changes)
        self.refresh()
        self.choice.setCurrentText(path.stem[:64])
        self.refresh()
        return True

    @Slot()
    def _ask_relink(self) -> None:
        wanted = self.desk.schematic.datasets[self.name].file
        name, _ = QFileDialog.getOpenFileName(self, f"Where is {wanted}?", "", "CSV tables (*.csv);;All files (*)")
        if name:
            self.relink(Path(name))

    def relink(self, path: Path) -> bool:
        """Takes the rows of the shown dataset from `path`; beside the document it stays a file of its own, from
        elsewhere its rows come into the document. False if it cannot be read, which is said."""
        name = self.name
        old = self.desk.schematic.datasets[name]
        try:
            found = dataset.read_csv(path, old.inputs, old.targets)
            changes = edits.set_dataset(self.desk.schematic, name, replace(found, file=self._beside(path)))
        except ProblemError as error:
            for problem in error.problems:
                self.desk.say(problem)
            return False
        self.desk.do("Find dataset", changes)
        known = self.desk.document
        known.problems = tuple(p for p in known.problems if not p.where.startswith(f"dataset {name}: "))
        self.refresh()
        return True

    def _beside(self, path: Path) -> str:
        """The path within the document's folder, "" for one outside."""
        if self.desk.path is None:
            return ""
        try:
            return path.resolve().relative_to(self.desk.path.resolve().parent).as_posix()
        except ValueError:
            return ""

    @Slot()
    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export the dataset", f"{self.name}.csv", "CSV tables (*.csv)")
        if not name:
            return
        try:
            dataset.write_csv(Path(name), self.desk.schematic.datasets[self.name])
        except ProblemError as error:
            self.desk.say(error.problems[0])
            return
        self.desk.say(Problem("exported", name, "the dataset was exported", "", "note"))

    @Slot()
    def _remove(self) -> None:
        self.desk.do("Remove dataset", edits.set_dataset(self.desk.schematic, self.name, None))
        self.refresh()


def _summary(found: Dataset) -> str:
    text = dataset.size_words(found) + (f"; from {found.file}" if found.file else "")
    return text + (f"; the first {MOST_SHOWN} are shown" if len(found.rows) > MOST_SHOWN else "")
