"""Order of convergence of every method: equal steps halved five times, against closed forms and DOP853 at 1e-13."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.program import ONE, TIME, FloatArray, Opcode, Program, Schedule
from app.solve import methods, reference
from app.solve.kernels import Engine
from app.solve.state import IntegratorState, Options
from app.solve.stiff_engine import PartitionedEngine, RosenbrockEngine
from tests.solve.programs import Builder, network, values

# Tolerances that accept every full step, and no short cuts.
EQUAL = Options(rtol=1e6, whole_steps=True)
LENGTH, LOOKS, LANES = 4.0, 4, 8


def linear() -> Program:
    """dy0/dt = -y0 + y1, dy1/dt = -y0 - y1."""
    b = Builder()
    s, source = b.new(2), b.new(1)
    rows = [(0, [(s[0], ONE, -1.0), (s[1], ONE, 1.0)]), (1, [(s[0], ONE, -1.0), (s[1], ONE, -1.0)])]
    b.group(Opcode.DERIVATIVE, rows)
    return b.program(s, source, [], [])


def logistic() -> Program:
    """dy/dt = y - y^2."""
    b = Builder()
    s, source = b.new(1), b.new(1)
    b.group(Opcode.DERIVATIVE, [(0, [(s[0], ONE, 1.0), (s[0], s[0], -1.0)])])
    return b.program(s, source, [], [])


def driven() -> Program:
    """dy0/dt = -2 y0 + r y1, dy1/dt = -0.5 y1 - 0.3 y0 y1 + 0.4 t with a ramp r."""
    b = Builder()
    s, (r,) = b.new(2), b.new(1)
    rows = [
        (0, [(s[0], ONE, -2.0), (r, s[1], 1.0)]),
        (1, [(s[1], ONE, -0.5), (s[1], s[0], -0.3), (TIME, ONE, 0.4)]),
    ]
    b.group(Opcode.DERIVATIVE, rows)
    return b.program(s, [r], [], [])


def starts(low: float, high: float, states: int) -> FloatArray:
    """(states, LANES) different starts, so that errors that happen to cancel on one trajectory do not count."""
    return np.random.default_rng(states).uniform(low, high, (states, LANES))


Flow = tuple[Program, FloatArray, float]
FLOWS: dict[str, Flow] = {
    "linear": (linear(), starts(-1, 1, 2), 0.0),
    "logistic": (logistic(), starts(0.2, 1.15, 1), 0.0),
    "one neuron": (network((2, 1), rate=1.0), starts(-0.5, 0.5, 3), 0.0),
    "driven": (driven(), starts(-0.5, 1, 2), 0.3),
}
Maker = Callable[[Program], methods.Integrator]
METHODS: dict[str, tuple[Maker, int, int]] = {
    "rk4": (lambda program: Engine(program, "rk4", EQUAL), 4, 8),
    "dp5": (lambda program: Engine(program, "dp5", EQUAL), 5, 8),
    "dp8": (lambda program: Engine(program, "dp8", EQUAL), 8, 4),
    "rosw": (lambda program: PartitionedEngine(program, EQUAL, np.array([0])), 3, 16),
    "rodas": (lambda program: RosenbrockEngine(program, EQUAL), 4, 8),
}


def equal_steps(program: Program, slope: float, steps: int) -> Schedule:
    """One segment a step; all sources ramp from 0.2 V."""
    h = LENGTH / steps
    begin = np.arange(steps) * h
    table = np.repeat((0.2 + slope * begin)[:, None], len(program.sources), axis=1)
    rates = np.full_like(table, slope)
    return Schedule(begin[:, None], np.full((steps, 1), h), np.arange(steps)[:, None], table, rates)


def looked_at(maker: Maker, flow: Flow, steps: int) -> FloatArray:
    """The states at LOOKS equally spaced times: at a single one, errors may happen to cancel."""
    program, start, slope = flow
    program = program.with_lanes(LANES)
    state, solver, found = IntegratorState.start(start), maker(program), []
    schedule = equal_steps(program, slope, steps)
    for look in range(1, LOOKS + 1):
        solver.advance(values(program), state, schedule, stop=steps * look // LOOKS)
        found.append(state.y.copy())
    assert (state.steps == steps).all()
    return np.array(found)


def exact(flow: Flow) -> FloatArray:
    """The same by scipy's DOP853 at 1e-13."""
    program, start, slope = flow
    program = program.with_lanes(LANES)
    schedule = equal_steps(program, slope, LOOKS)
    return np.array(
        [
            reference.integrate(program, values(program), start, schedule, "DOP853", 1e-13, 1e-16, 0, look)
            for look in range(1, LOOKS + 1)
        ]
    )


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("method", METHODS)
def test_order_of_convergence(method: str, flow: str) -> None:
    """The slope over the last halving whose errors stand clear of the reference's own."""
    maker, order, coarsest = METHODS[method]
    wanted = exact(FLOWS[flow])
    errors = np.array([np.abs(looked_at(maker, FLOWS[flow], coarsest * 2**n) - wanted).max() for n in range(6)])
    clear = errors[errors > 1e-13]
    assert len(clear) >= 3
    assert np.log2(clear[-2] / clear[-1]) == pytest.approx(order, abs=0.2), errors


def test_the_reference_agrees_with_closed_forms() -> None:
    time = LENGTH * np.arange(1, LOOKS + 1)[:, None] / LOOKS
    (x, y), logistic_start = FLOWS["linear"][1], FLOWS["logistic"][1][0]
    found = exact(FLOWS["linear"])
    np.testing.assert_allclose(found[:, 0], np.exp(-time) * (x * np.cos(time) + y * np.sin(time)), atol=1e-13)
    np.testing.assert_allclose(found[:, 1], np.exp(-time) * (y * np.cos(time) - x * np.sin(time)), atol=1e-13)
    expected = 1 / (1 + (1 / logistic_start - 1) * np.exp(-time))
    np.testing.assert_allclose(exact(FLOWS["logistic"])[:, 0], expected, atol=1e-12)
