"""Evaluation without integration: the forward pass over table rows, and one plain evaluation."""

from __future__ import annotations

from typing import Any

from app.solve.compiled import inlined, kernel
from app.solve.simd import offset, pointer
from app.solve.table import ONLY_FORWARD, evaluate, pointers


@inlined
def _forward(tables: Any, wide: Any, width: Any, v: Any, row: Any, sources: Any, count: Any) -> None:
    """V of the forward groups with the sources of one row."""
    for column in range(count):
        for lane in range(width):
            v[sources[column] * width + lane] = row[column]
    evaluate(width, tables, wide, ONLY_FORWARD, v, v)


@kernel
def forward_block(
    tables: Any, wide: Any, width: Any, v: Any, rows: Any, sources: Any, wanted: Any, values: Any
) -> None:
    """values (rows, wanted, width) = V[wanted] of the forward groups for every row; V holds the states."""
    ready, slots, columns = pointers(tables), pointer(v), rows.shape[1]
    for row in range(rows.shape[0]):
        _forward(ready, wide, width, slots, offset(pointer(rows), row * columns), pointer(sources), sources.size)
        for number in range(wanted.size):
            for lane in range(width):
                values[row, number, lane] = slots[wanted[number] * width + lane]


@kernel
def mean_squares_block(
    tables: Any, wide: Any, width: Any, v: Any, first: Any, ends: Any, rows: Any, sources: Any, errors: Any, values: Any
) -> None:
    """values (n, width) = mean over rows and outputs of V_E^2 for each of the states ends (n, padded * width), which
    lie in V from `first` on."""
    ready, slots, columns = pointers(tables), pointer(v), rows.shape[1]
    count = max(1, rows.shape[0] * errors.size)
    for number in range(ends.shape[0]):
        v[first : first + ends.shape[1]] = ends[number]
        for row in range(rows.shape[0]):
            _forward(ready, wide, width, slots, offset(pointer(rows), row * columns), pointer(sources), sources.size)
            for output in range(errors.size):
                for lane in range(width):
                    values[number, lane] += slots[errors[output] * width + lane] ** 2
        for lane in range(width):
            values[number, lane] /= count


@kernel
def evaluate_block(tables: Any, wide: Any, width: Any, v: Any, dy: Any) -> None:
    """One evaluation of all groups."""
    evaluate(width, pointers(tables), wide, 0, pointer(v), pointer(dy))
