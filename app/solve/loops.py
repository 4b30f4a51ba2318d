"""Algebraic loops inside one evaluation: damped Newton for the guesses that the cut rows are read as.

The loop's rows are run as they stand; an instruction behind them compares what they give with the guesses and jumps
back: for each guess once with it moved a little, which gives the matrix, then with all of them corrected. A step that
does not shrink the residual is halved. Guesses start from those of the evaluation before. Where nothing converges the
results become NaN, so that the integrator shortens its step and at last stops, and the run says which loop it was.
"""

from __future__ import annotations

import math
from typing import Any

from app.solve.compiled import part

TOLERANCE = 1e-12  # volts, and relative to the guess
MOVE = 1e-7
MOST_STEPS, SMALLEST_SHARE = 60, 1e-6
PHASE, STEPS, NORM, SHARE = range(4)


@part
def _place(lists: Any, at: Any, width: Any, lane: Any) -> Any:
    return lists[at] * width + lane


@part
def _residual(lists: Any, at: Any, n: Any, v: Any, width: Any, lane: Any) -> Any:
    """Largest |result - guess| over tolerance; NaN counts as infinite."""
    worst = 0.0
    for i in range(n):
        guess = v[_place(lists, at + i, width, lane)]
        size = abs(v[_place(lists, at + n + i, width, lane)] - guess) / (1.0 + abs(guess))
        worst = size if size > worst else worst
        if not size < math.inf:
            worst = math.inf
    return worst


@part
def _solve(lists: Any, matrix: Any, step: Any, n: Any, v: Any, width: Any, lane: Any) -> None:
    """step = matrix^-1 step by elimination with row exchanges; the matrix lies column by column."""
    for column in range(n):
        best = column
        for row in range(column + 1, n):
            mine = abs(v[_place(lists, matrix + column * n + row, width, lane)])
            if mine > abs(v[_place(lists, matrix + column * n + best, width, lane)]):
                best = row
        if best != column:
            for j in range(n):
                p = _place(lists, matrix + j * n + column, width, lane)
                q = _place(lists, matrix + j * n + best, width, lane)
                v[p], v[q] = v[q], v[p]
            p, q = _place(lists, step + column, width, lane), _place(lists, step + best, width, lane)
            v[p], v[q] = v[q], v[p]
        pivot = v[_place(lists, matrix + column * n + column, width, lane)]
        for row in range(column + 1, n):
            ratio = v[_place(lists, matrix + column * n + row, width, lane)] / pivot
            for j in range(column + 1, n):
                target = _place(lists, matrix + j * n + row, width, lane)
                v[target] -= ratio * v[_place(lists, matrix + j * n + column, width, lane)]
            v[_place(lists, step + row, width, lane)] -= ratio * v[_place(lists, step + column, width, lane)]
    for row in range(n - 1, -1, -1):
        value = v[_place(lists, step + row, width, lane)]
        for j in range(row + 1, n):
            value -= v[_place(lists, matrix + j * n + row, width, lane)] * v[_place(lists, step + j, width, lane)]
        v[_place(lists, step + row, width, lane)] = value / v[_place(lists, matrix + row * n + row, width, lane)]


@part
def _judge(lists: Any, at: Any, n: Any, v: Any, width: Any) -> Any:
    """After the rows ran with new guesses: 0 where all lanes agree, 1 where some need another Newton step, 2 where some
    take a shorter one first, which is then in place."""
    base, step, control = at + 2 * n + n * n, at + 4 * n + n * n, at + 5 * n + n * n
    steps = v[_place(lists, control + STEPS, width, 0)]
    verdict = 0
    for lane in range(width):
        size = _residual(lists, at, n, v, width, lane)
        before = v[_place(lists, control + NORM, width, lane)]
        share = v[_place(lists, control + SHARE, width, lane)]
        if size <= TOLERANCE:
            v[_place(lists, control + NORM, width, lane)] = size
            continue
        if steps > 0.0 and before > TOLERANCE and not size < before and share > SMALLEST_SHARE:
            share *= 0.5
            v[_place(lists, control + SHARE, width, lane)] = share
            for i in range(n):
                guess = v[_place(lists, base + i, width, lane)]
                v[_place(lists, at + i, width, lane)] = guess + share * v[_place(lists, step + i, width, lane)]
            verdict = 2
        elif verdict == 0:
            verdict = 1
    return verdict


@part
def _give_up(lists: Any, at: Any, n: Any, v: Any, width: Any) -> None:
    """NaN in place of the results of lanes that do not agree."""
    for lane in range(width):
        if not _residual(lists, at, n, v, width, lane) <= TOLERANCE:
            for i in range(n):
                v[_place(lists, at + i, width, lane)] = 0.0
                v[_place(lists, at + n + i, width, lane)] = math.nan


@part
def _note_base(lists: Any, at: Any, n: Any, v: Any, width: Any) -> None:
    """Keeps guesses and residuals, from which the matrix is measured."""
    base, control = at + 2 * n + n * n, at + 5 * n + n * n
    for lane in range(width):
        v[_place(lists, control + NORM, width, lane)] = _residual(lists, at, n, v, width, lane)
        for i in range(n):
            guess = v[_place(lists, at + i, width, lane)]
            v[_place(lists, base + i, width, lane)] = guess
            v[_place(lists, base + n + i, width, lane)] = v[_place(lists, at + n + i, width, lane)] - guess


@part
def _move(lists: Any, at: Any, n: Any, column: Any, v: Any, width: Any) -> None:
    base = at + 2 * n + n * n
    for lane in range(width):
        guess = v[_place(lists, base + column, width, lane)]
        v[_place(lists, at + column, width, lane)] = guess + MOVE * (1.0 + abs(guess))


@part
def _measure(lists: Any, at: Any, n: Any, column: Any, v: Any, width: Any) -> None:
    """A column of the matrix from the moved guess, which goes back to its place."""
    matrix, base = at + 2 * n, at + 2 * n + n * n
    for lane in range(width):
        moved = v[_place(lists, at + column, width, lane)]
        guess = v[_place(lists, base + column, width, lane)]
        for i in range(n):
            residual = v[_place(lists, at + n + i, width, lane)] - v[_place(lists, at + i, width, lane)]
            change = residual - v[_place(lists, base + n + i, width, lane)]
            v[_place(lists, matrix + column * n + i, width, lane)] = change / (moved - guess)
        v[_place(lists, at + column, width, lane)] = guess


@part
def _correct(lists: Any, at: Any, n: Any, v: Any, width: Any) -> None:
    """A full Newton step for the lanes that do not agree yet."""
    matrix, base = at + 2 * n, at + 2 * n + n * n
    step, control = at + 4 * n + n * n, at + 5 * n + n * n
    for lane in range(width):
        if v[_place(lists, control + NORM, width, lane)] <= TOLERANCE:
            continue
        for i in range(n):
            v[_place(lists, step + i, width, lane)] = -v[_place(lists, base + n + i, width, lane)]
        _solve(lists, matrix, step, n, v, width, lane)
        v[_place(lists, control + SHARE, width, lane)] = 1.0
        for i in range(n):
            guess = v[_place(lists, base + i, width, lane)]
            v[_place(lists, at + i, width, lane)] = guess + v[_place(lists, step + i, width, lane)]


@part
def loop_step(op: Any, number: Any, v: Any, lists: Any, width: Any) -> Any:
    """What to run after the loop's rows have run: the instruction behind this one (number + 1), or the loop's first
    again. op: code, first instruction, number of guesses n, flags, place in `lists` of guesses, results, scratch."""
    first, n, at = op[1], op[2], op[4]
    control = at + 5 * n + n * n
    phase, steps = _place(lists, control + PHASE, width, 0), _place(lists, control + STEPS, width, 0)
    column = int(v[phase]) - 1
    if column >= 0:
        _measure(lists, at, n, column, v, width)
        if column + 1 < n:
            _move(lists, at, n, column + 1, v, width)
            v[phase] = column + 2
            return first
        _correct(lists, at, n, v, width)
        v[phase] = 0.0
        return first
    verdict = _judge(lists, at, n, v, width)
    if verdict == 2:
        return first
    if verdict == 1 and v[steps] < MOST_STEPS:
        v[steps] += 1.0
        _note_base(lists, at, n, v, width)
        _move(lists, at, n, 0, v, width)
        v[phase] = 1.0
        return first
    if verdict == 1:
        _give_up(lists, at, n, v, width)
    v[steps] = 0.0
    return number + 1
