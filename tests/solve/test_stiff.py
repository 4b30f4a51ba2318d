"""The implicit methods: exact derivatives, any time constant, chunks and lanes that change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from app.circuit.compile import Circuit, compile_schematic
from app.program import FORWARD, ONE, Opcode, Program, Schedule
from app.solve import methods, reference
from app.solve.linearise import jacobian
from app.solve.state import IntegratorState, Options, Recorder, RowEnds
from app.solve.stiff_engine import RosenbrockEngine
from app.solve.tangent import all_states, decay_rates, some_states
from app.training.schedule import Timeline
from tests.drawing import Drawing
from tests.networks import layered
from tests.solve.programs import Builder

T_ROW = 1e-7


def lagging_network(tau: str, sizes: tuple[int, ...] = (2, 3, 1)) -> Drawing:
    """A time constant on every voltage output."""
    draw = layered(sizes)
    for instance in draw.schematic.top.instances.values():
        if instance.type in ("neuron", "type1", "type2"):
            instance.parameters["tau"] = tau
        if instance.type == "neuron":
            instance.overrides["D.tau"] = tau
    return draw


def ready(draw: Drawing, epochs: int, lanes: int = 1) -> tuple[Circuit, Program, np.ndarray, np.ndarray, Schedule]:
    """(circuit, program, V with the switch on, initial states, schedule)."""
    circuit = compile_schematic(draw.schematic)
    program = circuit.program.with_lanes(lanes)
    v = program.values()
    for slot in program.levels.values():
        v[slot] = 1.0
    timeline = Timeline(circuit, draw.schematic)
    seeds = list(range(lanes))
    return circuit, program, v, circuit.initial_state(seeds), timeline.schedule(seeds, 0, 4 * epochs)


@pytest.mark.parametrize("method", ["rosw", "rodas"])
def test_the_limit_of_no_time_constant(method: str) -> None:
    """At 10 fs the weights are those of the circuit without any, to the tolerance."""
    circuit, program, v, y, schedule = ready(lagging_network("10f"), 1)
    plain, fast, plain_v, plain_y, _ = ready(layered((2, 3, 1)), 1)
    state, exact = IntegratorState.start(y), IntegratorState.start(plain_y)
    methods.create(program, method, Options(rtol=1e-5, duration=T_ROW)).advance(v, state, schedule)
    methods.create(fast, "dp8", Options(rtol=1e-10)).advance(plain_v, exact, schedule)
    assert plain.weight_paths == circuit.weight_paths
    assert np.abs(state.y[circuit.weight_states] - exact.y[plain.weight_states]).max() <= 1e-5


@pytest.mark.parametrize("tau", ["300p", "5n"])
def test_any_time_constant(tau: str) -> None:
    """Weights within the tolerance of scipy's Radau, restarted at every row."""
    circuit, program, v, y, schedule = ready(lagging_network(tau, (2, 2, 1)), 1)
    exact = reference.integrate(program, v, y, schedule, "Radau", 1e-8)
    for method in ("rosw", "rodas"):
        state = IntegratorState.start(y)
        methods.create(program, method, Options(rtol=1e-5, duration=T_ROW)).advance(v, state, schedule)
        assert np.abs(state.y - exact)[circuit.weight_states].max() <= 1e-5
        assert np.abs(state.y - exact).max() <= 1e-4


def test_steps_do_not_grow_with_the_stiffness() -> None:
    steps = []
    for tau in ("1n", "1p", "1f"):
        _, program, v, y, schedule = ready(lagging_network(tau), 3)
        state = IntegratorState.start(y)
        methods.create(program, "auto", Options(rtol=1e-4, duration=T_ROW)).advance(v, state, schedule)
        steps.append(int(state.steps[0] + state.rejected[0]))
    assert max(steps) < 2 * steps[0]


@pytest.mark.parametrize("method", ["rosw", "rodas", "dp8"])
@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("chunk", [1, 5])
def test_where_a_call_ends_changes_no_bit(method: str, lanes: int, chunk: int) -> None:
    _, program, v, y, schedule = ready(lagging_network("300p"), 2, lanes)
    solver = methods.create(program, method, Options(rtol=1e-4, duration=T_ROW))
    whole, pieces = IntegratorState.start(y), IntegratorState.start(y)
    solver.advance(v, whole, schedule)
    while not pieces.at_end(len(schedule.row)):
        solver.advance(v, pieces, schedule, most_steps=chunk)
    for name in IntegratorState.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(pieces, name), getattr(whole, name))


@pytest.mark.parametrize("method", ["rosw", "rodas", "dp8"])
def test_a_run_alone_and_in_a_batch_agree(method: str) -> None:
    _, program, v, y, schedule = ready(lagging_network("0" if method == "dp8" else "300p"), 2, 10)
    options = Options(rtol=1e-4, duration=T_ROW)
    together = IntegratorState.start(y)
    methods.create(program, method, options).advance(v, together, schedule)
    single = program.with_lanes(1)
    for lane in (0, 7, 8, 9):
        alone = IntegratorState.start(y[:, [lane]])
        methods.create(single, method, options).advance(v[:, [lane]], alone, schedule)
        assert np.abs(alone.y[:, 0] - together.y[:, lane]).max() <= 1e-12
        assert alone.steps[0] == together.steps[lane]


def test_parameters_may_differ_by_lane() -> None:
    _, program, v, y, schedule = ready(lagging_network("300p"), 1, 3)
    scale = np.array([0.9, 1.0, 1.3])
    batch = program.with_coefficients(program.k * scale, program.m * scale)
    options = Options(rtol=1e-4, duration=T_ROW)
    for method in ("rosw", "rodas"):
        together = IntegratorState.start(y)
        methods.create(batch, method, options).advance(v, together, schedule)
        for lane in range(3):
            alone = IntegratorState.start(y[:, [lane]])
            one = reference.lane_of(batch, lane)
            methods.create(one, method, options).advance(v[:, [lane]], alone, schedule)
            # rosw's short steps follow the batch's shortest time constant.
            assert np.abs(alone.y[:, 0] - together.y[:, lane]).max() <= (1e-4 if method == "rosw" else 1e-12)


def test_what_is_noted_is_the_state_at_the_rows_ends() -> None:
    _, program, v, y, schedule = ready(lagging_network("300p"), 1)
    slots = program.first_state + np.arange(program.states)
    for method in ("rosw", "rodas", "dp8"):
        solver = methods.create(program, method, Options(rtol=1e-4, duration=T_ROW))
        state, recorder = IntegratorState.start(y), Recorder(slots)
        ends = RowEnds.for_schedule(slots, len(schedule.row), 1)
        solver.advance(v, state, schedule, recorder=recorder, row_ends=ends)
        times, values = recorder.take()
        np.testing.assert_array_equal(ends.values[-1, :, 0], state.y[:, 0])
        np.testing.assert_array_equal(values[-1], state.y[:, 0])
        assert np.isin(schedule.begin[:, 0], times).all() and (np.diff(times) >= 0).all()


def every_operation() -> Program:
    """States through every kind of row, so that each derivative counts."""
    b = Builder()
    s, (source,) = b.new(2), b.new(1)
    unary = [code for code in Opcode if Opcode.SIGMOID <= code <= Opcode.SOFTPLUS]
    binary = [Opcode.DIVIDE, Opcode.POWER, Opcode.MINIMUM, Opcode.MAXIMUM]
    outs = b.new(len(unary) + len(binary) + 3)
    for out, code in zip(outs, [*unary, *binary], strict=False):
        b.group(code, [(out, [(s[0], s[1] if code in binary else ONE, 1.3)])], m=0.6)
    b.group(Opcode.SIGMOID_PAIR, [(outs[-3], [(s[1], ONE, 1.5)]), (outs[-2], [(s[1], ONE, 2.5)])], FORWARD, m=0.3)
    b.group(Opcode.MAC, [(outs[-1], [(outs[0], outs[1], 0.5), (s[0], s[0], 0.7), (source, s[1], 1.1)])])
    rows = [(n, [(out, ONE, 1.0 + n + i) for i, out in enumerate(outs)]) for n in range(2)]
    rows[1][1].append((s[0], s[1], -2.0))
    b.group(Opcode.DERIVATIVE, rows)
    return b.program(s, [source], [], [])


@pytest.mark.parametrize("x", [0.4, 1.7, -0.6])
@pytest.mark.parametrize("w", [0.9, 2.2])
def test_the_jacobian_is_that_of_central_differences(x: float, w: float) -> None:
    program = every_operation()
    v = program.values()
    v[program.sources] = 0.7
    states = slice(program.first_state, program.first_state + 2)

    def slopes(y: np.ndarray) -> np.ndarray:
        work, dy = v.copy(), np.zeros((2, 1))
        work[states, 0] = y
        reference.evaluate(program, work, dy)
        return np.asarray(dy[:, 0])

    point = np.array([abs(x), w]) if x < 0 else np.array([x, w])
    step = 1e-6
    expected = np.stack([(slopes(point + step * e) - slopes(point - step * e)) / (2 * step) for e in np.eye(2)], axis=1)
    v[states, 0] = point
    reference.evaluate(program, v)
    np.testing.assert_allclose(jacobian(program, v, np.arange(2)), expected, rtol=1e-6, atol=1e-6)
    assert np.abs(RosenbrockEngine(program, None).jacobian(v) - expected).max() <= 1e-5


def test_decay_rates_and_loops() -> None:
    circuit, program, *_ = ready(lagging_network("2n"), 1)
    rates = decay_rates(program)
    parasitic = np.setdiff1d(np.arange(program.states), circuit.weight_states)
    np.testing.assert_allclose(rates[parasitic], 5e8)
    assert (rates[circuit.weight_states] == 0).all()
    assert some_states(program, parasitic).dropped == 0
    assert some_states(program, np.arange(program.states)).dropped > 0
    assert all_states(program).dropped == 0
