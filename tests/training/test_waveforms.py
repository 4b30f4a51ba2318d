"""Sources that move: the charge that they bring onto a capacitor is the exact integral; noise differs by seed only."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.circuit.compile import compile_schematic
from app.training.run import Options, TrainingRun, prepare
from app.training.schedule import Timeline
from app.training.waveforms import normal
from tests.drawing import Drawing
from tests.networks import layered

SOLVERS = ("auto", "dop853")


def integrated(kind: str, **parameters: str) -> Drawing:
    """A source whose voltage charges 0.1 pF at 100 nA/V: dV_w/dt = 1e6 /s x V."""
    draw = Drawing()
    draw.add(kind, "V1", **parameters)
    draw.add("bias", "V2")
    draw.add("multiplier", "M1")
    draw.add("weight", "C1", V0="0")
    for a, b in (("V1.V", "M1.V1"), ("V2.V", "M1.V2"), ("M1.I", "C1.I_charge")):
        draw.wire(a, b)
    return draw


def run_of(draw: Drawing, **options: object) -> TrainingRun:
    return prepare(compile_schematic(draw.schematic), draw.schematic, Options(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_sine(solver: str) -> None:
    draw = integrated("sine", offset="0.2", amplitude="0.7", frequency="7Meg", phase="40")
    run = run_of(draw, solver=solver, rtol=1e-9)
    omega, phase = 2 * math.pi * 7e6, math.radians(40)
    for number in range(1, 31):
        run.advance_epochs(1)
        time = number * 1e-7
        expected = 1e6 * (0.2 * time + 0.7 * (math.cos(phase) - math.cos(omega * time + phase)) / omega)
        assert run.weights()[0, 0] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("solver", SOLVERS)
def test_pulses_with_ramps(solver: str) -> None:
    shape = {"low": "-0.5", "high": "1", "delay": "7n", "rise": "3n", "width": "11n", "fall": "13n", "period": "50n"}
    run = run_of(integrated("pulse", **shape), solver=solver)
    area = 1.5 * (11e-9 + (3e-9 + 13e-9) / 2) - 0.5 * 50e-9
    for number in range(1, 11):
        run.advance_epochs(1)
        assert run.weights()[0, 0] == pytest.approx(1e6 * number * area, rel=1e-12, abs=1e-15)
    assert run.timeline.row_time == 50e-9


times = st.lists(st.integers(0, 400), min_size=2, max_size=12).map(sorted)


@settings(max_examples=60)
@given(times=times, data=st.data(), repeat=st.booleans(), rows=st.integers(1, 4))
def test_lines_through_any_points(times: list[int], data: st.DataObject, repeat: bool, rows: int) -> None:
    """Jumps, flats and ramps in nanoseconds, read once or for ever, beside a dataset of 100 ns rows."""
    levels = data.draw(st.lists(st.integers(-10, 10), min_size=len(times), max_size=len(times)))
    repeat = repeat and times[-1] > 0
    points = ", ".join(f"{t}n {v / 10}" for t, v in zip(times, levels, strict=True))
    draw = integrated("pwl", points=points, repeat="forever" if repeat else "once")
    draw.dataset("d", 1, ((0.0, 0.0),))
    draw.add("dataset", "D1", dataset="d", inputs="1", targets="1")
    timeline = Timeline(compile_schematic(draw.schematic), draw.schematic)
    schedule = timeline.schedule([0], 0, rows)
    column = timeline.waveforms[0][0][0]
    line, length = schedule.row[:, 0], schedule.duration[:, 0]
    assert schedule.slope is not None
    start = schedule.table[line, column]
    areas = (start + schedule.slope[line, column] * length / 2) * length
    assert areas.sum() == pytest.approx(area(times, levels, repeat, 100 * rows), abs=1e-15)
    assert np.isin(np.arange(rows) * 1e-7, schedule.begin[:, 0]).all()


def area(times: list[int], levels: list[int], repeat: bool, end: int) -> float:
    """Volt seconds from 0 to `end` ns, by summing trapezoids of the points written out over all turns."""
    spread: list[tuple[int, float]] = [(0, levels[0] / 10)]
    turns = end // times[-1] + 1 if repeat else 1
    for turn in range(turns):
        offset = turn * times[-1] if repeat else 0
        if turn:
            spread.append((offset, levels[0] / 10))
        spread += [(offset + t, v / 10) for t, v in zip(times, levels, strict=True)]
    spread.append((max(end, spread[-1][0]), spread[-1][1]))
    total = 0.0
    for (t0, v0), (t1, v1) in pairwise(spread):
        stop = min(t1, end)
        if stop > t0:
            at_stop = v0 + (v1 - v0) * (stop - t0) / (t1 - t0)
            total += (v0 + at_stop) / 2 * (stop - t0) * 1e-9
    return total


def test_noise_differs_by_run_and_block_and_is_the_same_again() -> None:
    draw = integrated("noise", sigma="0.3", mean="0.1", interval="10n", seed="5")
    together = run_of(draw, seeds=(1, 2, 3))
    together.advance_epochs(40)
    assert len(np.unique(together.weights())) == 3
    for lane, seed in enumerate((1, 2, 3)):
        alone = run_of(draw, seeds=(seed,))
        for _ in range(40):
            alone.advance_epochs(1)
        assert alone.weights()[0, 0] == pytest.approx(together.weights()[0, lane], abs=1e-12)
        levels = 0.1 + 0.3 * normal(5, seed, np.arange(400))
        assert alone.weights()[0, 0] == pytest.approx(1e6 * 10e-9 * levels.sum(), abs=1e-9)
    assert not np.array_equal(normal(5, 1, np.arange(9)), normal(6, 1, np.arange(9)))


def test_noise_is_normal_and_white() -> None:
    levels = normal(3, 0, np.arange(200_000))
    assert levels.mean() == pytest.approx(0.0, abs=0.01)
    assert levels.std() == pytest.approx(1.0, abs=0.01)
    assert np.mean(levels**4) == pytest.approx(3.0, abs=0.1)
    for lag in (1, 2, 7, 64):
        assert abs(np.mean(levels[:-lag] * levels[lag:])) < 0.01


def test_mse_of_a_disturbed_network_is_taken_at_the_rows_ends() -> None:
    """Noise in the forward part: a pass over the table would not see it."""
    draw = layered((2, 1), ((0.5, -0.5, 0.2), (1.0, 0.5, 0.8)))
    dataset = draw.schematic.top.instances[draw.ids["D1"]]
    dataset.parameters["inputs"] = "2"
    draw.add("noise", "V1", sigma="0.5", interval="30n")
    wire = next(w for w in draw.schematic.top.wires.values() if draw.end("N2_1.V_in[2]") in w.ends)
    del draw.schematic.top.wires[wire.id]
    draw.wire("V1.V", "N2_1.V_in[2]")
    run = run_of(draw, switch="off")
    assert run.program.forward_has_state
    run.advance_epochs(2)
    w = run.weights()[:, 0]
    noise = 0.5 * normal(1, 0, np.array([3, 6, 9, 13]))  # in force just before 100, 200, 300 and 400 ns
    x, target = np.array([0.5, 1.0] * 2), np.array([0.2, 0.8] * 2)
    errors = 1 / (1 + np.exp(-4 * (w[0] + w[1] * x + w[2] * noise))) - target
    np.testing.assert_allclose(np.concatenate(run.mse), (errors**2).reshape(2, 2).mean(axis=1), rtol=1e-9)
