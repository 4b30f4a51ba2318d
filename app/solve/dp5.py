"""Dormand and Prince's pair of orders 5 and 4, with a step of its own for every lane, restarted at every segment.

J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19-26. Seven evaluations a step, the last of which serves
as the next step's first within a segment.
"""

from __future__ import annotations

from typing import Any

from app.solve import drive
from app.solve.compiled import kernel, part
from app.solve.simd import div, fma, horizontal_sum, larger_absolute, load, mul, splat, store, zero8
from app.solve.table import evaluate_lanes, evaluate_one

A21 = 1 / 5
A31, A32 = 3 / 40, 9 / 40
A41, A42, A43 = 44 / 45, -56 / 15, 32 / 9
A51, A52, A53, A54 = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
A61, A62, A63, A64, A65 = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
B1, B3, B4, B5, B6 = 35 / 384, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
E1, E3, E4, E5, E6, E7 = 71 / 57600, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40
C = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
STAGES = 7
EXPONENT = -1 / 10


@part
def _trial(stage: Any, v: Any, at: Any, y: Any, k: Any, step: Any, blocks: Any) -> None:
    """States of a stage, y + h sum a_sj k_j, into V. All offsets are in units of eight numbers."""
    like = zero8()
    k1, k2, k3, k4, k5, k6 = k[0], k[1], k[2], k[3], k[4], k[5]
    h = load(step, 0, like)
    if stage == 0:
        for i in range(blocks):
            store(v, at + i, load(y, i, like))
    elif stage == 1:
        c1 = mul(h, splat(A21, like))
        for i in range(blocks):
            store(v, at + i, fma(c1, load(k1, i, like), load(y, i, like)))
    elif stage == 2:
        c1, c2 = mul(h, splat(A31, like)), mul(h, splat(A32, like))
        for i in range(blocks):
            total = fma(c2, load(k2, i, like), fma(c1, load(k1, i, like), load(y, i, like)))
            store(v, at + i, total)
    elif stage == 3:
        c1, c2, c3 = mul(h, splat(A41, like)), mul(h, splat(A42, like)), mul(h, splat(A43, like))
        for i in range(blocks):
            total = fma(c2, load(k2, i, like), fma(c1, load(k1, i, like), load(y, i, like)))
            store(v, at + i, fma(c3, load(k3, i, like), total))
    elif stage == 4:
        c1, c2 = mul(h, splat(A51, like)), mul(h, splat(A52, like))
        c3, c4 = mul(h, splat(A53, like)), mul(h, splat(A54, like))
        for i in range(blocks):
            total = fma(c2, load(k2, i, like), fma(c1, load(k1, i, like), load(y, i, like)))
            store(v, at + i, fma(c4, load(k4, i, like), fma(c3, load(k3, i, like), total)))
    elif stage == 5:
        c1, c2, c3 = mul(h, splat(A61, like)), mul(h, splat(A62, like)), mul(h, splat(A63, like))
        c4, c5 = mul(h, splat(A64, like)), mul(h, splat(A65, like))
        for i in range(blocks):
            total = fma(c2, load(k2, i, like), fma(c1, load(k1, i, like), load(y, i, like)))
            total = fma(c4, load(k4, i, like), fma(c3, load(k3, i, like), total))
            store(v, at + i, fma(c5, load(k5, i, like), total))
    else:
        c1, c3, c4 = mul(h, splat(B1, like)), mul(h, splat(B3, like)), mul(h, splat(B4, like))
        c5, c6 = mul(h, splat(B5, like)), mul(h, splat(B6, like))
        for i in range(blocks):
            total = fma(c3, load(k3, i, like), fma(c1, load(k1, i, like), load(y, i, like)))
            total = fma(c5, load(k5, i, like), fma(c4, load(k4, i, like), total))
            store(v, at + i, fma(c6, load(k6, i, like), total))


@part
def _error(shape: Any, clock: Any, v: Any, at: Any, y: Any, k: Any, rtol: Any, atol: Any, blocks: Any) -> None:
    """Mean over the states of (error / tolerance) squared, by lane, into the clock."""
    like = zero8()
    k1, k3, k4, k5, k6, k7 = k[0], k[2], k[3], k[4], k[5], k[6]
    relative, floor, total = splat(rtol, like), splat(atol, like), splat(0.0, like)
    for i in range(blocks):
        error = fma(splat(E3, like), load(k3, i, like), mul(splat(E1, like), load(k1, i, like)))
        error = fma(splat(E5, like), load(k5, i, like), fma(splat(E4, like), load(k4, i, like), error))
        error = fma(splat(E7, like), load(k7, i, like), fma(splat(E6, like), load(k6, i, like), error))
        size = larger_absolute(load(y, i, like), load(v, at + i, like))
        ratio = div(error, fma(relative, size, floor))
        total = fma(ratio, ratio, total)
    h = load(clock[drive.STEP], 0, like)
    total = div(mul(mul(h, h), total), splat(float(shape[drive.STATES]), like))
    if shape[drive.W] == 1:
        clock[drive.ERROR, 0] = horizontal_sum(total)
    else:
        store(clock[drive.ERROR], 0, total)


@kernel
def advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """Moves one block until every lane is at its stop; see drive for the arguments."""
    width = shape[drive.W]
    blocks = shape[drive.PADDED] * width // 8
    at = shape[drive.FIRST] * width // 8
    slopes = work
    ramping = shape[drive.TIMED] == 1 or plan[4].shape[0] > 0
    drive.start(shape, clock, count)
    while True:
        todo = drive.begin_steps(shape, clock, count, plan, notes, v)
        if todo == drive.IDLE:
            break
        for stage in range(0 if todo == drive.EVALUATE_FIRST else 1, STAGES):
            _trial(stage, v, at, y, slopes, clock[drive.STEP], blocks)
            if ramping:
                drive.set_times(shape, clock, count, plan, v, C[stage])
            if width == 1:
                evaluate_one(tables, wide, 0, v, slopes[stage])
            else:
                evaluate_lanes(tables, wide, 0, v, slopes[stage])
            if stage == 0:
                drive.note_start(shape, clock, count, notes, v)
        _error(shape, clock, v, at, y, slopes, rtol, atol, blocks)
        accepted = drive.end_steps(shape, clock, count, plan, notes, v, EXPONENT)
        drive.keep(shape, clock, accepted, y, 0, v, at, blocks)
        drive.keep(shape, clock, accepted, slopes[0], 0, slopes[6], 0, blocks)
