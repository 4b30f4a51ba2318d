"""Contour lines of a map by marching squares, all cells at once."""

from __future__ import annotations

import numpy as np

from app.program import FloatArray

# Edges of a cell: 0 bottom, 1 right, 2 top, 3 left. For each of the 16 cases, the pairs of edges that the line joins;
# the saddles (5 and 10) have two lines.
_CASES: tuple[tuple[tuple[int, int], ...], ...] = (
    (), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 2), (0, 1)), ((0, 2),), ((3, 2),),
    ((2, 3),), ((2, 0),), ((3, 0), (1, 2)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), (),
)  # fmt: skip


def contour(x: FloatArray, y: FloatArray, value: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Segments of the line value = level: px and py (2 m,), every two points one segment. x (nx,), y (ny,) ascending,
    value (ny, nx); cells with a corner that is not finite are left out."""
    empty = np.zeros(0), np.zeros(0)
    if value.shape != (len(y), len(x)) or min(value.shape) < 2:
        return empty
    a, b, c, d = value[:-1, :-1], value[:-1, 1:], value[1:, 1:], value[1:, :-1]
    finite = np.isfinite(a + b + c + d)
    case = (a > level) * 1 + (b > level) * 2 + (c > level) * 4 + (d > level) * 8
    case = np.where(finite, case, 0)
    segments: list[FloatArray] = []
    for number, pairs in enumerate(_CASES):
        if not pairs:
            continue
        row, column = np.nonzero(case == number)
        if not len(row):
            continue
        corners = [part[row, column] for part in (a, b, c, d)]
        left, right, low, high = x[column], x[column + 1], y[row], y[row + 1]
        for first, second in pairs:
            ends = [_on_edge(edge, corners, left, right, low, high, level) for edge in (first, second)]
            segments.append(np.stack([np.stack(end, axis=1) for end in ends], axis=1).reshape(-1, 2))
    if not segments:
        return empty
    points = np.concatenate(segments)
    return points[:, 0].copy(), points[:, 1].copy()


def _on_edge(
    edge: int,
    corners: list[FloatArray],
    left: FloatArray,
    right: FloatArray,
    low: FloatArray,
    high: FloatArray,
    level: float,
) -> tuple[FloatArray, FloatArray]:
    """Where the line crosses an edge of each cell."""
    a, b, c, d = corners
    first, second = ((a, b), (b, c), (d, c), (a, d))[edge]
    span = second - first
    share = np.clip(np.where(span != 0, (level - first) / np.where(span != 0, span, 1.0), 0.5), 0.0, 1.0)
    if edge in (0, 2):
        return left + share * (right - left), low if edge == 0 else high
    return (right if edge == 1 else left), low + share * (high - low)
