"""A Program laid out for the kernels: slots moved so that layers lie together, coefficients packed by blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.program import TIME, FloatArray, IntArray, Opcode, Program
from app.solve.assemble import Assembly
from app.solve.recognise import Found, recognise

Tables = tuple[npt.NDArray[Any], ...]
ALIGNMENT = 8  # doubles: a whole register


@dataclass(frozen=True)
class Plan:
    """place (slots,) where each of the Program's slots is; state_place (states,) the same within the states, which fill
    `padded` slots from `first_state` on; `slots` counts all, `ones` lists extra slots that hold 1. `width` 1 or 8 lanes
    a block; blocks[i] are block i's tables (instructions, out, ptr, a, b, k, m, lists, constants). `wide`: whether k,
    m, constants differ by lane. `timed`: some operation reads the time."""

    program: Program
    found: Found
    width: int
    place: IntArray
    state_place: IntArray
    first_state: int
    padded: int
    slots: int
    ones: IntArray
    blocks: tuple[Tables, ...]
    wide: tuple[bool, bool, bool]
    timed: bool

    @property
    def lanes(self) -> int:
        return self.program.lanes

    def pack_values(self, v: FloatArray) -> FloatArray:
        """V (slots, lanes) -> (blocks, slots * width)."""
        packed = self._pack(v, self.place, self.slots)
        packed.reshape(len(self.blocks), -1, self.width)[:, self.ones] = 1.0
        return packed

    def pack_states(self, y: FloatArray) -> FloatArray:
        """y (states, lanes) -> (blocks, padded * width)."""
        return self._pack(y, self.state_place, self.padded)

    def pack_ends(self, ends: FloatArray) -> FloatArray:
        """Many states at once, (n, states, lanes) -> (blocks, n, padded * width)."""
        lane = np.minimum(np.arange(len(self.blocks) * self.width), ends.shape[2] - 1)
        packed = np.zeros((len(self.blocks), len(ends), self.padded, self.width))
        by_block = ends[:, :, lane].reshape(len(ends), -1, len(self.blocks), self.width)
        packed[:, :, self.state_place] = by_block.transpose(2, 0, 1, 3)
        return packed.reshape(len(self.blocks), len(ends), -1)

    def unpack_values(self, packed: FloatArray) -> FloatArray:
        """The inverse of pack_values."""
        return self._unpack(packed, self.place)

    def unpack_states(self, packed: FloatArray) -> FloatArray:
        """The inverse of pack_states; dy has the same layout."""
        return self._unpack(packed, self.state_place)

    def _pack(self, values: FloatArray, place: IntArray, size: int) -> FloatArray:
        """Lanes beyond the last repeat it."""
        lane = np.minimum(np.arange(len(self.blocks) * self.width), values.shape[1] - 1)
        packed = aligned(len(self.blocks), size * self.width)
        by_lane = values[:, lane].reshape(len(values), len(self.blocks), self.width).transpose(1, 0, 2)
        packed.reshape(len(self.blocks), size, self.width)[:, place] = by_lane
        return packed

    def _unpack(self, packed: FloatArray, place: IntArray) -> FloatArray:
        rows = packed.reshape(len(self.blocks), -1, self.width)[:, place].transpose(1, 0, 2)
        return np.ascontiguousarray(rows.reshape(len(place), -1)[:, : self.lanes])


def aligned(rows: int, columns: int) -> FloatArray:
    """Zeros (rows, columns) at an address that suits whole registers; columns is a multiple of eight."""
    raw = np.zeros(rows * columns + ALIGNMENT)
    start = (-(raw.ctypes.data // 8)) % ALIGNMENT
    return raw[start : start + rows * columns].reshape(rows, columns)


def make_plan(program: Program, width: int, dense: bool = True) -> Plan:
    """Lays a Program out for blocks of `width` lanes; without `dense` everything stays on the table."""
    found = recognise(program) if dense else Found(used=np.zeros(len(program.out), bool))
    assembly = Assembly(program, found, width)
    instructions, rows = assembly.instructions()
    derivative = np.zeros(len(program.out), bool)
    for code, begin, end, _ in program.groups:
        derivative[begin:end] = code == Opcode.DERIVATIVE
    target = program.out[rows]
    into_states = derivative[rows]
    out = np.empty(len(rows), np.int64)
    out[into_states] = assembly.state_place[target[into_states]]
    out[~into_states] = assembly.place[target[~into_states]]
    sizes = (program.ptr[1:] - program.ptr[:-1])[rows]
    ptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    edges = np.repeat(program.ptr[rows] - ptr[:-1], sizes) + np.arange(ptr[-1])
    a, b = assembly.place[program.a[edges]], assembly.place[program.b[edges]]
    constants = _stack(assembly.constants)
    k, m = program.k[edges], program.m[rows]
    shared = (instructions, out, ptr, a, b)
    lists = np.concatenate(assembly.lists)
    blocks = tuple(
        (
            *shared, _coefficients(k, i, width), _coefficients(m, i, width), lists, _coefficients(constants, i, width),
        )
        for i in range(-(-program.lanes // width))
    )  # fmt: skip
    k_wide, m_wide, constants_wide = (width > 1 and array.shape[1] > 1 for array in (k, m, constants))
    timed = bool((program.a == TIME).any() or (program.b == TIME).any())
    return Plan(
        program, found, width, assembly.place, assembly.state_place, assembly.first_state, assembly.padded,
        assembly.slots, np.array(assembly.ones, np.int64), blocks, (k_wide, m_wide, constants_wide), timed,
    )  # fmt: skip


def _stack(values: list[FloatArray]) -> FloatArray:
    lanes = max((value.shape[1] for value in values), default=1)
    wide = [np.broadcast_to(value, (len(value), lanes)) for value in values]
    return np.concatenate([*wide, np.zeros((0, lanes))])


def _coefficients(values: FloatArray, block: int, width: int) -> FloatArray:
    """One block's share, flat: one number a row, or `width` where lanes differ; aligned."""
    if values.shape[1] > 1:
        lane = np.minimum(block * width + np.arange(width), values.shape[1] - 1)
        values = values[:, lane]
    flat = values.ravel()
    result = aligned(1, -(-flat.size // 8) * 8)[0, : flat.size]
    result[:] = flat
    return result
