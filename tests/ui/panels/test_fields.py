"""Texts of quantities: how they are shown at rest, and where 1-2-5 steps lead."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.panels.quantity_text import Shown, next_step, shown, stepped
from blocks import discover, units
from blocks.spec import Parameter


def parameter(block: str, name: str) -> Parameter:
    found = discover.block(block).parameter(name)
    assert found is not None
    return found


C, R, K_M, GAIN, V_OFF, T_RISE, INPUTS = (
    parameter("neuron", "C"), parameter("neuron", "R"), parameter("neuron", "K_m"), parameter("neuron", "gain"),
    parameter("neuron", "V_off"), parameter("dataset", "T_rise"), parameter("neuron", "inputs"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("of", "text", "number", "unit"),
    [
        (C, "0.1p", "0.1", "pF"), (C, "0.1 pF", "0.1", "pF"), (C, "1e-13", "100", "fF"), (R, "4k7", "4.7", "kΩ"),
        (R, "10 Mohm", "10", "MΩ"), (K_M, "100n", "100", "nA/V²"), (GAIN, "4", "4", "/V²"), (V_OFF, "-5m", "−5", "mV"),
        (V_OFF, "0", "0", "V"), (R, "0.0000000001e18", "100", "MΩ"),
    ],
)  # fmt: skip
def test_a_plain_quantity_keeps_its_prefix(of: Parameter, text: str, number: str, unit: str) -> None:
    assert shown(of, text, units.parse(text, of.unit)) == Shown(number, unit)


def test_square_volts_have_no_prefix() -> None:
    mse = Parameter("stop_mse", "", "V^2")
    assert shown(mse, "1m", 1e-3) == Shown("0.001", "V²")


def test_an_expression_is_shown_by_its_value() -> None:
    assert shown(C, "2*c0", 2e-13) == Shown("200", "fF", "2*c0")
    assert shown(INPUTS, "n+1", 3) == Shown("3", "", "n+1")


@pytest.mark.parametrize(
    ("of", "text", "up", "down"),
    [
        (C, "0.1p", "200f", "50f"), (R, "4k7", "5k", "2k"), (V_OFF, "0", "1m", "-1m"), (V_OFF, "1m", "2m", "0"),
        (V_OFF, "-1m", "0", "-2m"), (T_RISE, "0", "1n", "0"), (T_RISE, "1n", "2n", "0"), (INPUTS, "1", "2", "1"),
        (GAIN, "4", "5", "2"),
    ],
)  # fmt: skip
def test_steps(of: Parameter, text: str, up: str, down: str) -> None:
    assert (stepped(of, text, 1), stepped(of, text, -1)) == (up, down)


def test_an_expression_has_no_steps() -> None:
    assert stepped(C, "2*c0", 1) is None


@given(st.floats(1e-15, 1e12), st.integers(1, 20))
def test_a_step_there_and_back_stays_on_the_scale(value: float, steps: int) -> None:
    start = next_step(value, 1)
    there = next_step(start, steps)
    assert there > start
    assert math.isclose(next_step(there, -steps), start, rel_tol=1e-9)


@given(st.sampled_from((C, R, K_M, V_OFF, T_RISE)), st.floats(1e-14, 1e5), st.integers(-5, 5).filter(bool))
def test_a_stepped_text_reads_back_within_the_bounds(of: Parameter, value: float, steps: int) -> None:
    value = min(max(value, of.minimum), of.maximum)
    text = stepped(of, repr(value), steps)
    assert text is not None
    assert of.minimum <= units.parse(text, of.unit) <= of.maximum
