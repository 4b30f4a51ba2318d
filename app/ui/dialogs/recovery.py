"""After a crash: which documents were being edited, and what to do with each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.document.journal import Recoverable
from app.ui.controls.naming import named
from app.ui.dialogs.question import Answer, Question


class Recovery(Question):
    """`chosen` are the ticked ones; `answer` is "recover", "discard" or "later"."""

    def __init__(self, found: Sequence[Recoverable], parent: QWidget | None = None) -> None:
        text = (
            "The program ended without closing these documents. What was recovered opens as a copy; no file changes "
            "until you save."
        )
        answers = (
            Answer("recover", "Recover the ticked ones"),
            Answer("discard", "Discard the ticked ones", side=True),
            Answer("later", "Decide later"),
        )
        super().__init__("Recover unsaved work?", text, answers, parent, "recent", "warning")
        self._boxes: list[tuple[QCheckBox, Recoverable]] = []
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        body = QWidget(area)
        column = QVBoxLayout(body)
        column.setContentsMargins(44, 0, 0, 0)
        for entry in found:
            name = entry.document_path.name if entry.document_path is not None else "a drawing that was never saved"
            box = QCheckBox(f"{name}, last edit {when(entry.edited)}", body)
            box.setChecked(entry.attempts == 0)
            column.addWidget(box)
            self._boxes.append((box, entry))
            if entry.attempts:
                warning = "The program has crashed while recovering it; skipping it keeps the file for later."
                note = named(QLabel(warning, body), "warningText")
                note.setWordWrap(True)
                column.addWidget(note)
        column.addStretch(1)
        area.setWidget(body)
        area.setMinimumHeight(min(240, 34 * len(found) + 44))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.extra.addWidget(area)

    @property
    def chosen(self) -> list[Recoverable]:
        return [entry for box, entry in self._boxes if box.isChecked()]


def when(moment: float) -> str:
    """`today 14:03`, `yesterday`, `5 days ago` or a date, for seconds since 1970."""
    then = datetime.fromtimestamp(moment)
    days = (date.today() - then.date()).days
    if days <= 0:
        return f"today {then:%H:%M}"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 14 else f"{then:%d %B %Y}"
