"""What the implicit methods share: their tables for the kernels, and the partial derivatives along the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.program import IntArray, Opcode
from app.solve.compiled import part
from app.solve.functions import tanh
from app.solve.plan import Plan, packed_coefficients
from app.solve.simd import (
    absolute,
    add,
    coefficient,
    div,
    exp_held,
    fma,
    load,
    mul,
    pointer,
    select_greater,
    splat,
    store,
    sub,
    width,
)
from app.solve.table import scalar_function
from app.solve.tangent import SIDE_A, Tangent

PARTIAL_COLUMNS = 5
MAC, DERIVATIVE = int(Opcode.MAC), int(Opcode.DERIVATIVE)
SIGMOID, DSIGMOID, TANH, ABS, DIVIDE = (
    int(code) for code in (Opcode.SIGMOID, Opcode.DSIGMOID, Opcode.TANH, Opcode.ABS, Opcode.DIVIDE)
)
EXP, LOG, SQRT, SIN, COS, SOFTPLUS, POWER = (
    int(code) for code in (Opcode.EXP, Opcode.LOG, Opcode.SQRT, Opcode.SIN, Opcode.COS, Opcode.SOFTPLUS, Opcode.POWER)
)
MINIMUM, MAXIMUM = int(Opcode.MINIMUM), int(Opcode.MAXIMUM)


@dataclass(frozen=True)
class StiffTables:
    """A Tangent with slots and states where a Plan puts them: partials (p, 5) opcode, side, places of both operands,
    row; `blocks` per block of lanes: coefficients k (p) and m (p)."""

    partials: IntArray
    is_state: IntArray
    target: IntArray
    ptr: IntArray
    own: IntArray
    partial: IntArray
    source: IntArray
    blocks: tuple[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], ...]
    wide: tuple[bool, bool]

    def arrays(self, block: int) -> tuple[Any, ...]:
        """What a kernel takes."""
        return (
            self.partials, self.is_state, self.target, self.ptr, self.own, self.partial, self.source,
            *self.blocks[block],
        )  # fmt: skip

    @property
    def sizes(self) -> tuple[int, int]:
        """Numbers of partial derivatives and of rows."""
        return len(self.partials), len(self.target)


def stiff_tables(plan: Plan, tangent: Tangent) -> StiffTables:
    program = plan.program
    code, side, edge, row = (tangent.partials[:, column] for column in range(4))
    partials = np.stack([code, side, plan.place[program.a[edge]], plan.place[program.b[edge]], row], axis=1)
    states = tangent.is_state == 1
    target = plan.place[tangent.target]
    target[states] = plan.state_place[tangent.target[states]]
    k, m = program.k[edge], program.m[row]
    blocks = tuple(
        (packed_coefficients(k, i, plan.width), packed_coefficients(m, i, plan.width)) for i in range(len(plan.blocks))
    )
    wide = (plan.width > 1 and k.shape[1] > 1, plan.width > 1 and m.shape[1] > 1)
    return StiffTables(
        np.ascontiguousarray(partials), tangent.is_state, target, tangent.ptr, tangent.own,
        tangent.partial, plan.place[tangent.source], blocks, wide,
    )  # fmt: skip


@part
def stiff_pointers(arrays: Any) -> Any:
    partials, is_state, target, ptr, own, partial, source, k, m = arrays
    return (
        pointer(partials), pointer(is_state), pointer(target), pointer(ptr), pointer(own),
        pointer(partial), pointer(source), pointer(k), pointer(m),
    )  # fmt: skip


@part
def slope(code: Any, side: Any, x: Any, w: Any) -> Any:
    """Slope of the rarer operations f(x, w) by x or w, in one lane."""
    if code == EXP:
        return scalar_function(EXP, x, w)
    if code == LOG:
        return 1.0 / x if x != 0.0 else math.inf
    if code == SQRT:
        return 0.5 / math.sqrt(x) if x > 0.0 else math.inf
    if code == SIN:
        return math.cos(x)
    if code == COS:
        return -math.sin(x)
    if code == SOFTPLUS:
        return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
    if code == POWER:
        if side == SIDE_A:
            return w * scalar_function(POWER, x, w - 1.0)
        return scalar_function(POWER, x, w) * math.log(x) if x > 0.0 else 0.0
    first = x < w if code == MINIMUM else x > w
    return (1.0 if first else 0.0) if side == SIDE_A else (0.0 if first else 1.0)


@part
def derive(count: Any, stiff: Any, wide: Any, v: Any, result: Any, like: Any) -> None:
    """result[p] = d out/d operand for every partial derivative, at V."""
    partials, k, m = stiff[0], stiff[7], stiff[8]
    one, zero = splat(1.0, like), splat(0.0, like)
    for p in range(count):
        code, side = partials[PARTIAL_COLUMNS * p], partials[PARTIAL_COLUMNS * p + 1]
        a, b = partials[PARTIAL_COLUMNS * p + 2], partials[PARTIAL_COLUMNS * p + 3]
        factor = coefficient(k, p, wide[0], like)
        if code in (MAC, DERIVATIVE):
            store(result, p, mul(factor, load(v, b if side == SIDE_A else a, like)))
            continue
        x = mul(factor, load(v, a, like))
        scale = coefficient(m, p, wide[1], like)
        if code in (SIGMOID, DSIGMOID):
            e = exp_held(sub(zero, absolute(x)))  # s' is even, s'' odd
            s = div(one, add(one, e))
            value = mul(mul(e, s), s)
            if code == DSIGMOID:
                bend = sub(one, add(s, s))
                value = mul(value, select_greater(x, zero, bend, sub(zero, bend)))
            store(result, p, mul(mul(scale, factor), value))
        elif code == TANH:
            t = tanh(x, like)
            store(result, p, mul(mul(scale, factor), fma(sub(zero, t), t, one)))
        elif code == ABS:
            sign = select_greater(x, zero, one, select_greater(zero, x, sub(zero, one), zero))
            store(result, p, mul(mul(scale, factor), sign))
        elif code == DIVIDE:
            w = load(v, b, like)
            if side == SIDE_A:
                store(result, p, div(mul(scale, factor), w))
            else:
                store(result, p, sub(zero, div(mul(scale, x), mul(w, w))))
        else:
            inner = mul(scale, factor) if side == SIDE_A else scale
            store(result, p, inner)
            count_lanes = width(like)
            for lane in range(count_lanes):
                at = p * count_lanes + lane
                u = v[a * count_lanes + lane] * (k[at] if wide[0] else k[p])
                result[at] = result[at] * slope(code, side, u, v[b * count_lanes + lane])
