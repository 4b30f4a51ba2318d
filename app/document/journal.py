"""Crash recovery: every edit is appended to a journal in the user's own folder, from which a lost document is rebuilt.

A journal is a file of JSON lines: a header, the document's text (after the first edit, or as it was made), then the
changes of each further edit. It goes when the document is saved or closed. A line torn by the crash ends the replay;
nothing before it is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from app import paths
from app.document import aann_file, strict_json
from app.document.aann_file import Document
from app.document.atomic import write_bytes
from app.document.file_lock import FileLock
from app.document.schematic import Change
from app.errors import ProblemError, fail

VERSION = 1
SYNC_SECONDS = 10.0
# A journal longer than this is begun anew with the document as it is.
MAX_APPENDED = 8 * 1024 * 1024
MAX_LINE = 8 * strict_json.MAX_BYTES


def folder() -> Path:
    """Where journals lie."""
    return paths.user_data() / "recovery"


class Journal:
    """Listens to a document. A worker thread encodes and writes, so that an edit waits for no disk; `path` is the
    document's file, None if it has none yet. A journal that cannot be written stops nobody from working."""

    def __init__(self, document: Document, path: Path | None, where: Path | None = None) -> None:
        self.document, self.document_path = document, path
        self.path = (where or folder()) / f"{uuid.uuid4().hex}.journal"
        self._writer = _Writer(self.path)
        self._begun = False
        document.schematic.subscribe(self._record)

    def begin(self) -> None:
        """The document is worth keeping as it is, before any edit: it was made and stands in no file."""
        self._begun = True
        path = "" if self.document_path is None else str(self.document_path.absolute())
        self._writer.begin(path, still(self.document))

    def _record(self, changes: tuple[Change, ...]) -> None:
        if self._begun and not self._writer.full:
            self._writer.append(changes)
        else:
            self.begin()

    def flush(self) -> None:
        """Waits until every edit so far is written."""
        self._writer.flush()

    def saved(self, path: Path, dirty: bool = False) -> None:
        """The document now stands in `path`; the journal begins anew with the next edit, or at once if it is `dirty`:
        edited while it was written."""
        self.document_path = path
        self._begun = False
        if dirty:
            self._record(())
        else:
            self._writer.remove()

    def close(self) -> None:
        """The document is closed on purpose; nothing remains to recover."""
        self.document.schematic.unsubscribe(self._record)
        self._writer.stop()


def still(document: Document) -> Document:
    """A copy that later edits leave alone."""
    copy = document.schematic.copy()
    return Document(copy, dict(document.view), dict(document.state), dict(document.unknown))


class _Writer:
    """Owns the journal's file on a thread of its own, which starts with the first edit. Tasks are done in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.full = False
        self._lock = FileLock(path.with_suffix(".lock"))
        self._stream: BinaryIO | None = None
        self._appended = 0
        self._synced = 0.0
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def begin(self, document_path: str, document: Document) -> None:
        self.full = False
        self._submit(lambda: self._write_base(document_path, document))

    def append(self, changes: tuple[Change, ...]) -> None:
        self._submit(lambda: self._write_changes(changes))

    def remove(self) -> None:
        self._submit(self._remove)

    def flush(self) -> None:
        done = threading.Event()
        self._submit(done.set)
        done.wait()

    def stop(self) -> None:
        """Removes the journal and ends the thread."""
        if self._thread is not None:
            self._submit(self._remove)
            self._tasks.put(None)
            self._thread.join()
            self._thread = None

    def _submit(self, task: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
            self._thread.start()
        self._tasks.put(task)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except (OSError, ProblemError, ValueError):
                self.full = True  # perhaps torn: the next edit begins a new journal

    def _write_base(self, document_path: str, document: Document) -> None:
        text = aann_file.dumps(document.schematic, document.view, document.state, document.unknown)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        header = {"aann_journal": VERSION, "path": document_path}
        self._close()
        write_bytes(self.path, f"{json.dumps(header)}\n{json.dumps(text)}\n".encode())
        self._stream = open(self.path, "ab")  # noqa: SIM115 - stays open with the document
        self._appended, self._synced = 0, time.monotonic()

    def _write_changes(self, changes: tuple[Change, ...]) -> None:
        if self._stream is None:
            return
        line = json.dumps([_change_tree(change) for change in changes], ensure_ascii=False, allow_nan=False)
        self._appended += self._stream.write(line.encode() + b"\n")
        self._stream.flush()
        if time.monotonic() - self._synced > SYNC_SECONDS:
            os.fsync(self._stream.fileno())
            self._synced = time.monotonic()
        self.full = self._appended > MAX_APPENDED

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _remove(self) -> None:
        self._close()
        self._lock.release()
        for path in (self.path, self._lock.path):
            with contextlib.suppress(OSError):
                path.unlink()


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A journal whose program has died. `attempts` counts recoveries that were begun and never confirmed: above 0 the
    program probably died of it, and the person should be offered to skip it."""

    path: Path
    document_path: Path | None
    edited: float
    attempts: int

    def load(self) -> Document:
        """Rebuilds the document; call `confirm` once it is open and drawn. Raises ProblemError; the journal stays."""
        self._count(self.attempts + 1)
        return replay(self.path)

    def confirm(self) -> None:
        """The recovered document is open and well."""
        self._count(0)

    def discard(self) -> None:
        """The person does not want it (or has saved it)."""
        for suffix in (".journal", ".lock", ".attempts"):
            with contextlib.suppress(OSError):
                self.path.with_suffix(suffix).unlink()

    def _count(self, attempts: int) -> None:
        write_bytes(self.path.with_suffix(".attempts"), str(attempts).encode())


def recoverable(where: Path | None = None) -> list[Recoverable]:
    """Journals that no living program owns, the newest first. Unreadable ones are left alone."""
    found = []
    for path in sorted((where or folder()).glob("*.journal")):
        lock = FileLock(path.with_suffix(".lock"))
        with contextlib.suppress(OSError, ProblemError):
            if not lock.acquire():
                continue
            lock.release()
            header = _header(next(_lines(path), b""), path)
            document = Path(header["path"]) if header["path"] else None
            found.append(Recoverable(path, document, path.stat().st_mtime, _attempts(path)))
    return sorted(found, key=lambda entry: -entry.edited)


def replay(path: Path) -> Document:
    """The document as it was after the last edit that was written whole. Raises ProblemError."""
    lines = _lines(path)
    _header(next(lines, b""), path)
    text = strict_json.parse(next(lines, b""), str(path))
    if type(text) is not str:
        raise _damaged(path, "it does not begin with a document")
    tree = strict_json.parse(text, str(path))
    for line in lines:
        try:
            changes = strict_json.parse(line, str(path))
        except ProblemError:
            break
        _patch(tree, changes, path)
    return aann_file.from_tree(tree, str(path))


def _change_tree(change: Change) -> list[Any]:
    return [change.sheet, change.table, change.key, aann_file.element_tree(change.after)]


def _patch(tree: Any, changes: Any, path: Path) -> None:
    """Carries out an edit on the parsed values; the strict loader judges the result."""
    try:
        for sheet, table, key, after in changes:
            owner = tree["design"]["sheets"][sheet] if sheet else tree["design"]
            entries = owner.setdefault(table, {})
            if after is None:
                entries.pop(key, None)
            else:
                entries[key] = after
    except (TypeError, ValueError, KeyError, AttributeError):
        raise _damaged(path, "an edit in it cannot be read") from None


def _lines(path: Path) -> Iterator[bytes]:
    """The lines that were written whole."""
    try:
        with open(path, "rb") as stream:
            while line := stream.readline(MAX_LINE):
                if not line.endswith(b"\n"):
                    return
                yield line
    except OSError as error:
        raise fail("cannot-open", str(path), error.strerror or str(error), "discard the recovery file") from None


def _header(line: bytes, path: Path) -> dict[str, Any]:
    header = strict_json.parse(line, str(path))
    if not isinstance(header, dict) or header.get("aann_journal") != VERSION or not isinstance(header.get("path"), str):
        raise _damaged(path, "it is no journal of this version")
    return header


def _attempts(path: Path) -> int:
    try:
        return int(path.with_suffix(".attempts").read_text("ascii")[:9])
    except (OSError, ValueError):
        return 0


def _damaged(path: Path, found: str) -> ProblemError:
    return fail("journal-damaged", str(path), found, "discard the recovery file")
