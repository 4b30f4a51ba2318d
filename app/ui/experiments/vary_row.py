"""One thing that an experiment varies: which parameters, and through what values or draws."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.errors import ProblemError
from app.training.sweep_axes import Axis, Draw, Vary, parse_vary
from app.ui import icons, theme
from app.ui.controls.choice import Choice
from app.ui.controls.naming import named
from app.ui.theme import notifier

# Words for people, the word of --vary, and what each field is called.
KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("these values", "list", ("values, with commas between",)),
    ("from … to, evenly", "lin", ("from", "to", "points")),
    ("from … to, by factors", "log", ("from", "to", "points")),
    ("drawn, normal", "normal", ("mean, or %", "sigma, several make a curve")),
    ("drawn, uniform", "uniform", ("lowest, or %", "highest, or %")),
)
MOST_FIELDS = 3


class VaryRow(QFrame):
    """`changed` after every edit, `removed` when its cross was clicked."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, vary: Vary) -> None:
        super().__init__()
        self.setObjectName("varyRow")
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setSpacing(6)
        self.target = QLineEdit(vary.target)
        self.target.setPlaceholderText("N*/M*.V_off")
        self.target.setToolTip("Which parameters: a path with * for any, then a point and the parameter's name")
        self.target.setAccessibleName("parameter")
        self._remove = named(QToolButton(), "flat")
        self._remove.setToolTip("Vary this no more")
        self._remove.setAccessibleName("remove")
        self._remove.setFixedSize(24, 24)
        self.kind = Choice()
        self.kind.addItems([words for words, _, _ in KINDS])
        self.kind.setAccessibleName("how it varies")
        self.fields = [QLineEdit() for _ in range(MOST_FIELDS)]
        self._trouble = named(QLabel(), "trouble")
        self._trouble.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.target, 1)
        row.addWidget(self._remove)
        self._captions = [named(QLabel(), "caption") for _ in self.fields]
        self._pairs = [QWidget() for _ in self.fields]
        values = QHBoxLayout()
        values.setSpacing(6)
        for pair, caption, field in zip(self._pairs, self._captions, self.fields, strict=True):
            caption.setFont(theme.font(10))
            column = QVBoxLayout(pair)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(1)
            column.addWidget(caption)
            column.addWidget(field)
            values.addWidget(pair, 1)
        grid.addLayout(row, 0, 0)
        grid.addWidget(self.kind, 1, 0)
        grid.addLayout(values, 2, 0)
        grid.addWidget(self._trouble, 3, 0)
        self._fill(vary)
        self.kind.currentIndexChanged.connect(self._chosen)
        self._remove.clicked.connect(self._removed)
        for editor in (self.target, *self.fields):
            editor.textEdited.connect(self._edited)
        notifier().changed.connect(self.restyle)
        self.restyle()
        self._name_fields()
        self.check()

    @Slot()
    def restyle(self) -> None:
        self._remove.setIcon(icons.icon("close", "second"))

    def text(self) -> str:
        """In the words of --vary."""
        word, names = KINDS[self.kind.currentIndex()][1:]
        values = [field.text().strip() for field in self.fields[: len(names)]]
        given = values[0] if word == "list" else ":".join((word, *values))
        return f"{self.target.text().strip()}={given}"

    def vary(self) -> Vary:
        """What it says. Raises ProblemError."""
        return parse_vary(self.text())

    def check(self) -> bool:
        """Shows what is wrong with it; whether all is well."""
        try:
            vary = self.vary()
            if isinstance(vary, Axis) and vary.kind != "list":
                vary.texts("")
        except ProblemError as error:
            problem = error.problems[0]
            self.say(f"{problem.found}: {problem.cure}" if self.target.text().strip() else "choose a parameter")
            return False
        if isinstance(vary, Draw):
            several = f"{len(vary.spread)} sigmas are gone through; " if len(vary.spread) > 1 else ""
            self._trouble.setToolTip(f"{several}every matching part gets a number of its own in every run")
        self.say("")
        return True

    def say(self, trouble: str) -> None:
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))

    def points(self) -> int:
        """How many values are gone through (1 for a draw, or while it is not understood)."""
        try:
            vary = self.vary()
            return len(vary.texts("")) if isinstance(vary, Axis) else len(vary.spread)
        except ProblemError:
            # Ranges with units are read with the parameter's unit later; their count is the last field.
            last = self.fields[2].text().strip()
            return int(last) if self.kind.currentIndex() in (1, 2) and last.isdigit() else 1

    def _fill(self, vary: Vary) -> None:
        words = [word for _, word, _ in KINDS]
        self.kind.setCurrentIndex(words.index(vary.kind))
        if isinstance(vary, Draw):
            values = [vary.first, ",".join(vary.spread)]
        else:
            values = [", ".join(vary.words)] if vary.kind == "list" else list(vary.words)
        for field, value in zip(self.fields, values, strict=False):
            field.setText(value)

    def _name_fields(self) -> None:
        names = KINDS[self.kind.currentIndex()][2]
        for number, pair in enumerate(self._pairs):
            pair.setVisible(number < len(names))
            if number < len(names):
                self._captions[number].setText(names[number])
                self.fields[number].setAccessibleName(names[number])

    @Slot(int)
    def _chosen(self, _index: int) -> None:
        self._name_fields()
        self._edited("")

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self.check()
        self.changed.emit()

    @Slot()
    def _removed(self) -> None:
        self.removed.emit(self)

    def focus(self) -> None:
        """Where typing begins: the target if it is empty, else its first value."""
        where = self.fields[0] if self.target.text() else self.target
        where.setFocus(Qt.FocusReason.OtherFocusReason)
