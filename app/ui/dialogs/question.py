"""Questions with buttons that say what they do, and the same look everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.errors import Problem
from app.ui import icons
from app.ui.controls.naming import named


@dataclass(frozen=True, slots=True)
class Answer:
    """A button: `key` is what it answers; `side` buttons stand to the left, apart from the usual ones."""

    key: str
    text: str
    side: bool = False


class Question(QDialog):
    """`answer` is the key of the button that was pressed; that of the last one when the dialog was closed. The first
    answer is the default."""

    def __init__(
        self, title: str, text: str, answers: Sequence[Answer], parent: QWidget | None, icon: str = "help",
        role: str = "accent",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(title)
        self.answer = answers[-1].key
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        top = QHBoxLayout()
        top.setSpacing(14)
        picture = QLabel(self)
        picture.setPixmap(icons.pixmap(icon, role, 28))
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(named(QLabel(title, self), "dialogTitle"))
        body = QLabel(text, self)
        body.setWordWrap(True)
        body.setTextFormat(Qt.TextFormat.PlainText)
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.setMinimumWidth(360)
        words.addWidget(body)
        top.addLayout(words, 1)
        column.addLayout(top)
        self.extra = QVBoxLayout()
        column.addLayout(self.extra)
        column.addLayout(self._buttons(answers))
        self.setMaximumWidth(640)

    def _buttons(self, answers: Sequence[Answer]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for answer in answers:
            if answer.side:
                row.addWidget(self._button(answer, False))
        row.addStretch(1)
        usual = [answer for answer in answers if not answer.side]
        for answer in reversed(usual):
            row.addWidget(self._button(answer, answer is answers[0]))
        return row

    def _button(self, answer: Answer, default: bool) -> QPushButton:
        button = named(QPushButton(answer.text, self), f"answer:{answer.key}")
        button.setMinimumHeight(30)
        button.setDefault(default)
        button.setAutoDefault(default)
        button.clicked.connect(self._answered)
        return button

    def _answered(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.answer = sender.objectName().partition(":")[2]
        self.accept()


def ask(
    parent: QWidget | None, title: str, text: str, answers: Sequence[Answer], icon: str = "help", role: str = "accent"
) -> str:
    """The key of the answer; the last one if the dialog is closed."""
    dialog = Question(title, text, answers, parent, icon, role)
    dialog.exec()
    dialog.deleteLater()
    return dialog.answer


def tell(parent: QWidget | None, title: str, problem: Problem) -> None:
    """A problem that stands in the way: what, where, and the cure."""
    text = f"{problem.where}\n{problem.found}\n\n{problem.cure}".strip()
    ask(parent, title, text, [Answer("ok", "OK")], "warning", "warning")


def save_changes(parent: QWidget | None, name: str) -> str:
    """Before a document with unsaved edits goes: "save", "discard" or "cancel"."""
    answers = (Answer("save", "Save"), Answer("discard", "Discard changes", side=True), Answer("cancel", "Cancel"))
    return ask(parent, f"Save the changes to {name}?", "Otherwise they are lost.", answers, "save")


def conflict(parent: QWidget | None, problem: Problem) -> str:
    """The file was changed by somebody else: "other" name, "overwrite" or "cancel"."""
    answers = (
        Answer("other", "Save under another name…"),
        Answer("overwrite", "Overwrite", side=True),
        Answer("cancel", "Cancel"),
    )
    text = f"{problem.where}\n\n{problem.found.capitalize()}. Overwriting it loses what was written there."
    return ask(parent, "The file has changed on disk", text, answers, "warning", "warning")
