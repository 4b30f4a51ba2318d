"""All rows of a circuit end to end, in one table, with what orders them: who writes what they read, and which sigmoids
and derivatives share an exponential."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.circuit.rows import Batch
from app.program import FloatArray, IntArray, Opcode

Numbers = npt.NDArray[np.int32]  # of rows, where there may be millions of them


@dataclass(slots=True)
class Rows:
    """All batches end to end; edges sorted by row."""

    opcode: IntArray
    out: IntArray
    ptr: IntArray
    k: FloatArray
    a: IntArray
    b: IntArray
    m: FloatArray
    owner: IntArray

    @property
    def count(self) -> int:
        return len(self.opcode)

    def row_of_edge(self) -> Numbers:
        return np.repeat(np.arange(self.count, dtype=np.int32), np.diff(self.ptr))


def concatenated(batches: list[Batch], canonical: IntArray) -> Rows:
    lanes_k = max((batch.k.shape[1] for batch in batches), default=1)
    lanes_m = max((batch.m.shape[1] for batch in batches), default=1)
    sizes = [len(batch.out) for batch in batches]
    counts = [np.bincount(batch.row, minlength=len(batch.out)) for batch in batches]
    empty = np.zeros(0, np.int64)

    def wide(array: FloatArray, rows: int, lanes: int) -> FloatArray:
        return np.broadcast_to(array, (rows, lanes))

    return Rows(
        opcode=np.concatenate([np.full(n, int(b.opcode)) for b, n in zip(batches, sizes, strict=True)] or [empty]),
        out=np.concatenate([b.out for b in batches] or [empty]),
        ptr=np.concatenate([[0], np.cumsum(np.concatenate(counts or [empty]))]).astype(np.int64),
        k=np.concatenate([wide(b.k, len(b.a), lanes_k) for b in batches] or [np.zeros((0, 1))]),
        a=canonical[np.concatenate([b.a for b in batches] or [empty])],
        b=canonical[np.concatenate([b.b for b in batches] or [empty])],
        m=np.concatenate([wide(b.m, n, lanes_m) for b, n in zip(batches, sizes, strict=True)] or [np.zeros((0, 1))]),
        owner=np.concatenate([b.owner for b in batches] or [empty]),
    )


def producers(rows: Rows, slots: int) -> Numbers:
    """(slots,) the row that writes a slot, -1 for none."""
    producer = np.full(slots, -1, np.int32)
    writes = np.flatnonzero(rows.opcode != Opcode.DERIVATIVE)
    producer[rows.out[writes]] = writes
    return producer


def sigmoid_pairs(rows: Rows) -> IntArray:
    """Each sigmoid (6) followed by the derivative (7) of the same node, one pair after another: one exponential serves
    both."""
    first = rows.ptr[:-1]
    plain = np.flatnonzero(rows.opcode == Opcode.SIGMOID)
    slope = np.flatnonzero(rows.opcode == Opcode.DSIGMOID)
    by_slot: dict[int, list[int]] = {}
    for row in slope:
        by_slot.setdefault(int(rows.a[first[row]]), []).append(int(row))
    sequence: list[int] = []
    for row in plain:
        partners = by_slot.get(int(rows.a[first[row]]))
        if partners:
            sequence.extend((int(row), partners.pop(0)))
    return np.array(sequence, np.int64)


def pairs_last(count: int, pairs: IntArray) -> IntArray:
    """All rows, the pairs at the end."""
    single = np.ones(count, bool)
    single[pairs] = False
    return np.concatenate([np.flatnonzero(single), pairs])


def with_pairs_last(rows: Rows, pairs: IntArray, level: IntArray) -> tuple[Rows, IntArray, IntArray]:
    """The rows with all pairs at the end, where these are then, and the rows' levels."""
    sequence = pairs_last(rows.count, pairs)
    return reordered(rows, sequence), np.arange(rows.count - len(pairs), rows.count), level[sequence]


def unpaired(rows: Rows, pairs: IntArray, level: IntArray) -> tuple[Rows, IntArray]:
    """Pairs of which only one half is on a loop, as two single rows; and the pairs that are left."""
    first, second = pairs[0::2], pairs[1::2]
    apart = level[first] != level[second]
    opcode = rows.opcode.copy()
    opcode[first[apart]], opcode[second[apart]] = Opcode.SIGMOID, Opcode.DSIGMOID
    return replace(rows, opcode=opcode), pairs[~np.repeat(apart, 2)]


def reordered(rows: Rows, sequence: IntArray) -> Rows:
    """The same rows in another sequence, with their edges."""
    sizes = np.diff(rows.ptr)[sequence]
    ptr = np.concatenate([[0], np.cumsum(sizes)])
    edges = np.repeat(rows.ptr[sequence] - ptr[:-1], sizes) + np.arange(ptr[-1])
    return Rows(
        rows.opcode[sequence], rows.out[sequence], ptr, rows.k[edges], rows.a[edges], rows.b[edges],
        rows.m[sequence], rows.owner[edges],
    )  # fmt: skip


def dependencies(rows: Rows, producer: Numbers) -> tuple[Numbers, Numbers]:
    """(writer row, reader row) for every operand that a row writes."""
    reader = rows.row_of_edge()
    writers, readers = [], []
    for operands in (rows.a, rows.b):
        writer = producer[operands]
        known = np.flatnonzero(writer >= 0)
        writers.append(writer[known])
        readers.append(reader[known])
    return np.concatenate(writers), np.concatenate(readers)
