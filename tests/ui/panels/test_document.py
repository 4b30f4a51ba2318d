"""The document's page: parameters that can be renamed everywhere, settings, datasets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.document import edits
from app.document.dataset import Dataset
from app.document.schematic import DEFAULT_SETTINGS, Change, document_values
from app.errors import Problem
from app.ui.panels.document_page import DocumentPage
from app.ui.panels.inspector import Inspector
from app.ui.panels.parameters import NAME, TEXT, VALUE
from app.ui.panels.quantity_field import QuantityField
from tests.ui.quiet import QuietDesk


@pytest.fixture
def page(desk: QuietDesk, qtbot: QtBot) -> DocumentPage:
    plain = [
        Change("instances", key, instance, replace(instance, parameters={"inputs": "2"}), "top")
        for key, instance in desk.schematic.top.instances.items()
        if instance.type == "neuron"
    ]
    desk.schematic.apply([*plain, Change("parameters", "gain", "4", None)])
    inspector = Inspector(desk)  # type: ignore[arg-type]
    qtbot.addWidget(inspector)
    inspector.resize(284, 1200)
    inspector.show()
    qtbot.waitExposed(inspector)
    page = inspector.document_page
    page.held_by = inspector  # type: ignore[attr-defined]
    return page


def cell(page: DocumentPage, row: int, column: int) -> str:
    item = page.parameters.table.item(row, column)
    assert item is not None
    return item.text()


def put(page: DocumentPage, row: int, column: int, text: str) -> None:
    item = page.parameters.table.item(row, column)
    assert item is not None
    item.setText(text)


def test_a_parameter_is_added_named_and_used(page: DocumentPage, desk: QuietDesk) -> None:
    page.parameters.add_button.click()
    assert desk.schematic.parameters == {"p1": "1"}
    put(page, 0, NAME, "c0")
    put(page, 0, TEXT, "0.2p")
    assert desk.schematic.parameters == {"c0": "0.2p"}
    ident = desk.named("N2_1").id
    desk.do("use", edits.set_parameter(desk.schematic, "top", ident, "C", "2*c0"))
    put(page, 0, NAME, "c_weight")
    assert desk.schematic.parameters == {"c_weight": "0.2p"}
    assert desk.named("N2_1").parameters["C"] == "2*c_weight"
    desk.history.undo()
    assert desk.named("N2_1").parameters["C"] == "2*c0" and cell(page, 0, NAME) == "c0"


def test_values_and_troubles_of_expressions(page: DocumentPage, desk: QuietDesk) -> None:
    for name, text in (("a", "2"), ("b", "3*a"), ("bad", "nothing + 1")):
        desk.do("p", edits.set_document_parameter(desk.schematic, name, text))
    assert [cell(page, row, VALUE) for row in range(3)] == ["2", "6", "cannot be computed"]
    assert document_values(desk.schematic) == {"a": 2.0, "b": 6.0}


@pytest.mark.parametrize("name", ["2x", "a b", "sin", "pi", "b", ""])
def test_names_that_cannot_be_are_refused_in_place(page: DocumentPage, desk: QuietDesk, name: str) -> None:
    for known in ("a", "b"):
        desk.do("p", edits.set_document_parameter(desk.schematic, known, "1"))
    put(page, 0, NAME, name)
    assert list(desk.schematic.parameters) == ["a", "b"] and cell(page, 0, NAME) == "a"
    assert page.parameters.message.text()


def test_delete_removes_the_chosen_ones_in_one_step(page: DocumentPage, desk: QuietDesk) -> None:
    for known in ("a", "b", "c"):
        desk.do("p", edits.set_document_parameter(desk.schematic, known, "1"))
    table = page.parameters.table
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert desk.schematic.parameters == {}
    desk.history.undo()
    assert [cell(page, row, NAME) for row in range(3)] == ["a", "b", "c"]


def test_every_setting_of_a_document_has_a_row(page: DocumentPage) -> None:
    assert set(page.rows) == set(DEFAULT_SETTINGS)


def test_settings_are_typed_as_quantities(page: DocumentPage, desk: QuietDesk) -> None:
    for name, text in (("seed", "7"), ("stop_mse", "1m"), ("stop_time", "50u"), ("rtol", "1e-7")):
        editor = page.rows[name].editor
        assert isinstance(editor, QuantityField)
        editor.setFocus()
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert desk.schematic.settings == {"seed": "7", "stop_mse": "1m", "stop_time": "50u", "rtol": "1e-7"}
    editor = page.rows["stop_mse"].editor
    assert isinstance(editor, QuantityField)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert "stop_mse" not in desk.schematic.settings
    editor.setFocus()
    QTest.keyClicks(editor, "-1")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert page.rows["stop_mse"].trouble and "stop_mse" not in desk.schematic.settings


def test_a_csv_becomes_a_dataset(page: DocumentPage, desk: QuietDesk, tmp_path: Path) -> None:
    good, bad = tmp_path / "gate.csv", tmp_path / "bad.csv"
    good.write_text("x1,x2,t1\n0,1,1\n1,1,0\n", "utf-8")
    bad.write_text("x1,x2,t1\n0,1,one\n", "utf-8")
    assert page.datasets.import_csv(good)
    assert len(desk.schematic.datasets["gate"].rows) == 2 and page.datasets.name == "gate"
    assert page.datasets.model.rowCount() == 2 and page.datasets.model.columnCount() == 3
    assert not page.datasets.import_csv(bad) and "bad" not in desk.schematic.datasets
    assert desk.problems and "row 2" in desk.problems[0].where
    desk.history.undo()
    assert "gate" not in desk.schematic.datasets and page.datasets.name == "xor"


@pytest.mark.parametrize("inside", [True, False])
def test_a_lost_file_is_found_again(page: DocumentPage, desk: QuietDesk, tmp_path: Path, inside: bool) -> None:
    lost = Dataset(("a", "b"), ("y",), file="data/lost.csv")
    desk.do("data", edits.set_dataset(desk.schematic, "lost", lost))
    where = "dataset lost: data/lost.csv"
    desk.document.problems = (Problem("dataset-missing", where, "not there", "relink it", "warning"),)
    desk.path = tmp_path / "here" / "net.aann"
    folder = tmp_path / ("here" if inside else "there")
    folder.mkdir(parents=True)
    found = folder / "found.csv"
    found.write_text("y,b,a\n1,2,3\n", "utf-8")
    page.datasets.choice.choose("lost")
    page.datasets.choice.setCurrentText("lost")
    page.datasets.refresh()
    assert page.datasets.relink_button.isVisible()
    assert page.datasets.relink(found)
    data = desk.schematic.datasets["lost"]
    assert data.rows == ((3.0, 2.0, 1.0),) and data.file == ("found.csv" if inside else "")
    assert desk.document.problems == () and not page.datasets.relink_button.isVisible()
    desk.history.undo()
    assert desk.schematic.datasets["lost"] == lost


def test_the_row_time_of_a_dataset(page: DocumentPage, desk: QuietDesk) -> None:
    row = page.datasets._row
    assert row is not None and isinstance(row.editor, QuantityField)
    row.editor.setFocus()
    QTest.keyClick(row.editor, Qt.Key.Key_Up)
    assert desk.named("D1").parameters["T_row"] == "200n"


def test_a_long_dataset_shows_its_first_rows(page: DocumentPage, desk: QuietDesk) -> None:
    desk.do("data", edits.set_dataset(desk.schematic, "big", Dataset(("x1",), ("t1",), ((0.0, 1.0),) * 5000)))
    page.datasets.choice.choose("big")
    page.datasets.choice.setCurrentText("big")
    page.datasets.refresh()
    assert page.datasets.model.rowCount() == 1000 and "first 1000" in page.datasets.summary.text()
