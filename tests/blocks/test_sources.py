"""Sources that are piecewise linear in time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import discover, spec
from blocks.spec import ParameterError, Staircase, Waveform


def wave(kind: str, **texts: str) -> Waveform:
    block = discover.block(kind)
    assert block.waveform is not None
    shape = block.waveform(spec.resolve(block, texts))
    assert isinstance(shape, Waveform)
    return shape


def sample(shape: Waveform, time: float) -> float:
    """The voltage at a time that is no jump, by numpy."""
    times, levels = (np.array(column) for column in zip(*shape.points, strict=True))
    return float(np.interp(time % shape.period if shape.period else time, times, levels))


@pytest.mark.parametrize("kind", ["pulse", "pwl"])
def test_times_ascend_from_zero_and_end_within_the_period(kind: str) -> None:
    shape = wave(kind)
    times = [time for time, _ in shape.points]
    assert times[0] == 0 and times == sorted(times)
    assert shape.period is None or times[-1] <= shape.period * (1 + 1e-12)


def test_pulse() -> None:
    shape = wave("pulse", low="-1", high="2", delay="10n", rise="10n", width="20n", fall="20n", period="100n")
    expected = {5e-9: -1, 15e-9: 0.5, 30e-9: 2, 50e-9: 0.5, 80e-9: -1, 115e-9: 0.5, 1030e-9: 2}
    for time, level in expected.items():
        assert sample(shape, time) == pytest.approx(level)


def test_pulse_jumps_by_default() -> None:
    shape = wave("pulse")
    assert [sample(shape, t) for t in (25e-9, 75e-9, 125e-9)] == [1, 0, 1]
    times = [time for time, _ in shape.points]
    assert times.count(0.0) == 3 and times.count(50e-9) == 2


def test_pulse_longer_than_its_period_is_refused_where_it_is_typed() -> None:
    block = discover.block("pulse")
    with pytest.raises(ParameterError, match="longer than the period") as caught:
        spec.resolve(block, {"width": "200n"})
    assert caught.value.parameter == "period"
    assert spec.resolve(block, {"width": "200n", "period": "1u"})["width"] == 200e-9


def test_pulse_may_fill_its_period() -> None:
    assert wave("pulse", width="30n", rise="20n", fall="50n").points[-1][0] == pytest.approx(100e-9)


def test_pwl() -> None:
    shape = wave("pwl", points="0 0, 20n 1; 20n -1\n 60n 1")
    assert shape == Waveform(((0.0, 0.0), (20e-9, 1.0), (20e-9, -1.0), (60e-9, 1.0)))
    assert sample(shape, 40e-9) == pytest.approx(0.0, abs=1e-12)
    assert wave("pwl", points="0 0, 20n 1", repeat="forever").period == 20e-9


def test_pwl_symbol_counts_its_points() -> None:
    block = discover.block("pwl")
    texts = {
        mark.text
        for points in ("0 1", "0 0, 1n 1, 2n 0")
        for mark in block.symbol_of(spec.resolve(block, {"points": points})).marks
        if hasattr(mark, "text")
    }
    assert {"1 point", "3 points"} <= texts


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ("", "0 points"), (",;,", "0 points"), ("0", "no pair"), ("0 1 2", "no pair"), ("5M 1", "ambiguous"),
        ("0 1, 1n x", "not a number"), ("0 0, 2n 1, 1n 0", "before the last"), ("-1n 0", "before the last"),
        ("0 1 A", "no pair"), ("0 1A", "unit"), ("0 1e9", "out of range"), ("0 nan", "not a number"),
        ("0 0," * 10_001, "points"),
    ],
)  # fmt: skip
def test_pwl_refuses(points: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says) as caught:
        spec.resolve(discover.block("pwl"), {"points": points})
    assert caught.value.parameter == "points" and caught.value.cure


def test_pwl_cannot_repeat_in_no_time() -> None:
    with pytest.raises(ParameterError, match="at 0 s"):
        spec.resolve(discover.block("pwl"), {"points": "0 1", "repeat": "forever"})


@given(st.text(max_size=60))
def test_pwl_reads_or_refuses_any_text(text: str) -> None:
    try:
        shape = wave("pwl", points=text)
    except ParameterError:
        return
    assert all(a[0] <= b[0] for a, b in pairwise(shape.points))


def test_noise_says_how_its_levels_are_drawn() -> None:
    values = spec.resolve(discover.block("noise"), {"mean": "0.5", "sigma": "0.2", "interval": "10n", "seed": "7"})
    shape = discover.block("noise").waveform
    assert shape is not None and shape(values) == Staircase(0.5, 0.2, 10e-9, 7)
