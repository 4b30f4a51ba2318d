"""A Program laid out for the kernels: slots moved so that all states lie together, coefficients packed by blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.program import TIME, FloatArray, IntArray, Opcode, Program

Tables = tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True)
class Plan:
    """place (slots,) where each of the Program's slots is; state_place (states,) the same within the states, which fill
    `padded` slots from `first_state` on; `slots` counts all. `width` 1 or 8 lanes a block; blocks[i] are block i's
    tables (groups, out, ptr, a, b, k, m). `timed`: some operation reads the time."""

    program: Program
    width: int
    place: IntArray
    state_place: IntArray
    first_state: int
    padded: int
    slots: int
    blocks: tuple[Tables, ...]
    k_wide: bool
    m_wide: bool
    timed: bool

    @property
    def lanes(self) -> int:
        return self.program.lanes

    def pack(self, values: FloatArray, place: IntArray, size: int) -> FloatArray:
        """(rows, lanes or 1) of the outside order -> (blocks, size * width), lanes beyond the last repeat it."""
        lane = np.minimum(np.arange(len(self.blocks) * self.width), values.shape[1] - 1)
        packed = np.zeros((len(self.blocks), size, self.width))
        packed[:, place] = values[:, lane].reshape(len(values), len(self.blocks), self.width).transpose(1, 0, 2)
        return packed.reshape(len(self.blocks), -1)

    def unpack(self, packed: FloatArray, place: IntArray) -> FloatArray:
        """The inverse of pack: (rows, lanes)."""
        rows = packed.reshape(len(self.blocks), -1, self.width)[:, place].transpose(1, 0, 2)
        return np.ascontiguousarray(rows.reshape(len(place), -1)[:, : self.lanes])


def make_plan(program: Program, width: int) -> Plan:
    """Lays a Program out for blocks of `width` lanes."""
    first = 8
    padded = -(-program.states // 8) * 8 if width == 1 else program.states
    place = np.empty(program.slots, np.int64)
    state = slice(program.first_state, program.first_state + program.states)
    rest = np.ones(program.slots, bool)
    rest[:2] = rest[state] = False
    place[:2] = np.arange(2)
    place[state] = first + np.arange(program.states)
    place[rest] = first + padded + np.arange(int(rest.sum()))
    return _with_tables(program, width, place, np.arange(program.states), first, padded)


def _with_tables(program: Program, width: int, place: IntArray, state_place: IntArray, first: int, padded: int) -> Plan:
    derivative = np.zeros(len(program.out), bool)
    for code, begin, end, _ in program.groups:
        derivative[begin:end] = code == Opcode.DERIVATIVE
    out = np.where(derivative, 0, place[np.where(derivative, 0, program.out)])
    out[derivative] = state_place[program.out[derivative]]
    k_wide, m_wide = (width > 1 and array.shape[1] > 1 for array in (program.k, program.m))
    a, b = place[program.a], place[program.b]
    count = -(-program.lanes // width)
    shared = tuple(np.ascontiguousarray(x, np.int64) for x in (program.groups, out, program.ptr, a, b))
    blocks = tuple(
        (*shared, _coefficients(program.k, i, width), _coefficients(program.m, i, width)) for i in range(count)
    )
    # Only edges that an operation multiplies by matter: ONE and TIME are always in place.
    timed = bool((program.a == TIME).any() or (program.b == TIME).any())
    slots = int(place.max(initial=0)) + 1
    return Plan(
        program, width, place, state_place, first, padded, max(slots, first + padded), blocks, k_wide, m_wide, timed
    )


def _coefficients(values: FloatArray, block: int, width: int) -> FloatArray:
    """One block's share of k or m, flat: one number an edge (or row), or `width` where lanes differ."""
    if values.shape[1] == 1:
        return np.ascontiguousarray(values[:, 0], float)
    lane = np.minimum(block * width + np.arange(width), values.shape[1] - 1)
    return np.ascontiguousarray(values[:, lane], float).ravel()
