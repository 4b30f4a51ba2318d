"""The window of an experiment: what varies at the left; curves, yield, tables and blame at the right as they come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from app.errors import ProblemError
from app.export.sweep_files import write_sweep
from app.training.sweep_blame import Cost
from app.ui.controls.naming import named
from app.ui.experiments.blame_page import BlamePage
from app.ui.experiments.chart import Page
from app.ui.experiments.control import Control, News
from app.ui.experiments.curves_page import CurvesPage
from app.ui.experiments.foot import Foot
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
    as shares of all costs by (instance id, part or ""); empty when there is no ranking or it is not to be shown.

    Closing only hides it, so that a sweep goes on; `shutdown` ends the sweep."""

    reveal = Signal(object)
    blamed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.desk = desk
        self.control = Control()
        self.results: Results | None = None
        self.under_way = False
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
        QShortcut(QKeySequence("F5"), self, self.start_or_cancel)
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
        self.foot = Foot()
        self.foot.start_wanted.connect(self.start_or_cancel)
        self.foot.save_wanted.connect(self._save)
        side.addWidget(self.foot)
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
        self.blame.on_canvas.toggled.connect(self._tell_blame)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self.tabs, 1)

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
        """Ends the sweep; the window is of no use afterwards."""
        self._timer.stop()
        self.control.shutdown()

    @property
    def busy(self) -> bool:
        return self.control.busy

    # -- running ------------------------------------------------------------------------------------------------

    @Slot()
    def start_or_cancel(self) -> None:
        if self.under_way:  # what the button says, though the last run may have ended since
            self.control.cancel()
            self.foot.show_stopping()
        else:
            self.start()

    def start(self) -> None:
        """Begins the experiment that the form describes; runs that an earlier one has finished are not redone."""
        try:
            sweep = self.form.sweep()
        except ProblemError as error:
            self.foot.complain(error.problems[0])
            return
        self.control.start(self.desk.schematic.copy(), sweep, self.form.level)
        self.under_way = True
        self.foot.show_started()
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
        if news.ended:
            self._finish(news)
        else:  # looks are shed before keys and mouse wait
            self.foot.show_progress(news)
            spent = 1000.0 * (time.perf_counter() - began)
            self._timer.setInterval(max(PERIOD, round(4.0 * spent)))

    def _finish(self, news: News) -> None:
        self._timer.stop()
        self.under_way = False
        done = self.results.table.done if self.results is not None else np.zeros(0, bool)
        self.foot.show_ended(news, int(done.sum()), len(done))
        self._tell_blame()

    @Slot()
    def _tell_blame(self) -> None:
        ranked = self.results is not None and self.results.groups and self.blame.on_canvas.isChecked()
        self.blamed.emit(shares(self.results.costs()) if ranked and self.results is not None else {})

    def _choose_page(self) -> None:
        """A ranking that was asked for is looked at first."""
        assert self.results is not None
        if self.results.groups:
            self.tabs.setCurrentWidget(self.blame)
        elif self.tabs.currentWidget() is self.blame:
            self.tabs.setCurrentWidget(self.curves)

    @Slot()
    def _show(self) -> None:
        page = self.tabs.currentWidget()
        if isinstance(page, Page):
            page.show_results(self.results)

    @Slot()
    def _count(self) -> None:
        if not self.under_way:
            self.foot.show_ready(*self.form.count(), bool(self.form.level))

    @Slot()
    def _entitle(self) -> None:
        self.setWindowTitle(f"Experiment – {self.desk.title}")

    # -- documents and files ------------------------------------------------------------------------------------

    @Slot()
    def _replaced(self) -> None:
        """Another document: its own experiment."""
        self.control.shutdown()
        self.control = Control()  # one that is still compiling ends by itself and is heard of no more
        self._timer.stop()
        self.under_way = False
        self.results = None
        self.foot.save_button.setEnabled(False)
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
            self.foot.complain(error.problems[0])
            return False
        self.foot.say("Saved " + ", ".join(file.name for file in written) + ".")
        return True

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._show()


def shares(costs: Sequence[Cost]) -> dict[tuple[str, str], float]:
    """(instance id, part) -> its share of all costs that stand out of the scatter; a group's parts share alike."""
    found: dict[tuple[str, str], float] = {}
    for cost in costs:
        if not (cost.clear and cost.mse > 0):
            continue
        for address in cost.group.addresses:
            key = address.instance, address.part
            found[key] = found.get(key, 0.0) + cost.mse / len(cost.group.addresses)
    total = sum(found.values())
    return {key: value / total for key, value in found.items()}
