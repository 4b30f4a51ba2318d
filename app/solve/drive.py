"""What all numba integrators share: lanes moving through segments, each with its own time and step.

A block of `width` lanes (1 or 8) advances in lock step; a lane that has nothing to do takes steps of length 0, which
are thrown away. Arrays over lanes have eight entries also for width 1, so that a step length is one vector either way.

    shape   W, first state slot, padded states, states, reads time, stop segment, most steps, first lane, lanes
    clock   (8, 8) by lane: suggestion h, offset, step, begin, duration, accepted (1 or 0), error squared, failed_at
    count   (8, 8) by lane: segment, steps, rejected, status, running, fresh, last step of the segment, steps left
    plan    (begin, duration, row, table, slope, sources): a Schedule's arrays and the slots of its columns
    notes   (slots, times, values, counts, end_slots, end_numbers, end_values): what to write down; counts: used, first
            segment; end_numbers (segments,): where in end_values a segment's end goes, -1 for nowhere
"""

from __future__ import annotations

import math
from typing import Any

from app.solve.compiled import part
from app.solve.simd import load, select_greater, splat, store, zero8

W, FIRST, PADDED, STATES, TIMED, STOP, MOST, LANE, LANES = range(9)
SUGGESTED, OFFSET, STEP, BEGIN, DURATION, ACCEPTED, ERROR, FAILED = range(8)
SEGMENT, TAKEN, REJECTED, STATUS, RUNNING, FRESH, LAST, LEFT = range(8)
IDLE, GO_ON, EVALUATE_FIRST = 0, 1, 2
SMALLEST = 1e-10  # of a segment


@part
def start(shape: Any, clock: Any, count: Any) -> None:
    """At each call: every lane of the block that is neither done nor stopped runs."""
    for lane in range(8):
        count[RUNNING, lane] = 1 if lane < shape[LANES] and count[STATUS, lane] == 0 else 0
        count[FRESH, lane] = count[RUNNING, lane]
        count[LEFT, lane] = shape[MOST]
        clock[STEP, lane] = 0.0


@part
def begin_steps(shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any) -> Any:
    """Chooses every lane's step and loads the sources of lanes that enter a segment. IDLE when no lane has work,
    EVALUATE_FIRST when a lane's first derivative is not known, else GO_ON."""
    begin, duration, row, table, _, sources = plan
    result = IDLE
    width = shape[W]
    for lane in range(width):
        if count[RUNNING, lane] == 0:
            continue
        segment = count[SEGMENT, lane]
        # Not between a segment's start and its first accepted step, which would note the start twice.
        between = count[FRESH, lane] == 0 and clock[OFFSET, lane] == 0.0
        full = lane == 0 and shape[LANE] == 0 and notes[3][0] + 2 > notes[1].size and not between
        if segment >= shape[STOP] or count[LEFT, lane] <= 0 or full:
            count[RUNNING, lane] = 0
            clock[STEP, lane] = 0.0
            continue
        if count[FRESH, lane] == 1:
            outside = shape[LANE] + lane
            clock[BEGIN, lane] = begin[segment, outside if begin.shape[1] > 1 else 0]
            clock[DURATION, lane] = duration[segment, outside if duration.shape[1] > 1 else 0]
            line = row[segment, outside if row.shape[1] > 1 else 0]
            for column in range(sources.size):
                v[sources[column] * width + lane] = table[line, column]
            result = EVALUATE_FIRST
        elif result == IDLE:
            result = GO_ON
        left = clock[DURATION, lane] - clock[OFFSET, lane]
        step = clock[SUGGESTED, lane]
        count[LAST, lane] = 0
        if step >= left * (1.0 - 1e-9):
            step = left
            count[LAST, lane] = 1
        clock[STEP, lane] = step
    if width == 1:
        for lane in range(1, 8):
            clock[STEP, lane] = clock[STEP, 0]
    return result


@part
def set_times(shape: Any, clock: Any, count: Any, plan: Any, v: Any, fraction: Any) -> None:
    """Time and ramping sources at `fraction` of every lane's step."""
    _, _, row, table, slope, sources = plan
    width = shape[W]
    for lane in range(width):
        elapsed = clock[OFFSET, lane] + fraction * clock[STEP, lane]
        v[width + lane] = clock[BEGIN, lane] + elapsed
        segment = count[SEGMENT, lane]
        if slope.shape[0] > 0 and segment < row.shape[0]:
            line = row[segment, shape[LANE] + lane if row.shape[1] > 1 else 0]
            for column in range(sources.size):
                v[sources[column] * width + lane] = table[line, column] + slope[line, column] * elapsed


@part
def note_start(shape: Any, clock: Any, count: Any, notes: Any, v: Any) -> None:
    """After the first evaluation: lanes are no longer fresh; a sample where lane 0 has entered a segment."""
    if shape[LANE] == 0 and count[FRESH, 0] == 1 and clock[OFFSET, 0] == 0.0:
        _sample(shape, count, notes, v, clock[BEGIN, 0])
    for lane in range(8):
        count[FRESH, lane] = 0


@part
def _sample(shape: Any, count: Any, notes: Any, v: Any, time: Any) -> None:
    slots, times, values, counts, _, _, _ = notes
    if times.size == 0 or count[SEGMENT, 0] < counts[1]:
        return
    number = counts[0]
    times[number] = time
    for probe in range(slots.size):
        values[number, probe] = v[slots[probe] * shape[W]]
    counts[0] = number + 1


@part
def end_steps(shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, exponent: Any) -> Any:
    """Accepts or rejects by ERROR, the mean squared error over the tolerance, and sets the next suggestion (exponent
    -1/(2 order)). V holds the values at the steps' ends. Returns 1 if all lanes accepted, -1 if none, else 0."""
    accepted = 0
    for lane in range(shape[W]):
        clock[ACCEPTED, lane] = 0.0
        if count[RUNNING, lane] == 0:
            continue
        error, step = clock[ERROR, lane], clock[STEP, lane]
        if not error < math.inf:
            factor = 0.2
        elif error < 3e-8:
            factor = 5.0
        else:
            factor = min(5.0, max(0.2, 0.9 * error**exponent))
        if error <= 1.0:
            accepted += 1
            clock[ACCEPTED, lane] = 1.0
            _accept(shape, clock, count, plan, notes, v, lane, factor)
        else:
            count[REJECTED, lane] += 1
            clock[SUGGESTED, lane] = step * factor
            if step <= SMALLEST * clock[DURATION, lane]:
                count[STATUS, lane] = 2 if error < math.inf else 1
                count[RUNNING, lane] = 0
                clock[FAILED, lane] = clock[BEGIN, lane] + clock[OFFSET, lane]
    if shape[W] == 1:
        return 1 if accepted == 1 else -1
    return 1 if accepted == 8 else (-1 if accepted == 0 else 0)


@part
def _accept(shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, lane: Any, factor: Any) -> None:
    step = clock[STEP, lane]
    count[TAKEN, lane] += 1
    count[LEFT, lane] -= 1
    if count[LAST, lane] == 1:
        # A step cut short by the segment's end says little about longer ones: keep the longer suggestion.
        if factor >= 1.0:
            clock[SUGGESTED, lane] = max(clock[SUGGESTED, lane], step * factor)
        else:
            clock[SUGGESTED, lane] = step * factor
        if shape[LANE] == 0 and lane == 0:
            following = count[SEGMENT, 0] + 1  # its begin, where there is one, is the edge to the last bit
            edge = plan[0][following, 0] if following < plan[0].shape[0] else clock[BEGIN, 0] + clock[DURATION, 0]
            _sample(shape, count, notes, v, edge)
        end_slots, end_numbers, end_values = notes[4], notes[5], notes[6]
        if end_numbers.size > 0 and end_numbers[count[SEGMENT, lane]] >= 0:
            place = end_numbers[count[SEGMENT, lane]]
            for number in range(end_slots.size):
                end_values[place, number, shape[LANE] + lane] = v[end_slots[number] * shape[W] + lane]
        count[SEGMENT, lane] += 1
        clock[OFFSET, lane] = 0.0
        count[FRESH, lane] = 1
    else:
        clock[SUGGESTED, lane] = step * factor
        clock[OFFSET, lane] += step
        if shape[LANE] == 0 and lane == 0:
            _sample(shape, count, notes, v, clock[BEGIN, 0] + clock[OFFSET, 0])


@part
def keep(shape: Any, clock: Any, accepted: Any, target: Any, offset: Any, source: Any, at: Any, blocks: Any) -> None:
    """target = source in the lanes that accepted; `offset`, `at` in units of eight numbers."""
    like = zero8()
    if accepted == 1:
        for i in range(blocks):
            store(target, offset + i, load(source, at + i, like))
    elif accepted == 0:
        mask = load(clock[ACCEPTED], 0, like)
        half = splat(0.5, like)
        for i in range(blocks):
            value = select_greater(mask, half, load(source, at + i, like), load(target, offset + i, like))
            store(target, offset + i, value)
