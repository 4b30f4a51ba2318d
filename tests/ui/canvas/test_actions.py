"""What menu actions and keys do with the selection; each is one step of undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication

from app.document.schematic import End
from tests.ui.canvas.stage import Stage, element_count


@pytest.fixture
def drawn(stage: Stage) -> tuple[Stage, str, str, str]:
    source, multiplier = stage.add("dc", (0, 0)), stage.add("multiplier", (20, 6))
    return stage, source, multiplier, stage.join(End(source, "V"), End(multiplier, "V1"))


def test_rotate_mirror_and_back(drawn: tuple[Stage, str, str, str]) -> None:
    stage, source, multiplier, _ = drawn
    before = stage.dump()
    stage.view.select((source, multiplier))
    for _ in range(4):
        stage.view.rotate_selection(1)
    assert stage.dump() == before
    stage.view.mirror_selection()
    stage.view.mirror_selection()
    assert stage.dump() == before
    stage.view.mirror_selection(vertical=True)
    assert stage.block(multiplier).mirrored
    stage.undo_to(before)


def test_arrows_nudge_with_wires_attached_as_one_step(drawn: tuple[Stage, str, str, str]) -> None:
    stage, _, multiplier, wire = drawn
    before = stage.dump()
    stage.click(23, 8)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        stage.key(key)
    assert stage.block(multiplier).at == (22, 7)
    assert stage.route(wire)[-1] == (22, 9)
    assert stage.desk.history.undo() and stage.dump() == before


def test_arrows_move_the_window_without_a_selection(stage: Stage) -> None:
    before = stage.pixel(0, 0)
    stage.key(Qt.Key.Key_Right)
    assert stage.pixel(0, 0).x() < before.x()


def test_copy_paste_cut_duplicate(drawn: tuple[Stage, str, str, str]) -> None:
    stage, source, multiplier, wire = drawn
    before = stage.dump()
    stage.view.select_all()
    stage.view.copy()
    assert stage.dump() == before
    stage.view.paste()
    assert element_count(stage.schematic) == 6 and len(stage.view.selection()) == 3
    assert stage.desk.history.undo() and stage.dump() == before
    stage.view.select((source, multiplier, wire))
    stage.view.duplicate()
    copies = [stage.block(ident).at for ident in stage.view.selection() if ident.startswith("b")]
    assert sorted(copies) == [(2, 2), (22, 8)]
    assert stage.desk.history.undo() and stage.dump() == before
    stage.view.select_all()
    stage.view.cut()
    assert element_count(stage.schematic) == 0
    stage.view.paste()
    assert element_count(stage.schematic) == 3
    stage.undo_to(before)


def test_pasting_something_else_is_refused_and_changes_nothing(stage: Stage) -> None:
    stage.add("dc", (0, 0))
    before = stage.dump()
    QGuiApplication.clipboard().setText("no schematic at all")
    stage.view.paste()
    assert stage.dump() == before and stage.desk.problems


def test_delete_and_select_all(drawn: tuple[Stage, str, str, str]) -> None:
    stage, _, _, _ = drawn
    before = stage.dump()
    stage.view.select_all()
    stage.key(Qt.Key.Key_Delete)
    assert element_count(stage.schematic) == 0 and stage.view.selection() == ()
    assert stage.desk.history.undo() and stage.dump() == before


def test_band_to_the_right_takes_what_is_inside_to_the_left_what_it_touches(drawn: tuple[Stage, str, str, str]) -> None:
    stage, source, multiplier, wire = drawn
    stage.drag((-4, -4), (4, 4), (8, 8))
    assert stage.view.selection() == (source,)
    stage.drag((22, 18), (15, 8), (12, 3))
    assert set(stage.view.selection()) == {multiplier, wire}


def test_escape_clears_the_selection(drawn: tuple[Stage, str, str, str]) -> None:
    stage, source, _, _ = drawn
    stage.view.select((source,))
    stage.key(Qt.Key.Key_Escape)
    assert stage.view.selection() == ()


def test_reveal_selects_and_shows(drawn: tuple[Stage, str, str, str]) -> None:
    stage, _, multiplier, _ = drawn
    stage.view.scroll_by(QPoint(5000, 3000))
    assert not stage.view.viewport().rect().contains(stage.pixel(23, 8))
    stage.view.still = True
    stage.view.reveal((multiplier,))
    assert stage.view.selection() == (multiplier,)
    assert stage.view.viewport().rect().contains(stage.pixel(23, 8))


def test_wheel_zooms_at_the_pointer(stage: Stage) -> None:
    place = stage.pixel(10, 10)
    before = stage.view.mapToScene(place)
    stage.wheel(10, 10, 120)
    assert stage.view.zoom() > 1.0
    after = stage.view.mapToScene(place)
    assert QPointF(after - before).manhattanLength() < 2.0
    stage.wheel(10, 10, -120)
    assert stage.view.zoom() == pytest.approx(1.0)
    stage.wheel(10, 10, 120, Qt.KeyboardModifier.ShiftModifier)
    assert stage.view.zoom() == pytest.approx(1.0) and stage.pixel(10, 10).x() > place.x()
