"""Steps taken after three or four evaluations: their formulas, and that nothing but the run's state decides on them."""

from __future__ import annotations

import numpy as np
import pytest

from app.solve import dp5, easy
from app.solve.kernels import Engine
from app.solve.state import IntegratorState, Recorder
from tests.solve.programs import XOR, network, rows_held, start_weights, values

T_ROW = 1e-7


def order(c: np.ndarray, a: np.ndarray, b: np.ndarray) -> int:
    """Order of the formula with nodes c, stages a and weights b, as far as 3."""
    found = ([b.sum() - 1], [b @ c - 1 / 2], [b @ c**2 - 1 / 3, b @ (a @ c) - 1 / 6])
    reached = 0
    while reached < 3 and np.abs(found[reached]).max() < 1e-14:
        reached += 1
    return reached


def test_the_formulas_that_are_taken_have_order_three_and_the_others_two() -> None:
    three = np.array([[0, 0, 0], [easy.T21, 0, 0], [easy.T31, easy.T32, 0]])
    nodes = np.array([dp5.C[0], *dp5.C[dp5.STAGES :]])
    np.testing.assert_allclose(three.sum(axis=1), nodes, rtol=1e-15)
    taken = np.array([easy.D1_THREE, 0, easy.D3_THREE])
    assert order(nodes, three, taken) == 3
    assert order(nodes, three, taken - [easy.F1_THREE, easy.F2_THREE, easy.F3_THREE]) == 2
    four = np.array([[0, 0, 0, 0], [dp5.A21, 0, 0, 0], [dp5.A31, dp5.A32, 0, 0], [dp5.A41, dp5.A42, dp5.A43, 0]])
    nodes, taken = np.array(dp5.C[:4]), np.array([easy.D1_FOUR, 0, easy.D3_FOUR, easy.D4_FOUR])
    assert order(nodes, four, taken) == 3
    assert order(nodes, four, taken - [easy.F1_FOUR, 0, easy.F3_FOUR, easy.F4_FOUR]) == 2


@pytest.mark.parametrize("lanes", [1, 9])
def test_the_suggestion_tells_whether_the_last_segment_was_easy(lanes: int) -> None:
    program = network((2, 8, 1)).with_lanes(lanes)
    state = IntegratorState.start(start_weights(program, lanes))
    engine = Engine(program)
    engine.advance(values(program), state, rows_held(XOR, T_ROW, 1))
    assert (state.h < easy.ASKED * T_ROW).sum() > lanes / 2  # it learns
    state.shift(4)
    engine.advance(values(program), state, rows_held(XOR, T_ROW, 2000))
    assert (state.h >= easy.ASKED * T_ROW).sum() > lanes / 2  # it has learned


@pytest.mark.parametrize("lanes", [1, 9])
def test_whether_traces_are_taken_changes_no_bit_of_easy_steps(lanes: int) -> None:
    program = network((2, 8, 1)).with_lanes(lanes)
    schedule, starts = rows_held(XOR, T_ROW, 500), start_weights(program, lanes)
    plain, traced, short = (IntegratorState.start(starts) for _ in range(3))
    engine, recorder = Engine(program), Recorder(program.errors)
    engine.advance(values(program), plain, schedule)
    while not traced.at_end(len(schedule.row)):
        engine.advance(values(program), traced, schedule, recorder=recorder)
        recorder.take()
    while not short.at_end(len(schedule.row)):
        engine.advance(values(program), short, schedule, most_steps=7)
    for name in IntegratorState.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(traced, name), getattr(plain, name))
        np.testing.assert_array_equal(getattr(short, name), getattr(plain, name))
