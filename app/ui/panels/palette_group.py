"""One group of the palette: a heading that folds, and its tiles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from app.ui import icons
from app.ui.controls.naming import named
from app.ui.panels.palette_tile import Tile
from app.ui.theme import notifier
from blocks.spec import Block

COLUMNS = 2


class Group(QWidget):
    """A heading that folds, and the tiles of one group."""

    def __init__(self, name: str, blocks: Sequence[Block], parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        self.heading = named(QToolButton(), "groupHeading")
        self.heading.setText(name)
        self.heading.setCheckable(True)
        self.heading.setChecked(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(14, 14))
        self.heading.setFixedHeight(24)
        self.heading.toggled.connect(self._fold)
        column.addWidget(self.heading)
        self.body = QWidget(self)
        self._grid = QGridLayout(self.body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        # With a parent from the begin: shown without one, each would be a window of its own for a moment.
        self.tiles: list[Tile] = [Tile(block, self.body) for block in blocks]
        column.addWidget(self.body)
        notifier().changed.connect(self._restyle)
        self.show_matching("")
        self._restyle()

    @property
    def open(self) -> bool:
        return not self.isHidden() and self.heading.isChecked()

    def show_matching(self, text: str) -> int:
        """How many tiles are shown. A search opens the group."""
        shown = [tile for tile in self.tiles if matches(tile.block, text)]
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.setVisible(tile in shown)
        for number, tile in enumerate(shown):
            self._grid.addWidget(tile, number // COLUMNS, number % COLUMNS)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        if text.strip():
            self.heading.setChecked(True)
        self.setVisible(bool(shown))
        return len(shown)

    def replace_tiles(self, tiles: Sequence[Tile]) -> None:
        """Others in the place of those that there were."""
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = list(tiles)
        self.show_matching("")

    @Slot(bool)
    def _fold(self, shown: bool) -> None:
        self.body.setVisible(shown)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        name = "chevron-down" if self.heading.isChecked() else "chevron-right"
        self.heading.setIcon(icons.icon(name, "second", 14))


def matches(block: Block, text: str) -> bool:
    """Whether every word of `text` occurs in what names the block."""
    names = " ".join((block.title, block.type.replace("_", " "), block.type, block.group, *block.keywords)).lower()
    return all(word in names for word in text.lower().split())
