"""What the actions of the window do with the selection on the canvas: each is one edit of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtGui import QCursor, QGuiApplication

from app.document import arrange, clipboard, wiring
from app.document.definitions import SHEET
from app.document.edits import Changes
from app.document.fold import fold
from app.document.schematic import Change, Point
from app.document.sheet_edits import expand
from app.errors import Problem, ProblemError
from app.ui.canvas.gestures.base import Gesture
from app.ui.canvas.gestures.shift import shifted_changes
from app.ui.canvas.gestures.stretch import Mover
from app.ui.canvas.metrics import GRID
from app.ui.canvas.sheet_view import SheetView

PASTE_STEP = 2  # grid units between a copy and its original


class EditView(SheetView):
    gesture: Gesture | None = None  # the tool in hand, which may take an action for itself

    def do(self, label: str, changes: Iterable[Change], merge: str = "") -> bool:
        """One edit of the document; False if it was refused (and said) or changed nothing."""
        if self.read_only:
            self.say(
                Problem(
                    "sheet-derived", self.location()[-1], "this sheet shows what is inside the block",
                    "change the parts in the inspector, or the block's own parameters",
                )
            )  # fmt: skip
            return False
        return self.desk.do(label, changes, merge)

    def tell(self, text: str) -> None:
        """A line for the status bar."""
        self.hint.emit(text)

    def say(self, problem: Problem) -> None:
        self.desk.say(problem)

    def _edit(self, label: str, changes: Callable[[], Changes]) -> bool:
        """Works the changes out and carries them out; a refusal is said."""
        try:
            return self.do(label, changes() if not self.read_only else ())
        except ProblemError as error:
            for problem in error.problems:
                self.say(problem)
            return False

    # -- selection --------------------------------------------------------------------------------------------------

    def rotate_selection(self, turns: int = 1) -> None:
        """Quarter turns clockwise, of what is being placed or of the selection."""
        if self.gesture is not None and self.gesture.turn(turns):
            return
        if self.selection():
            self._edit("Rotate", lambda: arrange.rotate(self.schematic, self.selection(), turns, self.sheet))

    def mirror_selection(self, vertical: bool = False) -> None:
        """Swaps left and right, or top and bottom."""
        if self.gesture is not None and self.gesture.flip(vertical):
            return
        if self.selection():
            self._edit("Mirror", lambda: arrange.mirror(self.schematic, self.selection(), vertical, self.sheet))

    def delete_selection(self) -> None:
        """Removes the selection; while a wire is drawn takes back its last corner."""
        if self.gesture is not None and (self.gesture.take_back() or not self.gesture.sticky):
            return
        if self.selection():
            self._edit("Delete", lambda: wiring.delete(self.schematic, self.selection(), self.sheet))

    def nudge(self, dx: int, dy: int) -> None:
        """Shifts the selection by grid units, its wires attached. Several in a row are one step of undo."""
        chosen = self.selection()
        if not chosen:
            return
        try:
            changes = Mover(self.drawing, chosen).changes(dx, dy)
        except ProblemError as error:
            self.say(error.problems[0])
            return
        self.do("Move", changes, merge=f"nudge {' '.join(chosen)}")

    # -- sheets -----------------------------------------------------------------------------------------------------

    def create_sheet(self) -> None:
        """Makes a sheet of the selection, and places it where the selection was."""
        if self.selection():
            self._add("Create sheet", lambda: fold(self.schematic, self.selection(), self.sheet), ("sheet",))

    def expand_sheets(self) -> None:
        """What is inside the selected sheets takes their place."""
        chosen = [ident for ident in self.selection() if self._is_sheet(ident)]
        if not chosen:
            return
        self._add("Expand sheet", lambda: expand(self.schematic, chosen[0], self.sheet))

    def _is_sheet(self, ident: str) -> bool:
        instance = self.drawing.sheet.instances.get(ident)
        return instance is not None and instance.type == SHEET

    # -- clipboard --------------------------------------------------------------------------------------------------

    def copy(self) -> bool:
        """Puts the selected blocks, with the wires between them, on the clipboard."""
        chosen = self.selection()
        if not chosen:
            return False
        QGuiApplication.clipboard().setText(clipboard.copy(self.schematic, chosen, self.sheet))
        return True

    def cut(self) -> None:
        if self.copy():
            self._edit("Cut", lambda: wiring.delete(self.schematic, self.selection(), self.sheet))

    def paste(self) -> None:
        """Adds what is on the clipboard, at the pointer if it is over the canvas, else in the middle of the window."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            return
        self._add("Paste", lambda: self._moved_to_pointer(clipboard.paste(self.schematic, text, (0, 0), self.sheet)))

    def duplicate(self) -> None:
        """A copy of the selection beside it."""
        chosen = self.selection()
        if chosen:
            offset = PASTE_STEP, PASTE_STEP
            self._add("Duplicate", lambda: clipboard.duplicate(self.schematic, chosen, offset, self.sheet))

    def _add(self, label: str, changes: Callable[[], Changes], kinds: tuple[str, ...] = ()) -> None:
        """An edit whose new blocks on this sheet (of some kinds) are selected then."""
        made: list[str] = []

        def worked_out() -> Changes:
            result = changes()
            mine = [change for change in result if change.sheet == self.sheet and change.after is not None]
            made.extend(change.key for change in mine if not kinds or getattr(change.after, "type", "") in kinds)
            return result

        if self._edit(label, worked_out):
            self.select(made)

    def _moved_to_pointer(self, changes: Changes) -> Changes:
        """New elements with the top left corner of their box at the pointer."""
        places: list[Point] = [
            change.after.at
            for change in changes
            if change.table in ("instances", "junctions") and change.after and change.sheet == self.sheet
        ]
        if not places:
            return changes
        left, top = min(x for x, _ in places), min(y for _, y in places)
        x, y = self._target()
        return shifted_changes(changes, x - left, y - top)

    def _target(self) -> Point:
        """The grid point under the pointer, or in the middle of the window."""
        place = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.viewport().rect().contains(place)
        at = self.mapToScene(place) if inside and self.underMouse() else self.centre()
        return round(at.x() / GRID), round(at.y() / GRID)
