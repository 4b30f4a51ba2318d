"""A large document is written while editing goes on: nothing is lost, whatever happens meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.document import aann_file, edits, journal, saving
from app.document.aann_file import Document
from app.document.on_disk import OpenFile
from app.errors import fail
from app.ui.application import Windows
from app.ui.dialogs import question
from app.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[3]


class Slow:
    """Every document is large, and its writing waits until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        self.threads: list[str] = []
        written = OpenFile.save

        def save(file: OpenFile, document: Document, overwrite: bool = False) -> None:
            self.threads.append(threading.current_thread().name)
            assert self.go_on.wait(60.0)
            written(file, document, overwrite)

        monkeypatch.setattr(OpenFile, "save", save)
        monkeypatch.setattr(saving, "LARGE", 0)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow(monkeypatch)
    yield made
    made.go_on.set()


def place(window: MainWindow, column: int = 0) -> None:
    assert window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (20 * column, 0)))


def blocks(path: Path) -> int:
    return len(aann_file.load(path).schematic.top.instances)


def ended(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.desk._under_way is None, timeout=60_000)


def test_what_is_edited_meanwhile_stays_unsaved(
    window: MainWindow, slow: Slow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, desk = tmp_path / "a.aann", window.desk
    place(window)
    assert window.files._write(path)
    assert desk.dirty and desk.path is None, "it is not on the disk yet"
    place(window, 1)
    slow.go_on.set()
    ended(window, qtbot)
    assert slow.threads == [saving.THREAD]
    assert desk.path == path and blocks(path) == 1 and desk.dirty
    assert "•" in window._bar._title.text()
    desk.journal.flush()
    assert len(journal.replay(desk.journal.path).schematic.top.instances) == 2, "a crash now loses nothing"
    desk.undo()
    assert not desk.dirty, "undone to what the file holds"
    desk.redo()
    assert window.files.save()
    ended(window, qtbot)
    assert not desk.dirty and blocks(path) == 2 and "•" not in window._bar._title.text()


def test_two_in_a_row_are_written_in_order(window: MainWindow, slow: Slow, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = tmp_path / "first.aann", tmp_path / "second.aann"
    place(window)
    assert window.files._write(first)
    place(window, 1)
    assert window.files._write(second)
    place(window, 2)
    slow.go_on.set()
    ended(window, qtbot)
    assert window.desk.path == second and (blocks(first), blocks(second)) == (1, 3)
    assert not window.desk.dirty


def test_what_goes_wrong_is_asked_about_and_leaves_it_unsaved(
    window: MainWindow, slow: Slow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow.go_on.set()
    asked: list[Any] = []
    answers = iter(["cancel", "overwrite"])
    monkeypatch.setattr(question, "ask", lambda *given, **_more: asked.append(given[2]) or next(answers))
    place(window)
    assert window.files._write(tmp_path / "absent" / "file.aann")
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=60_000)
    assert window.desk.dirty and window.desk.path is None and "choose another folder" in asked[0]

    path = tmp_path / "shared.aann"
    window.desk.write(path)
    path.write_bytes(path.read_bytes() + b"\n")
    place(window, 1)
    assert window.files.save()
    qtbot.waitUntil(lambda: not window.desk.dirty, timeout=60_000)
    assert len(asked) == 2 and blocks(path) == 2


def test_a_defect_is_told_too(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(saving, "LARGE", 0)
    monkeypatch.setattr(OpenFile, "save", broken)
    asked: list[Any] = []
    monkeypatch.setattr(question, "ask", lambda *given, **_more: asked.append(given[2]) or "cancel")
    place(window)
    assert window.files._write(tmp_path / "a.aann")
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=60_000)
    assert window.desk.dirty and "nobody foresaw this" in asked[0]


@pytest.mark.parametrize("edited", [False, True])
def test_closing_waits_for_it(
    windows: Windows, window: MainWindow, slow: Slow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    path = tmp_path / "a.aann"
    answers = iter(["save"] if edited else [])
    monkeypatch.setattr(question, "ask", lambda *_given, **_more: next(answers))
    place(window)
    assert window.files._write(path)
    if edited:
        place(window, 1)
    threading.Timer(0.2, slow.go_on.set).start()
    assert window.close() and window not in windows.open
    assert blocks(path) == 1 + edited


def test_a_closing_window_stays_where_it_could_not_be_written(
    window: MainWindow, slow: Slow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise fail("cannot-write", "a.aann", "no space left", "free some space")

    monkeypatch.setattr(aann_file, "save", full)
    place(window)
    assert window.files._write(tmp_path / "a.aann")
    slow.go_on.set()
    monkeypatch.setattr(question, "ask", lambda *_given, **_more: "cancel")
    assert not window.close() and window.desk.dirty


def test_the_program_ends_with_0_and_the_file_whole(tmp_path: Path) -> None:
    """Closed, or ended from outside, in the middle of writing a large document."""
    for end in ("self.quit()", "os.kill(os.getpid(), signal.SIGTERM)"):
        path = tmp_path / f"{len(end)}.aann"
        program = (
            "import os, signal, sys; from pathlib import Path; from PySide6.QtCore import QTimer\n"
            "from app.document.aann_file import Document; from app.document.schematic import Instance, Schematic\n"
            "from app.ui import application\n"
            "schematic = Schematic()\n"
            "for k in range(4000):\n"
            "    schematic.top.instances[f'i{k}'] = Instance(f'i{k}', 'bias', f'B{k}', (4 * k, 0))\n"
            "def started(self, files):\n"
            "    window = self.another()\n"
            "    window.desk.show(Document(schematic), unsaved=True)\n"
            "    window.show_drawing()\n"
            "    window.show()\n"
            "    def end():\n"
            f"        assert window.files._write(Path({str(path)!r}))\n"
            "        assert window.desk._under_way is not None\n"
            f"        {end}\n"
            "    QTimer.singleShot(100, end)\n"
            "    return window\n"
            "application.Windows.first_window = started\n"
            "sys.exit(application.open_window([]))\n"
        )
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path / "data")}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert blocks(path) == 4000 and not list(tmp_path.glob(".*.part"))
