"""The compiled engine against scipy, against itself in other chunks and lanes, and at the edges of its schedule."""

from __future__ import annotations

import numpy as np
import pytest

from app.program import ONE, TIME, Opcode, Program, Schedule
from app.solve import reference
from app.solve.kernels import Engine
from app.solve.state import IntegratorState, Options, Recorder, RowEnds, Status
from tests.solve.programs import XOR, Builder, network, rows_held, start_weights, values

T_ROW = 1e-7


def run(program: Program, y: np.ndarray, schedule: Schedule, **options: float) -> IntegratorState:
    state = IntegratorState.start(y)
    Engine(program, options=Options(**options)).advance(values(program), state, schedule)
    return state


@pytest.mark.parametrize("sizes", [(2, 8, 1), (2, 3, 2), (1, 2, 1), (3, 4, 4, 2)])
@pytest.mark.parametrize("lanes", [1, 3])
def test_evaluation_equals_numpy(sizes: tuple[int, ...], lanes: int) -> None:
    program = network(sizes).with_lanes(lanes)
    v = values(program)
    generator = np.random.default_rng(3)
    v[program.first_state : program.first_state + program.states] = start_weights(program, lanes, 5)
    v[program.sources] = generator.uniform(-1, 1, (len(program.sources), lanes))
    expected_v, expected = v.copy(), np.zeros((program.states, lanes))
    reference.evaluate(program, expected_v, expected)
    found = Engine(program).evaluate(v)
    assert np.abs(found - expected).max() <= 1e-13 * np.abs(expected).max()
    assert np.abs(v - expected_v).max() <= 1e-14


@pytest.mark.parametrize("lanes", [1, 2])
def test_every_operation_equals_numpy(lanes: int) -> None:
    b = Builder()
    (state,), sources = b.new(1), b.new(2)
    unary = [code for code in Opcode if Opcode.SIGMOID <= code <= Opcode.STEP]
    binary = [Opcode.DIVIDE, Opcode.POWER, Opcode.MINIMUM, Opcode.MAXIMUM]
    outs = b.new(len(unary) + len(binary) + 2)
    for out, code in zip(outs, [*unary, *binary], strict=False):
        b.group(code, [(out, [(sources[0], sources[1] if code in binary else ONE, 1.7)])], m=0.6)
    b.group(Opcode.SIGMOID_PAIR, [(outs[-2], [(sources[0], ONE, 1.5)]), (outs[-1], [(sources[0], ONE, 2.5)])], m=0.3)
    b.group(Opcode.DERIVATIVE, [(0, [(outs[0], outs[1], 2.0), (TIME, state, 0.5)])])
    program = b.program([state], sources, [], []).with_lanes(lanes)
    engine = Engine(program)
    for x in (-800.0, -30.0, -1.2, -0.3, 1e-6, 0.2, 0.9, 3.0, 40.0, 300.0):
        v = program.values()
        v[sources[0]], v[sources[1]], v[state], v[TIME] = x, 1.3, 0.4, 2.0
        expected_v, expected = v.copy(), np.zeros((1, lanes))
        reference.evaluate(program, expected_v, expected)
        found = engine.evaluate(v)
        np.testing.assert_allclose(v, expected_v, rtol=1e-13, atol=1e-300)
        np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("sizes", [(2, 8, 1), (2, 3, 2), (1, 2, 1), (3, 4, 4, 2)])
@pytest.mark.parametrize(("rtol", "gate"), [(1e-6, 3e-5), (1e-8, 1e-7)])
def test_agrees_with_dop853(sizes: tuple[int, ...], rtol: float, gate: float) -> None:
    program = network(sizes)
    generator = np.random.default_rng(8)
    x = generator.choice([-1.0, 1.0], (4, sizes[0]))
    table = np.hstack([x, generator.choice([0.0, 1.0], (4, sizes[-1]))])
    schedule = rows_held(table, T_ROW, 15)
    y = start_weights(program)
    exact = reference.integrate(program, values(program), y, schedule)
    assert np.abs(run(program, y, schedule, rtol=rtol).y - exact).max() <= gate / 5


@pytest.mark.parametrize("lanes", [1, 10])
@pytest.mark.parametrize("chunk", [1, 3, 7])
def test_where_a_call_ends_changes_no_bit(lanes: int, chunk: int) -> None:
    program = network((2, 8, 1)).with_lanes(lanes)
    y, schedule = start_weights(program, lanes), rows_held(XOR, 1e-6, 8)
    whole = run(program, y, schedule)
    assert whole.rejected.sum() > 0
    engine, state = Engine(program), IntegratorState.start(y)
    while not state.at_end(len(schedule.row)):
        engine.advance(values(program), state, schedule, most_steps=chunk)
    for name in IntegratorState.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(state, name), getattr(whole, name))
    by_segment = IntegratorState.start(y)
    for stop in range(0, 33, chunk):
        engine.advance(values(program), by_segment, schedule, stop=stop)
    engine.advance(values(program), by_segment, schedule)
    np.testing.assert_array_equal(by_segment.y, whole.y)


def test_a_run_alone_and_in_a_batch_agree() -> None:
    program = network((2, 8, 1))
    batch = program.with_lanes(19)
    y, schedule = start_weights(batch, 19), rows_held(XOR, T_ROW, 60)
    together = run(batch, y, schedule, threads=2)
    for lane in (0, 7, 8, 18):
        alone = run(program, y[:, [lane]], schedule)
        assert np.abs(alone.y[:, 0] - together.y[:, lane]).max() <= 1e-12
        assert alone.steps[0] == together.steps[lane]


def test_parameters_and_rows_may_differ_by_lane() -> None:
    program = network((2, 3, 1))
    scale = np.linspace(0.8, 1.2, 5)
    batch = program.with_coefficients(program.k * scale, program.m * scale)
    y = start_weights(batch, 5)
    number = np.arange(40)
    order = np.stack([np.random.default_rng(lane).integers(0, 4, 40) for lane in range(5)], axis=1)
    schedule = Schedule((number * T_ROW)[:, None], np.full((40, 1), T_ROW), order, XOR)
    together = run(batch, y, schedule)
    for lane in range(5):
        single = program.with_coefficients(program.k * scale[lane], program.m * scale[lane])
        own = Schedule(schedule.begin, schedule.duration, order[:, [lane]], XOR)
        assert np.abs(run(single, y[:, [lane]], own).y[:, 0] - together.y[:, lane]).max() <= 1e-12


def test_forward_pass_equals_numpy_and_moves_nothing() -> None:
    program = network((2, 8, 1)).with_lanes(3)
    y = start_weights(program, 3)
    kept = y.copy()
    for solver in (Engine(program), Engine(program, "rk4")):
        errors, outputs = solver.forward(values(program), y, XOR)
        expected_errors, expected_outputs = reference.forward(program, values(program), y, XOR)
        np.testing.assert_allclose(errors, expected_errors, atol=1e-15)
        np.testing.assert_allclose(outputs, expected_outputs, atol=1e-15)
    np.testing.assert_array_equal(y, kept)


def test_without_teaching_weights_keep_every_bit() -> None:
    program = network((2, 8, 1))
    y, state = start_weights(program), IntegratorState.start(start_weights(program))
    Engine(program).advance(values(program, teach=0.0), state, rows_held(XOR, T_ROW, 20))
    np.testing.assert_array_equal(state.y, y)
    assert state.steps[0] == 80


@pytest.mark.parametrize("lanes", [1, 9])
def test_easy_steps_that_are_cut_short_stay_far_within_the_tolerance(lanes: int) -> None:
    program = network((2, 8, 1)).with_lanes(lanes)
    y, schedule = start_weights(program, lanes), rows_held(XOR, T_ROW, 400)
    short, whole = run(program, y, schedule), run(program, y, schedule, whole_steps=True)
    exact = run(program, y, schedule, rtol=1e-10)
    assert np.abs(short.y - exact.y).max() <= 1.2 * np.abs(whole.y - exact.y).max() + 1e-7
    if lanes > 1:
        alone = run(program.with_lanes(1), y[:, [5]], schedule)
        assert np.abs(alone.y[:, 0] - short.y[:, 5]).max() <= 1e-12


@pytest.mark.parametrize("lanes", [1, 9])
def test_values_noted_at_an_easy_step_are_those_of_its_end(lanes: int) -> None:
    program = network((2, 8, 1)).with_lanes(lanes)
    schedule = rows_held(XOR, 1e-9, 3)
    ends = RowEnds.for_schedule(program.errors, 12, lanes)
    states = RowEnds.for_schedule(program.first_state + np.arange(program.states), 12, lanes)
    for notes in (ends, states):
        state = IntegratorState.start(start_weights(program, lanes))
        Engine(program).advance(values(program), state, schedule, row_ends=notes)
    for row in range(12):
        expected, _ = reference.forward(program, values(program), states.values[row], XOR[[row % 4]])
        np.testing.assert_allclose(ends.values[row], expected[0], atol=1e-14)


def ramp_program() -> Program:
    """dy0/dt = 1/s x source, dy1/dt = 2 t: closed forms for edges, ramps and the time's slot."""
    b = Builder()
    states, (source,) = b.new(2), b.new(1)
    rows = [(0, [(source, ONE, 1.0)]), (1, [(TIME, ONE, 2.0)])]
    b.group(Opcode.DERIVATIVE, rows)
    return b.program(states, [source], [], [source])


@pytest.mark.parametrize("method", ["dp5", "rk4"])
@pytest.mark.parametrize("lanes", [1, 4])
def test_ramps_and_edges_are_exact(method: str, lanes: int) -> None:
    program = ramp_program().with_lanes(lanes)
    count = 50
    number = np.arange(count)
    table = np.array([[1.0], [-2.0]])
    slope = np.array([[4.0], [0.0]])
    schedule = Schedule(
        (number * 0.3)[:, None], np.full((count, 1), 0.3), (number % 2)[:, None], table, slope
    )  # fmt: skip
    state = IntegratorState.start(np.zeros((2, lanes)))
    recorder = Recorder(np.array([program.sources[0]]))
    ends = RowEnds.for_schedule(program.sources, count, lanes)
    engine = Engine(program, method)
    engine.advance(program.values(), state, schedule, recorder=recorder, row_ends=ends)
    each = np.where(number % 2 == 0, 1.0 * 0.3 + 0.5 * 4.0 * 0.3**2, -2.0 * 0.3)
    np.testing.assert_allclose(state.y[0], each.sum(), rtol=1e-12)
    np.testing.assert_allclose(state.y[1], (count * 0.3) ** 2, rtol=1e-12)
    times, samples = recorder.take()
    starts = number * 0.3
    assert np.isin(starts, times).all()  # bit by bit: an edge's time is number * T_row
    np.testing.assert_allclose(samples[np.searchsorted(times, starts, side="right") - 1, 0], table[number % 2, 0])
    np.testing.assert_allclose(ends.values[:, 0, 0], np.where(number % 2 == 0, 1.0 + 4.0 * 0.3, -2.0), rtol=1e-12)


def test_no_step_crosses_an_edge_of_a_long_run() -> None:
    program = ramp_program()
    count = 100_000
    number = np.arange(count)
    schedule = Schedule(
        (number * 1e-7)[:, None], np.full((count, 1), 1e-7), (number % 2)[:, None], np.array([[1.0], [-1.0]])
    )
    state, recorder = IntegratorState.start(np.zeros((2, 1))), Recorder(program.sources, capacity=1000)
    engine, times = Engine(program), []
    while not state.at_end(count):
        engine.advance(program.values(), state, schedule, recorder=recorder)
        times.append(recorder.take()[0])
    seen = np.concatenate(times)
    np.testing.assert_array_equal(np.unique(seen[np.isin(seen, number * 1e-7)]), number * 1e-7)
    inside = np.setdiff1d(seen, number * 1e-7)
    assert len(inside) <= count + 1  # nothing but the segments' own ends
    assert state.y[0, 0] == pytest.approx(0.0, abs=1e-15)


def test_recording_changes_nothing_and_resumes_when_full() -> None:
    program = network((2, 8, 1))
    schedule, y = rows_held(XOR, 1e-6, 10), start_weights(program)
    plain = run(program, y, schedule)
    big, small = Recorder(program.errors, 10_000, first=4), Recorder(program.errors, 8, first=4)
    engine = Engine(program)
    once = IntegratorState.start(y)
    engine.advance(values(program), once, schedule, recorder=big)
    pieces, state = [], IntegratorState.start(y)
    while not state.at_end(40):
        engine.advance(values(program), state, schedule, recorder=small)
        pieces.append(small.take())
    np.testing.assert_array_equal(once.y, plain.y)
    np.testing.assert_array_equal(state.y, plain.y)
    times, samples = big.take()
    np.testing.assert_array_equal(np.concatenate([piece[0] for piece in pieces]), times)
    np.testing.assert_array_equal(np.concatenate([piece[1] for piece in pieces]), samples)
    assert times[0] == 4 * 1e-6
    assert (np.diff(times) >= 0).all()


def blow_up() -> Program:
    """dy/dt = y^2, which leaves all bounds at t = 1/y0; and dy/dt = source, which does not."""
    b = Builder()
    states, (source,) = b.new(2), b.new(1)
    b.group(Opcode.DERIVATIVE, [(0, [(states[0], states[0], 1.0)]), (1, [(source, ONE, 1.0)])])
    return b.program(states, [source], [], [])


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_lane_that_blows_up_stops_alone(lanes: int) -> None:
    program = blow_up().with_lanes(lanes)
    schedule = rows_held(np.array([[1.0]]), 0.1, 20)
    y = np.ones((2, lanes))
    y[0, 1:] = 0.1
    state = run(program, y, schedule)
    assert state.status[0] != Status.RUNNING
    assert state.failed_at[0] == pytest.approx(1.0, abs=1e-6)
    assert np.isfinite(state.y).all()
    assert (state.status[1:] == Status.RUNNING).all() and (state.segment[1:] == 20).all()
    np.testing.assert_allclose(state.y[0, 1:], 0.1 / (1 - 0.2), rtol=1e-5)


@pytest.mark.parametrize("method", ["dp5", "rk4"])
def test_a_value_that_is_not_finite_stops_and_is_named(method: str) -> None:
    b = Builder()
    (state_slot,), (source,), (quotient,) = b.new(1), b.new(1), b.new(1)
    b.group(Opcode.DIVIDE, [(quotient, [(ONE, source, 1.0)])])
    b.group(Opcode.DERIVATIVE, [(0, [(quotient, ONE, 1.0)])])
    program = b.program([state_slot], [source], [], [])
    schedule = rows_held(np.array([[1.0], [0.0]]), 0.5, 2)
    state = IntegratorState.start(np.zeros((1, 1)))
    Engine(program, method).advance(program.values(), state, schedule)
    assert state.status[0] == Status.NON_FINITE
    assert state.failed_at[0] == 0.5 and state.segment[0] == 1
    assert state.y[0, 0] == pytest.approx(0.5)
    v = program.values()
    v[source] = 0.0
    assert reference.first_non_finite(program, v, state.y[:, 0]) == quotient
    v[source] = 1.0
    assert reference.first_non_finite(program, v, state.y[:, 0]) is None
