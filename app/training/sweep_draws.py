"""Random numbers of a sweep: each is a hash of the sweep's seed, the parameter's path and the draw's number, so that it
never depends on which other parts exist, in what order runs go, or which machine takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from app.program import FloatArray


def uniform(seed: int, path: str, draws: Sequence[int]) -> FloatArray:
    """(len(draws),) numbers strictly between 0 and 1."""
    key = int.from_bytes(hashlib.blake2b(f"{seed}:{path}".encode(), digest_size=8).digest(), "big")
    state = np.uint64(key) + (np.asarray(draws, np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    # The last steps of splitmix64 spread every bit of (key, draw) over the whole word.
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return np.asarray(((state >> np.uint64(12)).astype(float) + 0.5) / 2.0**52)


def drawn(kind: str, first: FloatArray, second: FloatArray, deviate: FloatArray) -> FloatArray:
    """Numbers of a distribution from uniform `deviate`: normal with mean and sigma, or uniform from low to high."""
    if kind == "normal":
        return np.asarray(first + second * ndtri(deviate))
    return np.asarray(first + (second - first) * deviate)


def centre(kind: str, first: FloatArray, second: FloatArray) -> FloatArray:
    """What a draw becomes when its variance is removed."""
    return np.asarray(first + 0.0 if kind == "normal" else 0.5 * (first + second))
