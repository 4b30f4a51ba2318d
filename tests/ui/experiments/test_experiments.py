"""An experiment in the window: ten seeds of XOR, curves as they come, cancelling, going on, blame, closing."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.aann_file import Document
from app.document.addresses import Address
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Change, Schematic
from app.training.sweep_axes import Draw
from app.training.sweep_blame import Cost, Group
from app.ui import theme
from app.ui.desk import Desk
from app.ui.experiments.blame_page import ROW
from app.ui.experiments.suggestions import of_selection, studies, targets
from app.ui.experiments.window import ExperimentWindow, shares

ROOT = Path(__file__).parents[3]


def xor(**options: object) -> Schematic:
    return generate([2, 3, 1], XOR, "xor", **options)[0]  # type: ignore[arg-type]


def fill(window: ExperimentWindow, *varies: str, runs: int = 4, epochs: int = 8) -> None:
    window.form.set_varies(varies, runs)
    window.form.epochs.setValue(epochs)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[ExperimentWindow]:
    desk = Desk()
    desk.show(Document(xor(imperfect=True)), "xor")
    window = ExperimentWindow(desk)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shutdown()
    desk.close()


def run(qtbot: QtBot, window: ExperimentWindow) -> None:
    window.start()
    qtbot.waitUntil(lambda: not window.busy and window.foot.start_button.text() != "Cancel", timeout=180_000)


def test_the_default_is_ten_seeds_of_this_circuit(window: ExperimentWindow) -> None:
    sweep = window.form.sweep()
    assert (sweep.varies, sweep.runs, sweep.stop.epochs, sweep.target) == ((), 10, 200, 0.01)
    assert "10 runs" in window.foot.message.text()
    stored = xor()
    stored.apply([Change("settings", "runs", None, "7"), Change("settings", "stop_mse", None, "20m")])
    window.desk.show(Document(stored), "other")
    assert (window.form.sweep().runs, window.form.sweep().target) == (7, 0.02)
    assert window.windowTitle() == "Experiment – other"


def test_an_empty_page_has_no_axes_and_the_chart_spans_the_epochs_asked_for(
    qtbot: QtBot, window: ExperimentWindow
) -> None:
    for page in (window.curves, window.yields):
        window.tabs.setCurrentWidget(page)
        assert page.empty.isVisible() and not page.plot.isVisible() and not page.below.isVisible()
    fill(window, epochs=60)
    run(qtbot, window)
    window.tabs.setCurrentWidget(window.curves)
    assert not window.curves.empty.isVisible() and window.curves.plot.isVisible() and window.curves.below.isVisible()
    assert window.curves.plot.vb.viewRange()[0] == [0.0, 60.0]


def test_curves_tables_and_files_hold_what_was_run(qtbot: QtBot, window: ExperimentWindow, tmp_path: Path) -> None:
    fill(window, "N*.gain=3,5", "T_row=0.1us,0.2us")
    run(qtbot, window)
    assert window.results is not None and window.results.table.done.all()
    for page in window.pages.values():
        window.tabs.setCurrentWidget(page)
        QApplication.processEvents()
    rows = list(csv.reader(io.StringIO(window.curves.csv())))
    assert (len(rows), len(rows[0])) == (1 + 8, 1 + 16)
    assert float(rows[8][16]) == window.results.table.mse[7, 15]
    assert window.runs.model.rowCount() == 16
    window.runs.table.sortByColumn(4, window.runs.model._sorting[1])
    shown = [window.runs.model.index(row, 4).data() for row in (0, 15)]
    assert len(set(shown)) == 2
    assert len(window.heat.map._words) == 2 and len(window.heat.csv().splitlines()) == 5
    assert window.yields.axis.count() == 2
    assert window.save(tmp_path / "r.h5")
    with h5py.File(tmp_path / "r.h5") as file:
        assert np.array_equal(file["mse"][:], window.results.table.mse)
    for page in window.pages.values():
        page.write_png(str(tmp_path / "page.png"))
        page.write_svg(str(tmp_path / "page.svg"))
        assert (tmp_path / "page.png").stat().st_size > 1000 and (tmp_path / "page.svg").stat().st_size > 500


def endless(window: ExperimentWindow) -> None:
    """Eight runs that soon reach the target and eight that never do, whatever the machine's speed: a neuron that
    hardly amplifies leaves the MSE of XOR at 0.25 V^2."""
    fill(window, "N*.gain=0.01,5", runs=8, epochs=1_000_000)
    window.form.target.setText("0.2")
    window.form.stop.setChecked(True)


def test_cancelled_it_goes_on_where_it_was(qtbot: QtBot, window: ExperimentWindow) -> None:
    endless(window)
    window.start()
    qtbot.waitUntil(lambda: window.results is not None and window.results.table.done.any(), timeout=180_000)
    window.start_or_cancel()
    qtbot.waitUntil(lambda: not window.busy and window.foot.start_button.text() == "Go on", timeout=60_000)
    assert window.results is not None
    before = window.results.table
    assert 0 < before.done.sum() < len(before.done)
    window.start()
    qtbot.waitUntil(lambda: window.results is not None and window.results.table is not before, timeout=60_000)
    assert window.results.table.done[before.done].all(), "finished runs are there at once"
    window.control.cancel()
    qtbot.waitUntil(lambda: not window.busy, timeout=60_000)


def test_cancel_pressed_as_the_last_run_ends_starts_nothing(qtbot: QtBot, window: ExperimentWindow) -> None:
    fill(window)
    window.start()
    thread = window.control._thread
    assert thread is not None
    thread.join()
    assert window.foot.start_button.text() == "Cancel", "the window has not looked yet"
    window.start_or_cancel()
    assert window.control._thread is thread
    qtbot.waitUntil(lambda: window.foot.start_button.text() != "Cancel", timeout=60_000)
    assert window.results is not None and window.results.table.done.all()


def test_blame_ranks_and_shows_on_the_canvas(qtbot: QtBot, window: ExperimentWindow) -> None:
    fill(window, "*/M*.V_off=normal:0:0.1", runs=6, epochs=60)
    window.form.blame.setCurrentIndex(window.form.blame.findData("role"))
    heard: list[dict[tuple[str, str], float]] = []
    window.blamed.connect(heard.append)
    run(qtbot, window)
    assert window.tabs.currentWidget() is window.blame and window.results is not None
    costs = window.results.costs()
    assert len(costs) == 5 and all(cost.runs == 6 for cost in costs)
    assert heard
    assert not heard[-1] or sum(heard[-1].values()) == pytest.approx(1.0)
    window.blame.on_canvas.setChecked(False)
    assert heard[-1] == {}
    clicked: list[tuple[str, ...]] = []
    window.reveal.connect(clicked.append)
    window.blame.bars.clicked.emit(costs[0])
    assert clicked == [tuple(dict.fromkeys(address.instance for address in costs[0].group.addresses))]
    assert window.blame.bars.minimumHeight() >= ROW * 5


def test_nothing_drawn_cannot_be_blamed(window: ExperimentWindow) -> None:
    fill(window, "N*.gain=3,4")
    assert not window.form.blame.isEnabled() and window.form.level == ""


@pytest.mark.parametrize(
    ("vary", "word"),
    [("N9*.gain=1,2", "Near names"), ("N*/C*.C=normal:0.1p:0.1p", "spread"), ("N*.gain=0,1", "value")],
)
def test_what_is_wrong_is_said_in_the_window(qtbot: QtBot, window: ExperimentWindow, vary: str, word: str) -> None:
    fill(window, vary, runs=20)
    run(qtbot, window)
    assert word in window.foot.message.text() and window.foot.message.objectName() == "trouble"
    assert window.foot.start_button.text() == "Start" and window.foot.start_button.isEnabled()


def test_a_row_says_what_it_does_not_understand(window: ExperimentWindow) -> None:
    fill(window, "N*.gain=lin:3:5:3")
    row = window.form.rows[0]
    assert (row.points(), row.check()) == (3, True)
    row.fields[2].setText("many")
    assert not row.check()
    row.kind.setCurrentIndex(3)
    row.fields[0].setText("100%")
    row.fields[1].setText("1%, 2%, 5%")
    vary = row.vary()
    assert isinstance(vary, Draw) and row.points() == 3
    row.removed.emit(row)
    assert window.form.rows == []


def test_another_document_ends_the_experiment(qtbot: QtBot, window: ExperimentWindow) -> None:
    fill(window, runs=200, epochs=5000)
    window.start()
    qtbot.waitUntil(lambda: window.results is not None, timeout=180_000)
    window.desk.show(Document(xor()), "other")
    assert not window.busy and window.results is None
    assert window.form.rows == [] and window.foot.start_button.text() == "Start"


def test_both_themes_paint(qtbot: QtBot, window: ExperimentWindow) -> None:
    fill(window, "N*.gain=3,5")
    run(qtbot, window)
    try:
        theme.apply("dark")
        background = window.curves.view.backgroundBrush().color()
        assert background == theme.Theme.current().color("plot")
    finally:
        theme.apply("light")


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
@pytest.mark.parametrize("imperfect", [False, True])
def test_every_study_and_suggestion_can_be_started(qtbot: QtBot, level: str, imperfect: bool) -> None:
    from app.training.sweep_axes import parse_vary
    from app.training.sweep_plan import Plan, Sweep
    from app.ui.experiments.suggestions import beginning

    schematic = xor(level=level, imperfect=imperfect)
    schematic.apply([Change("parameters", "c0", None, "0.1p")])
    for study in studies(schematic):
        Plan(schematic, Sweep(tuple(map(parse_vary, study.varies))))
    groups = targets(schematic)
    assert groups[0][0] == "Document parameters" and len(groups) > 4
    tried = 0
    for _, found in groups:
        for target in found[:3]:
            Plan(schematic, Sweep((beginning(target),)))
            tried += 1
    assert tried > 10
    first = next(iter(schematic.top.instances.values()))
    assert all(target.target.startswith(f"{first.name}.") for target in of_selection(schematic, [first.id], "", []))


def test_shares_are_of_all_costs_that_stand_out() -> None:
    def cost(part: str, mse: float, error: float, *parts: str) -> Cost:
        addresses = tuple(Address("b1", "N1", name, "V_off") for name in parts)
        return Cost(Group(part, addresses), mse, error, 0.0, 9)

    costs = [cost("a", 3.0, 0.1, "Mf0", "Mf1"), cost("b", 1.0, 0.1, "Ms"), cost("c", 5.0, 4.0, "Mt")]
    costs.append(cost("d", -2.0, 0.1, "Me"))
    assert shares(costs) == {("b1", "Mf0"): 0.375, ("b1", "Mf1"): 0.375, ("b1", "Ms"): 0.25}
    assert shares([]) == {}


CLOSES = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.document.aann_file import Document
from app.document.dataset import XOR
from app.document.generate import generate
from app.ui.desk import Desk
from app.ui.experiments.window import ExperimentWindow
application = QApplication([])
desk = Desk()
desk.show(Document(generate([2, 8, 1], XOR, "xor")[0]), "xor")
window = ExperimentWindow(desk)
window.show()
window.form.runs.setValue(5000)
window.start()
def end():
    assert window.busy
    window.shutdown()
    window.close()
    desk.close()
    application.quit()
QTimer.singleShot(int(sys.argv[1]), end)
sys.exit(application.exec())
"""


@pytest.mark.parametrize("wait", [0, 1500])
def test_closing_while_it_runs_exits_0(wait: int) -> None:
    ended = subprocess.run([sys.executable, "-c", CLOSES, str(wait)], cwd=ROOT, capture_output=True, text=True)
    said = ended.stderr.replace("This plugin does not support propagateSizeHints()\n", "")
    assert (ended.returncode, said) == (0, "")
