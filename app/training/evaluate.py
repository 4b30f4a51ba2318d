"""All of V for given states and sources: what the window shows between steps and over a grid of inputs.

It integrates nothing. Lanes are the second axis, so that a whole grid of inputs is one pass.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.program import TIME, FloatArray, Program
from app.solve import reference


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
