"""Which sheet of the desk's document is shown, and what is selected on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.document.schematic import TOP, Change, Schematic
from app.errors import Problem
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.extent import content_rect
from app.ui.canvas.inside import inside_of
from app.ui.canvas.look import Look
from app.ui.canvas.place import Place, place_of
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
        self._where = Place()
        self._views: dict[Place, tuple[float, QPointF]] = {}  # of sheets that were left, where somebody had moved them
        self._inside: Schematic | None = None
        self._problems: tuple[Problem, ...] = ()
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
        """The name of the sheet that is shown; of the derived one while a block's inside is shown."""
        return TOP if self._inside is not None else self._where.sheet

    @property
    def where(self) -> Place:
        """Which sheet of the document is shown, and by which way."""
        return self._where

    @property
    def read_only(self) -> bool:
        """A block's inside is derived from its parameters: to be looked at."""
        return self._inside is not None

    def location(self) -> tuple[str, ...]:
        """The breadcrumb: the document, then the placed sheets that were entered, then the block whose inside is
        shown."""
        return (self.desk.title, *self._where.names(self.desk.schematic))

    def macro(self) -> str:
        """The id of the block whose inside is shown; empty on a sheet that can be edited."""
        return self._where.macro

    def open_macro(self, ident: str) -> bool:
        """Shows the inside of a block of the shown sheet: the sheet that it stands for, or a neuron's parts. False if
        it has none."""
        place = self._where.within(self.desk.schematic, ident)
        if place is None:
            return False
        self._show(place)
        return True

    def open_sheet(self, name: str) -> bool:
        """Shows a definition, as it is placed somewhere if it is. False if there is none of this name."""
        place = place_of(self.desk.schematic, name)
        if place is not None:
            self._show(place)
        return place is not None

    def open_path(self, ident: str) -> bool:
        """Shows what is inside the block that a chain of ids leads to; False if there is nothing (any more)."""
        place = Place()
        for step in ident.split("/"):
            inner = place.within(self.desk.schematic, step)
            if inner is None:
                return False
            place = inner
        self._show(place)
        return True

    def open_location(self, depth: int) -> None:
        """Back to a step of the breadcrumb, 0 being the document's own sheet."""
        if max(depth, 0) < self._where.depth:
            left, place = self._where.step(max(depth, 0)), self._where.up_to(self.desk.schematic, max(depth, 0))
            self._show(place, back=True)
            self.select((left,))

    def leave(self) -> None:
        """To the sheet around this one."""
        self.open_location(self._where.depth - 1)

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

    def _show(self, place: Place, back: bool = False) -> None:
        """Another sheet, fitted; on the way `back` as one had left it."""
        self._views.pop(self._where, None)
        if not self._fitted:
            self._views[self._where] = self.zoom(), self.centre()
        view = self._views.get(place) if back else None
        self._where = place
        self._inside = inside_of(self.desk.schematic, place) if place.macro else None
        self.look.inside, self.look.prefix = place.chain if place.macro else "", place.prefix
        self._scene.show_sheet(self.schematic, self.sheet)
        self._mark()
        self._shown()
        if view is None:
            self.fit(animated=False)
        else:
            self._go(*view, animated=False)
        self.sheet_changed.emit()
        self.selection_changed.emit()

    def _shown(self) -> None:
        """Another drawing lies here."""

    # -- following the document ---------------------------------------------------------------------------------------

    @Slot(object)
    def _document_changed(self, changes: tuple[Change, ...]) -> None:
        valid = self._where.valid(self.desk.schematic)
        if valid != self._where or any(change.table == "sheets" and change.key == valid.sheet for change in changes):
            self._show(valid)
        elif self._where.macro:
            self._refresh_inside(changes)
        else:
            self.drawing.refresh(changes)
            self._drop_lost_selection()
        self.refresh()

    def _refresh_inside(self, changes: tuple[Change, ...]) -> None:
        around = {*self._where.path, self._where.macro}
        if any(change.key in around or change.table == "parameters" for change in changes):
            names = self.selected_parts()
            self._inside = inside_of(self.desk.schematic, self._where)
            self._scene.show_sheet(self._inside, TOP)
            self._shown()
            instances = self._inside.top.instances.values()
            self.look.selection = {instance.id for instance in instances if instance.name in names}
            self.sheet_changed.emit()

    @Slot()
    def _document_replaced(self) -> None:
        self._show(Place())
        self._views.clear()

    # -- selection ----------------------------------------------------------------------------------------------------

    def selection(self) -> tuple[str, ...]:
        """Ids of the shown sheet's blocks, wires and junctions; none while a block's inside is shown."""
        return () if self._where.macro else tuple(sorted(self.look.selection))

    def chains(self) -> tuple[str, ...]:
        """The selection as the circuit knows it: with the ids of the placed sheets around it."""
        return tuple(self._where.prefix + ident for ident in self.selection())

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
        """Selects elements of the document, given by chains of ids, on their sheet, in the middle of the window."""
        wanted = tuple(ids)
        if self._where.macro and self._where.chain in wanted:
            return
        prefix = self._where.prefix
        inside = [ident[len(prefix) :] for ident in wanted if ident.startswith(prefix)]
        if self._where.macro or not any(self._exists(ident) for ident in inside):
            place = Place.around(self.desk.schematic, wanted[0] if wanted else "")
            if place != self._where:
                self._show(place)
            prefix = place.prefix
            inside = [ident[len(prefix) :] for ident in wanted if ident.startswith(prefix)]
        self.select(inside)
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
        """Marks the blocks and wires that problems name, and placed sheets inside which they are."""
        self._problems = tuple(problems)
        self._mark()
        self.refresh()

    def _mark(self) -> None:
        prefix, local = self._where.prefix, []
        for problem in self._problems if self._inside is None else ():
            ids = [ident[len(prefix) :].partition("/")[0] for ident in problem.ids if ident.startswith(prefix)]
            local.append(replace(problem, ids=tuple(ids)))
        self.look.set_problems(local)
