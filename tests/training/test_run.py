"""Many epochs in one call: bit for bit what small pieces give, V_teach, MSE, stop conditions and failures included."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.errors import ProblemError
from app.solve.state import IntegratorState, Status
from app.training.run import Options, TrainingRun, prepare
from app.training.stop import PLATEAU_EPOCHS, Stop, advance_until
from tests.drawing import Drawing
from tests.networks import layered


def network_run(draw: Drawing | None = None, row_time: str = "0.1u", **options: object) -> TrainingRun:
    """2-3-1 on XOR; `options` are those of a run."""
    drawn = draw or layered((2, 3, 1))
    dataset = drawn.schematic.top.instances[drawn.ids["D1"]]
    dataset.parameters["T_row"] = row_time
    return prepare(compile_schematic(drawn.schematic), drawn.schematic, Options(**options))  # type: ignore[arg-type]


def same_state(left: IntegratorState, right: IntegratorState) -> bool:
    return all(np.array_equal(getattr(left, f.name), getattr(right, f.name), equal_nan=True) for f in fields(left))


@pytest.mark.parametrize("switch", ["", "alternate", "off"])
@pytest.mark.parametrize("seeds", [(0,), (3, 4, 5)])
@pytest.mark.parametrize("order", ["sequential", "shuffled"])
def test_many_epochs_are_the_same_in_one_call_and_in_pieces(switch: str, seeds: tuple[int, ...], order: str) -> None:
    draw = layered((2, 3, 1))
    draw.schematic.top.instances[draw.ids["D1"]].parameters["order"] = order
    whole, rows, mixed = (network_run(draw, seeds=seeds, switch=switch) for _ in range(3))
    whole.advance_epochs(30)
    for _ in range(30 * 4):
        rows.advance_rows(1)
    for piece in (3, 1, 6, 50, 60):
        mixed.advance_rows(piece)
    for other in (rows, mixed):
        assert other.row == whole.row == 120
        assert same_state(other.state, whole.state)
        np.testing.assert_array_equal(np.stack(other.mse), np.stack(whole.mse))
    assert len(whole.mse) == len(whole.ends) == 30
    np.testing.assert_array_equal(whole.ends[-1], whole.state.y)


def test_alternate_learns_every_other_epoch() -> None:
    run = network_run(switch="alternate")
    run.advance_epochs(6)
    mse = np.concatenate(run.mse)
    np.testing.assert_array_equal(mse[1::2], mse[0::2])
    assert (np.diff(mse[0::2]) < 0).all()
    np.testing.assert_array_equal(run.ends[1], run.ends[0])


def test_the_mse_is_that_of_a_forward_pass_over_all_rows() -> None:
    run = network_run(seeds=(1, 2))
    run.advance_epochs(5)
    errors, _ = run.forward()
    np.testing.assert_allclose(run.mse[-1], np.mean(errors**2, axis=(0, 1)), rtol=1e-14)
    assert run.mse_seconds > 0.0


def test_a_forward_part_with_states_is_sampled_at_the_rows_ends() -> None:
    def delayed() -> TrainingRun:
        return network_run(layered((2, 3, 1), tau="10n"))

    whole, pieces = delayed(), delayed()
    assert whole.program.forward_has_state
    whole.advance_epochs(6)
    for _ in range(6 * 4):
        pieces.advance_rows(1)
    np.testing.assert_array_equal(np.stack(whole.mse), np.stack(pieces.mse))


def test_stops_exactly_at_the_epoch_that_reaches_the_target() -> None:
    reference = network_run(row_time="1u")
    reference.advance_epochs(200)
    curve = np.concatenate(reference.mse)
    epoch = int(np.flatnonzero(curve <= 0.05)[0]) + 1
    assert 10 < epoch < 190
    run, single = network_run(row_time="1u"), network_run(row_time="1u")
    advance_until(run, Stop(mse=0.05), seconds=10.0)
    single.advance_epochs(epoch)
    assert run.epoch == epoch and len(run.mse) == epoch
    assert same_state(run.state, single.state)


def test_stops_exactly_on_the_plateau_and_at_a_time() -> None:
    run = network_run(switch="off")
    advance_until(run, Stop(plateau=0.01), seconds=10.0)
    assert run.epoch == PLATEAU_EPOCHS + 1
    timed = network_run()
    advance_until(timed, Stop(time=1.05e-6), seconds=10.0)
    assert timed.row == 11
    none = network_run()
    advance_until(none, Stop(epochs=0))
    assert none.row == 0 and not none.mse


def test_a_batch_goes_on_until_every_run_has_reached_the_target() -> None:
    run = network_run(row_time="1u", seeds=(0, 1, 2))
    advance_until(run, Stop(epochs=400, mse=0.05), seconds=10.0)
    assert 10 < run.epoch < 400
    best = np.minimum.accumulate(np.stack(run.mse))
    assert (best[-1] <= 0.05).all() and not (best[-2] <= 0.05).all()


def diverging() -> Drawing:
    """A weight that charges itself without bound, beside the network."""
    draw = layered((2, 3, 1))
    draw.add("weight", "CX", V0="1")
    draw.add("multiplier", "MX", K_m="1u")
    draw.wire("CX.V_w", "MX.V1")
    draw.wire("CX.V_w", "MX.V2")
    draw.wire("MX.I", "CX.I_charge")
    return draw


def test_a_value_that_leaves_all_bounds_stops_the_run_in_its_epoch() -> None:
    whole, pieces = network_run(diverging()), network_run(diverging())
    with pytest.raises(ProblemError) as found:
        whole.advance_epochs(10)
    with pytest.raises(ProblemError):
        for _ in range(40):
            pieces.advance_rows(1)
    problem = found.value.problems[0]
    assert problem.where.startswith("CX") and "1e-07 s" in problem.found
    assert whole.row == 0 and np.isfinite(whole.state.y).all()
    np.testing.assert_array_equal(whole.state.y, pieces.state.y)
    np.testing.assert_array_equal(whole.state.failed_at, pieces.state.failed_at)


def test_a_run_that_stops_ends_alone_where_the_others_shall_go_on() -> None:
    draw = diverging()
    draw.schematic.top.instances[draw.ids["CX"]].parameters["V0"] = "seeded"
    draw.schematic.top.instances[draw.ids["CX"]].parameters["spread"] = "1"
    run = network_run(draw, seeds=(0, 1, 2, 3, 4, 5), keep_going=True)
    run.advance_epochs(10)
    stopped = run.state.status != Status.RUNNING
    assert 0 < stopped.sum() < 6
    curve = np.stack(run.mse)
    np.testing.assert_array_equal(np.isnan(curve[-1]), stopped)
    assert (run.state.segment[~stopped] == 0).all()
    alone = network_run(draw, seeds=(int(np.flatnonzero(~stopped)[0]),))
    alone.advance_epochs(10)
    np.testing.assert_allclose(alone.state.y[:, 0], run.state.y[:, np.flatnonzero(~stopped)[0]], atol=1e-12)


def test_snapshots_restore_every_bit() -> None:
    run = network_run(seeds=(7,))
    run.advance_rows(10)
    kept = run.snapshot()
    run.advance_rows(50)
    after, mse = run.state.copy(), np.stack(run.mse)
    run.restore(kept)
    run.advance_rows(50)
    assert same_state(run.state, after)
    np.testing.assert_array_equal(np.stack(run.mse), mse)


def test_epochs_ends_are_numbered_wherever_a_call_begins() -> None:
    timeline = network_run().timeline
    for first in range(9):
        for count in (1, 3, 4, 11):
            ended = (np.arange(first, first + count) + 1) % timeline.rows == 0
            expected = np.where(ended, np.cumsum(ended) - 1, -1)
            np.testing.assert_array_equal(timeline.ends(first, count), expected)
            rows = timeline.schedule((0,), first, count).row[:, 0]
            np.testing.assert_array_equal(rows, np.arange(first, first + count) % timeline.rows)
