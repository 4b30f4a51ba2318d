"""The other seeds beside a run: the same numbers as if they ran alone, never ahead, paused and ended with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Schematic
from app.training.ensemble import Ensemble
from app.training.frame import Curve
from app.training.run import Options, prepare

OTHERS, EPOCHS = 9, 30


@pytest.fixture(scope="module")
def schematic() -> Schematic:
    made = generate((2, 3, 1), XOR, "xor")[0]
    made.settings["seed"] = "4"
    return made


@pytest.fixture
def ensemble(schematic: Schematic) -> Iterator[Ensemble]:
    made = Ensemble(schematic.copy(), OTHERS)
    yield made
    assert made.shutdown(60.0)


def alone(schematic: Schematic, epochs: int, off_from: int | None = None) -> np.ndarray:
    """(epochs, others) [V^2]."""
    run = prepare(compile_schematic(schematic), schematic, Options(tuple(range(5, 5 + OTHERS))))
    run.advance_epochs(epochs if off_from is None else off_from)
    if off_from is not None:
        run.switch = "off"
        run.advance_epochs(epochs - off_from)
    return run.mse[:].copy()


def newest(ensemble: Ensemble, met: Callable[[Curve], bool]) -> Curve:
    limit = time.monotonic() + 120.0
    while time.monotonic() < limit:
        curve = ensemble.latest()
        if curve is not None and met(curve):
            return curve
        time.sleep(0.01)
    raise AssertionError("it did not come that far")


def at(curve: Curve, epoch: int) -> bool:
    return bool(len(curve.x)) and curve.x[-1] == epoch


def test_every_curve_is_that_of_its_seed_to_the_last_bit(ensemble: Ensemble, schematic: Schematic) -> None:
    for epoch in (1, 7, EPOCHS):
        ensemble.follow(epoch, going=True)
        curve = newest(ensemble, lambda curve, epoch=epoch: at(curve, epoch))  # type: ignore[misc]
    assert curve.y.shape == (2 * EPOCHS, OTHERS)
    np.testing.assert_array_equal(curve.y[0::2], alone(schematic, EPOCHS))
    assert not ensemble.busy, "it never gets ahead of the run that is watched"


def test_it_waits_while_the_run_does(ensemble: Ensemble) -> None:
    ensemble.follow(EPOCHS, going=False)
    assert not ensemble.busy and ensemble.latest() is None
    ensemble.follow(EPOCHS, going=True)
    newest(ensemble, lambda curve: at(curve, EPOCHS))


def test_the_switch_is_put_at_the_same_epoch(ensemble: Ensemble, schematic: Schematic) -> None:
    ensemble.follow(EPOCHS, going=True, switch="off", since=12)
    curve = newest(ensemble, lambda curve: at(curve, EPOCHS))
    np.testing.assert_array_equal(curve.y[0::2], alone(schematic, EPOCHS, off_from=12))
    assert (curve.y[-1] == curve.y[30]).all(), "nothing learns while V_teach is off"


def test_it_ends_in_the_middle_of_work_and_before_it_began(schematic: Schematic) -> None:
    for epochs in (0, 10**9):
        made = Ensemble(schematic.copy(), OTHERS)
        made.follow(epochs, going=True)
        if epochs:
            newest(made, lambda curve: len(curve.x) > 0)
        assert made.shutdown(60.0)


def test_a_drawing_with_errors_has_none(schematic: Schematic) -> None:
    broken = schematic.copy()
    broken.top.wires.clear()
    made = Ensemble(broken, OTHERS)
    made.follow(EPOCHS, going=True)
    made._thread.join(60.0)
    assert not made.busy and made.latest() is None
