"""A live run, without threads and windows: whatever a person does, its steps are those of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.document import edits
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import TOP, Schematic
from app.errors import ProblemError
from app.program import FloatArray
from app.training.frame import Frame
from app.training.run import TrainingRun, prepare
from app.training.session import Session
from app.training.settings import options_of

ROWS = len(XOR.rows)


def network(**settings: str) -> Schematic:
    schematic, _ = generate((2, 3, 1), XOR, "xor")
    schematic.settings.update(settings)
    return schematic


def instance_named(schematic: Schematic, name: str) -> str:
    return next(ident for ident, instance in schematic.top.instances.items() if instance.name == name)


def alone(schematic: Schematic, rows: int) -> TrainingRun:
    """What the command line does."""
    run = prepare(compile_schematic(schematic), schematic, options_of(schematic))
    run.advance_rows(rows)
    return run


class Clock:
    """Seconds that pass by themselves, so that chunks differ in length from run to run."""

    def __init__(self, step: float = 0.003) -> None:
        self._ticks: Iterator[float] = count(0.0, step)

    def __call__(self) -> float:
        return next(self._ticks)


def reference_at(schematic: Schematic, epochs: int) -> FloatArray:
    """The weights after so many epochs."""
    run = alone(schematic, epochs * ROWS)
    return run.weights()[:, 0]


def begun(schematic: Schematic, state: dict[str, object] | None = None) -> Session:
    session = Session()
    session.load(schematic.copy(), True, state or {})
    session.warm_up()
    return session


def chunks(session: Session, number: int, clock: Clock) -> None:
    for _ in range(number):
        session.chunk(0.0005, clock)


def run_of(session: Session) -> TrainingRun:
    found: list[TrainingRun] = []
    session.ask(lambda run: found.append(run) if run is not None else None)
    return found[0]


def frame_of(session: Session) -> Frame:
    return session.frame(0)


def test_only_a_circuit_warms_kernels_up() -> None:
    session = Session()
    session.load(Schematic(), True, {})
    assert not session.warm_up(), "an empty drawing has none: the next one's are still to be prepared"
    session.load(network(), True, {})
    assert session.state == "preparing" and session.warm_up()
    assert session.state == "paused"


@pytest.mark.parametrize("order", ["sequential", "shuffled"])
def test_chunks_pauses_and_frames_change_no_bit(order: str) -> None:
    schematic = network()
    dataset = instance_named(schematic, "D1")
    schematic.apply(edits.set_parameter(schematic, TOP, dataset, "order", order))
    session, clock = begun(schematic), Clock()
    for burst in range(6):
        session.run()
        chunks(session, 3 + burst, clock)
        session.pause()
        frame_of(session)
        session.step_rows(1 + burst % 3)
    run = run_of(session)
    assert run.row > 10 * ROWS
    reference = alone(schematic, run.row)
    assert np.array_equal(run.state.y, reference.state.y) and np.array_equal(run.state.h, reference.state.h)
    frame = frame_of(session)
    assert frame.epoch == reference.epoch and frame.mse == reference.mse[-1][0]


def test_a_paced_run_takes_the_same_steps() -> None:
    schematic = network()
    session = begun(schematic)
    session.set_speed(1e-3)
    session.run()
    while run_of(session).row < 100:
        session.chunk(0.008, Clock())
    session.pause()
    assert np.array_equal(run_of(session).state.y, alone(schematic, run_of(session).row).state.y)


def test_back_and_forth() -> None:
    schematic = network()
    session = begun(schematic)
    session.step_epochs(30)
    there = frame_of(session)
    session.step_rows(-1)
    assert frame_of(session).epoch == 29 and frame_of(session).row == ROWS - 1
    session.step_epochs(-1)
    assert (frame_of(session).epoch, frame_of(session).row) == (29, 0)
    session.step_epochs(-1)
    assert (frame_of(session).epoch, frame_of(session).row) == (28, 0)
    session.step_epochs(2)
    again = frame_of(session)
    assert again.epoch == 30 and np.array_equal(again.weights, there.weights) and again.mse == there.mse
    assert len(again.learning.x) == len(there.learning.x)
    session.step_rows(-1000)
    assert frame_of(session).time == 0.0
    assert np.array_equal(frame_of(session).weights, alone(schematic, 0).weights()[:, 0])


def test_the_switch_freezes_the_weights_and_lets_them_go_on() -> None:
    session = begun(network())
    session.step_epochs(3)
    learned = frame_of(session).weights
    assert frame_of(session).teach_on
    session.set_teach(False)
    session.step_epochs(5)
    frozen = frame_of(session)
    assert not frozen.teach_on and np.array_equal(frozen.weights, learned) and frozen.teach_changes == (3,)
    session.set_teach(True)
    session.step_epochs(1)
    assert (frame_of(session).weights != learned).all()


def test_going_back_over_a_switch_puts_it_back() -> None:
    session = begun(network())
    session.step_epochs(3)
    at_three = frame_of(session).weights
    session.set_teach(False)
    session.step_epochs(2)
    session.step_epochs(-3)
    assert frame_of(session).teach_on and frame_of(session).epoch == 2
    session.step_epochs(1)
    assert np.array_equal(frame_of(session).weights, at_three)


def test_reset_goes_back_to_the_initial_weights_of_the_seed() -> None:
    session = begun(network(seed="5"))
    first = frame_of(session).weights
    session.step_epochs(4)
    session.reset()
    frame = frame_of(session)
    assert np.array_equal(frame.weights, first) and frame.time == 0.0 and not len(frame.learning.x)
    assert np.isnan(frame.mse)


def test_a_parameter_acts_while_running_without_a_restart() -> None:
    schematic, clock = network(), Clock()
    session = begun(schematic)
    session.run()
    chunks(session, 5, clock)
    before = run_of(session)
    row, weights, step = before.row, before.weights().copy(), before.state.h.copy()
    for ident, instance in schematic.top.instances.items():
        if instance.type == "neuron":
            schematic.apply(edits.set_parameter(schematic, TOP, ident, "gain", "6"))
    session.load(schematic.copy(), False, {})
    session.warm_up()
    after = run_of(session)
    assert after.row == row and np.array_equal(after.weights(), weights) and np.array_equal(after.state.h, step)
    assert not np.array_equal(after.program.k, before.program.k)
    assert frame_of(session).state == "running"
    chunks(session, 3, clock)
    reference = prepare(compile_schematic(schematic), schematic, options_of(schematic))
    reference.row, reference.state.y[:], reference.state.h[:] = row, before.state.y, step
    reference.advance_rows(run_of(session).row - row)
    assert np.array_equal(run_of(session).state.y, reference.state.y)


def test_another_block_keeps_the_charge_of_the_capacitors_that_are_left() -> None:
    schematic = network()
    session = begun(schematic)
    session.step_epochs(10)
    before = dict(zip(run_of(session).circuit.weight_ids, frame_of(session).weights.tolist(), strict=True))
    schematic.apply(edits.place(schematic, "weight", (60, 60), name="Cx", parameters={"V0": "0.25"}))
    schematic.apply(edits.rename(schematic, TOP, instance_named(schematic, "N2_1"), "first"))
    session.load(schematic.copy(), False, {})
    session.warm_up()
    frame = frame_of(session)
    after = dict(zip(run_of(session).circuit.weight_ids, frame.weights.tolist(), strict=True))
    assert frame.epoch == 10 and len(after) == len(before) + 1
    assert all(after[ident] == volts for ident, volts in before.items())
    assert after[instance_named(schematic, "Cx")] == 0.25


def test_errors_in_the_drawing_pause_and_name_the_block_and_mending_goes_on() -> None:
    schematic = network()
    session = begun(schematic)
    session.step_epochs(2)
    session.run()
    broken = schematic.copy()
    broken.apply(edits.set_parameter(broken, TOP, instance_named(broken, "N2_1"), "gain", "nonsense("))
    session.load(broken, False, {})
    session.warm_up()
    frame = frame_of(session)
    assert frame.state == "refused" and "N2_1" in frame.problems[0].where
    session.run()
    assert session.chunk(0.008, Clock()) > 0.0 and run_of(session).epoch == 2
    session.load(schematic.copy(), False, {})
    session.warm_up()
    assert frame_of(session).state == "running" and not frame_of(session).problems


def test_it_stops_exactly_where_the_document_says() -> None:
    for settings, epochs in (({"stop_epochs": "37"}, 37), ({"stop_time": "10u"}, 25)):
        session, clock = begun(network(**settings)), Clock()
        session.run()
        chunks(session, 200, clock)
        frame = frame_of(session)
        assert frame.state == "finished" and frame.epoch == epochs
        assert frame.signals.x[-1] == pytest.approx(frame.time, rel=1e-12)
    schematic = network(stop_mse="0.2")
    session, clock = begun(schematic), Clock()
    session.run()
    while session.state == "running":
        session.chunk(0.008, clock)
    reference = alone(schematic, 400 * ROWS)
    first = next(number for number, mse in enumerate(reference.mse, start=1) if mse[0] <= 0.2)
    frame = frame_of(session)
    assert frame.epoch == first and frame.mse <= 0.2
    assert frame.signals.x[-1] == pytest.approx(frame.time, rel=1e-12)  # however fast it went, its very end is seen
    for bound in (0, 1):  # and once only: each epoch has one MSE
        np.testing.assert_array_equal(frame.learning.y[bound::2, 0], reference.mse[:first, 0])
    np.testing.assert_array_equal(frame.weights, reference_at(schematic, first))
    session.run()
    chunks(session, 3, clock)
    assert frame_of(session).state == "running" and frame_of(session).epoch > first


def test_looking_back_and_branching() -> None:
    session = begun(network())
    session.step_epochs(20)
    present = frame_of(session)
    session.look_back(7)
    past = frame_of(session)
    assert past.state == "looking back" and past.viewing == 7 and past.epoch == 7
    assert np.array_equal(past.weights, alone(network(), 7 * ROWS).weights()[:, 0])
    assert past.mse == pytest.approx(present.learning.y[2 * 6, 0])
    session.live()
    assert np.array_equal(frame_of(session).weights, present.weights)
    session.look_back(7)
    session.branch()
    branched = frame_of(session)
    assert branched.state == "paused" and branched.viewing is None and branched.epoch == 7
    assert branched.learning.x[-1] == 7 and np.array_equal(branched.weights, past.weights)


def test_a_saved_state_goes_on_as_if_nothing_had_happened() -> None:
    schematic = network()
    session = begun(schematic)
    session.step_epochs(12)
    session.step_rows(2)
    resumed = begun(schematic, session.trained())
    assert frame_of(resumed).epoch == 12 and frame_of(resumed).row == 2
    for one in (session, resumed):
        one.step_rows(30)
    assert np.array_equal(run_of(session).state.y, run_of(resumed).state.y)
    assert begun(schematic).trained() == {}


def test_a_damaged_state_is_passed_over() -> None:
    nonsense = {"weights": {"b2/C0": True, "nobody": 1.0}, "row": -3, "step": "long", "nodes": [1, 2]}
    session = begun(network(), nonsense)
    assert np.array_equal(frame_of(session).weights, alone(network(), 0).weights()[:, 0])


def test_a_value_that_stops_being_finite_names_its_place_and_keeps_the_last_good_state() -> None:
    schematic = network()
    for ident, instance in schematic.top.instances.items():
        if instance.type == "neuron":
            schematic.apply(edits.set_parameter(schematic, TOP, ident, "activation", "linear"))
    for name, parameter, text in (("D1", "T_row", "1m"), ("VT", "level", "-1")):
        schematic.apply(edits.set_parameter(schematic, TOP, instance_named(schematic, name), parameter, text))
    session = begun(schematic)
    with pytest.raises(ProblemError) as caught:
        session.step_epochs(50)
    session.refuse(caught.value.problems)
    frame = frame_of(session)
    assert frame.state == "refused" and np.isfinite(frame.weights).all()
    assert frame.problems[0].where and " s" in frame.problems[0].found
    session.reset()
    assert frame_of(session).state == "paused" and frame_of(session).time == 0.0


def test_what_is_kept_is_bounded() -> None:
    session, clock = begun(network()), Clock()
    session.run()
    while run_of(session).epoch < 5000:
        session.chunk(0.008, clock)
    session.pause()
    frame = frame_of(session)
    assert len(frame.learning.x) <= 4000 and len(frame.weight_log.x) <= 1024
    assert frame.learning.x[0] <= 4 and frame.weight_log.x[0] == 0
    times, values = frame.signals.x, frame.signals.y
    assert len(times) <= 4000 and (np.diff(times) >= 0).all() and np.isfinite(values).all()
    session.step_epochs(-1)
    epoch = frame_of(session).epoch
    assert np.array_equal(frame_of(session).weights, alone(network(), epoch * ROWS).weights()[:, 0])


def test_signals_are_those_of_the_circuit() -> None:
    session = begun(network())
    session.step_epochs(2)
    frame = frame_of(session)
    assert frame.layout is not None
    kinds = {signal.kind: number for number, signal in enumerate(frame.layout.signals)}
    assert frame.signals.x[-1] == pytest.approx(frame.time)
    targets = frame.signals.y[:, kinds["target"]]
    assert set(targets.tolist()) == {0.0, 1.0}
    inside: FloatArray = frame.signals.y[:, kinds["output"]]
    assert (inside > 0).all() and (inside < 1).all()


def test_the_decision_map_is_the_drawn_circuit_over_its_inputs() -> None:
    session = begun(network())
    session.want_map(True)
    frame = frame_of(session)
    found = frame.decision
    assert found is not None and frame.layout is not None and 0 <= frame.correct <= ROWS
    corner = replace(XOR, rows=((float(found.x[3]), float(found.y[70]), 0.0),))
    schematic = network()
    schematic.datasets["xor"] = corner
    other = begun(schematic)
    voltages = frame_of(other).voltages
    slot = run_of(other).program.outputs[0]
    assert voltages[slot] == pytest.approx(found.value[70, 3], abs=1e-12)
