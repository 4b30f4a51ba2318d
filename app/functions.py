"""The grammar's functions on numpy arrays (real or complex), for coefficients and reference evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def sigmoid(u: Any) -> Any:
    """The logistic function without overflow; analytic, so complex steps pass through it."""
    u = np.asarray(u)
    small = np.exp(-np.where(u.real >= 0, u, -u))
    return np.where(u.real >= 0, 1.0, small) / (1.0 + small)


def dsigmoid(u: Any) -> Any:
    return sigmoid(u) * sigmoid(-np.asarray(u))


def softplus(u: Any) -> Any:
    u = np.asarray(u)
    positive = u.real > 0
    return np.where(positive, u, 0.0) + np.log1p(np.exp(-np.where(positive, u, -u)))


NUMPY_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sin": np.sin,
    "cos": np.cos,
    "sigmoid": sigmoid,
    "dsigmoid": dsigmoid,
    "softplus": softplus,
    "step": lambda u: np.where(np.asarray(u).real > 0, 1.0, 0.0),
    "min": np.minimum,
    "max": np.maximum,
}
