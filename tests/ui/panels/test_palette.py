"""The palette: derived from the catalogue alone, searched by keywords, used by click, key and drag."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.panels.palette import Palette
from app.ui.panels.palette_tile import MIME
from blocks import discover
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
