"""Order of convergence of every method, the registry, and what is loaded when."""

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


def linear() -> Program:
    """dy0/dt = -y0 + y1, dy1/dt = -y0 - y1: y0 = e^-t cos t from (1, 0)."""
    b = Builder()
    s = b.new(2)
    source = b.new(1)
    rows = [(0, [(s[0], ONE, -1.0), (s[1], ONE, 1.0)]), (1, [(s[0], ONE, -1.0), (s[1], ONE, -1.0)])]
    b.group(Opcode.DERIVATIVE, rows)
    return b.program(s, source, [], [])


def logistic() -> Program:
    """dy/dt = y - y^2: y = 1/(1 + 9 e^-t) from 0.1."""
    b = Builder()
    s = b.new(1)
    source = b.new(1)
    b.group(Opcode.DERIVATIVE, [(0, [(s[0], ONE, 1.0), (s[0], s[0], -1.0)])])
    return b.program(s, source, [], [])


FLOWS = {
    "linear": (linear(), [1.0, 0.0], [np.exp(-2.0) * np.cos(2.0), -np.exp(-2.0) * np.sin(2.0)]),
    "logistic": (logistic(), [0.1], [1 / (1 + 9 * np.exp(-2.0))]),
}


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(("method", "order", "coarsest"), [("rk4", 4, 8), ("dp5", 5, 4)])
def test_order_of_convergence(flow: str, method: str, order: int, coarsest: int) -> None:
    """Equal steps h (for the adaptive pair: tolerances that accept every full segment), halved five times."""
    program, start, end = FLOWS[flow]
    errors = []
    for halving in range(5):
        steps = coarsest * 2**halving
        schedule = rows_held(np.zeros((1, 1)), 2.0 / steps, steps)
        state = IntegratorState.start(np.array(start)[:, None])
        solver = methods.create(program, method, Options(rtol=1e6, whole_steps=True))
        solver.advance(program.values(), state, schedule)
        assert state.steps[0] == steps
        errors.append(np.abs(state.y[:, 0] - end).max())
    slopes = np.log2(np.array(errors[:-1]) / errors[1:])
    assert slopes[-2:].mean() == pytest.approx(order, abs=0.2)


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
