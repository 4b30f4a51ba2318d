"""The palette: derived from the catalogue alone, searched by keywords, used by click, key and drag."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import edits
from app.document.sheet_edits import rename_sheet
from app.ui.canvas.drops import block_in, kind_of
from app.ui.panels.palette import Palette
from app.ui.panels.palette_tile import MIME
from blocks import discover
from tests.ui.quiet import QuietDesk
from tests.ui.shown import ShownWindows


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    made = Palette()
    qtbot.addWidget(made)
    made.resize(190, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_every_block_has_a_tile_in_the_catalogues_order(palette: Palette) -> None:
    assert [tile.block.type for tile in palette.shown()] == list(discover.catalogue())


@pytest.mark.parametrize(
    ("text", "wanted"), [("capacitor memory", "weight"), ("logistic", "sigmoid"), ("v_teach", "v_teach")]
)
def test_search_finds_by_keywords(palette: Palette, text: str, wanted: str) -> None:
    QTest.keyClicks(palette.search, text)
    assert wanted in [tile.block.type for tile in palette.shown()]
    assert len(palette.shown()) < len(discover.catalogue())
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert len(palette.shown()) == len(discover.catalogue())


def test_a_search_without_result_says_so(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "flux compensator")
    assert palette.shown() == [] and palette.none.isVisible()


def test_click_and_enter_choose(palette: Palette, qtbot: QtBot) -> None:
    tile = palette.shown()[0]
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert chosen.args == ["neuron"]
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClicks(palette.search, "type2")
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == ["type2"]


def test_arrows_walk_over_the_tiles(palette: Palette) -> None:
    first, second = palette.shown()[:2]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()


def test_a_drag_carries_the_type(palette: Palette) -> None:
    data = palette.shown()[0].mime_data()
    assert bytes(data.data(MIME).data()) == b"neuron"


def test_a_folded_group_hides_its_tiles_until_a_search(palette: Palette) -> None:
    group = palette.groups[0]
    group.heading.click()
    assert all(tile.block.group != group.heading.text() for tile in palette.shown())
    palette.search.setText("neuron")
    assert palette.shown()[0].block.type == "neuron"


def test_nothing_flashes_as_a_window_while_it_is_built(qapp: QApplication, qtbot: QtBot) -> None:
    watcher = ShownWindows()
    qapp.installEventFilter(watcher)
    qtbot.addWidget(Palette())
    qapp.removeEventFilter(watcher)
    assert watcher.found == []


def test_the_sheets_of_the_drawing_have_tiles(qtbot: QtBot) -> None:
    desk = QuietDesk()
    palette = Palette(desk)  # type: ignore[arg-type]
    qtbot.addWidget(palette)
    palette.show()
    own = palette.groups[-1]
    assert not own.tiles and not own.isVisible()
    desk.do("place", edits.place(desk.schematic, "sheet", (0, 90)))
    assert [tile.word for tile in own.tiles] == ["sheet:sheet1"] and own.isVisible()
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseClick(own.tiles[0], Qt.MouseButton.LeftButton)
    assert chosen.args == ["sheet:sheet1"]
    desk.do("port", edits.place(desk.schematic, "sheet_port", (0, 0), "sheet1", parameters={"net": "X"}))
    assert [port.name for port in own.tiles[0].block.ports] == ["X"]
    data = own.tiles[0].mime_data()
    assert kind_of(block_in(data)) == ("sheet", {"sheet": "sheet1"})
    QTest.keyClicks(palette.search, "sheet1")
    assert [tile.word for tile in palette.shown()] == ["sheet:sheet1"]
    desk.do("rename", rename_sheet(desk.schematic, "sheet1", "pair"))
    palette.search.clear()
    assert [tile.word for tile in own.tiles] == ["sheet:pair"]
