"""Eight rows of the table at once, for one run: rows of a group do not wait for each other, and their edges are equally
many. Each row's arithmetic is that of the table's own loop, to the bit."""

from __future__ import annotations

from typing import Any

from app.program import Opcode
from app.solve.compiled import part
from app.solve.functions import tanh
from app.solve.simd import (
    absolute,
    add,
    div,
    exp_held,
    fma,
    gather,
    mul,
    neg,
    root,
    scatter,
    select_greater,
    splat,
    strided,
    zero8,
)

MAC, DERIVATIVE, PAIR = int(Opcode.MAC), int(Opcode.DERIVATIVE), int(Opcode.SIGMOID_PAIR)
SIGMOID, DSIGMOID, TANH, SQRT, ABS, STEP, DIVIDE = (
    int(code)
    for code in (
        Opcode.SIGMOID, Opcode.DSIGMOID, Opcode.TANH, Opcode.SQRT, Opcode.ABS, Opcode.STEP, Opcode.DIVIDE,
    )
)  # fmt: skip


@part
def _pairs(v: Any, out: Any, row: Any, edge: Any, a: Any, k: Any, m: Any) -> None:
    """Eight pairs: every second row has an activation's value, the others its slope."""
    like = zero8()
    one, u = splat(1.0, like), gather(v, a, edge, 2)
    e = exp_held(mul(neg(strided(k, edge, 2)), u))
    s = div(one, add(one, e))
    scatter(v, out, row, 2, mul(strided(m, row, 2), s))
    e = exp_held(mul(neg(strided(k, edge + 1, 2)), u))
    s = div(one, add(one, e))
    scatter(v, out, row + 1, 2, mul(strided(m, row + 1, 2), mul(mul(e, s), s)))


@part
def _function(code: Any, x: Any, divisor: Any) -> Any:
    like = zero8()
    one = splat(1.0, like)
    if code == SIGMOID:
        return div(one, add(one, exp_held(neg(x))))
    if code == DSIGMOID:
        e = exp_held(neg(x))
        s = div(one, add(one, e))
        return mul(mul(e, s), s)
    if code == TANH:
        return tanh(x, like)
    if code == SQRT:
        return root(x)
    if code == ABS:
        return absolute(x)
    if code == STEP:
        return select_greater(x, splat(0.0, like), one, splat(0.0, like))
    return div(x, divisor)


@part
def rows_by_eight(op: Any, v: Any, dy: Any, out: Any, ptr: Any, a: Any, b: Any, k: Any, m: Any) -> Any:
    """Runs an instruction of `op[4]` edges a row as far as eight rows are left; returns the first that is not done.
    `op[5]`: every V[b] is the constant 1, which need not be fetched."""
    like = zero8()
    code, row, last, edges, linear = op[0], op[1], op[2], op[4], op[5]
    edge = ptr[row]
    if code == PAIR:
        while row + 16 <= last:
            _pairs(v, out, row, edge, a, k, m)
            row += 16
            edge += 16
        return row
    while row + 8 <= last:
        if code in (MAC, DERIVATIVE):
            total = splat(0.0, like)
            for number in range(edge, edge + edges):
                factor = mul(strided(k, number, edges), gather(v, a, number, edges))
                total = add(factor, total) if linear == 1 else fma(factor, gather(v, b, number, edges), total)
            scatter(v if code == MAC else dy, out, row, 1, total)
        else:
            x = mul(strided(k, edge, 1), gather(v, a, edge, 1))
            divisor = gather(v, b, edge, 1) if code == DIVIDE else x
            scatter(v, out, row, 1, mul(strided(m, row, 1), _function(code, x, divisor)))
        row += 8
        edge += 8 * edges
    return row
