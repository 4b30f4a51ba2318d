"""Runs ngspice on a netlist and reads its raw file, for comparison."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np


def simulate(netlist: str, folder: Path) -> dict[str, np.ndarray]:
    """Every vector by its name in lower case, `time` [s] included. The folder must be empty."""
    (folder / "circuit.sp").write_text(netlist)
    done = subprocess.run(
        ["ngspice", "-n", "-b", "-r", "out.raw", "circuit.sp"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    head, _, data = (folder / "out.raw").read_bytes().partition(b"Binary:\n")
    lines = head.decode().splitlines()
    count = int(next(line for line in lines if line.startswith("No. Variables")).split(":")[1])
    first = lines.index("Variables:") + 1
    names = [line.split()[1].lower() for line in lines[first : first + count]]
    values = np.frombuffer(data, "<f8").reshape(-1, count)
    assert np.isfinite(values).all()
    return dict(zip(names, values.T, strict=True))
