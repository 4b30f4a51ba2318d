"""Dense operations for one run: registers of eight lie along neurons, or along inputs where a layer is narrow.

Operands are those that assemble writes; places of vectors and matrices are in blocks of eight, and what pads them is
zero and stays zero.
"""

from __future__ import annotations

from typing import Any

from app.solve.assemble import (
    BACK_BY_INPUT,
    BACK_BY_NEURON,
    CHARGE_RANK1,
    DIFFERENCE,
    FEW,
    FORWARD_BY_INPUT,
    FORWARD_BY_NEURON,
    FORWARD_RANK1,
    OUTER_BY_INPUT,
    OUTER_BY_NEURON,
    OUTPUT,
    PAIR,
    PRODUCT,
)
from app.solve.compiled import part
from app.solve.simd import (
    add,
    div,
    exp_held,
    fma,
    horizontal_sum,
    horizontal_sums,
    load,
    mul,
    neg,
    splat,
    store,
    zero8,
)


@part
def _activate(v: Any, c: Any, u: Any, s: Any, ds: Any, constants: Any, block: Any, blocks: Any) -> None:
    """s = m f(k u), ds = m' f'(k u) for eight neurons."""
    like = zero8()
    one = splat(1.0, like)
    e = exp_held(mul(neg(load(c, constants + block, like)), u))
    inverse = div(one, add(one, e))
    store(v, s + block, mul(load(c, constants + blocks + block, like), inverse))
    slope = mul(mul(e, inverse), inverse)
    store(v, ds + block, mul(load(c, constants + 2 * blocks + block, like), slope))


@part
def _forward_by_neuron(op: Any, v: Any, lists: Any, c: Any) -> None:
    net, s, ds, constants, weights, blocks = op[4], op[5], op[6], op[7], op[8], op[9]
    inputs, count = op[10], op[11]
    like = zero8()
    k = splat(c[op[12] * 8], like)
    block = 0
    while block + 4 <= blocks:
        a0, a1, a2, a3 = splat(0.0, like), splat(0.0, like), splat(0.0, like), splat(0.0, like)
        row = weights + block
        for i in range(count):
            x = splat(v[lists[inputs + i]], like)
            a0, a1 = fma(x, load(v, row, like), a0), fma(x, load(v, row + 1, like), a1)
            a2, a3 = fma(x, load(v, row + 2, like), a2), fma(x, load(v, row + 3, like), a3)
            row += blocks
        store(v, net + block, mul(k, a0))
        store(v, net + block + 1, mul(k, a1))
        store(v, net + block + 2, mul(k, a2))
        store(v, net + block + 3, mul(k, a3))
        if s >= 0:
            for j in range(4):
                _activate(v, c, load(v, net + block + j, like), s, ds, constants, block + j, blocks)
        block += 4
    while block < blocks:
        total = splat(0.0, like)
        row = weights + block
        for i in range(count):
            total = fma(splat(v[lists[inputs + i]], like), load(v, row, like), total)
            row += blocks
        total = mul(k, total)
        store(v, net + block, total)
        if s >= 0:
            _activate(v, c, total, s, ds, constants, block, blocks)
        block += 1


@part
def _forward_by_input(op: Any, v: Any, c: Any) -> None:
    net, s, ds, constants, weights, blocks = op[4] * 8, op[5] * 8, op[6] * 8, op[7] * 8, op[8], op[9]
    inputs, neurons = op[10], op[11]
    k = c[op[12] * 8]
    like = zero8()
    for j in range(neurons):
        even, odd = splat(0.0, like), splat(0.0, like)
        row = weights + j * blocks
        block = 0
        while block + 2 <= blocks:
            even = fma(load(v, inputs + block, like), load(v, row + block, like), even)
            odd = fma(load(v, inputs + block + 1, like), load(v, row + block + 1, like), odd)
            block += 2
        if block < blocks:
            even = fma(load(v, inputs + block, like), load(v, row + block, like), even)
        u = mul(k, horizontal_sum(add(even, odd)))
        store(v, net + j, u)
        if s >= 0:
            e = exp_held(mul(neg(c[constants + j]), u))
            inverse = div(1.0, add(1.0, e))
            store(v, s + j, mul(c[constants + 8 + j], inverse))
            store(v, ds + j, mul(c[constants + 16 + j], mul(mul(e, inverse), inverse)))


@part
def _factor(op: Any, first: Any, v: Any, c: Any, block: Any) -> Any:
    """What a tail multiplies by: its constants times a vector or a single slot."""
    like = zero8()
    factor, is_vector, constants = op[first + 1], op[first + 2], op[first + 3]
    if is_vector == 1:
        return mul(load(c, constants + block, like), load(v, factor + block, like))
    return mul(load(c, constants + block, like), splat(v[factor], like))


@part
def _tails(op: Any, first: Any, v: Any, c: Any, value: Any, scale: Any, block: Any) -> None:
    """The products that follow scale * value. The factors are known long before `value` is: they are multiplied first,
    so that every product is ready one multiplication after it."""
    if op[first] >= 0:
        scale = mul(scale, _factor(op, first, v, c, block))
        store(v, op[first] + block, mul(scale, value))
        if op[first + 4] >= 0:
            scale = mul(scale, _factor(op, first + 4, v, c, block))
            store(v, op[first + 4] + block, mul(scale, value))


@part
def _tails_one(op: Any, first: Any, v: Any, c: Any, value: Any, j: Any) -> None:
    """The same for neuron j alone."""
    scale = 1.0
    for tail in range(first, first + 8, 4):
        if op[tail] < 0:
            break
        factor = op[tail + 1] * 8 + j if op[tail + 2] == 1 else op[tail + 1]
        scale = mul(scale, mul(c[op[tail + 3] * 8 + j], v[factor]))
        store(v, op[tail] * 8 + j, mul(scale, value))


@part
def _difference(op: Any, v: Any, c: Any) -> None:
    e, y, t, neurons, constants = op[4], op[5], op[6], op[7], op[8]
    like = zero8()
    blocks = (neurons + 7) // 8
    if neurons < FEW:  # single numbers were stored just before; loading eight would wait for them
        for j in range(neurons):
            k1, k2 = c[constants * 8 + j], c[(constants + 1) * 8 + j]
            value = fma(k2, v[t * 8 + j], mul(k1, v[y * 8 + j]))
            store(v, e * 8 + j, value)
            _tails_one(op, 9, v, c, value, j)
    else:
        for block in range(blocks):
            k1, k2 = load(c, constants + block, like), load(c, constants + blocks + block, like)
            value = fma(k2, load(v, t + block, like), mul(k1, load(v, y + block, like)))
            store(v, e + block, value)
            _tails(op, 9, v, c, value, splat(1.0, like), block)


@part
def _back_by_input(op: Any, v: Any, c: Any) -> None:
    e, d, weights, length, count, constants, neurons = op[4], op[5], op[6], op[7], op[8], op[9], op[10]
    like = zero8()
    for block in range((count + 7) // 8):
        total = splat(0.0, like)
        for j in range(neurons):
            total = fma(splat(v[d * 8 + j], like), load(v, weights + j * length + block, like), total)
        scale = load(c, constants + block, like)
        store(v, e + block, mul(scale, total))
        _tails(op, 11, v, c, total, scale, block)


@part
def _row_products(v: Any, row: Any, d: Any, blocks: Any) -> Any:
    like = zero8()
    total = mul(load(v, row, like), load(v, d, like))
    for block in range(1, blocks):
        total = fma(load(v, row + block, like), load(v, d + block, like), total)
    return total


@part
def _back_by_neuron(op: Any, v: Any, lists: Any, c: Any) -> None:
    e, d, weights, blocks, count, constants, columns = op[4], op[5], op[6], op[7], op[8], op[9], op[10]
    like = zero8()
    last = columns + count - 1
    for block in range((count + 7) // 8):
        i = columns + 8 * block
        t0 = _row_products(v, weights + blocks * lists[i], d, blocks)
        t1 = _row_products(v, weights + blocks * lists[min(i + 1, last)], d, blocks)
        t2 = _row_products(v, weights + blocks * lists[min(i + 2, last)], d, blocks)
        t3 = _row_products(v, weights + blocks * lists[min(i + 3, last)], d, blocks)
        t4 = _row_products(v, weights + blocks * lists[min(i + 4, last)], d, blocks)
        t5 = _row_products(v, weights + blocks * lists[min(i + 5, last)], d, blocks)
        t6 = _row_products(v, weights + blocks * lists[min(i + 6, last)], d, blocks)
        t7 = _row_products(v, weights + blocks * lists[min(i + 7, last)], d, blocks)
        scale, total = load(c, constants + block, like), horizontal_sums(t0, t1, t2, t3, t4, t5, t6, t7)
        store(v, e + block, mul(scale, total))
        _tails(op, 11, v, c, total, scale, block)


@part
def _outer_by_neuron(op: Any, v: Any, dy: Any, lists: Any, c: Any) -> None:
    d, weights, blocks, inputs, count = op[4], op[5], op[6], op[7], op[8]
    k = c[op[9] * 8]
    like = zero8()
    if blocks == 1:
        delta = load(v, d, like)
        for i in range(count):
            store(dy, weights + i, mul(splat(mul(k, v[lists[inputs + i]]), like), delta))
        return
    row = weights
    for i in range(count):
        x = splat(mul(k, v[lists[inputs + i]]), like)
        for block in range(blocks):
            store(dy, row + block, mul(x, load(v, d + block, like)))
        row += blocks


@part
def _outer_by_input(op: Any, v: Any, dy: Any, c: Any) -> None:
    d, weights, blocks, inputs, neurons = op[4], op[5], op[6], op[7], op[8]
    k = c[op[9] * 8]
    like = zero8()
    for j in range(neurons):
        delta = splat(mul(k, v[d * 8 + j]), like)
        for block in range(blocks):
            store(dy, weights + j * blocks + block, mul(delta, load(v, inputs + block, like)))


@part
def _forward_rank1(op: Any, v: Any, c: Any) -> None:
    """net = net(0) + c a, see rank1."""
    net, s, ds, constants, base, blocks, at = op[4], op[5], op[6], op[7], op[8], op[10], op[11]
    like = zero8()
    factor = splat(v[op[9]], like)
    for block in range(blocks):
        total = fma(factor, load(v, at + block, like), load(v, base + block, like))
        store(v, net + block, total)
        if s >= 0:
            _activate(v, c, total, s, ds, constants, block, blocks)


@part
def dense_one(op: Any, v: Any, dy: Any, lists: Any, c: Any) -> None:
    """Runs one dense instruction."""
    code = op[0]
    like = zero8()
    if code == FORWARD_BY_NEURON:
        _forward_by_neuron(op, v, lists, c)
    elif code in (FORWARD_BY_INPUT, OUTPUT):
        _forward_by_input(op, v, c)
    elif code == DIFFERENCE:
        _difference(op, v, c)
    elif code == BACK_BY_INPUT:
        _back_by_input(op, v, c)
    elif code == BACK_BY_NEURON:
        _back_by_neuron(op, v, lists, c)
    elif code == OUTER_BY_NEURON:
        _outer_by_neuron(op, v, dy, lists, c)
    elif code == OUTER_BY_INPUT:
        _outer_by_input(op, v, dy, c)
    elif code == FORWARD_RANK1:
        _forward_rank1(op, v, c)
    elif code == CHARGE_RANK1:
        for block in range(op[5]):
            store(dy, block, load(v, op[4] + block, like))
    elif code == PRODUCT:
        for block in range((op[4] + 7) // 8):
            _tails(op, 6, v, c, load(v, op[5] + block, like), splat(1.0, like), block)
    elif code == PAIR:
        blocks = (op[8] + 7) // 8
        for block in range(blocks):
            _activate(v, c, load(v, op[4] + block, like), op[5], op[6], op[7], block, blocks)
