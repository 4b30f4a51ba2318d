"""Sheets in a whole window: made and opened by keys, found, renamed, deleted when nothing uses them, saved with the
place where one was."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document import aann_file
from app.document.schematic import TOP
from app.ui.finding import findings
from app.ui.main_window import MainWindow
from tests.ui.shell.conftest import small_network


@pytest.fixture
def drawn(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A 2-3-1 network with two of its neurons as a sheet, made by the key's action."""
    window.desk.show(small_network())
    qtbot.waitUntil(lambda: window.desk.frame is not None and window.desk.frame.layout is not None, timeout=60_000)
    canvas = window.workspace.canvas
    instances = canvas.drawing.sheet.instances.values()
    canvas.select(entry.id for entry in instances if entry.name in ("N2_1", "N2_2"))
    window.action_set["create_sheet"].trigger()
    return window


def test_charges_go_on_through_the_edit(drawn: MainWindow, qtbot: QtBot) -> None:
    desk = drawn.desk

    def has_sheet() -> bool:
        layout = desk.frame.layout if desk.frame is not None else None
        return layout is not None and "A1/N2_1/C0" in layout.circuit.weight_paths

    qtbot.waitUntil(has_sheet, timeout=60_000)
    assert desk.frame is not None and not [p for p in desk.frame.problems if p.severity == "error"]


def test_open_find_and_leave(drawn: MainWindow) -> None:
    workspace = drawn.workspace
    drawn.action_set["open_sheet"].trigger()
    assert workspace.canvas.location()[1:] == ("A1",) and "sheet sheet1" in workspace._hint()
    drawn.action_set["leave_sheet"].trigger()
    found = {entry.title: entry.ids for entry in findings(drawn.desk.schematic)}
    assert {"A1", "A1/N2_1", "N2_3"} <= found.keys()
    drawn._found(" ".join(found["A1/N2_1"]))
    canvas = workspace.canvas
    assert canvas.location()[1:] == ("A1",) and canvas.chains() == found["A1/N2_1"]
    parts = workspace.inspector.head.name.text()
    assert parts == "N2_1"


def test_sheets_are_renamed_and_deleted_by_the_palettes_menu(drawn: MainWindow) -> None:
    sheets, schematic = drawn.workspace.sheets, drawn.desk.schematic
    sheets.rename("sheet1", "pair")
    assert set(schematic.sheets) == {TOP, "pair"}
    sheets.delete("pair")
    assert "pair" in schematic.sheets and "placed as A1" in drawn.workspace.toast.title
    drawn.action_set["delete"].trigger()
    sheets.open("pair")
    assert drawn.workspace.canvas.location()[1:] == ("pair",)
    sheets.rename("pair", "unused")
    assert drawn.workspace.canvas.location()[1:] == ("unused",)
    sheets.delete("unused")
    assert set(schematic.sheets) == {TOP} and drawn.workspace.canvas.sheet == TOP


def test_the_place_where_one_was_is_saved(drawn: MainWindow, tmp_path: Path) -> None:
    drawn.action_set["open_sheet"].trigger()
    path = tmp_path / "sheets.aann"
    assert drawn.desk.save_as(path)
    saved = aann_file.load(path)
    (placed,) = [entry.id for entry in saved.schematic.top.instances.values() if entry.type == "sheet"]
    assert saved.view["inside"] == placed
    drawn.desk.new()
    assert drawn.desk.open(path)
    assert drawn.workspace.canvas.location()[1:] == ("A1",)
