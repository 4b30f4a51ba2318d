"""Evaluation without integration: the forward pass over table rows, and one plain evaluation."""

from __future__ import annotations

from typing import Any

from app.solve.compiled import kernel
from app.solve.table import ONLY_FORWARD, evaluate_lanes, evaluate_one


@kernel
def forward_block(
    tables: Any, wide: Any, width: Any, v: Any, rows: Any, sources: Any, wanted: Any, values: Any
) -> None:
    """values (rows, wanted, width) = V[wanted] of the forward groups for every row; V holds the states."""
    nothing = v[:0]
    for row in range(rows.shape[0]):
        for column in range(sources.size):
            for lane in range(width):
                v[sources[column] * width + lane] = rows[row, column]
        if width == 1:
            evaluate_one(tables, wide, ONLY_FORWARD, v, nothing)
        else:
            evaluate_lanes(tables, wide, ONLY_FORWARD, v, nothing)
        for number in range(wanted.size):
            for lane in range(width):
                values[row, number, lane] = v[wanted[number] * width + lane]


@kernel
def mean_squares_block(
    tables: Any, wide: Any, width: Any, v: Any, first: Any, ends: Any, rows: Any, sources: Any, errors: Any, values: Any
) -> None:
    """values (n, width) = mean over rows and outputs of V_E^2 for each of the states ends (n, padded * width), which
    lie in V from `first` on."""
    nothing = v[:0]
    count = max(1, rows.shape[0] * errors.size)
    for number in range(ends.shape[0]):
        v[first : first + ends.shape[1]] = ends[number]
        for row in range(rows.shape[0]):
            for column in range(sources.size):
                for lane in range(width):
                    v[sources[column] * width + lane] = rows[row, column]
            if width == 1:
                evaluate_one(tables, wide, ONLY_FORWARD, v, nothing)
            else:
                evaluate_lanes(tables, wide, ONLY_FORWARD, v, nothing)
            for output in range(errors.size):
                for lane in range(width):
                    values[number, lane] += v[errors[output] * width + lane] ** 2
        for lane in range(width):
            values[number, lane] /= count


@kernel
def evaluate_block(tables: Any, wide: Any, width: Any, v: Any, dy: Any) -> None:
    """One evaluation of all groups."""
    if width == 1:
        evaluate_one(tables, wide, 0, v, dy)
    else:
        evaluate_lanes(tables, wide, 0, v, dy)
