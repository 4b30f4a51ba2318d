"""All keys, menu by menu, with a search field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import Actions, key_text, plain
from app.ui.controls.naming import named
from app.ui.dialogs.search import fit

# What mouse and keys do together, which no action says.
GESTURES = (
    ("Mouse", "Pan", "Middle drag, Space-drag, two fingers; Shift+wheel sideways"),
    ("Mouse", "Zoom at the pointer", "Wheel, Ctrl+wheel, pinch"),
    ("Mouse", "Begin a wire, end it", "Drag or click on a pin; double-click or click on a pin ends it"),
    ("Mouse", "Take back a wire's corner", "Backspace"),
    ("Mouse", "Move with its wires", "Drag"),
    ("Mouse", "Drag a copy", "Alt-drag"),
    ("Mouse", "Put a probe", "Alt-click on a wire"),
    ("Mouse", "Open a neuron's sheet", "Double-click on it"),
    ("Mouse", "Edit a value in place", "Double-click on the value"),
    ("Mouse", "Step an epoch", "Shift+click on a step button"),
)


class Keys(QDialog):
    def __init__(self, actions: Actions, key_map: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(named(QLabel("Keys", self), "dialogTitle"))
        text = f"Key map: {key_map}. Another one can be chosen under View, Key map."
        column.addWidget(named(QLabel(text, self), "smallText"))
        self.field = named(QLineEdit(self), "searchField")
        self.field.setPlaceholderText("Find a key or what it does")
        self.field.textChanged.connect(self._search)
        column.addWidget(self.field)
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels(["What it does", "Keys"])
        self.tree.setRootIsDecorated(False)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        rows = [(menu, plain(action.text()), key_text(action)) for menu, action in actions.listed()]
        self._fill([row for row in rows if row[2]], GESTURES)
        column.addWidget(self.tree, 1)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(640, 680)

    def _fill(self, rows: list[tuple[str, str, str]], gestures: tuple[tuple[str, str, str], ...]) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for menu, text, keys in (*rows, *gestures):
            if menu not in groups:
                groups[menu] = QTreeWidgetItem(self.tree, [menu])
                heading = groups[menu].font(0)
                heading.setWeight(heading.Weight.DemiBold)
                groups[menu].setFont(0, heading)
            item = QTreeWidgetItem(groups[menu], [text, keys])
            item.setToolTip(1, keys)
        self.tree.expandAll()

    @Slot(str)
    def _search(self, query: str) -> None:
        for number in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(number)
            if group is None:
                continue
            shown = 0
            for row in range(group.childCount()):
                item = group.child(row)
                hit = not query.strip() or fit(query, f"{item.text(0)} {item.text(1)} {group.text(0)}") >= 1.0
                item.setHidden(not hit)
                shown += hit
            group.setHidden(not shown)
