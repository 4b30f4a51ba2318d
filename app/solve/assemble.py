"""Turns recognised layers and the rest of the table into the kernels' instruction list, and places slots for it.

An instruction is a row of integers: code, first row, last row + 1, flags, then the operands of a dense operation.
Places are counted in elements for single slots and, for one lane, in blocks of eight for vectors and matrices, which
are padded with zeros; with eight lanes every slot is a block of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.program import ONE, FloatArray, IntArray, Opcode, Program
from app.solve.fuse import Unit, fuse
from app.solve.recognise import Difference, Found, Matrix, Outer, Pair, Product, Transposed, Vector

FORWARD_BY_NEURON, FORWARD_BY_INPUT, DIFFERENCE, BACK_BY_NEURON, BACK_BY_INPUT, PRODUCT = range(100, 106)
OUTER_BY_NEURON, OUTER_BY_INPUT, PAIR, OUTPUT, FORWARD_RANK1, CHARGE_RANK1 = range(106, 112)
COLUMNS = 20
# Operations that table_eight knows.
BY_EIGHT = (
    Opcode.MAC, Opcode.DERIVATIVE, Opcode.SIGMOID_PAIR, Opcode.SIGMOID, Opcode.DSIGMOID, Opcode.TANH, Opcode.SQRT,
    Opcode.ABS, Opcode.STEP, Opcode.DIVIDE,
)  # fmt: skip
ABSENT = -1
FEW = 4  # layers of fewer neurons lie with their inputs side by side, others with their neurons side by side


class Assembly:
    """Places and instructions for blocks of `width` lanes."""

    def __init__(self, program: Program, found: Found, width: int, moved: Matrix | None = None) -> None:
        self.program, self.found, self.width, self.moved = program, found, width, moved
        self.units = fuse(program, found)
        self.step = 8 if width == 1 else 1
        self.place = np.full(program.slots, -1, np.int64)
        self.state_place = np.full(program.states, -1, np.int64)
        self.base: dict[int, int] = {}
        self.by_input: dict[int, bool] = {}
        self.ones: list[int] = []
        self.lists: list[IntArray] = [np.zeros(0, np.int64)]
        self.constants: list[FloatArray] = []
        self.list_length = self.constant_length = 0
        self.first_state = 8
        self.rank1 = (0,) * 8
        self._choose_layouts()
        self.padded = self._place_states()
        self.slots = self._place_slots()

    # -- places -----------------------------------------------------------------------------------------------------

    def _round(self, count: int) -> int:
        return -(-count // self.step) * self.step

    def _choose_layouts(self) -> None:
        for unit in self.units:
            if isinstance(unit.main, Matrix):
                few = self.width == 1 and unit.main.net.n < FEW and unit.main.ordered is not None
                self.by_input[id(unit.main)] = few
        for unit in self.units:
            if isinstance(unit.main, Transposed):
                ordered = unit.main.matrix.ordered
                whole = ordered is not None and np.array_equal(unit.main.columns, np.arange(ordered.n))
                self.by_input[id(unit.main.matrix)] &= whole

    def _row_length(self, matrix: Matrix) -> int:
        """Elements between neighbouring rows of a matrix as it lies in memory."""
        if self.width > 1:
            return len(matrix.inputs)
        if not self.by_input[id(matrix)]:
            return self._round(matrix.net.n)
        assert matrix.ordered is not None
        return self._round(matrix.ordered.n) + (8 if len(matrix.inputs) > matrix.ordered.n else 0)

    def _place_states(self) -> int:
        at = 0 if self.moved is None else self._round(self.moved.net.n)
        for unit in self.units:
            matrix = unit.main
            if not isinstance(matrix, Matrix) or matrix is self.moved:
                continue
            self.base[id(matrix)] = at
            neurons, inputs = matrix.states.shape
            length = self._row_length(matrix)
            column = np.arange(inputs)
            if self.width > 1:
                where = np.arange(neurons)[:, None] * length + column
                at += neurons * length
            elif self.by_input[id(matrix)]:
                assert matrix.ordered is not None
                column = np.where(column < matrix.ordered.n, column, self._round(matrix.ordered.n))
                where = np.arange(neurons)[:, None] * length + column
                at += neurons * length
            else:
                where = column * length + np.arange(neurons)[:, None]
                at += inputs * length
            self.state_place[matrix.states] = self.base[id(matrix)] + where
        rest = self.state_place < 0
        if self.moved is not None:
            rest[self.moved.states] = False
        self.state_place[rest] = at + np.arange(int(rest.sum()))
        return self._round(at + int(rest.sum()))

    def _place_slots(self) -> int:
        program = self.program
        self.place[:2] = np.arange(2)
        kept = np.flatnonzero(self.state_place >= 0)
        self.place[program.first_state + kept] = self.first_state + self.state_place[kept]
        if self.moved is not None:
            self.place[program.first_state + self.moved.states] = 0  # until all others have their places
        at = self.first_state + self.padded
        with_one = {
            id(unit.main.ordered)
            for unit in self.units
            if isinstance(unit.main, Matrix) and self.by_input[id(unit.main)]
        }
        for vector in self._vectors():
            self.base[id(vector)] = at
            self.place[vector.slots] = at + np.arange(vector.n)
            at += self._round(vector.n)
            if id(vector) in with_one:
                self.ones.append(at)
                at += 8
        rest = self.place < 0
        self.place[rest] = at + np.arange(int(rest.sum()))
        at = self._round(at + int(rest.sum()))
        return at if self.moved is None else self._place_moved(self.moved, at)

    def _place_moved(self, matrix: Matrix, at: int) -> int:
        """A layer whose weights are no states of the method, see rank1: net(0), c and the weights, input by input."""
        neurons, inputs = matrix.states.shape
        length = self._round(neurons)
        weights = at + length + 8
        column = np.arange(inputs)
        self.place[self.program.first_state + matrix.states] = weights + column * length + np.arange(neurons)[:, None]
        charge = next(op for _, op in self.found.operations if isinstance(op, Outer) and op.matrix is matrix)
        constants = (self._constants(matrix.k) * self.step, self._constants(charge.k) * self.step)
        listed = self._list(self.place[matrix.inputs])
        self.rank1 = (length // 8, inputs, listed, at // 8, at + length, weights, *constants)
        return int(weights + inputs * length)

    def _vectors(self) -> list[Vector]:
        seen: dict[int, Vector] = {}
        for unit in self.units:
            for operation in [unit.main, unit.pair, *unit.tails]:
                for value in vars(operation).values() if operation is not None else ():
                    if isinstance(value, Vector):
                        seen.setdefault(id(value), value)
        return list(seen.values())

    # -- instructions -----------------------------------------------------------------------------------------------

    def instructions(self) -> tuple[IntArray, Any]:
        """(instructions, rows): rows lists the table rows that instructions of the table's own refer to, in order."""
        program = self.program
        dense: dict[int, list[list[int]]] = {}
        for unit in self.units:
            dense.setdefault(unit.group, []).append(self._instruction(unit))
        result: list[list[int]] = []
        kept: list[IntArray] = []
        count = 0
        begins: list[int] = []
        for group, (code, first, last, flags) in enumerate(program.groups):
            begins.append(len(result))
            rows = first + np.flatnonzero(~self.found.used[first:last])
            for edges, alike in self._alike(int(code), rows):
                linear = int(self._linear(alike, edges))
                result.append([int(code), count, count + len(alike), int(flags), edges, linear])
                kept.append(alike)
                count += len(alike)
            result.extend(dense.get(group, []))
            for loop in program.loops:
                if loop.last == group + 1:
                    slots = np.concatenate([loop.unknowns, loop.results, loop.scratch])
                    kept_in = self._list(self.place[slots])
                    result.append([int(Opcode.LOOP), begins[loop.first], len(loop.unknowns), int(flags), kept_in])
        self._join_output(result)
        table = np.zeros((len(result), COLUMNS), np.int64)
        for number, row in enumerate(result):
            table[number, : len(row)] = row
        return table, np.concatenate([*kept, np.zeros(0, np.int64)]).astype(np.int64)

    def _alike(self, code: int, rows: IntArray) -> list[tuple[int, IntArray]]:
        """(edges a row, rows): for one run, rows with equally many edges if they are many enough for eight at a time;
        all others together with 0."""
        least = 16 if code == Opcode.SIGMOID_PAIR else 8
        sizes = self.program.ptr[rows + 1] - self.program.ptr[rows]
        numbers, counts = np.unique(sizes, return_counts=True)
        chosen = numbers[(counts >= least) & (numbers > 0)] if self.width == 1 and code in BY_EIGHT else numbers[:0]
        groups = [(int(size), rows[sizes == size]) for size in chosen]
        rest = rows[~np.isin(sizes, chosen)]
        return [*groups, (0, rest)] if len(rest) else groups

    def _linear(self, rows: IntArray, edges: int) -> bool:
        """Whether every edge of these rows, `edges` each, multiplies by the constant 1."""
        return edges > 0 and bool((self.program.b[self.program.ptr[rows][:, None] + np.arange(edges)] == ONE).all())

    def _join_output(self, rows: list[list[int]]) -> None:
        """Marks the four instructions of a last layer of one neuron as one, see dense_output."""
        wanted = [FORWARD_BY_INPUT, DIFFERENCE, BACK_BY_INPUT]
        for at in range(len(rows) - 2):
            if [row[0] for row in rows[at : at + 3]] != wanted:
                continue
            forward, error, back = rows[at : at + 3]
            outer = [row for row in rows if row[0] == OUTER_BY_INPUT and row[5] == forward[8] - self.first_state // 8]
            # One neuron, with its activation; its error first meets its own slope; the last product is what goes back.
            last = error[13] if error[13] >= 0 else error[9]
            fits = forward[11] == 1 and forward[5] >= 0 and error[5] == forward[5] and error[10:12] == [forward[6], 1]
            if fits and len(outer) == 1 and back[5:7] == [last, forward[8]] and outer[0][4] == last:
                rows.remove(outer[0])
                rows.insert(at + 3, outer[0])
                forward[0] = OUTPUT
                return

    def _instruction(self, unit: Unit) -> list[int]:
        main = unit.main
        if isinstance(main, Matrix) and main is self.moved:
            activation = self._activation(unit.pair) if unit.pair else [ABSENT, ABSENT, 0]
            blocks, _, _, base, factor, *_ = self.rank1
            operands = [FORWARD_RANK1, self._at(main.net), *activation, base, factor, blocks, self.first_state // 8]
        elif isinstance(main, Outer) and main.matrix is self.moved:
            operands = [CHARGE_RANK1, self._at(main.d), self.rank1[0]]
        elif isinstance(main, Matrix):
            operands = self._forward(main, unit.pair)
        elif isinstance(main, Difference):
            constants = self._constants(self._wide(main.k1), self._wide(main.k2))
            operands = [DIFFERENCE, self._at(main.e), self._at(main.y), self._at(main.t), main.e.n, constants]
            operands += self._tails(unit.tails)
        elif isinstance(main, Transposed):
            operands = self._back(main, unit.tails)
        elif isinstance(main, Outer):
            operands = self._outer(main)
        elif isinstance(main, Product):
            operands = [PRODUCT, main.a.n, self._at(main.a), *self._tails([main])]
        else:
            operands = [PAIR, self._at(main.net), *self._activation(main), main.net.n]
        return [operands[0], 0, 0, unit.flags, *operands[1:]]

    def _forward(self, matrix: Matrix, pair: Pair | None) -> list[int]:
        weights, length = self._weights(matrix)
        activation = self._activation(pair) if pair else [ABSENT, ABSENT, 0]
        constant = self._constants(matrix.k)
        if self.by_input[id(matrix)]:
            assert matrix.ordered is not None
            inputs = self._at(matrix.ordered)
            return [
                FORWARD_BY_INPUT,
                self._at(matrix.net),
                *activation,
                weights,
                length,
                inputs,
                matrix.net.n,
                constant,
            ]
        inputs = self._list(self.place[matrix.inputs])
        return [
            FORWARD_BY_NEURON, self._at(matrix.net), *activation, weights, length, inputs, len(matrix.inputs), constant,
            matrix.net.n,
        ]  # fmt: skip

    def _back(self, back: Transposed, tails: list[Product]) -> list[int]:
        weights, length = self._weights(back.matrix)
        constant = self._constants(self._wide(np.repeat(back.k, back.e.n, axis=0)))
        start = [self._at(back.e), self._at(back.d), weights, length, back.e.n, constant]
        if self.by_input[id(back.matrix)]:
            return [BACK_BY_INPUT, *start, back.d.n, *self._tails(tails)]
        return [BACK_BY_NEURON, *start, self._list(back.columns), *self._tails(tails), back.d.n]

    def _outer(self, outer: Outer) -> list[int]:
        weights, length = self._weights(outer.matrix)
        weights -= self.first_state // self.step
        matrix, constant = outer.matrix, self._constants(outer.k)
        if self.by_input[id(matrix)]:
            assert matrix.ordered is not None
            return [
                OUTER_BY_INPUT,
                self._at(outer.d),
                weights,
                length,
                self._at(matrix.ordered),
                matrix.net.n,
                constant,
            ]
        inputs = self._list(self.place[matrix.inputs])
        return [
            OUTER_BY_NEURON, self._at(outer.d), weights, length, inputs, len(matrix.inputs), constant, matrix.net.n,
        ]  # fmt: skip

    def _activation(self, pair: Pair) -> list[int]:
        constants = self._constants(self._wide(pair.k), self._wide(pair.m), self._wide(pair.m2))
        return [self._at(pair.s), self._at(pair.ds), constants]

    def _tails(self, tails: list[Product]) -> list[int]:
        """out, factor, 1 if the factor is a vector, constants: for each of two tails."""
        result: list[int] = []
        for tail in tails:
            vector = isinstance(tail.b, Vector)
            factor = self._at(tail.b) if isinstance(tail.b, Vector) else int(self.place[tail.b])
            result += [self._at(tail.out), factor, int(vector), self._constants(self._wide(tail.k))]
        return result + [ABSENT, 0, 0, 0] * (2 - len(tails))

    def _at(self, vector: Vector) -> int:
        return self.base[id(vector)] // self.step

    def _weights(self, matrix: Matrix) -> tuple[int, int]:
        return (self.first_state + self.base[id(matrix)]) // self.step, self._row_length(matrix) // self.step

    def _list(self, values: IntArray) -> int:
        self.lists.append(np.asarray(values, np.int64))
        self.list_length += len(values)
        return self.list_length - len(values)

    def _wide(self, values: FloatArray) -> FloatArray:
        """(n, lanes or 1), padded with zeros to whole blocks."""
        return np.concatenate([values, np.zeros((self._round(len(values)) - len(values), values.shape[1]))])

    def _constants(self, *values: FloatArray) -> int:
        """Where the values start, in places; blocks start at multiples of eight for one lane."""
        start = self.constant_length
        for value in values:
            rows = self._wide(value)
            self.constants.append(rows)
            self.constant_length += len(rows)
        return start // self.step
