"""Layer sizes and a dataset to a drawn network, with what will come of it said while typing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.document import dataset as datasets
from app.document import generate
from app.document.aann_file import Document
from app.document.dataset import Dataset
from app.errors import ProblemError, fail
from app.ui.controls.choice import Choice
from app.ui.controls.naming import named
from app.ui.rich_text import quantity
from blocks import units
from blocks.neural.neuron import ACTIVATIONS

XOR = f"XOR ({datasets.size_words(datasets.XOR)})"
OTHER = "CSV file…"
LIVELY = 400  # neurons up to which the network is drawn while typing


class BuildNetwork(QDialog):
    """After it was accepted `document` holds the network and `name` what to call it."""

    def __init__(self, own: dict[str, Dataset], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New network from layer sizes")
        self.document: Document | None = None
        self.name = ""
        self._datasets: dict[str, tuple[str, Dataset]] = {XOR: ("xor", datasets.XOR)}
        for name, entry in own.items():
            self._datasets[f"{name} (of this drawing)"] = (name, entry)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(named(QLabel("New network from layer sizes", self), "dialogTitle"))
        column.addLayout(self._form())
        self.preview = named(QLabel(self), "previewText")
        self.preview.setWordWrap(True)
        self.preview.setMinimumHeight(76)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.preview)
        column.addWidget(self._buttons())
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self.refresh)
        self.setMinimumWidth(520)
        self.refresh()
        self.layers.setFocus()
        self.layers.selectAll()

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.layers = QLineEdit("2-8-1", self)  # made in their order and as children at once, for the Tab key
        self.layers.setPlaceholderText("inputs - hidden - ... - outputs, such as 2-8-1")
        self.data = Choice(self)
        self.data.addItems([*self._datasets, OTHER])
        self.activation = Choice(self)
        self.activation.addItems([name.capitalize() if name != "relu" else "ReLU" for name in ACTIVATIONS])
        self.row_time = QLineEdit(self)
        self.row_time.setPlaceholderText("0.1 µs, less for wide layers")
        self.init = Choice(self)
        self.init.setEditable(True)
        self.init.addItems(["", "uniform:0.3", "scaled:0.3"])
        line = self.init.lineEdit()
        if line is not None:
            line.setPlaceholderText("uniform:0.3, scaled:0.3 for wide layers")
        self.seed = QLineEdit("0", self)
        self.drawn_out = QCheckBox("Draw every multiplier (Fig. 1) instead of neurons", self)
        self.imperfect = QCheckBox("Imperfect multipliers, which saturate and have an offset", self)
        for title, widget in (
            ("Layer sizes", self.layers), ("Dataset", self.data), ("Activation", self.activation),
            ("Time of a row", self.row_time), ("Initial weights [V]", self.init), ("Seed", self.seed),
        ):  # fmt: skip
            widget.setAccessibleName(title)
            form.addRow(title, widget)
        form.addRow("", self.drawn_out)
        form.addRow("", self.imperfect)
        for field in (self.layers, self.row_time, self.seed):
            field.textChanged.connect(self._wait)
        for box in (self.data, self.activation, self.init):
            box.currentTextChanged.connect(self._wait)
        self.data.activated.connect(self._dataset_chosen)
        self.drawn_out.toggled.connect(self._wait)
        self.imperfect.toggled.connect(self._wait)
        return form

    def _buttons(self) -> QWidget:
        line = QFrame(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        box = QDialogButtonBox(self)
        self.accept_button = QPushButton("Draw it", self)
        box.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)  # the standard one brings a foreign icon
        self.accept_button.setDefault(True)
        box.accepted.connect(self._accepted)
        box.rejected.connect(self.reject)
        row.addWidget(box)
        return line

    # -- what was typed -----------------------------------------------------------------------------------------

    @Slot()
    def _wait(self) -> None:
        self._later.start()

    @Slot(int)
    def _dataset_chosen(self, _index: int) -> None:
        if self.data.currentText() != OTHER:
            return
        name, _ = QFileDialog.getOpenFileName(self, "Dataset", "", "Tables (*.csv *.txt);;All files (*)")
        if not name:
            self.data.setCurrentIndex(0)
            return
        try:
            self.add_dataset(Path(name))
        except ProblemError as error:
            self.data.setCurrentIndex(0)
            self._show(error)

    def add_dataset(self, path: Path) -> None:
        """Offer a CSV file's rows, and propose layers that fit. Raises ProblemError."""
        found = datasets.read_csv(path)
        title = f"{path.name} ({datasets.size_words(found)})"
        self._datasets[title] = (path.stem, found)
        self.data.insertItem(self.data.count() - 1, title)
        self.data.setCurrentText(title)
        hidden = max(4, min(32, 2 * len(found.inputs) + 2))
        self.layers.setText(f"{len(found.inputs)}-{hidden}-{len(found.targets)}")

    def _drawn(self) -> tuple[Document, str]:
        """The network as described now. Raises ProblemError."""
        layers = generate.parse_layers(self.layers.text())
        name, rows = self._datasets.get(self.data.currentText(), ("xor", datasets.XOR))
        seed = self.seed.text().strip()
        if not (seed.isascii() and seed.isdigit() and len(seed) <= 9):
            raise fail("quantity", "seed", f"{seed!r} is no whole number from 0 on", "type one such as 0")
        schematic, notes = generate.generate(
            layers, rows, name, t_row=self.row_time.text().strip() or None,
            init=self.init.currentText().strip() or None,
            level="multiplier" if self.drawn_out.isChecked() else "neuron",
            activation=ACTIVATIONS[self.activation.currentIndex()], imperfect=self.imperfect.isChecked(),
            seed=int(seed),
        )  # fmt: skip
        return Document(schematic, problems=tuple(notes)), name

    @Slot()
    def refresh(self) -> None:
        """Say what would be drawn, or what is wrong."""
        try:
            layers = generate.parse_layers(self.layers.text())
            lines = [counts(layers)]
            if sum(layers) <= LIVELY:
                document, _ = self._drawn()
                lines += _facts(document)
        except ProblemError as error:
            self._show(error)
            return
        self.preview.setProperty("wrong", False)
        self._restyle("\n".join(lines))
        self.accept_button.setEnabled(True)

    def _show(self, error: ProblemError) -> None:
        problem = error.problems[0]
        self.preview.setProperty("wrong", True)
        self._restyle(f"{problem.where}: {problem.found}\n{problem.cure}")
        self.accept_button.setEnabled(False)

    def _restyle(self, text: str) -> None:
        self.preview.setText(text)
        self.preview.style().unpolish(self.preview)
        self.preview.style().polish(self.preview)
        layout = self.layout()
        assert layout is not None
        # A wrapped text's height is no part of a window's least size: without this a long one squeezes the fields.
        self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    @Slot()
    def _accepted(self) -> None:
        try:
            self.document, name = self._drawn()
        except ProblemError as error:
            self._show(error)
            return
        self.name = f"{name} {self.layers.text().strip()}"
        self.accept()


def counts(layers: tuple[int, ...]) -> str:
    """Neurons, capacitors and multipliers of a fully connected network: 3 N + 4 and N + 1 a neuron of N inputs."""
    pairs = list(pairwise(layers))
    neurons = sum(layers[1:])
    capacitors = sum(width * (inputs + 1) for inputs, width in pairs)
    multipliers = sum(width * (3 * inputs + 4) for inputs, width in pairs)
    return f"{neurons:,} neurons · {capacitors:,} capacitors · {multipliers:,} multipliers"


def _facts(document: Document) -> list[str]:
    for instance in document.schematic.top.instances.values():
        if instance.type == "dataset":
            rows = document.schematic.datasets[instance.parameters["dataset"]].rows
            row_time = units.parse(instance.parameters["T_row"], "s")
            epoch = quantity(len(rows) * row_time, "s")
            lines = [f"{len(rows)} rows, {quantity(row_time, 's')} each: an epoch takes {epoch} of simulated time"]
            return lines + [note.found for note in document.problems]  # their cure is a field of this dialog
    return []
