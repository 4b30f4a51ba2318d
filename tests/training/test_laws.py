"""What must hold for every ideal network: the error falls, V_teach = 0 holds the charge, rows begin where they must."""

from __future__ import annotations

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document.dataset import Dataset
from app.document.generate import generate
from app.document.set_parameters import apply_settings
from app.training.run import Options, TrainingRun, prepare
from tests.networks import random_rows, random_sizes

ACTIVATIONS = ("sigmoid", "tanh", "softplus", "linear")


def random_run(seed: int, rows: int, settings: tuple[str, ...] = (), **options: str) -> TrainingRun:
    sizes = random_sizes(np.random.default_rng(seed))
    columns = tuple(f"x{k}" for k in range(sizes[0])), tuple(f"t{k}" for k in range(sizes[-1]))
    data = Dataset(*columns, random_rows(sizes, rows, seed))
    schematic, _ = generate(sizes, data, "rows", activation=ACTIVATIONS[seed % 4], t_row=options.get("t_row", "0.1us"))
    apply_settings(schematic, settings)
    return prepare(compile_schematic(schematic), schematic, Options((seed,), rtol=1e-9))


def assert_error_falls(seed: int) -> None:
    """One row held: charging follows -dE/dV_w, so that E cannot rise. Samples every 5 ns; rounding may show at the
    bottom only."""
    run = random_run(seed, 1, t_row="5ns")
    start = run.forward()[0][:, :, 0]
    run.advance_epochs(400)
    energy = np.concatenate([[float(np.mean(start**2))], np.stack(run.mse)[:, 0]])
    assert energy[-1] < energy[0]
    assert (np.diff(energy) <= 1e-12 * energy[0]).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_error_falls_while_a_row_is_held(seed: int) -> None:
    assert_error_falls(seed)


@pytest.mark.soak
def test_the_error_falls_in_two_hundred_networks() -> None:
    for seed in range(20, 220):
        assert_error_falls(seed)


@pytest.mark.parametrize("seed", range(12))
def test_v_teach_0_keeps_every_bit_of_every_weight(seed: int) -> None:
    run = random_run(seed, 4, ("VT.level=0",), t_row="1us")
    start = run.weights().tobytes()
    run.advance_epochs(50)
    assert run.weights().tobytes() == start
    assert len({float(mse[0]) for mse in run.mse}) == 1


@pytest.mark.parametrize("rise", ["0", "3ns"])
def test_rows_begin_at_k_times_t_row_exactly(rise: str) -> None:
    assert_exact_edges(rise, 20_000)


@pytest.mark.soak
@pytest.mark.parametrize("rise", ["0", "3ns"])
def test_a_million_rows_begin_at_k_times_t_row_exactly(rise: str) -> None:
    assert_exact_edges(rise, 1_000_000)


def assert_exact_edges(rise: str, count: int) -> None:
    run = random_run(1, 3, (f"D1.T_rise={rise}",))
    timeline = run.timeline
    step = timeline.row_time
    for first in range(0, count, 10_000):
        schedule = timeline.schedule([0], first, 10_000)
        begin, duration = schedule.begin[:, 0], schedule.duration[:, 0]
        numbers = np.arange(first, first + 10_000)
        assert np.isin(numbers * step, begin).all()  # bit by bit
        np.testing.assert_allclose(begin[1:], (begin + duration)[:-1], rtol=0, atol=1e-6 * step)
        assert len(begin) == 10_000 * (1 if rise == "0" else 2)
        assert (duration > 0).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_run_twice_is_the_same_to_the_last_bit(seed: int) -> None:
    found = []
    for chunks in ([30], [1] * 30, [7, 11, 12]):
        run = random_run(seed, 4, ("D1.order=shuffled",))
        for epochs in chunks:
            run.advance_epochs(epochs)
        found.append((run.weights().tobytes(), np.stack(run.mse).tobytes()))
    assert found[0] == found[1] == found[2]
