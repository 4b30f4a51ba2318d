"""Many like rows, which one run evaluates eight at a time, against numpy and against the same rows one by one."""

from __future__ import annotations

import numpy as np
import pytest

from app.program import ONE, Opcode, Program
from app.solve import reference
from app.solve.assemble import BY_EIGHT
from app.solve.kernels import Engine
from tests.solve.programs import Builder


def many_rows(code: Opcode, rows: int, edges: int) -> Program:
    """`rows` rows of one operation on states and sources, and a derivative for every state that reads them."""
    generator = np.random.default_rng(rows)
    b = Builder()
    states, sources = b.new(5), b.new(3)
    outs = b.new(rows)
    operands = np.array([*states, *sources])

    def edge() -> tuple[int, int, float]:
        a, other = generator.choice(operands, 2)
        return int(a), int(other), float(generator.uniform(0.5, 2.0))

    table = [(out, [edge() for _ in range(edges)]) for out in outs]
    if code == Opcode.SIGMOID_PAIR:  # both rows of a pair read the same slot
        for first, second in zip(table[0::2], table[1::2], strict=True):
            second[1][0] = (first[1][0][0], ONE, second[1][0][2])
    b.group(code, table, m=0.7)
    b.group(Opcode.DERIVATIVE, [(number, [(outs[number % rows], ONE, 1.0), edge()]) for number in range(5)])
    return b.program(states, sources, [], [])


def operands_of(program: Program, positive: bool) -> np.ndarray:
    v = program.values()
    values = np.random.default_rng(9).uniform(0.1 if positive else -1.5, 1.5, (8, 1))
    v[program.first_state : program.first_state + 5], v[program.sources] = values[:5], values[5:]
    return v


@pytest.mark.parametrize("code", [Opcode(code) for code in BY_EIGHT if code != Opcode.DERIVATIVE])
@pytest.mark.parametrize("rows", [2, 16, 38])
def test_rows_equal_numpy_and_one_another(code: Opcode, rows: int) -> None:
    program = many_rows(code, rows, 3 if code == Opcode.MAC else 1)
    v = operands_of(program, positive=code == Opcode.SQRT)
    expected_v, expected = v.copy(), np.zeros((5, 1))
    reference.evaluate(program, expected_v, expected)
    single = v.copy()
    found = Engine(program).evaluate(single)
    np.testing.assert_allclose(single, expected_v, rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    eight = Engine(program.with_lanes(2))
    wide = np.repeat(v, 2, axis=1)
    eight.evaluate(wide)
    np.testing.assert_array_equal(wide[:, 0], single[:, 0])


def test_many_derivatives_with_unlike_sums() -> None:
    b = Builder()
    states, sources = b.new(30), b.new(3)
    rows = [(i, [(sources[(i + j) % 3], states[j], 0.1 * (i + 1)) for j in range(1 + i % 3)]) for i in range(30)]
    b.group(Opcode.DERIVATIVE, rows)
    program = b.program(states, sources, [], [])
    v = program.values()
    v[program.first_state : program.first_state + 30, 0] = np.linspace(-1, 1, 30)
    v[program.sources, 0] = [0.3, -0.8, 1.1]
    expected = np.zeros((30, 1))
    reference.evaluate(program, v.copy(), expected)
    np.testing.assert_allclose(Engine(program).evaluate(v), expected, rtol=1e-13)
