"""Evaluates a Program's table of operations, for one run or eight at once (see simd); one code for all Programs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from app.program import FORWARD, Opcode
from app.solve.assemble import COLUMNS, OUTPUT
from app.solve.compiled import inlined, kernel, part
from app.solve.dense_lanes import dense_lanes
from app.solve.dense_one import dense_one
from app.solve.dense_output import output_layer
from app.solve.functions import tanh
from app.solve.loops import loop_step
from app.solve.simd import (
    WIDTH,
    absolute,
    add,
    coefficient,
    div,
    exp_held,
    fma,
    load,
    mul,
    offset,
    pointer,
    root,
    select_greater,
    splat,
    store,
    sub,
    width,
    zero8,
)  # fmt: skip
from app.solve.table_eight import rows_by_eight

MAC, DERIVATIVE, PAIR = int(Opcode.MAC), int(Opcode.DERIVATIVE), int(Opcode.SIGMOID_PAIR)
SIGMOID, DSIGMOID, TANH, SQRT, ABS, STEP = (
    int(code) for code in (Opcode.SIGMOID, Opcode.DSIGMOID, Opcode.TANH, Opcode.SQRT, Opcode.ABS, Opcode.STEP)
)
EXP, LOG, SIN, COS, SOFTPLUS = (int(code) for code in (Opcode.EXP, Opcode.LOG, Opcode.SIN, Opcode.COS, Opcode.SOFTPLUS))
DIVIDE, POWER, MINIMUM, MAXIMUM = (int(code) for code in (Opcode.DIVIDE, Opcode.POWER, Opcode.MINIMUM, Opcode.MAXIMUM))
ONLY_FORWARD, LOOP = int(FORWARD), int(Opcode.LOOP)
DENSE = 100  # instructions from here on are dense


@part
def scalar_function(code: Any, u: Any, w: Any) -> Any:
    """The rarer operations, one lane at a time: f(u) or f(u, w) with u = k V[a], w = V[b]."""
    if code == EXP:
        return math.exp(u) if u < 709.78 else (math.inf if u == u else u)
    if code == LOG:
        return math.log(u) if u > 0.0 else (-math.inf if u == 0.0 else math.nan)
    if code == SIN:
        return math.sin(u) if abs(u) < math.inf else math.nan
    if code == COS:
        return math.cos(u) if abs(u) < math.inf else math.nan
    if code == SOFTPLUS:
        return max(u, 0.0) + math.log1p(math.exp(-abs(u)))
    if code == POWER:
        if u == 0.0 and w < 0.0:
            return math.inf
        return u**w if u >= 0.0 or w == math.floor(w) else math.nan
    if code == MINIMUM:
        return u if u < w or u != u else w
    return u if u > w or u != u else w


@part
def _rows(
    code: Any, first: Any, last: Any, v: Any, dy: Any, out: Any, ptr: Any, a: Any, b: Any, k: Any, m: Any, k_wide: Any,
    m_wide: Any, like: Any,
) -> None:  # fmt: skip
    """Runs rows `first` to `last` - 1 of one instruction of the table's own."""
    one = splat(1.0, like)
    if code in (MAC, DERIVATIVE):
        edge = ptr[first]
        for row in range(first, last):
            total = splat(0.0, like)
            end = ptr[row + 1]
            while edge < end:
                factor = mul(coefficient(k, edge, k_wide, like), load(v, a[edge], like))
                total = fma(factor, load(v, b[edge], like), total)
                edge += 1
            if code == MAC:
                store(v, out[row], total)
            else:
                store(dy, out[row], total)
    elif code == PAIR:
        for row in range(first, last, 2):
            edge, other = ptr[row], ptr[row + 1]
            u = load(v, a[edge], like)
            k1, k2 = coefficient(k, edge, k_wide, like), coefficient(k, other, k_wide, like)
            e = exp_held(mul(sub(splat(0.0, like), k1), u))
            s = div(one, add(one, e))
            store(v, out[row], mul(coefficient(m, row, m_wide, like), s))
            if k_wide or k[edge] != k[other]:
                e = exp_held(mul(sub(splat(0.0, like), k2), u))
                s = div(one, add(one, e))
            store(v, out[row + 1], mul(coefficient(m, row + 1, m_wide, like), mul(mul(e, s), s)))
    else:
        for row in range(first, last):
            edge = ptr[row]
            x = mul(coefficient(k, edge, k_wide, like), load(v, a[edge], like))
            scale = coefficient(m, row, m_wide, like)
            if code == SIGMOID:
                store(v, out[row], mul(scale, div(one, add(one, exp_held(sub(splat(0.0, like), x))))))
            elif code == DSIGMOID:
                e = exp_held(sub(splat(0.0, like), x))
                s = div(one, add(one, e))
                store(v, out[row], mul(scale, mul(mul(e, s), s)))
            elif code == TANH:
                store(v, out[row], mul(scale, tanh(x, like)))
            elif code == SQRT:
                store(v, out[row], mul(scale, root(x)))
            elif code == ABS:
                store(v, out[row], mul(scale, absolute(x)))
            elif code == STEP:
                store(v, out[row], mul(scale, select_greater(x, splat(0.0, like), one, splat(0.0, like))))
            elif code == DIVIDE:
                store(v, out[row], mul(scale, div(x, load(v, b[edge], like))))
            else:
                store(v, out[row], x)
                w = width(like)
                for lane in range(w):
                    slot = out[row] * w + lane
                    factor = m[row * w + lane] if m_wide else m[row]
                    v[slot] = factor * scalar_function(code, v[slot], v[b[edge] * w + lane])


@part
def pointers(tables: Any) -> Any:
    """The tables of a block, ready for the evaluations: the number of instructions, then pointers."""
    ops, out, ptr, a, b, k, m, lists, constants = tables
    return (
        ops.shape[0], pointer(ops), pointer(out), pointer(ptr), pointer(a), pointer(b), pointer(k), pointer(m),
        pointer(lists), pointer(constants),
    )  # fmt: skip


@kernel
def evaluate_one(tables: Any, mode: Any, v: Any, dy: Any) -> None:
    """V from states and sources, and dy, for one run. `mode` ONLY_FORWARD leaves out what the errors do not need."""
    count, ops, out, ptr, a, b, k, m, lists, constants = tables
    number = 0
    while number < count:
        op = offset(ops, number * COLUMNS)
        number += 1
        if mode == ONLY_FORWARD and (op[3] & FORWARD) == 0:
            continue
        if op[0] == LOOP:
            number = loop_step(op, number - 1, v, lists, np.int64(1))
        elif op[0] < DENSE:
            first = rows_by_eight(op, v, dy, out, ptr, a, b, k, m) if op[4] > 0 else op[1]
            _rows(op[0], first, op[2], v, dy, out, ptr, a, b, k, m, False, False, 0.0)
        elif op[0] == OUTPUT and mode != ONLY_FORWARD:
            output_layer(op, v, dy, constants)
            number += 3
        else:
            dense_one(op, v, dy, lists, constants)


@kernel
def evaluate_lanes(tables: Any, wide: Any, mode: Any, v: Any, dy: Any) -> None:
    """The same for eight runs."""
    count, ops, out, ptr, a, b, k, m, lists, constants = tables
    k_wide, m_wide, constants_wide = wide
    number = 0
    while number < count:
        op = offset(ops, number * COLUMNS)
        number += 1
        if mode == ONLY_FORWARD and (op[3] & FORWARD) == 0:
            continue
        if op[0] == LOOP:
            number = loop_step(op, number - 1, v, lists, np.int64(WIDTH))
        elif op[0] < DENSE:
            _rows(op[0], op[1], op[2], v, dy, out, ptr, a, b, k, m, k_wide, m_wide, zero8())
        else:
            dense_lanes(op, v, dy, lists, constants, constants_wide)


@inlined
def evaluate(width: Any, tables: Any, wide: Any, mode: Any, v: Any, dy: Any) -> None:
    """Either of the two."""
    if width == 1:
        evaluate_one(tables, np.int64(mode), v, dy)
    else:
        evaluate_lanes(tables, wide, np.int64(mode), v, dy)
