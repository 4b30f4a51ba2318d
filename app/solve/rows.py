"""Evaluation without integration: the forward pass over table rows, and one plain evaluation."""

from __future__ import annotations

from typing import Any

from app.solve.compiled import kernel
from app.solve.simd import zero8
from app.solve.table import ONLY_FORWARD, evaluate


@kernel
def forward_block(
    tables: Any, wide: Any, width: Any, v: Any, rows: Any, sources: Any, wanted: Any, values: Any
) -> None:
    """values (rows, wanted, width) = V[wanted] of the forward groups for every row; V holds the states."""
    groups, out, ptr, a, b, k, m = tables
    k_wide, m_wide = wide
    nothing = v[:0]
    for row in range(rows.shape[0]):
        for column in range(sources.size):
            for lane in range(width):
                v[sources[column] * width + lane] = rows[row, column]
        if width == 1:
            evaluate(v, nothing, groups, out, ptr, a, b, k, m, k_wide, m_wide, ONLY_FORWARD, 0.0)
        else:
            evaluate(v, nothing, groups, out, ptr, a, b, k, m, k_wide, m_wide, ONLY_FORWARD, zero8())
        for number in range(wanted.size):
            for lane in range(width):
                values[row, number, lane] = v[wanted[number] * width + lane]


@kernel
def evaluate_block(tables: Any, wide: Any, width: Any, v: Any, dy: Any) -> None:
    """One evaluation of all groups."""
    groups, out, ptr, a, b, k, m = tables
    k_wide, m_wide = wide
    if width == 1:
        evaluate(v, dy, groups, out, ptr, a, b, k, m, k_wide, m_wide, 0, 0.0)
    else:
        evaluate(v, dy, groups, out, ptr, a, b, k, m, k_wide, m_wide, 0, zero8())
