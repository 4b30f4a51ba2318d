"""Partitioned W-method for parasitic time constants: linearly implicit only in the states that decay fast by
themselves, with a step of its own for every lane.

ROS34PW2 of J. Rang and L. Angermann, BIT 45 (2005) 761-787: four stages, order 3 with any matrix in place of the
Jacobian, so that all other states may be treated explicitly. The block of the parasitic states is triangular in the
order of the circuit (see tangent): a stage costs one evaluation and one pass along the rows, never a factorisation, and
no step is too long for stability whatever the time constants. That pass also carries what the other states, ramps and
the time do to the parasitic ones, without which these would follow with an error of first order.

A parasitic state's error decays within a few time constants. What it does to the weights is therefore less than the
tolerance times the share of the segment that it lasts for, and its own tolerance is that much wider in steps that are
short beside the segment: nothing but the parasitic states' swings right after an edge are less exact for it.

While these still move after an edge, Dormand and Prince's pair of order 5 costs less than the W-method. So a lane's
next step is explicit as long as the suggestion for it is shorter than twice the shortest time constant, which depends
on nothing but the run's state.
"""

from __future__ import annotations

from typing import Any

from app.solve import dp5, drive, rosw_stages
from app.solve.compiled import inlined, kernel, part
from app.solve.simd import (
    load,
    offset,
    pointer,
    select_greater,
    splat,
    store,
    zero8,
)
from app.solve.stiff import derive, stiff_pointers
from app.solve.table import evaluate, pointers

# Of dp5's squared error: it is that of the formula of order 4 while the one of order 5 is kept, and what the parasitic
# states err by decays with them. Weights come out no worse.
FORGIVEN = 0.1
EXPONENT, LARGEST_GROWTH = -1 / 6, 30.0
K, SLOPES = 1, 5  # rows of work: 0 the slopes at the step's start, then the stages' k, the slopes of a stage
PARASITIC = dp5.STAGES  # a row with 1 where a parasitic state is, else 0
ROWS = PARASITIC + 1
FIRST_STEP, LONGEST_EXPLICIT = 0.7, 2.0  # in units of the shortest time constant
WIDER = drive.SHORT  # in the clock: by how many tolerances a parasitic state's is wider; dp5 uses the place otherwise
LASTING, SAFETY, WIDEST = 3.0, 0.1, 1000.0  # time constants that an error lasts beyond its step


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
def _some_implicit(shape: Any, clock: Any, count: Any, shortest: Any) -> bool:
    """Whether a lane that runs will take a step of the W-method next, for which it needs the partial derivatives."""
    found = False
    for lane in range(shape[drive.W]):
        if count[drive.RUNNING + lane] == 1:
            found = found or clock[drive.SUGGESTED + lane] >= LONGEST_EXPLICIT * shortest
    return found


@part
def _begin_short(shape: Any, clock: Any, count: Any, shortest: Any) -> None:
    """A lane that stands at a segment's start begins with a fraction of the shortest time constant."""
    for lane in range(shape[drive.W]):
        if count[drive.RUNNING + lane] == 1 and clock[drive.OFFSET + lane] == 0.0:
            clock[drive.SUGGESTED + lane] = min(clock[drive.SUGGESTED + lane], FIRST_STEP * shortest)


@part
def _widen(shape: Any, clock: Any, shortest: Any) -> None:
    """Sets WIDER for the steps that are chosen."""
    for lane in range(shape[drive.W]):
        lasts = clock[drive.STEP + lane] + LASTING * shortest
        wider = SAFETY * clock[drive.DURATION + lane] / lasts if lasts > 0.0 else 0.0
        clock[WIDER + lane] = min(WIDEST, max(0.0, wider - 1.0))
    if shape[drive.W] == 1:
        for lane in range(1, 8):
            clock[WIDER + lane] = clock[WIDER]


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


@inlined
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
    for lane in range(lanes):  # in so short a step, nearly all of it is the parasitic states'
        wide_tolerance = 1.0 + clock[WIDER + lane]
        clock[drive.ERROR + lane] *= FORGIVEN / (wide_tolerance * wide_tolerance)
    like = zero8()
    for i in range(blocks):
        store(work, SLOPES * blocks + i, load(work, (dp5.STAGES - 1) * blocks + i, like))


@inlined
def _implicit_step(
    tables: Any, wide: Any, sizes: Any, stiff: Any, partials: Any, diagonals: Any, change: Any, shape: Any, clock: Any,
    count: Any, plan: Any, v: Any, y: Any, work: Any, rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """A step of the W-method; leaves the slopes at its end in work's row SLOPES."""
    lanes = shape[drive.W]
    blocks, at = shape[drive.PADDED] * lanes // 8, shape[drive.FIRST] * lanes // 8
    k, slopes = offset(work, K * 8 * blocks), offset(work, SLOPES * 8 * blocks)
    ramping = shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0
    if lanes == 1:
        rosw_stages.own_partials(sizes[1], stiff, clock, partials, diagonals, 0.0)
    else:
        rosw_stages.own_partials(sizes[1], stiff, clock, partials, diagonals, zero8())
    for stage in range(rosw_stages.STAGES):
        if stage > 0:
            rosw_stages.trial(stage, v, at, y, k, blocks)
            if ramping:
                drive.set_times(shape, clock, count, plan, v, rosw_stages.A_SUM[stage])
            evaluate(lanes, tables, wide, 0, v, slopes)
        known = slopes if stage > 0 else work
        rosw_stages.explicit_part(stage, shape, clock, count, plan, k, known, change, at, blocks)
        if lanes == 1:
            rosw_stages.implicit_part(stage, sizes[1], stiff, shape, k, known, partials, diagonals, change, 0.0)
        else:
            rosw_stages.implicit_part(stage, sizes[1], stiff, shape, k, known, partials, diagonals, change, zero8())
    rosw_stages.trial(rosw_stages.STAGES, v, at, y, k, blocks)
    if ramping:
        drive.set_times(shape, clock, count, plan, v, 1.0)
    evaluate(lanes, tables, wide, 0, v, slopes)
    parasitic = offset(work, PARASITIC * 8 * blocks)
    rosw_stages.error(shape, clock, v, at, y, k, parasitic, WIDER // 8, rtol, atol, blocks)


@inlined
def _advance(
    tables: Any, wide: Any, sizes: Any, stiff: Any, stiff_wide: Any, shortest: Any, partials: Any, fresh: Any,
    diagonals: Any, change: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    rtol: Any, atol: Any,
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
            rosw_stages.trial(0, v, at, y, work, blocks)
            if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
                drive.set_times(shape, clock, count, plan, v, 0.0)
            evaluate(lanes, tables, wide, 0, v, work)
            drive.note_start(shape, clock, count, notes, v)
            if _some_implicit(shape, clock, count, shortest):
                _refresh(True, sizes[0], stiff, stiff_wide, lanes, clock, v, partials, fresh)
        explicit, waiting = _choose(shape, clock, count, shortest)
        _widen(shape, clock, shortest)
        if explicit:
            _explicit_step(tables, wide, shape, clock, count, plan, v, y, work, rtol, atol)
            accepted = drive.end_steps(shape, clock, count, plan, notes, v, dp5.EXPONENT)
        else:
            _implicit_step(
                tables, wide, sizes, stiff, partials, diagonals, change, shape, clock, count, plan, v, y, work, rtol,
                atol,
            )  # fmt: skip
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
    constant [s]; `scratch`: two arrays for the partial derivatives, one for the parasitic states' own,
    one for the changes of all slots."""
    partials, fresh, diagonals, change = scratch
    _advance(
        pointers(tables), wide, sizes, stiff_pointers(stiff), stiff_wide, shortest, pointer(partials), pointer(fresh),
        pointer(diagonals), pointer(change), pointer(shape), pointer(clock), pointer(count), drive.plan_pointers(plan),
        drive.note_pointers(notes), pointer(v), pointer(y), pointer(work), rtol, atol,
    )  # fmt: skip
