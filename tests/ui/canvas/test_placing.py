"""Placing: ghosts, the palette's drag, probes, labels, comments, frames; editing texts where they stand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from app.document.schematic import End, Schematic
from app.ui.canvas.drops import BLOCK_TYPE
from tests.ui.canvas.stage import ALT, Stage, element_count

LEFT, NO, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


def editor(stage: Stage, kind: type[QLineEdit] | type[QPlainTextEdit] = QLineEdit) -> QLineEdit | QPlainTextEdit:
    """The open in-place editor."""
    (found,) = (child for child in stage.view.viewport().findChildren(kind) if child.isVisible())
    return found


def typed(stage: Stage, text: str, kind: type[QLineEdit] | type[QPlainTextEdit] = QLineEdit) -> None:
    box = editor(stage, kind)
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier if kind is QPlainTextEdit else NO)


def test_place_again_and_again_until_escape(stage: Stage) -> None:
    before = stage.dump()
    stage.view.place("weight")
    stage.click(10, 10)
    stage.click(30, 10)
    stage.key(Qt.Key.Key_Escape)
    stage.click(50, 10)
    assert sorted(block.name for block in stage.schematic.top.instances.values()) == ["C1", "C2"]
    assert stage.desk.history.undo() and stage.desk.history.undo() and stage.dump() == before


def test_a_ghost_alone_leaves_no_trace(stage: Stage) -> None:
    before, empty = stage.dump(), stage.image()
    stage.view.place("neuron")
    stage.move(20, 10, button=Qt.MouseButton.NoButton)
    assert stage.image() != empty
    stage.key(Qt.Key.Key_Escape)
    assert stage.dump() == before and stage.image() == empty


def test_an_unknown_type_cannot_be_placed(stage: Stage) -> None:
    with pytest.raises(KeyError):
        stage.view.place("perpetuum mobile")
    assert stage.view.tool() == "select"


def dragged(stage: Stage, data: QMimeData, x: float, y: float) -> bool:
    """A drag from elsewhere that enters, moves and is dropped; whether it was welcome."""
    target = stage.view.viewport()
    enter = QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, NO)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        QApplication.sendEvent(target, QDragLeaveEvent())
        return False
    QApplication.sendEvent(target, QDragMoveEvent(stage.pixel(x, y), COPY, data, LEFT, NO))
    QApplication.sendEvent(target, QDropEvent(QPointF(stage.pixel(x, y)), COPY, data, LEFT, NO))
    return True


def test_drag_from_the_palette(stage: Stage) -> None:
    before = stage.dump()
    data = QMimeData()
    data.setData(BLOCK_TYPE, b"type1")
    assert dragged(stage, data, 20, 12)
    assert stage.only("type1").at == (17, 10)
    assert stage.view.tool() == "select" and stage.view.selection() == (stage.only("type1").id,)
    assert stage.desk.history.undo() and stage.dump() == before


def test_files_are_handed_on_and_anything_else_refused(stage: Stage) -> None:
    handed: list[list[str]] = []
    stage.view.files_dropped.connect(handed.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/data/rows.csv"), QUrl.fromLocalFile("/data/cat.jpg")])
    assert dragged(stage, data, 20, 12) and handed == [["/data/rows.csv"]]
    for kind in (b"no such block", b"\xff\xfe"):
        other = QMimeData()
        other.setData(BLOCK_TYPE, kind)
        assert not dragged(stage, other, 20, 12)
    assert element_count(stage.schematic) == 0


@pytest.fixture
def wired(stage: Stage) -> Stage:
    source, multiplier = stage.add("dc", (0, 0)), stage.add("multiplier", (30, 0))
    stage.join(End(source, "V"), End(multiplier, "V1"))
    return stage


def test_alt_click_on_a_wire_puts_a_probe_there(wired: Stage) -> None:
    before = wired.dump()
    wired.click(17, 2, ALT)
    probe = wired.only("probe")
    assert wired.view.drawing.place_of(End(probe.id, "V")) == (17, 2)
    nets = wired.view.drawing.nets.of_end(End(probe.id, "V"))
    assert {port for _, port, _ in nets[0].pins} == {"V", "V1"}
    assert wired.desk.history.undo() and wired.dump() == before


def test_probe_tool_joins_what_is_under_its_tip(wired: Stage) -> None:
    before = wired.dump()
    wired.view.start_tool("probe")
    wired.click(30, 2)
    probe = wired.only("probe")
    (joint,) = (wire.ends[0] for wire in wired.wires() if wire.ends[1].item == probe.id)
    assert joint.port == "V1"
    wired.key(Qt.Key.Key_Escape)
    assert wired.desk.history.undo() and wired.dump() == before


def test_label_takes_its_name_in_place(wired: Stage) -> None:
    before = wired.dump()
    wired.view.start_tool("label")
    wired.click(17, 2)
    typed(wired, "V_x")
    assert wired.only("label").parameters["net"] == "V_x"
    assert wired.view.tool() == "select"
    wired.undo_to(before)


def test_new_labels_do_not_join_each_other(stage: Stage) -> None:
    for place in (10, 30):
        stage.view.start_tool("label")
        stage.click(place, 10)
        QTest.keyClick(editor(stage), Qt.Key.Key_Escape)
    texts = {block.parameters["net"] for block in stage.schematic.top.instances.values()}
    assert len(texts) == 2


def test_comment_of_several_lines(stage: Stage) -> None:
    before = stage.dump()
    stage.view.start_tool("comment")
    stage.click(20, 12)
    box = editor(stage, QPlainTextEdit)
    QTest.keyClicks(box, "one")
    QTest.keyClick(box, Qt.Key.Key_Return)
    typed(stage, "two", QPlainTextEdit)
    assert stage.only("comment").parameters["text"] == "one\ntwo"
    stage.undo_to(before)


def test_frame_is_dragged_and_titled(stage: Stage) -> None:
    before = stage.dump()
    stage.view.start_tool("frame")
    stage.drag((4, 4), (10, 10), (24, 16))
    typed(stage, "Layer")
    frame = stage.only("frame")
    assert frame.at == (4, 4)
    assert dict(frame.parameters) == {"title": "Layer", "width": "20", "height": "12"}
    stage.undo_to(before)


def test_corner_of_a_frame_sets_its_size(stage: Stage) -> None:
    frame = stage.add("frame", (4, 4), width="20", height="12")
    before = stage.dump()
    stage.click(4, 10)
    assert stage.view.selection() == (frame,)
    stage.drag((24, 16), (28, 20), (30, 22))
    assert stage.block(frame).parameters["width"] == "26" and stage.block(frame).parameters["height"] == "18"
    stage.drag((4, 4), (2, 2), (0, 1))
    assert stage.block(frame).at == (0, 1) and stage.block(frame).parameters["width"] == "30"
    stage.undo_to(before)


def test_double_click_edits_a_value_in_place(stage: Stage) -> None:
    source = stage.add("dc", (0, 0))
    before = stage.dump()
    place = next(at for text, at in stage.texts(source) if text == "{level}")
    stage.double_click(place[0], place[1])
    typed(stage, "0.3")
    assert list(stage.block(source).parameters.values()) == ["0.3"]
    assert stage.desk.history.undo() and stage.dump() == before


def test_escape_in_the_editor_changes_nothing(stage: Stage) -> None:
    source = stage.add("dc", (0, 0))
    before = stage.dump()
    stage.view.edit_text(source, "name")
    QTest.keyClicks(editor(stage), "other")
    QTest.keyClick(editor(stage), Qt.Key.Key_Escape)
    assert stage.dump() == before and not stage.desk.history.redo()


def test_a_name_that_is_taken_is_refused(stage: Stage) -> None:
    first, _ = stage.add("dc", (0, 0)), stage.add("dc", (20, 0))
    before = stage.dump()
    stage.view.edit_text(first, "name")
    typed(stage, "V2")
    assert stage.dump() == before and stage.desk.problems[-1].code == "duplicate-name"


def test_double_click_beside_texts_asks_for_the_values(stage: Stage) -> None:
    asked: list[str] = []
    stage.view.edit_value_requested.connect(asked.append)
    ident = stage.add("multiplier", (0, 0))
    stage.double_click(3, 2)
    assert asked == [ident] and stage.view.selection() == (ident,)


def test_another_document_closes_the_editor(stage: Stage) -> None:
    source = stage.add("dc", (0, 0))
    stage.view.edit_text(source, "name")
    QTest.keyClicks(editor(stage), "other")
    stage.show(Schematic())
    assert not [box for box in stage.view.viewport().findChildren(QLineEdit) if box.isVisible()]
    assert element_count(stage.schematic) == 0


def test_keys_typed_into_the_editor_are_text_and_no_commands(stage: Stage) -> None:
    source = stage.add("dc", (0, 0))
    stage.view.select((source,))
    stage.view.edit_text(source, "name")
    box = editor(stage)
    for key in (Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_W, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(box, key)
    assert stage.block(source).name == "rw" and stage.block(source).at == (0, 0)
    assert stage.view.tool() == "select"
