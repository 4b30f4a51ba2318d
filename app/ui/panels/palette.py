"""The palette at the left: every block there is, by group, drawn as its symbol; to drag onto the canvas or to click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.ui import icons, theme
from app.ui.controls.naming import named
from app.ui.panels.palette_group import Group
from app.ui.panels.palette_sheets import SheetGroup
from app.ui.panels.palette_tile import Tile
from app.ui.theme import Theme, notifier
from blocks import discover

if TYPE_CHECKING:
    from app.ui.desk import Desk

WIDTH = 190
KEY_INSET = 18  # px of the key's name from the field's right edge
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Palette(QFrame):
    """`chosen(word)` when a tile is clicked: a type, or `sheet:` with a name; `sheet_menu(name, place)` asks for the
    menu of a sheet at a place on the screen."""

    chosen = Signal(str)
    sheet_menu = Signal(str, QPoint)

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
        self._add_sheets(body)
        self.none = named(QLabel(), "emptyText")
        self.none.setWordWrap(True)
        self.none.hide()
        self._column.addWidget(self.none)
        self._column.addStretch(1)
        area.setWidget(body)
        column.addWidget(area, 1)
        self._area = area

    def _add_sheets(self, body: QWidget) -> None:
        """The document's own sheets, if there are any."""
        if self.desk is None:
            return
        sheets = SheetGroup(self.desk, body)
        sheets.chosen.connect(self.chosen)
        sheets.left.connect(self._move_focus)
        sheets.menu_requested.connect(self.sheet_menu)
        sheets.refilled.connect(self._refilled)
        self.groups.append(sheets)
        self._column.addWidget(sheets)

    @Slot()
    def _refilled(self) -> None:
        self.show_matching(self.search.text())

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
            self.chosen.emit(tiles[0].word)

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
