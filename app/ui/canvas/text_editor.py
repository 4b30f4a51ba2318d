"""Editing a text where it stands: a name, a value, a comment. Enter takes it over, Esc leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget

from app.ui import theme

Commit = Callable[[str], None]
LEAST_LINE, LEAST_PAGE = 96, QSize(150, 56)


class Closing:
    """What both editors do at their end: `commit` gets the text once, unless it is as it was before."""

    def __init__(self, text: str, commit: Commit, back: QWidget | None) -> None:
        """The keys go to `back` afterwards."""
        self._before, self._back = text, back
        self._commit: Commit | None = commit

    def close(self, editor: QWidget, text: str) -> None:
        """Puts the editor away; hiding it may call this again, and then nothing is left to do."""
        commit, self._commit = self._commit, None
        if commit is None:
            return
        editor.hide()
        editor.deleteLater()
        if self._back is not None:
            self._back.setFocus()
        if text != self._before:
            commit(text)

    def give_up(self, editor: QWidget) -> None:
        """The text stays as it was."""
        self.close(editor, self._before)


class LineEditor(QLineEdit):
    """One line over `place` (pixels of `parent`)."""

    def __init__(self, parent: QWidget, text: str, place: QRect, size: float, commit: Commit) -> None:
        super().__init__(text, parent)
        self._closing = Closing(text, commit, parent.parentWidget())
        self.setObjectName("canvasEditor")
        self.setFont(theme.font(size))
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        width = max(LEAST_LINE, self.fontMetrics().horizontalAdvance(text) + 36, place.width() + 24)
        height = max(24, round(size * 1.9))
        self.setGeometry(place.center().x() - width // 2, place.center().y() - height // 2, width, height)
        self.selectAll()
        self.returnPressed.connect(self.finish)
        self.show()
        self.setFocus()

    def give_up(self) -> None:
        self._closing.give_up(self)

    def finish(self) -> None:
        """Takes the text over and closes."""
        self._closing.close(self, self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
            return
        super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish()


class PageEditor(QPlainTextEdit):
    """Several lines; Enter begins a new one, Ctrl+Enter or a click elsewhere takes the text over."""

    def __init__(self, parent: QWidget, text: str, place: QRect, size: float, commit: Commit) -> None:
        super().__init__(text, parent)
        self._closing = Closing(text, commit, parent.parentWidget())
        self.setObjectName("canvasEditor")
        self.setFont(theme.font(size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setGeometry(QRect(place.topLeft(), place.size().expandedTo(LEAST_PAGE)))
        self.selectAll()
        self.show()
        self.setFocus()

    def give_up(self) -> None:
        self._closing.give_up(self)

    def finish(self) -> None:
        """Takes the text over and closes."""
        self._closing.close(self, self.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finish()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish()
