"""Two windows, one file: each learns of the other, and neither overwrites what it has not seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.document import aann_file, edits
from app.document.aann_file import Document
from app.document.file_lock import FileLock
from app.document.on_disk import OpenFile
from app.errors import ProblemError
from tests.document import drawings


def stored(folder: Path) -> Path:
    path = folder / "xor.aann"
    aann_file.save(path, Document(drawings.example()))
    return path


def seeded(document: Document, seed: str) -> Document:
    document.schematic.apply(edits.set_setting(document.schematic, "seed", seed))
    return document


def test_the_second_window_is_told_and_overwrites_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path)
    one, two = OpenFile(path), OpenFile(path)
    assert (one.elsewhere, two.elsewhere) == (False, True)
    first, second = seeded(one.read(), "1"), seeded(two.read(), "2")
    one.save(first)
    assert one.conflict() is None
    with pytest.raises(ProblemError) as caught:
        two.save(second)
    assert caught.value.problems[0].code == "changed-on-disk"
    assert aann_file.load(path).schematic.setting("seed") == "1"
    two.save(second, overwrite=True)
    assert aann_file.load(path).schematic.setting("seed") == "2"
    assert one.conflict() is not None
    one.close()
    two.close()
    three = OpenFile(path)
    assert not three.elsewhere
    three.close()


def test_reading_anew_ends_the_conflict(tmp_path: Path) -> None:
    path = stored(tmp_path)
    opened = OpenFile(path)
    document = opened.read()
    path.write_bytes(path.read_bytes().replace(b'"seed": "7"', b'"seed": "8"'))
    assert opened.conflict() is not None
    document = opened.read()
    assert document.schematic.setting("seed") == "8"
    opened.save(document)
    opened.close()


def test_a_touched_file_is_no_conflict(tmp_path: Path) -> None:
    path = stored(tmp_path)
    opened = OpenFile(path)
    document = opened.read()
    path.write_bytes(path.read_bytes())
    opened.save(document)
    path.unlink()
    opened.save(document)  # it was removed: saving brings it back
    assert path.exists()
    opened.close()


def test_a_link_and_its_target_are_one_file(tmp_path: Path) -> None:
    path = stored(tmp_path)
    link = tmp_path / "link.aann"
    link.symlink_to(path)
    one, two = OpenFile(path), OpenFile(link)
    assert two.elsewhere
    one.close()
    two.close()


def test_a_new_file_that_appears_meanwhile(tmp_path: Path) -> None:
    opened = OpenFile(tmp_path / "new.aann")
    aann_file.save(tmp_path / "new.aann", Document(drawings.example()))
    with pytest.raises(ProblemError, match="changed the file"):
        opened.save(Document(drawings.example()))
    opened.close()


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.document.file_lock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "x.lock")], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"True\n"
    lock = FileLock(tmp_path / "x.lock")
    assert not lock.acquire()
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert lock.acquire() and lock.acquire()
    lock.release()
