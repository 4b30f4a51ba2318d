"""Crash recovery: what was done before a kill comes back; a journal that kills the program can be skipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.document import aann_file, edits, journal, wiring
from app.document.aann_file import Document
from app.document.history import History
from app.document.journal import Journal, recoverable
from app.document.schematic import Schematic
from app.errors import ProblemError
from tests.document import drawings

VIEW = {"zoom": 2.0}


def text(document: Document) -> str:
    return aann_file.dumps(document.schematic, document.view, document.state, document.unknown)


def die(kept: Journal) -> None:
    """The program is gone: its lock with it, its journal not."""
    kept.flush()
    kept._writer._lock.release()


def edit(document: Document) -> None:
    """Every table, additions and removals, undo."""
    schematic = document.schematic
    history = History(schematic)
    history.do("Place", edits.place(schematic, "multiplier", (1, 2)))
    history.do("Delete", wiring.delete(schematic, ["b2", "w7"]))
    history.do("Seed", edits.set_setting(schematic, "seed", "11"))
    history.do("Parameter", edits.set_document_parameter(schematic, "k0", "1n"))
    history.do("Data", edits.set_dataset(schematic, "iris", None))
    history.do("Sheet", edits.add_sheet(schematic, "Filter"))
    history.do("Place", edits.place(schematic, "multiplier", (0, 0), "Filter"))
    history.do("Rename", edits.rename(schematic, "top", "b1", "Ärger \"1\""))
    history.undo()


def test_the_last_edit_comes_back(tmp_path: Path) -> None:
    document = Document(drawings.example(), VIEW)
    kept = Journal(document, Path("some/xor.aann"), tmp_path)
    assert recoverable(tmp_path) == [] and not any(tmp_path.iterdir()), "nothing was edited"
    edit(document)
    kept.flush()
    assert recoverable(tmp_path) == [], "its owner is alive"
    die(kept)
    (found,) = recoverable(tmp_path)
    assert found.document_path == Path("some/xor.aann").absolute()
    assert text(found.load()) == text(document)
    kept.close()
    assert recoverable(tmp_path) == []


def test_saving_and_closing_leave_nothing(tmp_path: Path) -> None:
    document = Document(drawings.example())
    kept = Journal(document, None, tmp_path)
    edit(document)
    kept.saved(Path("xor.aann"))
    kept.flush()
    assert not any(tmp_path.iterdir())
    document.schematic.apply(edits.set_setting(document.schematic, "seed", "12"))
    kept.flush()
    assert len(list(tmp_path.glob("*.journal"))) == 1
    kept.close()
    assert not any(tmp_path.iterdir())
    document.schematic.apply(edits.set_setting(document.schematic, "seed", "13"))
    assert not any(tmp_path.iterdir())


def test_what_was_made_is_kept_before_the_first_edit(tmp_path: Path) -> None:
    document = Document(drawings.example(), VIEW)
    kept = Journal(document, None, tmp_path)
    kept.begin()
    made = text(document)
    die(kept)
    assert text(recoverable(tmp_path)[0].load()) == made


def test_a_torn_line_ends_the_replay(tmp_path: Path) -> None:
    document = Document(drawings.example())
    kept = Journal(document, None, tmp_path)
    texts = []
    for seed in range(5):
        document.schematic.apply(edits.set_setting(document.schematic, "seed", f"{seed + 100}"))
        texts.append(text(document))
    die(kept)
    (found,) = recoverable(tmp_path)
    content = found.path.read_bytes()
    lines = content.splitlines(keepends=True)
    assert len(lines) == 6
    for cut in range(len(b"".join(lines[:5])), len(content)):
        found.path.write_bytes(content[:cut])
        assert text(found.load()) == texts[3]
    found.path.write_bytes(b"".join(lines[:4]) + b"\x00\xff torn\n" + lines[5])
    assert text(found.load()) == texts[2]
    kept.close()


def test_a_long_journal_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MAX_APPENDED", 300)
    document = Document(drawings.example())
    kept = Journal(document, None, tmp_path)
    for seed in range(200):
        document.schematic.apply(edits.set_setting(document.schematic, "seed", f"{seed + 100}"))
        kept.flush()
    assert kept.path.stat().st_size < len(text(document)) * 2 + 1000
    die(kept)
    assert text(recoverable(tmp_path)[0].load()) == text(document)
    kept.close()


def test_a_journal_that_crashes_the_program_can_be_skipped(tmp_path: Path) -> None:
    document = Document(drawings.example())
    kept = Journal(document, None, tmp_path)
    edit(document)
    die(kept)
    (first,) = recoverable(tmp_path)
    assert first.attempts == 0
    first.load()  # ... and the program dies before it confirms
    (second,) = recoverable(tmp_path)
    assert second.attempts == 1, "the second start offers to skip it"
    assert second.path.exists(), "and keeps it"
    second.load()
    second.confirm()
    assert recoverable(tmp_path)[0].attempts == 0
    second.discard()
    assert recoverable(tmp_path) == []
    kept.close()
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"not json\n", b'{"aann_journal": 9, "path": ""}\n', b'{"aann_journal": 1, "path": 5}\n', b"[1]\n"],
)
def test_foreign_files_are_not_offered(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.journal").write_bytes(content)
    assert recoverable(tmp_path) == []


@pytest.mark.parametrize(
    "line",
    [b"5", b"[5]", b"[[1, 2, 3, 4]]", b'[["gone", "instances", "b1", {}]]', b'[["", "sheets", [], 1]]'],
)
def test_damaged_edits_are_an_error(tmp_path: Path, line: bytes) -> None:
    document = Document(drawings.example())
    kept = Journal(document, None, tmp_path)
    edit(document)
    die(kept)
    (found,) = recoverable(tmp_path)
    found.path.write_bytes(found.path.read_bytes() + line + b"\n")
    with pytest.raises(ProblemError) as caught:
        found.load()
    assert caught.value.problems[0].code == "journal-damaged"
    kept.close()


def test_a_disk_that_fails_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    document = Document(drawings.example())
    kept = Journal(document, None, tmp_path / "file" / "folder")
    edit(document)
    kept.flush()
    (tmp_path / "file").unlink()
    document.schematic.apply(edits.set_setting(document.schematic, "seed", "99"))
    die(kept)
    assert text(recoverable(tmp_path / "file" / "folder")[0].load()) == text(document), "it tried again"
    kept.close()


EDITOR = """
import sys
from pathlib import Path
from app.document import edits
from app.document.aann_file import Document
from app.document.journal import Journal
from app.document.schematic import Schematic
document = Document(Schematic())
journal = Journal(document, None, Path(sys.argv[1]))
for number in range(1, 1_000_000):
    document.schematic.apply(edits.set_setting(document.schematic, "seed", str(number)))
    if number % 10 == 0:
        journal.flush()
        print(number, flush=True)
"""


def kill_while_editing(folder: Path, kills: int) -> None:
    """Every kill leaves a journal with at least all edits that were flushed, of which 20 may be lost."""
    for number in range(kills):
        editor = subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(folder)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert editor.stdout is not None
        for _ in range(1 + number % 7):
            reported = int(editor.stdout.readline())
        editor.kill()
        rest = editor.stdout.read().split()
        editor.wait()
        editor.stdout.close()
        reported = int(rest[-1]) if rest else reported
        (found,) = recoverable(folder)
        recovered: Schematic = found.load().schematic
        assert int(recovered.setting("seed")) >= reported
        found.discard()


def test_killed_while_editing(tmp_path: Path) -> None:
    kill_while_editing(tmp_path, 5)


@pytest.mark.soak
def test_killed_while_editing_200_times(tmp_path: Path) -> None:
    kill_while_editing(tmp_path, 200)
