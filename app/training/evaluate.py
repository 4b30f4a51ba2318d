"""All of V for given states and sources, in numpy: what the window shows between steps and over a grid of inputs.

It integrates nothing; kernels do that. Lanes are the second axis, so that a whole grid of inputs is one pass.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.functions import NUMPY_FUNCTIONS, dsigmoid, sigmoid
from app.program import BINARY, FORWARD, TIME, UNARY, FloatArray, Opcode, Program

_UNARY = {opcode: NUMPY_FUNCTIONS[name] for name, opcode in UNARY.items()}
_BINARY = {opcode: name for name, opcode in BINARY.items()}


def evaluate(
    program: Program,
    states: FloatArray,
    sources: FloatArray,
    levels: Mapping[int, float],
    time: float = 0.0,
    forward_only: bool = False,
) -> FloatArray:
    """V (slots, lanes) for states (states, 1 or lanes) and source voltages (sources, 1 or lanes); `levels` maps gate
    slots to their positions. `forward_only` leaves out what the outputs do not need. Coefficients: those of lane 0."""
    lanes = max(states.shape[1], sources.shape[1])
    v = np.zeros((program.slots, lanes))
    v[0] = 1.0
    v[program.static_slots] = program.static_values[:, :1]
    v[TIME] = time
    v[program.first_state : program.first_state + program.states] = states
    v[program.sources] = sources
    for slot, position in levels.items():
        v[slot] = position
    with np.errstate(all="ignore"):
        for opcode, first, last, flags in program.groups:
            if opcode != Opcode.DERIVATIVE and (flags & FORWARD or not forward_only):
                v[program.out[first:last]] = _rows(program, v, Opcode(opcode), int(first), int(last))
    return v


def derivatives(program: Program, v: FloatArray) -> FloatArray:
    """dy/dt (states, lanes) [V/s] for the values V that `evaluate` gave."""
    result = np.zeros((program.states, v.shape[1]))
    for opcode, first, last, _ in program.groups:
        if opcode == Opcode.DERIVATIVE:
            result[program.out[first:last]] = _rows(program, v, Opcode.MAC, int(first), int(last))
    return result


def _rows(program: Program, v: FloatArray, opcode: Opcode, first: int, last: int) -> FloatArray:
    """What rows first .. last-1 write, (rows, lanes)."""
    begin, end = int(program.ptr[first]), int(program.ptr[last])
    a, b, k, m = program.a[begin:end], program.b[begin:end], program.k[begin:end, :1], program.m[first:last, :1]
    if opcode == Opcode.MAC:
        total = np.zeros((last - first, v.shape[1]))
        filled = np.diff(program.ptr[first : last + 1]) > 0
        starts = program.ptr[first:last][filled] - begin
        if len(starts):
            total[filled] = np.add.reduceat(k * v[a] * v[b], starts, axis=0)
        return total
    x: FloatArray = k * v[a]
    if opcode == Opcode.SIGMOID_PAIR:
        value = np.empty_like(x)
        value[0::2], value[1::2] = sigmoid(x[0::2]), dsigmoid(x[1::2])
    elif opcode in _BINARY:
        value = _binary(_BINARY[opcode], x, v[b])
    else:
        value = _UNARY[opcode](x)
    result: FloatArray = m * value
    return result


def _binary(name: str, x: FloatArray, y: FloatArray) -> FloatArray:
    if name == "/":
        return x / y
    if name == "**":
        return np.power(x, y)
    return np.minimum(x, y) if name == "min" else np.maximum(x, y)
