"""A document's file while a window has it open: nobody overwrites what somebody else has written meanwhile."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from app import paths
from app.document import aann_file
from app.document.aann_file import Document
from app.document.file_lock import FileLock
from app.errors import Problem, ProblemError, fail

SAVE_WAIT = 5.0


class OpenFile:
    """The file at `path` as it was when read or written last. Several windows may have it open; `elsewhere` tells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = _digest(path)
        self._mark = FileLock(_lock_path(path, "open"))
        self.elsewhere = not _acquired(self._mark)

    def read(self) -> Document:
        """Opens the document. Raises ProblemError."""
        content = aann_file.read_bytes(self.path)
        self._known = hashlib.sha256(content).hexdigest()
        return aann_file.opened(content, self.path)

    def conflict(self) -> Problem | None:
        """Whether the file is no longer what this window read or wrote."""
        now = _digest(self.path)
        if now == self._known or now == "":
            return None
        return Problem(
            "changed-on-disk", str(self.path), "another window or program has changed the file since it was opened",
            "save under another name, or open the file anew",
        )  # fmt: skip

    def save(self, document: Document, overwrite: bool = False) -> None:
        """Saves unless the file has changed on disk (ProblemError `changed-on-disk`) or `overwrite` says to."""
        lock = FileLock(_lock_path(self.path, "save"))
        deadline = time.monotonic() + SAVE_WAIT
        while not _acquired(lock):
            if time.monotonic() > deadline:
                raise fail("cannot-write", str(self.path), "another window is saving it", "try again")
            time.sleep(0.02)
        try:
            conflict = None if overwrite else self.conflict()
            if conflict is not None:
                raise ProblemError(conflict)
            aann_file.save(self.path, document)
            self._known = _digest(self.path)
        finally:
            lock.release()

    def close(self) -> None:
        """The window has closed the document."""
        self._mark.release()


def _digest(path: Path) -> str:
    """A hash of the file's content, "" if there is no such file."""
    try:
        return hashlib.sha256(aann_file.read_bytes(path)).hexdigest()
    except ProblemError:
        return ""


def _acquired(lock: FileLock) -> bool:
    """Takes the lock. Where locks cannot be made (a read-only home), windows go without them."""
    try:
        return lock.acquire()
    except OSError:
        return True


def _lock_path(path: Path, purpose: str) -> Path:
    # By the real path, so that a link and its target are one file. Locks lie apart: a document's folder stays clean.
    name = hashlib.sha256(str(path.resolve()).encode(errors="surrogateescape")).hexdigest()[:32]
    return paths.user_data() / "locks" / f"{name}.{purpose}"
