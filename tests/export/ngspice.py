"""Runs a netlist in ngspice, a program that knows nothing of this one, and reads its raw file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np


def simulate(netlist: str, folder: Path) -> dict[str, np.ndarray]:
    """Every vector by name ("time", "v(n2_1_c0)"). The folder must be empty: a .spiceinit there would be executed, and
    -n lets ngspice read none of the user's."""
    assert not list(folder.iterdir())
    (folder / "net.cir").write_text(netlist, encoding="ascii")
    finished = subprocess.run(
        ["ngspice", "-n", "-b", "-r", "out.raw", "net.cir"], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    content = (folder / "out.raw").read_bytes()
    head, _, body = content.partition(b"Binary:\n")
    lines = head.decode("ascii").splitlines()
    counts = {key: int(value) for key, _, value in (line.partition(":") for line in lines) if key.startswith("No. ")}
    columns = counts["No. Variables"]
    names = [line.split()[1].lower() for line in lines[lines.index("Variables:") + 1 :]]
    table = np.frombuffer(body, "<f8").reshape(counts["No. Points"], columns)
    assert len(names) == columns and np.isfinite(table).all()
    return {name: table[:, number] for number, name in enumerate(names)}
