"""The numpy evaluation: closed forms and complex steps."""

from __future__ import annotations

import numpy as np

from app.program import ONE, Opcode
from app.solve import reference
from tests.solve.programs import Builder, network, rows_held, start_weights, values


def test_complex_step_gives_the_derivative_that_charges_the_weights() -> None:
    """With V_teach = 1 every weight moves at -rate dE/dV_w, E = 1/2 sum V_E^2."""
    program = network((2, 3, 2), rate=1e6)
    y = start_weights(program)
    states = slice(program.first_state, program.first_state + program.states)
    v = values(program)
    v[program.sources] = np.array([0.3, -0.8, 0.2, 0.9])[:, None]
    v[states] = y
    dy = np.zeros((program.states, 1))
    reference.evaluate(program, v, dy)
    lanes = program.with_lanes(program.states)
    wide = np.repeat(v, program.states, axis=1).astype(complex)
    wide[states] += 1e-30j * np.eye(program.states)
    reference.evaluate(lanes, wide, forward_only=True)
    gradient = (0.5 * (wide[program.errors] ** 2).sum(axis=0)).imag / 1e-30
    np.testing.assert_allclose(dy[:, 0], -1e6 * gradient, atol=1e-9 * np.abs(gradient).max() * 1e6)


def test_rows_without_edges_are_zero() -> None:
    b = Builder()
    states, outs = b.new(3), b.new(2)
    b.group(Opcode.MAC, [(outs[0], []), (outs[1], [(ONE, ONE, 3.0), (states[0], ONE, 1.0)])])
    b.group(Opcode.DERIVATIVE, [(0, [(outs[1], ONE, 1.0)]), (1, []), (2, [(outs[0], ONE, 1.0)])])
    program = b.program(states, [], [], [])
    v, dy = program.values(), np.ones((3, 1))
    v[outs] = 7.0
    reference.evaluate(program, v, dy)
    assert dy[:, 0].tolist() == [3.0, 0.0, 0.0]


def test_integrates_a_closed_form_over_segments() -> None:
    b = Builder()
    states, source = b.new(1), b.new(1)
    b.group(Opcode.DERIVATIVE, [(0, [(states[0], ONE, -1.0), (source[0], ONE, 1.0)])])
    program = b.program(states, source, [], [])
    schedule = rows_held(np.array([[1.0], [0.0]]), 0.5, 2)
    expected = 0.0
    for level in (1.0, 0.0, 1.0, 0.0):
        expected = level + (expected - level) * np.exp(-0.5)
    for method in ("DOP853", "LSODA", "Radau"):
        found = reference.integrate(program, program.values(), np.zeros((1, 1)), schedule, method, 1e-10)
        np.testing.assert_allclose(found, expected, atol=1e-8)
