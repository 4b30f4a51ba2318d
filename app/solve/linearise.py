"""The Program's derivatives at a point, in numpy: partial derivatives edge by edge, and the Jacobian they add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

from app.functions import dsigmoid, sigmoid
from app.program import FloatArray, IntArray, Opcode, Program

_SLOPES: dict[int, Any] = {
    Opcode.SIGMOID: dsigmoid,
    Opcode.DSIGMOID: lambda u: dsigmoid(u) * (1.0 - 2.0 * sigmoid(u)),
    Opcode.TANH: lambda u: 1.0 - np.tanh(u) ** 2,
    Opcode.EXP: np.exp,
    Opcode.LOG: lambda u: 1.0 / u,
    Opcode.SQRT: lambda u: 0.5 / np.sqrt(u),
    Opcode.ABS: np.sign,
    Opcode.SIN: np.cos,
    Opcode.COS: lambda u: -np.sin(u),
    Opcode.SOFTPLUS: sigmoid,
    Opcode.STEP: np.zeros_like,
}


def partials(program: Program, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What each edge adds to dV[out] per dV[a] and per dV[b], each (edges,), for one lane's V (slots, 1) after an
    evaluation. At a kink the slope is that of one side."""
    k, x = program.k[:, 0], v[:, 0]
    by_a, by_b = np.zeros(len(k)), np.zeros(len(k))
    with np.errstate(all="ignore"):
        for code, first, last, _ in program.groups:
            edges = slice(int(program.ptr[first]), int(program.ptr[last]))
            a, b, factor = x[program.a[edges]], x[program.b[edges]], k[edges]
            m = program.m[first:last, 0]
            if code in (Opcode.MAC, Opcode.DERIVATIVE):
                by_a[edges], by_b[edges] = factor * b, factor * a
            elif code == Opcode.SIGMOID_PAIR:
                by_a[edges] = m * factor * _SLOPES[Opcode.SIGMOID](factor * a)
                second = _SLOPES[Opcode.DSIGMOID](factor * a)
                by_a[edges][1::2] = (m * factor * second)[1::2]
            elif code in _SLOPES:
                by_a[edges] = m * factor * _SLOPES[code](factor * a)
            else:
                by_a[edges], by_b[edges] = _binary(Opcode(code), factor, m, a, b)
    return by_a, by_b


def _binary(code: Opcode, k: FloatArray, m: FloatArray, a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    u = k * a
    if code == Opcode.DIVIDE:
        return m * k / b, -m * u / b**2
    if code == Opcode.POWER:
        return m * k * b * u ** (b - 1.0), np.where(u > 0, m * u**b * np.log(np.where(u > 0, u, 1.0)), 0.0)
    first = u < b if code == Opcode.MINIMUM else u > b
    return np.where(first, m * k, 0.0), np.where(first, 0.0, m)


def jacobian(program: Program, v: FloatArray, wanted: IntArray) -> FloatArray:
    """d(dy)/dy (wanted, wanted) [1/s] for the states numbered `wanted`, at one lane's V (slots, 1) after an evaluation.

    One sparse solve for all slots at once, so that algebraic loops are taken along.
    """
    by_a, by_b = partials(program, v)
    rows = np.repeat(np.arange(len(program.out)), np.diff(program.ptr))
    derivative = np.zeros(len(program.out), bool)
    for code, first, last, _ in program.groups:
        derivative[first:last] = code == Opcode.DERIVATIVE
    target, into_state = program.out[rows], derivative[rows]
    values, columns = np.concatenate([by_a, by_b]), np.concatenate([program.a, program.b])
    target, into_state = np.tile(target, 2), np.tile(into_state, 2)
    for loop in program.loops:  # a solved guess moves as its result does
        values = np.concatenate([values, np.ones(len(loop.unknowns))])
        target, columns = np.concatenate([target, loop.unknowns]), np.concatenate([columns, loop.results])
        into_state = np.concatenate([into_state, np.zeros(len(loop.unknowns), bool)])
    n = program.slots
    inner = ~into_state
    through = csc_array((values[inner], (target[inner], columns[inner])), shape=(n, n))
    last = csc_array((values[into_state], (target[into_state], columns[into_state])), shape=(program.states, n))
    seeds = np.zeros((n, len(wanted)))
    seeds[program.first_state + wanted, np.arange(len(wanted))] = 1.0
    identity = csc_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
    every_slot = splu(csc_array(identity - through)).solve(seeds)
    return np.asarray((last @ every_slot)[wanted])
