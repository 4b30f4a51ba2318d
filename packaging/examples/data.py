"""The examples' datasets, in volts. What others measured lies in resources/datasets already and is only read."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from random import Random
from statistics import NormalDist

from app.document.dataset import XOR, Dataset, read_csv

DATASETS = Path(__file__).resolve().parents[2] / "resources" / "datasets"
Row = tuple[float, ...]


def table(inputs: int, rows: tuple[Row, ...]) -> Dataset:
    names = tuple(f"x{k + 1}" for k in range(inputs)), tuple(f"t{k + 1}" for k in range(len(rows[0]) - inputs))
    return Dataset(*names, tuple(tuple(float(value) for value in row) for row in rows))


def stored(name: str) -> Dataset:
    return read_csv(DATASETS / f"{name}.csv")


def normal(draw: Random, sigma: float) -> float:
    """By the inverse of the normal distribution, because gauss() may differ between versions of Python."""
    return NormalDist(0.0, sigma).inv_cdf(min(max(draw.random(), 1e-12), 1 - 1e-12))


def moons(count: int, seed: int) -> Dataset:
    """Two interleaved half circles of radius 0.8 V with 0.1 V of scatter, `count` rows; classes in turn."""
    draw, rows = Random(seed), []
    for number in range(count):
        kind, angle = number % 2, math.pi * draw.random()
        x, y = (1 - math.cos(angle), 0.5 - math.sin(angle)) if kind else (math.cos(angle), math.sin(angle))
        x, y = 0.8 * (x - 0.5 + normal(draw, 0.12)), 0.8 * (y - 0.25 + normal(draw, 0.12))
        rows.append((round(x, 4), round(y, 4), kind))
    return table(2, tuple(rows))


def sine() -> Dataset:
    """One period over -1 V .. 1 V, between 0.1 V and 0.9 V."""
    steps = [number / 20 - 1 for number in range(41)]
    return table(1, tuple((round(x, 2), round(0.5 + 0.4 * math.sin(math.pi * x), 6)) for x in steps))


def one_of(count: int) -> Dataset:
    """Row k: input k at 1 V, the others at -1 V; the targets are the same at 1 V and 0 V."""
    rows = [[1 if k == row else -1 for k in range(count)] for row in range(count)]
    return table(count, tuple((*row, *(max(value, 0) for value in row)) for row in rows))


def spikes(length: int) -> Dataset:
    """Every signal of +-1 V samples; the target is 1 V where a spike (low, high, low) stands anywhere in it."""
    rows = []
    for signal in itertools.product((-1, 1), repeat=length):
        found = any(signal[k : k + 3] == (-1, 1, -1) for k in range(length - 2))
        rows.append((*signal, int(found)))
    return table(length, tuple(rows))


def latch(count: int, seed: int) -> Dataset:
    """Set and reset pulses with pauses between them; the targets are the state and its opposite."""
    draw, state, rows = Random(seed), 0, []
    for _ in range(count):
        kind = draw.random()
        pulse = (1, -1) if kind < 0.25 else (-1, 1) if kind < 0.5 else (-1, -1)
        state = 1 if pulse[0] == 1 else 0 if pulse[1] == 1 else state
        rows.append((*pulse, state, 1 - state))
    return table(2, tuple(rows))


AND = table(2, ((-1, -1, 0), (-1, 1, 0), (1, -1, 0), (1, 1, 1)))
HALF_ADDER = table(2, ((-1, -1, 0, 0), (-1, 1, 1, 0), (1, -1, 1, 0), (1, 1, 0, 1)))
TWO_ROWS = table(1, ((-1, 0.2), (1, 0.8)))


def written() -> dict[str, Dataset]:
    """Every dataset that is computed here, by the name of its file."""
    return {
        "xor": XOR,
        "and": AND,
        "half-adder": HALF_ADDER,
        "two-rows": TWO_ROWS,
        "moons": moons(200, 1),
        "moons-test": moons(200, 2),
        "sine": sine(),
        "one-of-four": one_of(4),
        "spikes": spikes(5),
        "latch": latch(32, 3),
    }
