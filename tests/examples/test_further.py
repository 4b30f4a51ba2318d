"""What the further examples promise: classes found on unseen rows, codes invented, states kept, weights forgotten."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app import paths
from app.circuit.compile import compile_schematic
from app.document.dataset import Dataset, read_csv
from app.document.schematic import End, Schematic
from app.training.gradient_check import check_gradient
from app.training.run import Options, TrainingRun, prepare
from app.training.score import answers, share_correct
from tests.examples.test_examples import opened, trained

FOLDS = 5


def stored(name: str) -> Dataset:
    return read_csv(paths.resources() / "datasets" / f"{name}.csv")


def run_of(schematic: Schematic, epochs: int, seeds: tuple[int, ...] = (0,)) -> TrainingRun:
    run = prepare(compile_schematic(schematic), schematic, Options(seeds, measure_mse=False))
    run.advance_epochs(epochs)
    return run


def weight(run: TrainingRun, path: str) -> float:
    return float(run.weights()[run.circuit.weight_paths.index(path), 0])


def test_the_multipliers_draw_the_curves_of_their_equations() -> None:
    """A circuit without any state runs, too."""
    schematic = opened("multiplier-curves.aann")
    circuit = compile_schematic(schematic)
    run = prepare(circuit, schematic, Options((0,)))
    ids = {entry.name: entry.id for entry in schematic.top.instances.values()}
    slots = [circuit.slot_of(End(ids[name], "V")) for name in ("V1", "R1", "R2")]
    _, values = run.trace(1, np.array(slots))
    x, ideal, changed = values.T
    assert len(x) > 100 and (x.min(), x.max()) == pytest.approx((-4.0, 4.0))
    assert ideal == pytest.approx(0.5 * x)
    assert changed == pytest.approx(np.tanh(x * 0.6))


def test_ten_seeds_all_converge() -> None:
    schematic = opened("xor-ten-seeds.aann")
    runs = int(schematic.settings["runs"])
    run = trained("xor-ten-seeds.aann", tuple(range(runs)))
    assert runs == 10
    assert np.all(run.mse[-1] < 0.01)


def test_moons_are_told_apart_on_unseen_points() -> None:
    run = run_of(opened("moons.aann"), 100, (0, 1, 2, 3))
    assert np.all(share_correct(run, stored("moons")) >= 0.98)
    assert np.all(share_correct(run, stored("moons-test")) >= 0.98)


def iris_fold(fold: int, epochs: int, seeds: tuple[int, ...]) -> np.ndarray:
    """(seeds,) how many of the rows left out are found by what learns from the others."""
    schematic = opened("iris.aann")
    rows = schematic.datasets["iris"].rows
    fold_of = [number // 3 % FOLDS for number in range(len(rows))]  # the species come in turn
    left_out = replace(
        schematic.datasets["iris"], rows=tuple(row for row, f in zip(rows, fold_of, strict=True) if f == fold)
    )
    kept = tuple(row for row, f in zip(rows, fold_of, strict=True) if f != fold)
    schematic.datasets["iris"] = replace(left_out, rows=kept)
    return share_correct(run_of(schematic, epochs, seeds), left_out) * len(left_out.rows)


def test_iris_in_five_folds() -> None:
    found = sum(iris_fold(fold, 100, (0, 1, 2, 3)) for fold in range(FOLDS))
    assert np.all(found / 150 >= 0.95)


@pytest.mark.soak
def test_iris_in_five_folds_to_the_end_from_many_seeds() -> None:
    found = sum(iris_fold(fold, 300, tuple(range(32))) for fold in range(FOLDS))
    assert np.all(found / 150 >= 0.95)


def test_digits_are_read_that_were_never_seen() -> None:
    schematic = opened("digits.aann")
    run = run_of(schematic, 30)
    assert share_correct(run, stored("digits-test"))[0] >= 0.95
    assert schematic.datasets["digits-test"].rows == stored("digits-test").rows
    assert not set(schematic.datasets["digits-train"].rows) & set(schematic.datasets["digits-test"].rows)


def test_the_sine_is_followed_everywhere() -> None:
    run = trained("sine.aann")
    rows = np.asarray(stored("sine").rows)
    assert np.abs(answers(run, stored("sine"))[:, 0, 0] - rows[:, 1]).max() < 0.05


def test_the_autoencoder_gives_every_pattern_a_code_of_its_own() -> None:
    run = trained("autoencoder.aann")
    assert share_correct(run, stored("one-of-four"))[0] == 1.0
    inputs = np.asarray(stored("one-of-four").rows)[:, :4]
    volts = [[weight(run, f"N2_{n}/C{k}") for k in range(5)] for n in (1, 2)]
    codes = np.array([[bias + row @ np.array(ws) > 0 for bias, *ws in volts] for row in inputs])
    assert len({tuple(code) for code in codes.tolist()}) == 4


def test_the_convolution_shares_its_capacitors_and_finds_the_filter() -> None:
    schematic = opened("convolution.aann")
    circuit = compile_schematic(schematic)
    assert circuit.weight_paths[:4] == ["C1", "C2", "C3", "C0"]
    assert check_gradient(circuit, schematic).deviation < 1e-9
    run = trained("convolution.aann")
    assert share_correct(run, stored("spikes"))[0] == 1.0
    signs = np.sign([weight(run, f"C{k}") for k in (1, 2, 3)])
    assert signs[0] == signs[2] == -signs[1]


def test_the_recurrent_pair_keeps_its_state() -> None:
    run = trained("recurrent.aann")
    assert run.circuit.program.forward_has_state
    assert run.mse[-1][0] <= 5e-3
    assert min(weight(run, "N2_1/C3"), weight(run, "N2_2/C3")) < -0.5, "each must hold the other down"


def test_leaky_weights_learn_and_forget() -> None:
    run = trained("leaky.aann", epochs=100)
    learnt = np.abs(run.weights()).sum()
    assert share_correct(run, stored("and"))[0] == 1.0 and run.mse[-1][0] < 0.02
    run.advance_epochs(200)
    # 200 epochs of 4 rows of 0.1 us at R C = 100 us.
    assert np.abs(run.weights()).sum() / learnt == pytest.approx(np.exp(-0.8), rel=1e-4)
    assert run.mse[-1][0] > 0.03


def test_mismatched_multipliers_learn_from_any_seed() -> None:
    run = trained("mismatch.aann", tuple(range(8)), epochs=400)
    assert np.all(run.mse[-1] < 0.01)


def test_noise_on_the_inputs_does_not_keep_xor_from_learning() -> None:
    run = trained("noise.aann")
    assert run.mse_at_row_ends
    tail = np.array(run.mse)[-100:, 0]
    assert np.median(tail) < 0.01
    assert tail.std() > 1e-4, "the noise must be seen in the MSE"
