"""The four tests behind Tabs. 1 and 2: the circuit's time, our simulator's time, and a processor's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from app.circuit.compile import compile_schematic
from app.document.dataset import Dataset
from app.document.generate import generate
from app.reproduce.counterpart import Counterpart, measure
from app.reproduce.learning import Bench
from app.training.run import Options, prepare

EPOCHS = 1000
T_ROW = 1e-6
ROWS = (2, 10, 100, 500)
# Only the last of the table's numbers of layers can be read; it is 6.
NETWORKS = ((1, 2, 1), (2, 8, 1), (4, 8, 8, 2), (4, 8, 8, 8, 8, 2))
SIMULATED = (1000, 1000, 200, 20)  # epochs; the rest is extrapolated
PAPER = {
    "CPU": ((2.017, 0.020), (6.373, 0.097), (54.678, 1.215), (274.644, 2.281)),
    "GPU": ((4.872, 0.264), (13.599, 0.314), (120.152, 1.034), (624.357, 6.211)),
    "TPU": ((2.017, 0.035), (6.284, 0.190), (53.910, 0.958), (272.727, 2.159)),
}
PAPER_ANALOGUE = (2e-9, 10e-9, 100e-9, 500e-9)  # as printed


@dataclass(frozen=True)
class Test:
    """circuit_seconds are those of `epochs`, wall_seconds what our simulator took for them; mse after the first and
    the last epoch [V^2]."""

    layers: tuple[int, ...]
    rows: int
    epochs: int
    capacitors: int
    circuit_seconds: float
    wall_seconds: float
    mse: tuple[float, float]
    counterpart: Counterpart

    @property
    def counterpart_seconds(self) -> tuple[float, float]:
        """Mean and deviation, extrapolated from the sample to all rows of all epochs."""
        count = self.rows * EPOCHS
        return self.counterpart.row_seconds * count, self.counterpart.deviation * count


def tests(bench: Bench) -> tuple[Test, ...]:
    return bench.once("speed", lambda: tuple(_test(k, bench) for k in range(len(ROWS))))


def dataset(layers: Sequence[int], rows: int) -> Dataset:
    """Random inputs of +-1 V; each target is a smooth function of them."""
    draw = Random(rows)
    inputs, targets = layers[0], layers[-1]
    slopes = [[draw.uniform(-2, 2) for _ in range(inputs)] for _ in range(targets)]
    found = []
    for _ in range(rows):
        x = [draw.uniform(-1, 1) for _ in range(inputs)]
        sums = [sum(a * b for a, b in zip(x, slope, strict=True)) for slope in slopes]
        found.append((*x, *(0.5 + 0.4 * float(np.sin(value)) for value in sums)))
    names = tuple(f"x{k + 1}" for k in range(inputs)), tuple(f"t{k + 1}" for k in range(targets))
    return Dataset(*names, tuple(found))


def _test(number: int, bench: Bench) -> Test:
    layers, rows = NETWORKS[number], ROWS[number]
    data = dataset(layers, rows)
    schematic, _ = generate(layers, data, "rows", t_row="1u", seed=bench.seed)
    epochs = max(2, round(SIMULATED[number] * bench.share))
    run = prepare(compile_schematic(schematic), schematic, Options((bench.seed,)))
    run.advance_epochs(epochs)
    values = np.asarray(data.rows, float)
    counterpart = measure(layers, values[:, : layers[0]], values[:, layers[0] :])
    mse = float(run.mse[0][0]), float(run.mse[-1][0])
    return Test(layers, rows, epochs, capacitors(layers), run.time, run.wall_seconds, mse, counterpart)


def capacitors(layers: Sequence[int]) -> int:
    return sum(after * (before + 1) for before, after in pairwise(layers))
