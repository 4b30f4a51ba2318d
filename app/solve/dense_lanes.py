"""Dense operations for eight runs at once: every slot is a register, matrices lie neuron by neuron.

Operands are those that assemble writes, places in slots. `wide`: constants differ by lane.
"""

from __future__ import annotations

from typing import Any

from app.solve.assemble import BACK_BY_NEURON, DIFFERENCE, FORWARD_BY_NEURON, OUTER_BY_NEURON, PAIR, PRODUCT
from app.solve.compiled import part
from app.solve.simd import add, coefficient, div, exp_held, fma, load, mul, neg, splat, store, zero8


@part
def _activate(v: Any, c: Any, wide: Any, u: Any, s: Any, ds: Any, constants: Any, j: Any, n: Any) -> None:
    like = zero8()
    one = splat(1.0, like)
    e = exp_held(mul(neg(coefficient(c, constants + j, wide, like)), u))
    inverse = div(one, add(one, e))
    store(v, s + j, mul(coefficient(c, constants + n + j, wide, like), inverse))
    store(v, ds + j, mul(coefficient(c, constants + 2 * n + j, wide, like), mul(mul(e, inverse), inverse)))


@part
def _forward(op: Any, v: Any, lists: Any, c: Any, wide: Any) -> None:
    net, s, ds, constants, weights, length = op[4], op[5], op[6], op[7], op[8], op[9]
    inputs, count, n = op[10], op[11], op[13]
    like = zero8()
    k = coefficient(c, op[12], wide, like)
    j = 0
    while j + 4 <= n:
        a0, a1, a2, a3 = splat(0.0, like), splat(0.0, like), splat(0.0, like), splat(0.0, like)
        row = weights + j * length
        for i in range(count):
            x = load(v, lists[inputs + i], like)
            a0 = fma(x, load(v, row + i, like), a0)
            a1 = fma(x, load(v, row + length + i, like), a1)
            a2 = fma(x, load(v, row + 2 * length + i, like), a2)
            a3 = fma(x, load(v, row + 3 * length + i, like), a3)
        store(v, net + j, mul(k, a0))
        store(v, net + j + 1, mul(k, a1))
        store(v, net + j + 2, mul(k, a2))
        store(v, net + j + 3, mul(k, a3))
        j += 4
    while j < n:
        even, odd = splat(0.0, like), splat(0.0, like)
        row = weights + j * length
        i = 0
        while i + 2 <= count:
            even = fma(load(v, lists[inputs + i], like), load(v, row + i, like), even)
            odd = fma(load(v, lists[inputs + i + 1], like), load(v, row + i + 1, like), odd)
            i += 2
        if i < count:
            even = fma(load(v, lists[inputs + i], like), load(v, row + i, like), even)
        store(v, net + j, mul(k, add(even, odd)))
        j += 1
    if s >= 0:
        for j in range(n):
            _activate(v, c, wide, load(v, net + j, like), s, ds, constants, j, n)


@part
def _tails(op: Any, first: Any, v: Any, c: Any, wide: Any, value: Any, j: Any) -> None:
    like = zero8()
    for tail in range(first, first + 8, 4):
        if op[tail] < 0:
            break
        factor = load(v, op[tail + 1] + j * op[tail + 2], like)
        value = mul(mul(coefficient(c, op[tail + 3] + j, wide, like), value), factor)
        store(v, op[tail] + j, value)


@part
def _difference(op: Any, v: Any, c: Any, wide: Any) -> None:
    e, y, t, n, constants = op[4], op[5], op[6], op[7], op[8]
    like = zero8()
    for j in range(n):
        k1, k2 = coefficient(c, constants + j, wide, like), coefficient(c, constants + n + j, wide, like)
        value = fma(k2, load(v, t + j, like), mul(k1, load(v, y + j, like)))
        store(v, e + j, value)
        _tails(op, 9, v, c, wide, value, j)


@part
def _back(op: Any, v: Any, lists: Any, c: Any, wide: Any) -> None:
    e, d, weights, length, count, constants, columns, n = op[4], op[5], op[6], op[7], op[8], op[9], op[10], op[19]
    like = zero8()
    for i in range(count):
        entry = weights + lists[columns + i]
        even, odd = splat(0.0, like), splat(0.0, like)
        j = 0
        while j + 2 <= n:
            even = fma(load(v, d + j, like), load(v, entry, like), even)
            odd = fma(load(v, d + j + 1, like), load(v, entry + length, like), odd)
            entry += 2 * length
            j += 2
        if j < n:
            even = fma(load(v, d + j, like), load(v, entry, like), even)
        value = mul(coefficient(c, constants + i, wide, like), add(even, odd))
        store(v, e + i, value)
        _tails(op, 11, v, c, wide, value, i)


@part
def _outer(op: Any, v: Any, dy: Any, lists: Any, c: Any, wide: Any) -> None:
    d, weights, length, inputs, count, n = op[4], op[5], op[6], op[7], op[8], op[10]
    like = zero8()
    k = coefficient(c, op[9], wide, like)
    for j in range(n):
        delta = mul(k, load(v, d + j, like))
        row = weights + j * length
        for i in range(count):
            store(dy, row + i, mul(delta, load(v, lists[inputs + i], like)))


@part
def dense_lanes(op: Any, v: Any, dy: Any, lists: Any, c: Any, wide: Any) -> None:
    """Runs one dense instruction."""
    code = op[0]
    like = zero8()
    if code == FORWARD_BY_NEURON:
        _forward(op, v, lists, c, wide)
    elif code == DIFFERENCE:
        _difference(op, v, c, wide)
    elif code == BACK_BY_NEURON:
        _back(op, v, lists, c, wide)
    elif code == OUTER_BY_NEURON:
        _outer(op, v, dy, lists, c, wide)
    elif code == PRODUCT:
        for j in range(op[4]):
            _tails(op, 6, v, c, wide, load(v, op[5] + j, like), j)
    elif code == PAIR:
        for j in range(op[8]):
            _activate(v, c, wide, load(v, op[4] + j, like), op[5], op[6], op[7], j, op[8])
