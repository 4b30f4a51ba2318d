"""DC transfer curves against closed forms and against the equations written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from app.errors import ProblemError
from app.training.transfer import sweep
from tests.drawing import Drawing
from tests.networks import layered

VOLTS = np.linspace(-4, 4, 17)


def test_imperfect_multiplier_as_in_fig_12() -> None:
    draw = Drawing()
    draw.add("imperfect_multiplier", "M1", V_off="0.1")
    found = sweep(draw.schematic, "M1.V1", VOLTS, ["M1.I"], family=("M1.V2", (-2.0, -0.5, 1.0)))
    expected = [1e-7 * np.tanh(VOLTS * (second + 0.1)) for second in (-2.0, -0.5, 1.0)]
    np.testing.assert_allclose(found.values[:, :, 0], expected, rtol=1e-12, atol=1e-20)
    assert (found.swept.unit, found.units, found.family and found.family.unit) == ("V", ("A",), "V")


def test_a_family_may_be_a_parameter() -> None:
    draw = Drawing()
    draw.add("imperfect_multiplier", "M1")
    draw.add("dc", "V1", level="0.5")
    draw.wire("V1.V", "M1.V2")
    found = sweep(draw.schematic, "M1.V1", VOLTS, ["M1.I"], family=("M*.V_off", (-0.1, 0.1)))
    expected = [1e-7 * np.tanh(VOLTS * (0.5 + offset)) for offset in (-0.1, 0.1)]
    np.testing.assert_allclose(found.values[:, :, 0], expected, rtol=1e-12, atol=1e-20)
    assert dict(draw.schematic.top.instances[draw.ids["M1"]].parameters) == {}


def test_a_parameter_may_be_swept() -> None:
    draw = Drawing()
    draw.add("dc", "V1")
    draw.add("multiplier", "M1")
    draw.add("resistor", "R1")
    for pin in ("M1.V1", "M1.V2"):
        draw.wire("V1.V", pin)
    draw.wire("M1.I", "R1.I")
    found = sweep(draw.schematic, "V1.level", VOLTS, ["R1.V", "R1.I", "M1.I"])
    np.testing.assert_allclose(found.values[0, :, 0], VOLTS**2, rtol=1e-12)
    np.testing.assert_allclose(found.values[0, :, 1], 1e-7 * VOLTS**2, rtol=1e-12)
    np.testing.assert_allclose(found.values[0, :, 2], 1e-7 * VOLTS**2, rtol=1e-12)


def test_an_activation_over_its_current() -> None:
    draw = Drawing()
    draw.add("sigmoid", "S1")
    amperes = np.linspace(-1e-7, 1e-7, 11)
    found = sweep(draw.schematic, "S1.I_in", amperes, ["S1.V_out", "S1.I_in"])
    np.testing.assert_allclose(found.values[0, :, 0], 1 / (1 + np.exp(-amperes / 25e-9)), rtol=1e-12)
    np.testing.assert_allclose(found.values[0, :, 1], amperes, rtol=1e-12, atol=1e-22)
    assert found.swept.unit == "A" and found.units == ("V", "A")


def test_a_network_with_its_weights_held() -> None:
    draw = layered((2, 2, 1), tau="1n")
    weights = np.random.default_rng(4).uniform(-1, 1, 9)
    found = sweep(draw.schematic, "D1.X[1]", VOLTS, ["N3_1.V_out", "E1.V_E"], held={"D1.X[2]": 0.4}, weights=weights)

    def sigmoid(u: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-4 * u)))

    a, b, out = weights[0:3], weights[3:6], weights[6:9]
    hidden = [sigmoid(w[0] + w[1] * VOLTS + w[2] * 0.4) for w in (a, b)]
    expected = sigmoid(out[0] + out[1] * hidden[0] + out[2] * hidden[1])
    np.testing.assert_allclose(found.values[0, :, 0], expected, rtol=1e-10)
    np.testing.assert_allclose(found.values[0, :, 1], expected, rtol=1e-10)  # the first row's target is 0 V


def test_inner_pins_and_driven_nodes() -> None:
    """A node that currents drive can be held: its weight then is what the sweep says."""
    draw = layered((1, 1), ((0.5, 0.0),))
    found = sweep(draw.schematic, "N2_1/C1.V_w", VOLTS, ["N2_1.V_out", "N2_1/Mf1.I"], weights=np.zeros(2))
    np.testing.assert_allclose(found.values[0, :, 0], 1 / (1 + np.exp(-4 * 0.5 * VOLTS)), rtol=1e-12)
    np.testing.assert_allclose(found.values[0, :, 1], 1e-7 * 0.5 * VOLTS, rtol=1e-12)


def test_feedback_through_a_time_constant_settles() -> None:
    """V = tanh(w V + x) with a lag in the loop, against a root finder."""
    draw = Drawing()
    draw.add("tanh", "S1", tau="1n", V_amp="0.8")
    draw.add("multiplier", "M1")
    draw.add("multiplier", "M2")
    draw.add("bias", "V1")
    for a, b in (("S1.V_out", "M1.V1"), ("V1.V", "M2.V2"), ("M1.I", "S1.I_in"), ("M2.I", "S1.I_in")):
        draw.wire(a, b)
    found = sweep(draw.schematic, "M2.V1", np.linspace(-1, 1, 9), ["S1.V_out"], held={"M1.V2": -1.5})
    for x, v in zip(found.swept.values, found.values[0, :, 0], strict=True):
        root = brentq(lambda u, x=x: 0.8 * np.tanh(4 * (x - 1.5 * u)) - u, -1, 1, xtol=1e-14)
        assert v == pytest.approx(root, abs=1e-11)


@pytest.mark.parametrize(
    ("swept", "output", "code", "says"),
    [
        ("M1.V9", "M1.I", "no-match", "near names"),
        ("M1.V1", "M1.J", "no-such-pin", "M1.I"),
        ("M1.I", "M1.I", "drive-current-output", "sweep an input"),
        ("M1.V1", "M1.I", "floating-input", "connect it"),
        ("D1.X", "M1.I", "pin-index", "choose one"),
    ],
)
def test_what_cannot_be_swept_is_told(swept: str, output: str, code: str, says: str) -> None:
    draw = Drawing()
    draw.add("multiplier", "M1")
    draw.add("dataset", "D1")
    with pytest.raises(ProblemError, match=says) as caught:
        sweep(draw.schematic, swept, [0.0], [output])
    assert caught.value.problems[0].code == code


def test_a_node_that_nothing_holds_has_no_operating_point() -> None:
    draw = Drawing()
    draw.add("multiplier", "M1")
    draw.add("capacitor", "C1")
    draw.add("bias", "V1")
    for a, b in (("V1.V", "M1.V2"), ("M1.I", "C1.I")):
        draw.wire(a, b)
    with pytest.raises(ProblemError, match="put a resistor") as caught:
        sweep(draw.schematic, "M1.V1", [0.5], ["C1.V"])
    assert caught.value.problems[0].code == "no-operating-point"
