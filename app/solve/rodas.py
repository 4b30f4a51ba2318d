"""Rosenbrock's method for small stiff circuits: linearly implicit in all states, with a dense Jacobian.

RODAS of E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd ed. (1996), IV.10: six stages, order 4
with an estimate of order 3, L-stable and stiffly accurate. The Jacobian comes from the rows' own derivatives and is
factorised once a step. One run at a time: each lane is a block of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.solve import drive
from app.solve.compiled import inlined, kernel, part
from app.solve.simd import offset, pointer
from app.solve.stiff import derive, stiff_pointers
from app.solve.table import evaluate, pointers

STAGES = 6
GAMMA = 0.25
A = (
    1.544, 0.9466785280815826, 0.2557011698983284, 3.314825187068521, 2.896124015972201, 0.9986419139977817,
    1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895,
)  # fmt: skip
C = (
    -5.6688, -2.430093356833875, -0.2063599157091915, -0.1073529058151375, -9.594562251023355, -20.47028614809616,
    7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616, 8.083246795921522, -7.981132988064893,
    -31.52159432874371, 16.31930543123136, -6.058818238834054,
)  # fmt: skip
D = (0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0)
NODES = (0.0, 0.386, 0.21, 0.63, 1.0, 1.0)
# A stage's states: the end of stage 5 continues that of stage 4.
WEIGHTS = np.array([*A, *C, *D, *NODES])
AT_C, AT_D, AT_NODES = 10, 25, 31
EXPONENT = -1 / 8
FIRST_STEP = 0.3  # in units of the shortest time constant


@part
def _trial(stage: Any, v: Any, at: Any, y: Any, u: Any, weights: Any, n: Any) -> None:
    """States of a stage into V; stages 5 and 6 (the step's end) each add the last u to the one before."""
    row = min(stage, 4)
    for i in range(n):
        total = y[i]
        for j in range(row):
            total += weights[row * (row - 1) // 2 + j] * u[j * n + i]
        for j in range(4, stage):
            total += u[j * n + i]
        v[at + i] = total


@part
def _jacobian(rows: Any, stiff: Any, partials: Any, change: Any, n: Any, matrix: Any, drift: Any) -> None:
    """matrix (n, n) = d(dy)/dy and drift (n,) = what dy changes with the time alone. change (slots, n + 1) holds unit
    vectors for the states and, in its last column, the rates of the time and the sources."""
    _, is_state, target, ptr, _, partial, source, _, _ = stiff
    wide = n + 1
    for row in range(rows):
        i = target[row]
        to = i * wide
        if is_state[row] == 1:
            for j in range(n):
                matrix[i * n + j] = 0.0
            drift[i] = 0.0
        else:
            for j in range(wide):
                change[to + j] = 0.0
        for entry in range(ptr[row], ptr[row + 1]):
            value, slot = partials[partial[entry]], source[entry]
            if is_state[row] == 1:
                for j in range(n):
                    matrix[i * n + j] += value * change[slot * wide + j]
                drift[i] += value * change[slot * wide + n]
            else:
                for j in range(wide):
                    change[to + j] += value * change[slot * wide + j]


@part
def _set_rates(shape: Any, count: Any, plan: Any, change: Any, n: Any) -> None:
    """Rates of the time and the sources in the last column of `change`."""
    change[1 * (n + 1) + n] = 1.0
    _, _, row, _, slope, sources = plan
    segment = count[drive.SEGMENT]
    if shape[drive.SLOPES] > 0 and segment < shape[drive.SEGMENTS]:
        which = shape[drive.LANE] if shape[drive.ROWS] > 1 else 0
        line = row[segment * shape[drive.ROWS] + which] * shape[drive.COLUMNS]
        for column in range(shape[drive.COLUMNS]):
            change[sources[column] * (n + 1) + n] = slope[line + column]


@part
def _begin_short(clock: Any, count: Any, matrix: Any, n: Any) -> None:
    """After an edge the first step is a fraction of the shortest time constant: a long one would damp what moves fast
    without a trace in the error estimate, whatever that does to the other states meanwhile."""
    fastest = 0.0
    for i in range(n):
        fastest = max(fastest, -matrix[i * n + i])
    if clock[drive.STEP] * fastest > FIRST_STEP:
        clock[drive.STEP] = FIRST_STEP / fastest
        count[drive.LAST] = 0


@part
def _factorise(matrix: Any, factors: Any, pivots: Any, n: Any, shift: Any) -> Any:
    """factors = LU of shift - matrix with row exchanges in `pivots`; False where it is singular or not finite."""
    for i in range(n * n):
        factors[i] = -matrix[i]
    for i in range(n):
        factors[i * n + i] += shift
    for column in range(n):
        best, size = column, abs(factors[column * n + column])
        for row in range(column + 1, n):
            if abs(factors[row * n + column]) > size:
                best, size = row, abs(factors[row * n + column])
        if not size > 0.0:
            return False
        pivots[column] = best
        if best != column:
            for j in range(n):
                value = factors[column * n + j]
                factors[column * n + j] = factors[best * n + j]
                factors[best * n + j] = value
        inverse = 1.0 / factors[column * n + column]
        for row in range(column + 1, n):
            ratio = factors[row * n + column] * inverse
            if ratio != 0.0:
                factors[row * n + column] = ratio
                for j in range(column + 1, n):
                    factors[row * n + j] -= ratio * factors[column * n + j]
    return True


@part
def _solve(factors: Any, pivots: Any, x: Any, n: Any) -> None:
    """x = (LU)^-1 x."""
    for column in range(n):
        best = pivots[column]
        value = x[column]
        x[column] = x[best]
        x[best] = value
    for column in range(n):
        value = x[column]
        if value != 0.0:
            for row in range(column + 1, n):
                x[row] -= factors[row * n + column] * value
    for row in range(n - 1, -1, -1):
        value = x[row]
        for j in range(row + 1, n):
            value -= factors[row * n + j] * x[j]
        x[row] = value / factors[row * n + row]


@part
def _step(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, v: Any, y: Any, start: Any, slopes: Any,
    u: Any, factors: Any, pivots: Any, drift: Any, weights: Any, n: Any,
) -> None:  # fmt: skip
    """All stages; leaves the states and everything else at the step's end in V, their slopes in `slopes`."""
    at, h = shape[drive.FIRST], clock[drive.STEP]
    for stage in range(STAGES + 1):
        if stage > 0:
            _trial(stage, v, at, y, u, weights, n)
            if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
                drive.set_times(shape, clock, count, plan, v, weights[AT_NODES + stage] if stage < STAGES else 1.0)
            evaluate(1, tables, wide, 0, v, slopes)
        if stage == STAGES:
            return
        mine = stage * n
        for i in range(n):
            total = start[i] if stage == 0 else slopes[i]
            for j in range(stage):
                total += weights[AT_C + stage * (stage - 1) // 2 + j] / h * u[j * n + i]
            u[mine + i] = total + h * weights[AT_D + stage] * drift[i]
        _solve(factors, pivots, offset(u, mine), n)


@part
def _error(shape: Any, v: Any, y: Any, error: Any, rtol: Any, atol: Any, n: Any) -> Any:
    """Mean over the states of (error / tolerance) squared; padding counts nothing."""
    total = 0.0
    for i in range(n):
        ratio = error[i] / (atol + rtol * max(abs(y[i]), abs(v[shape[drive.FIRST] + i])))
        total += ratio * ratio
    return total / shape[drive.STATES]


@inlined
def _advance(
    tables: Any, wide: Any, sizes: Any, stiff: Any, partials: Any, change: Any, matrices: Any, pivots: Any, shape: Any,
    clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any, weights: Any, rtol: Any, atol: Any,
) -> None:  # fmt: skip
    n, at = shape[drive.PADDED], shape[drive.FIRST]
    slopes, drift, u = offset(work, n), offset(work, 2 * n), offset(work, 3 * n)
    factors = offset(matrices, n * n)
    for i in range(n):
        change[(at + i) * (n + 1) + i] = 1.0
    drive.start(shape, clock, count)
    known = False
    while True:
        todo = drive.begin_steps(shape, clock, count, plan, notes, v)
        if todo == drive.IDLE:
            break
        if todo == drive.EVALUATE_FIRST:
            for i in range(n):
                v[at + i] = y[i]
            if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
                drive.set_times(shape, clock, count, plan, v, 0.0)
            evaluate(1, tables, wide, 0, v, work)
            drive.note_start(shape, clock, count, notes, v)
            known = False
        if not known:
            derive(sizes[0], stiff, (False, False), v, partials, 0.0)
            _set_rates(shape, count, plan, change, n)
            _jacobian(sizes[1], stiff, partials, change, n, matrices, drift)
            known = True
            if todo == drive.EVALUATE_FIRST and clock[drive.OFFSET] == 0.0 and shape[drive.WHOLE] == 0:
                _begin_short(clock, count, matrices, n)
        if _factorise(matrices, factors, pivots, n, 1.0 / (GAMMA * clock[drive.STEP])):
            _step(tables, wide, shape, clock, count, plan, v, y, work, slopes, u, factors, pivots, drift, weights, n)
            clock[drive.ERROR] = _error(shape, v, y, offset(u, (STAGES - 1) * n), rtol, atol, n)
        else:
            clock[drive.ERROR] = np.inf
        if drive.end_steps(shape, clock, count, plan, notes, v, EXPONENT) == 1:
            for i in range(n):
                y[i] = v[at + i]
                work[i] = slopes[i]
            known = False


@kernel
def linearise(
    sizes: Any, stiff: Any, v: Any, first: Any, n: Any, partials: Any, change: Any, matrix: Any, drift: Any
) -> None:
    """matrix = d(dy)/dy (n, n) at V."""
    tables = stiff_pointers(stiff)
    for i in range(n):
        change[(first + i) * (n + 1) + i] = 1.0
    derive(sizes[0], tables, (False, False), pointer(v), pointer(partials), 0.0)
    _jacobian(sizes[1], tables, pointer(partials), pointer(change), n, pointer(matrix), pointer(drift))


@kernel
def advance(
    tables: Any, wide: Any, sizes: Any, stiff: Any, scratch: Any, shape: Any, clock: Any, count: Any, plan: Any,
    notes: Any, v: Any, y: Any, work: Any, rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """Moves one lane until it is at its stop; see drive for the arguments. `scratch`: the partial derivatives, the
    changes (slots, states + 1), the Jacobian and its factors, the row exchanges."""
    partials, change, matrices, pivots = scratch
    _advance(
        pointers(tables), wide, sizes, stiff_pointers(stiff), pointer(partials), pointer(change), pointer(matrices),
        pointer(pivots), pointer(shape), pointer(clock), pointer(count), drive.plan_pointers(plan),
        drive.note_pointers(notes), pointer(v), pointer(y), pointer(work), pointer(WEIGHTS), rtol, atol,
    )  # fmt: skip
