"""What learning looks like with the paper's defaults (circuit.md's tables): XOR, 2-8-1, all seeds side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document.dataset import XOR, Dataset
from app.document.generate import generate
from app.document.set_parameters import apply_settings
from app.training.run import Options, prepare

TARGET = 0.01
SIZES = (2, 8, 1)
COUNT = 40


@dataclass(frozen=True)
class Curves:
    """mse (epochs, seeds) [V^2]."""

    mse: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """The first epoch below the target, infinite where there is none."""
        below = self.mse < TARGET
        return np.where(below.any(axis=0), below.argmax(axis=0) + 1.0, np.inf)

    @property
    def converged(self) -> float:
        return float(np.isfinite(self.first).mean())

    @property
    def median(self) -> float:
        return float(np.median(self.first))

    @property
    def rises(self) -> np.ndarray:
        """How often each curve goes up."""
        return (np.diff(self.mse, axis=0) > 0).sum(axis=0)


def learn(
    seeds: Sequence[int], epochs: int, t_row: str = "0.1us", imperfect: bool = False, settings: Sequence[str] = ()
) -> Curves:
    schematic, _ = generate(SIZES, XOR, "xor", t_row=t_row, imperfect=imperfect)
    apply_settings(schematic, settings)
    run = prepare(compile_schematic(schematic), schematic, Options(tuple(seeds)))
    run.advance_epochs(epochs)
    return Curves(np.stack(run.mse))


@pytest.mark.parametrize("first", [0, 10, 20, 1234, 10**6, 2**40])
def test_ten_of_ten_learn_xor_whatever_the_seed(first: int) -> None:
    found = learn(range(first, first + 10), 400)
    assert found.converged == 1.0
    assert 80 <= found.median <= 140
    assert (found.mse[-1] < TARGET).all()
    assert 0.24 < np.median(found.mse[0]) < 0.36  # starts near 0.3 V^2


def test_slow_rows_take_about_1090_epochs_and_never_rise() -> None:
    found = learn(range(COUNT), 2500, "0.01us")
    assert found.converged == 1.0
    assert found.median == pytest.approx(1090, rel=0.1)
    assert np.median(found.rises) == 0


def test_fast_rows_take_about_20_epochs_and_rise_once_or_twice() -> None:
    found = learn(range(COUNT), 400, "1us")
    assert found.converged == 1.0
    assert found.median == pytest.approx(20, rel=0.15)
    assert 1 <= np.median(found.rises[: COUNT // 2]) <= 5


@pytest.mark.parametrize(("offset", "median"), [("0", 149), ("0.1", 119), ("-0.1", 199)])
def test_imperfect_multipliers_learn(offset: str, median: int) -> None:
    found = learn(range(COUNT), 400, imperfect=True, settings=(f"N*.V_off={offset}",))
    assert found.converged == 1.0
    assert found.median == pytest.approx(median, rel=0.12)


@pytest.mark.parametrize("part", ["Ms", "Mt", "Mu*", "Me*"])
@pytest.mark.parametrize("elsewhere", ["0", "0.1"])
def test_an_offset_on_the_error_pins_never_learns(part: str, elsewhere: str) -> None:
    """V_off on V_E in Ms, or on V_delta in Mt, Mu or Me: every capacitor drifts."""
    settings = (f"N*.V_off={elsewhere}", f"N*/{part}.V_off=0.1", f"N*/{part}.offset_pin=V1")
    assert learn(range(COUNT), 400, imperfect=True, settings=settings).converged == 0.0


@pytest.mark.soak
@pytest.mark.parametrize(("offset", "median"), [("0", 149), ("0.1", 119), ("-0.1", 199)])
def test_imperfect_multipliers_learn_from_200_seeds(offset: str, median: int) -> None:
    found = learn(range(200), 400, imperfect=True, settings=(f"N*.V_off={offset}",))
    assert found.converged == 1.0
    assert found.median == pytest.approx(median, rel=0.05)


@pytest.mark.soak
@pytest.mark.parametrize("part", ["Ms", "Mt", "Mu*", "Me*"])
def test_an_offset_on_the_error_pins_never_learns_from_200_seeds(part: str) -> None:
    settings = (f"N*/{part}.V_off=0.1", f"N*/{part}.offset_pin=V1")
    assert learn(range(200), 400, imperfect=True, settings=settings).converged == 0.0


def test_v_teach_0_still_learns_where_an_offset_sits_on_it() -> None:
    """V_off on V_teach in Mt, the default pin: a network at 0 V learns as if V_teach were V_off."""
    schematic, _ = generate(SIZES, XOR, "xor", imperfect=True)
    apply_settings(schematic, ("N*/Mt.V_off=0.1", "VT.level=0"))
    offset = prepare(compile_schematic(schematic), schematic, Options((0,)))
    apply_settings(schematic, ("N*/Mt.V_off=0", "VT.level=0.1"))
    level = prepare(compile_schematic(schematic), schematic, Options((0,)))
    start = offset.weights().copy()
    for run in (offset, level):
        run.advance_epochs(20)
    assert np.abs(level.weights() - start).max() > 1e-4
    np.testing.assert_allclose(offset.weights(), level.weights(), rtol=0, atol=1e-9)


def test_64_16_10_learns_rows_of_the_size_of_the_digits() -> None:
    """1,797 rows of 64 inputs in 10 noisy classes: nothing here is made for XOR only."""
    generator = np.random.default_rng(3)
    label = np.arange(1797) % 10
    middles = generator.uniform(0, 1, (10, 64))
    inputs = np.clip(middles[label] + generator.normal(0, 0.1, (1797, 64)), 0, 1)
    rows = np.round(np.hstack([inputs, np.eye(10)[label]]), 3)
    columns = tuple(f"x{k}" for k in range(1, 65)), tuple(f"t{k}" for k in range(1, 11))
    schematic, notes = generate((64, 16, 10), Dataset(*columns, tuple(map(tuple, rows.tolist()))), "classes")
    assert {note.code for note in notes} == {"init-scaled", "t-row-proposed"}
    run = prepare(compile_schematic(schematic), schematic, Options((0,)))
    run.advance_epochs(12)
    _, outputs = run.forward()
    assert run.mse[-1][0] < run.mse[0][0] / 3
    assert (outputs[:, :, 0].argmax(axis=1) == label).mean() > 0.9
