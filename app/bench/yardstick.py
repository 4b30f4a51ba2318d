"""Compiles yardstick.c for a network's sizes and calls it."""

from __future__ import annotations

import ctypes
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.bench.case import GAIN, Case
from app.paths import user_cache
from app.program import FloatArray

SOURCE = Path(__file__).with_name("yardstick.c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fPIC", "-c")
# Linked without -ffast-math, which would put a start-up routine into the library that flushes subnormal numbers to zero
# in the whole process that loads it.
LINK = ("-shared",)
METHODS = {"dp5": 0, "rk4": 1}
_DOUBLES = ctypes.POINTER(ctypes.c_double)


def compiler() -> str | None:
    """The path of gcc, or None."""
    return shutil.which("gcc")


def build(layers: tuple[int, int, int]) -> ctypes.CDLL:
    """The shared library for these sizes, kept in the user's cache. Raises OSError where gcc fails."""
    gcc = compiler()
    if gcc is None:
        raise OSError("gcc is not installed")
    text = SOURCE.read_bytes() + " ".join((*FLAGS, *LINK, *map(str, layers))).encode()
    folder = user_cache() / "yardstick"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    library = folder / f"{hashlib.sha256(text).hexdigest()[:16]}.so"
    if not library.exists():
        sizes = [f"-D{name}={size}" for name, size in zip(("NI", "NH", "NO"), layers, strict=True)]
        compiled = library.with_suffix(".o")
        for command in (
            [gcc, *FLAGS, *sizes, str(SOURCE), "-o", str(compiled)],
            [gcc, *LINK, str(compiled), "-o", str(library), "-lm"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise OSError(f"gcc failed: {done.stderr.strip()[:200]}")
    loaded = ctypes.CDLL(str(library))
    loaded.train.restype = ctypes.c_long
    return loaded


def trainer(case: Case, method: str, rtol: float) -> Callable[[int], FloatArray]:
    """train(rows) -> the weights (weights,) [V] after so many rows from the case's start."""
    library = build(case.layers)

    def train(rows: int) -> FloatArray:
        volts = case.volts.copy()
        library.train(
            volts.ctypes.data_as(_DOUBLES), case.x.ctypes.data_as(_DOUBLES), case.t.ctypes.data_as(_DOUBLES),
            ctypes.c_long(len(case.x)), ctypes.c_long(0), ctypes.c_long(rows), METHODS[method],
            ctypes.c_double(case.rate), ctypes.c_double(GAIN), ctypes.c_double(rtol),
        )  # fmt: skip
        return np.asarray(volts)

    return train
