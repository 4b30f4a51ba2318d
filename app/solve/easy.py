"""Steps that end a segment and turn out easy before dp5's seven evaluations are done.

A learned network hardly moves within a row. So a step that ends a segment is looked at early: a few evaluations give a
formula of order 3 and one of order 2, and where these two differ by less than twice the tolerance, the former is far
more accurate than asked and taken. dp5's own first four evaluations are such; so are three at other nodes. Of the
three, two are lost where they do not suffice: they are tried in a segment's first step, by a lane whose last segment
was easy. It knows by its suggestion, which is then longer than the segment, so that no more need be kept of a run.
"""

from __future__ import annotations

from typing import Any

from app.solve import drive, rank1
from app.solve.compiled import part
from app.solve.simd import (
    absolute,
    add,
    fma,
    horizontal_sum,
    load,
    mul,
    offset,
    rough_inverse,
    select_greater,
    splat,
    store,
    zero8,
)

SMALL = 4.0  # square of how many times the tolerance the two formulas may differ by
KEPT, ASKED = 4.0, 2.0  # segments that the suggestion is long after an easy one; at least, to try three evaluations
NONE, SOME, ALL = 0, 1, 2
THREE, FOUR = 1.0, 2.0  # how a lane's step is taken, in the clock's SHORT; else 0
SPARE = 7  # row of work for the states after three evaluations, while other lanes need more

# Three: the nodes 0, 4/9, 2/3. Heun's formula of order 3, and what it differs by from -1/8 k1 + 9/8 k2.
T21, T31, T32 = 4 / 9, 1 / 6, 1 / 2
D1_THREE, D3_THREE = 1 / 4, 3 / 4
F1_THREE, F2_THREE, F3_THREE = 3 / 8, -9 / 8, 3 / 4
# Four: from dp5's k1, k3, k4, and what it differs by from 3/8 k1 + 5/8 k4.
D1_FOUR, D3_FOUR, D4_FOUR = 7 / 72, 4 / 9, 11 / 24
F1_FOUR, F3_FOUR, F4_FOUR = -5 / 18, 4 / 9, -1 / 6


@part
def mean(shape: Any, clock: Any, total: Any) -> None:
    """ERROR from the sum over the states of (slope's error / tolerance) squared."""
    like = zero8()
    h = load(clock, drive.STEP // 8, like)
    total = mul(mul(mul(h, h), total), splat(1.0 / max(shape[drive.STATES], 1), like))
    if shape[drive.W] == 1:
        clock[drive.ERROR] = horizontal_sum(total)
    else:
        store(clock, drive.ERROR // 8, total)


@part
def _asks(clock: Any, count: Any, lane: Any) -> Any:
    """Whether the lane takes a segment in one step, after one that was easy."""
    running = count[drive.RUNNING + lane] * count[drive.LAST + lane] == 1 and clock[drive.OFFSET + lane] == 0.0
    return running and clock[drive.SUGGESTED + lane] >= ASKED * clock[drive.STEP + lane]


@part
def begin(shape: Any, clock: Any, count: Any) -> Any:
    """Whether some lane tries three evaluations; no lane is marked yet."""
    asked = False
    for lane in range(shape[drive.W]):
        clock[drive.SHORT + lane] = 0.0
        asked = asked or _asks(clock, count, lane)
    return asked and shape[drive.WHOLE] == 0


@part
def mark(
    how: Any, tables: Any, shape: Any, clock: Any, count: Any, v: Any, y: Any, k: Any, rtol: Any, atol: Any, blocks: Any
) -> Any:
    """Marks the lanes whose step is easy after THREE or FOUR evaluations; ALL if now all that run are, SOME, NONE."""
    running, last, easy = 0, 0, 0
    for lane in range(shape[drive.W]):
        running += count[drive.RUNNING + lane]
        last += count[drive.RUNNING + lane] * count[drive.LAST + lane]
        if clock[drive.SHORT + lane] > 0.0:
            easy += 1
    if last == 0 or shape[drive.WHOLE] == 1:
        return NONE
    like = zero8()
    relative, floor, total = splat(rtol, like), splat(atol, like), splat(0.0, like)
    most = splat(drive.LARGEST, like)
    second, third = (blocks, 2 * blocks) if how == THREE else (2 * blocks, 3 * blocks)
    f1 = splat(F1_THREE if how == THREE else F1_FOUR, like)
    f2 = splat(F2_THREE if how == THREE else F3_FOUR, like)
    f3 = splat(F3_THREE if how == THREE else F4_FOUR, like)
    skip, scratch = shape[drive.SKIP], 6 * blocks  # k7 is not known yet
    for i in range(blocks):
        error = fma(f2, load(k, second + i, like), mul(f1, load(k, i, like)))
        error = fma(f3, load(k, third + i, like), error)
        if i < skip:
            store(k, scratch + i, error)
            continue
        size = absolute(load(y, i, like))
        size = select_greater(size, most, most, size)
        ratio = mul(error, rough_inverse(fma(relative, size, floor)))
        total = fma(ratio, ratio, total)
    if skip > 0:
        total = add(total, rank1.error(shape, tables[8], tables[9], v, -1, offset(k, 8 * scratch), rtol, atol))
    mean(shape, clock, total)
    for lane in range(shape[drive.W]):
        mine = count[drive.RUNNING + lane] * count[drive.LAST + lane] == 1 and clock[drive.SHORT + lane] == 0.0
        if mine and clock[drive.ERROR + lane] < SMALL and (how == FOUR or _asks(clock, count, lane)):
            clock[drive.SHORT + lane] = how
            easy += 1
    if easy == 0:
        return NONE
    return ALL if easy == running else SOME


@part
def after_three(clock: Any, target: Any, at: Any, y: Any, k: Any, blocks: Any) -> None:
    """The states after three evaluations into `target`, for all lanes."""
    like = zero8()
    h = load(clock, drive.STEP // 8, like)
    c1, c3 = mul(h, splat(D1_THREE, like)), mul(h, splat(D3_THREE, like))
    for i in range(blocks):
        value = fma(c1, load(k, i, like), load(y, i, like))
        store(target, at + i, fma(c3, load(k, 2 * blocks + i, like), value))


@part
def take(shape: Any, clock: Any, v: Any, at: Any, y: Any, k: Any, blocks: Any) -> None:
    """The states after an easy step into V, for the lanes that are marked."""
    like = zero8()
    h, marked = load(clock, drive.STEP // 8, like), load(clock, drive.SHORT // 8, like)
    c1, c3, c4 = mul(h, splat(D1_FOUR, like)), mul(h, splat(D3_FOUR, like)), mul(h, splat(D4_FOUR, like))
    any_mark, more = splat(0.5 * THREE, like), splat(0.5 * (THREE + FOUR), like)
    if shape[drive.W] == 1:
        marked = splat(clock[drive.SHORT], like)
    for i in range(blocks):
        value = fma(c3, load(k, 2 * blocks + i, like), fma(c1, load(k, i, like), load(y, i, like)))
        value = fma(c4, load(k, 3 * blocks + i, like), value)
        value = select_greater(marked, more, value, load(k, SPARE * blocks + i, like))
        store(v, at + i, select_greater(marked, any_mark, value, load(v, at + i, like)))


@part
def suggest(shape: Any, clock: Any, count: Any) -> None:
    """Suggestions tell whether the next segment is likely to be easy; such steps have no error."""
    if shape[drive.WHOLE] == 1:
        return
    for lane in range(shape[drive.W]):
        if clock[drive.SHORT + lane] > 0.0:
            clock[drive.ERROR + lane] = 0.0
            longer = KEPT * clock[drive.STEP + lane]
            clock[drive.SUGGESTED + lane] = max(clock[drive.SUGGESTED + lane], longer)
        elif _asks(clock, count, lane):
            clock[drive.SUGGESTED + lane] = clock[drive.STEP + lane]
