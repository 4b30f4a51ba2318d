"""The last layer of a network with one output, for one run: forward, error, back and charging in one go.

Four instructions (FORWARD_BY_INPUT, DIFFERENCE, BACK_BY_INPUT, OUTER_BY_INPUT) that assemble found in a row work on
registers, so that no number waits for its own way through memory, and what is known early is multiplied early: a
network of one run is one chain of dependent operations, whose length is its time.
"""

from __future__ import annotations

from typing import Any

from app.solve.assemble import COLUMNS
from app.solve.compiled import part
from app.solve.simd import add, div, exp_held, fma, horizontal_sum, load, mul, neg, offset, splat, store, zero8


@part
def _sum(v: Any, inputs: Any, row: Any, blocks: Any) -> Any:
    """sum_i x_i w_i over blocks of eight."""
    like = zero8()
    even, odd = mul(load(v, inputs, like), load(v, row, like)), splat(0.0, like)
    block = 1
    while block + 2 <= blocks:
        odd = fma(load(v, inputs + block, like), load(v, row + block, like), odd)
        even = fma(load(v, inputs + block + 1, like), load(v, row + block + 1, like), even)
        block += 2
    if block < blocks:
        odd = fma(load(v, inputs + block, like), load(v, row + block, like), odd)
    return horizontal_sum(add(even, odd))


@part
def _delta(op: Any, v: Any, c: Any) -> Any:
    """Forward and error of the only output; returns the last product behind the error."""
    net, s, ds, constants, weights, blocks = op[4] * 8, op[5] * 8, op[6] * 8, op[7] * 8, op[8], op[9]
    inputs, k = op[10], c[op[12] * 8]
    error = offset(op, COLUMNS)
    t, terms = v[error[6] * 8], error[8] * 8
    early = mul(c[terms + 8], t)
    total = _sum(v, inputs, weights, blocks)
    e = exp_held(mul(mul(neg(c[constants]), k), total))
    inverse = div(1.0, add(1.0, e))
    difference = fma(mul(c[terms], c[constants + 8]), inverse, early)
    slope = mul(mul(c[constants + 16], e), mul(inverse, inverse))
    store(v, net, mul(k, total))
    store(v, s, mul(c[constants + 8], inverse))
    store(v, ds, slope)
    store(v, error[4] * 8, difference)
    product = mul(difference, mul(c[error[12] * 8], slope))
    store(v, error[9] * 8, product)
    if error[13] < 0:
        return product
    factor = error[14] * 8 if error[15] == 1 else error[14]
    product = mul(difference, mul(mul(c[error[12] * 8], mul(c[error[16] * 8], v[factor])), slope))
    store(v, error[13] * 8, product)
    return product


@part
def _back(op: Any, v: Any, c: Any, delta: Any) -> None:
    """e = k delta w and the products that follow it."""
    e, weights, count, constants = op[4], op[6], op[8], op[9]
    like = zero8()
    for block in range((count + 7) // 8):
        early = mul(load(c, constants + block, like), load(v, weights + block, like))
        store(v, e + block, mul(early, delta))
        for tail in range(11, 19, 4):
            if op[tail] < 0:
                break
            constant = load(c, op[tail + 3] + block, like)
            if op[tail + 2] == 1:
                early = mul(early, mul(constant, load(v, op[tail + 1] + block, like)))
            else:
                early = mul(early, mul(constant, splat(v[op[tail + 1]], like)))
            store(v, op[tail] + block, mul(early, delta))


@part
def output_layer(op: Any, v: Any, dy: Any, c: Any) -> None:
    """Runs the four instructions from `op` on."""
    like = zero8()
    delta = splat(_delta(op, v, c), like)
    _back(offset(op, 2 * COLUMNS), v, c, delta)
    charge = offset(op, 3 * COLUMNS)
    weights, blocks, inputs = charge[5], charge[6], charge[7]
    k = splat(c[charge[9] * 8], like)
    for block in range(blocks):
        store(dy, weights + block, mul(mul(k, load(v, inputs + block, like)), delta))
