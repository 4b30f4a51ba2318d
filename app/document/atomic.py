"""Files are replaced whole or not at all: written beside the target, flushed to the disk, then renamed over it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from app.errors import fail


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces `path` atomically, keeping its permissions. Raises ProblemError; the old file is then untouched."""
    folder = path.parent if str(path.parent) else Path()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=folder)
    except OSError as error:
        raise _trouble(path, error) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, _mode(path))
        os.replace(name, path)
        _sync_folder(folder)
    except OSError as error:
        raise _trouble(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """The rename itself must reach the disk; not every system lets a folder be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _trouble(path: Path, error: OSError) -> Exception:
    return fail("cannot-write", str(path), error.strerror or str(error), "choose another folder or free some space")
