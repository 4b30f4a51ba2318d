"""A window as the program opens it, closed again without questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.aann_file import Document
from app.document.dataset import XOR
from app.document.generate import generate
from app.training.frame import Frame
from app.ui import theme
from app.ui.application import Windows
from app.ui.desk import Desk
from app.ui.main_window import MainWindow


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[Windows]:
    theme.apply("light")
    windows = Windows(qapp)
    yield windows
    for window in tuple(windows.open):
        close(window)
    windows.deleteLater()
    settle()


@pytest.fixture
def window(windows: Windows, qtbot: QtBot) -> MainWindow:
    """With an empty drawing."""
    window = windows.another()
    window.show()
    window.desk.new()
    window.show_drawing()
    qtbot.waitUntil(lambda: window.desk.frame is not None, timeout=60_000)
    return window


def close(window: MainWindow) -> None:
    """Without asking about edits."""
    window.desk.history.mark_saved()
    window.desk._unsaved = False
    assert window.close()


def settle() -> None:
    """Carry out what was put off, deletions too."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def small_network() -> Document:
    return Document(generate((2, 3, 1), XOR, "xor")[0])


def wait_for(qtbot: QtBot, desk: Desk, met: Callable[[Frame], bool]) -> Frame:
    """The first frame of which `met` is true."""
    qtbot.waitUntil(lambda: desk.frame is not None and met(desk.frame), timeout=180_000)
    assert desk.frame is not None
    return desk.frame
