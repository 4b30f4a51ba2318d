"""The left side of an experiment: what varies, how many runs, how long, what counts as learned."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.document.schematic import Schematic
from app.errors import ProblemError, fail
from app.training.stop import Stop
from app.training.sweep_axes import Axis, Vary, parse_vary
from app.training.sweep_blame import LEVELS, flaws_of
from app.training.sweep_plan import DEFAULT_TARGET, Sweep
from app.ui import icons, theme
from app.ui.controls.choice import Choice
from app.ui.controls.naming import named
from app.ui.experiments.suggestions import Target, beginning, of_selection, studies, targets
from app.ui.experiments.vary_row import VaryRow
from app.ui.theme import notifier
from blocks import spec, units

WIDTH = 330
DEFAULT_RUNS, DEFAULT_EPOCHS = 10, 200
NO_BLAME = "no ranking"


class SetupForm(QWidget):
    """`changed` after every edit. `schematic` is what the suggestions come from."""

    changed = Signal()

    def __init__(self, schematic: Schematic) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._schematic = schematic
        self._selection: tuple[Sequence[str], str, Sequence[str]] = ((), "", ())
        self.rows: list[VaryRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = named(QWidget(), "experimentForm")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._build_vary()
        self._build_runs()
        self._column.addStretch(1)
        scroll.setWidget(inside)
        column.addWidget(scroll)
        notifier().changed.connect(self.restyle)
        self.restyle()
        self.show_document(schematic)

    @Slot()
    def restyle(self) -> None:
        for button in (self._studies, self.add_button):
            button.setIcon(icons.icon("chevron-down", "second", 12))

    # -- building -----------------------------------------------------------------------------------------------

    def _build_vary(self) -> None:
        head = QHBoxLayout()
        head.addWidget(_heading("What varies"), 1)
        self._studies = QPushButton("Studies ")
        self._studies.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._studies.setToolTip("Whole experiments to begin with")
        self._study_menu = QMenu(self)
        self._studies.setMenu(self._study_menu)
        self._study_menu.aboutToShow.connect(self._fill_studies)
        self._study_menu.triggered.connect(self._take_study)
        head.addWidget(self._studies)
        self._column.addLayout(head)
        self._nothing = named(QLabel("Only the seed of the initial weights: the same circuit, started anew."), "second")
        self._nothing.setWordWrap(True)
        self._column.addWidget(self._nothing)
        self._row_box = QVBoxLayout()
        self._row_box.setSpacing(8)
        self._column.addLayout(self._row_box)
        self.add_button = QPushButton("Add a parameter ")
        self.add_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._add_menu = QMenu(self)
        self.add_button.setMenu(self._add_menu)
        self._add_menu.aboutToShow.connect(self._fill_targets)
        self._add_menu.triggered.connect(self._take_target)
        self._column.addWidget(self.add_button)

    def _build_runs(self) -> None:
        self._column.addSpacing(8)
        self._column.addWidget(_heading("Runs"))
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.runs = _spin(1, 100_000, "Runs at every point; run i has seed + i and draw number i")
        self.seed = _spin(0, 2**31 - 1, "Seed of the first run's initial weights, and of all draws")
        self.epochs = _spin(1, 10_000_000, "Epochs of each run")
        self.target = QLineEdit()
        self.target.setToolTip("A run whose MSE falls to this counts as learned")
        self.stop = QCheckBox("End a run there")
        self.blame = Choice()
        self.blame.addItem(NO_BLAME, "")
        for name, text in LEVELS.items():
            self.blame.addItem(f"by {name}", name)
            self.blame.setItemData(self.blame.count() - 1, text, Qt.ItemDataRole.ToolTipRole)
        self.blame.setToolTip("Which imperfection costs most MSE: each group's variance is removed in turn")
        for label, field in (
            ("Runs at each point", self.runs), ("First seed", self.seed), ("Epochs", self.epochs),
            ("Learned at MSE", self.target), ("", self.stop), ("Blame", self.blame),
        ):  # fmt: skip
            form.addRow(label, field)
        self._column.addLayout(form)
        for spin in (self.runs, self.seed, self.epochs):
            spin.valueChanged.connect(self._edited)
        self.target.textEdited.connect(self._edited)
        self.stop.toggled.connect(self._edited)
        self.blame.currentIndexChanged.connect(self._edited)

    # -- what it says -------------------------------------------------------------------------------------------

    def show_document(self, schematic: Schematic) -> None:
        """The default experiment of a document: its own number of runs, else ten seeds (Fig. 10)."""
        self._schematic = schematic
        for row in tuple(self.rows):
            self._drop(row)
        self.runs.setValue(_whole(schematic.settings.get("runs", ""), DEFAULT_RUNS))
        self.seed.setValue(_whole(schematic.setting("seed"), 0))
        self.epochs.setValue(_whole(schematic.setting("stop_epochs"), DEFAULT_EPOCHS))
        self.target.setText(_with_unit(schematic.setting("stop_mse")))
        self.stop.setChecked(False)
        self.blame.setCurrentIndex(0)
        self._edited()

    def show_selection(self, ids: Sequence[str], macro: str = "", parts: Sequence[str] = ()) -> None:
        """What is selected on the canvas is offered first."""
        self._selection = (tuple(ids), macro, tuple(parts))

    def sweep(self) -> Sweep:
        """What is asked. Raises ProblemError."""
        varies: list[Vary] = []
        for row in self.rows:
            varies.append(row.vary())
        target = _quantity(self.target.text())
        stop = Stop(self.epochs.value(), mse=target if self.stop.isChecked() else None)
        schematic = self._schematic
        return Sweep(
            tuple(varies), self.runs.value(), self.seed.value(), stop, target, schematic.setting("solver"),
            float(units.parse(schematic.setting("rtol"))),
        )  # fmt: skip

    @property
    def level(self) -> str:
        """The level of blame, "" for none."""
        return str(self.blame.currentData())

    def count(self) -> tuple[int, int]:
        """Points and runs in all (without those of blame)."""
        points = 1
        for row in self.rows:
            points *= row.points()
        return points, points * self.runs.value()

    def add(self, vary: Vary) -> VaryRow:
        row = VaryRow(vary)
        row.changed.connect(self._edited)
        row.removed.connect(self._drop)
        self.rows.append(row)
        self._row_box.addWidget(row)
        self._edited()
        return row

    def set_varies(self, texts: Sequence[str], runs: int = 0) -> None:
        """In the words of --vary."""
        for row in tuple(self.rows):
            self._drop(row)
        for text in texts:
            self.add(parse_vary(text))
        if runs:
            self.runs.setValue(runs)

    # -- menus --------------------------------------------------------------------------------------------------

    @Slot()
    def _fill_studies(self) -> None:
        self._study_menu.clear()
        for number, study in enumerate(studies(self._schematic)):
            action = self._study_menu.addAction(study.title)
            action.setData(number)
            action.setToolTip("; ".join(study.varies))

    @Slot(object)
    def _take_study(self, action: object) -> None:
        study = studies(self._schematic)[action.data()]  # type: ignore[attr-defined]
        self.set_varies(study.varies, study.runs)

    @Slot()
    def _fill_targets(self) -> None:
        self._add_menu.clear()
        selected = of_selection(self._schematic, *self._selection)
        if selected:
            _fill(self._add_menu.addMenu("What is selected"), selected)
            self._add_menu.addSeparator()
        for title, found in targets(self._schematic):
            _fill(self._add_menu.addMenu(title), found)
        self._add_menu.addSeparator()
        tolerance = self._add_menu.addAction("Tolerance of the solver (rtol)")
        tolerance.setData("rtol=1e-4,1e-6,1e-8")
        other = self._add_menu.addAction("Another path…")
        other.setData("")

    @Slot(object)
    def _take_target(self, action: object) -> None:
        text = action.data()  # type: ignore[attr-defined]
        if text is None:
            return
        row = self.add(parse_vary(text) if text else Axis("", "list", ()))
        row.focus()

    @Slot(object)
    def _drop(self, row: VaryRow) -> None:
        self.rows.remove(row)
        self._row_box.removeWidget(row)
        row.deleteLater()
        self._edited()

    @Slot()
    def _edited(self) -> None:
        self._nothing.setVisible(not self.rows)
        drawn = any(row.kind.currentIndex() >= 3 for row in self.rows) or bool(flaws_of(self._schematic))
        self.blame.setEnabled(drawn)
        if not drawn:
            self.blame.setCurrentIndex(0)
        self.changed.emit()


def _fill(menu: QMenu, found: Sequence[Target]) -> None:
    for target in found:
        action = menu.addAction(_words(target.parameter))
        action.setData(beginning(target).text)
        action.setToolTip(target.target)


def _words(parameter: spec.Parameter) -> str:
    label = parameter.label or parameter.name
    return label if parameter.name in label else f"{label} ({parameter.name})"


def _heading(text: str) -> QLabel:
    label = named(QLabel(text), "cardTitle")
    label.setFont(theme.font(12, 600))
    return label


def _spin(low: int, high: int, tip: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setToolTip(tip)
    spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    spin.setAlignment(Qt.AlignmentFlag.AlignRight)
    return spin


def _whole(text: str, otherwise: int) -> int:
    try:
        return int(units.parse(text))
    except units.QuantityError:
        return otherwise


def _with_unit(stored: str) -> str:
    """A document's target MSE as it is shown, whichever way it was typed; the usual one if there is none."""
    try:
        return f"{units.parse(stored, 'V^2') if stored else DEFAULT_TARGET:g} V²"
    except units.QuantityError:
        return stored  # said when the experiment starts


def _quantity(text: str) -> float:
    try:
        value = units.parse(text, "V^2")
    except units.QuantityError as error:
        raise fail("quantity", "Learned at MSE", f"{error.text!r} {error.reason}", error.hint or "0.01 V^2") from None
    if value <= 0:
        raise ProblemError(*fail("quantity", "Learned at MSE", "it is not above zero", "such as 0.01 V^2").problems)
    return value
