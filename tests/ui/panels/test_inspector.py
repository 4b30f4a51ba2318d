"""The inspector: what is selected is shown and edited, in one step of undo, for all that are selected."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import edits
from app.document.fold import fold
from app.document.schematic import TOP
from app.ui.controls.choice import Choice
from app.ui.panels.inspector import Inspector
from app.ui.panels.quantity_field import QuantityField
from tests.ui.quiet import QuietDesk, frame, layout, xor

KEY = Qt.Key
NO = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def inspector(desk: QuietDesk, qtbot: QtBot) -> Inspector:
    made = Inspector(desk)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(284, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def select(inspector: Inspector, desk: QuietDesk, *names: str) -> None:
    inspector.show_selection([desk.named(name).id for name in names])


def field(inspector: Inspector, name: str) -> QuantityField:
    editor = inspector.block_page.rows[name].editor
    assert isinstance(editor, QuantityField)
    return editor


def type_into(editor: QuantityField, text: str, key: Qt.Key = KEY.Key_Return) -> None:
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, key)


def test_the_documents_page_has_its_present_name(desk: QuietDesk, inspector: Inspector) -> None:
    inspector.show_selection(())
    desk.title = "saved-elsewhere"
    desk.state_changed.emit()
    assert inspector.head.name.text() == "saved-elsewhere"
    select(inspector, desk, "E1")
    desk.state_changed.emit()
    assert inspector.head.name.text() == "E1"


def test_every_parameter_of_every_block_has_a_row(desk: QuietDesk, inspector: Inspector) -> None:
    from blocks import discover

    inspector.block_page.form.more.setChecked(True)
    for block in discover.catalogue().values():
        changes = edits.place(desk.schematic, block.type, (100, 100))
        desk.do("place", changes)
        inspector.show_selection([changes[0].key])
        assert set(inspector.block_page.rows) == {parameter.name for parameter in block.parameters}
        assert inspector.head.name.text() == changes[0].after.name


@pytest.mark.parametrize(
    ("name", "text", "number", "unit"),
    [
        ("C", "0.2p", "0.2", "pF"), ("R_in", "4k7", "4.7", "kΩ"), ("R", "2Meg", "2", "MΩ"), ("K_m", "1u", "1", "µA/V²"),
        ("V_off", "-5m", "−5", "mV"), ("gain", "3", "3", "/V²"),
    ],
)  # fmt: skip
def test_quantities_as_engineers_type_them(
    desk: QuietDesk, inspector: Inspector, name: str, text: str, number: str, unit: str
) -> None:
    select(inspector, desk, "N2_1")
    inspector.block_page.form.more.setChecked(True)
    editor = field(inspector, name)
    before = desk.named("N2_1")
    type_into(editor, text)
    assert desk.named("N2_1").parameters[name] == text
    editor.clearFocus()
    assert editor.text() == number and editor._unit_text() == unit
    desk.history.undo()
    assert desk.named("N2_1") == before
    assert not desk.history.can_undo


def test_what_cannot_be_used_is_said_in_place_and_changes_nothing(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1")
    row = inspector.block_page.rows["C"]
    type_into(field(inspector, "C"), "5M")
    assert not desk.history.can_undo
    assert "ambiguous" in row.trouble and "Meg" in row.trouble
    assert field(inspector, "C").property("wrong")
    QTest.keyClick(field(inspector, "C"), KEY.Key_Escape)
    assert field(inspector, "C").text() == "0.1p" and not row.trouble
    type_into(field(inspector, "K_m"), "0")
    assert "positive" in inspector.block_page.rows["K_m"].trouble


def test_an_expression_shows_its_value_and_follows_its_parameter(desk: QuietDesk, inspector: Inspector) -> None:
    desk.do("p", edits.set_document_parameter(desk.schematic, "g0", "3"))
    select(inspector, desk, "N2_1")
    type_into(field(inspector, "gain"), "2*g0")
    assert desk.named("N2_1").parameters["gain"] == "2*g0"
    assert field(inspector, "gain")._unit_text() == "= 6 /V²"
    inspector.setFocus()
    field(inspector, "gain").clearFocus()
    assert field(inspector, "gain").text() == "6"
    desk.do("p", edits.set_document_parameter(desk.schematic, "g0", "5"))
    assert field(inspector, "gain").text() == "10"


def test_several_blocks_are_edited_at_once(desk: QuietDesk, inspector: Inspector) -> None:
    desk.do("one", edits.set_parameter(desk.schematic, "top", desk.named("N2_1").id, "C", "1p"))
    select(inspector, desk, "N2_1", "N2_2", "N3_1")
    assert inspector.head.name.text() == "3 blocks"
    assert field(inspector, "C").text() == "" and field(inspector, "C").placeholderText() == "several"
    type_into(field(inspector, "C"), "2p")
    assert {desk.named(name).parameters["C"] for name in ("N2_1", "N2_2", "N3_1")} == {"2p"}
    desk.history.undo()
    assert desk.named("N2_1").parameters["C"] == "1p" and "C" not in desk.named("N3_1").parameters


def test_different_blocks_show_what_they_have_in_common(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1", "B2_1")
    assert "R" in inspector.block_page.rows and "C" not in inspector.block_page.rows


def test_steps_of_one_go_are_one_undo(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1")
    editor = field(inspector, "K_m")
    editor.setFocus()
    for _ in range(3):
        QTest.keyClick(editor, KEY.Key_Up)
    assert desk.named("N2_1").parameters["K_m"] == "1u"
    QTest.keyClick(editor, KEY.Key_Down)
    assert desk.named("N2_1").parameters["K_m"] == "500n"
    inspector.block_page.rows["K_m"].settled.emit()
    QTest.keyClick(editor, KEY.Key_Up)
    desk.history.undo()
    assert desk.named("N2_1").parameters["K_m"] == "500n"
    desk.history.undo()
    assert "K_m" not in desk.named("N2_1").parameters and not desk.history.can_undo


def test_dragging_a_label_is_one_undo(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1")
    label = inspector.block_page.rows["C"].label
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(label, left, pos=QPoint(5, 5))
    for x in (15, 25, 40):
        there = QPointF(label.mapToGlobal(QPoint(x, 5)))
        moved = QMouseEvent(QEvent.Type.MouseMove, QPointF(x, 5), there, left, left, NO)
        QApplication.sendEvent(label, moved)
    QTest.mouseRelease(label, left, pos=QPoint(40, 5))
    assert desk.named("N2_1").parameters["C"] == "5p"
    desk.history.undo()
    assert "C" not in desk.named("N2_1").parameters and not desk.history.can_undo


def test_tab_goes_from_the_name_through_the_fields(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1")
    inspector.activateWindow()
    inspector.head.name.setFocus()
    wanted = [row.editor for row in inspector.block_page.rows.values()]
    for editor in wanted:
        QTest.keyClick(QApplication.focusWidget(), KEY.Key_Tab)
        assert QApplication.focusWidget() is editor
    assert not desk.history.can_undo
    inspector.edit_first()
    assert QApplication.focusWidget() is wanted[0]


def test_a_choice_and_its_reset(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1")
    row = inspector.block_page.rows["activation"]
    assert isinstance(row.editor, Choice)
    row.editor.choose("tanh")
    assert desk.named("N2_1").parameters["activation"] == "tanh"
    assert row.editor.currentText() == "Tanh" and row.reset is not None and not row.reset.isHidden()
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert "activation" not in desk.named("N2_1").parameters and row.reset.isHidden()


def test_names_are_edited_by_the_rules(desk: QuietDesk, inspector: Inspector) -> None:
    select(inspector, desk, "N2_1")
    name = inspector.head.name
    name.setFocus()
    name.setText("N2_2")
    QTest.keyClick(name, KEY.Key_Return)
    assert "another block" in inspector.head.message.text() and desk.named("N2_1")
    name.setText("Nose")
    QTest.keyClick(name, KEY.Key_Return)
    assert desk.named("Nose").type == "neuron" and inspector.head.name.text() == "Nose"
    desk.history.undo()
    assert inspector.head.name.text() == "N2_1"


def test_parts_inside_a_neuron_are_overridden(desk: QuietDesk, inspector: Inspector) -> None:
    desk.do("kind", edits.set_parameter(desk.schematic, "top", desk.named("N2_1").id, "multiplier", "imperfect"))
    ident = desk.named("N2_1").id
    inspector.show_selection((), ident, ("Mf1",))
    assert inspector.head.name.text() == "N2_1/Mf1"
    type_into(field(inspector, "V_off"), "5m")
    assert desk.named("N2_1").overrides == {"Mf1.V_off": "5m"}
    inspector.show_selection((), ident, ("Mf1", "Mf2"))
    type_into(field(inspector, "V_off"), "7m")
    assert desk.named("N2_1").overrides == {"Mf1.V_off": "7m", "Mf2.V_off": "7m"}
    inspector.block_page.rows["V_off"].reset.click()
    assert desk.named("N2_1").overrides == {}
    desk.do("kind", edits.set_parameter(desk.schematic, "top", ident, "multiplier", None))
    assert list(inspector.block_page.rows) == ["K_m", "polarity"]


def test_live_values_of_a_neuron_are_those_of_the_circuit(desk: QuietDesk, inspector: Inspector) -> None:
    found = layout(desk.schematic)
    select(inspector, desk, "N3_1")
    desk.send(frame(found))
    page = inspector.block_page
    assert [reading.symbol for reading in page.values._readings] == ["V_net", "V_out", "V_E", "V_delta"]
    v_net, v_out, v_e, v_delta = page.values.values
    assert v_out == pytest.approx(1 / (1 + np.exp(-v_net / 0.25)))
    assert v_e == pytest.approx(v_out - 0.0)
    assert v_delta == pytest.approx(v_e * 4 * v_out * (1 - v_out))
    assert page.bars.names == ["C0", "C1", "C2"]
    # eq. (8) with the bias of 1 V: the current is -K_m V_delta.
    assert page.bars.currents[0] == pytest.approx(-100e-9 * v_delta)


def test_the_gradient_lens_in_one_line(desk: QuietDesk, inspector: Inspector) -> None:
    from app.ui.canvas.gradient_lens import Comparison

    select(inspector, desk, "N3_1")
    sent = frame(layout(desk.schematic))
    desk.send(sent)
    line = inspector.block_page.lens
    assert [command[0] for command in desk.engine.commands] == ["ask"] and not line.isVisible()
    ident = desk.named("N3_1").id
    answer = {(ident, f"C{k}"): Comparison(1e-9, 1e-9, True) for k in range(3)}
    line._lens._answers.put(answer)
    desk.send(sent)
    assert "all 3 weights agree" in line.text() and line.isVisible()
    line._lens._answers.put({**answer, (ident, "C1"): Comparison(1e-9, -1e-9, False)})
    desk.send(sent)
    assert "C1 charged wrongly" in line.text() and "−1 nA" in line.toolTip().replace("\u202f", " ")
    select(inspector, desk, "B2_1")
    assert not line.isVisible()


def test_live_values_of_a_part(desk: QuietDesk, inspector: Inspector) -> None:
    inspector.show_selection((), desk.named("N3_1").id, ("Mf0",))
    desk.send(frame(layout(desk.schematic)))
    shown = inspector.block_page.values
    values = dict(zip([reading.symbol for reading in shown._readings], shown.values, strict=True))
    assert values["I"] == pytest.approx(100e-9 * values["V_1"] * values["V_2"])


def test_a_wire_shows_its_net(desk: QuietDesk, inspector: Inspector) -> None:
    out = desk.named("N3_1").id
    wires = desk.schematic.top.wires.values()
    wire = next(w for w in wires if any(end.item == out and end.port == "V_out" for end in w.ends))
    inspector.show_selection([wire.id])
    assert inspector.head.name.text() == "V_out"
    assert "N3_1.V_out" in inspector.wire_page.pins.text() and "drives it" in inspector.wire_page.pins.text()
    sent = frame(layout(desk.schematic))
    desk.send(sent)
    assert 0 < inspector.wire_page.values.values[0] < 1


def test_deleting_what_is_shown_leaves_the_document(desk: QuietDesk, inspector: Inspector) -> None:
    from app.document import wiring

    select(inspector, desk, "N2_1")
    desk.do("delete", wiring.delete(desk.schematic, [desk.named("N2_1").id]))
    assert inspector.head.kind.text() == "Document"
    desk.history.undo()
    select(inspector, desk, "N2_1")
    desk.show(xor())
    assert inspector.head.kind.text() == "Document"


def test_choosing_a_dataset_takes_its_columns(desk: QuietDesk, inspector: Inspector) -> None:
    from app.document.dataset import Dataset

    wide = Dataset(("x1", "x2", "x3"), ("t1",), ((0.0, 0.0, 0.0, 1.0),))
    desk.do("data", edits.set_dataset(desk.schematic, "wide", wide))
    select(inspector, desk, "D1")
    editor = inspector.block_page.rows["dataset"].editor
    assert isinstance(editor, Choice) and editor.findData("wide") >= 0
    editor.choose("wide")
    assert desk.named("D1").parameters["inputs"] == "3"
    desk.history.undo()
    assert desk.named("D1").parameters["inputs"] == "2"


def test_a_placed_sheet_shows_its_definition_ports_and_overrides(desk: QuietDesk, inspector: Inspector) -> None:
    neuron = next(entry for entry in desk.schematic.top.instances.values() if entry.name == "N2_1")
    desk.do("fold", fold(desk.schematic, [neuron.id]))
    placed = next(entry for entry in desk.schematic.top.instances.values() if entry.type == "sheet")
    desk.do("place", edits.place(desk.schematic, "sheet", (0, 400), parameters={"sheet": "sheet1"}))
    desk.do("override", edits.set_override(desk.schematic, TOP, placed.id, "N2_1.gain", "6"))
    inspector.show_selection([placed.id])
    page = inspector.block_page
    assert inspector.head.name.text() == "A1" and "placed 2 times" in inspector.head.kind.text()
    assert list(page.rows) == ["sheet"] and not page.ports_section.isHidden()
    assert "left: " in page.ports.text() and not page.inside_section.isHidden() and page.overrides.all.isHidden()
    page.overrides.removed.emit(("N2_1.gain",))
    assert desk.schematic.top.instances[placed.id].overrides == {}
    QTest.keyClicks(page.overrides.field, "N2_1/Mf1.K_m = 90n")
    QTest.keyClick(page.overrides.field, KEY.Key_Return)
    assert desk.schematic.top.instances[placed.id].overrides == {"N2_1/Mf1.K_m": "90n"}
    QTest.keyClicks(page.overrides.field, "N9.gain = 6")
    QTest.keyClick(page.overrides.field, KEY.Key_Return)
    assert desk.problems[-1].code == "override-unknown"
    inspector.show_selection([neuron.id], sheet="sheet1", prefix=f"{placed.id}/")
    page.edited.emit({"gain": "5"}, "")
    assert desk.schematic.sheets["sheet1"].instances[neuron.id].parameters["gain"] == "5"
