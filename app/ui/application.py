"""Starts Qt, opens windows, and ends without losing anything, whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import __version__
from app.document import journal, saving
from app.errors import ProblemError
from app.ui import faults, gallery, icons, theme
from app.ui.collector import Collector
from app.ui.dialogs import question
from app.ui.dialogs.recovery import Recovery
from app.ui.main_window import MainWindow
from app.ui.settings import settings

CASCADE = 28  # px between windows
WORKERS = ("engine", "experiment", "ensemble")  # threads that may be deep in computing at the end


class Windows(QObject):
    """All open windows; the program ends with the last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.open: list[MainWindow] = []
        self._waiting: list[Path] = []  # to be opened once the first window is painted

    def another(self) -> MainWindow:
        """One more window, with the start page."""
        window = MainWindow(lambda: self.open, self._shown)
        if self.open:
            window.move(self.open[-1].pos().x() + CASCADE, self.open[-1].pos().y() + CASCADE)
        self.open.append(window)
        window.closed.connect(self._closed)
        window.quit_asked.connect(self.quit)
        return window

    def _shown(self) -> MainWindow:
        window = self.another()
        window.show()
        return window

    @Slot(object)
    def _closed(self, window: MainWindow) -> None:
        if window in self.open:
            self.open.remove(window)
        settings().recent_changed.emit()

    def in_front(self) -> MainWindow | None:
        """The window that was opened last."""
        return self.open[-1] if self.open else None

    @Slot()
    def quit(self) -> None:
        """Close all windows; one that is kept open keeps the program."""
        for window in tuple(self.open):
            if not window.close():
                return

    def first_window(self, files: Sequence[str]) -> MainWindow:
        """What a start shows: the files, XOR running on the very first, else the start page. The window is painted
        before canvas and plots are loaded."""
        window = self.another()
        self._waiting = [gallery.first().path] if not files and settings().first_start else list(map(Path, files))
        if self._waiting:
            window.show_nothing()
        window.show()
        settings().mark_started()
        QTimer.singleShot(0, self._open_waiting)
        return window

    @Slot()
    def _open_waiting(self) -> None:
        first, waiting = self.in_front(), self._waiting
        self._waiting = []
        for path in waiting:
            if first is not None:
                self._open(first, path)
        if waiting and first is not None and not first.drawing_shown:
            first.show_start()

    def _open(self, window: MainWindow, path: Path) -> None:
        if path.suffix.lower() in (".csv", ".txt"):
            window.files.new_network(path)
        else:
            window.files.open_path(path.absolute())

    def offer_recovery(self) -> None:
        """Documents of a program that died."""
        found = journal.recoverable()
        if not found or not self.open:
            return
        dialog = Recovery(found, self.open[0])
        dialog.exec()
        dialog.deleteLater()
        if dialog.answer == "discard":
            for entry in dialog.chosen:
                entry.discard()
        elif dialog.answer == "recover":
            for entry in dialog.chosen:
                self._recover(entry)

    def _recover(self, entry: journal.Recoverable) -> None:
        first = self.open[0]
        window = first if first.desk.untouched or not first.drawing_shown else self._shown()
        try:
            window.desk.recover(entry)
        except ProblemError as error:
            question.tell(window, "A drawing cannot be recovered", error.problems[0])
            return
        window.show_drawing()

    def let_go(self) -> None:
        """The program is told to end from outside: nobody is asked, journals stay for the next start."""
        for window in self.open:
            window.keep_layout()
            window.desk.journal.flush()


def open_window(files: Sequence[str]) -> int:
    """Runs the window program until its last window closes; 0."""
    application = _application()
    collector = Collector(application)
    windows = Windows(application)
    faults.install(windows, windows.in_front)
    _listen_to_signals(windows)
    windows.first_window(files)
    QTimer.singleShot(0, windows.offer_recovery)
    code = application.exec()
    _end(code, windows)
    collector.stop()
    return code


def _application() -> QApplication:
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(["aann"])
    assert isinstance(application, QApplication)
    application.setApplicationName("AANN Studio")
    application.setApplicationDisplayName("AANN Studio")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("aann-studio")
    theme.apply(settings().theme)
    application.setWindowIcon(icons.program_icon())
    return application


def _listen_to_signals(windows: Windows) -> None:
    """Ctrl-C in the terminal and a plain kill end the program in order; Qt's timers let Python see the signal."""

    def ended(_number: int, _frame: FrameType | None) -> None:
        windows.let_go()
        QApplication.exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ended)


def _end(code: int, windows: Windows) -> None:
    """What is being written is waited for; kernels that are being compiled, which nothing interrupts, are not."""
    for window in tuple(windows.open):
        window.desk.engine.shutdown(0.1)
    faults.uninstall()
    for thread in threading.enumerate():
        if thread.name == saving.THREAD:
            thread.join()
    if any(thread.name in WORKERS for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
