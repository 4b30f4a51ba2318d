"""What holds for tests of widgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def delete_what_was_closed() -> Iterator[None]:
    """Widgets that a test has closed go at once: no event loop comes back to do it, so that they would pile up, and
    what happens when they go would never be seen."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
