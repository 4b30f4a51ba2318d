"""The kernels' cache: damaged files and folders that cannot be written cost a compilation, never a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.solve import kernel_cache

SCRIPT = """
import numpy as np
from app.solve.compiled import kernel
@kernel
def twice(x):
    return 2.0 * x
assert twice(21.0) == 42.0
print(sum(twice.stats.cache_hits.values()), sum(twice.stats.cache_misses.values()))
"""


def in_process(folder: Path, script: Path) -> list[int]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


def test_a_kernel_is_compiled_once_and_survives_damage(tmp_path: Path, script: Path) -> None:
    cache = tmp_path / "cache"
    assert in_process(cache, script) == [0, 1]
    assert in_process(cache, script) == [1, 0]
    files = [path for path in cache.rglob("*") if path.suffix in (".nbi", ".nbc")]
    assert {path.suffix for path in files} == {".nbi", ".nbc"}
    for damage in (b"", b"\x80\x05garbage", None):
        for suffix in (".nbi", ".nbc"):
            for path in cache.rglob("*" + suffix):
                data = path.read_bytes()
                path.write_bytes(data[: len(data) // 2] if damage is None else damage)
            assert in_process(cache, script) == [0, 1]
            assert in_process(cache, script) == [1, 0]


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path, script: Path) -> None:
    (tmp_path / "file").write_text("")
    assert in_process(tmp_path / "file", script)[0] == 0


def test_which_kernels_are_there_is_read_from_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert kernel_cache.kept() == frozenset() and not kernel_cache.is_ready()
    made = kernel_cache.make_folder()
    assert made == str(kernel_cache.folder())
    inner = Path(made) / "solve_0123"
    inner.mkdir()
    (inner / "dp5.advance-257.py311.nbi").write_bytes(b"")
    assert kernel_cache.kept() == {"dp5.advance"} and not kernel_cache.is_ready()
    (inner / "rows.mean_squares_block-34.py311.nbi").write_bytes(b"")
    assert not kernel_cache.is_ready()
    (inner / "rows.evaluate_block-22.py311.nbi").write_bytes(b"")
    assert kernel_cache.is_ready() and not kernel_cache.is_ready("rk4")


def test_old_versions_folders_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in range(5):
        old = kernel_cache.folder().parent / f"old{number}"
        old.mkdir(parents=True)
        os.utime(old, (number + 1, number + 1))
    kernel_cache.make_folder()
    left = sorted(path.name for path in kernel_cache.folder().parent.iterdir())
    assert left == sorted([kernel_cache.folder().name, "old3", "old4"])


def test_a_cache_that_cannot_be_read_has_no_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert kernel_cache.make_folder() is None and not kernel_cache.is_ready()
