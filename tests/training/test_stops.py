"""A run that cannot go on stops, keeps the last good state, and says at which block and when."""

from __future__ import annotations

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.errors import ProblemError
from app.training.run import Options, TrainingRun, prepare
from tests.drawing import Drawing

T_ROW = 1e-7


def run_of(draw: Drawing, **options: object) -> TrainingRun:
    return prepare(compile_schematic(draw.schematic), draw.schematic, Options(**options))  # type: ignore[arg-type]


def runaway() -> Drawing:
    """dV/dt = 1e6/s V^2 /V from 1 V: infinite at 1 us."""
    draw = Drawing()
    draw.add("multiplier", "M1")
    draw.add("weight", "C1", V0="1")
    draw.add("weight", "C2", V0="0.5")
    for a, b in (("M1.I", "C1.I_charge"), ("C1.V_w", "M1.V1"), ("C1.V_w", "M1.V2")):
        draw.wire(a, b)
    return draw


def varying_to_zero() -> Drawing:
    """C(V) = C_0 (1 - V) vanishes as the weight is charged towards 1 V: V = 1 - sqrt(1 - 2 t/1 us), until 0.5 us."""
    draw = Drawing()
    draw.add("bias", "B")
    draw.add("multiplier", "M1")
    draw.add("varying_weight", "C1", V0="0", a="-1", b="0")
    for a, b in (("B.V", "M1.V1"), ("B.V", "M1.V2"), ("M1.I", "C1.I_charge")):
        draw.wire(a, b)
    return draw


@pytest.mark.parametrize("solver", ["auto", "dp8", "rodas", "rk45", "dop853"])
def test_a_weight_that_runs_away_is_named_with_the_time(solver: str) -> None:
    run = run_of(runaway(), solver=solver)
    with pytest.raises(ProblemError, match="C1") as caught:
        run.advance_epochs(20)
    problem = caught.value.problems[0]
    assert problem.code == "not-finite" and "seed 0" in problem.found and problem.cure
    assert run.state.failed_at[0] == pytest.approx(1e-6, rel=0.11)
    assert np.isfinite(run.state.y).all() and run.state.y[1, 0] == 0.5


def test_equal_steps_name_what_overflows_first() -> None:
    run = run_of(runaway(), solver="rk4")
    with pytest.raises(ProblemError) as caught:
        run.advance_epochs(30)
    assert caught.value.problems[0].code == "not-finite" and caught.value.problems[0].where == "M1.I"
    assert np.isfinite(run.state.y).all()


def test_a_vanishing_capacitance_stops_where_it_vanishes() -> None:
    run = run_of(varying_to_zero())
    with pytest.raises(ProblemError, match="C1") as caught:
        run.advance_epochs(20)
    assert caught.value.problems[0].code in ("step-too-small", "not-finite")
    assert run.state.failed_at[0] == pytest.approx(0.5e-6, rel=0.05)
    assert run.weights()[0, 0] == pytest.approx(1.0, abs=0.05)


def test_one_run_of_many_is_told_by_its_seed() -> None:
    draw = runaway()
    instance = draw.schematic.top.instances[draw.ids["C1"]]
    instance.parameters.update({"V0": "seeded", "spread": "2"})
    run = run_of(draw, seeds=(3, 4, 5, 6))
    start = run.weights()[0]
    with pytest.raises(ProblemError) as caught:
        run.advance_epochs(300)
    first = int(np.argmax(start))
    assert f"seed {run.seeds[first]}" in caught.value.problems[0].found
    assert run.state.failed_at[first] == pytest.approx(1e-6 / start[first], rel=1e-3)
