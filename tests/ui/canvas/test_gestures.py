"""Every gesture with real mouse and key events: what it does to the document, that undo gives back every byte, that
Esc leaves no trace, and that a refused wire changes nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

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
