"""Every run as a row: its values, seed, MSE, epochs; sorted by a click on a heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.export.sweep_files import runs_csv
from app.program import FloatArray, IntArray
from app.ui import rich_text
from app.ui.experiments.chart import Page, value_texts
from app.ui.experiments.results import Results
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.desk import Desk

Index = QModelIndex | QPersistentModelIndex
LEFT = ("Run", "Seed")
RIGHT = ("Final MSE [V²]", "Epochs", "Epochs to target", "    Status")


class RunsPage(Page):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "runs")
        self.model = RunsModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.table.setAccessibleName("runs")
        self.column.addWidget(self.table, 1)
        self.restyle()

    def reset(self, results: Results) -> None:
        self.model.show(results)
        for column in range(self.model.columnCount()):
            self.table.setColumnWidth(column, 118 if column > 1 else 84)

    def clear(self) -> None:
        self.model.show(None)
        self.note.setText("No run has ended yet.")

    def draw(self, results: Results) -> None:
        self.model.refresh()
        self.note.setText(f"{self.model.rowCount()} of {len(results.plan.cases)} runs have ended")

    def csv(self) -> str:
        return "" if self.results is None else runs_csv(self.results.table)


class RunsModel(QAbstractTableModel):
    """The finished runs of an experiment."""

    def __init__(self) -> None:
        super().__init__()
        self._results: Results | None = None
        self._rows: IntArray = np.zeros(0, np.int64)
        self._texts: list[list[str]] = []
        self._sorting = (0, Qt.SortOrder.AscendingOrder)
        self._final: FloatArray = np.zeros(0)
        self._reached: IntArray = np.zeros(0, np.int64)

    def show(self, results: Results | None) -> None:
        self.beginResetModel()
        self._results = results
        self._texts = [] if results is None else [value_texts(column) for column in results.columns]
        self._arrange()
        self.endResetModel()

    def refresh(self) -> None:
        """Runs have been added."""
        self.layoutAboutToBeChanged.emit()
        self._arrange()
        self.layoutChanged.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (max(0, column), order)
        self.refresh()

    def _arrange(self) -> None:
        if self._results is None:
            self._rows = np.zeros(0, np.int64)
            return
        table = self._results.table
        self._final, self._reached = table.final_mse, table.reached
        rows = np.flatnonzero(table.done)
        column, order = self._sorting
        keys = np.array([self._key(int(case), column) for case in rows], float)
        chosen = np.argsort(keys, kind="stable")
        self._rows = rows[chosen if order == Qt.SortOrder.AscendingOrder else chosen[::-1]]

    def _key(self, case: int, column: int) -> float:
        assert self._results is not None
        run, axes = self._results.plan.cases[case], len(self._texts)
        if column < 2:
            return float(case if column == 0 else run.seed)
        if column < 2 + axes:
            number = self._results.columns[column - 2].numbers[run.point[column - 2]]
            return number if number == number else float(run.point[column - 2])
        reached = self._reached[case] if self._reached[case] > 0 else np.inf
        return float([self._final[case], self._results.table.epochs[case], reached, reached][column - 2 - axes])

    # -- Qt -----------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(LEFT) + len(self._texts) + len(RIGHT)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        axes = [] if self._results is None else [column.label for column in self._results.columns]
        names = (*LEFT, *axes, *RIGHT)
        return names[section] if section < len(names) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._results is None or not index.isValid():
            return None
        case = int(self._rows[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(case, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == self.columnCount() - 1:
            broken = bool(self._results.table.broken[case])
            return Theme.current().color("error" if broken else "good" if self._reached[case] > 0 else "second")
        return None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        """Numbers to the right, the status to the left."""
        last = column == self.columnCount() - 1
        return (Qt.AlignmentFlag.AlignLeft if last else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter

    def _text(self, case: int, column: int) -> str:
        assert self._results is not None
        run, axes = self._results.plan.cases[case], len(self._texts)
        if column < 2:
            return str(run.run if column == 0 else run.seed)
        if column < 2 + axes:
            return self._texts[column - 2][run.point[column - 2]]
        table, learned = self._results.table, self._reached[case] > 0
        status = "stopped being finite" if table.broken[case] else "learned" if learned else "not learned"
        if run.calm >= 0:
            status += f", without {self._results.groups[run.calm].name}"
        final = rich_text.power_of_ten(float(self._final[case]), 3)
        to_target = str(self._reached[case]) if learned else "–"
        return (final, str(table.epochs[case]), to_target, f"    {status}")[column - 2 - axes]
