"""From the engines' threads to widgets: one timer for the whole program takes the newest frame of every open desk."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Slot

PERIOD = 32  # ms: 30 frames a second, since a tick is up to a millisecond late
LONGEST = 500


class Watcher(Protocol):
    def take_frame(self) -> None:
        """Take the newest frame, if there is one, and show it."""


class Bridge(QObject):
    """Painting that takes longer than half a period stretches it: frames are shed before keys and mouse wait."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watchers: list[Watcher] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PERIOD)
        self._timer.timeout.connect(self._tick)

    @property
    def period(self) -> int:
        """Between frames at present [ms]."""
        return self._timer.interval()

    def add(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)
        if not self._timer.isActive():
            self._timer.start()

    def remove(self, watcher: Watcher) -> None:
        if watcher in self._watchers:
            self._watchers.remove(watcher)
        if not self._watchers:
            self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        begin = time.perf_counter()
        for watcher in tuple(self._watchers):
            watcher.take_frame()
        spent = 1000.0 * (time.perf_counter() - begin)
        wanted = max(PERIOD, min(LONGEST, round(2.0 * spent)))
        if abs(wanted - self._timer.interval()) > 4:
            self._timer.setInterval(wanted)


@lru_cache(maxsize=1)
def bridge() -> Bridge:
    """The program's only one."""
    return Bridge()
