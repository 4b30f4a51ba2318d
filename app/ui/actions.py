"""The window's actions as Qt has them: menus, keys, icons. One dispatcher calls whoever carries an action out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.ui import icons
from app.ui.action_table import BLOCKS, LINE, MENUS, NUMBER_KEYS, Entry, entries, keys_of
from app.ui.controls.naming import named
from blocks import discover

Handler = Callable[[], object] | Callable[[bool], object]
PLACE = "place:"


class Actions(QObject):
    """`by_name` holds every action, those that place a block as `place:neuron`."""

    def __init__(self, window: QWidget, key_map: str) -> None:
        super().__init__(window)
        self._handlers: dict[str, Handler] = {}
        self._entries = entries()
        self.by_name: dict[str, QAction] = {}
        self.submenus: dict[str, QMenu] = {}
        for entry in self._entries.values():
            self._add(entry)
        for block in discover.catalogue().values():
            key = NUMBER_KEYS.get(block.type, "")
            self._add(Entry(PLACE + block.type, block.title.replace("&", "&&"), (key,) if key else ()))
        self.set_key_map(key_map)
        self.restyle()

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def _add(self, entry: Entry) -> None:
        action = named(QAction(entry.text, self), entry.name)
        action.setCheckable(entry.checkable)
        action.setIconVisibleInMenu(True)
        action.triggered.connect(self._fired)
        self.by_name[entry.name] = action
        if entry.name not in self._entries:
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            action.setToolTip(f"Place: {plain(entry.text)}")

    @Slot()
    def _fired(self) -> None:
        action = self.sender()
        if not isinstance(action, QAction):
            return
        handler = self._handlers.get(action.objectName())
        if handler is None:
            return
        if action.isCheckable():
            handler(action.isChecked())  # type: ignore[call-arg]
        else:
            handler()  # type: ignore[call-arg]

    def handle(self, handlers: Mapping[str, Handler]) -> None:
        """Who carries out which actions; checkable ones get their new state. Raises KeyError for an unknown name."""
        for name, handler in handlers.items():
            self._handlers[self.by_name[name].objectName()] = handler

    def unhandled(self) -> list[str]:
        """Actions that nobody carries out; there must be none in an open window."""
        return [name for name in self.by_name if name not in self._handlers]

    def release(self) -> None:
        """The window goes: let go of everybody."""
        self._handlers.clear()

    def fill(self, bar: QMenuBar) -> None:
        """The menus of a window. Sub-menus that change are in `submenus` by the names of action_table."""
        for title, content in MENUS.items():
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            for item in content:
                if isinstance(item, str):
                    self.submenus[item] = menu.addMenu(_SUBMENUS[item])
                elif item is LINE:
                    menu.addSeparator()
                else:
                    menu.addAction(self.by_name[item.name])
        self._fill_blocks(self.submenus[BLOCKS])

    def _fill_blocks(self, menu: QMenu) -> None:
        groups: dict[str, QMenu] = {}
        for block in discover.catalogue().values():
            if block.group not in groups:
                groups[block.group] = menu.addMenu(block.group)
            groups[block.group].addAction(self.by_name[PLACE + block.type])

    def give_canvas(self, canvas: QWidget) -> None:
        """Keys such as the arrows belong to the canvas while it has the keyboard."""
        canvas.addActions([self.by_name[name] for name, entry in self._entries.items() if entry.canvas])

    def set_key_map(self, name: str) -> None:
        for entry in self._entries.values():
            action, keys = self.by_name[entry.name], keys_of(entry, name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            if entry.canvas:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            words = plain(entry.text) + (f" ({key_text(action)})" if keys else "")
            action.setToolTip(f"{words}\n{entry.tip}" if entry.tip else words)
            action.setStatusTip(entry.tip)

    def set_drawing(self, open_: bool) -> None:
        """On the start page actions of a drawing are off."""
        for name, action in self.by_name.items():
            entry = self._entries.get(name)
            action.setEnabled(open_ or (entry is not None and not entry.drawing))

    def restyle(self) -> None:
        """Icons in the theme's colours."""
        for name, entry in self._entries.items():
            if entry.icon:
                self.by_name[name].setIcon(icons.icon(entry.icon))

    def listed(self) -> Iterable[tuple[str, QAction]]:
        """(menu, action) of all actions, for the command palette and the list of keys."""
        for title, content in MENUS.items():
            for item in content:
                if isinstance(item, Entry) and item is not LINE:
                    yield plain(title), self.by_name[item.name]
        for block in discover.catalogue().values():
            yield f"Insert {block.group.lower()}", self.by_name[PLACE + block.type]


_SUBMENUS = {"recent": "Open &recent", "blocks": "B&locks", "panels": "Panel&s", "key maps": "&Key map"}


def plain(text: str) -> str:
    """Menu words without the mark of their mnemonic and the dots."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def key_text(action: QAction) -> str:
    """The action's keys as the platform writes them, joined by `or`."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(sequence.toString(native) for sequence in action.shortcuts())
