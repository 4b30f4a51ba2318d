"""What a person does with the sheets of a drawing as wholes: open, rename, delete."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from app.document.edits import Changes
from app.document.sheet_edits import delete_sheet, rename_sheet
from app.errors import ProblemError
from app.ui.canvas.view import CanvasView
from app.ui.desk import Desk
from app.ui.dialogs.question import Answer, Question


class SheetCommands(QObject):
    def __init__(self, desk: Desk, canvas: CanvasView, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._canvas, self._window = desk, canvas, window

    @Slot(str, QPoint)
    def show_menu(self, name: str, place: QPoint) -> None:
        """The menu of a sheet at a place on the screen."""
        menu = QMenu(self._window)
        for text, command in (("Open", self.open), ("Rename…", self.ask_name), ("Delete", self.delete)):
            action = menu.addAction(text)
            action.setData(name)
            action.triggered.connect(self._chosen(command, name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    @staticmethod
    def _chosen(command: Callable[[str], object], name: str) -> Callable[[], None]:
        def call() -> None:
            command(name)

        return call

    def open(self, name: str) -> None:
        self._canvas.open_sheet(name)
        self._canvas.setFocus()

    def ask_name(self, name: str) -> None:
        answers = (Answer("rename", "Rename"), Answer("cancel", "Cancel"))
        dialog = Question(f"Rename the sheet {name}", "All of its instances follow.", answers, self._window, "edit")
        field = QLineEdit(name)
        field.setAccessibleName("Name")
        field.selectAll()
        dialog.extra.addWidget(field)
        field.setFocus()
        dialog.exec()
        dialog.deleteLater()
        if dialog.answer == "rename":
            self.rename(name, field.text())

    def rename(self, old: str, new: str) -> None:
        alone = self._canvas.where.alone and self._canvas.where.sheet == old
        if self._do("Rename sheet", lambda: rename_sheet(self._desk.schematic, old, new)) and alone:
            self._canvas.open_sheet(new.strip())

    def delete(self, name: str) -> None:
        self._do("Delete sheet", lambda: delete_sheet(self._desk.schematic, name))

    def _do(self, label: str, changes: Callable[[], Changes]) -> bool:
        try:
            return self._desk.do(label, changes())
        except ProblemError as error:
            for problem in error.problems:
                self._desk.say(problem)
            return False
