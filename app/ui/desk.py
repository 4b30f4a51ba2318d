"""A desk: one open document, its history and its run. Canvas, panels and plots see nothing else of the program."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.document import storable
from app.document.aann_file import Document
from app.document.history import History
from app.document.journal import Journal, Recoverable, still
from app.document.meaning import alters_circuit
from app.document.on_disk import OpenFile
from app.document.saving import Saving, large
from app.document.schematic import Change, Schematic
from app.errors import Problem, ProblemError
from app.training.engine import Engine
from app.ui.bridge import bridge

if TYPE_CHECKING:
    from app.training.frame import Frame

UNTITLED = "untitled"
STATE_WAIT = 0.3  # seconds that saving waits for the run to tell its state between two chunks


class Desk(QObject):
    changed = Signal(object)  # tuple[Change, ...], one notice for every edit, undo and redo
    replaced = Signal()  # another document stands here
    framed = Signal(object)  # Frame, at most 30 per second
    said = Signal(object)  # Problem to show briefly
    state_changed = Signal()  # path, dirty, undo and redo labels
    closing = Signal()  # it is about to end
    saving = Signal()  # put into document.view what a file shall remember of the view
    saved_later = Signal(object)  # Path, what `write_later` has written
    not_saved = Signal(object, object)  # Path and ProblemError, where it could not
    _saving_ended = Signal()  # from the thread that writes

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = Engine()
        self.frame: Frame | None = None
        self.file: OpenFile | None = None
        self._recovered: Recoverable | None = None
        self._under_way: Saving | None = None
        self._waiting: deque[tuple[Path, bool]] = deque()
        self._saving_ended.connect(self._look_at_saving, Qt.ConnectionType.QueuedConnection)
        self._show(Document(Schematic()), "")
        bridge().add(self)

    # -- what lies on it ----------------------------------------------------------------------------------------

    @property
    def schematic(self) -> Schematic:
        return self.document.schematic

    @property
    def path(self) -> Path | None:
        """The document's file; None before it is saved the first time."""
        return None if self.file is None else self.file.path

    @property
    def title(self) -> str:
        """What the document is called in titles: its file's name, an example's, or untitled."""
        return self.path.stem if self.path is not None else self._name or UNTITLED

    @property
    def dirty(self) -> bool:
        return self.history.dirty or self._unsaved

    @property
    def untouched(self) -> bool:
        """An empty document that nobody has begun to draw."""
        empty = not any(sheet.instances for sheet in self.schematic.sheets.values())
        return self.path is None and empty and not self.history.can_undo

    # -- editing ------------------------------------------------------------------------------------------------

    def do(self, label: str, changes: Iterable[Change], merge: str = "") -> bool:
        """One edit, one step of undo (successive edits with the same `merge` key together are one). A refusal is said,
        not raised; False then, and when nothing changes."""
        try:
            done = self.history.do(label, storable.checked(changes), merge)
        except ProblemError as error:
            for problem in error.problems:
                self.say(problem)
            return False
        except ValueError as error:
            self.say(Problem("edit-refused", label, str(error), "try it again"))
            return False
        self.state_changed.emit()
        return done

    def undo(self) -> None:
        self.history.undo()
        self.state_changed.emit()

    def redo(self) -> None:
        self.history.redo()
        self.state_changed.emit()

    def say(self, problem: Problem) -> None:
        """Show a problem briefly."""
        self.said.emit(problem)

    # -- files --------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty document in place of the present one."""
        self.show(Document(Schematic()))

    def show(self, document: Document, name: str = "", unsaved: bool = False) -> None:
        """A document without a file: an example, or a generated network (`unsaved`)."""
        self._let_go()
        self._show(document, name, unsaved)
        self._announce()

    def recover(self, entry: Recoverable) -> None:
        """What a crash interrupted. Its journal stays until this is saved or closed on purpose. Raises ProblemError."""
        document = entry.load()
        name = entry.document_path.stem if entry.document_path is not None else ""
        self.show(document, f"{name} (recovered)" if name else "recovered", unsaved=True)
        self._recovered = entry
        entry.confirm()

    def open(self, path: Path) -> bool:
        """The document of a file; False if it cannot be opened, which is said."""
        try:
            self.open_file(path)
        except ProblemError as error:
            for problem in error.problems:
                self.say(problem)
            return False
        return True

    def open_file(self, path: Path) -> None:
        """The same, raising ProblemError; the present document stays then."""
        file = OpenFile(path)
        try:
            document = file.read()
        except ProblemError:
            file.close()
            raise
        self._let_go()
        self.file = file
        self._show(document, "")
        self._announce()

    def save(self) -> bool:
        """To its file; False if that fails, which is said."""
        return self.path is not None and self.save_as(self.path)

    def save_as(self, path: Path) -> bool:
        """To `path`, which becomes its file; False if that fails, which is said."""
        try:
            self.write(path)
        except ProblemError as error:
            for problem in error.problems:
                self.say(problem)
            return False
        return True

    def write(self, path: Path, overwrite: bool = False) -> None:
        """The same, raising ProblemError: `changed-on-disk` if somebody else has written the file meanwhile and
        `overwrite` does not say that this does not matter."""
        self.finish_saving()
        written = self._saving(path, overwrite)
        written.now()
        self._take(written)

    @property
    def large(self) -> bool:
        """Whether writing the document takes so long that it should be done with `write_later`."""
        return large(self.schematic)

    def write_later(self, path: Path, overwrite: bool = False) -> None:
        """The same in a thread, while editing goes on: what is written is the document as it is now, or after the
        writing that is under way. It stays dirty until it is on the disk; `saved_later` or `not_saved` tell."""
        self._waiting.append((path, overwrite))
        if self._under_way is None:
            self._write_next()

    def finish_saving(self) -> None:
        """Wait until nothing is being written any more."""
        while self._under_way is not None:
            self._under_way.wait()
            self._look_at_saving()

    def close(self) -> None:
        """Ends the run and lets go of the file; the journal goes, since the person has decided."""
        bridge().remove(self)
        self.closing.emit()
        self._let_go()
        self.engine.shutdown()

    # -- the run ------------------------------------------------------------------------------------------------

    def take_frame(self) -> None:
        """Called by the bridge."""
        frame = self.engine.latest()
        if frame is not None:
            self.frame = frame
            self.framed.emit(frame)

    # -- writing ------------------------------------------------------------------------------------------------

    def _saving(self, path: Path, overwrite: bool) -> Saving:
        """Of the document as it is now."""
        target = self.file if self.file is not None and self.file.path == path else OpenFile(path)
        trained = self.engine.trained(STATE_WAIT)
        self.document.state = self.document.state if trained is None else trained
        self.saving.emit()
        self.history.break_merge()
        return Saving(target, still(self.document), overwrite or target is not self.file, self.history.state)

    def _write_next(self) -> None:
        if self._waiting:
            self._under_way = self._saving(*self._waiting.popleft())
            self._under_way.start(self._saving_ended.emit)

    @Slot()
    def _look_at_saving(self) -> None:
        written = self._under_way
        if written is None or not written.ended:
            return  # it was waited for
        self._under_way = None
        try:
            self._take(written)
        except ProblemError as error:
            self._waiting.clear()  # what is wrong with this would be told again
            self.not_saved.emit(written.path, error)
        else:
            self.saved_later.emit(written.path)
        if self._under_way is None:
            self._write_next()

    def _take(self, written: Saving) -> None:
        """What was written is the document's file now. Raises the ProblemError that prevented it."""
        target = written.target
        if written.error is not None:
            if target is not self.file:
                target.close()
            raise written.error
        if target is not self.file and self.file is not None:
            self.file.close()
        self.file = target
        self.history.mark_saved(written.state)
        self._unsaved = False
        self.journal.saved(target.path, self.history.dirty)
        self._discard_recovered()
        self.state_changed.emit()

    # -- inside -------------------------------------------------------------------------------------------------

    def _show(self, document: Document, name: str, unsaved: bool = False) -> None:
        self.document, self._name, self._unsaved = document, name, unsaved
        self.history: History = History(document.schematic)
        self.journal: Journal = Journal(document, self.path)
        document.schematic.subscribe(self._noticed)
        self.engine.load(document.schematic.copy(), fresh=True, state=document.state)

    def _announce(self) -> None:
        self.frame = None
        self.replaced.emit()
        self.state_changed.emit()

    def _let_go(self) -> None:
        self.finish_saving()
        self.document.schematic.unsubscribe(self._noticed)
        self.journal.close()
        self._discard_recovered()
        if self.file is not None:
            self.file.close()
            self.file = None

    def _discard_recovered(self) -> None:
        if self._recovered is not None:
            self._recovered.discard()
            self._recovered = None

    def _noticed(self, changes: tuple[Change, ...]) -> None:
        if alters_circuit(changes):
            self.engine.load(self.document.schematic.copy())
        self.changed.emit(changes)
