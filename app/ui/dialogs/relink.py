"""Datasets whose file is missing: choose where they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.document import dataset as datasets
from app.document import edits
from app.document.dataset import Dataset
from app.errors import ProblemError, fail
from app.ui.controls.clearing import clear
from app.ui.controls.naming import named
from app.ui.desk import Desk

EMBED_LIMIT = 1_000_000  # bytes up to which rows are taken into the document


def with_files(all_datasets: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """Those that stand in a file of their own."""
    return {name: entry for name, entry in all_datasets.items() if entry.file}


def relinked(old: Dataset, chosen: Path, document: Path | None) -> Dataset:
    """The dataset with its columns read from another file: named by its path if it lies in the document's folder,
    else taken into the document. Raises ProblemError."""
    found = datasets.read_csv(chosen, old.inputs, old.targets)
    folder = document.parent.resolve() if document is not None else None
    path = chosen.resolve()
    if folder is not None and path.is_relative_to(folder):
        return replace(found, file=path.relative_to(folder).as_posix())
    if path.stat().st_size > EMBED_LIMIT:
        raise fail(
            "dataset-outside", chosen.name, "it lies outside the document's folder and is too large to be taken in",
            "copy it beside the document and choose it there",
        )  # fmt: skip
    return found


class Relink(QDialog):
    """Every change is an edit of its own and can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Relink dataset files")
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(named(QLabel("Dataset files", self), "dialogTitle"))
        text = "A file in the document's folder is linked; a small one elsewhere is taken into the document."
        words = named(QLabel(text, self), "smallText")
        words.setWordWrap(True)
        column.addWidget(words)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        column.addLayout(self._grid)
        self._message = named(QLabel(self), "errorText")
        self._message.setWordWrap(True)
        column.addWidget(self._message)
        close = QPushButton("Close", self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(520)
        self.fill()

    def fill(self) -> None:
        clear(self._grid)
        entries = with_files(self._desk.schematic.datasets)
        for row, (name, entry) in enumerate(entries.items()):
            self._grid.addWidget(named(QLabel(name, self), "strong"), row, 0)
            found = f"{len(entry.rows)} rows" if entry.rows else "missing"
            self._grid.addWidget(QLabel(f"{entry.file}: {found}", self), row, 1)
            button = named(QPushButton("Choose file…", self), f"relink:{name}")
            button.clicked.connect(self._choose)
            self._grid.addWidget(button, row, 2)
        if not entries:
            self._grid.addWidget(QLabel("All datasets of this drawing are inside the document.", self), 0, 0)

    def _choose(self) -> None:
        name = self.sender().objectName().partition(":")[2]
        folder = str(self._desk.path.parent) if self._desk.path is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(self, f"File of {name}", folder, "Tables (*.csv *.txt);;All files (*)")
        if chosen:
            self.relink(name, Path(chosen))

    def relink(self, name: str, chosen: Path) -> None:
        """Read the dataset `name` from the file; what is wrong with it is shown."""
        try:
            entry = relinked(self._desk.schematic.datasets[name], chosen, self._desk.path)
        except ProblemError as error:
            problem = error.problems[0]
            self._message.setText(f"{problem.where}: {problem.found}; {problem.cure}")
            return
        self._message.clear()
        self._desk.do(f"relink {name}", edits.set_dataset(self._desk.schematic, name, entry))
        self.fill()
