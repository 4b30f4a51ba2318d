"""The registry of methods, what `auto` takes and why, and what is loaded when."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from app.errors import ProblemError
from app.program import ONE, Opcode, Program
from app.solve import methods
from app.solve.scipy_engine import ScipyEngine
from app.solve.state import IntegratorState, Options, Recorder, RowEnds, Status
from tests.solve.programs import XOR, Builder, network, rows_held, start_weights, values


@pytest.mark.parametrize("method", ["dop853", "lsoda", "rk45"])
def test_scipy_behind_the_same_interface(method: str) -> None:
    program = network((2, 3, 1)).with_lanes(2)
    y, schedule = start_weights(program, 2), rows_held(XOR, 1e-7, 3)
    compiled, scipys = IntegratorState.start(y), IntegratorState.start(y)
    methods.create(program, "dp5", Options(rtol=1e-9)).advance(values(program), compiled, schedule)
    solver = methods.create(program, method, Options(rtol=1e-9))
    ends = RowEnds.for_schedule(program.errors, 12, 2)
    while not scipys.at_end(12):
        solver.advance(values(program), scipys, schedule, most_steps=1, row_ends=ends)
    assert isinstance(solver, ScipyEngine)
    np.testing.assert_allclose(scipys.y, compiled.y, atol=1e-7)
    assert np.isfinite(ends.values).all()
    errors, _ = solver.forward(values(program), compiled.y, XOR)
    np.testing.assert_allclose(errors, methods.create(program).forward(values(program), compiled.y, XOR)[0], atol=1e-14)


def test_scipy_stops_at_values_that_are_not_finite() -> None:
    b = Builder()
    (state_slot,), (source,), (quotient,) = b.new(1), b.new(1), b.new(1)
    b.group(Opcode.DIVIDE, [(quotient, [(ONE, source, 1.0)])])
    b.group(Opcode.DERIVATIVE, [(0, [(quotient, ONE, 1.0)])])
    program = b.program([state_slot], [source], [], [])
    state, recorder = IntegratorState.start(np.zeros((1, 1))), Recorder(np.array([quotient]))
    solver = methods.create(program, "rk45")
    solver.advance(program.values(), state, rows_held(np.array([[1.0], [0.0]]), 0.5, 1), recorder=recorder)
    assert state.status[0] == Status.NON_FINITE and state.failed_at[0] == 0.5
    assert recorder.take()[1][-1, 0] == 1.0


def lagging(rate: float, feedback: float = 0.0, states: int = 3) -> Program:
    """A chain: dy0/dt = 1 - y0 (the slow one), then dy/dt = rate (y before - y); the last acts back on the second."""
    b = Builder()
    s, source = b.new(states), b.new(1)
    rows = [(0, [(ONE, ONE, 1.0), (s[0], ONE, -1.0)])]
    for n in range(1, states):
        rows.append((n, [(s[n - 1], ONE, rate), (s[n], ONE, -rate)]))
    if feedback:
        rows[1][1].append((s[-1], ONE, feedback * rate))
    b.group(Opcode.DERIVATIVE, rows)
    return b.program(s, source, [], [])


@pytest.mark.parametrize(
    ("program", "options", "name", "says"),
    [
        (lagging(10.0), Options(duration=1.0), "dp5", "no time constant"),
        (lagging(10.0), Options(duration=1.0, rtol=1e-10), "dp8", "order 8"),
        (lagging(1e3), Options(duration=1.0), "rosw", "2 of 3 states have time constants down to 1 ms"),
        (lagging(1e3), Options(duration=1.0, rtol=1e-10), "rosw", "without a loop"),
        (lagging(1e3, 0.5), Options(duration=1.0), "rodas", "they form loops"),
        (lagging(1e3, 0.5, 300), Options(duration=1.0), "rosw", "what leads back is explicit"),
        (lagging(1e3), Options(), "dp5", "no time constant"),
    ],
)
def test_auto_takes_what_suits_and_says_why(program: Program, options: Options, name: str, says: str) -> None:
    choice = methods.choose(program, "auto", options)
    assert choice.name == name and says in choice.why
    assert methods.create(program, "auto", options).method == name
    assert methods.describe(program, options)[0] == f"method {name}: {choice.why}"


def test_the_partitioned_method_needs_a_state_that_decays() -> None:
    with pytest.raises(ProblemError, match="implicit in parasitic states"):
        methods.create(network((1, 1, 1)), "rosw")
    assert methods.choose(lagging(10.0), "rosw").implicit.tolist() == [0, 1, 2]
    assert methods.choose(lagging(1e3), "rosw", Options(duration=1.0)).implicit.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("seconds", "text"), [(1e-7, "100 ns"), (1.0, "1 s"), (2.5e-5, "25 us"), (1e-11, "10 ps"), (3e-15, "3 fs")]
)
def test_times_for_people(seconds: float, text: str) -> None:
    assert methods.format_time(seconds) == text


def test_an_unknown_method_is_told() -> None:
    with pytest.raises(ProblemError, match="euler"):
        methods.create(network((1, 1, 1)), "euler")


def test_without_numba_scipy_integrates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods.importlib.util, "find_spec", lambda name: None)
    assert methods.choose(network((1, 1, 1))).name == "rk45"
    assert isinstance(methods.create(network((1, 1, 1)), "dp5"), ScipyEngine)


def test_numba_is_loaded_only_with_a_compiled_method() -> None:
    code = (
        "import sys, app.solve.methods, app.solve.state, app.program\n"
        "assert not {'numba', 'scipy', 'llvmlite'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
