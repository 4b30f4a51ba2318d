"""The network straight from the paper's equations, as matrices, integrated by scipy's DOP853 restarted at every row.

Knows nothing of blocks, netlists or Programs: it is the outside truth that the whole chain is compared with. Running
this file writes weights.npz anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.special import expit

Floats = NDArray[np.float64]
ETA = 1.0e6  # K_p / C [1/(V s)]: 100 nS / 0.1 pF, per volt of delta and input
GAIN = 4.0
T_ROW = 1e-7
STORED = Path(__file__).with_name("weights.npz")
CASES = ((2, 8, 1), (2, 3, 2), (1, 2, 1), (3, 4, 4, 2))
SEEDS = (1, 2)
EPOCHS = 100
SHORT = 3
XOR = np.array([[-1, -1, 0], [-1, 1, 1], [1, -1, 1], [1, 1, 0]], float)


def rows_of(sizes: tuple[int, ...]) -> Floats:
    """(rows, inputs + targets) [V]: XOR for 2-8-1, else three made-up rows."""
    if sizes == (2, 8, 1):
        return XOR
    generator = np.random.default_rng(sum(sizes))
    inputs = generator.uniform(-1, 1, (3, sizes[0]))
    return np.round(np.hstack([inputs, generator.uniform(0.1, 0.9, (3, sizes[-1]))]), 3)


def start(sizes: tuple[int, ...], seed: int) -> Floats:
    """Weights neuron by neuron, bias first, within +-0.3 V."""
    count = sum(n * (before + 1) for before, n in itertools.pairwise(sizes))
    return np.random.default_rng(seed).uniform(-0.3, 0.3, count)


def paths(sizes: tuple[int, ...]) -> list[str]:
    """Names of the weights in the order of `start`."""
    return [
        f"N{layer}_{j}/C{i}"
        for layer, (before, n) in enumerate(itertools.pairwise(sizes), start=2)
        for j in range(1, n + 1)
        for i in range(before + 1)
    ]


def slope(sizes: tuple[int, ...], w: Floats, row: Floats, teach: float = 1.0) -> Floats:
    """dV_w/dt [V/s]: forward (3, 6), error (14), backward (15, 16) with V_teach in every layer, charging (8, 10)."""
    layers, at = [], 0
    for before, n in itertools.pairwise(sizes):
        layers.append(w[at : at + n * (before + 1)].reshape(n, before + 1))
        at += n * (before + 1)
    signals, slopes = [row[: sizes[0]]], []
    for layer in layers:
        u = GAIN * (layer[:, 0] + layer[:, 1:] @ signals[-1])
        signals.append(expit(u))
        slopes.append(GAIN * expit(u) * expit(-u))
    error = signals[-1] - row[sizes[0] :]
    result = []
    for number in reversed(range(len(layers))):
        delta = error * slopes[number] * teach
        result.append(-ETA * delta[:, None] * np.concatenate([[1.0], signals[number]])[None, :])
        error = delta @ layers[number][:, 1:]
    return np.concatenate([part.ravel() for part in reversed(result)])


def trained(sizes: tuple[int, ...], w: Floats, rows: Floats, epochs: int) -> Iterator[Floats]:
    """The weights after every epoch."""
    for _ in range(epochs):
        for row in rows:
            solution = solve_ivp(
                lambda _, y, row=row: slope(sizes, y, row) * T_ROW, (0.0, 1.0), w, method="DOP853", rtol=1e-12,
                atol=1e-14,
            )  # fmt: skip
            w = solution.y[:, -1]
        yield w


def key(sizes: tuple[int, ...], seed: int, epochs: int) -> str:
    return f"{'-'.join(map(str, sizes))} seed {seed} after {epochs}"


def write() -> None:
    found: dict[str, Floats] = {}
    for sizes in CASES:
        for seed in SEEDS:
            curve = list(trained(sizes, start(sizes, seed), rows_of(sizes), EPOCHS))
            found[key(sizes, seed, SHORT)], found[key(sizes, seed, EPOCHS)] = curve[SHORT - 1], curve[-1]
    np.savez_compressed(STORED, **found)  # type: ignore[arg-type]


if __name__ == "__main__":
    write()
