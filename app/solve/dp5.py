"""Dormand and Prince's pair of orders 5 and 4, with a step of its own for every lane, restarted at every segment.

J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19-26. Seven evaluations a step, the last of which serves
as the next step's first within a segment. A step that ends a segment takes three or four where it is easy, see easy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.solve import drive, easy, rank1
from app.solve.compiled import inlined, kernel, part
from app.solve.simd import (
    add,
    fma,
    larger_absolute,
    load,
    mul,
    offset,
    pointer,
    rough_inverse,
    select_greater,
    splat,
    store,
    zero8,
)
from app.solve.table import evaluate, pointers

A21 = 1 / 5
A31, A32 = 3 / 40, 9 / 40
A41, A42, A43 = 44 / 45, -56 / 15, 32 / 9
A51, A52, A53, A54 = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
A61, A62, A63, A64, A65 = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
B1, B3, B4, B5, B6 = 35 / 384, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
E1, E3, E4, E5, E6, E7 = 71 / 57600, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40
C = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0, 4 / 9, 2 / 3)
STAGES, FEW, TRIED = 7, 4, 2  # stages from STAGES on are the TRIED ones after the first of an easy step
ROWS = easy.SPARE + 1
EXPONENT = -1 / 10


@part
def trial(stage: Any, v: Any, at: Any, y: Any, k: Any, clock: Any, blocks: Any) -> None:
    """States of a stage, y + h sum a_sj k_j, into V. All offsets are in units of eight numbers."""
    like = zero8()
    k1, k2, k3, k4, k5, k6 = 0, blocks, 2 * blocks, 3 * blocks, 4 * blocks, 5 * blocks
    h = load(clock, drive.STEP // 8, like)
    if stage == 0:
        for i in range(blocks):
            store(v, at + i, load(y, i, like))
    elif stage == 1:
        c1 = mul(h, splat(A21, like))
        for i in range(blocks):
            store(v, at + i, fma(c1, load(k, k1 + i, like), load(y, i, like)))
    elif stage == 2:
        c1, c2 = mul(h, splat(A31, like)), mul(h, splat(A32, like))
        for i in range(blocks):
            total = fma(c2, load(k, k2 + i, like), fma(c1, load(k, k1 + i, like), load(y, i, like)))
            store(v, at + i, total)
    elif stage == 3:
        c1, c2, c3 = mul(h, splat(A41, like)), mul(h, splat(A42, like)), mul(h, splat(A43, like))
        for i in range(blocks):
            total = fma(c2, load(k, k2 + i, like), fma(c1, load(k, k1 + i, like), load(y, i, like)))
            store(v, at + i, fma(c3, load(k, k3 + i, like), total))
    elif stage == 4:
        c1, c2 = mul(h, splat(A51, like)), mul(h, splat(A52, like))
        c3, c4 = mul(h, splat(A53, like)), mul(h, splat(A54, like))
        for i in range(blocks):
            total = fma(c2, load(k, k2 + i, like), fma(c1, load(k, k1 + i, like), load(y, i, like)))
            store(v, at + i, fma(c4, load(k, k4 + i, like), fma(c3, load(k, k3 + i, like), total)))
    elif stage == 5:
        c1, c2, c3 = mul(h, splat(A61, like)), mul(h, splat(A62, like)), mul(h, splat(A63, like))
        c4, c5 = mul(h, splat(A64, like)), mul(h, splat(A65, like))
        for i in range(blocks):
            total = fma(c2, load(k, k2 + i, like), fma(c1, load(k, k1 + i, like), load(y, i, like)))
            total = fma(c4, load(k, k4 + i, like), fma(c3, load(k, k3 + i, like), total))
            store(v, at + i, fma(c5, load(k, k5 + i, like), total))
    elif stage == STAGES:
        c1 = mul(h, splat(easy.T21, like))
        for i in range(blocks):
            store(v, at + i, fma(c1, load(k, k1 + i, like), load(y, i, like)))
    elif stage == STAGES + 1:
        c1, c2 = mul(h, splat(easy.T31, like)), mul(h, splat(easy.T32, like))
        for i in range(blocks):
            total = fma(c2, load(k, k2 + i, like), fma(c1, load(k, k1 + i, like), load(y, i, like)))
            store(v, at + i, total)
    else:
        c1, c3, c4 = mul(h, splat(B1, like)), mul(h, splat(B3, like)), mul(h, splat(B4, like))
        c5, c6 = mul(h, splat(B5, like)), mul(h, splat(B6, like))
        for i in range(blocks):
            total = fma(c3, load(k, k3 + i, like), fma(c1, load(k, k1 + i, like), load(y, i, like)))
            total = fma(c5, load(k, k5 + i, like), fma(c4, load(k, k4 + i, like), total))
            store(v, at + i, fma(c6, load(k, k6 + i, like), total))


@part
def error(
    tables: Any, shape: Any, clock: Any, v: Any, at: Any, y: Any, k: Any, rtol: Any, atol: Any, blocks: Any
) -> None:
    """Mean over the states of (error / tolerance) squared, by lane, into the clock."""
    like = zero8()
    k1, k3, k4, k5, k6, k7 = 0, 2 * blocks, 3 * blocks, 4 * blocks, 5 * blocks, 6 * blocks
    relative, floor, total = splat(rtol, like), splat(atol, like), splat(0.0, like)
    most = splat(drive.LARGEST, like)
    skip, scratch = shape[drive.SKIP], blocks  # k2 is needed no more
    for i in range(blocks):
        error = fma(splat(E3, like), load(k, k3 + i, like), mul(splat(E1, like), load(k, k1 + i, like)))
        error = fma(splat(E5, like), load(k, k5 + i, like), fma(splat(E4, like), load(k, k4 + i, like), error))
        error = fma(splat(E7, like), load(k, k7 + i, like), fma(splat(E6, like), load(k, k6 + i, like), error))
        if i < skip:
            store(k, scratch + i, error)
            continue
        size = larger_absolute(load(y, i, like), load(v, at + i, like))
        size = select_greater(size, most, most, size)
        ratio = mul(error, rough_inverse(fma(relative, size, floor)))
        total = fma(ratio, ratio, total)
    if skip > 0:
        total = add(total, rank1.error(shape, tables[8], tables[9], v, at, offset(k, 8 * scratch), rtol, atol))
    easy.mean(shape, clock, total)


@part
def _stages(
    first: Any, last: Any, skip_first: Any, tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any,
    notes: Any, v: Any, y: Any, work: Any,
) -> None:  # fmt: skip
    """Evaluations `first` to `last` - 1 of a step; `skip_first` 1: V holds the states of the first already. Numbers
    that are no literals, or this would be compiled for each."""
    width = shape[drive.W]
    blocks = shape[drive.PADDED] * width // 8
    at = shape[drive.FIRST] * width // 8
    for stage in range(first, last):
        if stage > 0 or skip_first == 0:
            trial(stage, v, at, y, work, clock, blocks)
        if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
            drive.set_times(shape, clock, count, plan, v, C[stage])
        row = stage if stage < STAGES else stage - STAGES + 1
        evaluate(width, tables, wide, 0, v, offset(work, row * 8 * blocks))
        if stage == 0:
            drive.note_start(shape, clock, count, notes, v)


@inlined
def _fill(tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, v: Any, work: Any) -> None:
    """All of V at the end of a step that was cut short, for whoever reads more of it than the states."""
    if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
        drive.set_times(shape, clock, count, plan, v, 1.0)
    evaluate(shape[drive.W], tables, wide, 0, v, offset(work, shape[drive.PADDED] * shape[drive.W]))


@inlined
def _advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    rtol: Any, atol: Any,
) -> None:  # fmt: skip
    width = shape[drive.W]
    blocks = shape[drive.PADDED] * width // 8
    at = shape[drive.FIRST] * width // 8
    skip = shape[drive.SKIP]
    drive.start(shape, clock, count)
    accepted = 0
    while True:
        todo = drive.begin_steps(shape, clock, count, plan, notes, v)
        if todo == drive.IDLE:
            break
        first, held = 0 if todo == drive.EVALUATE_FIRST else 1, np.int64(accepted == 1)  # V holds the last step's end
        if skip > 0 and first == 0:
            rank1.begin(shape, tables[8], tables[9], v)
            held = np.int64(0)
        few, full, anew = np.int64(FEW), np.int64(STAGES), np.int64(0)
        found = easy.NONE
        if easy.begin(shape, clock, count):
            _stages(first, np.int64(1), held, tables, wide, shape, clock, count, plan, notes, v, y, work)
            first, held = 1, anew
            _stages(full, full + TRIED, anew, tables, wide, shape, clock, count, plan, notes, v, y, work)
            found = easy.mark(easy.THREE, tables, shape, clock, count, v, y, work, rtol, atol, blocks)
            if found == easy.ALL:
                easy.after_three(clock, v, at, y, work, blocks)
            elif found == easy.SOME:
                easy.after_three(clock, work, easy.SPARE * blocks, y, work, blocks)
        if found != easy.ALL:
            _stages(first, few, held, tables, wide, shape, clock, count, plan, notes, v, y, work)
            found = easy.mark(easy.FOUR, tables, shape, clock, count, v, y, work, rtol, atol, blocks)
            if found != easy.ALL:
                _stages(few, full, anew, tables, wide, shape, clock, count, plan, notes, v, y, work)
                error(tables, shape, clock, v, at, y, work, rtol, atol, blocks)
            if found != easy.NONE:
                easy.take(shape, clock, v, at, y, work, blocks)
        if found != easy.NONE and shape[drive.FILL] == 1:
            _fill(tables, wide, shape, clock, count, plan, v, work)
        easy.suggest(shape, clock, count)
        if skip > 0 and clock[drive.ERROR] <= 1.0:
            rank1.fold(shape, tables[8], tables[9], v, at)
        accepted = drive.end_steps(shape, clock, count, plan, notes, v, EXPONENT)
        drive.keep(shape, clock, accepted, y, skip, v, at + skip, blocks - skip)
        if skip > 0 and accepted == 1:
            count[drive.FRESH] = 1
        if drive.goes_on(shape, count):
            drive.keep(shape, clock, accepted, work, 0, work, 6 * blocks, blocks)


@kernel
def advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """Moves one block until every lane is at its stop; see drive for the arguments."""
    _advance(
        pointers(tables), wide, pointer(shape), pointer(clock), pointer(count), drive.plan_pointers(plan),
        drive.note_pointers(notes), pointer(v), pointer(y), pointer(work), rtol, atol,
    )  # fmt: skip
