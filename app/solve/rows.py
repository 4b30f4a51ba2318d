"""Evaluation without integration: over rows of a table, and the MSE of many states."""

from __future__ import annotations

from typing import Any

from app.solve.compiled import inlined, kernel
from app.solve.simd import offset, pointer
from app.solve.table import ONLY_FORWARD, evaluate, pointers


@inlined
def _evaluate(
    tables: Any, wide: Any, width: Any, mode: Any, v: Any, dy: Any, row: Any, sources: Any, count: Any
) -> None:
    """V with the sources of one row."""
    for column in range(count):
        for lane in range(width):
            v[sources[column] * width + lane] = row[column]
    evaluate(width, tables, wide, mode, v, dy)


@kernel
def evaluate_block(
    tables: Any, wide: Any, width: Any, mode: Any, v: Any, dy: Any, rows: Any, sources: Any, wanted: Any, values: Any
) -> None:
    """values (rows, wanted, width) = V[wanted] for every row; V holds the states. In the mode ONLY_FORWARD what the
    errors and outputs do not need is left out; else `dy` holds the last row's derivatives."""
    ready, slots, slopes, columns = pointers(tables), pointer(v), pointer(dy), rows.shape[1]
    for row in range(rows.shape[0]):
        own = offset(pointer(rows), row * columns)
        _evaluate(ready, wide, width, mode, slots, slopes, own, pointer(sources), sources.size)
        for number in range(wanted.size):
            for lane in range(width):
                values[row, number, lane] = slots[wanted[number] * width + lane]


@kernel
def mean_squares_block(
    tables: Any, wide: Any, width: Any, v: Any, places: Any, ends: Any, first_lane: Any, rows: Any, sources: Any,
    errors: Any, values: Any,
) -> None:  # fmt: skip
    """values (n, width) = mean over rows and outputs of V_E^2 for each of the states ends (n, states, lanes), of which
    the lanes from `first_lane` on, the last one repeated, go to V at `places` (states,)."""
    ready, slots, columns = pointers(tables), pointer(v), rows.shape[1]
    count, last = max(1, rows.shape[0] * errors.size), ends.shape[2] - 1
    for number in range(ends.shape[0]):
        for state in range(places.size):
            for lane in range(width):
                slots[places[state] * width + lane] = ends[number, state, min(first_lane + lane, last)]
        for row in range(rows.shape[0]):
            own = offset(pointer(rows), row * columns)
            _evaluate(ready, wide, width, ONLY_FORWARD, slots, slots, own, pointer(sources), sources.size)
            for output in range(errors.size):
                for lane in range(width):
                    values[number, lane] += slots[errors[output] * width + lane] ** 2
        for lane in range(width):
            values[number, lane] /= count
