"""Parasitics as drawn physics, each against a closed form or against its equations written by hand for scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from app.circuit.compile import Circuit, compile_schematic
from app.training.run import Options, TrainingRun, prepare
from tests.drawing import Drawing

T_ROW = 1e-7  # of a drawing without dataset


def run_of(draw: Drawing, **options: object) -> TrainingRun:
    return prepare(compile_schematic(draw.schematic), draw.schematic, Options(**options))  # type: ignore[arg-type]


def voltage(circuit: Circuit, draw: Drawing, run: TrainingRun, pin: str) -> float:
    """A state's voltage after the last row."""
    slot = circuit.slot_of(draw.end(pin))
    state = slot - circuit.program.first_state
    assert 0 <= state < circuit.program.states, f"{pin} is no state"
    return float(run.state.y[state, 0])


def charged(kind: str, pin: str, amperes: float = 1e-7, **parameters: str) -> Drawing:
    """A constant current into one capacitor."""
    draw = Drawing()
    draw.add("dc", "V1", level=repr(amperes / 1e-7))
    draw.add("bias", "V2")
    draw.add("multiplier", "M1")
    draw.add(kind, "C1", **parameters)
    for a, b in (("V1.V", "M1.V1"), ("V2.V", "M1.V2"), ("M1.I", f"C1.{pin}")):
        draw.wire(a, b)
    return draw


def test_a_leaky_weight() -> None:
    """V = I R + (V_0 - I R) e^(-t/RC)."""
    draw = charged("weight", "I_charge", 3e-8, V0="0.9")
    draw.add("resistor", "R1", R="3Meg")
    draw.wire("R1.I", "C1.V_w")
    run = run_of(draw, rtol=1e-9)
    for epoch in range(1, 9):
        run.advance_epochs(1)
        time = epoch * T_ROW
        expected = 0.09 + (0.9 - 0.09) * math.exp(-time / (3e6 * 1e-13))
        assert voltage(run.circuit, draw, run, "C1.V_w") == pytest.approx(expected, abs=1e-9)


def test_capacitance_of_a_current_node() -> None:
    """R C of a node between a multiplier and its activation; two capacitors add up."""
    draw = charged("capacitor", "I", 5e-8, C="3f", V0="0.2")
    draw.add("capacitor", "C2", C="2f", V0="0.2")
    draw.add("sigmoid", "S1")
    draw.wire("M1.I", "S1.I_in")
    draw.wire("M1.I", "C2.I")
    run = run_of(draw, rtol=1e-9)
    run.advance_epochs(1)
    expected = 0.5 + (0.2 - 0.5) * math.exp(-T_ROW / (1e7 * 5e-15))
    assert voltage(run.circuit, draw, run, "C1.V") == pytest.approx(expected, abs=1e-9)
    assert run.circuit.weight_paths == []


@pytest.mark.parametrize(("a", "b"), [(0.0, 0.1), (0.4, 0.3), (-0.3, 0.5)])
def test_a_capacitance_that_depends_on_its_voltage(a: float, b: float) -> None:
    """Charge C_0 (V + a V^2/2 + b V^3/3) grows by I t."""
    draw = charged("varying_weight", "I_charge", -1e-7, a=repr(a), b=repr(b), V0="0.7")
    run = run_of(draw, rtol=1e-9)

    def charge(v: float) -> float:
        return 1e-13 * (v + a * v**2 / 2 + b * v**3 / 3)

    for epoch in range(1, 21):
        run.advance_epochs(1)
        wanted = charge(0.7) - 1e-7 * epoch * T_ROW
        root = brentq(lambda v, wanted=wanted: (charge(v) - wanted) * 1e13, -20, 20, xtol=1e-14)
        assert run.weights()[0, 0] == pytest.approx(root, abs=1e-8)


def test_a_capacitance_that_depends_on_its_voltage_beside_others() -> None:
    """With a leak and a fixed capacitance on the same node: (C(V) + C) dV/dt = I - V/R, by scipy."""
    draw = charged("varying_weight", "I_charge", 4e-8, a="0.2", b="0.3", V0="-0.5")
    draw.add("capacitor", "C2", C="30f", V0="-0.5")
    draw.add("resistor", "R1", R="5Meg")
    draw.wire("M1.I", "C2.I")
    draw.wire("M1.I", "R1.I")
    run = run_of(draw, rtol=1e-9)
    for _ in range(8):
        run.advance_epochs(1)

    def slope(_: float, v: np.ndarray) -> np.ndarray:
        return np.asarray((4e-8 - v / 5e6) / (1e-13 * (1 + 0.2 * v + 0.3 * v**2) + 3e-14))

    exact = solve_ivp(slope, (0, 8 * T_ROW), [-0.5], method="DOP853", rtol=1e-12, atol=1e-14)
    assert run.weights()[0, 0] == pytest.approx(exact.y[0, -1], abs=1e-8)


def test_a_time_constant_on_an_output() -> None:
    draw = Drawing()
    draw.add("dc", "V1", level="0.3")
    draw.add("bias", "V2")
    draw.add("multiplier", "M1")
    draw.add("sigmoid", "S1", tau="40n")
    for a, b in (("V1.V", "M1.V1"), ("V2.V", "M1.V2"), ("M1.I", "S1.I_in")):
        draw.wire(a, b)
    run = run_of(draw, rtol=1e-9)
    run.advance_epochs(1)
    final = 1 / (1 + math.exp(-4 * 0.3))
    assert voltage(run.circuit, draw, run, "S1.V_out") == pytest.approx(final * (1 - math.exp(-2.5)), abs=1e-9)


def test_time_constants_on_every_output_of_a_learning_neuron() -> None:
    """One neuron, one input, tau on S, D and E, against its equations written by hand."""
    tau_s, tau_d, tau_e = 5e-9, 3e-9, 7e-9
    draw = Drawing()
    draw.dataset("d", 1, ((0.8, 0.9), (-0.5, 0.1)))
    draw.add("dataset", "D1", dataset="d", inputs="1", targets="1")
    draw.add("v_teach", "VT")
    draw.add("neuron", "N1", {"D.tau": "3n"}, inputs="1", tau="5n", V0="0.2")
    draw.add("type1", "E1", tau="7n")
    for a, b in (
        ("D1.X[1]", "N1.V_in[1]"), ("N1.V_out", "E1.V_out"), ("D1.T[1]", "E1.V_target"), ("E1.V_E", "N1.V_E"),
        ("VT.V", "N1.V_teach"),
    ):  # fmt: skip
        draw.wire(a, b)
    run = run_of(draw, rtol=1e-9)
    run.advance_epochs(3)

    def slope(x: float, target: float, y: np.ndarray) -> np.ndarray:
        w0, w1, out, derived, error = y
        u = 4 * (w0 + w1 * x)
        s = 1 / (1 + math.exp(-u))
        rate = 1e6 * error * derived
        return np.array(
            [-rate, -rate * x, (s - out) / tau_s, (4 * s * (1 - s) - derived) / tau_d, (out - target - error) / tau_e]
        )

    y, squares = np.array([0.2, 0.2, 0, 0, 0]), []
    for row in range(6):
        x, target = ((0.8, 0.9), (-0.5, 0.1))[row % 2]
        found = solve_ivp(
            lambda t, y, x=x, target=target: slope(x, target, y), (0, T_ROW), y, method="DOP853", rtol=1e-12, atol=1e-14
        )
        y = found.y[:, -1]
        squares.append(y[4] ** 2)
    np.testing.assert_allclose(run.weights()[:, 0], y[:2], atol=1e-8)
    assert run.program.forward_has_state
    np.testing.assert_allclose(np.concatenate(run.mse), np.array(squares).reshape(3, 2).mean(axis=1), rtol=1e-6)


@pytest.mark.parametrize("pin", ["V1", "V2"])
def test_an_offset_on_either_pin_of_imperfect_multipliers(pin: str) -> None:
    """A neuron of multipliers (17) with an offset, against its equations written by hand."""
    draw = Drawing()
    draw.dataset("d", 1, ((0.8, 0.9), (-0.5, 0.1)))
    draw.add("dataset", "D1", dataset="d", inputs="1", targets="1", T_row="1u")
    draw.add("v_teach", "VT")
    draw.add("neuron", "N1", inputs="1", multiplier="imperfect", V_off="0.1", offset_pin=pin, V0="0.2")
    draw.add("type1", "E1")
    for a, b in (
        ("D1.X[1]", "N1.V_in[1]"), ("N1.V_out", "E1.V_out"), ("D1.T[1]", "E1.V_target"), ("E1.V_E", "N1.V_E"),
        ("VT.V", "N1.V_teach"),
    ):  # fmt: skip
        draw.wire(a, b)
    run = run_of(draw, rtol=1e-9)
    run.advance_epochs(2)

    def product(a: float, b: float) -> float:
        """In volts on 10 Mohm."""
        return math.tanh(a * (b + 0.1)) if pin == "V2" else math.tanh((a + 0.1) * b)

    def slope(x: float, target: float, w: np.ndarray) -> np.ndarray:
        net = product(w[0], 1.0) + product(w[1], x)
        s = 1 / (1 + math.exp(-4 * net))
        delta = product(product(s - target, 4 * s * (1 - s)), 1.0)
        return np.array([-1e6 * product(delta, 1.0), -1e6 * product(delta, x)])

    w = np.array([0.2, 0.2])
    for row in range(4):
        x, target = ((0.8, 0.9), (-0.5, 0.1))[row % 2]
        w = solve_ivp(
            lambda t, w, x=x, target=target: slope(x, target, w), (0, 1e-6), w, method="DOP853", rtol=1e-12, atol=1e-14
        ).y[:, -1]
    np.testing.assert_allclose(run.weights()[:, 0], w, atol=1e-8)
