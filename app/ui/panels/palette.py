"""The palette at the left: every block there is, by group, drawn as its symbol; to drag onto the canvas or to click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.ui import icons, theme
from app.ui.controls.naming import named
from app.ui.panels.palette_tile import Tile
from app.ui.theme import Theme, notifier
from blocks import discover
from blocks.spec import Block

if TYPE_CHECKING:
    from app.ui.desk import Desk

WIDTH = 190
COLUMNS = 2
KEY_INSET = 18  # px of the key's name from the field's right edge
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Palette(QFrame):
    """`chosen(type)` when a tile is clicked."""

    chosen = Signal(str)

    def __init__(self, desk: Desk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.desk = desk
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 0, 0)
        column.setSpacing(6)
        self.search = Search()
        self.search.textChanged.connect(self.show_matching)
        self.search.entered.connect(self._choose_first)
        column.addWidget(self.search)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = named(QWidget(), "paletteBody")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 6, 8)
        self._column.setSpacing(2)
        self.groups: list[Group] = []
        for name in dict.fromkeys(block.group for block in discover.catalogue().values()):
            members = [block for block in discover.catalogue().values() if block.group == name]
            group = Group(name, members, body)
            for tile in group.tiles:
                tile.chosen.connect(self.chosen)
                tile.left.connect(self._move_focus)
            self.groups.append(group)
            self._column.addWidget(group)
        self.none = named(QLabel(), "emptyText")
        self.none.setWordWrap(True)
        self.none.hide()
        self._column.addWidget(self.none)
        self._column.addStretch(1)
        area.setWidget(body)
        column.addWidget(area, 1)
        self._area = area

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 500)

    def focus_search(self) -> None:
        """What the key A does where no list opens at the cursor."""
        self.search.setFocus()
        self.search.selectAll()

    @Slot(str)
    def show_matching(self, text: str) -> None:
        """Only blocks whose title, type, keywords or group have every word of `text`."""
        found = 0
        for group in self.groups:
            found += group.show_matching(text)
        self.none.setText(f"No block is called “{text}”.")
        self.none.setVisible(found == 0)

    def shown(self) -> list[Tile]:
        """The tiles that can be seen, in order."""
        return [tile for group in self.groups if group.open for tile in group.tiles if not tile.isHidden()]

    @Slot()
    def _choose_first(self) -> None:
        tiles = self.shown()
        if tiles and self.search.text().strip():
            self.chosen.emit(tiles[0].block.type)

    @Slot(object, int)
    def _move_focus(self, tile: Tile, steps: int) -> None:
        tiles = self.shown()
        if tile in tiles:
            place = tiles.index(tile) + steps
            if 0 <= place < len(tiles):
                tiles[place].setFocus()
                self._area.ensureWidgetVisible(tiles[place])


class Search(QLineEdit):
    """Escape empties it, Enter takes the first block that is shown."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("searchField")
        self.setPlaceholderText("Find a block")
        self.setClearButtonEnabled(False)
        self.setAccessibleName("Find a block")
        self.setToolTip("Search names and keywords (A)")
        self._icon = self.addAction(icons.icon("search", "hint"), QLineEdit.ActionPosition.LeadingPosition)
        notifier().changed.connect(self._restyle)
        self.returnPressed.connect(self.entered)

    @Slot()
    def _restyle(self) -> None:
        self._icon.setIcon(icons.icon("search", "hint"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """With the key that leads here, while nobody is here."""
        super().paintEvent(event)
        if not self.hasFocus() and not self.text():
            painter = QPainter(self)
            painter.setPen(Theme.current().color("hint"))
            painter.setFont(theme.font(11, 600))
            painter.drawText(self.rect().adjusted(0, 0, -KEY_INSET, 0), _RIGHT, "A")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


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
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        # With a parent from the begin: shown without one, each would be a window of its own for a moment.
        self.tiles = [Tile(block, self._body) for block in blocks]
        column.addWidget(self._body)
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

    @Slot(bool)
    def _fold(self, shown: bool) -> None:
        self._body.setVisible(shown)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        name = "chevron-down" if self.heading.isChecked() else "chevron-right"
        self.heading.setIcon(icons.icon(name, "second", 14))


def matches(block: Block, text: str) -> bool:
    """Whether every word of `text` occurs in what names the block."""
    names = " ".join((block.title, block.type.replace("_", " "), block.type, block.group, *block.keywords)).lower()
    return all(word in names for word in text.lower().split())
