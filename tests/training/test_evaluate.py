"""What the window shows is the same with kernels and, while they compile, without them."""

from __future__ import annotations

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document.dataset import XOR
from app.document.generate import generate
from app.training.decision import decision_map, rows_correct
from app.training.evaluate import answers, voltages
from app.training.growing import Growing
from app.training.layout import layout_of
from app.training.run import TrainingRun, prepare
from app.training.settings import options_of


@pytest.fixture
def run() -> TrainingRun:
    schematic = generate((2, 8, 1), XOR, "xor")[0]
    found = prepare(compile_schematic(schematic), schematic, options_of(schematic))
    found.advance_rows(402)
    return found


def test_voltages_with_kernels_are_those_without(run: TrainingRun) -> None:
    sources, states = run.timeline.static_table[2], run.state.y[:, :1]
    fast = voltages(run, states, sources, run.time)
    run.warm = False
    np.testing.assert_allclose(fast, voltages(run, states, sources, run.time), rtol=1e-12, atol=1e-15)


def test_answers_and_maps_with_kernels_are_those_without(run: TrainingRun) -> None:
    states, layout = run.state.y[:, :1], layout_of(run)
    before, table = run.state.copy(), run.timeline.static_table
    fast, shown, right = (
        answers(run, states, table),
        decision_map(layout, run, states, 9),
        rows_correct(layout, run, states),
    )
    run.warm = False
    np.testing.assert_allclose(fast, answers(run, states, table), rtol=1e-12)
    slow = decision_map(layout, run, states, 9)
    assert shown is not None and slow is not None and right == rows_correct(layout, run, states)
    np.testing.assert_allclose(shown.value, slow.value, rtol=1e-12)
    np.testing.assert_array_equal(run.state.y, before.y)


def test_growing_keeps_what_a_list_would() -> None:
    grown, plain = Growing(2), []
    for number in range(40):
        items = np.full((number, 2), float(number))
        grown.extend(items)
        plain.extend(items)
    assert len(grown) == len(plain)
    np.testing.assert_array_equal(grown[:], np.stack(plain))
    np.testing.assert_array_equal(np.stack(list(grown)), np.asarray(grown))
    grown.keep_newest(51)
    np.testing.assert_array_equal(grown[:], np.stack(plain[-51:]))
    grown.cut(3)
    assert len(grown) == 3 and grown[-1].tolist() == plain[-49].tolist()
    grown.clear()
    assert not grown
