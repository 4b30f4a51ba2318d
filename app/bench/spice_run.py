"""ngspice on the exported netlist, in an empty folder, with other options and steps than the export's own."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.bench.case import Case
from app.circuit.compile import MEMORY_TYPES
from app.export.spice import name_nodes, write_spice
from app.program import FloatArray


@dataclass(frozen=True)
class Setting:
    """`options` for .options (None: the export's), `steps` at least in a row."""

    name: str
    options: str | None
    steps: int


SETTINGS = (
    Setting("ngspice, 1e-3 class", "", 2),
    Setting("ngspice, tight", "reltol=1e-6 chgtol=1e-24 abstol=1e-20 vntol=1e-11", 20),
    Setting("ngspice, as exported", None, 100),
)


def available() -> bool:
    return shutil.which("ngspice") is not None


def train(case: Case, epochs: int, setting: Setting) -> tuple[float, FloatArray]:
    """(processor seconds, weights at the end (weights,) [V]). Raises OSError where ngspice stops early."""
    run = case.run()
    text = write_spice(case.circuit, run.timeline, 0, epochs)
    stop = epochs * run.timeline.rows * run.timeline.row_time
    if setting.options is not None:
        text = re.sub(r"(?m)^\.options.*$", f".options {setting.options}" if setting.options else "*", text)
        step = run.timeline.row_time / setting.steps
        text = re.sub(r"(?m)^\.tran.*$", f".tran {step!r} {stop!r} 0 {step!r} uic", text)
    names = name_nodes(case.circuit).node
    groups = case.circuit.netlist.of_type(*MEMORY_TYPES)
    nodes = np.concatenate([group.nodes["I_charge"] for group in groups])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "network.cir").write_text(text)
        before = _children()
        command = ["ngspice", "-n", "-b", "-r", "out.raw", "network.cir"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        seconds = _children() - before
        if done.returncode:
            raise OSError(f"ngspice: {(done.stderr or done.stdout).strip()[-200:]}")
        time, last = read_last(Path(folder) / "out.raw")
    if abs(time - stop) > 1e-6 * stop:
        raise OSError(f"ngspice stopped at {time:.4g} s of {stop:.4g} s")
    return seconds, np.array([last[f"v({names[int(node)].lower()})"] for node in nodes])


def read_last(path: Path) -> tuple[float, dict[str, float]]:
    """Final time [s] and all voltages then, by name, of a binary raw file."""
    data = path.read_bytes()
    head, _, body = data.partition(b"Binary:\n")
    lines = head.decode("latin-1").splitlines()
    count = int(next(line for line in lines if line.startswith("No. Variables")).split(":")[1])
    listed = lines[lines.index("Variables:") + 1 :][:count]
    names = [line.split()[1].lower() for line in listed]
    values = np.frombuffer(body, "<f8").reshape(-1, count)[-1]
    return float(values[0]), dict(zip(names, values.tolist(), strict=True))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
