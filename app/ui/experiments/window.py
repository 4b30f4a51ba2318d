"""The window of an experiment: what varies at the left; curves, yield, tables and blame at the right as they come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import Problem, ProblemError
from app.export.sweep_files import write_sweep
from app.training.sweep_blame import Cost
from app.ui import theme
from app.ui.controls.naming import named
from app.ui.experiments.blame_page import BlamePage
from app.ui.experiments.chart import Page
from app.ui.experiments.control import Control, News
from app.ui.experiments.curves_page import CurvesPage
from app.ui.experiments.heat_page import HeatPage
from app.ui.experiments.results import Results
from app.ui.experiments.runs_page import RunsPage
from app.ui.experiments.setup_form import SetupForm
from app.ui.experiments.yield_page import YieldPage

if TYPE_CHECKING:
    from app.ui.desk import Desk

PERIOD = 100  # ms between looks at the sweep


class ExperimentWindow(QWidget):
    """Of one desk. `reveal` asks to show blocks on the canvas by their ids. `blamed` tells which parts cost how much,
    a share 0..1 of the costliest by (instance id, part or ""); empty when there is no ranking.

    Closing only hides it, so that a sweep goes on; `shutdown` ends the sweep and waits for its thread."""

    reveal = Signal(object)
    blamed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.desk = desk
        self.control = Control()
        self.results: Results | None = None
        self._ended = True
        self.setObjectName("experiment")
        self.setMinimumSize(840, 460)
        self.form = SetupForm(desk.schematic)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD)
        self._timer.timeout.connect(self._look)
        self.form.changed.connect(self._count)
        desk.replaced.connect(self._replaced)
        desk.state_changed.connect(self._entitle)
        QShortcut(QKeySequence("F5"), self, self._start_or_cancel)
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)
        self._entitle()
        self._count()

    def sizeHint(self) -> QSize:
        return QSize(1120, 680)

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        left = named(QFrame(), "experimentSide")
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.form, 1)
        side.addWidget(self._build_foot())
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.curves, self.yields, self.heat = CurvesPage(self.desk), YieldPage(self.desk), HeatPage(self.desk)
        self.blame, self.runs = BlamePage(self.desk), RunsPage(self.desk)
        self.pages: dict[str, Page] = {
            "Learning curves": self.curves, "Yield": self.yields, "Heat map": self.heat, "Blame": self.blame,
            "Runs": self.runs,
        }  # fmt: skip
        for title, page in self.pages.items():
            self.tabs.addTab(page, title)
        self.tabs.currentChanged.connect(self._show)
        self.blame.reveal.connect(self.reveal)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self.tabs, 1)

    def _build_foot(self) -> QFrame:
        foot = named(QFrame(), "experimentFoot")
        column = QVBoxLayout(foot)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self.message = named(QLabel(), "second")
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(32)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.start_button = QPushButton("Start")
        self.start_button.setDefault(True)
        self.start_button.setFont(theme.font(12.5, 600))
        self.start_button.setMinimumHeight(34)
        self.start_button.clicked.connect(self._start_or_cancel)
        self.save_button = QPushButton("Save results…")
        self.save_button.setMinimumHeight(34)
        self.save_button.setToolTip("HDF5 with everything and its provenance, CSV tables beside it")
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self._save)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start_button, 1)
        buttons.addWidget(self.save_button, 1)
        column.addWidget(self.message)
        column.addWidget(self.bar)
        column.addLayout(buttons)
        return foot

    # -- what the main window calls -----------------------------------------------------------------------------

    def open(self) -> None:
        """Shows it, in front."""
        self.show()
        self.raise_()
        self.activateWindow()

    def show_selection(self, ids: Sequence[str], macro: str = "", parts: Sequence[str] = ()) -> None:
        """The canvas' selection, which is offered first when a parameter is added."""
        self.form.show_selection(ids, macro, parts)

    def shutdown(self) -> None:
        """Ends the sweep and waits for its thread; the window is of no use afterwards."""
        self._timer.stop()
        self.control.shutdown()

    @property
    def busy(self) -> bool:
        return self.control.busy

    # -- running ------------------------------------------------------------------------------------------------

    @Slot()
    def _start_or_cancel(self) -> None:
        if self.control.busy:
            self.control.cancel()
            self.start_button.setEnabled(False)
            self._say("Stopping; what is finished stays.")
        else:
            self.start()

    def start(self) -> None:
        """Begins the experiment that the form describes; runs that an earlier one has finished are not redone."""
        try:
            sweep = self.form.sweep()
        except ProblemError as error:
            self._complain(error.problems[0])
            return
        self.control.start(self.desk.schematic.copy(), sweep, self.form.level)
        self._ended = False
        self.start_button.setText("Cancel")
        self.save_button.setEnabled(False)
        self._say("Compiling…")
        self.bar.setValue(0)
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        news = self.control.take()
        if news is None:
            return
        began = time.perf_counter()
        if news.plan is not None:
            self.results = Results(news.plan, news.groups)
            self._choose_page()
        if self.results is not None:
            self.results.take(news)
            self._show()
        self._tell(news)
        if news.ended:
            self._finish(news)
        else:  # looks are shed before keys and mouse wait
            spent = 1000.0 * (time.perf_counter() - began)
            self._timer.setInterval(max(PERIOD, round(4.0 * spent)))

    def _tell(self, news: News) -> None:
        self.bar.setValue(round(1000 * news.share))
        if news.ended or not news.total:
            return
        left = f" · {_duration(news.left)} left" if news.left is not None else ""
        self._say(f"{news.done} of {news.total} runs{left}")

    def _finish(self, news: News) -> None:
        self._timer.stop()
        self._ended = True
        self.start_button.setEnabled(True)
        table = self.results.table if self.results is not None else None
        done = int(table.done.sum()) if table is not None else 0
        self.save_button.setEnabled(done > 0)
        if news.state == "failed":
            self._complain(news.problems[0])
        elif news.state == "cancelled":
            self._say(f"Stopped after {done} of {len(self.results.plan.cases) if self.results else 0} runs.")
        else:
            self.bar.setValue(1000)
            self._say(f"{done} runs in {_seconds(news.seconds)}.")
        self.start_button.setText("Go on" if news.state == "cancelled" else "Start")
        self._tell_blame()

    def _choose_page(self) -> None:
        """A ranking that was asked for is looked at first."""
        assert self.results is not None
        if self.results.groups:
            self.tabs.setCurrentWidget(self.blame)
        elif self.tabs.currentWidget() is self.blame:
            self.tabs.setCurrentWidget(self.curves)

    def _tell_blame(self) -> None:
        costs = self.results.costs() if self.results is not None and self.results.groups else []
        self.blamed.emit(shares(costs))

    @Slot()
    def _show(self) -> None:
        page = self.tabs.currentWidget()
        if isinstance(page, Page):
            page.show_results(self.results)

    # -- texts --------------------------------------------------------------------------------------------------

    @Slot()
    def _count(self) -> None:
        """What the form asks for, before it is started."""
        if not self._ended:
            return
        points, runs = self.form.count()
        rank = " and as many again for every group that is ranked" if self.form.level else ""
        at = f"{points} points, " if points > 1 else ""
        self._say(f"{at}{runs} run{'s' if runs != 1 else ''}{rank}.")
        self.start_button.setText("Start")
        self.bar.setValue(0)

    def _say(self, text: str) -> None:
        self.message.setObjectName("second")
        self._restyle_message(text)

    def _complain(self, problem: Problem) -> None:
        self.message.setObjectName("trouble")
        where = problem.where.removeprefix("--vary ")
        self._restyle_message(f"{where}: {problem.found}. {problem.cure[:1].upper()}{problem.cure[1:]}.")

    def _restyle_message(self, text: str) -> None:
        self.message.style().polish(self.message)
        self.message.setText(text)

    @Slot()
    def _entitle(self) -> None:
        self.setWindowTitle(f"Experiment — {self.desk.title}")

    # -- documents and files ------------------------------------------------------------------------------------

    @Slot()
    def _replaced(self) -> None:
        """Another document: its own experiment."""
        self.control.shutdown()
        self.control.take()
        self.control.forget()
        self._timer.stop()
        self._ended = True
        self.results = None
        self.start_button.setEnabled(True)
        self.save_button.setEnabled(False)
        self.form.show_document(self.desk.schematic)
        self.blamed.emit({})
        self._entitle()
        for page in self.pages.values():
            page.show_results(None)

    @Slot()
    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Save results", f"{self.desk.title}-experiment.h5", "HDF5 with everything (*.h5);;CSV tables (*.csv)"
        )
        if name:
            self.save(Path(name if Path(name).suffix in (".h5", ".csv") else f"{name}.h5"))

    def save(self, path: Path) -> bool:
        """Writes the results; False if that fails, which is said."""
        assert self.results is not None
        try:
            written = write_sweep(path, self.results.table, self.results.costs() if self.results.groups else ())
        except ProblemError as error:
            self._complain(error.problems[0])
            return False
        self._say("Saved " + ", ".join(file.name for file in written) + ".")
        return True

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._show()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()


def shares(costs: Sequence[Cost]) -> dict[tuple[str, str], float]:
    """(instance id, part) -> 0..1 of the largest cost that stands out; several parameters of a part add up."""
    found: dict[tuple[str, str], float] = {}
    for cost in costs:
        if not (cost.clear and cost.mse > 0):
            continue
        for address in cost.group.addresses:
            key = address.instance, address.part
            found[key] = found.get(key, 0.0) + cost.mse / len(cost.group.addresses)
    largest = max(found.values(), default=1.0)
    return {key: value / largest for key, value in found.items()}


def _duration(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{_duration(seconds)} min"
