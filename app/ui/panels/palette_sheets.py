"""The palette's group of the document's own sheets, kept true to the document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from app.document.definitions import PORT, block_of_sheet, instances_of
from app.document.schematic import TOP, Change
from app.ui.canvas.drops import SHEET_KIND
from app.ui.panels.palette_group import Group
from app.ui.panels.palette_tile import Tile
from blocks.spec import Block

if TYPE_CHECKING:
    from app.ui.desk import Desk


class SheetTile(Tile):
    """`menu_requested(name, place)` on a right click."""

    menu_requested = Signal(str, QPoint)

    def __init__(self, name: str, block: Block, parent: QWidget) -> None:
        super().__init__(block, parent, SHEET_KIND + name)
        self.name = name

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(self.name, event.globalPos())
        event.accept()


class SheetGroup(Group):
    """`chosen(word)`, `left(tile, steps)` and `menu_requested(name, place)` come from the tiles; `refilled` when there
    are others."""

    chosen = Signal(str)
    left = Signal(object, int)
    menu_requested = Signal(str, QPoint)
    refilled = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("Sheets of this drawing", (), parent)
        self._desk = desk
        self._shown: list[tuple[str, object, int]] = []
        desk.changed.connect(self._changed)
        desk.replaced.connect(self.refill)
        self.refill()

    @Slot(object)
    def _changed(self, changes: tuple[Change, ...]) -> None:
        if any(change.table in ("sheets", "parameters") or _counts(change) for change in changes):
            self.refill()

    @Slot()
    def refill(self) -> None:
        """A tile for every definition, in the order of their names."""
        schematic = self._desk.schematic
        names = sorted(name for name in schematic.sheets if name != TOP)
        blocks = {name: block_of_sheet(schematic, name) for name in names}
        counts = {name: sum(1 for _ in instances_of(schematic, name)) for name in names}
        shown: list[tuple[str, object, int]] = [(name, blocks[name].ports, counts[name]) for name in names]
        if shown == self._shown:
            return
        self._shown = shown
        self.replace_tiles([self._tile(name, blocks[name], counts[name]) for name in names])
        self.refilled.emit()

    def _tile(self, name: str, block: Block, count: int) -> SheetTile:
        used = "not placed yet" if count == 0 else "placed once" if count == 1 else f"placed {count} times"
        own = replace(block, title=name, help=f"A sheet of this drawing, {used}. Right-click to open or rename it.")
        tile = SheetTile(name, own, self.body)
        tile.chosen.connect(self.chosen)
        tile.left.connect(self.left)
        tile.menu_requested.connect(self.menu_requested)
        return tile


def _counts(change: Change) -> bool:
    return any(getattr(side, "type", "") in ("sheet", PORT) for side in (change.before, change.after))
