"""Where compiled kernels are kept, and which are there already; asks the disk, loads nothing.

The folder's name holds a hash of every source file here, since numba itself looks only at the file of the kernel, not
at what the kernel calls.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib import metadata
from pathlib import Path

from app.paths import user_cache

KEPT_VERSIONS = 3
NEEDED = ("advance", "mean_squares_block", "evaluate_block")


def folder() -> Path:
    """This version's; it need not exist."""
    return user_cache() / "kernels" / _sources_hash()


def make_folder() -> str | None:
    """The same, made for this user alone, or None where it cannot be; old versions' folders are removed."""
    try:
        made = folder()
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
        made.touch()
        others = sorted(
            (path for path in made.parent.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime
        )
        for old in others[:-KEPT_VERSIONS]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return None
    return str(made)


def kept() -> frozenset[str]:
    """Kernels of this version on disk, such as "dp5.advance"."""
    try:
        found = list(folder().rglob("*.nbi"))
    except OSError:
        return frozenset()
    return frozenset(path.name.rpartition("-")[0] for path in found)


def is_ready(method: str = "dp5") -> bool:
    """Whether a run with this method loads its kernels from the disk, in about half a second, instead of compiling
    them, once on a machine, in up to a minute."""
    there = kept()
    return {f"{method}.{NEEDED[0]}", *(f"rows.{name}" for name in NEEDED[1:])} <= there


def _sources_hash() -> str:
    digest = hashlib.sha256()
    try:
        digest.update(metadata.version("numba").encode())
    except metadata.PackageNotFoundError:  # a frozen program, which has no sources either: tell it by its date
        digest.update(str(Path(sys.executable).stat().st_mtime_ns).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    digest.update((Path(__file__).parent.parent / "program.py").read_bytes())
    return digest.hexdigest()[:16]
