"""A Program laid out for the kernels: slots moved so that layers lie together, coefficients packed by blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from app.program import ONE, TIME, FloatArray, IntArray, Opcode, Program
from app.solve.assemble import Assembly
from app.solve.recognise import Found, Matrix, Outer, recognise

Tables = tuple[npt.NDArray[Any], ...]
ALIGNMENT = 8  # doubles: a whole register
RANK1_WEIGHTS = 48


@dataclass(frozen=True)
class Moved:
    """Weights (neurons, inputs) that lie in V from `place` on, input by input. Where their numbers among the states are
    regular, as a drawing's mostly are, they are copied as a grid: `first` state, `stride` a neuron, `columns`."""

    states: IntArray
    place: int
    first: int
    stride: int
    columns: IntArray

    @classmethod
    def of(cls, states: IntArray, place: int) -> Moved:
        """stride 0 where the numbers are not regular."""
        first, columns = int(states.min()), states[0] - int(states[0].min())
        starts = states[:, 0] - states[0, 0]
        stride = int(starts[1]) if len(starts) > 1 else 0
        regular = np.array_equal(states, first + stride * np.arange(len(states))[:, None] + columns)
        return cls(states, place, first, stride if regular and stride > columns.max() else 0, columns)

    def in_values(self, v: FloatArray) -> FloatArray:
        """(inputs, neurons) view of one block's V."""
        neurons, inputs = self.states.shape
        length = -(-neurons // ALIGNMENT) * ALIGNMENT
        return v[self.place : self.place + inputs * length].reshape(inputs, length)[:, :neurons]

    def in_states(self, y: FloatArray) -> FloatArray:
        """(neurons, inputs) of one lane's states (states,)."""
        return self._grid(y)[:, self.columns] if self.stride else y[self.states]

    def into_states(self, y: FloatArray, weights: FloatArray) -> None:
        if self.stride:
            self._grid(y)[:, self.columns] = weights
        else:
            y[self.states] = weights

    def _grid(self, y: FloatArray) -> FloatArray:
        shape, (step,) = (len(self.states), int(self.columns.max()) + 1), y.strides
        return as_strided(y[self.first :], shape, (self.stride * step, step))


@dataclass(frozen=True)
class Plan:
    """place (slots,) where each of the Program's slots is; state_place (states,) the same within the states, which fill
    `padded` slots from `first_state` on; `slots` counts all, `ones` lists extra slots that hold 1. `width` 1 or 8 lanes
    a block; blocks[i] are block i's tables (instructions, out, ptr, a, b, k, m, lists, constants). `wide`: whether k,
    m, constants differ by lane. `timed`: some operation reads the time. `moved`: states that lie in V instead (rank1),
    whose operands are `rank1`; `padded` then counts what takes their place."""

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
    moved: Moved | None
    rank1: tuple[int, ...]

    @property
    def lanes(self) -> int:
        return self.program.lanes

    def pack_values(self, v: FloatArray, states: bool = True) -> FloatArray:
        """V (slots, lanes) -> (blocks, slots * width); without `states` only what no operation writes."""
        if states:
            packed = self._pack(v, self.place, self.slots)
        else:
            packed = self._pack(v[self._given], self.place[self._given], self.slots)
        packed.reshape(len(self.blocks), -1, self.width)[:, self.ones] = 1.0
        return packed

    def pack_states(self, y: FloatArray) -> FloatArray:
        """y (states, lanes) -> (blocks, padded * width)."""
        kept = self._kept
        return self._pack(y[kept], self.state_place[kept], self.padded)

    def put_moved(self, packed_v: FloatArray, y: FloatArray) -> None:
        """Writes the states that lie in V into packed values."""
        if self.moved is not None:
            for lane in range(self.lanes):
                self.moved.in_values(packed_v[lane])[:] = self.moved.in_states(y[:, lane]).T

    def take_states(self, packed_v: FloatArray, packed_y: FloatArray, y: FloatArray) -> None:
        """Writes all states into y (states, lanes)."""
        kept = self._kept
        y[kept] = self._unpack(packed_y, self.state_place[kept])
        if self.moved is not None:
            for lane in range(self.lanes):
                self.moved.into_states(y[:, lane], self.moved.in_values(packed_v[lane]).T)

    @cached_property
    def _given(self) -> IntArray:
        program = self.program
        given = (program.sources, program.static_slots, program.guesses)
        slots = [ONE, TIME, *np.concatenate(given).tolist(), *program.levels.values()]
        return np.array(slots, np.int64)

    @cached_property
    def _kept(self) -> IntArray | slice:
        return slice(None) if self.moved is None else np.flatnonzero(self.state_place >= 0)

    def unpack_values(self, packed: FloatArray) -> FloatArray:
        """The inverse of pack_values."""
        return self._unpack(packed, self.place)

    def unpack_states(self, packed: FloatArray) -> FloatArray:
        """The inverse of pack_states; dy has the same layout."""
        return self._unpack(packed, self.state_place)

    def _pack(self, values: FloatArray, place: IntArray, size: int) -> FloatArray:
        """Lanes beyond the last repeat it."""
        packed = aligned(len(self.blocks), size * self.width)
        if packed.shape == (1, size):
            packed[0, place] = values[:, 0]
            return packed
        lane = np.minimum(np.arange(len(self.blocks) * self.width), values.shape[1] - 1)
        by_lane = values[:, lane].reshape(len(values), len(self.blocks), self.width).transpose(1, 0, 2)
        packed.reshape(len(self.blocks), size, self.width)[:, place] = by_lane
        return packed

    def _unpack(self, packed: FloatArray, place: IntArray) -> FloatArray:
        rows = packed.reshape(len(self.blocks), -1, self.width)[:, place].transpose(1, 0, 2)
        return np.ascontiguousarray(rows.reshape(len(place), len(self.blocks) * self.width)[:, : self.lanes])


def aligned(rows: int, columns: int) -> FloatArray:
    """Zeros (rows, columns) at an address that suits whole registers; columns is a multiple of eight."""
    raw = np.zeros(rows * columns + ALIGNMENT)
    start = (-(raw.ctypes.data // 8)) % ALIGNMENT
    return raw[start : start + rows * columns].reshape(rows, columns)


def make_plan(program: Program, width: int, dense: bool = True, rank1: bool = False) -> Plan:
    """Lays a Program out for blocks of `width` lanes; without `dense` everything stays on the table. With `rank1` the
    layer that `rank1_layer` finds gives up its weights as states."""
    dense = dense and not program.loops  # whose rows are run over and over, in their order
    found = recognise(program) if dense else Found(used=np.zeros(len(program.out), bool))
    moved = rank1_layer(program, found) if rank1 and width == 1 else None
    assembly = Assembly(program, found, width, moved)
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
            *shared, packed_coefficients(k, i, width), packed_coefficients(m, i, width), lists,
            packed_coefficients(constants, i, width),
        )
        for i in range(-(-program.lanes // width))
    )  # fmt: skip
    k_wide, m_wide, constants_wide = (width > 1 and array.shape[1] > 1 for array in (k, m, constants))
    timed = bool((program.a == TIME).any() or (program.b == TIME).any())
    return Plan(
        program, found, width, assembly.place, assembly.state_place, assembly.first_state, assembly.padded,
        assembly.slots, np.array(assembly.ones, np.int64), blocks, (k_wide, m_wide, constants_wide), timed,
        None if moved is None else Moved.of(moved.states, assembly.rank1[5]), assembly.rank1,
    )  # fmt: skip


def rank1_layer(program: Program, found: Found) -> Matrix | None:
    """The largest layer whose weights nothing but its own sums reads, whose inputs are sources or constants, and
    that is large enough to gain by integrating one number a neuron in their place."""
    charged = [operation.matrix for _, operation in found.operations if isinstance(operation, Outer)]
    still = np.zeros(program.slots, bool)
    still[[ONE, *program.sources, *program.static_slots, *program.levels.values()]] = True
    reads = np.zeros(program.slots, np.int64)
    for operand in (program.a, program.b):
        np.add.at(reads, operand, 1)
    best: Matrix | None = None
    for matrix in charged:
        alone = (reads[program.first_state + matrix.states] == 1).all()
        large = matrix.states.size >= RANK1_WEIGHTS and matrix.net.n >= 8
        if alone and large and still[matrix.inputs].all() and (best is None or matrix.states.size > best.states.size):
            best = matrix
    return best


def _stack(values: list[FloatArray]) -> FloatArray:
    lanes = max((value.shape[1] for value in values), default=1)
    wide = [np.broadcast_to(value, (len(value), lanes)) for value in values]
    return np.concatenate([*wide, np.zeros((0, lanes))])


def packed_coefficients(values: FloatArray, block: int, width: int) -> FloatArray:
    """One block's share, flat: one number a row, or `width` where lanes differ; aligned."""
    if values.shape[1] > 1:
        lane = np.minimum(block * width + np.arange(width), values.shape[1] - 1)
        values = values[:, lane]
    flat = values.ravel()
    result = aligned(1, -(-flat.size // 8) * 8)[0, : flat.size]
    result[:] = flat
    return result
