"""One writing of a document to its file: at once, or in a thread while a large document goes on being edited."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.document.aann_file import Document
from app.document.on_disk import OpenFile
from app.document.schematic import Schematic
from app.errors import Problem, ProblemError

THREAD = "saving"
LARGE = 2000  # elements, which take some 50 ms to write, read again as a check, and flush to the disk
VALUES_PER_ELEMENT = 8  # of a dataset's rows


def large(schematic: Schematic) -> bool:
    """Whether a person would notice that writing it takes time."""
    drawn = sum(len(sheet.instances) + len(sheet.junctions) + len(sheet.wires) for sheet in schematic.sheets.values())
    values = sum(len(entry.rows) * (len(entry.inputs) + len(entry.targets)) for entry in schematic.datasets.values())
    return drawn + values // VALUES_PER_ELEMENT > LARGE


class Saving:
    """`document` is a copy that nobody changes, `state` the history's when it was taken."""

    def __init__(self, target: OpenFile, document: Document, overwrite: bool, state: int) -> None:
        self.target, self.state = target, state
        self.error: ProblemError | None = None
        self._document, self._overwrite = document, overwrite
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    @property
    def path(self) -> Path:
        return self.target.path

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def start(self, tell: Callable[[], object]) -> None:
        """In a thread, which calls `tell` at its end."""
        self._thread = threading.Thread(target=self._work, args=(tell,), name=THREAD)  # the program ends after it
        self._thread.start()

    def wait(self) -> None:
        """Until it has ended."""
        if self._thread is not None:
            self._thread.join()

    def now(self) -> None:
        """In this thread."""
        self._work(bool)

    def _work(self, tell: Callable[[], object]) -> None:
        try:
            self.target.save(self._document, self._overwrite)
        except ProblemError as error:
            self.error = error
        except Exception as error:  # a defect must not end in a document that seems to be saved
            found = f"{type(error).__name__}: {error}"
            self.error = ProblemError(Problem("cannot-save", str(self.path), found, "save under another name"))
        finally:
            self._ended.set()
            tell()
