"""Garbage of all threads is destroyed by the thread of the windows."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from app.ui.collector import Collector

CYCLES = 20_000  # the automatic collector would have come a dozen times


class Knot:
    def __init__(self) -> None:
        self.itself = self


def tie(destroyed_by: set[int]) -> None:
    for _ in range(CYCLES):
        weakref.finalize(Knot(), lambda: destroyed_by.add(threading.get_ident()))


def test_garbage_of_another_thread_is_destroyed_here(qtbot: QtBot) -> None:
    destroyed_by: set[int] = set()
    collector = Collector()
    try:
        thread = threading.Thread(target=tie, args=(destroyed_by,))
        thread.start()
        thread.join()
        assert not destroyed_by and not gc.isenabled()
        qtbot.waitUntil(lambda: bool(destroyed_by), timeout=60_000)
        assert destroyed_by == {threading.get_ident()}
    finally:
        collector.stop()
    assert gc.isenabled()
    tie(destroyed_by)
    assert gc.get_count()[0] <= gc.get_threshold()[0]


def test_little_garbage_is_left_for_later(qtbot: QtBot) -> None:
    collector = Collector()
    gc.collect()
    count = gc.get_count()[2], gc.get_count()[1]
    collector.look()
    assert (gc.get_count()[2], gc.get_count()[1]) == count
    collector.stop()
