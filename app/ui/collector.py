"""Python's cyclic garbage is collected by the thread of the windows only: collected by another one, such as that which
compiles kernels, a Qt object would be destroyed there, which ends the program."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer, Slot

PERIOD = 250  # ms
GROWTH = 1.25  # of the allocated blocks since the last full collection


class Collector(QObject):
    """Takes the place of the automatic collector while it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._thresholds = gc.get_threshold()
        self._after_full = sys.getallocatedblocks()
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """What the automatic collector would do now."""
        young, middle, _ = gc.get_count()
        if young <= self._thresholds[0]:
            return
        if sys.getallocatedblocks() > GROWTH * self._after_full:
            gc.collect()
            self._after_full = sys.getallocatedblocks()
        else:
            gc.collect(1 if middle > self._thresholds[1] else 0)

    def stop(self) -> None:
        """The automatic collector takes over; only when no other thread is left."""
        self._timer.stop()
        gc.enable()
