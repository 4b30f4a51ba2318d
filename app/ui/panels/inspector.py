"""The inspector at the right: what is selected, or the document if nothing is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.document import edits
from app.document.definitions import block_in, definition_of, instances_of
from app.document.overrides import handed_down
from app.document.schematic import TOP, Change, Instance, Sheet
from app.errors import Problem, ProblemError
from app.ui.panels.block_page import BlockPage
from app.ui.panels.document_page import DocumentPage
from app.ui.panels.head import Head, place_in_words
from app.ui.panels.targets import BlockTarget, PartTarget, changes_for
from app.ui.panels.wire_page import WirePage
from blocks import discover

if TYPE_CHECKING:
    from app.training.frame import Frame
    from app.ui.desk import Desk

WIDTH = 284
HEADING = 36  # above a panel of the document's page
_NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
TABLE_PERIOD = 0.25  # tables are drawn 4 times a second while a run goes


class Inspector(QFrame):
    """`reveal(ids)` asks the canvas to show blocks (a wire's pins are links)."""

    reveal = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setMinimumWidth(WIDTH)  # narrower, its fields would be cut off
        self.resize(WIDTH, 600)
        self.desk = desk
        self._ids: tuple[str, ...] = ()
        self._macro = ""
        self._parts: tuple[str, ...] = ()
        self._on, self._prefix = "", ""
        self._targets: list[BlockTarget] | list[PartTarget] = []
        self._drawn_at = 0.0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = Head()
        column.addWidget(self.head)
        self.pages = QStackedWidget()
        column.addWidget(self.pages, 1)
        self.block_page, self.wire_page, self.document_page = BlockPage(desk), WirePage(desk), DocumentPage(desk)
        self._areas = {page: self._scrolled(page) for page in (self.block_page, self.wire_page, self.document_page)}
        self.block_page.edited.connect(self._edited)
        self.block_page.overrides_removed.connect(self._remove_overrides)
        self.block_page.override_added.connect(self._add_override)
        self.block_page.settled.connect(self._settled)
        self.wire_page.reveal.connect(self.reveal)
        self.head.name.committed.connect(self._rename)
        desk.changed.connect(self._changed)
        desk.replaced.connect(self._replaced)
        desk.framed.connect(self._framed)
        desk.state_changed.connect(self._retitle)
        self.show_selection(())

    def _scrolled(self, page: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(_NEVER)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        self.pages.addWidget(area)
        return area

    def show_part(self, part: QWidget) -> None:
        """The document's page, which is shown, from one of its panels on."""
        area = self._areas[self.document_page]
        # A page that was just shown has its height, and can scroll, only after this.
        QApplication.sendPostedEvents(self.document_page, QEvent.Type.LayoutRequest.value)
        area.verticalScrollBar().setValue(part.mapTo(self.document_page, QPoint(0, 0)).y() - HEADING)

    # -- the selection ----------------------------------------------------------------------------------------------

    @Slot(object)
    def show_selection(
        self, ids: Sequence[str], macro: str = "", parts: Sequence[str] = (), sheet: str = "", prefix: str = ""
    ) -> None:
        """Blocks, wires and junctions by id; inside a macro its instance and the names of the selected parts. `sheet`:
        on which they are (else it is looked for); `prefix`: what stands before their ids in the circuit."""
        self._ids, self._macro, self._parts = tuple(ids), macro, tuple(parts)
        self._on, self._prefix = sheet, prefix
        self._show()

    def _show(self) -> None:
        name, sheet = self._sheet()
        blocks = [i for i in self._ids if i in sheet.instances and sheet.instances[i].type in discover.catalogue()]
        inside = self._macro if self._macro in sheet.instances else ""
        self._targets = []
        if inside and self._parts:
            self._show_parts(name, inside)
            return
        if blocks or inside:
            self._show_blocks(name, sheet, blocks or [inside])
            return
        self.block_page.show_targets(())
        if any(ident in sheet.wires or ident in sheet.junctions for ident in self._ids):
            self.head.show_title(*self.wire_page.show_wires(name, self._ids, self._prefix))
            self.pages.setCurrentWidget(self._areas[self.wire_page])
        else:
            self.head.show_title(self.desk.title, "Document")
            self.document_page.refresh()
            self.pages.setCurrentWidget(self._areas[self.document_page])

    def _sheet(self) -> tuple[str, Sheet]:
        """The sheet that holds what is selected."""
        if self._on in self.desk.schematic.sheets:
            return self._on, self.desk.schematic.sheets[self._on]
        wanted = self._macro or next(iter(self._ids), "")
        for name, sheet in self.desk.schematic.sheets.items():
            if wanted in sheet.instances or wanted in sheet.wires or wanted in sheet.junctions:
                return name, sheet
        return TOP, self.desk.schematic.top

    @Slot()
    def _retitle(self) -> None:
        """Saving may give the document another name."""
        if self.pages.currentWidget() is self._areas[self.document_page]:
            self.head.show_title(self.desk.title, "Document")

    def _show_parts(self, sheet: str, macro: str) -> None:
        targets = [PartTarget(self.desk.schematic, sheet, macro, part, self._prefix) for part in self._parts]
        known = []
        for target in targets:
            try:
                known.append((target, target.block))
            except KeyError:
                continue
        if not known:
            return self._show_blocks(sheet, self.desk.schematic.sheets[sheet], [macro])
        self._targets = [target for target, _ in known]
        owner = known[0][0].instance.name
        title = f"{owner}/{known[0][0].part}" if len(known) == 1 else f"{len(known)} parts"
        kinds = {block.title for _, block in known}
        kind = f"{', '.join(sorted(kinds))} in {owner}"
        self.head.show_title(title, kind, known[0][1] if len(kinds) == 1 else None)
        self.block_page.show_targets(self._targets)
        self.block_page.form.chain(self.head.name)
        self.pages.setCurrentWidget(self._areas[self.block_page])
        return None

    def _show_blocks(self, sheet_name: str, sheet: Sheet, blocks: Sequence[str]) -> None:
        self._targets = [BlockTarget(self.desk.schematic, sheet_name, ident, self._prefix) for ident in blocks]
        instances = [sheet.instances[ident] for ident in blocks]
        titles = list(dict.fromkeys(discover.block(instance.type).title for instance in instances))
        block = block_in(self.desk.schematic, instances[0]) if len(titles) == 1 else None
        if len(instances) == 1:
            notes = titles[0], place_in_words(instances[0].name), self._use_in_words(instances[0])
            kind = " · ".join(part for part in notes if part)
            self.head.show_title(instances[0].name, kind, block, editable=True)
        else:
            self.head.show_title(f"{len(instances)} blocks", ", ".join(titles), block)
        self.block_page.show_targets(self._targets)
        self.block_page.form.chain(self.head.name)
        self.pages.setCurrentWidget(self._areas[self.block_page])

    def _use_in_words(self, instance: Instance) -> str:
        """How often a placed sheet's definition is placed."""
        name = definition_of(instance)
        count = sum(1 for _ in instances_of(self.desk.schematic, name)) if name else 0
        return f"placed {count} times" if count > 1 else ""

    @Slot()
    def edit_first(self) -> None:
        """Puts the cursor into the first field of what is selected, else into the name."""
        page = self.pages.currentWidget()
        rows = self.document_page.rows if page is self._areas[self.document_page] else self.block_page.rows
        editor = next((row.editor for row in rows.values()), self.head.name)
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    # -- editing ----------------------------------------------------------------------------------------------------

    @Slot(object, str)
    def _edited(self, texts: dict[str, str | None], merge: str) -> None:
        label = f"Change {next(iter(texts))}"
        if not self.desk.do(label, changes_for(self._targets, texts), merge):
            self.block_page.refresh()

    @Slot(object)
    def _remove_overrides(self, paths: Sequence[str]) -> None:
        target = self._targets[0]
        old = target.instance
        kept = {path: text for path, text in old.overrides.items() if path not in paths}
        self.desk.do("Remove override", (edits.changed(target.sheet, "instances", old, replace(old, overrides=kept)),))

    @Slot(str, str)
    def _add_override(self, path: str, text: str) -> None:
        """What is inside the placed sheet that is shown differs in this instance."""
        target = self._targets[0]
        definition = self.desk.schematic.sheets.get(definition_of(target.instance))
        if definition is None or handed_down(definition, {path: text})[1]:
            found = f"there is no {path!r} inside"
            self.desk.say(Problem("override-unknown", target.instance.name, found, "name a parameter, as in N1.gain"))
            return
        changes = edits.set_override(self.desk.schematic, target.sheet, target.ident, path, text)
        if self.desk.do("Change inside", changes):
            self.block_page.overrides.field.clear()

    @Slot()
    def _settled(self) -> None:
        self.desk.history.break_merge()

    @Slot(str)
    def _rename(self, name: str) -> None:
        if len(self._targets) != 1 or not isinstance(self._targets[0], BlockTarget):
            return
        target = self._targets[0]
        try:
            changes = edits.rename(self.desk.schematic, target.sheet, target.ident, name)
        except ProblemError as error:
            problem = error.problems[0]
            self.head.say(f"{problem.found}; {problem.cure}")
            return
        self.desk.do("Rename", changes)

    # -- following the desk -----------------------------------------------------------------------------------------

    @Slot(object)
    def _changed(self, changes: tuple[Change, ...]) -> None:
        tables = {change.table for change in changes}
        if self.pages.currentWidget() is self._areas[self.document_page]:
            self.document_page.refresh()
        if tables - {"settings"}:
            touched = {change.key for change in changes}
            far = tables & {"parameters", "datasets", "sheets"}
            if far or touched & {*self._ids, self._macro} or self.wire_page.isVisible():
                self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.desk.frame is not None:
            self._framed(self.desk.frame)

    @Slot()
    def _replaced(self) -> None:
        self.show_selection(())

    @Slot(object)
    def _framed(self, frame: Frame) -> None:
        now = time.monotonic()
        if not self.isVisible() or (frame.state == "running" and now - self._drawn_at < TABLE_PERIOD):
            return
        self._drawn_at = now
        page = self.pages.currentWidget()
        if page is self._areas[self.block_page]:
            self.block_page.show_frame(frame)
        elif page is self._areas[self.wire_page]:
            self.wire_page.show_frame(frame)
