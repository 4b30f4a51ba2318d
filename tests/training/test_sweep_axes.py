"""The words of `--vary`, the draws, and what is said about words that are none."""

from __future__ import annotations

import numpy as np
import pytest

from app.errors import ProblemError
from app.training import sweep_draws
from app.training.sweep_axes import Axis, Draw, parse_vary


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("N*.gain=3,4,6", "/V^2", ["3", "4", "6"]),
        ("N*.activation=sigmoid, tanh", "", ["sigmoid", "tanh"]),
        ("D1.T_row=lin:0.1u:0.3us:3", "s", ["1e-07", "2e-07", "3e-07"]),
        ("rtol=log:1e-8:1e-4:3", "", ["1e-08", "1e-06", "0.0001"]),
        ("N*/C*.C=lin:1p:1p:1", "F", ["1e-12"]),
    ],
)
def test_values(text: str, unit: str, expected: list[str]) -> None:
    axis = parse_vary(text)
    assert isinstance(axis, Axis)
    assert parse_vary(axis.text) == axis
    for value, wanted in zip(axis.texts(unit), expected, strict=True):
        assert value == wanted or float(value) == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("N*/M*.V_off=normal:0:5m", "V", (0.0, 0.005)),
        ("N*/M*.K_m=normal:100n:1%", "A/V^2", (1e-7, 1e-9)),
        ("N*/M*.K_m=normal:100%:1%", "A/V^2", (1.0, 0.01)),
        ("N*/M*.K_m=uniform:99%:101%", "A/V^2", (0.99, 1.01)),
        ("N*/C*.C=uniform:90fF:0.11pF", "F", (9e-14, 1.1e-13)),
    ],
)
def test_draws(text: str, unit: str, expected: tuple[float, float]) -> None:
    draw = parse_vary(text)
    assert isinstance(draw, Draw)
    assert parse_vary(draw.text) == draw
    assert draw.numbers(draw.spread[0], unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", "gain", "gain=", "=3", "gain=lin:1:2", "gain=lin:1:2:0", "gain=lin:1:2:1.5", "gain=log:0:1:3",
     "gain=lin:a:b:3", "gain=normal:0", "gain=normal:0:", "gain=normal:0:-1", "gain=uniform:2:1", "gain=uniform:1%:2",
     "gain=1,,2", "gain=gauss:0:1", "gain=uniform:0:1,2", "gain=lin:1:2:1000001"],
)  # fmt: skip
def test_nonsense_is_refused_with_a_cure(text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        vary = parse_vary(text)
        if isinstance(vary, Axis):
            vary.texts("")
        else:
            vary.numbers(vary.spread[0], "")
    assert all(problem.cure and problem.where == f"--vary {text}" for problem in caught.value.problems)


def test_draws_depend_on_seed_path_and_number_alone() -> None:
    whole = sweep_draws.uniform(7, "N2_1/Mf0.V_off", range(1000))
    assert np.array_equal(sweep_draws.uniform(7, "N2_1/Mf0.V_off", [500, 3]), whole[[500, 3]])
    assert not np.isclose(whole, sweep_draws.uniform(7, "N2_1/Mf1.V_off", range(1000))).any()
    assert not np.isclose(whole, sweep_draws.uniform(8, "N2_1/Mf0.V_off", range(1000))).any()


def test_draws_have_the_moments_asked_for() -> None:
    count = 40_000
    deviate = sweep_draws.uniform(1, "a.b", range(count))
    assert deviate.min() > 0.0 and deviate.max() < 1.0
    values = sweep_draws.drawn("normal", np.array(2.0), np.array(0.5), deviate)
    assert abs(values.mean() - 2.0) < 4 * 0.5 / np.sqrt(count)
    assert abs(values.std() - 0.5) < 4 * 0.5 / np.sqrt(2 * count)
    neighbours = sweep_draws.uniform(1, "a.c", range(count))
    assert abs(np.corrcoef(deviate, neighbours)[0, 1]) < 4 / np.sqrt(count)
    assert abs(np.corrcoef(deviate[:-1], deviate[1:])[0, 1]) < 4 / np.sqrt(count)
