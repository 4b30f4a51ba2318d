"""Peak memory of training a network: `python -m app.bench.memory 784 128 10 40` prints megabytes."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def in_new_process(layers: Sequence[int], data_rows: int) -> float:
    """Peak memory [MB] of a process that draws, compiles and trains the network by some rows. Raises OSError if it
    fails."""
    command = [sys.executable, "-m", "app.bench.memory", *map(str, layers), str(data_rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip()[-300:])
    return float(done.stdout)


def _train(layers: tuple[int, int, int], data_rows: int) -> None:
    from app.bench.case import make_case

    make_case(layers, data_rows).run().advance_rows(data_rows)


def _peak() -> float:
    """Megabytes. Linux counts into ru_maxrss what the parent had when it made this process, so its own count comes
    first."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return float(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024.0
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


if __name__ == "__main__":
    *widths, count = map(int, sys.argv[1:])
    _train((widths[0], widths[1], widths[2]), count)
    print(_peak())
