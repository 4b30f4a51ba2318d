"""The digital counterpart: the same network trained row by row on this machine's processor, timed on a sample.

One row at a time, forwards, backwards, update, because that is how the analogue network works and what the paper
compares it with. torch is used where it is installed (the extra `torch`), else numpy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.program import FloatArray

RATE = 0.1
SAMPLES, SAMPLE_SECONDS = 5, 0.15
Step = Callable[[int], None]


@dataclass(frozen=True)
class Counterpart:
    """Seconds a row, mean and standard deviation of SAMPLES samples; `rows` were timed altogether."""

    library: str
    row_seconds: float
    deviation: float
    rows: int


def measure(layers: Sequence[int], inputs: FloatArray, targets: FloatArray) -> Counterpart:
    """Times a network of these layer widths on rows of inputs (rows, n) and targets (rows, m)."""
    library, step = _torch_step(layers, inputs, targets) or _numpy_step(layers, inputs, targets)
    count = _rows_for(step, len(inputs))
    seconds = np.array([_time(step, len(inputs), count) for _ in range(SAMPLES)]) / count
    return Counterpart(library, float(seconds.mean()), float(seconds.std(ddof=1)), SAMPLES * count)


def _rows_for(step: Step, rows: int) -> int:
    """How many rows take about SAMPLE_SECONDS."""
    _time(step, rows, 50)
    return max(50, int(50 * SAMPLE_SECONDS / _time(step, rows, 50)))


def _time(step: Step, rows: int, count: int) -> float:
    began = time.perf_counter()
    for number in range(count):
        step(number % rows)
    return time.perf_counter() - began


def _numpy_step(layers: Sequence[int], inputs: FloatArray, targets: FloatArray) -> tuple[str, Step]:
    rng = np.random.default_rng(0)
    weights = [rng.uniform(-0.3, 0.3, (after, before)) for before, after in pairwise(layers)]
    biases = [rng.uniform(-0.3, 0.3, after) for after in layers[1:]]

    def step(row: int) -> None:
        outputs = [inputs[row]]
        for weight, bias in zip(weights, biases, strict=True):
            outputs.append(1.0 / (1.0 + np.exp(-(weight @ outputs[-1] + bias))))
        error = outputs[-1] - targets[row]
        for layer in reversed(range(len(weights))):
            delta = error * outputs[layer + 1] * (1.0 - outputs[layer + 1])
            error = weights[layer].T @ delta
            weights[layer] -= RATE * np.outer(delta, outputs[layer])
            biases[layer] -= RATE * delta

    return f"numpy {np.__version__}", step


def _torch_step(layers: Sequence[int], inputs: FloatArray, targets: FloatArray) -> tuple[str, Step] | None:
    try:
        import torch
    except ImportError:
        return None
    torch.manual_seed(0)
    parts = [
        part for before, after in pairwise(layers) for part in (torch.nn.Linear(before, after), torch.nn.Sigmoid())
    ]
    network = torch.nn.Sequential(*parts)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    x, t = (torch.tensor(values, dtype=torch.float32) for values in (inputs, targets))

    def step(row: int) -> None:
        optimizer.zero_grad()
        (0.5 * (network(x[row]) - t[row]) ** 2).sum().backward()
        optimizer.step()

    return f"torch {torch.__version__}", step
