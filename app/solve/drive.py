"""What all numba integrators share: lanes moving through segments, each with its own time and step.

A block of `width` lanes (1 or 8) advances in lock step; a lane that has nothing to do takes steps of length 0, which
are thrown away. Arrays over lanes have eight entries also for width 1, so that a step length is one vector either way.

    shape   W, first state slot, padded states, states, reads time, stop segment, most steps, first lane, lanes, then
            sizes of the arrays below, whether what is noted needs all of V, whether no step may be cut short
    clock   by lane: suggestion h, offset, step, begin, duration, accepted (1 or 0), error squared, failed_at, short
    count   by lane: segment, steps, rejected, status, running, fresh, last step of the segment, steps left
    plan    (begin, duration, row, table, slope, sources): a Schedule's arrays and the slots of its columns
    notes   (slots, times, values, counts, end_slots, end_numbers, end_values): what to write down; counts: samples
            used, first segment; end_numbers (segments,): where in end_values a segment's end goes, -1 for nowhere

Within the kernels all of them are pointers; entry `lane` of clock's STEP is clock[STEP + lane].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.solve.compiled import part
from app.solve.simd import load, pointer, select_greater, splat, store, zero8

W, FIRST, PADDED, STATES, TIMED, STOP, MOST, LANE, LANES = range(9)
SEGMENTS, BEGINS, DURATIONS, ROWS, COLUMNS, SLOPES, PROBES, SAMPLES, ENDS, ALL_LANES, FILL, WHOLE = range(9, 21)
SKIP, INPUTS, INPUT_LIST, BASE, FACTOR, MOVED, K_NET, K_CHARGE = range(21, 29)  # see rank1
SUGGESTED, OFFSET, STEP, BEGIN, DURATION, ACCEPTED, ERROR, FAILED, SHORT = range(0, 72, 8)
SEGMENT, TAKEN, REJECTED, STATUS, RUNNING, FRESH, LAST, LEFT = range(0, 64, 8)
IDLE, GO_ON, EVALUATE_FIRST = 0, 1, 2
SMALLEST = 1e-10  # of a segment
LARGEST = 1e30  # a state's size beyond which its tolerance grows no more
EASY = 0.1  # an error so small that no method's next step is shorter


def shape_of(
    own: Sequence[int], plan: tuple[npt.NDArray[Any], ...], notes: tuple[npt.NDArray[Any], ...], whole: bool,
    rank1: Sequence[int],
) -> npt.NDArray[np.int64]:  # fmt: skip
    """`shape` from its first nine entries and the arrays that the kernels take; `whole`: no step is cut short; `rank1`
    the entries from SKIP on."""
    begin, duration, row, _, slope, sources = plan
    slots, times, _, _, end_slots, end_numbers, end_values = notes
    sizes = [
        len(begin), begin.shape[1], duration.shape[1], row.shape[1], len(sources), len(slope), len(slots), len(times),
        len(end_slots) if len(end_numbers) else 0, end_values.shape[2],
    ]  # fmt: skip
    first, padded = own[FIRST], own[PADDED]
    is_state = (end_slots >= first) & (end_slots < first + padded)
    if rank1[0]:
        is_state |= end_slots >= rank1[MOVED - SKIP]
    fill = len(times) > 0 or not is_state.all()
    return np.array([*own, *sizes, fill, whole, *rank1], np.int64)


@part
def plan_pointers(plan: Any) -> Any:
    begin, duration, row, table, slope, sources = plan
    return pointer(begin), pointer(duration), pointer(row), pointer(table), pointer(slope), pointer(sources)


@part
def note_pointers(notes: Any) -> Any:
    slots, times, values, counts, end_slots, end_numbers, end_values = notes
    return (
        pointer(slots), pointer(times), pointer(values), pointer(counts), pointer(end_slots), pointer(end_numbers),
        pointer(end_values),
    )  # fmt: skip


@part
def start(shape: Any, clock: Any, count: Any) -> None:
    """At each call: every lane of the block that is neither done nor stopped runs."""
    for lane in range(8):
        count[RUNNING + lane] = 1 if lane < shape[LANES] and count[STATUS + lane] == 0 else 0
        count[FRESH + lane] = count[RUNNING + lane]
        count[LEFT + lane] = shape[MOST]
        clock[STEP + lane] = 0.0


@part
def begin_steps(shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any) -> Any:
    """Chooses every lane's step and loads the sources of lanes that enter a segment. IDLE when no lane has work,
    EVALUATE_FIRST when a lane's first derivative is not known, else GO_ON."""
    begin, duration, row, table, _, sources = plan
    result = IDLE
    width = shape[W]
    for lane in range(width):
        if count[RUNNING + lane] == 0:
            continue
        segment = count[SEGMENT + lane]
        # Not between a segment's start and its first accepted step, which would note the start twice.
        between = count[FRESH + lane] == 0 and clock[OFFSET + lane] == 0.0
        watched = shape[SAMPLES] > 0 and lane == 0 and shape[LANE] == 0
        full = watched and notes[3][0] + 2 > shape[SAMPLES] and not between
        if segment >= shape[STOP] or count[LEFT + lane] <= 0 or full:
            count[RUNNING + lane] = 0
            clock[STEP + lane] = 0.0
            continue
        if count[FRESH + lane] == 1:
            outside = shape[LANE] + lane
            clock[BEGIN + lane] = begin[segment * shape[BEGINS] + (outside if shape[BEGINS] > 1 else 0)]
            clock[DURATION + lane] = duration[segment * shape[DURATIONS] + (outside if shape[DURATIONS] > 1 else 0)]
            line = row[segment * shape[ROWS] + (outside if shape[ROWS] > 1 else 0)]
            for column in range(shape[COLUMNS]):
                v[sources[column] * width + lane] = table[line * shape[COLUMNS] + column]
            result = EVALUATE_FIRST
        elif result == IDLE:
            result = GO_ON
        left = clock[DURATION + lane] - clock[OFFSET + lane]
        step = clock[SUGGESTED + lane]
        count[LAST + lane] = 0
        if step >= left * (1.0 - 1e-9):
            step = left
            count[LAST + lane] = 1
        clock[STEP + lane] = step
    if width == 1:
        for lane in range(1, 8):
            clock[STEP + lane] = clock[STEP]
    return result


@part
def set_times(shape: Any, clock: Any, count: Any, plan: Any, v: Any, fraction: Any) -> None:
    """Time and ramping sources at `fraction` of every lane's step."""
    _, _, row, table, slope, sources = plan
    width = shape[W]
    for lane in range(width):
        elapsed = clock[OFFSET + lane] + fraction * clock[STEP + lane]
        v[width + lane] = clock[BEGIN + lane] + elapsed
        segment = count[SEGMENT + lane]
        if shape[SLOPES] > 0 and segment < shape[SEGMENTS]:
            line = row[segment * shape[ROWS] + (shape[LANE] + lane if shape[ROWS] > 1 else 0)] * shape[COLUMNS]
            for column in range(shape[COLUMNS]):
                v[sources[column] * width + lane] = table[line + column] + slope[line + column] * elapsed


@part
def note_start(shape: Any, clock: Any, count: Any, notes: Any, v: Any) -> None:
    """After the first evaluation: lanes are no longer fresh; a sample where lane 0 has entered a segment."""
    if shape[LANE] == 0 and count[FRESH] == 1 and clock[OFFSET] == 0.0:
        _sample(shape, count, notes, v, clock[BEGIN])
    for lane in range(8):
        count[FRESH + lane] = 0


@part
def _sample(shape: Any, count: Any, notes: Any, v: Any, time: Any) -> None:
    slots, times, values, counts, _, _, _ = notes
    if shape[SAMPLES] == 0 or count[SEGMENT] < counts[1]:
        return
    number = counts[0]
    times[number] = time
    for probe in range(shape[PROBES]):
        values[number * shape[PROBES] + probe] = v[slots[probe] * shape[W]]
    counts[0] = number + 1


@part
def end_steps(shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, exponent: Any) -> Any:
    """Accepts or rejects by ERROR, the mean squared error over the tolerance, and sets the next suggestion (exponent
    -1/(2 order)). V holds the values at the steps' ends. Returns 1 if all lanes accepted, -1 if none, else 0."""
    accepted = 0
    for lane in range(shape[W]):
        clock[ACCEPTED + lane] = 0.0
        if count[RUNNING + lane] == 0:
            continue
        error, step = clock[ERROR + lane], clock[STEP + lane]
        if not error < math.inf:
            factor = 0.2
        elif error < EASY and count[LAST + lane] == 1:
            factor = 1.0
        elif error < 3e-8:
            factor = 5.0
        else:
            factor = min(5.0, max(0.2, 0.9 * error**exponent))
        if error <= 1.0:
            accepted += 1
            clock[ACCEPTED + lane] = 1.0
            _accept(shape, clock, count, plan, notes, v, lane, factor)
        else:
            count[REJECTED + lane] += 1
            clock[SUGGESTED + lane] = step * factor
            if step <= SMALLEST * clock[DURATION + lane]:
                count[STATUS + lane] = 2 if error < math.inf else 1
                count[RUNNING + lane] = 0
                clock[FAILED + lane] = clock[BEGIN + lane] + clock[OFFSET + lane]
    if shape[W] == 1:
        return 1 if accepted == 1 else -1
    return 1 if accepted == 8 else (-1 if accepted == 0 else 0)


@part
def _accept(shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, lane: Any, factor: Any) -> None:
    step = clock[STEP + lane]
    count[TAKEN + lane] += 1
    count[LEFT + lane] -= 1
    if count[LAST + lane] == 1:
        # A step cut short by the segment's end says little about longer ones: keep the longer suggestion.
        if factor < 1.0:
            clock[SUGGESTED + lane] = step * factor
        if shape[LANE] == 0 and lane == 0:
            following = count[SEGMENT] + 1  # its begin, where there is one, is the edge to the last bit
            edge = plan[0][following * shape[BEGINS]] if following < shape[SEGMENTS] else clock[BEGIN] + clock[DURATION]
            _sample(shape, count, notes, v, edge)
        end_slots, end_numbers, end_values = notes[4], notes[5], notes[6]
        if shape[ENDS] > 0 and end_numbers[count[SEGMENT + lane]] >= 0:
            place = end_numbers[count[SEGMENT + lane]] * shape[ENDS]
            for number in range(shape[ENDS]):
                value = v[end_slots[number] * shape[W] + lane]
                end_values[(place + number) * shape[ALL_LANES] + shape[LANE] + lane] = value
        count[SEGMENT + lane] += 1
        clock[OFFSET + lane] = 0.0
        count[FRESH + lane] = 1
    else:
        clock[SUGGESTED + lane] = step * factor
        clock[OFFSET + lane] += step
        if shape[LANE] == 0 and lane == 0:
            _sample(shape, count, notes, v, clock[BEGIN] + clock[OFFSET])


@part
def goes_on(shape: Any, count: Any) -> Any:
    """Whether some lane stays within its segment."""
    going = 0
    for lane in range(shape[W]):
        going += count[RUNNING + lane] * (1 - count[FRESH + lane])
    return going > 0


@part
def keep(shape: Any, clock: Any, accepted: Any, target: Any, offset: Any, source: Any, at: Any, blocks: Any) -> None:
    """target = source in the lanes that accepted; `offset`, `at` in units of eight numbers."""
    like = zero8()
    if accepted == 1:
        for i in range(blocks):
            store(target, offset + i, load(source, at + i, like))
    elif accepted == 0:
        mask = load(clock, ACCEPTED // 8, like)
        half = splat(0.5, like)
        for i in range(blocks):
            value = select_greater(mask, half, load(source, at + i, like), load(target, offset + i, like))
            store(target, offset + i, value)
