"""The journal of finished batches: whatever is cut off or damaged at its end, what was whole before stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import ProblemError
from app.training.sweep_job import Outcome
from app.training.sweep_journal import Journal, read


def batch(number: int) -> tuple[list[str], Outcome]:
    keys = [f"{number:02}{lane}" for lane in range(3)]
    mse = np.full((4, 3), float(number))
    outcome = Outcome(
        (0, 1, 2), mse, np.array([4, 4, 3]), np.full((2, 3), 0.5), ("N1/C0", "N1/C1"), np.array([False, True, False]),
        1.5, 99,
    )  # fmt: skip
    return keys, outcome


def filled(path: Path, count: int = 3) -> bytes:
    journal = Journal(path, fresh=True)
    for number in range(count):
        journal.append(*batch(number))
    journal.close()
    return path.read_bytes()


def numbers(path: Path) -> list[float]:
    return [float(outcome.mse[0, 0]) for _, outcome in read(path)]


def test_what_was_appended_is_read(tmp_path: Path) -> None:
    path = tmp_path / "j"
    filled(path)
    for (keys, outcome), (wanted_keys, wanted) in zip(read(path), map(batch, range(3)), strict=True):
        assert keys == wanted_keys and outcome.names == wanted.names
        assert np.array_equal(outcome.mse, wanted.mse) and np.array_equal(outcome.weights, wanted.weights)
        assert np.array_equal(outcome.broken, wanted.broken) and np.array_equal(outcome.epochs, wanted.epochs)


def test_cut_anywhere_whole_batches_stay_and_more_can_follow(tmp_path: Path) -> None:
    path = tmp_path / "j"
    content = filled(path)
    size = len(content) // 3
    for length in (0, 1, 20, size - 1, size, size + 1, 2 * size - 1, 2 * size, 3 * size - 1):
        path.write_bytes(content[:length])
        kept = length // size
        assert numbers(path) == [float(n) for n in range(kept)]
        journal = Journal(path, fresh=False)
        journal.append(*batch(7))
        journal.close()
        assert numbers(path) == [*(float(n) for n in range(kept)), 7.0]


def test_a_flipped_byte_ends_it_there(tmp_path: Path) -> None:
    path = tmp_path / "j"
    content = filled(path)
    size = len(content) // 3
    for at in (0, 9, 30, size // 2, size + 3, size + 60):
        damaged = bytearray(content)
        damaged[at] ^= 0x40
        path.write_bytes(damaged)
        assert numbers(path) == [float(n) for n in range(at // size)]


def test_foreign_files_and_none_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "j"
    assert list(read(path)) == []
    path.write_bytes(b"\x80\x04" + b"not a journal" * 100)
    assert list(read(path)) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        Journal(tmp_path / "missing" / "j", fresh=True)
    assert caught.value.problems[0].code == "cannot-write"
