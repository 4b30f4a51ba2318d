"""The same network as a right-hand side in numpy, as somebody would write it for scipy by hand."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from app.bench.case import GAIN, Case
from app.program import FloatArray
from app.solve.reference import Method


class NumpyNetwork:
    """dw/d(t/T_row) = -eta dE/dw for a Case's sizes; weights neuron by neuron, bias first."""

    def __init__(self, case: Case) -> None:
        self.case = case
        inputs, hidden, outputs = case.layers
        self.first = hidden * (inputs + 1)
        self.shapes = (hidden, inputs + 1), (outputs, hidden + 1)

    def slope(self, volts: FloatArray, row: int) -> FloatArray:
        """(weights,) [V] per row."""
        w1, w2 = volts[: self.first].reshape(self.shapes[0]), volts[self.first :].reshape(self.shapes[1])
        x = np.concatenate([[1.0], self.case.x[row]])
        h = 1.0 / (1.0 + np.exp(-GAIN * (w1 @ x)))
        h1 = np.concatenate([[1.0], h])
        y = 1.0 / (1.0 + np.exp(-GAIN * (w2 @ h1)))
        delta = -self.case.rate * (y - self.case.t[row]) * GAIN * y * (1.0 - y)
        back = (delta @ w2[:, 1:]) * GAIN * h * (1.0 - h)
        return np.concatenate([np.outer(back, x).ravel(), np.outer(delta, h1).ravel()])

    def train(self, rows: int, method: Method, rtol: float) -> FloatArray:
        """The weights after so many rows, each integrated anew by scipy with atol = rtol/100 V."""
        volts = self.case.volts.copy()
        for number in range(rows):
            row = number % len(self.case.x)

            def slope(_: float, w: FloatArray, row: int = row) -> FloatArray:
                return self.slope(w, row)

            volts = solve_ivp(slope, (0.0, 1.0), volts, method, rtol=rtol, atol=rtol / 100).y[:, -1]
        return volts
