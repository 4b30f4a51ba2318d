"""A Program evaluated with numpy and integrated with scipy: the reference, and what runs where numba does not."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from app.functions import dsigmoid, sigmoid, softplus
from app.program import FORWARD, TIME, FloatArray, Loop, Opcode, Program, Schedule

Method = Literal["DOP853", "LSODA", "RK45", "Radau", "BDF"]

LOOP_STEPS, LOOP_TOLERANCE, LOOP_SHARE = 60, 1e-12, 1e-6

_UNARY: dict[int, Any] = {
    Opcode.SIGMOID: sigmoid,
    Opcode.DSIGMOID: dsigmoid,
    Opcode.TANH: np.tanh,
    Opcode.EXP: np.exp,
    Opcode.LOG: np.log,
    Opcode.SQRT: np.sqrt,
    Opcode.ABS: np.abs,
    Opcode.SIN: np.sin,
    Opcode.COS: np.cos,
    Opcode.SOFTPLUS: softplus,
    Opcode.STEP: lambda u: np.where(np.real(u) > 0, 1.0, 0.0),
}
_BINARY: dict[int, Any] = {
    Opcode.DIVIDE: np.divide,
    Opcode.POWER: np.power,
    Opcode.MINIMUM: np.minimum,
    Opcode.MAXIMUM: np.maximum,
}


def evaluate(
    program: Program, v: np.ndarray[Any, Any], dy: np.ndarray[Any, Any] | None = None, forward_only: bool = False
) -> None:
    """Fills V (slots, lanes) and, if given, dy (states, lanes) [V/s] from the states and sources in V.

    Works for complex V too (complex steps pass through every analytic operation); `forward_only` runs only the groups
    flagged FORWARD. Algebraic loops are solved from the guesses in V; where they are not, V holds NaN.
    """
    ends = {loop.last: loop for loop in program.loops}
    with np.errstate(all="ignore"):
        for number, (code, first, last, flags) in enumerate(program.groups):
            if forward_only and not flags & FORWARD:
                continue
            _group(program, v, dy, Opcode(code), int(first), int(last))
            if number + 1 in ends:
                _solve_loop(program, v, ends[number + 1])


def _run_loop(program: Program, v: np.ndarray[Any, Any], loop: Loop, guesses: np.ndarray[Any, Any]) -> Any:
    """Results less guesses (n, lanes) for these guesses."""
    v[loop.unknowns] = guesses
    for code, first, last, _ in program.groups[loop.first : loop.last]:
        _group(program, v, None, Opcode(code), int(first), int(last))
    return v[loop.results] - guesses


def loop_residual(program: Program, v: np.ndarray[Any, Any], loop: Loop) -> float:
    """The largest difference [V] that is left, infinite where a value is not finite; V (slots, lanes) as it is."""
    with np.errstate(all="ignore"):
        left = np.abs(_run_loop(program, v, loop, v[loop.unknowns].copy())).max()
    return float(left) if np.isfinite(left) else np.inf


def _solve_loop(program: Program, v: np.ndarray[Any, Any], loop: Loop) -> None:
    """Damped Newton with a matrix from differences, all lanes side by side. One step more than needed, which carries
    the imaginary part of a complex step along."""
    guesses = v[loop.unknowns].copy()
    left = _run_loop(program, v, loop, guesses)
    size = _loop_size(left, guesses)
    more = 2 if np.iscomplexobj(v) else 0
    for _ in range(LOOP_STEPS):
        open_lanes = ~(size <= LOOP_TOLERANCE)
        if not open_lanes.any():
            if not more:
                return
            more, open_lanes = more - 1, np.ones_like(open_lanes)
        step = _loop_step(program, v, loop, guesses, left)
        share = np.where(open_lanes, 1.0, 0.0)
        while True:
            trial = guesses + np.where(share > 0, share * step, 0.0)
            found = _run_loop(program, v, loop, trial)
            longer = (share > LOOP_SHARE) & (size > LOOP_TOLERANCE) & ~(_loop_size(found, trial) < size)
            if not longer.any():
                break
            share = np.where(longer, share / 2, share)
        guesses, left, size = trial, found, _loop_size(found, trial)
    lost = ~(size <= LOOP_TOLERANCE)
    v[loop.results] = np.where(lost, np.nan, v[loop.results])
    v[loop.unknowns] = np.where(lost, 0.0, v[loop.unknowns])


def _loop_size(left: np.ndarray[Any, Any], guesses: np.ndarray[Any, Any]) -> FloatArray:
    """(lanes,) the largest residual over tolerance; infinite for NaN."""
    size = np.max(np.abs(left.real) / (1.0 + np.abs(guesses.real)), axis=0)
    return np.asarray(np.where(np.isfinite(size), size, np.inf))


def _loop_step(
    program: Program, v: np.ndarray[Any, Any], loop: Loop, guesses: np.ndarray[Any, Any], left: np.ndarray[Any, Any]
) -> Any:
    """The Newton step (n, lanes)."""
    n = len(guesses)
    matrix = np.empty((left.shape[1], n, n), left.dtype)
    for column in range(n):
        moved = guesses.copy()
        moved[column] += 1e-7 * (1.0 + np.abs(guesses[column].real))
        change = _run_loop(program, v, loop, moved) - left
        matrix[:, :, column] = (change / (moved[column] - guesses[column])).T
    usable = np.isfinite(matrix).all(axis=(1, 2)) & (np.abs(np.linalg.det(matrix)) > 0)
    matrix[~usable] = np.eye(n)
    return np.linalg.solve(matrix, -left.T[:, :, None])[:, :, 0].T


def _group(
    program: Program, v: np.ndarray[Any, Any], dy: np.ndarray[Any, Any] | None, code: Opcode, first: int, last: int
) -> None:
    begin, end = int(program.ptr[first]), int(program.ptr[last])
    out, edges = program.out[first:last], slice(begin, end)
    a, b, k, m = program.a[edges], program.b[edges], program.k[edges], program.m[first:last]
    if code in (Opcode.MAC, Opcode.DERIVATIVE):
        if code == Opcode.DERIVATIVE and dy is None:
            return
        target = v if code == Opcode.MAC else dy
        assert target is not None
        target[out] = _row_sums(k * v[a] * v[b], program.ptr[first : last + 1] - begin)
    elif code == Opcode.SIGMOID_PAIR:
        v[out[0::2]] = m[0::2] * sigmoid(k[0::2] * v[a[0::2]])
        v[out[1::2]] = m[1::2] * dsigmoid(k[1::2] * v[a[1::2]])
    elif code in _UNARY:
        v[out] = m * _UNARY[code](k * v[a])
    else:
        v[out] = m * _BINARY[code](k * v[a], v[b])


def _row_sums(terms: np.ndarray[Any, Any], ptr: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Sums of terms[ptr[r]:ptr[r+1]]; 0 for a row without edges."""
    sums = np.zeros((len(ptr) - 1, terms.shape[1]), terms.dtype)
    filled = np.diff(ptr) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(terms, ptr[:-1][filled], axis=0)
    return sums


def set_sources(
    program: Program, v: np.ndarray[Any, Any], schedule: Schedule, segment: int, lane: int, elapsed: float
) -> None:
    """Sources and time of one lane, `elapsed` seconds into a segment; V is (slots, 1)."""
    row = schedule.row[segment, lane if schedule.row.shape[1] > 1 else 0]
    values = schedule.table[row]
    if schedule.slope is not None:
        values = values + schedule.slope[row] * elapsed
    v[program.sources if schedule.slots is None else schedule.slots, 0] = values
    v[TIME, 0] = schedule.begin[segment, lane if schedule.begin.shape[1] > 1 else 0] + elapsed


def lane_of(program: Program, lane: int) -> Program:
    """The Program of one lane."""

    def column(array: FloatArray) -> FloatArray:
        return array[:, [lane]] if array.shape[1] > 1 else array

    return program.with_coefficients(column(program.k), column(program.m)).with_lanes(1)


def integrate(
    program: Program,
    v: FloatArray,
    y: FloatArray,
    schedule: Schedule,
    method: Method = "DOP853",
    rtol: float = 1e-12,
    atol: float | None = None,
    first: int = 0,
    stop: int | None = None,
) -> FloatArray:
    """States (states, lanes) [V] after the segments first .. stop-1, each lane by itself, restarted at every segment.

    v (slots, lanes) holds the levels and constants; it is not changed. atol defaults to rtol/100 [V]. Raises
    ArithmeticError where scipy gives up.
    """
    end = len(schedule.row) if stop is None else stop
    result = np.array(y, float, ndmin=2)
    tolerance = rtol / 100.0 if atol is None else atol
    for lane in range(result.shape[1]):
        single = lane_of(program, lane)
        work = v[:, [lane if v.shape[1] > 1 else 0]].copy()
        for segment in range(first, end):
            result[:, lane] = _segment(single, work, result[:, lane], schedule, segment, lane, method, rtol, tolerance)
    return result


def _segment(
    program: Program, v: FloatArray, y: FloatArray, schedule: Schedule, segment: int, lane: int, method: Method,
    rtol: float, atol: float,
) -> FloatArray:  # fmt: skip
    duration = float(schedule.duration[segment, lane if schedule.duration.shape[1] > 1 else 0])
    states = slice(program.first_state, program.first_state + program.states)
    dy = np.zeros((program.states, 1))

    def slope(elapsed: float, values: FloatArray) -> FloatArray:
        # In units of the segment's duration, which keeps scipy's guesses of the first step sensible.
        set_sources(program, v, schedule, segment, lane, elapsed * duration)
        v[states, 0] = values
        evaluate(program, v, dy)
        return dy[:, 0] * duration

    from scipy.integrate import solve_ivp  # half a second of importing that a compiled run does without

    if not np.isfinite(slope(0.0, y)).all():
        raise ArithmeticError(f"a derivative is not finite at the start of segment {segment}")
    solution = solve_ivp(slope, (0.0, 1.0), y, method=method, rtol=max(rtol, 3e-14), atol=atol)
    if not solution.success or not np.isfinite(solution.y[:, -1]).all():
        raise ArithmeticError(f"{method} stopped in segment {segment}: {solution.message}")
    return np.asarray(solution.y[:, -1])


def forward(program: Program, v: FloatArray, y: FloatArray, table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(errors, outputs), each (rows, outputs, lanes) [V]: the forward part for every table row with states y."""
    work = v.copy()
    work[program.first_state : program.first_state + program.states] = y
    errors = np.empty((len(table), len(program.errors), program.lanes))
    outputs = np.empty((len(table), len(program.outputs), program.lanes))
    for number, row in enumerate(table):
        work[program.sources] = row[:, None]
        evaluate(program, work, forward_only=True)
        errors[number], outputs[number] = work[program.errors], work[program.outputs]
    return errors, outputs


def first_non_finite(program: Program, v: FloatArray, y: FloatArray) -> int | None:
    """The first slot, in order of evaluation, that is not finite in V (slots, 1) with states y (states,); a state's
    slot where only its derivative is not; None where all is finite. For the report of a lane that stopped."""
    work, dy = v.copy(), np.zeros((program.states, 1))
    states = slice(program.first_state, program.first_state + program.states)
    work[states, 0] = y
    evaluate(program, work, dy)
    for slot in range(program.first_state, program.first_state + program.states):
        if not np.isfinite(work[slot, 0]):
            return slot
    for code, first, last, _ in program.groups:
        for out in program.out[first:last]:
            value = dy[out, 0] if code == Opcode.DERIVATIVE else work[out, 0]
            if not np.isfinite(value):
                return int(out) + (program.first_state if code == Opcode.DERIVATIVE else 0)
    return None
