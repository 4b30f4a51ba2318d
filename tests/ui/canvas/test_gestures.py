"""Every gesture with real mouse and key events: what it does to the document, that undo gives back every byte, that
Esc leaves no trace, and that a refused wire changes nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.schematic import End
from tests.ui.canvas.stage import ALT, CTRL, SHIFT, Stage


def test_click_selects_and_click_on_nothing_clears(stage: Stage) -> None:
    first, second = stage.add("multiplier", (0, 0)), stage.add("multiplier", (20, 0))
    stage.click(3, 2)
    assert stage.view.selection() == (first,)
    stage.click(23, 2, SHIFT)
    assert set(stage.view.selection()) == {first, second}
    stage.click(23, 2, CTRL)
    assert stage.view.selection() == (first,)
    stage.click(40, 30)
    assert stage.view.selection() == ()


def test_drag_moves_and_wires_stay_attached_and_orthogonal(stage: Stage) -> None:
    source, multiplier = stage.add("dc", (0, 0)), stage.add("multiplier", (20, 0))
    wire = stage.join(End(source, "V"), End(multiplier, "V1"))
    before = stage.dump()
    stage.drag((23, 2), (25, 5), (26, 9))
    assert stage.block(multiplier).at == (23, 7)
    route = stage.route(wire)
    assert route[0] == (5, 2) and route[-1] == (23, 9)
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(route))
    assert stage.desk.history.undo() and stage.dump() == before


def test_escape_while_dragging_leaves_no_trace(stage: Stage) -> None:
    ident = stage.add("multiplier", (0, 0))
    before = stage.dump()
    stage.press(3, 2)
    stage.move(10, 12)
    stage.key(Qt.Key.Key_Escape)
    stage.release(10, 12)
    assert stage.dump() == before and stage.block(ident).at == (0, 0)
    assert stage.view.drawing.blocks[ident].box[0] == 0


def test_alt_drag_duplicates(stage: Stage) -> None:
    ident = stage.add("multiplier", (0, 0))
    before = stage.dump()
    stage.drag((3, 2), (8, 12), (13, 12), modifiers=ALT)
    assert stage.block(ident).at == (0, 0)
    copied = [block for block in stage.schematic.top.instances.values() if block.id != ident]
    assert [block.at for block in copied] == [(10, 10)]
    assert stage.view.selection() == (copied[0].id,)
    assert stage.desk.history.undo() and stage.dump() == before


@pytest.mark.parametrize("how", ["drag", "click"])
def test_wire_from_pin_to_pin(stage: Stage, how: str) -> None:
    source, multiplier = stage.add("dc", (0, 0)), stage.add("multiplier", (20, 6))
    before = stage.dump()
    if how == "drag":
        stage.drag((5, 2), (12, 5), (20, 8))
    else:
        stage.click(5, 2)
        stage.click(20, 8)
    (wire,) = stage.wires()
    assert wire.ends == (End(source, "V"), End(multiplier, "V1"))
    assert stage.view.tool() == "select"
    assert stage.desk.history.undo() and stage.dump() == before


@pytest.mark.parametrize("how", ["drag", "click"])
def test_refused_wire_changes_nothing(stage: Stage, how: str) -> None:
    stage.add("dc", (0, 0))
    stage.add("dc", (0, 10))
    before = stage.dump()
    if how == "drag":
        stage.drag((5, 2), (9, 8), (5, 12))
    else:
        stage.click(5, 2)
        stage.click(5, 12)
    assert stage.dump() == before
    assert stage.desk.problems[-1].code == "two-voltage-outputs"
    stage.key(Qt.Key.Key_Escape)
    assert stage.dump() == before and stage.view.tool() == "select"


def test_placing_by_click_with_turns(stage: Stage) -> None:
    before = stage.dump()
    stage.view.place("multiplier")
    stage.move(30, 20, button=Qt.MouseButton.NoButton)
    stage.view.rotate_selection(1)
    stage.click(30, 20)
    assert stage.only("multiplier").rotation == 90
    assert stage.view.tool() == "multiplier"
    stage.key(Qt.Key.Key_Escape)
    assert stage.view.tool() == "select"
    assert stage.desk.history.undo() and stage.dump() == before


def test_labels_that_hang_on_a_pin_go_along_with_the_block(stage: Stage) -> None:
    neuron = stage.add("neuron", (10, 10))
    near, far = stage.add("label", (16, 7), net="V_teach"), stage.add("label", (50, 12), net="V_out")
    stage.join(End(near, "net"), End(neuron, "V_teach"))
    wire = stage.join(End(neuron, "V_out"), End(far, "net"))
    before = stage.dump()
    stage.drag((16, 12), (18, 15), (20, 20))
    assert stage.block(neuron).at == (14, 18) and stage.block(near).at == (20, 15)
    assert stage.block(far).at == (50, 12) and stage.route(wire)[0] == (26, 21)
    assert stage.view.selection() == (neuron,)
    assert stage.desk.history.undo() and stage.dump() == before


def test_undo_during_a_drag_gives_the_drag_up(stage: Stage) -> None:
    ident = stage.add("multiplier", (0, 0))
    stage.desk.do("move", ())
    stage.press(3, 2)
    stage.move(10, 12)
    assert stage.desk.history.undo()
    stage.move(14, 12)
    stage.release(14, 12)
    assert ident not in stage.schematic.top.instances and not stage.view.drawing.blocks


def test_space_drags_the_window_and_runs_nothing(stage: Stage) -> None:
    ident = stage.add("multiplier", (0, 0))
    before = stage.pixel(0, 0)
    QTest.keyPress(stage.view, Qt.Key.Key_Space)
    stage.press(3, 2)
    stage.move(8, 6)
    stage.release(8, 6)
    QTest.keyRelease(stage.view, Qt.Key.Key_Space)
    assert stage.pixel(0, 0) != before and stage.block(ident).at == (0, 0)
    stage.click(3, 2)
    assert stage.view.selection() == (ident,)


def test_middle_button_pans_also_while_a_wire_is_drawn(stage: Stage) -> None:
    stage.add("dc", (0, 0))
    stage.add("multiplier", (20, 0))
    stage.click(5, 2)
    before = stage.pixel(0, 0)
    middle, plain, target = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, stage.view.viewport()
    QTest.mousePress(target, middle, plain, QPoint(300, 300))
    stage.move(40, 30, button=middle)
    QTest.mouseRelease(target, middle, plain, QPoint(310, 310))
    assert stage.pixel(0, 0) != before and stage.view.tool() == "wire"
    stage.click(20, 2)
    assert len(stage.wires()) == 1


def test_right_click_selects_and_asks_for_a_menu(stage: Stage) -> None:
    ident = stage.add("multiplier", (0, 0))
    asked: list[QPoint] = []
    stage.view.menu_requested.connect(asked.append)
    place = stage.pixel(3, 2)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, stage.view.viewport().mapToGlobal(place))
    QApplication.sendEvent(stage.view.viewport(), event)
    assert stage.view.selection() == (ident,) and len(asked) == 1


def test_r_while_dragging_turns_what_is_dragged(stage: Stage) -> None:
    ident = stage.add("multiplier", (0, 0))
    before = stage.dump()
    stage.press(3, 2)
    stage.move(13, 12)
    stage.view.rotate_selection(1)
    stage.release(13, 12)
    assert stage.block(ident).rotation == 90 and stage.block(ident).at != (0, 0)
    assert stage.desk.history.undo() and stage.dump() == before


def test_dragging_beyond_the_edge_takes_the_window_along(stage: Stage, qtbot: QtBot) -> None:
    ident = stage.add("multiplier", (0, 0))
    origin = stage.pixel(0, 0)
    right = stage.view.viewport().width() / 10.0
    stage.press(3, 2)
    stage.move(right + 6, 2)
    qtbot.waitUntil(lambda: stage.pixel(0, 0).x() < origin.x() - 30, timeout=60_000)
    stage.key(Qt.Key.Key_Escape)
    assert stage.block(ident).at == (0, 0)
    still = stage.pixel(0, 0)
    qtbot.wait(80)
    assert stage.pixel(0, 0) == still


def test_a_wire_being_drawn_shows_pins_instead_of_crosses(stage: Stage) -> None:
    stage.add("neuron", (20, 10))
    source = stage.add("dc", (0, 0))
    resting = stage.pixels()
    stage.click(5, 2)
    stage.move(60, 40, button=Qt.MouseButton.NoButton)
    assert source in stage.view.drawing.blocks and stage.view.look.reveal_pins
    x, y = stage.pixel(23, 19).x(), stage.pixel(23, 19).y()
    around = slice(y - 5, y + 6), slice(x - 5, x + 6)
    assert abs(stage.pixels()[around] - resting[around]).max() > 60
    stage.key(Qt.Key.Key_Escape)
    assert abs(stage.pixels()[around] - resting[around]).max() == 0
