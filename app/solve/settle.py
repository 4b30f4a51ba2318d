"""The operating point: the states that settle, by damped Newton; others hold."""

from __future__ import annotations

import numpy as np

from app.program import FloatArray, IntArray, Program
from app.solve import reference
from app.solve.linearise import jacobian

MOST_STEPS = 200
SMALLEST_DAMPING = 1e-6
TOLERANCE = 1e-12  # volts, and relative


class NotSettledError(Exception):
    """`slot` is the worst state's; `floating` where nothing at all holds it at a voltage."""

    def __init__(self, slot: int, floating: bool) -> None:
        self.slot, self.floating = slot, floating
        super().__init__(f"slot {slot} finds no operating point")


def settle(program: Program, v: FloatArray, free: IntArray) -> None:
    """Moves the states numbered `free` in V (slots, 1) to where their derivatives vanish, and fills all of V.

    Newton's method from the states in V; a step is halved until the next one would be shorter. Raises NotSettledError.
    """
    slots = program.first_state + free
    dy = np.zeros((program.states, 1))
    reference.evaluate(program, v, dy)
    if not len(free):
        return
    step = _newton_step(program, v, dy, free)
    for _ in range(MOST_STEPS):
        size = np.abs(step).max()
        if size <= TOLERANCE * (1.0 + np.abs(v[slots, 0]).max()):
            v[slots, 0] += step
            reference.evaluate(program, v, dy)
            return
        step = _damped(program, v, dy, free, step)
    raise NotSettledError(int(slots[np.argmax(np.abs(step))]), False)


def _damped(program: Program, v: FloatArray, dy: FloatArray, free: IntArray, step: FloatArray) -> FloatArray:
    """Takes as much of the step as shortens the next one, and returns that (the natural monotonicity test)."""
    slots = program.first_state + free
    start, size, share = v[slots, 0].copy(), np.abs(step).max(), 1.0
    while share >= SMALLEST_DAMPING:
        v[slots, 0] = start + share * step
        reference.evaluate(program, v, dy)
        if np.isfinite(dy[free]).all():
            following = _newton_step(program, v, dy, free)
            if np.abs(following).max() <= (1.0 - share / 4.0) * size:
                return following
        share /= 2.0
    raise NotSettledError(int(slots[np.argmax(np.abs(step))]), False)


def _newton_step(program: Program, v: FloatArray, dy: FloatArray, free: IntArray) -> FloatArray:
    matrix = jacobian(program, v, free)
    scale = np.abs(matrix).max(axis=1)
    if not (scale > 0).all():
        raise NotSettledError(int(program.first_state + free[np.argmin(scale)]), True)
    try:
        return np.asarray(np.linalg.solve(matrix / scale[:, None], -dy[free, 0] / scale))
    except np.linalg.LinAlgError:
        raise NotSettledError(int(program.first_state + free[np.argmin(scale)]), False) from None
