"""The kernels' cache: damaged files and folders that cannot be written cost a compilation, never a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
