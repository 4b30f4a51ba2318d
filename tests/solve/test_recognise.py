"""Drawn networks: layers are recognised however they were drawn, and give what the table of operations gives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.circuit.compile import Circuit, compile_schematic
from app.document.dataset import Dataset
from app.document.generate import generate
from app.program import Opcode, Program
from app.solve import methods
from app.solve.kernels import Engine
from app.solve.recognise import Matrix, recognise
from app.solve.state import IntegratorState
from tests.networks import random_rows
from tests.solve.programs import rows_held

SIZES = [(2, 8, 1), (3, 9, 4), (5, 10, 3, 2)]


def drawn(sizes: tuple[int, ...], level: str, **options: bool) -> Circuit:
    names = tuple(f"x{i}" for i in range(sizes[0])), tuple(f"t{i}" for i in range(sizes[-1]))
    data = Dataset(*names, random_rows(sizes, 5, 3))
    schematic, _ = generate(sizes, data, "data", level=level, **options)  # type: ignore[arg-type]
    return compile_schematic(schematic)


def taught(program: Program) -> np.ndarray:
    v = program.values()
    for slot in program.levels.values():
        v[slot] = 1.0
    return v


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("lanes", [1, 3])
def test_layers_are_recognised_and_equal_the_table(sizes: tuple[int, ...], level: str, lanes: int) -> None:
    circuit = drawn(sizes, level)
    program = circuit.program.with_lanes(lanes)
    found = recognise(program)
    layers = [operation for _, operation in found.operations if isinstance(operation, Matrix)]
    assert [layer.states.shape for layer in layers] == [
        (n, p + 1) for p, n in itertools.pairwise(sizes)
    ] and not found.reasons
    derivatives = [found.used[a:b].all() for code, a, b, _ in program.groups if code == Opcode.DERIVATIVE]
    assert all(derivatives)
    y, v = circuit.initial_state(list(range(lanes))), taught(program)
    v[program.sources] = np.random.default_rng(1).uniform(-1, 1, (len(program.sources), lanes))
    v[program.first_state : program.first_state + program.states] = y
    dense, table = Engine(program), Engine(program, dense=False)
    dense_v, table_v = v.copy(), v.copy()
    dense_dy, table_dy = dense.evaluate(dense_v), table.evaluate(table_v)
    assert np.abs(dense_dy - table_dy).max() <= 1e-13 * np.abs(table_dy).max()
    assert np.abs(dense_v - table_v).max() <= 1e-13
    rows = np.random.default_rng(2).uniform(-1, 1, (4, len(program.sources)))
    first, second = IntegratorState.start(y), IntegratorState.start(y)
    dense.advance(taught(program), first, rows_held(rows, 1e-7, 5))
    table.advance(taught(program), second, rows_held(rows, 1e-7, 5))
    assert np.abs(first.y - second.y).max() <= 1e-12


def test_what_is_not_recognised_says_why_and_is_right() -> None:
    circuit = drawn((2, 8, 1), "neuron", imperfect=True)
    lines = methods.describe(circuit.program)
    assert "no dense layer recognised" in lines
    assert any("tanh" in line and "no layer" in line for line in lines)
    v = taught(circuit.program)
    v[circuit.program.first_state : circuit.program.first_state + circuit.program.states] = circuit.initial_state([0])
    v[circuit.program.sources] = 0.5
    one, eight = v.copy(), np.repeat(v, 2, axis=1)
    single = Engine(circuit.program).evaluate(one)
    wide = Engine(circuit.program.with_lanes(2)).evaluate(eight)
    np.testing.assert_array_equal(single[:, 0], wide[:, 1])


def test_a_wide_first_layer_is_said_to_be_integrated_by_neuron() -> None:
    lines = methods.describe(drawn((5, 10, 3, 2), "neuron").program)
    assert any("integrated as 10 numbers" in line for line in lines)


def test_one_neuron_is_no_neurons() -> None:
    lines = methods.describe(drawn((2, 8, 1), "neuron").program)
    assert "2 dense layers recognised: 8 neurons of 3 weights, 1 neuron of 9 weights" in lines
