"""Collects the operations that equations lower to, and turns equation trees into them, a whole group of like blocks at
a time. All arrays of a group have one row per part; coefficients carry a lane axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.functions import NUMPY_FUNCTIONS
from app.program import BINARY, ONE, UNARY, FloatArray, IntArray, Opcode
from blocks.expression import OPERATORS, Call, Name, Number, Tree


@dataclass(frozen=True, slots=True)
class Term:
    """k V[a] V[b] for every part: k (n, 1 or lanes), a and b (n,) slots. Both ONE: a constant."""

    k: FloatArray
    a: IntArray
    b: IntArray
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """m f(k V[a], V[b]), not yet given a slot."""

    opcode: Opcode
    k: FloatArray
    a: IntArray
    b: IntArray
    m: FloatArray


Terms = list[Term | Function]

_ONE, _ONE_SLOT = np.ones((1, 1)), np.array([ONE])


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one opcode. `row` (e,) says which of the `out` (n,) rows an edge belongs to; `owner` (e,) which drawn
    instance it came from."""

    opcode: Opcode
    out: IntArray
    row: IntArray
    k: FloatArray
    a: IntArray
    b: IntArray
    m: FloatArray
    owner: IntArray


class RowBuilder:
    """Allocates slots and collects batches. `slots` counts the slots in use."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.batches: list[Batch] = []
        self.static: list[tuple[IntArray, FloatArray]] = []

    def new_slots(self, count: int) -> IntArray:
        self.slots += count
        return np.arange(self.slots - count, self.slots)

    def emit(self, out: IntArray, terms: Terms, owner: IntArray) -> None:
        """V[out] = sum of the terms. Constants become static slots, a lone function one row of its own."""
        if len(terms) == 1 and isinstance(terms[0], Function):
            f = terms[0]
            self.batches.append(Batch(f.opcode, out, np.arange(len(out)), f.k, f.a, f.b, f.m, owner))
            return
        plain = self.materialise(terms, owner)
        if all(term.constant for term in plain):
            total = plain[0].k
            for term in plain[1:]:
                total = total + term.k
            self.static.append((out, total))
            return
        self.mac(Opcode.MAC, out, [(np.arange(len(out)), term, owner) for term in plain])

    def mac(self, opcode: Opcode, out: IntArray, pieces: list[tuple[IntArray, Term, IntArray]]) -> None:
        """A multiply-accumulate batch from (row of each edge, term, owner) pieces."""
        if not pieces:
            empty = np.zeros(0, np.int64)
            self.batches.append(Batch(opcode, out, empty, np.zeros((0, 1)), empty, empty, _ones(len(out)), empty))
            return
        rows = np.concatenate([rows for rows, _, _ in pieces])
        k = _stack([term.k for _, term, _ in pieces], [len(rows) for rows, _, _ in pieces])
        a = np.concatenate([term.a for _, term, _ in pieces])
        b = np.concatenate([term.b for _, term, _ in pieces])
        owner = np.concatenate([owner for _, _, owner in pieces])
        if (rows[1:] < rows[:-1]).any():
            order = np.argsort(rows, kind="stable")
            rows, k, a, b, owner = rows[order], k[order], a[order], b[order], owner[order]
        self.batches.append(Batch(opcode, out, rows, k, a, b, _ones(len(out)), owner))

    def materialise(self, terms: Terms, owner: IntArray) -> list[Term]:
        """The same terms with every function given a temporary slot."""
        plain: list[Term] = []
        for term in terms:
            if isinstance(term, Term):
                plain.append(term)
                continue
            out = self.new_slots(len(term.a))
            self.emit(out, [replace(term, m=_ones(len(out)))], owner)
            plain.append(Term(term.m, out, one_slots(len(out))))
        return plain

    def as_slot(self, terms: Terms, owner: IntArray) -> tuple[FloatArray, IntArray]:
        """(k, slot) with the sum equal to k V[slot]; a temporary takes it unless one slot already does."""
        plain = self.materialise(terms, owner)
        if len(plain) == 1 and (plain[0].b == ONE).all():
            return plain[0].k, plain[0].a
        out = self.new_slots(len(plain[0].a))
        self.emit(out, list(plain), owner)
        return _ones(len(out)), out


class Lowering:
    """Lowers trees of one part group. `names` maps a name to values (n, lanes) or to slots (n,) of integers."""

    def __init__(self, builder: RowBuilder, owner: IntArray, names: Mapping[str, FloatArray | IntArray]) -> None:
        self.builder, self.owner, self.names, self.n = builder, owner, names, len(owner)

    def lower(self, tree: Tree) -> Terms:
        """The tree as a sum of terms. Raises KeyError for an unknown name."""
        if isinstance(tree, Number):
            return [self._constant(np.full((self.n, 1), tree.value))]
        if isinstance(tree, Name):
            found = self.names[tree.name]
            if found.ndim == 2:
                return [self._constant(np.asarray(found, float))]
            return [Term(_ones(self.n), found.astype(np.int64, copy=False), one_slots(self.n))]
        if tree.op == "neg":
            return self._scale(self.lower(tree.args[0]), np.full((self.n, 1), -1.0))
        args = [self.lower(arg) for arg in tree.args]
        if all(_is_constant(arg) for arg in args):
            return [self._constant(_fold(tree, [_total(arg) for arg in args]))]
        if tree.op == "+":
            return args[0] + args[1]
        if tree.op == "-":
            return args[0] + self._scale(args[1], np.full((self.n, 1), -1.0))
        if tree.op == "*":
            return self._product(*args)
        if tree.op == "/" and _is_constant(args[1]):
            return self._scale(args[0], _total(args[1]), divide=True)
        if tree.op == "**":
            return self._power(*args)
        return self._function(tree.op, args)

    def _constant(self, values: FloatArray) -> Term:
        one = one_slots(self.n)
        return Term(np.broadcast_to(values, (self.n, values.shape[1])), one, one, constant=True)

    def _scale(self, terms: Terms, factor: FloatArray, divide: bool = False) -> Terms:
        scaled: Terms = []
        for term in terms:
            if isinstance(term, Function):
                scaled.append(replace(term, m=term.m / factor if divide else term.m * factor))
            else:
                scaled.append(replace(term, k=term.k / factor if divide else _times(term.k, factor)))
        return scaled

    def _product(self, left: Terms, right: Terms) -> Terms:
        if _is_constant(left):
            return self._scale(right, _total(left))
        if _is_constant(right):
            return self._scale(left, _total(right))
        k1, a = self.builder.as_slot(left, self.owner)
        k2, b = self.builder.as_slot(right, self.owner)
        return [Term(_times(k1, k2), a, b)]

    def _power(self, base: Terms, exponent: Terms) -> Terms:
        if _is_constant(exponent) and (_total(exponent) == 2).all():
            return self._product(base, base)
        return self._function("**", [base, exponent])

    def _function(self, op: str, args: list[Terms]) -> Terms:
        one = one_slots(self.n)
        if op in UNARY:
            k, a = self.builder.as_slot(args[0], self.owner)
            return [Function(UNARY[op], k, a, one, _ones(self.n))]
        k, a = self.builder.as_slot(args[0], self.owner)
        k2, b = self.builder.as_slot(args[1], self.owner)
        if not (k2 == 1.0).all() or _is_constant(args[1]):
            slot = self.builder.new_slots(self.n)
            self.builder.emit(slot, [Term(k2, b, one, constant=bool((b == ONE).all()))], self.owner)
            b = slot
        return [Function(BINARY[op], k, a, b, _ones(self.n))]


def _is_constant(terms: Terms) -> bool:
    return all(isinstance(term, Term) and term.constant for term in terms)


def _total(terms: Terms) -> FloatArray:
    total = np.zeros((1, 1))
    for number, term in enumerate(terms):
        assert isinstance(term, Term)
        total = term.k if number == 0 else total + term.k
    return total


def _fold(tree: Call, values: list[FloatArray]) -> FloatArray:
    function = OPERATORS[tree.op] if tree.op in OPERATORS else NUMPY_FUNCTIONS[tree.op]
    return np.asarray(function(*values), float)


def _ones(n: int) -> FloatArray:
    return np.broadcast_to(_ONE, (n, 1))


def one_slots(n: int) -> IntArray:
    """(n,) times the slot that holds 1, in the memory of one."""
    return np.broadcast_to(_ONE_SLOT, n)


def _times(left: FloatArray, right: FloatArray) -> FloatArray:
    """The product, without an array of a million where one factor is a view of `_ONE`."""
    for one, other in ((left, right), (right, left)):
        if one.base is _ONE and len(other) == len(one):
            return other
    return left * right


def _stack(arrays: list[FloatArray], sizes: list[int]) -> FloatArray:
    """Concatenated coefficients, widened to the largest lane count among them."""
    lanes = max(array.shape[1] for array in arrays)
    full = [np.broadcast_to(array, (size, lanes)) for array, size in zip(arrays, sizes, strict=True)]
    return np.concatenate(full)
