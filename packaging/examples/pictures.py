"""Writes resources/examples/pictures.json: what the gallery shows of each example, simulated by the example itself.

`python packaging/examples/pictures.py [FILE]`. Places are shares of the picture's width and height, y upwards, rounded
to thousandths. An example without an entry is shown as it is drawn.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402  (needs the path above)

from app.circuit.compile import compile_schematic  # noqa: E402
from app.document import aann_file  # noqa: E402
from app.document.schematic import End, Schematic  # noqa: E402
from app.export.figure_svg import thinned  # noqa: E402
from app.training.decision import decision_map  # noqa: E402
from app.training.layout import layout_of  # noqa: E402
from app.training.run import Options, TrainingRun, prepare  # noqa: E402
from app.training.stop import advance_until, stop_conditions  # noqa: E402

EXAMPLES = ROOT / "resources" / "examples"
MOST_POINTS = 160
CELLS = 36
Picture = dict[str, Any]


def opened(name: str, seeds: tuple[int, ...] = (), epochs: int | None = None) -> tuple[Schematic, TrainingRun]:
    """An example, trained to its own end or for so many epochs."""
    schematic = aann_file.load(EXAMPLES / f"{name}.aann").schematic
    chosen = seeds or (int(schematic.setting("seed")),)
    run = prepare(compile_schematic(schematic), schematic, Options(chosen))
    if epochs is None:
        advance_until(run, stop_conditions(schematic, None, None, None))
    elif epochs:
        run.advance_epochs(epochs)
    return schematic, run


def slots(schematic: Schematic, run: TrainingRun, *pins: str) -> np.ndarray:
    """`N2_1.V_out` or `D1.X[1]` -> slots."""
    ids = {entry.name: entry.id for entry in schematic.top.instances.values()}
    found = []
    for pin in pins:
        name, port = pin.split(".")
        port, _, index = port.partition("[")
        found.append(
            run.circuit.slot_of(End(ids[name], port, int(index.rstrip("]") or 1), int(index.rstrip("]") or 1)))
        )
    return np.array(found)


def scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return (np.asarray(values, float) - low) / (high - low)


def curve(x: np.ndarray, y: np.ndarray, colour: int | str, dashed: bool = False) -> Picture:
    """x and y as shares."""
    points = thinned(np.clip(np.column_stack([x, y]), 0, 1), 1 / MOST_POINTS)
    return {"colour": colour, "dashed": dashed, "points": np.round(points, 3).tolist()}


def ten_seeds() -> Picture:
    _, run = opened("xor-ten-seeds", tuple(range(10)))
    mse = np.log10(np.stack(run.mse))
    x = np.linspace(0, 1, len(mse))
    return {"curves": [curve(x, scaled(mse[:, k], -3.2, -0.2), k % 8) for k in range(10)]}


def two_rows() -> Picture:
    schematic, run = opened("two-rows", epochs=0)
    t, v = run.trace(20 * run.timeline.rows, slots(schematic, run, "N3_1.V_out", "E1.V_target"))
    x = scaled(t, 0, t[-1])
    return {"curves": [curve(x, scaled(v[:, 1], 0.1, 0.9), "hint"), curve(x, scaled(v[:, 0], 0.1, 0.9), 1)]}


def multiplier_curves() -> Picture:
    schematic, run = opened("multiplier-curves", epochs=0)
    _, v = run.trace(1, slots(schematic, run, "V1.V", "R1.V", "R2.V"))
    v = v[: len(v) // 2]
    x = scaled(v[:, 0], -4, 4)
    return {"curves": [curve(x, scaled(v[:, k], -2.2, 2.2), k - 1) for k in (1, 2)]}


def sine() -> Picture:
    schematic, run = opened("sine")
    rows = np.array(schematic.datasets["sine"].rows)
    _, answers = run.forward()
    x = scaled(rows[:, 0], -1.05, 1.05)
    dots = np.column_stack([x, scaled(rows[:, 1], 0, 1)])[::2]
    return {
        "curves": [curve(x, scaled(answers[:, 0, 0], 0, 1), 1)],
        "dots": [{"colour": "hint", "shape": "circle", "points": np.round(dots, 3).tolist()}],
    }


def moons() -> Picture:
    schematic, run = opened("moons")
    layout = layout_of(run)
    found = decision_map(layout, run, run.state.y[:, :1], CELLS)
    if found is None:
        raise ValueError("the moons have no decision map")
    rows = np.array(schematic.datasets["moons"].rows)
    x, y = (scaled(rows[:, k], axis[0], axis[-1]) for k, axis in enumerate((found.x, found.y)))
    dots = [
        {
            "colour": kind,
            "shape": shape,
            "points": np.round(np.column_stack([x, y])[rows[:, 2] == kind][::2], 3).tolist(),
        }
        for kind, shape in ((0, "square"), (1, "circle"))
    ]
    return {"map": np.round(found.value, 2).tolist(), "dots": dots}


def autoencoder() -> Picture:
    """The codes of the four patterns on their way from the middle to the corners."""
    schematic, run = opened("autoencoder", epochs=0)
    first, layout = slots(schematic, run, "N2_1.V_out", "N2_2.V_out"), run.timeline.rows
    ways: list[list[np.ndarray]] = [[] for _ in range(layout)]
    for _ in range(150):
        for row in range(layout):
            _, v = run.trace(1, first)
            ways[row].append(v[-1])
        run.advance_epochs(3)
    ends = [np.array(way) for way in ways]
    return {
        "curves": [curve(way[:, 0], way[:, 1], k) for k, way in enumerate(ends)],
        "dots": [
            {"colour": k, "shape": "circle", "points": [np.round(np.clip(way[-1], 0.03, 0.97), 3).tolist()]}
            for k, way in enumerate(ends)
        ],
    }


def convolution() -> Picture:
    """The three taps of the filter as bars about the middle."""
    _, run = opened("convolution")
    volts = [float(run.weights()[run.circuit.weight_paths.index(f"C{k}"), 0]) for k in (1, 2, 3)]
    bars = [
        [
            0.14 + 0.26 * k,
            0.5,
            0.34 + 0.26 * k,
            round(0.5 + 0.4 * value / max(map(abs, volts)), 3),
            "up" if value > 0 else "down",
        ]
        for k, value in enumerate(volts)
    ]
    return {"bars": bars, "curves": [curve(np.array([0.0, 1.0]), np.array([0.5, 0.5]), "outline")]}


def recurrent() -> Picture:
    schematic, run = opened("recurrent")
    t, v = run.trace(run.timeline.rows, slots(schematic, run, "N2_1.V_out", "E1.V_target"))
    x = scaled(t, t[0], t[-1])
    return {"curves": [curve(x, scaled(v[:, 1], -0.1, 1.1), "hint", True), curve(x, scaled(v[:, 0], -0.1, 1.1), 1)]}


def leaky() -> Picture:
    _, run = opened("leaky", epochs=0)
    run.advance_epochs(300)
    weights = run.ends[:, run.circuit.weight_states, 0]
    x = np.linspace(0, 1, len(weights))
    most = 1.1 * float(np.abs(weights).max())
    return {
        "curves": [curve(x, scaled(weights[:, k], -most, most), k) for k in range(weights.shape[1])],
        "guides": [{"at": 0.333, "colour": "teach"}],
    }


def mismatch() -> Picture:
    """Ten seeds with the mismatched parts, over ten with ideal ones in grey."""
    curves = []
    for name, ideal in (("xor-ten-seeds", True), ("mismatch", False)):
        _, run = opened(name, tuple(range(10)), 400)
        mse = np.log10(np.stack(run.mse))
        x = np.linspace(0, 1, len(mse))
        curves += [curve(x, scaled(mse[:, k], -3.2, -0.2), "outline" if ideal else k % 8) for k in range(10)]
    return {"curves": curves}


def noise() -> Picture:
    schematic, run = opened("noise")
    t, v = run.trace(3 * run.timeline.rows, slots(schematic, run, "R1.V", "N3_1.V_out"))
    x = scaled(t, t[0], t[-1])
    return {"curves": [curve(x, scaled(v[:, 0], -1.8, 1.8), "outline"), curve(x, scaled(v[:, 1], -0.4, 1.4), 1)]}


PICTURES = {
    "xor-ten-seeds": ten_seeds,
    "two-rows": two_rows,
    "multiplier-curves": multiplier_curves,
    "sine": sine,
    "moons": moons,
    "autoencoder": autoencoder,
    "convolution": convolution,
    "recurrent": recurrent,
    "leaky": leaky,
    "mismatch": mismatch,
    "noise": noise,
}


def main(path: Path) -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(make())}" for name, make in PICTURES.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES / "pictures.json")
