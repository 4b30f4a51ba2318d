"""One sheet as it lies on the canvas, kept true to the document: a notice of changes refreshes only what it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QRectF

from app.document.definitions import PORT, SHEET
from app.document.nets import nets_of
from app.document.schematic import Change, Instance, Schematic, Sheet, Table, Wire
from app.ui.canvas.nets import Net, Nets
from app.ui.canvas.outline import Text
from app.ui.canvas.placed_sheet import PlacedSheet
from app.ui.canvas.views import BlockView


class Drawing(PlacedSheet):
    """Of the sheet `name` of a document. `topology` counts the changes of what is joined to what."""

    def __init__(self, schematic: Schematic, name: str) -> None:
        super().__init__(schematic, schematic.sheets[name])
        self.name = name
        self.topology = 0
        # Where text_places.py put the texts of a block, and how far they reach.
        self.texts: dict[str, tuple[BlockView, Sequence[tuple[Text, str]], QRectF]] = {}
        self._nets: tuple[int, Nets] | None = None
        self._real: Sheet = self.sheet
        self._tried: dict[tuple[Table, str], Change] = {}

    @property
    def nets(self) -> Nets:
        """What is joined in the document (a preview does not count)."""
        if self._nets is None or self._nets[0] != self.topology:
            self._nets = self.topology, Nets(nets_of(self.schematic, self.name))
        return self._nets[1]

    def nets_of(self, wire: str) -> Sequence[Net]:
        return self.nets.of_wire.get(wire, ())

    # -- following the document -------------------------------------------------------------------------------------

    def refresh(self, changes: Iterable[Change]) -> None:
        """Takes over a notice of the document."""
        changes = tuple(changes)
        self.texts.clear()
        self._refresh(changes)

    def _refresh(self, changes: Sequence[Change]) -> None:
        mine = [change for change in changes if not change.sheet or change.sheet == self.name]
        if any(self._alters(change) for change in mine):
            self.topology += 1
        if any(change.table in ("parameters", "datasets") for change in mine):
            self._put_all()
        elif any(_alters_ports(change, self.name) for change in changes):
            self.topology += 1
            self._put_sheets()
        moved = {change.key for change in mine if change.table in ("instances", "junctions")}
        wires = {change.key for change in mine if change.table == "wires"}
        for item in moved:
            wires.update(*self.attached.get(item, {}).values())
        disturbed = self._bounds_of(moved | wires)
        for change in mine:
            if change.table == "instances":
                if change.after is None:
                    self._drop_block(change.key)
                else:
                    self._put_block(change.after)
            elif change.table == "junctions":
                self.index.remove(change.key)
                if change.after is not None:
                    self._put_junction(change.after)
        for key in wires:
            self._drop_wire(key)
        for item in moved:
            wires.update(*self.attached.get(item, {}).values())
        for key in wires:
            if key in self.sheet.wires:
                self._put_wire(self.sheet.wires[key])
        self._forget_routes_near([*disturbed, *self._bounds_of(moved | wires)])

    def _alters(self, change: Change) -> bool:
        """Does it change what is joined to what, not only where things lie?"""
        after = change.after
        if change.table == "wires":
            shown = self.wires.get(change.key)
            return shown is None or not isinstance(after, Wire) or shown.wire.ends != after.ends
        if change.table == "instances":
            block = self.blocks.get(change.key)
            before = block.instance if block else None
            return (
                before is None
                or not isinstance(after, Instance)
                or (before.type, before.parameters) != (after.type, after.parameters)
            )
        return change.table != "junctions" or after is None or self.index.bounds(change.key) is None

    def _put_sheets(self) -> None:
        """Placed sheets, whose definitions may have other ports now."""
        self._shapes = {key: shape for key, shape in self._shapes.items() if key[0] != SHEET}
        for ident in [ident for ident, instance in self.sheet.instances.items() if instance.type == SHEET]:
            self._put_block(self.sheet.instances[ident])
            for wire in set().union(*self.attached[ident].values()) if ident in self.attached else ():
                self._put_wire(self._attached_wires[wire])

    def _put_all(self) -> None:
        """Document parameters may change any block's size and pins."""
        self._shapes.clear()
        for instance in list(self.sheet.instances.values()):
            self._put_block(instance)
        for wire in self.sheet.wires.values():
            self._put_wire(wire)

    # -- trying edits -----------------------------------------------------------------------------------------------

    def preview(self, changes: Iterable[Change]) -> None:
        """Shows the sheet as if `changes` had been done, instead of what was previewed before; the document does not
        know. Without changes the sheet is shown as it is."""
        wanted = {(change.table, change.key): change for change in changes if change.sheet == self.name}
        if wanted and self.sheet is self._real:
            real = self._real
            self.sheet = Sheet(dict(real.instances), dict(real.junctions), dict(real.wires))
        undone = [
            Change(change.table, change.key, None, self._actual(change), change.sheet)
            for place, change in self._tried.items()
            if place not in wanted
        ]
        self._tried = wanted
        if not wanted:
            self.sheet = self._real
        else:
            for change in (*undone, *wanted.values()):
                table = getattr(self.sheet, change.table)
                if change.after is None:
                    table.pop(change.key, None)
                else:
                    table[change.key] = change.after
        self._refresh([*undone, *wanted.values()])

    def _actual(self, change: Change) -> Any:
        return getattr(self._real, change.table).get(change.key)


def _alters_ports(change: Change, sheet: str) -> bool:
    """Can it change the pins of placed sheets? Those of the sheet itself are on it nowhere."""
    if change.table != "instances":
        return change.table == "sheets"
    return change.sheet != sheet and PORT in {side.type for side in (change.before, change.after) if side is not None}
