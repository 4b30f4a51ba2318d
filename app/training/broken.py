"""Why a run stopped for good: the first value that is not finite, an unsolved loop, or steps that became too small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from app.circuit.compile import Circuit
from app.errors import fail
from app.program import FloatArray, Program, Schedule
from app.solve import reference
from app.solve.state import IntegratorState, Status

BOUNDLESS = 1e6  # volts: what is beyond has no circuit behind it
CURE = "lower T_row, gain or V_teach, or tighten rtol; the state before is kept"


def tell(
    circuit: Circuit, values: FloatArray, state: IntegratorState, seeds: Sequence[int], schedule: Schedule
) -> NoReturn:
    """Raises the ProblemError that names what stopped the first such lane, in order of evaluation, and when. `values`
    are V (slots, lanes) with the switches as they are, `state` the last good one."""
    lane = int(np.flatnonzero(state.status != Status.RUNNING)[0])
    moment = f"at {state.failed_at[lane]:.6g} s (seed {seeds[lane]})"
    program = reference.lane_of(circuit.program.with_lanes(values.shape[1]), lane)
    v = values[:, [lane]].copy()
    segment, offset = int(state.segment[lane]), float(state.offset[lane])
    loop = _unsolved_loop(program, v.copy(), state, schedule, lane)
    if loop is not None:
        raise fail(
            "loop-unsolved", circuit.loop_names(loop[0]),
            f"Newton's method does not solve this loop {moment}; {loop[1]:.3g} V are left",
            "put a capacitor on a current node of the loop or give one of its outputs a time constant tau",
        )  # fmt: skip
    if state.status[lane] == Status.STEP_TOO_SMALL:
        size = float(np.abs(state.y[:, lane]).max(initial=0.0))
        if size > BOUNDLESS:
            found = f"it grows without bound, {size:.3g} V {moment}"
            raise fail("not-finite", _worst_state(circuit, state, lane), found, CURE)
        raise fail(
            "step-too-small", _worst_state(circuit, state, lane), f"the tolerance cannot be met {moment}",
            "loosen rtol, or choose a method for stiff circuits",
        )  # fmt: skip
    reference.set_sources(program, v, schedule, segment, lane, offset)
    slot = reference.first_non_finite(program, v, state.y[:, lane])
    where = circuit.slot_name(slot) if slot is not None else _worst_state(circuit, state, lane)
    raise fail("not-finite", where, f"a value stops being finite {moment}", CURE)


def _unsolved_loop(
    program: Program, v: FloatArray, state: IntegratorState, schedule: Schedule, lane: int
) -> tuple[int, float] | None:
    """The algebraic loop that Newton's method does not solve where the lane stopped or just behind, and what is left
    of it [V]: up to the last good moment it does."""
    segment, offset = int(state.segment[lane]), float(state.offset[lane])
    duration = float(schedule.duration[segment, lane if schedule.duration.shape[1] > 1 else 0])
    v[program.first_state : program.first_state + program.states, 0] = state.y[:, lane]
    shares = (0.0, *(10.0**power for power in range(-10, 0)), *(0.2, 0.4, 0.6, 0.8, 1.0))
    for ahead in [duration * share for share in shares] if program.loops else []:
        if state.guesses.shape == (len(program.guesses), state.y.shape[1]):
            v[program.guesses, 0] = state.guesses[:, lane]
        reference.set_sources(program, v, schedule, segment, lane, min(offset + ahead, duration))
        reference.evaluate(program, v)
        for number, loop in enumerate(program.loops):
            if np.isnan(v[loop.results]).any():
                return number, reference.loop_residual(program, v, loop)
    return None


def _worst_state(circuit: Circuit, state: IntegratorState, lane: int) -> str:
    size = np.abs(state.y[:, lane])
    return circuit.state_names[int(np.argmax(size))] if len(size) else "the circuit"
