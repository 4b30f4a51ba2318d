"""Ten curves while they run: the document's `runs` begins the other seeds with the run and ends them with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.circuit.compile import compile_schematic
from app.document import edits
from app.document.aann_file import Document
from app.document.dataset import XOR
from app.document.generate import generate
from app.training.frame import Curve, Frame
from app.training.run import Options, prepare
from app.ui.desk import Desk
from app.ui.plots.ensemble import EnsembleWatch
from app.ui.plots.learning import LearningPane

EPOCHS = 60
ROOT = Path(__file__).resolve().parents[3]


class Stage:
    """A desk with a watch whose curves are noted."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.shown: list[Curve | None] = []
        self.watch = EnsembleWatch(desk, self.shown.append)

    @property
    def curves(self) -> Curve | None:
        return self.shown[-1] if self.shown else None

    def run_to_the_end(self) -> Frame:
        self.desk.engine.run()
        self.qtbot.waitUntil(lambda: getattr(self.desk.frame, "state", "") == "finished", timeout=60_000)
        assert self.desk.frame is not None
        return self.desk.frame

    def wait_for_curves(self) -> Curve:
        self.qtbot.waitUntil(lambda: self.curves is not None and self.curves.x[-1] == EPOCHS, timeout=60_000)
        assert self.curves is not None
        return self.curves


def ten_seeds(runs: str = "10") -> Document:
    schematic = generate((2, 3, 1), XOR, "xor")[0]
    schematic.settings |= {"stop_epochs": str(EPOCHS), "runs": runs}
    return Document(schematic)


@pytest.fixture
def stage(qapp: QApplication, qtbot: QtBot) -> Iterator[Stage]:
    desk = Desk()
    desk.show(ten_seeds(), "ten seeds")
    yield Stage(desk, qtbot)
    desk.close()


def test_ten_seeds_come_with_the_run_and_leave_it_as_it_is(stage: Stage) -> None:
    frame = stage.run_to_the_end()
    curves = stage.wait_for_curves()
    schematic = stage.desk.schematic
    alone = prepare(compile_schematic(schematic), schematic, Options(tuple(range(10))))
    alone.advance_epochs(EPOCHS)
    np.testing.assert_array_equal(curves.y[0::2], alone.mse[:, 1:])
    single = prepare(compile_schematic(schematic), schematic, Options((0,)))
    single.advance_epochs(EPOCHS)
    np.testing.assert_array_equal(frame.learning.y[0::2], single.mse[:])
    np.testing.assert_array_equal(frame.weights, single.weights()[:, 0])


def test_a_reset_and_an_edit_begin_them_anew_and_one_run_has_none(stage: Stage) -> None:
    stage.run_to_the_end()
    before = stage.wait_for_curves()
    stage.desk.engine.reset()
    stage.qtbot.waitUntil(lambda: stage.curves is None and bool(stage.shown), timeout=60_000)
    assert stage.watch._ensemble is None
    stage.run_to_the_end()
    np.testing.assert_array_equal(stage.wait_for_curves().y, before.y)

    desk = stage.desk
    desk.do("another seed", edits.set_setting(desk.schematic, "seed", "3"))
    assert stage.curves is None
    desk.engine.reset()
    stage.run_to_the_end()
    after = stage.wait_for_curves()
    np.testing.assert_array_equal(after.y[:, 0], before.y[:, 3])

    desk.do("one run", edits.set_setting(desk.schematic, "runs", "1"))
    stage.qtbot.wait(600)
    assert stage.curves is None and stage.watch._ensemble is None


def test_they_pause_with_the_run_and_a_step_back_ends_them(stage: Stage) -> None:
    desk = stage.desk
    desk.do("endless", edits.set_setting(desk.schematic, "stop_epochs", None))
    desk.engine.run()
    stage.qtbot.waitUntil(lambda: stage.curves is not None, timeout=60_000)
    desk.engine.pause()
    stage.qtbot.waitUntil(lambda: desk.frame is not None and desk.frame.state == "paused", timeout=60_000)
    ensemble = stage.watch._ensemble
    assert ensemble is not None and not ensemble.busy and stage.curves is not None
    desk.engine.look_back(1)
    stage.qtbot.waitUntil(lambda: desk.frame is not None and desk.frame.viewing is not None, timeout=60_000)
    assert stage.watch._ensemble is ensemble, "looking back keeps them"
    desk.engine.branch()
    stage.qtbot.waitUntil(lambda: stage.watch._ensemble is None, timeout=60_000)
    assert stage.curves is None


def test_what_no_number_says_is_one_run_and_many_are_bounded(stage: Stage) -> None:
    for text, others in (("ten", 0), ("", 0), ("-3", 0), ("1", 0), ("2", 1), ("1000", 64)):
        stage.desk.show(ten_seeds(text))
        assert stage.watch.others == others


def test_another_document_and_closing_end_them(stage: Stage) -> None:
    stage.run_to_the_end()
    stage.wait_for_curves()
    stage.desk.show(ten_seeds("1"))
    assert stage.curves is None and stage.watch._ensemble is None
    stage.desk.show(ten_seeds())
    stage.run_to_the_end()
    stage.wait_for_curves()
    ensemble = stage.watch._ensemble
    assert ensemble is not None
    stage.desk.closing.emit()
    assert ensemble.shutdown(60.0)


def test_the_pane_shows_them_behind_the_run(stage: Stage) -> None:
    pane = LearningPane(stage.desk)
    stage.qtbot.addWidget(pane)
    pane.resize(400, 260)
    pane.show()
    watch = EnsembleWatch(stage.desk, pane.show_ensemble)
    stage.run_to_the_end()
    stage.wait_for_curves()
    stage.qtbot.waitUntil(lambda: len(pane._others.visible()) == 9, timeout=60_000)
    assert pane.note.text() == "MSE, 10 seeds"
    names, columns = pane.table()
    assert len(names) == len(columns) == 12 and np.isfinite(columns[-1]).all()
    watch._forget()
    assert pane.note.text() == "MSE" and not pane._others.visible()


def test_closing_while_they_run_ends_the_program_with_0() -> None:
    """At once, in the middle of their work: the run is endless and faster than they are."""
    program = (
        "import sys; from PySide6.QtCore import QTimer; from app.ui import application\n"
        "from app.document import edits; from app.paths import resources\n"
        "def started(self, files):\n"
        "    window = self.another()\n"
        "    window.show()\n"
        "    window.files.open_example(str(resources() / 'examples' / 'xor-ten-seeds.aann'))\n"
        "    schematic = window.desk.schematic\n"
        "    schematic.apply(edits.set_setting(schematic, 'stop_epochs', None))\n"
        "    def look():\n"
        "        window.desk.engine.set_speed(None)\n"
        "        others = window.workspace.ensemble._ensemble\n"
        "        if len(window.workspace.area.learning._others.visible()) == 9 and others.busy:\n"
        "            timer.stop()\n"
        "            print('seen', flush=True)\n"
        "            window.desk.history.mark_saved()\n"
        "            self.quit()\n"
        "    timer = QTimer(self, timeout=look, interval=20)\n"
        "    timer.start()\n"
        "    return window\n"
        "application.Windows.first_window = started\n"
        "sys.exit(application.open_window([]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "seen\n"), done.stderr
    assert "Traceback" not in done.stderr
