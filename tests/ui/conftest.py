"""What holds for tests of widgets."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def delete_what_was_closed() -> Iterator[None]:
    """Widgets that a test has closed go at once: no event loop comes back to do it, so that they would pile up, and
    what happens when they go would never be seen."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def collect_in_this_thread_only() -> Iterator[None]:
    """As in the program (app/ui/collector.py): an engine's thread must not be the one to destroy a widget."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()
