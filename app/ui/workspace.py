"""The page on which one works: transport, canvas, panels and plots around it, problems and status below."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.document.definitions import instances_of
from app.errors import Problem
from app.solve import kernel_cache
from app.training.frame import Frame
from app.ui.actions import PLACE, Actions, Handler
from app.ui.breadcrumb import Breadcrumb
from app.ui.canvas.drops import kind_of
from app.ui.canvas.view import CanvasView
from app.ui.controls.toast import Toast
from app.ui.desk import Desk
from app.ui.dock_area import DockArea
from app.ui.panels.problems import ProblemsPanel
from app.ui.plots.ensemble import EnsembleWatch
from app.ui.settings import settings
from app.ui.sheets import SheetCommands
from app.ui.status_bar import StatusBar
from app.ui.timeline import Timeline
from app.ui.transport import Transport
from app.ui.view_state import restore_view, view_of

PREPARING_PATIENCE = 700  # ms before the notice that kernels are compiled


class Workspace(QWidget):
    """`files_dropped(paths)` from the canvas."""

    files_dropped = Signal(list)

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._actions = desk, actions
        self.canvas = CanvasView(desk)
        self.sheets = SheetCommands(desk, self.canvas, self)
        self.transport = Transport(desk, actions, self)
        self.problems = ProblemsPanel(desk)
        self.status = StatusBar(self)
        chips = [actions[name] for name in ("live_layer", "backward_path", "gradient_lens")]
        self.breadcrumb = Breadcrumb(chips)
        self.timeline = Timeline(desk)
        self.area = DockArea(desk, self._centre(), self)
        self.inspector = self.area.inspector
        self.ensemble = EnsembleWatch(desk, self.area.learning.show_ensemble)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.area, 1)
        column.addWidget(self.problems)
        column.addWidget(self.status)
        self.toast = Toast(self.canvas)
        self._shown_problems: tuple[Problem, ...] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PREPARING_PATIENCE)
        self._patience.timeout.connect(self._still_preparing)
        self._connect()
        actions.give_canvas(self.canvas)
        self._replaced()
        if desk.frame is not None:
            self._show_frame(desk.frame)

    # -- building -----------------------------------------------------------------------------------------------

    def _centre(self) -> QWidget:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.breadcrumb, self.canvas, self.timeline):
            column.addWidget(widget, 1 if widget is self.canvas else 0)
        return centre

    def _connect(self) -> None:
        canvas, desk = self.canvas, self.desk
        canvas.selection_changed.connect(self._selection_changed)
        canvas.sheet_changed.connect(self._location_changed)
        canvas.hint.connect(self.status.show_hint)
        canvas.zoom_changed.connect(self.status.show_zoom)
        canvas.pointer_moved.connect(self.status.show_pointer)
        canvas.edit_value_requested.connect(self._edit_value)
        canvas.files_dropped.connect(self.files_dropped)
        canvas.menu_requested.connect(self._show_menu)
        self.breadcrumb.asked.connect(canvas.open_location)
        self.area.palette_panel.chosen.connect(self.place)
        self.area.palette_panel.sheet_menu.connect(self.sheets.show_menu)
        self.problems.reveal.connect(canvas.reveal)
        self.inspector.reveal.connect(canvas.reveal)
        desk.said.connect(self.toast.show_problem)
        desk.framed.connect(self._show_frame)
        desk.state_changed.connect(self._location_changed)
        desk.replaced.connect(self._replaced)
        desk.saving.connect(self._remember_view)
        settings().motion_changed.connect(self._motion_changed)
        self._motion_changed()

    # -- following ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _show_frame(self, frame: Frame) -> None:
        self.status.show_layout(frame.layout)
        if frame.problems is not self._shown_problems:
            self._shown_problems = frame.problems
            problems = (*self.desk.document.problems, *frame.problems)
            self.canvas.set_problems(problems)
            self.problems.set_problems(problems)
        if frame.state == "preparing":
            if not self._patience.isActive() and self.toast.isHidden():
                self._patience.start()
        elif self._patience.isActive():
            self._patience.stop()
        elif self.toast.isVisible() and self.toast.title == PREPARING[0]:
            self.toast.hide()

    @Slot()
    def _still_preparing(self) -> None:
        if not kernel_cache.is_ready():
            self.toast.show_words(*PREPARING, stays=True)

    @Slot()
    def _selection_changed(self) -> None:
        canvas, where = self.canvas, self.canvas.where
        parts = canvas.selected_parts()
        self.inspector.show_selection(canvas.selection(), where.macro, parts, where.sheet, where.prefix)
        self.area.weights.show_selection(canvas.chains())

    @Slot()
    def _location_changed(self) -> None:
        steps = self.canvas.location()
        self.breadcrumb.show_location(steps, self.desk.dirty)
        self.breadcrumb.show_hint(self._hint())

    def _hint(self) -> str:
        """What can be done where one is."""
        schematic, where = self.desk.schematic, self.canvas.where
        if where.macro:
            return "looking inside; Ctrl+Up goes back"
        if where.depth:
            count = sum(1 for _ in instances_of(schematic, where.sheet))
            placed = f", placed {count} times" if count > 1 else "" if count else ", not placed yet"
            return f"sheet {where.sheet}{placed}; Ctrl+Up goes back"
        neurons = any(entry.type in ("neuron", "sheet") for entry in schematic.top.instances.values())
        return NEURON_HINT if neurons else ""

    @Slot()
    def _replaced(self) -> None:
        self._shown_problems = None
        self._location_changed()
        self._selection_changed()
        self.show_view()

    @Slot()
    def show_view(self) -> None:
        """As the document was last looked at, or all of it."""
        restore_view(self.canvas, self.desk.document.view)

    @Slot()
    def _remember_view(self) -> None:
        self.desk.document.view = {**self.desk.document.view, **view_of(self.canvas)}

    @Slot()
    def _motion_changed(self) -> None:
        self.canvas.set_reduced_motion(settings().reduce_motion)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        """What can be done with the selection, or here."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self.canvas.selection())
        for name in SELECTION_MENU if chosen else SHEET_MENU:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        menu.popup(place)

    # -- commands -----------------------------------------------------------------------------------------------

    @Slot(str)
    def place(self, kind: str) -> None:
        """Begin placing a block: its ghost follows the pointer. A dataset block takes a dataset that no other has."""
        kind, parameters = kind_of(kind)
        self.canvas.place(kind, self._dataset_parameters() if kind == "dataset" else parameters)
        self.canvas.setFocus()

    def _dataset_parameters(self) -> dict[str, str]:
        schematic = self.desk.schematic
        drawn = [entry for sheet in schematic.sheets.values() for entry in sheet.instances.values()]
        used = {entry.parameters.get("dataset") for entry in drawn}
        names = [name for name in schematic.datasets if name not in used] or list(schematic.datasets)
        if not names:
            return {}
        found = schematic.datasets[names[0]]
        return {"dataset": names[0], "inputs": str(len(found.inputs)), "targets": str(len(found.targets))}

    def tool(self, name: str) -> None:
        self.canvas.start_tool(name)
        self.canvas.setFocus()

    @Slot(str)
    def _edit_value(self, ident: str) -> None:
        if ident not in self.canvas.selection():
            self.canvas.select((ident,))
        self.edit_value()

    def edit_value(self) -> None:
        self.show_dock("inspector")
        self.inspector.edit_first()

    def show_dock(self, name: str) -> None:
        self.area.docks[name].show()
        self.area.docks[name].raise_()

    def show_document_page(self) -> None:
        """The inspector with nothing selected: the document's own parameters, settings and datasets."""
        self.canvas.select(())
        self.show_dock("inspector")

    def show_parameters(self) -> None:
        self.show_document_page()
        self.inspector.show_part(self.inspector.document_page.parameters)

    def show_datasets(self) -> None:
        self.show_document_page()
        self.inspector.show_part(self.inspector.document_page.datasets)

    def import_table(self, path: Path) -> None:
        """A CSV file as a dataset of the document."""
        self.show_document_page()
        self.inspector.document_page.datasets.import_csv(path)

    def open_sheet(self) -> None:
        for ident in self.canvas.selection():
            if self.canvas.open_macro(ident):
                return

    def leave_sheet(self) -> None:
        self.canvas.leave()

    def set_live(self, on: bool) -> None:
        self.canvas.set_live(on)

    def stop(self) -> None:
        self.desk.engine.pause()
        self.desk.engine.reset()

    def pointer(self) -> QPoint:
        """Where a list opens "at the cursor": at the pointer if it is over the canvas, else in its middle."""
        place = QCursor.pos()
        view = self.canvas.viewport()
        inside = view.rect().contains(view.mapFromGlobal(place))
        return place if inside else view.mapToGlobal(view.rect().center())

    def handlers(self) -> dict[str, Handler]:
        """The actions that work on canvas and run."""
        canvas, engine, transport = self.canvas, self.desk.engine, self.transport
        tools = {name: partial(self.tool, name) for name in ("wire", "label", "probe", "comment", "frame", "zoom_box")}
        places = {name: partial(self.place, name[len(PLACE) :]) for name in self._actions.by_name if name[:6] == PLACE}
        return {
            **tools,
            **places,
            "undo": self.desk.undo, "redo": self.desk.redo, "cut": canvas.cut, "copy": canvas.copy,
            "paste": canvas.paste, "duplicate": canvas.duplicate, "delete": canvas.delete_selection,
            "select_all": canvas.select_all, "cancel": canvas.cancel,
            "rotate": partial(canvas.rotate_selection, 1), "rotate_back": partial(canvas.rotate_selection, -1),
            "mirror": partial(canvas.mirror_selection, False),
            "mirror_vertical": partial(canvas.mirror_selection, True),
            "nudge_left": partial(canvas.nudge, -1, 0), "nudge_right": partial(canvas.nudge, 1, 0),
            "nudge_up": partial(canvas.nudge, 0, -1), "nudge_down": partial(canvas.nudge, 0, 1),
            "create_sheet": canvas.create_sheet, "expand_sheet": canvas.expand_sheets,
            "edit_value": self.edit_value, "fit": canvas.fit, "fit_selection": canvas.fit_selection,
            "zoom_in": canvas.zoom_in, "zoom_out": canvas.zoom_out, "zoom_actual": partial(canvas.zoom_to, 1.0),
            "open_sheet": self.open_sheet, "leave_sheet": self.leave_sheet, "live_layer": self.set_live,
            "backward_path": canvas.set_backward, "gradient_lens": canvas.set_gradient_lens,
            "reset_layout": self.area.reset_layout, "run": transport.toggle_run, "stop": self.stop,
            "step": partial(engine.step_rows, 1), "back": partial(engine.step_rows, -1),
            "step_epoch": partial(engine.step_epochs, 1), "back_epoch": partial(engine.step_epochs, -1),
            "reset": engine.reset, "teach": transport.toggle_teach,
            "faster": partial(transport.change_speed, 10), "slower": partial(transport.change_speed, -10),
            "full_speed": partial(transport.change_speed, None), "branch": engine.branch, "live": engine.live,
            "show_problems": self.problems.expand, "parameters": self.show_parameters,
            "datasets": self.show_datasets,
        }  # fmt: skip


PREPARING = (
    "Preparing the engine",
    "Its kernels are compiled, once on this machine; this takes up to a minute. Drawing works meanwhile.",
)
NEURON_HINT = "double-click a neuron or a sheet to open it"
SELECTION_MENU = (
    "edit_value", "open_sheet", "create_sheet", "expand_sheet", "", "cut", "copy", "paste", "duplicate", "delete", "",
    "rotate", "mirror", "mirror_vertical", "", "fit_selection",
)  # fmt: skip
SHEET_MENU = (
    "insert_block", "wire", "label", "probe", "comment", "frame", "", "paste", "select_all", "", "fit", "zoom_box",
    "leave_sheet",
)  # fmt: skip
