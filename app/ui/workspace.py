"""The page on which one works: transport, canvas, panels and plots around it, problems and status below."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QVBoxLayout, QWidget

from app.document.definitions import instances_of
from app.errors import Problem
from app.solve import kernel_cache
from app.training.frame import Frame
from app.ui.actions import PLACE, Actions, Handler
from app.ui.breadcrumb import Breadcrumb
from app.ui.canvas.drops import kind_of
from app.ui.canvas.view import CanvasView
from app.ui.controls.naming import named
from app.ui.controls.toast import Toast
from app.ui.desk import Desk
from app.ui.docks import panel_dock
from app.ui.panels.inspector import Inspector
from app.ui.panels.palette import Palette
from app.ui.panels.problems import ProblemsPanel
from app.ui.plots.decision import DecisionPane
from app.ui.plots.ensemble import EnsembleWatch
from app.ui.plots.learning import LearningPane
from app.ui.plots.pane import Pane
from app.ui.plots.signals import SignalsPane
from app.ui.plots.weight_map import WeightMapPane
from app.ui.plots.weights import WeightsPane
from app.ui.settings import settings
from app.ui.sheets import SheetCommands
from app.ui.status_bar import StatusBar
from app.ui.timeline import Timeline
from app.ui.transport import Transport
from app.ui.view_state import restore_view, view_of

PALETTE_WIDTH, INSPECTOR_WIDTH = 190, 284
PLOTS_SHARE, LEAST_PLOTS_HEIGHT = 0.3, 180
PANE_WIDTHS = (500, 300, 290, 310)
PREPARING_PATIENCE = 700  # ms before the notice that kernels are compiled
LAYOUT = "docks 2"  # of which docks there are


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
        self.frame_window = self._frame_window()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.frame_window, 1)
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
        self._first_layout = self.frame_window.saveState()
        self._replaced()
        if desk.frame is not None:
            self._show_frame(desk.frame)

    # -- building -----------------------------------------------------------------------------------------------

    def _frame_window(self) -> QMainWindow:
        window = named(QMainWindow(self), "docks")
        window.setWindowFlags(Qt.WindowType.Widget)  # its constructor always makes it a window
        window.setDockNestingEnabled(True)
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        centre = QWidget(window)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.breadcrumb, self.canvas, self.timeline):
            column.addWidget(widget, 1 if widget is self.canvas else 0)
        window.setCentralWidget(centre)
        self.palette_panel, self.inspector = Palette(self.desk), Inspector(self.desk)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks: dict[str, QDockWidget] = {}
        for name, title, panel, width, side in (
            ("palette", "Palette", self.palette_panel, PALETTE_WIDTH, left),
            ("inspector", "Inspector", self.inspector, INSPECTOR_WIDTH, right),
        ):
            self.docks[name] = dock = panel_dock(name, title, panel, width, window)
            window.addDockWidget(side, dock)
        self._add_plots(window)
        return window

    def _add_plots(self, window: QMainWindow) -> None:
        self.weights, self.decision, self.learning = (
            WeightsPane(self.desk), DecisionPane(self.desk), LearningPane(self.desk),
        )  # fmt: skip
        self.panes: tuple[Pane, ...] = (
            SignalsPane(self.desk), self.weights, self.learning, self.decision, WeightMapPane(self.desk),
        )  # fmt: skip
        self.ensemble = EnsembleWatch(self.desk, self.learning.show_ensemble)
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, bottom)
        for pane in self.panes:
            self.docks[pane.objectName()] = pane
            window.addDockWidget(bottom, pane, Qt.Orientation.Horizontal)
        window.tabifyDockWidget(self.decision, self.panes[-1])
        self.panes[-1].hide()

    def arrange(self) -> None:
        """Give panels and plots their sizes, or those that were left last time."""
        kept = settings().layout(LAYOUT)
        if kept.isEmpty() or not self.frame_window.restoreState(kept):
            self._first_sizes()

    def _first_sizes(self) -> None:
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window, docks = self.frame_window, self.docks
        window.resizeDocks([docks["palette"], docks["inspector"]], [PALETTE_WIDTH, INSPECTOR_WIDTH], horizontal)
        window.resizeDocks([self.panes[0]], [max(LEAST_PLOTS_HEIGHT, round(PLOTS_SHARE * window.height()))], vertical)
        window.resizeDocks(list(self.panes[:4]), list(PANE_WIDTHS), horizontal)

    def keep_layout(self) -> None:
        settings().keep_layout(LAYOUT, self.frame_window.saveState())

    @Slot()
    def reset_layout(self) -> None:
        settings().forget_layout()
        self.frame_window.restoreState(self._first_layout)
        self._first_sizes()

    def fill_panels(self, menu: QMenu) -> None:
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())

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
        self.palette_panel.chosen.connect(self.place)
        self.palette_panel.sheet_menu.connect(self.sheets.show_menu)
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
        self.weights.show_selection(canvas.chains())

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
        self.docks[name].show()
        self.docks[name].raise_()

    def show_document_page(self) -> None:
        """The inspector with nothing selected: the document's own parameters, settings and datasets."""
        self.canvas.select(())
        self.show_dock("inspector")

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
            "reset_layout": self.reset_layout, "run": transport.toggle_run, "stop": self.stop,
            "step": partial(engine.step_rows, 1), "back": partial(engine.step_rows, -1),
            "step_epoch": partial(engine.step_epochs, 1), "back_epoch": partial(engine.step_epochs, -1),
            "reset": engine.reset, "teach": transport.toggle_teach,
            "faster": partial(transport.change_speed, 10), "slower": partial(transport.change_speed, -10),
            "full_speed": partial(transport.change_speed, None), "branch": engine.branch, "live": engine.live,
            "show_problems": self.problems.expand, "parameters": self.show_document_page,
            "datasets": self.show_document_page,
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
