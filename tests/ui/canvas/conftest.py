"""A canvas on a desk without an engine, driven by real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.canvas.stage import Stage


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.close()


@pytest.fixture
def hints(stage: Stage) -> list[str]:
    """Everything the status line was told."""
    told: list[str] = []
    stage.view.hint.connect(told.append)
    return told
