"""Values and edges of the sources' shapes over time: straight lines through points, random staircases."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from app.program import FloatArray, IntArray
from blocks.spec import Staircase, Waveform


def edges_of(shape: Waveform | Staircase, start: float, end: float) -> FloatArray:
    """All times [s] from `start` to `end` at which the shape jumps or bends, and perhaps some around."""
    if isinstance(shape, Staircase):
        return np.asarray(np.arange(int(start / shape.interval), int(end / shape.interval) + 2) * shape.interval, float)
    times = np.array([point[0] for point in shape.points])
    if not shape.period:
        return times
    turns = np.arange(int(start / shape.period), int(end / shape.period) + 1)
    return np.asarray((turns[:, None] * shape.period + np.append(times, 0.0)[None, :]).ravel())


def values_of(
    shape: Waveform | Staircase, seed: int, edges: FloatArray, middle: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(volts at the start, slope in V/s) of stretches that begin at `edges` and have their middles at `middle` [s];
    no stretch may reach over an edge. `seed` is the run's."""
    if isinstance(shape, Staircase):
        number = np.floor(middle / shape.interval).astype(np.int64)
        return shape.mean + shape.sigma * normal(shape.seed, seed, number), np.zeros(len(edges))
    return _straight(shape, edges, middle)


def normal(seed: int, run_seed: int, number: IntArray) -> FloatArray:
    """Standard normal numbers, each from both seeds and its number alone."""
    key = mixed(mixed(np.array([seed & 0xFFFFFFFF], np.uint64)) + np.uint64(run_seed & 0xFFFFFFFF))
    bits = mixed(mixed(key + number.astype(np.uint64)))
    uniform = ((bits >> np.uint64(11)).astype(float) + 0.5) / 2.0**53
    return np.asarray(ndtri(uniform))


def mixed(keys: np.ndarray) -> np.ndarray:
    """Well spread 64-bit numbers from any (splitmix64's last steps)."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(keys ^ (keys >> np.uint64(31)))


def _straight(waveform: Waveform, edges: FloatArray, middle: FloatArray) -> tuple[FloatArray, FloatArray]:
    times = np.array([point[0] for point in waveform.points])
    volts = np.array([point[1] for point in waveform.points])
    phase = middle % waveform.period if waveform.period else middle
    index = np.searchsorted(times, phase, side="right") - 1
    left = np.clip(index, 0, len(times) - 1)
    right = np.clip(index + 1, 0, len(times) - 1)
    span = times[right] - times[left]
    inside = (index >= 0) & (right > left) & (span > 0)
    slope = np.where(inside, (volts[right] - volts[left]) / np.where(span > 0, span, 1.0), 0.0)
    value = volts[left] + slope * (phase - times[left]) - slope * (middle - edges)
    return np.where(inside, value, volts[left]), slope
