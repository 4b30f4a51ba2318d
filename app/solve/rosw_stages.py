"""The stages of ROS34PW2 (see rosw): states of a stage, the explicit and the implicit part of its slopes, the error."""

from __future__ import annotations

from typing import Any

from app.solve import drive
from app.solve.compiled import part
from app.solve.simd import (
    add,
    div,
    fma,
    horizontal_sum,
    larger_absolute,
    load,
    mul,
    splat,
    store,
    sub,
    width,
    zero8,
)

G = 0.435866521508459
A21, A31, A32, A43 = 0.87173304301691801, 0.84457060015369423, -0.11299064236484185, 1.0
G21, G31, G32 = -0.87173304301691801, -0.90338057013044082, 0.054180672388095326
B1, B2, B3, B4 = 0.24212380706095346, -1.2232505839045147, 1.5452602553351020, G
G41, G42, G43 = B1, B2, 0.54526025533510214
E1, E2, E3, E4 = B1 - 0.37810903145819369, B2 + 0.096042292212423178, B3 - 0.5, B4 - 0.21793326075422950
A_SUM = (0.0, A21, A31 + A32, A43)
G_SUM = (G, G + G21, G + G31 + G32, G + G41 + G42 + G43)
STAGES = 4


@part
def trial(stage: Any, v: Any, at: Any, y: Any, k: Any, blocks: Any) -> None:
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
def combined(stage: Any, k: Any, i: Any, padded: Any, like: Any) -> Any:
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
def explicit_part(
    stage: Any, shape: Any, clock: Any, count: Any, plan: Any, k: Any, slopes: Any, change: Any, at: Any, blocks: Any
) -> None:
    """k of the stage = h f for all states, and what changes by itself: explicit states, the time and the sources."""
    like = zero8()
    h, gamma = load(clock, drive.STEP // 8, like), splat(G, like)
    for i in range(blocks):
        value = mul(h, load(slopes, i, like))
        store(k, stage * blocks + i, value)
        store(change, at + i, fma(gamma, value, combined(stage, k, i, blocks, like)))
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
def own_partials(rows: Any, stiff: Any, clock: Any, partials: Any, diagonals: Any, like: Any) -> None:
    """For each row of a parasitic state its own partial derivative d and h/(1 - h gamma d), which all stages share."""
    _, is_state, _, ptr, own, partial, _, _, _ = stiff
    h = load(clock, drive.STEP // 8 if width(like) > 1 else drive.STEP, like)
    one, scale = splat(1.0, like), mul(h, splat(G, like))
    for row in range(rows):
        if is_state[row] == 1:
            diagonal = splat(0.0, like)
            for entry in range(ptr[row], own[row]):
                diagonal = add(diagonal, load(partials, partial[entry], like))
            store(diagonals, 2 * row, diagonal)
            store(diagonals, 2 * row + 1, div(h, sub(one, mul(scale, diagonal))))


@part
def implicit_part(
    stage: Any, rows: Any, stiff: Any, shape: Any, k: Any, slopes: Any, partials: Any, diagonals: Any, change: Any,
    like: Any,
) -> None:  # fmt: skip
    """Solves (1 - h gamma J) k = h f + h J sum gamma k for the parasitic states, row after row."""
    _, is_state, target, ptr, own, partial, source, _, _ = stiff
    first, padded = shape[drive.FIRST], shape[drive.PADDED]
    gamma = splat(G, like)
    for row in range(rows):
        i = target[row]
        total = splat(0.0, like)
        for entry in range(own[row], ptr[row + 1]):
            total = fma(load(partials, partial[entry], like), load(change, source[entry], like), total)
        if is_state[row] == 0:
            store(change, i, total)
            continue
        before = combined(stage, k, i, padded, like)
        right = add(fma(load(diagonals, 2 * row, like), before, load(slopes, i, like)), total)
        value = mul(load(diagonals, 2 * row + 1, like), right)
        store(k, stage * padded + i, value)
        store(change, first + i, fma(gamma, value, before))


@part
def error(
    shape: Any, clock: Any, v: Any, at: Any, y: Any, k: Any, parasitic: Any, wider: Any, rtol: Any, atol: Any,
    blocks: Any,
) -> None:  # fmt: skip
    """Mean over the states of (error / tolerance) squared, by lane, into the clock, whose block `wider` says by how
    many tolerances that of a parasitic state is wider."""
    like = zero8()
    one, more = splat(1.0, like), load(clock, wider, like)
    k2, k3, k4 = blocks, 2 * blocks, 3 * blocks
    relative, floor, total = splat(rtol, like), splat(atol, like), splat(0.0, like)
    for i in range(blocks):
        error = fma(splat(E2, like), load(k, k2 + i, like), mul(splat(E1, like), load(k, i, like)))
        error = fma(splat(E4, like), load(k, k4 + i, like), fma(splat(E3, like), load(k, k3 + i, like), error))
        size = larger_absolute(load(y, i, like), load(v, at + i, like))
        tolerance = mul(fma(more, load(parasitic, i, like), one), fma(relative, size, floor))
        ratio = div(error, tolerance)
        total = fma(ratio, ratio, total)
    total = div(total, splat(float(shape[drive.STATES]), like))
    if shape[drive.W] == 1:
        clock[drive.ERROR] = horizontal_sum(total)
    else:
        store(clock, drive.ERROR // 8, total)
