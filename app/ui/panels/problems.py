"""The problems line under the plots: how many there are; opened, each with its place, and its cure as a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.document.cures import Cure, cure_of
from app.errors import Problem, ProblemError
from app.ui import icons
from app.ui.controls.naming import named
from app.ui.theme import notifier

if TYPE_CHECKING:
    from app.training.frame import Frame
    from app.ui.desk import Desk

LINE = 24
ROW = 30
MOST_ROWS = 200
OPEN_HEIGHT, BUTTON = 150, 190
ICONS = {"error": "error", "warning": "warning", "note": "info"}
ROLES = {"error": "error", "warning": "warning", "note": "second"}


class ProblemsPanel(QFrame):
    """`reveal(ids)` when a problem is clicked. Problems are those of loading and those that come with the frames."""

    reveal = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.desk = desk
        self._problems: tuple[Problem, ...] = ()
        self.rows: list[ProblemRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_line())
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = named(QWidget(), "problemsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(8, 0, 8, 4)
        self._list.setSpacing(0)
        self.rest = named(QLabel(), "smallText")
        self._list.addWidget(self.rest)
        self._list.addStretch(1)
        self.area.setWidget(body)
        column.addWidget(self.area)
        desk.framed.connect(self._framed)
        desk.replaced.connect(self._replaced)
        notifier().changed.connect(self._restyle)
        self.area.hide()
        self._restyle()

    def _build_line(self) -> QWidget:
        line = QWidget()
        line.setFixedHeight(LINE)
        row = QHBoxLayout(line)
        row.setContentsMargins(6, 0, 12, 0)
        row.setSpacing(8)
        self.toggle = named(QToolButton(), "groupHeading")
        self.toggle.setText("Problems")
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setIconSize(QSize(14, 14))
        self.toggle.toggled.connect(self._fold)
        self.mark = QLabel()
        self.state = named(QLabel(), "problemState")
        self.counts = named(QLabel(), "second")
        self.first = named(QLabel(), "second")
        for widget in (self.toggle, self.mark, self.state, self.counts):
            row.addWidget(widget)
        row.addWidget(self.first, 1)
        self.cure_all = QPushButton()
        self.cure_all.setFixedHeight(22)
        self.cure_all.setToolTip("Does all the cures below, in one step of undo")
        self.cure_all.clicked.connect(self._cure_all)
        self.cure_all.hide()
        row.addWidget(self.cure_all)
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_area()

    # -- showing ----------------------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    @Slot(object)
    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Errors first, then warnings and notes; within each in the order given."""
        ranks = list(ICONS)
        ordered = tuple(sorted(problems, key=lambda problem: ranks.index(problem.severity)))
        if ordered != self._problems:
            self._problems = ordered
            self._rebuild()

    def _rebuild(self) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()  # later: the edit may come from the row's own button
        self.rows = []
        for number, problem in enumerate(self._problems[:MOST_ROWS]):
            row = ProblemRow(problem, cure_of(self.desk.schematic, problem))
            row.clicked.connect(self._reveal)
            row.cured.connect(self._cure)
            self._list.insertWidget(number, row)
            self.rows.append(row)
        hidden = len(self._problems) - len(self.rows)
        self.rest.setText(f"and {hidden} more")
        self.rest.setVisible(hidden > 0)
        self._summarise()
        if not self._problems:
            self.toggle.setChecked(False)
        self._size_area()

    def _summarise(self) -> None:
        errors = sum(problem.severity == "error" for problem in self._problems)
        warnings = sum(problem.severity == "warning" for problem in self._problems)
        worst = "error" if errors else "warning" if warnings else ""
        self.mark.setPixmap(icons.pixmap(worst or "check", worst or "good", 14))
        self.state.setText("" if worst else "none")
        self.state.setVisible(not worst)
        self.counts.setText(f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}")
        first = self._problems[0] if self._problems else None
        folded = not self.toggle.isChecked()
        self.first.setText(f"{first.where}: {first.found}" if first is not None and folded else "")
        curable = sum(row.cure is not None for row in self.rows)
        self.cure_all.setText(f"Cure all {curable}")
        self.cure_all.setVisible(curable > 1 and not folded)

    @Slot()
    def expand(self) -> None:
        """Unfolds the list."""
        self.toggle.setChecked(True)

    @Slot(bool)
    def _fold(self, opened: bool) -> None:
        self.area.setVisible(opened)
        self._size_area()
        self._summarise()
        self._restyle()

    def _size_area(self) -> None:
        width = max(300, self.width() - 16)
        height = sum(row.height_at(width) for row in self.rows) + 10 + (18 if self.rest.isVisibleTo(self) else 0)
        self.area.setFixedHeight(max(ROW, min(OPEN_HEIGHT, height)))

    @Slot()
    def _restyle(self) -> None:
        self.toggle.setIcon(icons.icon("chevron-down" if self.toggle.isChecked() else "chevron-right", "second", 14))
        for row in self.rows:
            row.restyle()
        self._summarise()

    # -- acting -----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _reveal(self, problem: Problem) -> None:
        if problem.ids:
            self.reveal.emit(problem.ids)

    @Slot(object)
    def _cure(self, problem: Problem, together: str = "") -> None:
        """Looked at anew: since the button was made the drawing may have changed, or another cure have helped."""
        cure = cure_of(self.desk.schematic, problem)
        if cure is None:
            return
        try:
            changes = cure.changes()
        except (ProblemError, KeyError) as error:
            self.desk.say(Problem("cure-failed", cure.label, str(error), "mend it by hand"))
            return
        self.desk.do(together or cure.label, changes, together)

    @Slot()
    def _cure_all(self) -> None:
        """One step of undo."""
        for problem in self._problems:
            self._cure(problem, "Cure all")
        self.desk.history.break_merge()

    @Slot(object)
    def _framed(self, frame: Frame) -> None:
        self.set_problems((*self.desk.document.problems, *frame.problems))

    @Slot()
    def _replaced(self) -> None:
        self.set_problems(())


class ProblemRow(QFrame):
    """`clicked(problem)`, also on Enter; `cured(problem)` from its button."""

    clicked = Signal(object)
    cured = Signal(object)

    def __init__(self, problem: Problem, cure: Cure | None) -> None:
        super().__init__()
        self.setObjectName("problemRow")
        self.problem, self.cure = problem, cure
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(str(problem))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(8)
        self.mark = QLabel()
        self.mark.setFixedWidth(16)
        text = QLabel(f"<b>{_escaped(problem.where)}</b>&nbsp; {_escaped(problem.found)}")
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        advice = named(QLabel(problem.cure[:1].upper() + problem.cure[1:]), "second")
        advice.setWordWrap(True)
        row.addWidget(self.mark)
        row.addWidget(text, 3)
        row.addWidget(advice, 2)
        self.button = QPushButton(cure.label if cure is not None else "", self)  # else it flashes as a window
        keeps = self.button.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.button.setSizePolicy(keeps)
        self.button.setFixedWidth(BUTTON)
        self.button.setVisible(cure is not None)
        self.button.setFixedHeight(24)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys stay with the canvas when the row goes
        self.button.clicked.connect(self._pressed)
        row.addWidget(self.button)
        if problem.ids:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip("Click to see the block")
        self.restyle()

    def height_at(self, width: int) -> int:
        """How high it is when so wide: texts wrap."""
        return max(ROW, self.heightForWidth(width))

    def restyle(self) -> None:
        severity = self.problem.severity
        self.mark.setPixmap(icons.pixmap(ICONS[severity], ROLES[severity], 14))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self.problem)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _pressed(self) -> None:
        self.cured.emit(self.problem)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
