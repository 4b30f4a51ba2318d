"""The classical Runge-Kutta method of order 4 with equal steps: for teaching, and to compare with.

A segment takes `ceil(duration / step)` equal steps; no error is estimated.
"""

from __future__ import annotations

import math
from typing import Any

from app.solve import drive
from app.solve.compiled import inlined, kernel, part
from app.solve.simd import add, fma, load, mul, offset, pointer, splat, store, zero8
from app.solve.table import evaluate, pointers

C = (0.0, 0.5, 0.5, 1.0, 1.0)
STAGES = 5


@part
def _trial(stage: Any, v: Any, at: Any, y: Any, k: Any, clock: Any, blocks: Any) -> None:
    like = zero8()
    h = load(clock, drive.STEP // 8, like)
    if stage < 4:
        factor = mul(h, splat(C[stage], like))
        before = max(stage - 1, 0) * blocks
        for i in range(blocks):
            store(v, at + i, fma(factor, load(k, before + i, like), load(y, i, like)))
    else:
        k1, k2, k3, k4 = 0, blocks, 2 * blocks, 3 * blocks
        factor, two = mul(h, splat(1 / 6, like)), splat(2.0, like)
        for i in range(blocks):
            inner = add(load(k, k2 + i, like), load(k, k3 + i, like))
            total = fma(two, inner, add(load(k, k1 + i, like), load(k, k4 + i, like)))
            store(v, at + i, fma(factor, total, load(y, i, like)))


@part
def _equal_steps(shape: Any, clock: Any, count: Any, longest: Any) -> None:
    """Replaces the chosen steps by the segment's equal share."""
    for lane in range(shape[drive.W]):
        if count[drive.RUNNING + lane] == 1:
            pieces = max(1.0, math.ceil(clock[drive.DURATION + lane] / longest * (1.0 - 1e-9)))
            step = clock[drive.DURATION + lane] / pieces
            left = clock[drive.DURATION + lane] - clock[drive.OFFSET + lane]
            last = left < 1.5 * step
            count[drive.LAST + lane] = 1 if last else 0
            clock[drive.STEP + lane] = left if last else step
    if shape[drive.W] == 1:
        for lane in range(1, 8):
            clock[drive.STEP + lane] = clock[drive.STEP]


@part
def _finite(shape: Any, clock: Any, v: Any, at: Any, blocks: Any) -> None:
    """ERROR 0 for lanes with finite states, NaN for others."""
    like = zero8()
    zero, total = splat(0.0, like), splat(0.0, like)
    for i in range(blocks):
        total = fma(zero, load(v, at + i, like), total)
    store(clock, drive.ERROR // 8, total)
    if shape[drive.W] == 1:
        for lane in range(1, 8):
            clock[drive.ERROR] += clock[drive.ERROR + lane]


@inlined
def _advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    longest: Any, unused: Any,
) -> None:  # fmt: skip
    width = shape[drive.W]
    blocks = shape[drive.PADDED] * width // 8
    at = shape[drive.FIRST] * width // 8
    ramping = shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0
    drive.start(shape, clock, count)
    while True:
        if drive.begin_steps(shape, clock, count, plan, notes, v) == drive.IDLE:
            break
        _equal_steps(shape, clock, count, longest)
        for stage in range(STAGES):  # the fifth only leaves V at the step's end
            _trial(stage, v, at, y, work, clock, blocks)
            if ramping:
                drive.set_times(shape, clock, count, plan, v, C[stage])
            evaluate(width, tables, wide, 0, v, offset(work, stage * 8 * blocks))
            if stage == 0:
                drive.note_start(shape, clock, count, notes, v)
        _finite(shape, clock, v, at, blocks)
        accepted = drive.end_steps(shape, clock, count, plan, notes, v, -0.125)
        drive.keep(shape, clock, accepted, y, 0, v, at, blocks)
        for lane in range(width):
            if count[drive.RUNNING + lane] == 1 and clock[drive.ACCEPTED + lane] == 0.0:
                count[drive.STATUS + lane] = 1  # with equal steps there is nothing to try again
                count[drive.RUNNING + lane] = 0
                clock[drive.FAILED + lane] = clock[drive.BEGIN + lane] + clock[drive.OFFSET + lane]


@kernel
def advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    longest: Any, unused: Any,
) -> None:  # fmt: skip
    """Moves one block until every lane is at its stop, with steps of at most `longest` seconds."""
    _advance(
        pointers(tables), wide, pointer(shape), pointer(clock), pointer(count), drive.plan_pointers(plan),
        drive.note_pointers(notes), pointer(v), pointer(y), pointer(work), longest, unused,
    )  # fmt: skip
