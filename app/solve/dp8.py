"""Dormand and Prince's pair of order 8 with error estimates of orders 5 and 3, for tight tolerances.

E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed. (1993), II.5 and DOP853.
Thirteen evaluations a step, the last of which serves as the next step's first within a segment.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.solve import drive
from app.solve.compiled import inlined, kernel, part
from app.solve.simd import div, fma, horizontal_sum, larger_absolute, load, mul, offset, pointer, splat, store, zero8
from app.solve.table import evaluate, pointers

STAGES = 13
EXPONENT = -1 / 16
# The last row is the step's end.
A = (
    (),
    (0.05260015195876773,),
    (0.0197250569845379, 0.0591751709536137),
    (0.02958758547680685, 0.0, 0.08876275643042054),
    (0.2413651341592667, 0.0, -0.8845494793282861, 0.924834003261792),
    (0.037037037037037035, 0.0, 0.0, 0.17082860872947386, 0.12546768756682242),
    (0.037109375, 0.0, 0.0, 0.17025221101954405, 0.06021653898045596, -0.017578125),
    (0.03709200011850479, 0.0, 0.0, 0.17038392571223998, 0.10726203044637328, -0.015319437748624402,
     0.008273789163814023),
    (0.6241109587160757, 0.0, 0.0, -3.3608926294469414, -0.868219346841726, 27.59209969944671, 20.154067550477894,
     -43.48988418106996),
    (0.47766253643826434, 0.0, 0.0, -2.4881146199716677, -0.590290826836843, 21.230051448181193,
     15.279233632882423, -33.28821096898486, -0.020331201708508627),
    (-0.9371424300859873, 0.0, 0.0, 5.186372428844064, 1.0914373489967295, -8.149787010746927, -18.52006565999696,
     22.739487099350505, 2.4936055526796523, -3.0467644718982196),
    (2.273310147516538, 0.0, 0.0, -10.53449546673725, -2.0008720582248625, -17.9589318631188, 27.94888452941996,
     -2.8589982771350235, -8.87285693353063, 12.360567175794303, 0.6433927460157636),
    (0.054293734116568765, 0.0, 0.0, 0.0, 0.0, 4.450312892752409, 1.8915178993145003, -5.801203960010585,
     0.3111643669578199, -0.1521609496625161, 0.20136540080403034, 0.04471061572777259),
)  # fmt: skip
C = (
    0.0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 0.3333333333333333,
    0.25, 0.3076923076923077, 0.6512820512820513, 0.6, 0.8571428571428571, 1.0, 1.0,
)  # fmt: skip
E3 = (
    -0.18980075407240762, 0.0, 0.0, 0.0, 0.0, 4.450312892752409, 1.8915178993145003, -5.801203960010585,
    -0.4226823213237919, -0.1521609496625161, 0.20136540080403034, 0.02265179219836082,
)  # fmt: skip
E5 = (
    0.01312004499419488, 0.0, 0.0, 0.0, 0.0, -1.2251564463762044, -0.4957589496572502, 1.6643771824549864,
    -0.35032884874997366, 0.3341791187130175, 0.08192320648511571, -0.022355307863886294,
)  # fmt: skip
WEIGHTS = np.array([*(value for row in A for value in (*row, *[0.0] * (12 - len(row)))), *E3, *E5, *C])
AT_E3, AT_E5, NODES = 156, 168, 180


@part
def _trial(stage: Any, v: Any, at: Any, y: Any, k: Any, clock: Any, weights: Any, blocks: Any) -> None:
    """States of a stage, y + h sum a_sj k_j, into V. All offsets are in units of eight numbers."""
    like = zero8()
    h = load(clock, drive.STEP // 8, like)
    for i in range(blocks):
        store(v, at + i, load(y, i, like))
    for j in range(min(stage, 12)):
        weight = weights[12 * stage + j]
        if weight != 0.0:
            factor = mul(h, splat(weight, like))
            for i in range(blocks):
                store(v, at + i, fma(factor, load(k, j * blocks + i, like), load(v, at + i, like)))


@part
def _error(
    shape: Any, clock: Any, v: Any, at: Any, y: Any, k: Any, weights: Any, rtol: Any, atol: Any, blocks: Any
) -> None:
    """The square of Hairer's error |e5|^2 / sqrt(|e5|^2 + 0.01 |e3|^2), by lane, into the clock."""
    like = zero8()
    relative, floor = splat(rtol, like), splat(atol, like)
    sum3, sum5 = splat(0.0, like), splat(1e-100, like)  # so that no error at all is not 0/0
    for i in range(blocks):
        e3, e5 = splat(0.0, like), splat(0.0, like)
        for j in range(12):
            slope = load(k, j * blocks + i, like)
            e3 = fma(splat(weights[AT_E3 + j], like), slope, e3)
            e5 = fma(splat(weights[AT_E5 + j], like), slope, e5)
        tolerance = fma(relative, larger_absolute(load(y, i, like), load(v, at + i, like)), floor)
        e3, e5 = div(e3, tolerance), div(e5, tolerance)
        sum3, sum5 = fma(e3, e3, sum3), fma(e5, e5, sum5)
    h = load(clock, drive.STEP // 8, like)
    states = splat(float(shape[drive.STATES]), like)
    if shape[drive.W] == 1:
        all3, all5 = horizontal_sum(sum3), horizontal_sum(sum5)
        clock[drive.ERROR] = clock[drive.STEP] ** 2 * all5 * (all5 / ((all5 + 0.01 * all3) * shape[drive.STATES]))
    else:
        scaled = div(sum5, mul(fma(splat(0.01, like), sum3, sum5), states))
        store(clock, drive.ERROR // 8, mul(mul(mul(h, h), sum5), scaled))


@inlined
def _advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    weights: Any, rtol: Any, atol: Any,
) -> None:  # fmt: skip
    width = shape[drive.W]
    blocks = shape[drive.PADDED] * width // 8
    at = shape[drive.FIRST] * width // 8
    drive.start(shape, clock, count)
    while True:
        todo = drive.begin_steps(shape, clock, count, plan, notes, v)
        if todo == drive.IDLE:
            break
        for stage in range(0 if todo == drive.EVALUATE_FIRST else 1, STAGES):
            _trial(stage, v, at, y, work, clock, weights, blocks)
            if shape[drive.TIMED] == 1 or shape[drive.SLOPES] > 0:
                drive.set_times(shape, clock, count, plan, v, weights[NODES + stage])
            evaluate(width, tables, wide, 0, v, offset(work, stage * 8 * blocks))
            if stage == 0:
                drive.note_start(shape, clock, count, notes, v)
        _error(shape, clock, v, at, y, work, weights, rtol, atol, blocks)
        accepted = drive.end_steps(shape, clock, count, plan, notes, v, EXPONENT)
        drive.keep(shape, clock, accepted, y, 0, v, at, blocks)
        drive.keep(shape, clock, accepted, work, 0, work, (STAGES - 1) * blocks, blocks)


@kernel
def advance(
    tables: Any, wide: Any, shape: Any, clock: Any, count: Any, plan: Any, notes: Any, v: Any, y: Any, work: Any,
    rtol: Any, atol: Any,
) -> None:  # fmt: skip
    """Moves one block until every lane is at its stop; see drive for the arguments."""
    _advance(
        pointers(tables), wide, pointer(shape), pointer(clock), pointer(count), drive.plan_pointers(plan),
        drive.note_pointers(notes), pointer(v), pointer(y), pointer(work), pointer(WEIGHTS), rtol, atol,
    )  # fmt: skip
