"""What a sweep has finished, appended batch by batch, so that a killed one goes on where it was.

A file of frames: a mark, the length, a checksum, and an NPZ of plain arrays. A frame is one write followed by a flush
to the disk; one that was cut short fails its checksum and is left out, and so is everything after it. Runs are known
by their key, which hashes all that their result depends on, so a journal of another sweep does no harm.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from app.errors import fail
from app.training.sweep_job import Outcome

MARK = b"AANN-SW1"
_HEAD = struct.Struct("<8sQ16s")
LARGEST = 1 << 32


class Journal:
    """Opens or makes the file. With `fresh` an old one is emptied. Raises ProblemError where it cannot be written."""

    def __init__(self, path: Path, fresh: bool) -> None:
        self.path = path
        try:
            self._file = open(path, "wb" if fresh else "r+b" if path.exists() else "w+b")  # noqa: SIM115
        except OSError as error:
            raise self._trouble(error) from None
        if not fresh:
            self._file.seek(_whole_length(path))
            self._file.truncate()

    def append(self, keys: Sequence[str], outcome: Outcome) -> None:
        """One batch, `keys` of its runs. On the disk when this returns."""
        body = io.BytesIO()
        np.savez(
            body, allow_pickle=False, keys=np.array(keys), mse=outcome.mse, epochs=outcome.epochs,
            weights=outcome.weights, names=np.array(outcome.names, str), broken=outcome.broken,
            seconds=np.array(outcome.seconds), steps=np.array(outcome.steps),
        )  # fmt: skip
        content = body.getvalue()
        try:
            self._file.write(_HEAD.pack(MARK, len(content), _checksum(content)) + content)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._trouble(error) from None

    def close(self) -> None:
        """What is finished stays; a file with nothing in it does not."""
        if not self._file.closed:
            empty = self._file.tell() == 0
            self._file.close()
            if empty:
                self.path.unlink(missing_ok=True)

    def remove(self) -> None:
        """After the results have been written elsewhere."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _trouble(self, error: OSError) -> Exception:
        cure = "choose another folder or free some space"
        return fail("cannot-write", str(self.path), error.strerror or str(error), cure)


def read(path: Path) -> Iterator[tuple[list[str], Outcome]]:
    """Every whole batch of a journal, with the keys of its runs; nothing if there is no file."""
    for content in _frames(path):
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            keys = [str(key) for key in found["keys"]]
            outcome = Outcome(
                tuple(range(len(keys))), found["mse"], found["epochs"], found["weights"],
                tuple(str(name) for name in found["names"]), found["broken"], float(found["seconds"]),
                int(found["steps"]),
            )  # fmt: skip
        yield keys, outcome


def _frames(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    with open(path, "rb") as stream:
        while True:
            head = stream.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            mark, length, checksum = _HEAD.unpack(head)
            if mark != MARK or length > LARGEST:
                return
            content = stream.read(length)
            if len(content) < length or _checksum(content) != checksum or not zipfile.is_zipfile(io.BytesIO(content)):
                return
            yield content


def _whole_length(path: Path) -> int:
    return sum(_HEAD.size + len(content) for content in _frames(path))


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
