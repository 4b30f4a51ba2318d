"""The program's life: first and later starts, crashes, errors that nobody foresaw, ends that lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import paths
from app.document import edits, journal
from app.training.engine import Engine
from app.ui import faults
from app.ui.application import Windows
from app.ui.dialogs.recovery import Recovery
from app.ui.settings import Settings, settings
from tests.ui.shell.conftest import settle, small_network, wait_for

ROOT = Path(__file__).resolve().parents[3]


def test_the_first_start_runs_xor_and_later_ones_show_the_examples(
    windows: Windows, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "first_start", True)
    first = windows.first_window([])
    qtbot.waitUntil(lambda: first.drawing_shown, timeout=60_000)
    assert first.desk.title == "xor"
    wait_for(qtbot, first.desk, lambda frame: frame.epoch >= 1)
    monkeypatch.setattr(settings(), "first_start", False)
    later = windows.first_window([])
    settle()
    assert not later.drawing_shown


def test_what_a_person_chose_is_there_again(tmp_path: Path, qapp: QApplication) -> None:
    file = tmp_path / "settings.ini"
    before = Settings(file)
    assert before.first_start and before.key_map == "AANN Studio" and before.recent == []
    before.set_key_map("KiCad")
    before.set_reduce_motion(True)
    for number in range(15):
        path = tmp_path / f"{number}.aann"
        path.touch()
        before.add_recent(path)
    before.mark_started()
    after = Settings(file)
    assert not after.first_start and after.key_map == "KiCad" and after.reduce_motion
    assert [path.name for path, _ in after.recent][:2] == ["14.aann", "13.aann"] and len(after.recent) == 12
    (tmp_path / "14.aann").unlink()
    assert after.recent[0][0].name == "13.aann"


def test_damaged_settings_stop_nobody(tmp_path: Path, qapp: QApplication) -> None:
    file = tmp_path / "settings.ini"
    file.write_bytes(b"\xff\xfe[General\ntheme=@Invalid()\nkey_map=42\nrecent=nonsense\n[layout]\nwindow=7\n")
    found = Settings(file)
    assert found.theme == "light" and found.key_map == "AANN Studio" and found.recent == []
    assert found.layout("window").isEmpty()


def test_what_a_crash_interrupted_is_offered_opened_and_kept_until_it_is_saved(
    windows: Windows, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import os; from app.document import edits; from app.document.aann_file import Document;"
        "from app.document.journal import Journal; from app.document.schematic import Schematic;"
        "document = Document(Schematic()); kept = Journal(document, None);"
        "document.schematic.apply(edits.place(document.schematic, 'neuron', (3, 4), name='Lost'));"
        "kept.flush(); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert len(journal.recoverable()) == 1
    monkeypatch.setattr(Recovery, "exec", lambda self: setattr(self, "answer", "recover") or 1)
    window = windows.another()
    window.show()
    windows.offer_recovery()
    assert window.drawing_shown and window.desk.dirty and "recovered" in window.desk.title
    assert [entry.name for entry in window.desk.schematic.top.instances.values()] == ["Lost"]
    assert len(journal.recoverable()) == 1, "kept until it is saved"
    assert window.desk.save_as(tmp_path / "found.aann")
    assert journal.recoverable() == []


def test_an_error_in_a_slot_is_shown_and_logged_and_the_drawing_stays(
    windows: Windows, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window = windows.another()
    window.show()
    window.desk.do("place", edits.place(window.desk.schematic, "neuron", (0, 0)))
    caught = faults.Faults(windows, windows.in_front)
    for _ in range(2):
        try:
            raise ZeroDivisionError("nobody foresaw this")
        except ZeroDivisionError as error:
            caught.caught((type(error), error, error.__traceback__))
    qtbot.waitUntil(lambda: caught._report is not None, timeout=60_000)
    report = caught._report
    assert report is not None and "nobody foresaw this" in report.text.toPlainText()
    report.accept()
    assert len(window.desk.schematic.top.instances) == 1
    assert "nobody foresaw this" in (paths.user_data() / "log.txt").read_text()
    assert "nobody foresaw this" in capsys.readouterr().err


def test_closing_while_the_engine_is_busy_ends_the_program_with_0(tmp_path: Path) -> None:
    """Compiling kernels (a fresh cache), running, and a file that is being written: each ends in order."""
    program = (
        "import sys; from PySide6.QtCore import QTimer; from app.ui import application, gallery;"
        "from app.ui.application import Windows;"
        "first = Windows.first_window\n"
        "def started(self, files):\n"
        "    window = first(self, files)\n"
        "    QTimer.singleShot(0, lambda: window.files.open_example(str(gallery.first().path)))\n"
        "    QTimer.singleShot(1500, self.quit)\n"
        "    return window\n"
        "Windows.first_window = started\n"
        "sys.exit(application.open_window([]))\n"
    )
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "data"),
    }  # fmt: skip
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr


def test_an_opened_drawing_is_said_to_be_prepared_from_the_first_moment() -> None:
    engine = Engine()
    try:
        engine.load(small_network().schematic.copy(), fresh=True)
        frame = engine.latest()
        assert frame is not None and frame.state in ("preparing", "paused")
    finally:
        engine.shutdown(30.0)


def test_commands_are_counted_and_obeyed_in_order() -> None:
    engine = Engine()
    obeyed: list[int] = []
    done = threading.Event()
    try:
        for number in range(20):
            engine.ask(lambda _run, number=number: obeyed.append(number))  # type: ignore[misc]
        engine.ask(lambda _run: done.set())
        assert engine.sent == 21 and done.wait(60.0)
        assert obeyed == list(range(20))
    finally:
        assert engine.shutdown(30.0)


def test_a_defect_in_the_worker_becomes_a_problem_and_the_worker_lives_on() -> None:
    engine = Engine()
    answered = threading.Event()

    def defect(_run: object) -> None:
        raise KeyError("nobody foresaw this")

    try:
        engine.ask(defect)
        engine.ask(lambda _run: answered.set())
        assert answered.wait(60.0)
        frames = [engine.latest()]
        while not any(frame is not None and frame.problems for frame in frames):
            frames.append(engine.latest())
        (problem,) = next(frame.problems for frame in frames if frame is not None and frame.problems)
        assert problem.code == "engine-failed" and "nobody foresaw this" in problem.found
    finally:
        assert engine.shutdown(30.0)
