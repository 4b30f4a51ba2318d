"""Partitioned W-method for parasitic time constants: linearly implicit only in the states that decay fast by
themselves, with a step of its own for every lane.

ROS34PW2 of J. Rang and L. Angermann, BIT 45 (2005) 761-787: four stages, order 3 with any matrix in place of the
Jacobian, so that all other states may be treated explicitly. The block of the parasitic states is triangular in the
order of the circuit (see tangent): a stage costs one evaluation and one pass along the rows, never a factorisation, and
no step is too long for stability whatever the time constants. That pass also carries what the other states, ramps and
the time do to the parasitic ones, without which these would follow with an error of first order.

While the parasitic states still move after an edge, accuracy and not stability bounds the step: then Dormand and
Prince's pair of order 5 needs fewer of them. So a lane's next step is explicit as long as the suggestion for it is
shorter than a few of the shortest time constants, which depends on nothing but the run's state.
"""

from __future__ import annotations

from typing import Any

from app.solve import dp5, drive
from app.solve.compiled import kernel, part
from app.solve.simd import (
    add,
    div,
    fma,
    horizontal_sum,
    larger_absolute,
    load,
    mul,
    offset,
    pointer,
    select_greater,
    splat,
    store,
    sub,
    width,
    zero8,
)
from app.solve.stiff import derive, stiff_pointers
from app.solve.table import evaluate, pointers

G = 0.435866521508459
A21, A31, A32, A43 = 0.87173304301691801, 0.84457060015369423, -0.11299064236484185, 1.0
G21, G31, G32 = -0.87173304301691801, -0.90338057013044082, 0.054180672388095326
B1, B2, B3, B4 = 0.24212380706095346, -1.2232505839045147, 1.5452602553351020, G
G41, G42, G43 = B1, B2, 0.54526025533510214
E1, E2, E3, E4 = B1 - 0.37810903145819369, B2 + 0.096042292212423178, B3 - 0.5, B4 - 0.21793326075422950
A_SUM = (0.0, A21, A31 + A32, A43)
G_SUM = (G, G + G21, G + G31 + G32, G + G41 + G42 + G43)
STAGES = 4
EXPONENT, LARGEST_GROWTH = -1 / 6, 30.0
K, SLOPES = 1, 5  # rows of work: 0 the slopes at the step's start, then the stages' k, the slopes of a stage
ROWS = dp5.STAGES
FIRST_STEP, LONGEST_EXPLICIT = 0.3, 2.0  # in units of the shortest time constant


@part
def _trial(stage: Any, v: Any, at: Any, y: Any, k: Any, blocks: Any) -> None:
    """States of a stage, or of the step's end for stage 4, into V. All offsets are in units of eight numbers."""
    like = zero8()
    k2, k3, k4 = blocks, 2 * blocks, 3 * blocks
    for i in range(blocks):
        total = load(y, i, like)
        if stage == 1:
            total = fma(splat(A21, like), load(k, i, like), total)
        elif stage == 2:
            total = fma(splat(A32, like), load(k, k2 + i, like), fma(splat(A31, like), load(k, i, like), total))
        elif stage == 3:
            total = add(total, load(k, k3 + i, like))
        elif stage == 4:
            total = fma(splat(B2, like), load(k, k2 + i, like), fma(splat(B1, like), load(k, i, like), total))
            total = fma(splat(B4, like), load(k, k4 + i, like), fma(splat(B3, like), load(k, k3 + i, like), total))
        store(v, at + i, total)


@part
def _combined(stage: Any, k: Any, i: Any, padded: Any, like: Any) -> Any:
    """sum over earlier stages of gamma k, for the state at i."""
    if stage == 0:
        return splat(0.0, like)
    k1 = load(k, i, like)
    if stage == 1:
        return mul(splat(G21, like), k1)
    k2 = load(k, padded + i, like)
    if stage == 2:
        return fma(splat(G32, like), k2, mul(splat(G31, like), k1))
    k3 = load(k, 2 * padded + i, like)
    return fma(splat(G43, like), k3, fma(splat(G42, like), k2, mul(splat(G41, like), k1)))


@part
def _explicit(
    stage: Any, shape: Any, clock: Any, count: Any, plan: Any, k: Any, slopes: Any, change: Any, at: Any, blocks: Any
) -> None:
    """k of the stage = h f for all states, and what changes by itself: explicit states, the time and the sources."""
    like = zero8()
    h, gamma = load(clock, drive.STEP // 8, like), splat(G, like)
    for i in range(blocks):
        value = mul(h, load(slopes, i, like))
        store(k, stage * blocks + i, value)
        store(change, at + i, fma(gamma, value, _combined(stage, k, i, blocks, like)))
    if shape[drive.TIMED] == 0 and shape[drive.SLOPES] == 0:
        return
    _, _, row, _, slope, sources = plan
    lanes = shape[drive.W]
    for lane in range(lanes):
        share = clock[drive.STEP + lane] * G_SUM[stage]
        change[lanes + lane] = share
        segment = count[drive.SEGMENT + lane]
        if shape[drive.SLOPES] > 0 and segment < shape[drive.SEGMENTS]:
            which = shape[drive.LANE] + lane if shape[drive.ROWS] > 1 else 0
            line = row[segment * shape[drive.ROWS] + which] * shape[drive.COLUMNS]
            for column in range(shape[drive.COLUMNS]):
                change[sources[column] * lanes + lane] = share * slope[line + column]


@part
def _implicit(
    stage: Any, rows: Any, stiff: Any, shape: Any, clock: Any, k: Any, slopes: Any, partials: Any, change: Any,
    like: Any,
) -> None:  # fmt: skip
    """Solves (1 - h gamma J) k = h f + h J sum gamma k for the parasitic states, row after row."""
    _, is_state, target, ptr, own, partial, source, _, _ = stiff
    first, padded = shape[drive.FIRST], shape[drive.PADDED]
    h = load(clock, drive.STEP // 8 if width(like) > 1 else drive.STEP, like)
    gamma, one = splat(G, like), splat(1.0, like)
    for row in range(rows):
        i = target[row]
        total = splat(0.0, like)
        for entry in range(own[row], ptr[row + 1]):
            total = fma(load(partials, partial[entry], like), load(change, source[entry], like), total)
        if is_state[row] == 0:
            store(change, i, total)
            continue
        diagonal = splat(0.0, like)
        for entry in range(ptr[row], own[row]):
            diagonal = add(diagonal, load(partials, partial[entry], like))
        before = _combined(stage, k, i, padded, like)
        right = mul(h, add(load(slopes, i, like), fma(diagonal, before, total)))
        value = div(right, sub(one, mul(mul(h, gamma), diagonal)))
        store(k, stage * padded + i, value)
        store(change, first + i, fma(gamma, value, before))


@part
def _error(shape: Any, clock: Any, v: Any, at: Any, y: Any, k: Any, rtol: Any, atol: Any, blocks: Any) -> None:
    """Mean over the states of (error / tolerance) squared, by lane, into the clock."""
    like = zero8()
    k2, k3, k4 = blocks, 2 * blocks, 3 * blocks
    relative, floor, total = splat(rtol, like), splat(atol, like), splat(0.0, like)
    for i in range(blocks):
        error = fma(splat(E2, like), load(k, k2 + i, like), mul(splat(E1, like), load(k, i, like)))
        error = fma(splat(E4, like), load(k, k4 + i, like), fma(splat(E3, like), load(k, k3 + i, like), error))
        size = larger_absolute(load(y, i, like), load(v, at + i, like))
        ratio = div(error, fma(relative, size, floor))
        total = fma(ratio, ratio, total)
    total = div(total, splat(float(shape[drive.STATES]), like))
    if shape[drive.W] == 1:
        clock[drive.ERROR] = horizontal_sum(total)
    else:
        store(clock, drive.ERROR // 8, total)


@part
def _refresh(
    everywhere: Any, count: Any, stiff: Any, wide: Any, lanes: Any, clock: Any, v: Any, partials: Any, fresh: Any
) -> None:
    """Partial derivatives at V: in all lanes, or in those that have just accepted a step."""
    if lanes == 1:
        derive(count, stiff, wide, v, partials, 0.0)
        return
    like = zero8()
    if everywhere:
        derive(count, stiff, wide, v, partials, like)
        return
    derive(count, stiff, wide, v, fresh, like)
    mask, half = load(clock, drive.ACCEPTED // 8, like), splat(0.5, like)
    for p in range(count):
        store(partials, p, select_greater(mask, half, load(fresh, p, like), load(partials, p, like)))


@part
def _choose(shape: Any, clock: Any, count: Any, shortest: Any) -> Any:
    """(whether the next step is explicit, lanes that wait for it): lanes that begin a segment begin it with a short
    step. A lane that waits does not run, and has a step of no length."""
    explicit = False
    for lane in range(shape[drive.W]):
        if count[drive.RUNNING + lane] == 1:
            explicit = explicit or clock[drive.SUGGESTED + lane] < LONGEST_EXPLICIT * shortest
    waiting = 0
    for lane in range(shape[drive.W]):
        mine = clock[drive.SUGGESTED + lane] < LONGEST_EXPLICIT * shortest
        if count[drive.RUNNING + lane] == 1 and mine != explicit:
            waiting |= 1 << lane
            count[drive.RUNNING + lane] = 0
            clock[drive.STEP + lane] = 0.0
    return explicit, waiting


@part
def _begin_short(shape: Any, clock: Any, count: Any, shortest: Any) -> None:
    """A lane that stands at a segment's start begins with a fraction of the shortest time constant."""
    for lane in range(shape[drive.W]):
        if count[drive.RUNNING + lane] == 1 and clock[drive.OFFSET + lane] == 0.0:
            clock[drive.SUGGESTED + lane] = min(clock[drive.SUGGESTED + lane], FIRST_STEP * shortest)


@part
def _grow(shape: Any, clock: Any, count: Any) -> bool:
    """Longer suggestions than drive's where the error is tiny, as it is once the parasitic states follow."""
    for lane in range(shape[drive.W]):
        if clock[drive.ACCEPTED + lane] == 1.0 and count[drive.FRESH + lane] == 0:
            error = max(clock[drive.ERROR + lane], 1e-12)
            factor = min(LARGEST_GROWTH, 0.9 * error**EXPONENT)
            longer = clock[drive.STEP + lane] * factor
            clock[drive.SUGGESTED + lane] = max(clock[drive.SUGGESTED + lane], longer)
    return True


@part
def _explicit_step(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, v: Any, y: Any, work: Any, rtol: Any,
    atol: Any,
) -> None:  # fmt: skip
    """A step of dp5 whose first slopes are known; leaves the last in work's row SLOPES."""
    lanes = shape[drive.W]
    blocks, at = shape[drive.PADDED] * lanes // 8, shape[drive.FIRST] * lanes // 8
    for stage in range(1, dp5.STAGES):
        dp5.trial(stage, v, at, y, work, clock, blocks)
        if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
            drive.set_times(shape, clock, count, plan, v, dp5.C[stage])
        evaluate(lanes, tables, wide, 0, v, offset(work, stage * 8 * blocks))
    dp5.error(tables, shape, clock, v, at, y, work, rtol, atol, blocks)
    like = zero8()
    for i in range(blocks):
        store(work, SLOPES * blocks + i, load(work, (dp5.STAGES - 1) * blocks + i, like))


@part
def _implicit_step(
    tables: Any, wide: Any, sizes: Any, stiff: Any, partials: Any, change: Any, shape: Any, clock: Any, count: Any,
    plan: Any, v: Any, y: Any, work: Any, rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """A step of the W-method; leaves the slopes at its end in work's row SLOPES."""
    lanes = shape[drive.W]
    blocks, at = shape[drive.PADDED] * lanes // 8, shape[drive.FIRST] * lanes // 8
    k, slopes = offset(work, K * 8 * blocks), offset(work, SLOPES * 8 * blocks)
    ramping = shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0
    for stage in range(STAGES):
        if stage > 0:
            _trial(stage, v, at, y, k, blocks)
            if ramping:
                drive.set_times(shape, clock, count, plan, v, A_SUM[stage])
            evaluate(lanes, tables, wide, 0, v, slopes)
        known = slopes if stage > 0 else work
        _explicit(stage, shape, clock, count, plan, k, known, change, at, blocks)
        if lanes == 1:
            _implicit(stage, sizes[1], stiff, shape, clock, k, known, partials, change, 0.0)
        else:
            _implicit(stage, sizes[1], stiff, shape, clock, k, known, partials, change, zero8())
    _trial(STAGES, v, at, y, k, blocks)
    if ramping:
        drive.set_times(shape, clock, count, plan, v, 1.0)
    evaluate(lanes, tables, wide, 0, v, slopes)
    _error(shape, clock, v, at, y, k, rtol, atol, blocks)


@part
def _advance(
    tables: Any, wide: Any, sizes: Any, stiff: Any, stiff_wide: Any, shortest: Any, partials: Any, fresh: Any,
    change: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any, rtol: Any,
    atol: Any,
) -> None:  # fmt: skip
    lanes = shape[drive.W]
    blocks, at = shape[drive.PADDED] * lanes // 8, shape[drive.FIRST] * lanes // 8
    if shape[drive.WHOLE] == 1:
        shortest = 0.0  # then every step is the W-method's
    drive.start(shape, clock, count)
    while True:
        if shortest > 0.0:
            _begin_short(shape, clock, count, shortest)
        todo = drive.begin_steps(shape, clock, count, plan, notes, v)
        if todo == drive.IDLE:
            break
        if todo == drive.EVALUATE_FIRST:
            _trial(0, v, at, y, work, blocks)
            if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
                drive.set_times(shape, clock, count, plan, v, 0.0)
            evaluate(lanes, tables, wide, 0, v, work)
            drive.note_start(shape, clock, count, notes, v)
            _refresh(True, sizes[0], stiff, stiff_wide, lanes, clock, v, partials, fresh)
        explicit, waiting = _choose(shape, clock, count, shortest)
        if explicit:
            _explicit_step(tables, wide, shape, clock, count, plan, v, y, work, rtol, atol)
            accepted = drive.end_steps(shape, clock, count, plan, notes, v, dp5.EXPONENT)
        else:
            _implicit_step(
                tables, wide, sizes, stiff, partials, change, shape, clock, count, plan, v, y, work, rtol, atol
            )
            accepted = drive.end_steps(shape, clock, count, plan, notes, v, EXPONENT)
            _grow(shape, clock, count)
        drive.keep(shape, clock, accepted, y, 0, v, at, blocks)
        drive.keep(shape, clock, accepted, work, 0, work, SLOPES * blocks, blocks)
        soon = False
        for lane in range(lanes):
            if clock[drive.ACCEPTED + lane] == 1.0 and count[drive.FRESH + lane] == 0:
                soon = soon or clock[drive.SUGGESTED + lane] >= LONGEST_EXPLICIT * shortest
            if (waiting >> lane) & 1:
                count[drive.RUNNING + lane] = 1
        if soon:
            _refresh(accepted == 1, sizes[0], stiff, stiff_wide, lanes, clock, v, partials, fresh)


@kernel
def advance(
    tables: Any, wide: Any, sizes: Any, stiff: Any, stiff_wide: Any, shortest: Any, scratch: Any, shape: Any,
    clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any, rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """Moves one block until every lane is at its stop; see drive for the arguments. `shortest` is the shortest time
    constant [s]; `scratch`: two arrays for the partial derivatives, one for the changes of all slots."""
    partials, fresh, change = scratch
    _advance(
        pointers(tables), wide, sizes, stiff_pointers(stiff), stiff_wide, shortest, pointer(partials), pointer(fresh),
        pointer(change), pointer(shape), pointer(clock), pointer(count), drive.plan_pointers(plan),
        drive.note_pointers(notes), pointer(v), pointer(y), pointer(work), rtol, atol,
    )  # fmt: skip
