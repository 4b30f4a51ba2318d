"""The timeline: scrubbing looks back, branching and the present by their buttons, diamonds where V_teach changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.timeline import Timeline
from tests.ui.quiet import QuietDesk, frame, layout


@pytest.fixture
def timeline(desk: QuietDesk, qtbot: QtBot) -> Timeline:
    made = Timeline(desk)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(900, 36)
    made.show()
    qtbot.waitExposed(made)
    desk.send(frame(layout(desk.schematic), epochs=72, teach_changes=(10, 30)))
    return made


def test_it_follows_the_run(timeline: Timeline, desk: QuietDesk) -> None:
    assert (timeline.scrubber.last, timeline.scrubber.shown, timeline.scrubber.diamonds) == (72, 72, (10, 30))
    assert timeline.scrubber.end == 100
    assert not timeline.branch.isEnabled() and not timeline.live.isEnabled()
    timeline.grab()


def test_dragging_looks_back_but_not_into_the_future(timeline: Timeline, desk: QuietDesk) -> None:
    scrubber = timeline.scrubber
    QTest.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(round(scrubber.x_of(20)), 18))
    QTest.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(scrubber.width() - 2, 18))
    assert desk.engine.commands == [("look_back", 20), ("look_back", 72)]


def test_looking_back_keeps_the_end_and_offers_a_branch(timeline: Timeline, desk: QuietDesk) -> None:
    assert desk.frame is not None
    desk.send(replace(desk.frame, viewing=20, epoch=20, state="looking back"))
    assert (timeline.scrubber.last, timeline.scrubber.shown) == (72, 20)
    timeline.branch.click()
    timeline.live.click()
    assert desk.engine.commands == [("branch",), ("live",)]


def test_keys_step_through_epochs(timeline: Timeline, desk: QuietDesk) -> None:
    timeline.scrubber.setFocus()
    for name in ("Left", "Left", "PageDown", "Home", "Right", "End"):
        QTest.keyClick(timeline.scrubber, getattr(Qt.Key, f"Key_{name}"))
    assert [epoch for _, epoch in desk.engine.commands] == [71, 70, 65, 0, 1, 72]


@pytest.mark.parametrize(
    ("last", "end"), [(0, 10), (9, 10), (10, 20), (47, 50), (48, 100), (960, 2000), (100_000, 200_000)]
)
def test_the_scale_ends_at_a_round_number_with_room(timeline: Timeline, last: int, end: int) -> None:
    timeline.scrubber.show_state(last, last, ())
    assert timeline.scrubber.end == end


def test_another_document_begins_anew(timeline: Timeline, desk: QuietDesk) -> None:
    desk.show(desk.schematic)
    assert (timeline.scrubber.last, timeline.scrubber.diamonds) == (0, ())
