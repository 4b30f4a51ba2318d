"""What nobody foresaw: an exception in a slot or a thread is logged and shown, and the program goes on."""

from __future__ import annotations

import contextlib
import faulthandler
import platform
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app import __version__, paths
from app.ui.dialogs.report import Report

LARGEST_LOG = 1_000_000  # bytes, after which it begins anew
SUMMARY = (
    "Something went wrong that should not have. Your drawing is still here and every edit is in the recovery journal; "
    "save it under a new name to be sure. Please report the text below."
)
Error = tuple[type[BaseException], BaseException, TracebackType | None]


class Faults(QObject):
    """Shows what the hooks caught, from the GUI's own thread, one report at a time."""

    def __init__(self, parent: QObject, in_front: Callable[[], QWidget | None]) -> None:
        super().__init__(parent)
        self._in_front = in_front
        self._waiting: deque[str] = deque(maxlen=20)
        self._seen: set[str] = set()
        self._report: Report | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._show)
        self._timer.start()

    def caught(self, error: Error) -> None:
        """From any thread."""
        text = "".join(traceback.format_exception(*error))
        _log(text)
        if text not in self._seen and len(self._seen) < 100:
            self._seen.add(text)
            self._waiting.append(text)

    @Slot()
    def _show(self) -> None:
        window = self._in_front()
        if self._report is not None or not self._waiting or window is None:
            return
        text = self._waiting.popleft()
        self._report = Report("An unexpected error", SUMMARY, _described(text), window)
        self._report.finished.connect(self._closed)
        self._report.open()

    @Slot(int)
    def _closed(self, _result: int) -> None:
        if self._report is not None:
            self._report.deleteLater()
            self._report = None


_crash_file: TextIO | None = None


def install(parent: QObject, in_front: Callable[[], QWidget | None]) -> Faults:
    """From now on; reports show over the window that `in_front` gives, if there is one."""
    global _crash_file
    faults = Faults(parent, in_front)

    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        faults.caught((kind, value, trace))

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            faults.caught((arguments.exc_type, arguments.exc_value, arguments.exc_traceback))

    sys.excepthook = hook
    threading.excepthook = thread_hook
    with contextlib.suppress(OSError):
        _crash_file = open(paths.user_data() / "crash.log", "a", encoding="utf-8")  # noqa: SIM115 - open to the end
        faulthandler.enable(_crash_file)
    return faults


def uninstall() -> None:
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    if _crash_file is not None:
        faulthandler.disable()
        _crash_file.close()


def _described(text: str) -> str:
    return f"AANN Studio {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n{text}"


def _log(text: str) -> None:
    """Appends to the user's own log; a full disk stops nobody."""
    print(text, file=sys.stderr)
    with contextlib.suppress(OSError):
        path = paths.user_data() / "log.txt"
        begin_anew = path.exists() and path.stat().st_size > LARGEST_LOG
        with open(path, "w" if begin_anew else "a", encoding="utf-8") as stream:
            stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} AANN Studio {__version__}\n{text}\n")
