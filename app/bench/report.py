"""The table of `aann bench` as text, and its dated file with the machine's description."""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from app import __version__
from app.bench.bars import Bar
from app.bench.measure import Row
from app.document.atomic import write_bytes

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "diffrax", "jax", "torch")


def machine() -> dict[str, Any]:
    """What the numbers depend on besides the program."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
        "load": os.getloadavg()[0],
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def table(rows: Sequence[Row]) -> str:
    """One line a program and network."""
    lines = [f"{'network':12}{'program':26}{'rows':>7}{'us/row':>12}{'x C':>10}{'x ours':>10}{'deviation':>12}"]
    last = ""
    for row in rows:
        if row.network != last and last:
            lines.append("")
        name = row.network if row.network != last else ""
        last = row.network
        over_c = f"{row.over_c:.3g}" if row.over_c is not None else "-"
        deviation = f"{row.deviation:.1e} V" if row.deviation is not None else "-"
        lines.append(
            f"{name:12}{row.name:26}{row.rows:>7}{row.microseconds:>12.4g}{over_c:>10}{row.over_ours:>10.3g}"
            f"{deviation:>12}"
        )
    return "\n".join(lines)


def growth(rows: Sequence[Row], weights: dict[str, int]) -> dict[str, float]:
    """Exponent p of time ~ weights^p by program, where it was measured on three networks or more."""
    points: dict[str, dict[str, Row]] = {}
    for row in rows:
        points.setdefault(row.name, {})[row.network] = row
    result = {}
    for name, by_network in points.items():
        if len(by_network) >= 3:
            x = [math.log(weights[network]) for network in by_network]
            y = [math.log(row.microseconds) for row in by_network.values()]
            result[name] = float(np.polyfit(x, y, 1)[0])
    return result


def bar_lines(bars: Sequence[Bar]) -> str:
    lines = []
    for bar in bars:
        sign = ">=" if bar.at_least else "<="
        verdict = "met" if bar.met else "MISSED"
        unit = f" {bar.unit}" if bar.unit else ""
        lines.append(f"{bar.what:58}{bar.measured:>10.4g}{unit}  (bar {sign} {bar.target:g}{unit}): {verdict}")
    return "\n".join(lines)


def write(folder: Path, content: dict[str, Any]) -> Path:
    """results/bench-DATE.json; a second one on a day gets the time too. Returns its path."""
    now = datetime.datetime.now()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{now:%Y-%m-%d}.json"
    if path.exists():
        path = folder / f"bench-{now:%Y-%m-%d-%H%M%S}.json"
    full = {"version": __version__, "date": now.isoformat(timespec="seconds"), "machine": machine(), **content}
    write_bytes(path, (json.dumps(full, indent=1) + "\n").encode())
    return path
