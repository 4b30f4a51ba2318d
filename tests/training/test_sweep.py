"""Sweeps: each run is what `aann run` would give; batches, order, resuming and cancelling change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document.addresses import find
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Change, Schematic
from app.document.set_parameters import apply_setting, set_texts
from app.errors import ProblemError
from app.training import sweep_draws, sweep_journal
from app.training.run import Options, prepare
from app.training.stop import Stop, advance_until
from app.training.sweep import LocalWorkers, Progress, Runner
from app.training.sweep_axes import parse_vary
from app.training.sweep_plan import Plan, Sweep
from app.training.sweep_table import Table, heat_over, wilson, yield_along

EPOCHS = 12


def xor(imperfect: bool = False) -> Schematic:
    return generate([2, 3, 1], XOR, "xor", imperfect=imperfect)[0]


def plan_of(schematic: Schematic, *varies: str, runs: int = 1, stop: Stop | None = None, **fields: object) -> Plan:
    sweep = Sweep(tuple(map(parse_vary, varies)), runs=runs, stop=stop or Stop(epochs=EPOCHS), **fields)  # type: ignore[arg-type]
    return Plan(schematic, sweep)


def done(plan: Plan, workers: int = 2) -> Table:
    return Runner(plan, LocalWorkers(workers)).run()


def alone(schematic: Schematic, seed: int, rtol: float = 1e-6, epochs: int = EPOCHS) -> tuple[np.ndarray, np.ndarray]:
    run = prepare(compile_schematic(schematic), schematic, Options((seed,), rtol=rtol))
    run.advance_epochs(epochs)
    return np.array(run.mse)[:, 0], run.weights()[:, 0]


def test_every_run_is_what_it_is_alone() -> None:
    """Lanes (gain), structures (T_row, a word), tolerance and seeds, combined."""
    schematic = xor()
    varies = ("N*.gain=3,5", "T_row=0.1us,0.5us", "N2_*.activation=sigmoid,tanh", "rtol=1e-5,1e-7")
    plan = plan_of(schematic, *varies, runs=2)
    table = done(plan)
    assert len(plan.cases) == 32 and table.done.all()
    for number in (0, 5, 14, 23, 31):
        case = plan.cases[number]
        written = schematic.copy()
        for column, index in zip(plan.columns, case.point, strict=True):
            set_texts(written, [(address, column.texts[index]) for address in column.addresses], "test")
        mse, weights = alone(written, case.seed, plan.columns[3].numbers[case.point[3]])
        np.testing.assert_allclose(table.mse[:, number], mse, atol=1e-12)
        np.testing.assert_allclose(table.weights[:, number], weights, atol=1e-12)
    assert table.names == compile_schematic(schematic).weight_paths


def test_draws_are_the_values_that_their_hash_says() -> None:
    schematic = xor(imperfect=True)
    plan = plan_of(schematic, "N*/M*.V_off=normal:0:5m", "N*.K_I=uniform:99%:101%", runs=3, seed=4)
    table = done(plan)
    written = schematic.copy()
    for target, kind, first, second in (("N*/M*.V_off", "normal", 0.0, 5e-3), ("N*.K_I", "uniform", 99e-9, 101e-9)):
        texts = []
        for address in find(schematic, target, "test"):
            deviate = sweep_draws.uniform(4, address.path, [2])
            texts.append((address, repr(float(sweep_draws.drawn(kind, first, second, deviate)[0]))))
        set_texts(written, texts, "test")
    mse, weights = alone(written, seed=6)
    np.testing.assert_allclose(table.mse[:, 2], mse, atol=1e-12)
    np.testing.assert_allclose(table.weights[:, 2], weights, atol=1e-12)


def test_draws_over_time_constants_and_schedules_make_structures() -> None:
    plan = plan_of(xor(), "D1.T_row=uniform:0.1u:0.2u", runs=3)
    assert len({job.settings for job in plan.jobs()}) == 3
    assert done(plan).done.all()


def test_several_sigmas_are_an_axis_with_the_same_deviates() -> None:
    plan = plan_of(xor(), "N*/C*.C=normal:100%:0%,1%,10%", runs=4)
    assert plan.columns[0].numbers == (0.0, 0.01, 0.1)
    table = done(plan)
    plain = done(plan_of(xor(), runs=4))
    np.testing.assert_allclose(table.mse[:, :4], plain.mse, atol=1e-12)
    shift = np.abs(table.mse - np.tile(table.mse[:, :4], 3)).max(axis=0).reshape(3, 4)
    assert (shift[2] > shift[1]).all() and (shift[1] > 0).all()


@pytest.mark.parametrize("tau", ["0", "1n"])
def test_a_stop_at_a_target_does_not_depend_on_the_batch(tau: str) -> None:
    """With a time constant the MSE comes from the rows' ends, and the states at the epochs' ends are not kept."""
    stop = Stop(epochs=400, mse=0.05)
    schematic = xor()
    apply_setting(schematic, "N*.tau", tau)
    together = done(plan_of(schematic, runs=32, stop=stop), workers=1)  # more than a block: ended runs make room
    assert len(set(together.epochs)) > 10
    for number in (0, 3, 7, 20, 31):
        single = done(plan_of(schematic, runs=1, seed=number, stop=stop))
        assert single.epochs[0] == together.epochs[number]
        np.testing.assert_allclose(single.weights[:, 0], together.weights[:, number], atol=1e-12)
    curve = together.mse[:, 0]
    assert curve[together.epochs[0] - 1] <= 0.05 < curve[together.epochs[0] - 2]
    assert np.isnan(curve[together.epochs[0] :]).all()


def test_a_plateau_ends_each_run_by_itself() -> None:
    """As Stop says it for a single run: no improvement by the share over 50 epochs."""
    stop = Stop(epochs=300, plateau=0.05)
    together = done(plan_of(xor(), runs=24, stop=stop), workers=1)
    for number in (0, 9, 23):
        run = prepare(compile_schematic(xor()), xor(), Options((number,)))
        advance_until(run, stop)
        assert together.epochs[number] == run.epoch
        np.testing.assert_allclose(together.mse[: run.epoch, number], np.array(run.mse)[:, 0], atol=1e-12)
        np.testing.assert_allclose(together.weights[:, number], run.weights()[:, 0], atol=1e-12)


def test_a_run_that_breaks_ends_alone() -> None:
    """One of the lanes cannot be integrated at all; the others are what they are without it."""
    plan = plan_of(xor(), "VT.level=1,1e6", runs=2, stop=Stop(epochs=3))
    table = done(plan)
    assert table.done.all() and table.broken.tolist() == [False, False, True, True]
    assert np.isinf(table.final_mse[2:]).all()
    np.testing.assert_allclose(table.mse[:, :2], done(plan_of(xor(), runs=2, stop=Stop(epochs=3))).mse, atol=1e-12)


class _CountedWorkers(LocalWorkers):
    def __init__(self) -> None:
        super().__init__(1)
        self.cases: list[int] = []

    def run(self, text, jobs, tick):  # type: ignore[no-untyped-def]
        self.cases = [case for job in jobs for case in job.cases]
        return super().run(text, jobs, tick)


def test_a_cancelled_sweep_goes_on_without_redoing(tmp_path: Path) -> None:
    plan = plan_of(xor(), "N*.gain=2,3,4,5", runs=8)
    whole = done(plan)
    path = tmp_path / "r.part"
    runner = Runner(plan, LocalWorkers(1), sweep_journal.Journal(path, fresh=True))

    def after_one_batch(progress: Progress) -> None:
        if progress.done:
            runner.cancel()

    first = runner.run(after_one_batch)
    assert runner.journal is not None
    runner.journal.close()
    assert 0 < first.done.sum() < len(plan.cases)
    workers = _CountedWorkers()
    again = Runner(Plan(xor(), plan.sweep), workers)
    assert again.restore(sweep_journal.read(path)) == first.done.sum()
    table = again.run()
    assert sorted(workers.cases) == np.flatnonzero(~first.done).tolist()
    np.testing.assert_allclose(table.mse, whole.mse, atol=1e-12)
    np.testing.assert_allclose(table.weights, whole.weights, atol=1e-12)


def test_runs_are_known_by_all_that_they_depend_on() -> None:
    base = plan_of(xor(), "N*.gain=3,4", runs=2)
    assert len(set(base.keys)) == 4
    assert set(base.keys) < set(plan_of(xor(), "N*.gain=4,3,5", runs=3).keys)
    moved = xor()
    moved.apply([Change("settings", "rtol", None, "1e-4")])
    for other in (
        plan_of(moved, "N*.gain=3,4", runs=2),
        plan_of(xor(), "N*.gain=3,4", runs=2, seed=2),
        plan_of(xor(), "N*.gain=3,4", runs=2, rtol=1e-5),
        plan_of(xor(), "N*.gain=3,4", runs=2, stop=Stop(epochs=EPOCHS + 1)),
        plan_of(xor(), "N*.gain=3,4", "N*/C*.C=normal:100%:1%", runs=2),
        plan_of(xor(), "N2_1.gain=3,4", runs=2),
    ):
        assert not set(base.keys) & set(other.keys)


def test_progress_tells_curves_and_time_left() -> None:
    plan = plan_of(xor(), runs=40, stop=Stop(epochs=100))
    notices: list[Progress] = []
    Runner(plan, LocalWorkers(2)).run(notices.append)
    assert [p.done for p in notices] == sorted(p.done for p in notices)
    assert notices[-1].done == notices[-1].total == 40 and notices[-1].share == 1.0
    assert sorted(case for p in notices for outcome in p.finished for case in outcome.cases) == list(range(40))


def test_faults_are_told_before_anything_runs() -> None:
    for varies, code in (
        (["N*/M*.V_off=normal:0:5m"], "no-match"),
        (["N9.gain=1,2"], "no-match"),
        (["rtol=normal:1e-6:1e-7"], "vary-syntax"),
        (["rtol=1e-40"], "quantity"),
        (["D1.T_row=normal:100%:1%"], "vary-syntax"),
        (["N*.gain=lin:1:2:1000", "N*.V_amp=lin:1:2:1001"], "sweep-size"),
    ):
        with pytest.raises(ProblemError) as caught:
            plan_of(xor(), *varies)
        assert caught.value.problems[0].code == code
    with pytest.raises(ProblemError, match="one of the runs has the value"):
        done(plan_of(xor(), "N*/C*.C=normal:0.1p:0.1p", runs=30))


def test_yields_and_tables_count_what_reached() -> None:
    table = Table(plan_of(xor(), "N*.gain=1,2", "N*.V_amp=1,2,3", runs=2, target=0.1))
    table.mse = np.tile(np.array([[0.5], [0.2]]), (1, 12))
    table.mse[1, [0, 1, 7]] = 0.05
    table.epochs[:], table.done[:] = 2, True
    table.done[11] = False
    found = yield_along(table, 0)
    assert found.runs.tolist() == [6, 5]
    assert found.share == pytest.approx([2 / 6, 1 / 5])
    assert found.epochs.tolist() == [2.0, 2.0]
    heat = heat_over(table, 0, 1)
    assert heat.share.tolist() == [[1.0, 0.0, 0.0], [0.5, 0.0, 0.0]]
    assert heat.mse[0].tolist() == [0.05, 0.2, 0.2]
    low, high = wilson(np.array([0.0, 5.0, 10.0]), np.array([10, 10, 10]))
    # The interval's ends as textbooks give them for 0, 5 and 10 of 10.
    np.testing.assert_allclose(low, [0.0, 0.2366, 0.7225], atol=1e-4)
    np.testing.assert_allclose(high, [0.2775, 0.7634, 1.0], atol=1e-4)
