"""Panels and panes come and go with their windows: nothing stays behind, nothing answers afterwards."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import theme
from app.ui.panels.inspector import Inspector
from app.ui.panels.palette import Palette
from app.ui.panels.problems import ProblemsPanel
from app.ui.plots.decision import DecisionPane
from app.ui.plots.learning import LearningPane
from app.ui.plots.pane import Pane
from app.ui.plots.signals import SignalsPane
from app.ui.plots.weight_map import WeightMapPane
from app.ui.plots.weights import WeightsPane
from app.ui.timeline import Timeline
from tests.ui.quiet import QuietDesk, frame, layout

KINDS = (
    Inspector, Palette, ProblemsPanel, Timeline, SignalsPane, WeightsPane, LearningPane, DecisionPane, WeightMapPane,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_closed_panel_is_gone_and_deaf(kind: type[QWidget], desk: QuietDesk) -> None:
    def once() -> weakref.ref[QWidget]:
        made = kind(desk)  # type: ignore[call-arg]
        made.resize(300, 300)
        desk.send(frame(layout(desk.schematic)))
        if isinstance(made, Pane) and desk.frame is not None:
            made.show_frame(desk.frame)  # hidden ones do not follow by themselves
        if isinstance(made, Inspector):
            made.show_selection([desk.named("N2_1").id])
        made.grab()
        made.deleteLater()
        return weakref.ref(made)

    gc.collect()
    before = len(QApplication.allWidgets())
    gone = [once() for _ in range(3)]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert [ref() for ref in gone] == [None, None, None]
    assert len(QApplication.allWidgets()) == before
    desk.send(frame(layout(desk.schematic), epochs=40))
    theme.apply("dark")
    theme.apply("light")
    desk.show(desk.schematic)


def test_painting_leaves_none_alone(desk: QuietDesk) -> None:
    """Some releases of PySide drop a reference to None in nearly every call, until Python aborts."""
    panes: list[QWidget] = [kind(desk) for kind in KINDS if kind is not Palette]  # type: ignore[arg-type,call-arg]
    for pane in panes:
        pane.resize(280, 180)
    found = layout(desk.schematic)
    sent = [frame(found, epochs=k) for k in range(10)]

    def paint() -> None:
        for each in sent:
            desk.send(each)
            for pane in panes:
                if isinstance(pane, Pane):
                    pane.show_frame(each)
                pane.grab()
        gc.collect()

    paint()  # what is made once holds some of them
    before = sys.getrefcount(None)
    for _ in range(10):
        paint()
    assert abs(sys.getrefcount(None) - before) < 100
    for pane in panes:
        pane.deleteLater()
