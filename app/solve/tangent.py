"""Derivatives of the table's operations for the implicit methods: which partial derivatives are needed, and rows in the
order in which a change of the states runs through the circuit.

A change dV of some slots follows the same rows as V itself: dV[out] = sum over the operands of partial x dV[operand].
For the partitioned method a parasitic state's row comes where its node stands in the circuit, as if it followed at
once; so one pass solves the block of the parasitic states, which is triangular in that order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.program import ONE, TIME, FloatArray, IntArray, Opcode, Program

SIDE_A, SIDE_B = 0, 1


@dataclass(frozen=True)
class Tangent:
    """`partials` (p, 4): opcode, side, edge, row of each partial derivative that is needed. Rows in order: `target`
    (r,) the slot that changes, or a state's number where `is_state`. Row r's entries (partial, slot whose change
    counts) are ptr[r] .. ptr[r+1]-1, those before own[r] the state's own, which make up the diagonal. `dropped` counts
    operands that are left out because a loop leads back to them."""

    partials: IntArray
    is_state: IntArray
    target: IntArray
    ptr: IntArray
    own: IntArray
    partial: IntArray
    source: IntArray
    dropped: int


def decay_rates(program: Program) -> FloatArray:
    """(states,) [1/s]: the constant rate G/C or 1/tau at which a state by itself would decay, the largest over lanes;
    0 where there is none."""
    rates = np.zeros(program.states)
    edges = np.repeat(np.arange(len(program.out)), np.diff(program.ptr))
    derivative = _is_derivative(program)[edges]
    own = derivative & (program.a == program.first_state + program.out[edges]) & (program.b == ONE)
    np.add.at(rates, program.out[edges[own]], -program.k[own].min(axis=1))
    return np.maximum(rates, 0.0)


def all_states(program: Program) -> Tangent:
    """Rows in the Program's own order, for the whole Jacobian; the time and the sources count as changing too."""
    active = _reached(program, _changing(program))
    rows = np.flatnonzero(_is_derivative(program) | active[program.out]).tolist()
    return _assemble(program, rows, active, np.zeros(0, np.int64))


def some_states(program: Program, implicit: IntArray) -> Tangent:
    """Rows that lead to the derivatives of the states numbered `implicit`, from those and from all that changes without
    them: other states, the time and the sources. Each row comes after what it depends on."""
    active = _reached(program, _changing(program))
    rows = _needed(program, active, implicit)
    return _assemble(program, _sorted(program, rows, active), active, implicit)


def _changing(program: Program) -> np.ndarray:
    """(slots,) states, sources and the time."""
    start = np.zeros(program.slots, bool)
    start[program.first_state : program.first_state + program.states] = True
    start[TIME] = True
    start[program.sources] = True
    return start


def _is_derivative(program: Program) -> np.ndarray:
    result = np.zeros(len(program.out), bool)
    for code, first, last, _ in program.groups:
        result[first:last] = code == Opcode.DERIVATIVE
    return result


def _opcode(program: Program) -> IntArray:
    """Of each row; those of pairs are told apart."""
    result = np.zeros(len(program.out), np.int64)
    for code, first, last, _ in program.groups:
        result[first:last] = code
        if code == Opcode.SIGMOID_PAIR:
            result[first:last:2], result[first + 1 : last : 2] = Opcode.SIGMOID, Opcode.DSIGMOID
    return result


def _reached(program: Program, active: np.ndarray) -> np.ndarray:
    """(slots,) whether a slot changes with the active ones, in one pass over the ordered groups."""
    active = active.copy()
    for code, first, last, _ in program.groups:
        if code == Opcode.DERIVATIVE:
            continue
        edges = slice(int(program.ptr[first]), int(program.ptr[last]))
        row = np.repeat(np.arange(first, last), np.diff(program.ptr[first : last + 1]))
        hit = row[active[program.a[edges]] | active[program.b[edges]]]
        active[program.out[hit]] = True
    return active


def _needed(program: Program, active: np.ndarray, implicit: IntArray) -> list[int]:
    """Active rows from which a derivative of an implicit state can be reached, backwards from those."""
    derivative = _is_derivative(program)
    producer = np.full(program.slots, -1)
    producer[program.out[~derivative]] = np.flatnonzero(~derivative)
    wanted = np.isin(program.out, implicit) & derivative
    found = set(np.flatnonzero(wanted).tolist())
    frontier = list(found)
    while frontier:
        row = frontier.pop()
        for slot in _operands(program, row):
            maker = int(producer[slot])
            if maker >= 0 and active[slot] and maker not in found:
                found.add(maker)
                frontier.append(maker)
    return sorted(found)


def _operands(program: Program, row: int) -> list[int]:
    edges = slice(int(program.ptr[row]), int(program.ptr[row + 1]))
    return [*program.a[edges].tolist(), *program.b[edges].tolist()]


def _sorted(program: Program, rows: list[int], active: np.ndarray) -> list[int]:
    """The rows, each after the rows that change its operands, an implicit state's row standing for its slot. Where
    loops prevent that, the first row in the Program's order goes first."""
    derivative = _is_derivative(program)
    makes = {
        int(program.out[row]) + (program.first_state if derivative[row] else 0): row for row in rows
    }  # slot -> row
    waits: dict[int, set[int]] = {}
    readers: dict[int, list[int]] = {row: [] for row in rows}
    for row in rows:
        before = {makes[slot] for slot in _operands(program, row) if active[slot] and slot in makes} - {row}
        waits[row] = before
        for other in before:
            readers[other].append(row)
    ready = [row for row in rows if not waits[row]]
    result: list[int] = []
    done: set[int] = set()
    while len(result) < len(rows):
        if not ready:
            ready = [next(row for row in rows if row not in done)]
        row = ready.pop(0)
        if row in done:
            continue
        done.add(row)
        result.append(row)
        for reader in readers[row]:
            waits[reader].discard(row)
            if not waits[reader] and reader not in done:
                ready.append(reader)
    return result


def _assemble(program: Program, rows: list[int], active: np.ndarray, implicit: IntArray) -> Tangent:
    derivative, opcode, first = _is_derivative(program), _opcode(program), program.first_state
    solved = set(implicit.tolist())
    makes = [
        int(program.out[row]) + (first if derivative[row] else 0) if not derivative[row] or solved else -1
        for row in rows
    ]
    coming = set(makes)
    partials: list[tuple[int, int, int, int]] = []
    entries: list[tuple[int, int]] = []
    ptr, own, dropped = [0], [], 0
    for row, mine in zip(rows, makes, strict=True):
        diagonal: list[tuple[int, int]] = []
        others: list[tuple[int, int]] = []
        for edge in range(int(program.ptr[row]), int(program.ptr[row + 1])):
            for side, slot in ((SIDE_A, int(program.a[edge])), (SIDE_B, int(program.b[edge]))):
                if not active[slot] or not _depends(int(opcode[row]), side):
                    continue
                if slot in coming and slot != mine:
                    dropped += 1
                    continue
                (diagonal if slot == mine else others).append((len(partials), slot))
                partials.append((int(opcode[row]), side, edge, row))
        entries += diagonal + others
        own.append(ptr[-1] + len(diagonal))
        ptr.append(len(entries))
        coming.discard(mine)

    def array(values: list[int]) -> IntArray:
        return np.array(values, np.int64)

    return Tangent(
        np.array(partials, np.int64).reshape(-1, 4), derivative[rows].astype(np.int64), program.out[rows], array(ptr),
        array(own), array([entry[0] for entry in entries]), array([entry[1] for entry in entries]),
        dropped,
    )  # fmt: skip


def _depends(opcode: int, side: int) -> bool:
    """Whether an operation changes with its operand on this side."""
    two_sided = (Opcode.MAC, Opcode.DERIVATIVE, Opcode.DIVIDE, Opcode.POWER, Opcode.MINIMUM, Opcode.MAXIMUM)
    return opcode != Opcode.STEP and (side == SIDE_A or opcode in two_sided)
