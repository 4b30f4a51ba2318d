"""Weights as files: a flat JSON object {"N2_1/C0": volts, ...} (a list of them for several runs), or NPZ."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.document.atomic import write_bytes
from app.errors import fail
from app.program import FloatArray


def write_weights(path: Path, names: Sequence[str], volts: FloatArray) -> None:
    """volts (weights, runs). Replaces the file atomically."""
    if path.suffix == ".npz":
        buffer = io.BytesIO()
        np.savez_compressed(buffer, names=np.array(names), volts=volts)
        write_bytes(path, buffer.getvalue())
        return
    objects = [dict(zip(names, column.tolist(), strict=True)) for column in volts.T]
    content = objects[0] if len(objects) == 1 else objects
    write_bytes(path, (json.dumps(content, indent=0, allow_nan=False, ensure_ascii=False) + "\n").encode())


def read_weights(path: Path, names: Sequence[str]) -> FloatArray:
    """(weights,) volts in the order of `names`; the file must name every one of them and nothing else."""
    found = _read(path)
    missing = [name for name in names if name not in found]
    unknown = sorted(set(found) - set(names))
    if missing or unknown:
        parts = [f"missing: {_some(missing)}"] * bool(missing) + [f"unknown: {_some(unknown)}"] * bool(unknown)
        raise fail("weights-mismatch", str(path), "; ".join(parts), "use weights that were saved from this drawing")
    return np.array([found[name] for name in names])


def _read(path: Path) -> dict[str, float]:
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as archive:
                volts = np.asarray(archive["volts"], float)
                content = dict(
                    zip(archive["names"].tolist(), volts.reshape(len(volts), -1)[:, 0].tolist(), strict=True)
                )
        else:
            content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise fail("cannot-read", str(path), error.strerror or str(error), "check the name") from None
    except (ValueError, KeyError, RecursionError) as error:
        reason = "no NPZ archive with names and volts" if path.suffix == ".npz" else str(error)
        raise fail("weights-invalid", str(path), f"it is no file of weights ({reason})", "save weights again") from None
    if not isinstance(content, dict):
        raise fail("weights-invalid", str(path), "it is not one flat object", 'write {"N2_1/C0": volts, ...}')
    for name, value in content.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise fail(
                "weights-invalid", f"{path}: {name}", f"{value!r} is no voltage", "write a finite number of volts"
            )
    return {name: float(value) for name, value in content.items()}


def _some(names: Sequence[str], limit: int = 8) -> str:
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
