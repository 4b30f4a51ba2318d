"""All of V for given states and sources: what the window shows between steps and over a grid of inputs.

It integrates nothing. While kernels are still compiling numpy does it, with lanes as the second axis, so that a whole
grid of inputs is one pass; else one call of a kernel, which holds Python's lock for a tenth of that time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from app.program import TIME, FloatArray, Program
from app.solve import reference

if TYPE_CHECKING:
    from app.training.run import TrainingRun  # not at run time: it loads the kernels


def evaluate(
    program: Program,
    states: FloatArray,
    sources: FloatArray,
    levels: Mapping[int, float],
    time: FloatArray | float = 0.0,
    forward_only: bool = False,
) -> FloatArray:
    """V (slots, lanes) for states (states, 1 or lanes) and source voltages (sources, 1 or lanes) at `time` [s] (one,
    or one a lane); `levels` maps gate slots to their positions. `forward_only` leaves out what the outputs do not
    need. The Program's own coefficients have one lane."""
    lanes = max(states.shape[1], sources.shape[1])
    v = program.with_lanes(lanes).values()
    v[TIME] = time
    v[program.first_state : program.first_state + program.states] = states
    v[program.sources] = sources
    for slot, position in levels.items():
        v[slot] = position
    reference.evaluate(program, v, forward_only=forward_only)
    return v


def voltages(run: TrainingRun, states: FloatArray, sources: FloatArray, time: float) -> FloatArray:
    """V (slots,) of a run's first lane for states (states, 1) and source voltages (sources,) at `time` [s]; moves no
    state."""
    program = run.program
    if not run.warm:
        return evaluate(program.with_lanes(1), states, sources[:, None], run.gate_values(), time)[:, 0]
    v = run.values().copy()
    v[TIME] = time
    v[program.first_state : program.first_state + program.states] = states
    v[program.sources] = sources[:, None]
    run.solver.evaluate(v)
    return v[:, 0].copy()


def answers(run: TrainingRun, states: FloatArray, table: FloatArray) -> FloatArray:
    """V_out (rows, outputs) of a run's first lane for every row of the table (rows, sources) with states (states, 1);
    moves no state."""
    program = run.program
    if not run.warm:
        found = evaluate(program.with_lanes(1), states, table.T, run.gate_values(), forward_only=True)
        return found[program.outputs].T
    return run.solver.forward(run.values(), np.broadcast_to(states, run.state.y.shape), table)[1][:, :, 0]
