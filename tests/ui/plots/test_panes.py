"""Plot panes fed with frames made by hand: what is drawn, what is sanitised, what a person can do with it."""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.document import edits
from app.document.dataset import XOR, Dataset
from app.document.generate import generate
from app.training.frame import Curve, DecisionMap, Frame
from app.ui import theme
from app.ui.plots.contour import contour
from app.ui.plots.curves import MOST_POINTS
from app.ui.plots.decision import DecisionPane
from app.ui.plots.learning import LearningPane
from app.ui.plots.pane import Pane
from app.ui.plots.signals import SignalsPane, epoch_locked
from app.ui.plots.weight_map import WeightMapPane, fields_of, full_scale
from app.ui.plots.weights import WeightsPane
from tests.ui.quiet import QuietDesk, frame, layout, xor

PANES = (SignalsPane, WeightsPane, LearningPane, DecisionPane, WeightMapPane)


def shown(pane: Pane, qtbot: QtBot, width: int = 480) -> None:
    """As a dock, which it is: the offscreen platform cannot raise a floating one."""
    window = QMainWindow()
    pane.held_by = window  # type: ignore[attr-defined]
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, pane)
    qtbot.addWidget(window)
    window.resize(width, 240)
    window.show()
    qtbot.waitExposed(window)


@pytest.fixture(params=PANES, ids=lambda kind: kind.__name__)
def pane(request: pytest.FixtureRequest, desk: QuietDesk, qtbot: QtBot) -> Pane:
    made: Pane = request.param(desk)
    shown(made, qtbot)
    return made


def decision(cells: int = 20) -> DecisionMap:
    x = np.linspace(-1.5, 1.5, cells)
    return DecisionMap(x, x, 1 / (1 + np.exp(-4 * np.outer(x, x))))


def test_every_pane_draws_every_frame(pane: Pane, desk: QuietDesk) -> None:
    """Empty, one sample, many, not finite, denormal, all the same."""
    found = layout(desk.schematic, 8)
    for samples in (0, 1, 2, 200, 20_000):
        sent = frame(found, samples, epochs=min(samples, 40), decision=decision())
        desk.send(sent)
        pane.grab()
        for bad in (np.nan, np.inf, 1e-310, 3.0, 1e300):
            desk.send(spoilt(sent, bad))
            pane.grab()


def spoilt(sent: Frame, bad: float) -> Frame:
    """The frame with every number replaced."""
    names = ("signals", "whole", "weight_log", "learning")
    curves = {name: Curve(getattr(sent, name).x, np.full_like(getattr(sent, name).y, bad)) for name in names}
    flat = DecisionMap(decision().x, decision().y, np.full((20, 20), bad))
    return replace(sent, weights=np.full_like(sent.weights, bad), decision=flat, **curves)


def test_a_pane_without_a_circuit_says_what_will_be_there(pane: Pane, desk: QuietDesk) -> None:
    desk.send(frame(layout(desk.schematic)))
    desk.send(Frame("empty"))
    pane.grab()
    desk.show(xor())
    empty = getattr(pane, "empty", None)
    assert empty is None or (empty.isVisible() and empty.text())


def test_no_curve_is_ever_made_anew(pane: Pane, desk: QuietDesk) -> None:
    found = layout(desk.schematic, 8)
    desk.send(frame(found))
    items = getattr(pane, "plot", None)
    before = list(items.items) if items is not None else []
    for epochs in range(5):
        desk.send(frame(found, 100 + epochs, epochs))
        pane.grab()
    assert (list(items.items) if items is not None else []) == before


def test_a_theme_can_be_switched(pane: Pane, desk: QuietDesk) -> None:
    desk.send(frame(layout(desk.schematic), decision=decision()))
    light = pane.grab().toImage()
    theme.apply("dark")
    dark = pane.grab().toImage()
    theme.apply("light")
    assert light.pixelColor(5, 100).lightness() > 200 > 60 > dark.pixelColor(5, 100).lightness()


def test_exports(pane: Pane, desk: QuietDesk, tmp_path: Path) -> None:
    desk.send(frame(layout(desk.schematic, 3), 50, decision=decision()))
    pane.write_png(str(tmp_path / "a.png"))
    pane.write_svg(str(tmp_path / "a.svg"))
    pane.write_csv(str(tmp_path / "a.csv"))
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    drawing = (tmp_path / "a.svg").read_text("utf-8")
    assert "<svg" in drawing and pane.windowTitle() in drawing and ("<path" in drawing or "<image" in drawing)
    with (tmp_path / "a.csv").open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows)
    assert all("[" in name or name == "epoch" for name in rows[0])
    assert [action.text() for action in pane.export_menu().actions()][2].startswith("Numbers")


def test_csv_of_signals_has_one_time_column(desk: QuietDesk, qtbot: QtBot, tmp_path: Path) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    sent = frame(layout(desk.schematic, 3), 50)
    desk.send(sent)
    names, columns = pane.table()
    assert names == ["time [s]", "V_out [V]", "T1 [V]", "P1 [V]"]
    assert np.array_equal(columns[0], sent.signals.x) and np.array_equal(columns[3], sent.signals.y[:, 2])


def test_eight_traces_and_their_legend(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot, 900)
    desk.send(frame(layout(desk.schematic, 8)))
    visible = pane._pool.visible()
    assert len(visible) == 8
    target = pane.legend.traces[1]
    assert target.dashed and target.role == "hint" and not pane.legend.traces[0].dashed
    QTest.mouseClick(pane.legend.entries[0], Qt.MouseButton.LeftButton)
    assert len(pane._pool.visible()) == 7 and not pane.legend.is_shown(0)
    QTest.mouseClick(pane.legend.entries[0], Qt.MouseButton.LeftButton)
    assert len(pane._pool.visible()) == 8


def test_a_double_click_isolates_and_shows_all_again(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(layout(desk.schematic, 3)))
    entry = pane.legend.entries[2]
    for left in (1, 3):
        QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
        QTest.mouseDClick(entry, Qt.MouseButton.LeftButton)
        assert len(pane._pool.visible()) == left


def test_the_trace_under_the_mouse_is_wider(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(layout(desk.schematic, 3)))
    pane.legend.entries[2].hovered.emit(2)
    assert [curve.opts["pen"].widthF() for curve in pane._pool.visible()] == [1.2, 1.2, 2.0]
    pane.legend.entries[2].hovered.emit(-1)
    assert [curve.opts["pen"].widthF() for curve in pane._pool.visible()] == [1.2, 1.2, 1.2]


def test_a_net_keeps_its_colour_when_others_come_and_go(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(layout(desk.schematic, 4)))
    colours = {trace.name: trace.color.name() for trace in pane.legend.traces}
    fewer = layout(desk.schematic, 4)
    fewer = replace(fewer, signals=(fewer.signals[3], fewer.signals[0]))
    desk.send(frame(fewer))
    assert {trace.name: trace.color.name() for trace in pane.legend.traces} == {
        name: colours[name] for name in ("P2", "V_out")
    }


def test_windows(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    sent = frame(layout(desk.schematic), 400, whole=Curve(np.array([0.0, 1e-5]), np.zeros((2, 2))))
    desk.send(sent)
    low, high = pane.plot.vb.viewRange()[0]
    assert low == pytest.approx(sent.signals.x[0] * 1e6) and high == pytest.approx(sent.signals.x[-1] * 1e6)
    pane.set_window("whole")
    assert pane.plot.vb.viewRange()[0] == pytest.approx([0.0, 10.0])
    pane.set_window("epoch")
    assert pane.plot.vb.viewRange()[0] == pytest.approx([0.0, 400.0])
    assert "[ns]" in pane._below.text()


def test_epoch_locked_shows_each_place_once() -> None:
    x = np.linspace(0.0, 2.5, 251)
    place, y, joins = epoch_locked(x, x[:, None], 1.0)
    assert place.min() >= 0 and place.max() <= 1.0 + 1e-9
    newest = y[place < 0.5 - 1e-9, 0]
    assert newest.min() >= 2.0 and joins[np.argmax(y[:, 0])] == 0
    assert y[place > 0.5 + 1e-6, 0].max() <= 2.0 + 1e-9


def test_zoom_by_hand_holds_until_a_double_click(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    found = layout(desk.schematic)
    desk.send(frame(found, epochs=10))
    pane.plot.vb.setRange(xRange=(4.1, 4.2), padding=0)
    pane.plot.vb.sigRangeChangedManually.emit([True, True])
    desk.send(frame(found, epochs=20))
    assert pane.plot.vb.viewRange()[0] == pytest.approx([4.1, 4.2])
    pane.autoscale()
    assert pane.plot.vb.viewRange()[0][0] == pytest.approx(8.0)


def test_cursors_are_shared_by_all_panes(desk: QuietDesk, qtbot: QtBot) -> None:
    signals, weights = SignalsPane(desk), WeightsPane(desk)  # type: ignore[arg-type]
    shown(signals, qtbot)
    shown(weights, qtbot)
    sent = frame(layout(desk.schematic), epochs=30)
    desk.send(sent)
    signals.shared.set_cursor("A", 12.2e-6)
    line = weights.cursors._lines["A"]
    assert line.isVisible() and line.value() == pytest.approx(30.5)
    assert signals.cursors._lines["A"].value() == pytest.approx(12.2)
    assert signals.cursors.card.isVisible() and "V" in signals.cursors.card.text()
    signals.shared.set_cursor("B", 12.3e-6)
    assert "100" in signals.cursors.card.text() and "Δ" in signals.cursors.card.text()
    signals.shared.set_cursor("A", None)
    signals.shared.set_cursor("B", None)
    assert not line.isVisible() and not signals.cursors.card.isVisible()


def test_weights_of_the_selection_are_coloured(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = WeightsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(layout(desk.schematic)))
    assert [trace.name for trace in pane.legend.traces] == ["C0", "C1", "C2"] and "N3_1" in pane.note.text()
    pane.show_selection([desk.named("N2_2").id])
    assert "N2_2" in pane.note.text() and len(pane._pool.visible()) == 4


def test_few_weights_are_all_coloured(qapp: object, qtbot: QtBot) -> None:
    """Also where each is drawn by itself."""
    desk = QuietDesk(generate((2, 1), XOR, "xor", level="multiplier")[0])
    pane = WeightsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(layout(desk.schematic)))
    assert sorted(trace.name for trace in pane.legend.traces) == ["C0", "C1", "C2"]


def test_a_big_network(desk: QuietDesk, qtbot: QtBot) -> None:
    rows = tuple(tuple([0.1] * 64 + [1.0] * 10) for _ in range(3))
    data = Dataset(tuple(f"x{k + 1}" for k in range(64)), tuple(f"t{k + 1}" for k in range(10)), rows)
    desk.show(generate((64, 32, 10), data, "digits")[0])
    found = layout(desk.schematic)
    weights, heat = WeightsPane(desk), WeightMapPane(desk)  # type: ignore[arg-type]
    for pane in (weights, heat):
        shown(pane, qtbot)
    desk.send(frame(found, epochs=1000))
    assert len(weights._pool.visible()) == 9
    assert "8 of 2410" in weights.note.toolTip() and "first 256" in weights.note.toolTip()
    assert [field.index.shape for field in heat.map.fields] == [(32, 65), (10, 33)]
    box = heat.map.boxes()[0]
    assert heat.map.weight_at(box.left() + 1, box.top() + 1) == 0
    assert heat.map.weight_at(box.right() - 1, box.bottom() - 1) == 32 * 65 - 1
    for pane in (weights, heat):
        pane.grab()


def test_layers_of_the_weight_map(desk: QuietDesk) -> None:
    fields = fields_of(layout(desk.schematic).circuit)
    assert [(field.name, field.rows) for field in fields] == [("N2", ("N2_1", "N2_2")), ("N3", ("N3_1",))]
    assert full_scale(0.0) == 1.0 and full_scale(0.3) == pytest.approx(0.5) and full_scale(2.0) == pytest.approx(2.0)


def test_the_learning_curve_is_logarithmic_with_its_target(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = LearningPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.do("target", edits.set_setting(desk.schematic, "stop_mse", "1m"))
    desk.send(frame(layout(desk.schematic), epochs=60))
    assert pane._target.isVisible() and pane._target.value() == pytest.approx(-3.0)
    assert pane._target.label.format == "target 0.001\u202fV²"
    low, high = pane.plot.vb.viewRange()[1]
    assert low <= -3.0 and high == pytest.approx(0.0)
    pane.show_ensemble(Curve(np.arange(5.0), np.column_stack([np.full(5, 0.1), np.zeros(5)])))
    assert "3 seeds" in pane.note.text() and len(pane._others.visible()) == 2


def test_the_epoch_that_is_looked_back_at_is_marked(desk: QuietDesk, qtbot: QtBot) -> None:
    panes = [WeightsPane(desk), LearningPane(desk)]  # type: ignore[arg-type]
    found = layout(desk.schematic)
    for pane in panes:
        shown(pane, qtbot)
    desk.send(frame(found, epochs=60))
    assert not any(pane._viewed.isVisible() for pane in panes)
    desk.send(frame(found, epochs=60, viewing=20, state="looking back"))
    assert all(pane._viewed.isVisible() and pane._viewed.value() == 20 for pane in panes)


def test_minor_ticks_of_decades_have_no_text(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = LearningPane(desk)  # type: ignore[arg-type]
    qtbot.addWidget(pane)
    axis = pane.plot.getAxis("left")
    (step, majors), (minor, between) = axis.tickValues(-3.0, 0.0, 150)
    assert axis.tickStrings(majors, 1.0, step) == ["0.001", "0.01", "0.1", "1 V²"]
    assert set(axis.tickStrings(between, 1.0, minor)) == {""}
    assert len(between) == 24


def test_the_decision_map_and_its_verdict(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = DecisionPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(layout(desk.schematic), decision=decision()))
    assert pane._image.isVisible() and pane.key._result == "4 of 4 rows correct" and pane.key._good
    low, high = pane._points
    assert len(low.getData()[0]) == 2 and len(high.getData()[0]) == 2
    assert len(pane._pool.visible()) == 1


def test_the_map_is_asked_for_while_somebody_looks(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = DecisionPane(desk)  # type: ignore[arg-type]
    assert desk.engine.commands[-1] == ("want_map", False)
    shown(pane, qtbot)
    assert desk.engine.commands[-1] == ("want_map", True)
    desk.engine.commands.clear()
    desk.show(xor())
    assert desk.engine.commands == [("want_map", True)]
    pane.hide()
    assert desk.engine.commands[-1] == ("want_map", False)


def test_the_grid_lies_behind_the_curves(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    one = replace(layout(desk.schematic), signals=layout(desk.schematic).signals[:1])
    wanted = pane.shared.number("V_out")
    for volts in (0.5, 0.4):  # between the lines of the grid, and on one
        desk.send(frame(one, signals=Curve(np.linspace(0, 1e-6, 50), np.full((50, 1), volts))))
        picture = pane.view.grab().toImage()
        at = pane.view.mapFromScene(pane.plot.vb.mapViewToScene(QPointF(0.55, volts)))
        column = [picture.pixelColor(at.x(), y) for y in range(at.y() - 2, at.y() + 3)]
        color = theme.Theme.current().trace(wanted)
        assert min(abs(c.red() - color.red()) + abs(c.green() - color.green()) for c in column) < 60


def test_three_inputs_have_no_map(desk: QuietDesk, qtbot: QtBot) -> None:
    pane = DecisionPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    desk.send(frame(replace(layout(desk.schematic), inputs=("X1", "X2", "X3"))))
    assert "needs two" in pane.empty.text() and pane.empty.isVisible()


def test_contour_of_a_circle() -> None:
    x = np.linspace(-1, 1, 41)
    px, py = contour(x, x, np.hypot(*np.meshgrid(x, x)), 0.5)
    assert len(px) % 2 == 0 and len(px) > 100
    assert np.hypot(px, py) == pytest.approx(np.full(len(px), 0.5), abs=2e-3)
    assert len(contour(x, x, np.full((41, 41), np.nan), 0.5)[0]) == 0
    assert len(contour(x, x, np.zeros((41, 41)), 0.5)[0]) == 0


def test_a_hidden_pane_costs_nothing(desk: QuietDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    pane.hide()
    calls: list[Frame] = []
    monkeypatch.setattr(SignalsPane, "show_frame", lambda self, sent: calls.append(sent))
    desk.send(frame(layout(desk.schematic)))
    assert not calls
    pane.show()
    assert len(calls) == 1


@pytest.mark.bench
def test_eight_traces_of_2000_pairs_a_frame(desk: QuietDesk, qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    pane = SignalsPane(desk)  # type: ignore[arg-type]
    shown(pane, qtbot)
    frames = [frame(layout(desk.schematic, 8), MOST_POINTS, epochs=k, state="running") for k in range(20)]
    spent = []
    for sent in frames:
        begin = time.perf_counter()
        desk.send(sent)
        pane.grab()
        spent.append(1e3 * (time.perf_counter() - begin))
    with capsys.disabled():
        print(f"\n8 traces x {MOST_POINTS} points: median {np.median(spent):.1f} ms a frame")
    assert len(pane._pool.visible()) == 8
