"""Which sheet of the desk's document is shown, and what is selected on it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.document.schematic import TOP, Change, Schematic
from app.errors import Problem
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.extent import content_rect
from app.ui.canvas.inside import inside_of
from app.ui.canvas.look import Look
from app.ui.canvas.scene import CanvasScene
from app.ui.canvas.text_places import extent_of
from app.ui.canvas.zoom_view import ZoomView
from app.ui.desk import Desk

REVEAL_ROOM = 120.0  # scene units shown around what is revealed
REVEAL_LEAST = 0.6  # zoom below which revealing zooms in


class SheetView(ZoomView):
    selection_changed = Signal()
    sheet_changed = Signal()
    hint = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._macro = ""
        self._inside: Schematic | None = None
        self._scene = CanvasScene(desk.schematic, TOP, self)
        self.setScene(self._scene)
        desk.changed.connect(self._document_changed)
        desk.replaced.connect(self._document_replaced)

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        return self._scene.look

    @property
    def drawing(self) -> Drawing:
        return self._scene.drawing

    @property
    def schematic(self) -> Schematic:
        """The document, or what stands for it while a block's inside is shown."""
        return self._inside if self._inside is not None else self.desk.schematic

    @property
    def sheet(self) -> str:
        return TOP

    @property
    def read_only(self) -> bool:
        """A block's inside is derived from its parameters: to be looked at."""
        return self._inside is not None

    def location(self) -> tuple[str, ...]:
        """The breadcrumb: the document, then the block whose inside is shown."""
        instance = self.desk.schematic.top.instances.get(self._macro)
        return (self.desk.title, instance.name) if instance is not None else (self.desk.title,)

    def macro(self) -> str:
        """The id of the block whose inside is shown; empty on the document's own sheet."""
        return self._macro

    def open_macro(self, ident: str) -> bool:
        """Shows the inside of a block; False if it has none."""
        instance = self.desk.schematic.top.instances.get(ident)
        if instance is None or instance.type != "neuron":
            return False
        self._show(ident)
        return True

    def open_location(self, depth: int) -> None:
        """Back to a step of the breadcrumb, 0 being the document's own sheet."""
        if depth <= 0 and self._macro:
            left = self._macro
            self._show("")
            self.select((left,))

    def refresh(self) -> None:
        """Paints everything anew."""
        self._scene.forget()
        self.viewport().update()

    def refresh_run(self) -> None:
        """Paints anew what a run, hover or selection shows; areas and blocks look as they did."""
        self._scene.forget_run()
        self.viewport().update()

    def content_rect(self) -> QRectF:
        return content_rect(self.drawing)

    def _show(self, macro: str) -> None:
        self._macro = macro
        self._inside = inside_of(self.desk.schematic, macro) if macro else None
        self.look.inside = macro
        self._scene.show_sheet(self.schematic, TOP)
        self._shown()
        self.fit(animated=False)
        self.sheet_changed.emit()
        self.selection_changed.emit()

    def _shown(self) -> None:
        """Another drawing lies here."""

    # -- following the document ---------------------------------------------------------------------------------------

    @Slot(object)
    def _document_changed(self, changes: tuple[Change, ...]) -> None:
        if self._macro:
            self._refresh_inside(changes)
        else:
            self.drawing.refresh(changes)
            self._drop_lost_selection()
        self.refresh()

    def _refresh_inside(self, changes: tuple[Change, ...]) -> None:
        if self._macro not in self.desk.schematic.top.instances:
            self._show("")
            return
        if any(change.key == self._macro or change.table == "parameters" for change in changes):
            names = self.selected_parts()
            self._inside = inside_of(self.desk.schematic, self._macro)
            self._scene.show_sheet(self._inside, TOP)
            self._shown()
            instances = self._inside.top.instances.values()
            self.look.selection = {instance.id for instance in instances if instance.name in names}
            self.sheet_changed.emit()

    @Slot()
    def _document_replaced(self) -> None:
        self._show("")

    # -- selection ----------------------------------------------------------------------------------------------------

    def selection(self) -> tuple[str, ...]:
        """Ids of the document's blocks, wires and junctions; none while a block's inside is shown."""
        return () if self._macro else tuple(sorted(self.look.selection))

    def selected_parts(self) -> tuple[str, ...]:
        """Names of the selected parts inside the shown block."""
        if self._inside is None:
            return ()
        instances = self._inside.top.instances
        names = {instances[key].name for key in self.look.selection if key in instances}
        return tuple(sorted(names))

    def select(self, ids: Iterable[str]) -> None:
        """Exactly these elements of the shown sheet (those that do not exist are left out)."""
        chosen = {ident for ident in ids if self._exists(ident)}
        if chosen != self.look.selection:
            self.look.selection.clear()
            self.look.selection.update(chosen)
            self.refresh_run()
            self.selection_changed.emit()

    def select_all(self) -> None:
        sheet = self.drawing.sheet
        self.select((*sheet.instances, *sheet.junctions, *sheet.wires))

    def reveal(self, ids: Iterable[str]) -> None:
        """Selects elements of the document, on their sheet, in the middle of the window."""
        wanted = tuple(ids)
        if self._macro and self._macro not in wanted:
            self._show("")
        if self._macro:
            return
        self.select(wanted)
        area = self._area_of(self.look.selection)
        if not area.isEmpty():
            self.show_area(area.adjusted(-REVEAL_ROOM, -REVEAL_ROOM, REVEAL_ROOM, REVEAL_ROOM))

    def fit_selection(self) -> None:
        """The selection fills the window; without one everything does."""
        area = self._area_of(self.look.selection)
        if area.isEmpty():
            self.fit()
        else:
            self.show_area(area.adjusted(-20, -20, 20, 20))

    def _area_of(self, ids: Iterable[str]) -> QRectF:
        area = QRectF()
        for ident in ids:
            block, bounds = self.drawing.blocks.get(ident), self.drawing.index.bounds(ident)
            if block is not None:
                area = area.united(extent_of(self.drawing, block))
            elif bounds is not None:
                left, top, right, bottom = bounds
                area = area.united(QRectF(left, top, right - left, bottom - top))
        return area

    def _exists(self, ident: str) -> bool:
        sheet = self.drawing.sheet
        return ident in sheet.instances or ident in sheet.wires or ident in sheet.junctions

    def _drop_lost_selection(self) -> None:
        lost = {ident for ident in self.look.selection if not self._exists(ident)}
        if lost:
            self.look.selection -= lost
            self.selection_changed.emit()

    # -- problems -----------------------------------------------------------------------------------------------------

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """Marks the blocks and wires that problems name."""
        self.look.set_problems(problems)
        self.refresh()
