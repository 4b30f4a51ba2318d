"""A window: menus, the start page or the workspace, and one document's life in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QMenu, QMenuBar, QStackedWidget, QWidget

from app.ui import icons, theme
from app.ui.action_table import KEY_MAPS as KEY_MAP_MENU
from app.ui.action_table import PANELS, RECENT
from app.ui.actions import PLACE, Actions, Handler, key_text, plain
from app.ui.analysis import Analysis
from app.ui.canvas.drops import files_in
from app.ui.companions import Companions
from app.ui.controls.naming import named
from app.ui.desk import Desk
from app.ui.dialogs.about import About
from app.ui.dialogs.chooser import Choice, Chooser
from app.ui.dialogs.keys import Keys
from app.ui.file_commands import FileCommands
from app.ui.finding import findings
from app.ui.host import Host
from app.ui.settings import KEY_MAPS, settings
from app.ui.start_page import StartPage
from app.ui.theme import Theme
from blocks import discover

if TYPE_CHECKING:
    from app.ui.workspace import Workspace

FIRST_SIZE, LARGE_SHARE = QSize(1440, 900), 0.7  # of a screen on which that would look lost
GEOMETRY = "window"
FRAME = 12, 48  # px that a window manager's frame may take


class MenuBar(QMenuBar):
    """With the document's name in its middle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = named(QLabel(self), "windowTitle")
        self._title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_title(self, text: str) -> None:
        self._title.setText(text)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self._title.adjustSize()
        left = (self.width() - self._title.width()) // 2
        self._title.move(left, (self.height() - self._title.height()) // 2)
        last = self.actionGeometry(self.actions()[-1]).right() if self.actions() else 0
        self._title.setVisible(left > last + 12)


class MainWindow(Host):
    """`windows` gives all open windows, `open_window` shows one more; both come from the application."""

    LEAST = (1024, 620)  # px; in less, controls would cover each other
    closed = Signal(object)
    quit_asked = Signal()

    def __init__(self, windows: Callable[[], Iterable[MainWindow]], open_window: Callable[[], MainWindow]) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setMinimumSize(*self.LEAST)
        self._windows, self._open_window = windows, open_window
        self.desk = Desk(self)
        self.action_set = Actions(self, settings().key_map)
        self.files = FileCommands(self)
        self.analysis = Analysis(self)
        self.companions = Companions(self)
        self._bar = MenuBar(self)
        self.setMenuBar(self._bar)
        self.action_set.fill(self._bar)
        self._stack = QStackedWidget(self)
        self.start_page = StartPage(self.action_set, self._stack)
        self._workspace: Workspace | None = None
        self._stack.addWidget(self.start_page)
        self._blank = QWidget(self._stack)
        self._stack.addWidget(self._blank)
        self.setCentralWidget(self._stack)
        self._fill_menus()
        self._connect()
        self.show_start()
        self._restore_geometry()
        self._arranged = False
        self._restyle()

    # -- building -----------------------------------------------------------------------------------------------

    def _fill_menus(self) -> None:
        menus = self.action_set.submenus
        menus[RECENT].aboutToShow.connect(self._fill_recent)
        self._key_maps = QActionGroup(self)
        for name in KEY_MAPS:
            action = named(QAction(name, self), name)
            action.setCheckable(True)
            action.setChecked(name == settings().key_map)
            self._key_maps.addAction(action)
            menus[KEY_MAP_MENU].addAction(action)
        self._key_maps.triggered.connect(self._key_map_chosen)

    def _connect(self) -> None:
        self.action_set.handle(self.files.handlers())
        self.action_set.handle(self.analysis.handlers())
        self.action_set.handle(self.companions.handlers())
        self.action_set.handle(self._handlers())
        for name, short, on in (
            ("live_layer", "Voltages", True),
            ("backward_path", "Backward path", True),
            ("gradient_lens", "Gradient lens", False),
        ):
            self.action_set[name].setIconText(short)
            self.action_set[name].setChecked(on)
        self.start_page.example_chosen.connect(self.files.open_example)
        self.companions.figure_opened.connect(self.files.open_figure)
        self.start_page.left.connect(self.show_drawing)
        self.start_page.file_chosen.connect(self.files.open_recent)
        self.desk.state_changed.connect(self._state_changed)
        self.desk.replaced.connect(self._state_changed)
        settings().key_map_changed.connect(self._key_map_changed)
        settings().motion_changed.connect(self._settings_shown)
        theme.notifier().changed.connect(self._restyle)
        self._settings_shown()
        self._state_changed()

    def _handlers(self) -> dict[str, Handler]:
        return {
            "new_window": self.new_window, "start_page": self.show_start, "close": self.close, "quit": self._quit,
            "find": self.find_something, "commands": self.command_palette, "insert_block": self.insert_block,
            "full_screen": self._full_screen, "dark": self._dark, "reduce_motion": settings().set_reduce_motion,
            "keys": self.show_keys, "about": self.show_about,
        }  # fmt: skip

    # -- which page ---------------------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        """Made when it is first asked for, so that the start page waits for neither canvas nor plots."""
        if self._workspace is None:
            from app.ui.workspace import Workspace

            self._workspace = Workspace(self.desk, self.action_set, self._stack)
            self._stack.addWidget(self._workspace)
            self._workspace.area.fill_panels(self.action_set.submenus[PANELS])
            self._workspace.files_dropped.connect(self.files.take_files)
            self.action_set.handle(self._workspace.handlers())
        return self._workspace

    @property
    def drawing_shown(self) -> bool:
        return self._workspace is not None and self._stack.currentWidget() is self._workspace

    def show_nothing(self) -> None:
        """An empty page, while a drawing is about to open."""
        self._stack.setCurrentWidget(self._blank)
        self.action_set.set_drawing(False)

    @Slot()
    def show_start(self) -> None:
        self._stack.setCurrentWidget(self.start_page)
        self.start_page.show_behind("" if self.desk.untouched else self.desk.title)
        self.action_set.set_drawing(False)
        self._state_changed()

    @Slot()
    def show_drawing(self) -> None:
        self._stack.setCurrentWidget(self.workspace)
        self.action_set.set_drawing(True)
        if not self._arranged and self.isVisible():
            self._arranged = True
            self.workspace.area.arrange()
            QTimer.singleShot(0, self.workspace.show_view)
        self._state_changed()
        self.workspace.canvas.setFocus()
        self.to_front()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        if self.drawing_shown:
            self.show_drawing()

    def to_front(self) -> None:
        if self.isVisible():
            self.raise_()
            self.activateWindow()

    def another(self) -> MainWindow:
        return self._open_window()

    def window_with(self, path: Path) -> MainWindow | None:
        """The window that has this file open."""
        wanted = path.absolute()
        for window in self._windows():
            if window.desk.path is not None and window.desk.path.absolute() == wanted:
                return window
        return None

    # -- following the document and the settings ------------------------------------------------------------------

    @Slot()
    def _state_changed(self) -> None:
        desk, shown = self.desk, self.drawing_shown
        name = desk.path.name if desk.path is not None else desk.title
        self.setWindowTitle(f"{name}[*] – AANN Studio" if shown else "AANN Studio")
        self.setWindowModified(shown and desk.dirty)
        self._bar.show_title((f"{name} •" if desk.dirty else name) if shown else "")
        for action, label, able in (
            ("undo", desk.history.undo_label, desk.history.can_undo),
            ("redo", desk.history.redo_label, desk.history.can_redo),
        ):
            self.action_set[action].setText(f"&{action.capitalize()} {label}".rstrip())
            self.action_set[action].setEnabled(shown and able)

    @Slot()
    def _settings_shown(self) -> None:
        self.action_set["reduce_motion"].setChecked(settings().reduce_motion)

    @Slot()
    def _restyle(self) -> None:
        self.action_set.restyle()
        self.action_set["dark"].setChecked(Theme.current().dark)

    @Slot()
    def _key_map_changed(self) -> None:
        self.action_set.set_key_map(settings().key_map)
        for action in self._key_maps.actions():
            action.setChecked(action.objectName() == settings().key_map)

    @Slot(QAction)
    def _key_map_chosen(self, action: QAction) -> None:
        settings().set_key_map(action.objectName())

    @Slot()
    def _fill_recent(self) -> None:
        menu: QMenu = self.action_set.submenus[RECENT]
        menu.clear()
        for path, _ in settings().recent:
            action = menu.addAction(icons.icon("recent"), f"{path.name}   {path.parent}".replace("&", "&&"))
            action.setData(str(path))
            action.triggered.connect(self._recent_chosen)
        if menu.isEmpty():
            menu.addAction("No files yet").setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction("Forget these files", settings().clear_recent)

    @Slot()
    def _recent_chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.files.open_path(Path(sender.data()))

    # -- commands -----------------------------------------------------------------------------------------------

    @Slot()
    def new_window(self) -> None:
        self.another()

    @Slot()
    def _quit(self) -> None:
        self.quit_asked.emit()

    def _full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def _dark(self, on: bool) -> None:
        settings().set_theme("dark" if on else "light")

    @Slot()
    def show_keys(self) -> None:
        dialog = Keys(self.action_set, settings().key_map, self)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def show_about(self) -> None:
        dialog = About(self)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def insert_block(self) -> None:
        choices = [
            Choice(
                block.type, block.title, key_text(self.action_set[PLACE + block.type]) or block.group,
                f"{block.group} {block.type} {' '.join(block.keywords)}",
            )
            for block in discover.catalogue().values()
        ]  # fmt: skip
        chooser = Chooser(choices, "Insert a block", self)
        chooser.chosen.connect(self.workspace.place)
        chooser.open_at(self.workspace.pointer() + QPoint(8, 8))

    @Slot()
    def command_palette(self) -> None:
        choices = [
            Choice(action.objectName(), plain(action.text()), f"{menu}   {key_text(action)}".rstrip(),
                   f"{menu} {action.statusTip()}", QIcon(action.icon()) if not action.icon().isNull() else None)
            for menu, action in self.action_set.listed()
            if action.isEnabled()
        ]  # fmt: skip
        chooser = Chooser(choices, "What do you want to do?", self)
        chooser.chosen.connect(self._command_chosen)
        chooser.open_over(self)

    @Slot(str)
    def _command_chosen(self, name: str) -> None:
        self.action_set[name].trigger()

    @Slot()
    def find_something(self) -> None:
        choices = [
            Choice(" ".join(found.ids), found.title, found.detail, found.words)
            for found in findings(self.desk.schematic)
        ]
        chooser = Chooser(choices, "Find a block, a net or a value", self)
        chooser.chosen.connect(self._found)
        chooser.open_over(self.workspace.canvas)

    @Slot(str)
    def _found(self, ids: str) -> None:
        self.workspace.canvas.reveal(ids.split())
        self.workspace.canvas.setFocus()

    # -- drag and drop, closing -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.take_files(files_in(event.mimeData()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close():
            event.ignore()
            return
        self.keep_layout()
        self.companions.close()
        self.desk.close()
        self.action_set.release()
        self.closed.emit(self)
        event.accept()

    def keep_layout(self) -> None:
        settings().keep_layout(GEOMETRY, self.saveGeometry())
        if self._arranged:
            self.workspace.area.keep_layout()

    def _restore_geometry(self) -> None:
        kept = settings().layout(GEOMETRY)
        if kept.isEmpty() or not self.restoreGeometry(kept):
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(FIRST_SIZE.expandedTo(room * LARGE_SHARE).boundedTo(room - QSize(*FRAME)))
            if room.width() < FIRST_SIZE.width() + FRAME[0] or room.height() < FIRST_SIZE.height() + FRAME[1]:
                self.setWindowState(Qt.WindowState.WindowMaximized)
