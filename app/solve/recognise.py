"""Finds dense layers in a Program's table: matrices of states, their transposed and outer products, and the vectors
between them. Looks at operations only, so that layers drawn with neurons and with bare multipliers are the same.

A vector is an ordered list of slots; element j of a layer's net voltages, activations, slopes and errors is neuron j.
What fits no pattern is left to the table, with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.program import ONE, TIME, FloatArray, IntArray, Opcode, Program


@dataclass(eq=False)
class Vector:
    """Slots (n,) in the order of their layer."""

    slots: IntArray

    @property
    def n(self) -> int:
        return len(self.slots)


@dataclass(eq=False)
class Matrix:
    """net_j = k sum_i S_ji x_i: states (n, m) numbers, inputs (m,) slots. `ordered`: the inputs but for a final ONE are
    that vector, in its order."""

    states: IntArray
    inputs: IntArray
    k: FloatArray
    net: Vector
    ordered: Vector | None


@dataclass(eq=False)
class Pair:
    """s = m f(k net), ds = m' f'(k net): coefficients (n, lanes or 1)."""

    net: Vector
    s: Vector
    ds: Vector
    k: FloatArray
    m: FloatArray
    m2: FloatArray


@dataclass(eq=False)
class Difference:
    """e = k1 y + k2 t: coefficients (n, lanes or 1)."""

    e: Vector
    y: Vector
    t: Vector
    k1: FloatArray
    k2: FloatArray


@dataclass(eq=False)
class Product:
    """out = k a b with b a vector, or one slot for all."""

    out: Vector
    a: Vector
    b: Vector | int
    k: FloatArray


@dataclass(eq=False)
class Transposed:
    """e_i = k sum_j S_ji d_j for the columns (p,) of `matrix`."""

    matrix: Matrix
    columns: IntArray
    d: Vector
    e: Vector
    k: FloatArray


@dataclass(eq=False)
class Outer:
    """dS_ji/dt = k d_j x_i for all of `matrix`."""

    matrix: Matrix
    d: Vector
    k: FloatArray


Kind = Matrix | Pair | Difference | Product | Transposed | Outer


@dataclass
class Found:
    """(group, operation) in order of groups; `used` (rows,) true for rows that the operations replace; `reasons` say in
    words why other rows stay on the table."""

    operations: list[tuple[int, Kind]] = field(default_factory=list)
    used: Any = None
    reasons: list[str] = field(default_factory=list)


def recognise(program: Program) -> Found:
    """All dense operations of a Program."""
    return _Recogniser(program).run()


class _Recogniser:
    def __init__(self, program: Program) -> None:
        self.p = program
        self.found = Found(used=np.zeros(len(program.out), bool))
        self.tag: dict[int, tuple[Vector, int]] = {}
        self.is_state = np.zeros(program.slots, bool)
        self.is_state[program.first_state : program.first_state + program.states] = True
        self.owner = np.full(program.states, -1)
        self.owner_j, self.owner_i = np.zeros(program.states, np.int64), np.zeros(program.states, np.int64)
        self.matrices: list[Matrix] = []

    def run(self) -> Found:
        for number, (code, first, last, _) in enumerate(self.p.groups):
            if code == Opcode.MAC:
                self._sums(number, int(first), int(last))
            elif code == Opcode.SIGMOID_PAIR:
                self._pairs(number, int(first), int(last))
        self._outers()
        return self.found

    # -- sums of products -------------------------------------------------------------------------------------------

    def _sums(self, group: int, first: int, last: int) -> None:
        p = self.p
        weighted: dict[tuple[bytes, bytes], list[int]] = defaultdict(list)
        plain: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        starts, ends = p.ptr[first:last].tolist(), p.ptr[first + 1 : last + 1].tolist()
        state_a, state_b = self.is_state[p.a], self.is_state[p.b]
        one_state = state_a ^ state_b
        inputs = np.where(state_a, p.b, p.a)
        for row, begin, end in zip(range(first, last), starts, ends, strict=True):
            if end > begin and one_state[begin:end].all():
                weighted[inputs[begin:end].tobytes(), p.k[begin].tobytes()].append(row)
            elif end - begin in (1, 2):
                key = self._plain_key(begin, end)
                if key is not None:
                    plain[key].append(row)
        for rows in weighted.values():
            self._matrix(group, np.array(rows), inputs)
        for key, rows in plain.items():
            self._plain(group, key, np.array(rows))

    def _matrix(self, group: int, rows: IntArray, inputs: IntArray) -> None:
        p = self.p
        begin, width = p.ptr[rows], int(p.ptr[rows[0] + 1] - p.ptr[rows[0]])
        edges = begin[:, None] + np.arange(width)
        states = np.where(self.is_state[p.a[edges]], p.a[edges], p.b[edges]) - p.first_state
        k = p.k[edges[0, 0]][None, :]
        if not (p.k[edges] == k).all():
            return self._left(rows, "coefficients differ within a matrix")
        x = inputs[edges[0]]
        if len(np.unique(x)) < len(x):
            return self._left(rows, "an input enters a sum twice")
        claimed = self.owner[states]
        if (claimed < 0).all() and np.bincount(states.ravel()).max() == 1:
            if states.size >= 4:
                self._own(group, rows, states, x, k)
            return None
        if (claimed == claimed[0, 0]).all() and claimed[0, 0] >= 0:
            return self._transposed(group, rows, states, x, k)
        return self._left(rows, "a capacitor serves several layers (shared weights)")

    def _own(self, group: int, rows: IntArray, states: IntArray, x: IntArray, k: FloatArray) -> None:
        bias = x == ONE
        ordered, columns = self._ordered(x[~bias])
        order = np.concatenate([np.flatnonzero(~bias)[columns], np.flatnonzero(bias)])
        states, x = states[:, order], x[order]
        net = self._new_vector(self.p.out[rows])
        matrix = Matrix(states, x, k, net, ordered)
        self.owner[states] = len(self.matrices)
        self.owner_j[states] = np.arange(len(rows))[:, None]
        self.owner_i[states] = np.arange(len(x))[None, :]
        self.matrices.append(matrix)
        self._add(group, matrix, rows)

    def _ordered(self, slots: IntArray) -> tuple[Vector | None, IntArray]:
        """The vector that these slots are, and the order that makes them so; untagged slots become a new vector."""
        tags = [self.tag.get(slot) for slot in slots.tolist()]
        natural = np.arange(len(slots))
        if not tags:
            return None, natural
        if all(tag is None for tag in tags):
            return (None if TIME in slots else self._new_vector(slots)), natural
        known = [tag for tag in tags if tag is not None]
        vector = known[0][0]
        if len(known) == len(tags) == vector.n and all(tag[0] is vector for tag in known):
            return vector, np.argsort([tag[1] for tag in known])
        return None, natural

    def _transposed(self, group: int, rows: IntArray, states: IntArray, x: IntArray, k: FloatArray) -> None:
        matrix = self.matrices[self.owner[states[0, 0]]]
        i, j = self.owner_i[states], self.owner_j[states]
        if not ((i == i[:, :1]).all() and (j == j[:1]).all() and len(x) == matrix.net.n):
            return self._left(rows, "a layer's capacitors are used in another pattern than its transpose")
        by_column = np.argsort(i[:, 0])
        d = self._vector_of(x[np.argsort(j[0])])
        if d is None:
            return self._left(rows, "the errors of a layer are not in one vector")
        e = self._new_vector(self.p.out[rows[by_column]])
        self._add(group, Transposed(matrix, i[by_column, 0], d, e, k), rows)
        return None

    # -- element by element -----------------------------------------------------------------------------------------

    def _plain_key(self, begin: int, end: int) -> tuple[Any, ...] | None:
        p = self.p
        a, b = int(p.a[begin]), int(p.b[begin])
        if end - begin == 2:
            tag = self.tag.get(a)
            if tag is None or p.b[begin] != ONE or p.b[begin + 1] != ONE or self.is_state[p.a[begin + 1]]:
                return None
            return ("difference", id(tag[0]))
        if self.is_state[a] or self.is_state[b]:
            return None
        tag_a, tag_b = self.tag.get(a), self.tag.get(b)
        if tag_a and tag_b:
            return ("product", id(tag_a[0]), id(tag_b[0]))
        if tag_a:
            return ("product", id(tag_a[0]), b, "scalar")
        return ("product", id(tag_b[0]), a, "scalar") if tag_b else None

    def _plain(self, group: int, key: tuple[Any, ...], rows: IntArray) -> None:
        p = self.p
        edge = p.ptr[rows]
        if key[0] == "difference":
            y, order = self._covered(p.a[edge])
            if y is None:
                return self._left(rows, "a difference does not take a whole layer")
            rows, edge = rows[order], edge[order]
            t = self._vector_of(p.a[edge + 1])
            if t is None:
                return self._left(rows, "the targets are not in one vector")
            found: Kind = Difference(self._new_vector(p.out[rows]), y, t, p.k[edge], p.k[edge + 1])
            return self._add(group, found, rows)
        swapped = key[-1] == "scalar" and (p.a[edge] == key[2]).all()
        left, right = (p.b[edge], p.a[edge]) if swapped else (p.a[edge], p.b[edge])
        a, order = self._covered(left)
        if a is None:
            return self._left(rows, "a product does not take a whole layer")
        rows, edge, right = rows[order], edge[order], right[order]
        b: Vector | int | None = int(right[0]) if key[-1] == "scalar" else self._vector_of(right)
        if b is None:
            return self._left(rows, "a product joins layers in different orders")
        return self._add(group, Product(self._new_vector(p.out[rows]), a, b, p.k[edge]), rows)

    def _pairs(self, group: int, first: int, last: int) -> None:
        p = self.p
        by_vector: dict[int, list[int]] = defaultdict(list)
        for row in range(first, last, 2):
            tag = self.tag.get(int(p.a[p.ptr[row]]))
            if tag is not None:
                by_vector[id(tag[0])].append(row)
        for listed in by_vector.values():
            rows = np.array(listed)
            net, order = self._covered(p.a[p.ptr[rows]])
            both = np.concatenate([rows, rows + 1])
            k, k2 = p.k[p.ptr[rows]], p.k[p.ptr[rows + 1]]
            if net is None or not np.allclose(k, k2, rtol=4e-16, atol=0.0):
                self._left(both, "an activation's and its derivative's gains differ")
                continue
            rows = rows[order]
            s, ds = self._new_vector(p.out[rows]), self._new_vector(p.out[rows + 1])
            self._add(group, Pair(net, s, ds, k[order], p.m[rows], p.m[rows + 1]), both)

    # -- charging currents ------------------------------------------------------------------------------------------

    def _outers(self) -> None:
        p = self.p
        row_of = np.full(p.states, -1)
        last_group = -1
        for number, (code, first, last, _) in enumerate(p.groups):
            if code == Opcode.DERIVATIVE:
                row_of[p.out[first:last]] = np.arange(first, last)
                last_group = number
        for matrix in self.matrices:
            rows = row_of[matrix.states]
            if (rows < 0).any() or not (p.ptr[rows + 1] - p.ptr[rows] == 1).all():
                self._left(rows.ravel(), "capacitors of a layer have more than one current (leaks, decay)")
                continue
            edges = p.ptr[rows]
            a, b, k = p.a[edges], p.b[edges], p.k[edges.ravel()]
            if (a == matrix.inputs).all() and (b == b[:, :1]).all():
                d = self._vector_of(b[:, 0])
            elif (b == matrix.inputs).all() and (a == a[:, :1]).all():
                d = self._vector_of(a[:, 0])
            else:
                d = None
            if d is None or not (k == k[:1]).all():
                self._left(rows.ravel(), "charging currents are no outer product with one coefficient")
                continue
            self._add(last_group, Outer(matrix, d, k[:1]), rows.ravel())

    # -- vectors ----------------------------------------------------------------------------------------------------

    def _new_vector(self, slots: IntArray) -> Vector:
        vector = Vector(np.array(slots))
        for index, slot in enumerate(vector.slots.tolist()):
            self.tag[slot] = (vector, index)
        return vector

    def _vector_of(self, slots: IntArray) -> Vector | None:
        """The vector with exactly these slots in this order; a new one where none is tagged yet and all differ."""
        tags = [self.tag.get(slot) for slot in slots.tolist()]
        if all(tag is None for tag in tags):
            pinned = self.is_state[slots].any() or ONE in slots or TIME in slots
            fresh = len(set(slots.tolist())) == len(slots) and not pinned
            return self._new_vector(slots) if fresh else None
        vector = next(tag[0] for tag in tags if tag is not None)
        return vector if np.array_equal(vector.slots, slots) else None

    def _covered(self, slots: IntArray) -> tuple[Vector | None, IntArray]:
        """The vector whose slots these are in any order, and the order that sorts them."""
        vector = self.tag[int(slots[0])][0]
        index = np.array([self.tag[slot][1] for slot in slots.tolist()])
        order = np.argsort(index)
        whole = len(slots) == vector.n and np.array_equal(index[order], np.arange(vector.n))
        return (vector if whole else None), order

    def _add(self, group: int, operation: Kind, rows: IntArray) -> None:
        self.found.operations.append((group, operation))
        self.found.used[rows] = True

    def _left(self, rows: IntArray, reason: str) -> None:
        self.found.reasons.append(f"{rows.size} rows stay on the table: {reason}")
