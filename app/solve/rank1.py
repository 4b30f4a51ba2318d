"""A first layer whose inputs stand still while a step is taken, for one run: its capacitors move along one direction.

With dW_ji/dt = k d_j x_i and constant x, W(t) = W(0) + k a(t) x^T with da/dt = d, and the layer's voltages are
net(t) = net(0) + c a(t) with c = k_net k |x|^2. The method integrates a (one number a neuron) in place of W (one number
a weight); W is read once at a step's begin for net(0) and written once at its end. Only inputs that are not 0 cost
anything. Exact: steps, errors and weights are those of the full equations up to rounding.

a takes W's place among the states, before all others; W lies in V, input by input. Operands are in `shape` from
drive.SKIP on: blocks of a (0: there is no such layer), inputs, their places in `lists`, places of net(0), c and W in V,
and of k_net and k in `constants`.
"""

from __future__ import annotations

from typing import Any

from app.solve import drive
from app.solve.compiled import part
from app.solve.simd import (
    absolute,
    fma,
    larger_absolute,
    load,
    mul,
    offset,
    rough_inverse,
    select_greater,
    splat,
    store,
    zero8,
)


@part
def begin(shape: Any, lists: Any, constants: Any, v: Any) -> None:
    """net(0) and c for the inputs that are in V."""
    n, m, inputs, base = shape[drive.SKIP], shape[drive.INPUTS], shape[drive.INPUT_LIST], shape[drive.BASE]
    k_net, k = constants[shape[drive.K_NET]], constants[shape[drive.K_CHARGE]]
    like = zero8()
    w = offset(v, shape[drive.MOVED])
    for block in range(n):
        store(v, base + block, splat(0.0, like))
    square = 0.0
    for i in range(m):
        x = v[lists[inputs + i]]
        if x == 0.0:
            continue
        square += x * x
        factor, row = splat(k_net * x, like), i * n
        for block in range(n):
            store(v, base + block, fma(factor, load(w, row + block, like), load(v, base + block, like)))
    v[shape[drive.FACTOR]] = k_net * k * square


@part
def error(shape: Any, lists: Any, constants: Any, v: Any, at: Any, slope: Any, rtol: Any, atol: Any) -> Any:
    """Sum over the weights of (slope's error / tolerance) squared, by eights. `slope` (n blocks) is the error of da/dt;
    V holds a at the step's end from block `at` on, or `at` is negative and the tolerance that at the step's begin."""
    n, m, inputs = shape[drive.SKIP], shape[drive.INPUTS], shape[drive.INPUT_LIST]
    k = constants[shape[drive.K_CHARGE]]
    like = zero8()
    w = offset(v, shape[drive.MOVED])
    relative, floor, most, total = splat(rtol, like), splat(atol, like), splat(drive.LARGEST, like), splat(0.0, like)
    for i in range(m):
        x = v[lists[inputs + i]]
        if x == 0.0:
            continue
        factor, row = splat(k * x, like), i * n
        for block in range(n):
            before = load(w, row + block, like)
            size = absolute(before)
            if at >= 0:
                size = larger_absolute(before, fma(factor, load(v, at + block, like), before))
            size = select_greater(size, most, most, size)
            ratio = mul(mul(factor, load(slope, block, like)), rough_inverse(fma(relative, size, floor)))
            total = fma(ratio, ratio, total)
    return total


@part
def fold(shape: Any, lists: Any, constants: Any, v: Any, at: Any) -> None:
    """W = W + k a x^T with the a in V; the next step starts anew from there."""
    n, m, inputs = shape[drive.SKIP], shape[drive.INPUTS], shape[drive.INPUT_LIST]
    k = constants[shape[drive.K_CHARGE]]
    like = zero8()
    w = offset(v, shape[drive.MOVED])
    for i in range(m):
        x = v[lists[inputs + i]]
        if x == 0.0:
            continue
        factor, row = splat(k * x, like), i * n
        for block in range(n):
            store(w, row + block, fma(factor, load(v, at + block, like), load(w, row + block, like)))
