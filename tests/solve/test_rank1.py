"""Layers whose weights are integrated as one number a neuron, against the full equations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.program import Opcode, Program, Schedule
from app.solve import reference
from app.solve.kernels import ALONE, Engine
from app.solve.plan import rank1_layer
from app.solve.recognise import recognise
from app.solve.state import IntegratorState, Options, Recorder, RowEnds
from tests.solve.programs import network, rows_held, start_weights, values

SIZES = [(9, 8, 1), (6, 20, 3), (12, 16, 8, 2)]


def data(sizes: tuple[int, ...], rows: int = 6) -> np.ndarray:
    """Inputs of which some are 0, and targets."""
    generator = np.random.default_rng(4)
    x = generator.uniform(-1, 1, (rows, sizes[0])) * (generator.random((rows, sizes[0])) < 0.7)
    return np.hstack([x, generator.choice([0.0, 1.0], (rows, sizes[-1]))])


def engines(program: Program, **options: float) -> tuple[Engine, Engine]:
    return Engine(program, options=Options(**options)), Engine(program, options=Options(**options), rank1=False)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("row_time", [1e-8, 4e-7])
def test_steps_and_weights_are_those_of_the_full_equations(sizes: tuple[int, ...], row_time: float) -> None:
    program = network(sizes)
    reduced, full = engines(program)
    assert reduced.fast.padded < full.fast.padded == full.plan.padded
    y, schedule = start_weights(program), rows_held(data(sizes), row_time, 20)
    first, second = IntegratorState.start(y), IntegratorState.start(y)
    reduced.advance(values(program), first, schedule)
    full.advance(values(program), second, schedule)
    assert first.steps[0] == second.steps[0] and first.rejected[0] == second.rejected[0]
    assert np.abs(first.y - second.y).max() <= 1e-12
    exact = reference.integrate(program, values(program), y, schedule)
    assert np.abs(first.y - exact).max() <= 3e-5


@pytest.mark.parametrize("chunk", [1, 3])
def test_where_a_call_ends_changes_no_bit(chunk: int) -> None:
    sizes = (6, 20, 3)
    program = network(sizes)
    engine, schedule = Engine(program), rows_held(data(sizes), 4e-7, 6)
    whole, pieces = (IntegratorState.start(start_weights(program)) for _ in range(2))
    engine.advance(values(program), whole, schedule)
    assert whole.steps[0] > 2 * len(schedule.row)
    while not pieces.at_end(len(schedule.row)):
        engine.advance(values(program), pieces, schedule, most_steps=chunk)
    np.testing.assert_array_equal(pieces.y, whole.y)
    np.testing.assert_array_equal(pieces.steps, whole.steps)


def test_what_is_noted_includes_the_weights() -> None:
    sizes = (9, 8, 1)
    program = network(sizes)
    weights = program.first_state + np.array([0, 13, 79, 80])
    schedule = rows_held(data(sizes), 1e-7, 3)
    found = []
    for engine in engines(program):
        state, recorder = IntegratorState.start(start_weights(program)), Recorder(np.append(weights, program.errors))
        ends = RowEnds.for_schedule(weights, len(schedule.row), 1)
        engine.advance(values(program), state, schedule, recorder=recorder, row_ends=ends)
        found.append((*recorder.take(), ends.values))
    for reduced, full in zip(*found, strict=True):
        np.testing.assert_allclose(reduced, full, atol=1e-12)
    plain = IntegratorState.start(start_weights(program))
    Engine(program).advance(values(program), plain, schedule)
    np.testing.assert_array_equal(plain.y[[0, 13, 79, 80]], found[0][2][-1])


def test_inputs_that_ramp_are_left_to_the_full_equations() -> None:
    sizes = (9, 8, 1)
    program = network(sizes)
    table = data(sizes)
    schedule = rows_held(table, 1e-7, 2)
    ramping = replace(schedule, slope=np.full_like(table, 1e5))
    first, second = IntegratorState.start(start_weights(program)), IntegratorState.start(start_weights(program))
    reduced, full = engines(program)
    reduced.advance(values(program), first, ramping)
    full.advance(values(program), second, ramping)
    np.testing.assert_array_equal(first.y, second.y)


def test_weights_that_are_read_elsewhere_stay_states() -> None:
    program = network((9, 8, 1))
    found = recognise(program)
    assert rank1_layer(program, found) is not None
    spare = program.slots
    shared = Program(
        **{
            **program.__dict__,
            "slots": spare + 1,
            "groups": np.vstack([[[int(Opcode.MAC), 0, 1, 0]], np.add(program.groups, [0, 1, 1, 0])]),
            "out": np.concatenate([[spare], program.out]),
            "ptr": np.concatenate([[0], program.ptr + 1]),
            "a": np.concatenate([[program.first_state], program.a]),
            "b": np.concatenate([[0], program.b]),
            "k": np.vstack([[[1.0]], program.k]),
            "m": np.vstack([[[1.0]], program.m]),
        }
    )
    assert rank1_layer(shared, recognise(shared)) is None


def test_lanes_of_a_large_circuit_run_alone_and_agree() -> None:
    sizes = (60, 70, 2)
    program = network(sizes)
    assert program.states >= ALONE
    batch = program.with_coefficients(program.k * np.array([1.0, 0.9, 1.1]), program.m)
    y, schedule = start_weights(batch, 3), rows_held(data(sizes), 1e-8, 3)
    together = IntegratorState.start(y)
    engine = Engine(batch, options=Options(threads=2))
    assert engine.plan.width == 1 and len(engine.plan.blocks) == 3
    engine.advance(values(batch), together, schedule)
    single = program.with_coefficients(program.k * 1.1, program.m)
    alone = IntegratorState.start(y[:, [2]])
    Engine(single).advance(values(single), alone, schedule)
    np.testing.assert_array_equal(alone.y[:, 0], together.y[:, 2])
    shuffled = np.random.default_rng(0).integers(0, 6, (18, 3))
    own = Schedule(schedule.begin, schedule.duration, shuffled, schedule.table)
    again, lone = IntegratorState.start(y), IntegratorState.start(y[:, [2]])
    engine.advance(values(batch), again, own)
    mine = Schedule(schedule.begin, schedule.duration, shuffled[:, [2]], schedule.table)
    Engine(single).advance(values(single), lone, mine)
    np.testing.assert_array_equal(lone.y[:, 0], again.y[:, 2])
