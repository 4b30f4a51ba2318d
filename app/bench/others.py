"""Programs that are not among the dependencies: measured where they are installed, else left out with a line."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from app.bench.case import GAIN, Case
from app.program import FloatArray

Train = Callable[[int], FloatArray]


def installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _rows(case: Case, rows: int) -> tuple[FloatArray, FloatArray]:
    number = np.arange(rows) % len(case.x)
    return case.x[number], case.t[number]


def diffrax_trainer(case: Case, rtol: float, runs: int) -> Train:
    """Dopri5 restarted at every row, compiled by jax; `runs` > 1 go through vmap. Compiles at the first call."""
    diffrax, jax, jnp = (importlib.import_module(name) for name in ("diffrax", "jax", "jax.numpy"))
    jax.config.update("jax_enable_x64", True)
    inputs, hidden, outputs = case.layers
    first = hidden * (inputs + 1)

    def slope(_: Any, volts: Any, row: Any) -> Any:
        x, t = row
        w1, w2 = volts[:first].reshape(hidden, inputs + 1), volts[first:].reshape(outputs, hidden + 1)
        x1 = jnp.concatenate([jnp.ones(1), x])
        h = jax.nn.sigmoid(GAIN * (w1 @ x1))
        h1 = jnp.concatenate([jnp.ones(1), h])
        y = jax.nn.sigmoid(GAIN * (w2 @ h1))
        delta = -case.rate * (y - t) * GAIN * y * (1.0 - y)
        back = (delta @ w2[:, 1:]) * GAIN * h * (1.0 - h)
        return jnp.concatenate([jnp.outer(back, x1).ravel(), jnp.outer(delta, h1).ravel()])

    def one_row(volts: Any, row: Any) -> Any:
        done = diffrax.diffeqsolve(
            diffrax.ODETerm(slope), diffrax.Dopri5(), 0.0, 1.0, 1.0, volts, args=row, max_steps=1000,
            stepsize_controller=diffrax.PIDController(rtol=rtol, atol=rtol / 100), saveat=diffrax.SaveAt(t1=True),
        )  # fmt: skip
        return done.ys[0], None

    def train_one(volts: Any, x: Any, t: Any) -> Any:
        return jax.lax.scan(one_row, volts, (x, t))[0]

    function = jax.jit(jax.vmap(train_one, in_axes=(0, None, None)) if runs > 1 else train_one)
    start = np.tile(case.volts, (runs, 1)) if runs > 1 else case.volts

    def train(rows: int) -> FloatArray:
        result = np.asarray(function(start, *_rows(case, rows)))
        return result[0] if runs > 1 else result

    return train


def torch_trainer(case: Case) -> Train:
    """The digital counterpart: one step of gradient descent a row with the learning rate eta."""
    import torch

    torch.set_num_threads(1)
    inputs, hidden, outputs = case.layers
    first = hidden * (inputs + 1)

    def train(rows: int) -> FloatArray:
        volts = torch.tensor(case.volts)
        w1 = volts[:first].reshape(hidden, inputs + 1).clone().requires_grad_()
        w2 = volts[first:].reshape(outputs, hidden + 1).clone().requires_grad_()
        optimiser = torch.optim.SGD([w1, w2], lr=case.rate)
        x, t = (torch.tensor(part) for part in _rows(case, rows))
        for row in range(rows):
            h = torch.sigmoid(GAIN * (w1[:, 1:] @ x[row] + w1[:, 0]))
            y = torch.sigmoid(GAIN * (w2[:, 1:] @ h + w2[:, 0]))
            loss = 0.5 * ((y - t[row]) ** 2).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return np.asarray(torch.cat([w1.detach().ravel(), w2.detach().ravel()]).numpy())

    return train
