"""Recurrent circuits: through a time constant, and algebraic loops by Newton's method, against equations by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import fsolve

from app.circuit.compile import check_schematic, compile_schematic
from app.document.schematic import Change
from app.errors import ProblemError
from app.solve import reference
from app.solve.state import IntegratorState
from app.training.run import Options, TrainingRun, prepare
from tests.drawing import Drawing

T_ROW = 1e-7
# Neuron j hears neuron i with weight W[j, i], the input with U[j].
W = np.array([[0.0, 0.5, -0.9], [-0.8, 0.0, 0.6], [0.7, -0.4, 0.3]])
U = np.array([0.9, -0.6, 0.4])
ROWS = (0.8, -0.5, 0.3)


def three_neurons(tau: str, loops: str = "refuse", scale: float = 1.0) -> Drawing:
    """Three tanh units, each hearing the others (the third itself too) and the input; their outputs charge a weight
    each, so that something is integrated."""
    draw = Drawing()
    if loops != "refuse":
        draw.schematic.apply([Change("settings", "loops", None, loops)])
    draw.dataset("d", 1, tuple((x, 0.0) for x in ROWS))
    draw.add("dataset", "D1", dataset="d", inputs="1", targets="1")
    draw.add("bias", "B")
    for j in range(3):
        draw.add("tanh", f"S{j}", tau=tau, I_ref="100n")
    for j in range(3):
        for i in range(3):
            if W[j, i]:
                multiplier(draw, f"M{j}{i}", f"S{i}.V_out", scale * W[j, i], f"S{j}.I_in")
        multiplier(draw, f"U{j}", "D1.X[1]", U[j], f"S{j}.I_in")
        draw.add("weight", f"C{j}", V0="0")
        draw.add("multiplier", f"Q{j}")
        draw.wire(f"S{j}.V_out", f"Q{j}.V1")
        draw.wire("B.V", f"Q{j}.V2")
        draw.wire(f"Q{j}.I", f"C{j}.I_charge")
    return draw


def multiplier(draw: Drawing, name: str, source: str, weight: float, target: str) -> None:
    draw.add("multiplier", name)
    draw.add("dc", f"V{name}", level=repr(float(weight)))
    draw.wire(source, f"{name}.V1")
    draw.wire(f"V{name}.V", f"{name}.V2")
    draw.wire(f"{name}.I", target)


def run_of(draw: Drawing, **options: object) -> TrainingRun:
    return prepare(compile_schematic(draw.schematic), draw.schematic, Options(**options))  # type: ignore[arg-type]


def fixed_point(x: float, scale: float = 1.0) -> np.ndarray:
    def residual(s: np.ndarray) -> np.ndarray:
        return np.asarray(np.tanh(scale * W @ s + U * x) - s)

    return np.asarray(fsolve(residual, np.zeros(3), xtol=1e-12))


def lagging(tau: float) -> Callable[[float], Callable[[float, np.ndarray], np.ndarray]]:
    def at(x: float) -> Callable[[float, np.ndarray], np.ndarray]:
        def slope(_: float, y: np.ndarray) -> np.ndarray:
            return np.concatenate([(np.tanh(W @ y[:3] + U * x) - y[:3]) / tau, 1e6 * y[:3]])

        return slope

    return at


@pytest.mark.parametrize(("tau", "method"), [("20n", "dp5"), ("200p", "rodas")])
def test_a_loop_through_time_constants_just_works(tau: str, method: str) -> None:
    run = run_of(three_neurons(tau), rtol=1e-8)
    assert run.solver.method == method
    run.advance_epochs(2)
    y = np.zeros(6)
    slope = lagging(float(tau[:-1]) * {"n": 1e-9, "p": 1e-12}[tau[-1]])
    for x in ROWS * 2:
        y = solve_ivp(slope(x), (0, T_ROW), y, method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]
    np.testing.assert_allclose(run.weights()[:, 0], y[3:], atol=1e-7)


@pytest.mark.parametrize("solver", ["auto", "rk4", "dp8", "rk45"])
def test_newton_solves_the_loop(solver: str) -> None:
    """Within a row nothing changes, so the weights grow along straight lines."""
    run = run_of(three_neurons("0", "newton"), solver=solver)
    run.advance_epochs(2)
    expected = 2 * T_ROW * 1e6 * sum(fixed_point(x) for x in ROWS)
    np.testing.assert_allclose(run.weights()[:, 0], expected, atol=1e-11)


def test_a_solved_loop_is_noted_and_a_refused_one_tells_both_cures() -> None:
    circuit, problems = check_schematic(three_neurons("0", "newton").schematic)
    assert circuit is not None and len(circuit.program.loops) == 1
    assert [(p.code, p.severity) for p in problems] == [("algebraic-loop-solved", "note")]
    assert "S0.V_out" in problems[0].where and " -> " in problems[0].where and len(problems[0].ids) >= 6
    circuit, problems = check_schematic(three_neurons("0").schematic)
    assert circuit is None and [p.code for p in problems] == ["algebraic-loop"]
    assert "time constant tau" in problems[0].cure and "loops = newton" in problems[0].cure


def test_lanes_and_chunks_change_nothing() -> None:
    draw = three_neurons("0", "newton")
    for wire in list(draw.schematic.top.wires.values()):
        if draw.end("VU0.V") in wire.ends:
            del draw.schematic.top.wires[wire.id]
    draw.add("noise", "Z", sigma="0.5", interval="30n")
    draw.wire("Z.V", "U0.V2")
    together = run_of(draw, seeds=tuple(range(10)))
    together.advance_epochs(2)
    assert np.ptp(together.weights()[0]) > 0.01
    for seed in (0, 7, 9):
        alone = run_of(draw, seeds=(seed,))
        for _ in range(6):
            alone.advance_rows(1)
        assert np.abs(alone.weights()[:, 0] - together.weights()[:, seed]).max() <= 1e-12
        whole = run_of(draw, seeds=(seed,))
        whole.advance_epochs(2)
        for name in IntegratorState.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(alone.state, name), getattr(whole.state, name))


def test_both_evaluations_find_the_same_and_a_complex_step_passes() -> None:
    run = run_of(three_neurons("0", "newton"))
    program = run.program
    v = program.values()
    v[program.sources] = 0.6
    compiled, dy = v.copy(), np.zeros((program.states, 1))
    reference.evaluate(program, v, dy)
    found = run.solver.evaluate(compiled)
    np.testing.assert_allclose(found, dy, rtol=1e-11)
    np.testing.assert_allclose(dy[:, 0] / 1e6, fixed_point(0.6), atol=1e-12)
    wide = program.values().astype(complex)
    wide[program.sources] = 0.6 + 1e-30j
    slopes = np.zeros((program.states, 1), complex)
    reference.evaluate(program, wide, slopes)
    expected = (fixed_point(0.6 + 1e-6) - fixed_point(0.6 - 1e-6)) / 2e-6
    np.testing.assert_allclose(slopes[:, 0].imag / 1e-30 / 1e6, expected, rtol=1e-7)


@pytest.mark.parametrize("solver", ["auto", "rk45"])
def test_a_loop_without_solution_stops_the_run_and_is_named(solver: str) -> None:
    """V = 1 + V^2 has no real solution: the run names blocks, time and what is left."""
    draw = Drawing()
    draw.schematic.apply([Change("settings", "loops", None, "newton")])
    draw.add("multiplier", "M1")
    draw.add("multiplier", "M2")
    draw.add("resistor", "R1")
    draw.add("pwl", "V1", points="0 0, 300n 0, 500n 1")
    draw.add("bias", "B")
    draw.add("weight", "C1", V0="0")
    draw.add("multiplier", "Q")
    for a, b in (
        ("M1.I", "R1.I"), ("R1.V", "M1.V1"), ("R1.V", "M1.V2"), ("V1.V", "M2.V1"), ("B.V", "M2.V2"), ("M2.I", "R1.I"),
        ("R1.V", "Q.V1"), ("B.V", "Q.V2"), ("Q.I", "C1.I_charge"),
    ):  # fmt: skip
        draw.wire(a, b)
    run = run_of(draw, solver=solver)
    with pytest.raises(ProblemError) as caught:
        run.advance_epochs(1)
    problem = caught.value.problems[0]
    assert problem.code == "loop-unsolved" and "M1" in problem.where and "V are left" in problem.found
    assert "time constant tau" in problem.cure
    # V1 passes 1/4, beyond which V = V1 + V^2 has no solution, at 350 ns.
    assert run.state.failed_at[0] == pytest.approx(350e-9, abs=(1e-9 if solver == "auto" else 60e-9))
