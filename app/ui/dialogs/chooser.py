"""A list with a search field in front of the window: blocks to insert, things to find, commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.controls.naming import named
from app.ui.dialogs.search import fit
from app.ui.theme import Theme, font

MOST = 400
WIDTH, ROW, ROWS = 560, 34, 11


@dataclass(frozen=True, slots=True)
class Choice:
    """`detail` stands to the right in a quieter colour, `words` are found too but not shown."""

    key: str
    title: str
    detail: str = ""
    words: str = ""
    icon: QIcon | None = None
    enabled: bool = True


class _Row(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(WIDTH - 20, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        theme, rect = Theme.current(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(theme.color("accent"))
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -2, -2), 6, 6)
        left = rect.left() + 12
        if choice.icon is not None:
            choice.icon.paint(painter, QRect(left, rect.top() + (rect.height() - 16) // 2, 16, 16))
            left += 28
        painter.setFont(font(12.5, 500))
        painter.setPen(theme.color("text" if choice.enabled else "hint"))
        beside = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect.adjusted(left - rect.left(), 0, -12, 0), beside, choice.title)
        title = painter.fontMetrics().horizontalAdvance(choice.title)
        painter.setFont(font(12))
        painter.setPen(theme.color("second"))
        room = rect.right() - 12 - (left + title + 16)
        text = painter.fontMetrics().elidedText(choice.detail, Qt.TextElideMode.ElideRight, room)
        behind = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect.adjusted(0, 0, -12, 0), behind, text)
        painter.restore()


class Chooser(QFrame):
    """`chosen(key)` when a row is taken; the list closes by itself, as it does on Escape or a click elsewhere."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[Choice], hint: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("chooser")
        self.setWindowTitle(hint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._choices = tuple(choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        self.field = named(QLineEdit(self), "searchField")
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        self.field.setMinimumHeight(32)
        self.field.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._clicked)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._search)
        self._search("")

    def open_at(self, place: QPoint) -> None:
        """Show with the top left corner at a global point, moved so that all of it is on the screen."""
        self.resize(WIDTH, 62 + ROW * min(ROWS, max(3, self.list.count())))
        screen = self.screen().availableGeometry()
        x = min(max(place.x(), screen.left() + 8), screen.right() - self.width() - 8)
        y = min(max(place.y(), screen.top() + 8), screen.bottom() - self.height() - 8)
        self.move(x, y)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def open_over(self, widget: QWidget) -> None:
        """Show in the upper middle of a widget."""
        self.open_at(widget.mapToGlobal(QPoint((widget.width() - WIDTH) // 2, min(96, widget.height() // 8))))

    @Slot(str)
    def _search(self, query: str) -> None:
        ranked = [(fit(query, f"{choice.title} {choice.words}"), choice) for choice in self._choices]
        if query.strip():
            # Letters that are merely scattered over a name count only where nothing better is found.
            least = 1.0 if max((rank for rank, _ in ranked), default=0.0) >= 1.0 else 1e-9
            ranked = sorted((entry for entry in ranked if entry[0] >= least), key=lambda entry: -entry[0])
        self.list.clear()
        for _, choice in ranked[:MOST]:
            item = QListWidgetItem(choice.title)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            self.list.addItem(item)
        if not self.list.count():
            item = QListWidgetItem("")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setData(Qt.ItemDataRole.UserRole, Choice("", "Nothing has this name", enabled=False))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys and Return in the search field work on the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: ROWS,
                Qt.Key.Key_PageUp: -ROWS,
            }.get(Qt.Key(event.key()))
            if steps is not None:
                row = min(max(0, self.list.currentRow() + steps), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    @Slot(QListWidgetItem)
    def _clicked(self, item: QListWidgetItem) -> None:
        self._take(item)

    def _take(self, item: QListWidgetItem | None) -> None:
        choice: Choice | None = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if choice is None or not choice.enabled:
            return
        self.close()
        self.chosen.emit(choice.key)
