"""The blocks' equations: finite over all parameter bounds, true to closed forms, derivatives to the complex step."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.functions import NUMPY_FUNCTIONS
from blocks import discover, expression, spec
from blocks.spec import Block, Parameter

CATALOGUE = discover.catalogue()
PLAIN = {kind: block for kind, block in CATALOGUE.items() if block.equations or block.conductance}
KINDS = ("sigmoid", "tanh", "relu", "softplus", "linear")
volts = st.floats(-1e6, 1e6)


def value_of(block: Block, port: str, env: dict[str, float]) -> float:
    return float(expression.evaluate(expression.parse(block.equations[port]), env))


def within(parameter: Parameter) -> st.SearchStrategy[float]:
    """Values over the whole range, each magnitude as likely as another; the ends too."""
    if parameter.choices and parameter.codes:
        return st.sampled_from(parameter.codes)
    low, high = parameter.minimum, parameter.maximum
    assert math.isfinite(low) and math.isfinite(high), parameter.name
    ends = st.sampled_from([low, high])
    if low > 0:
        return ends | st.floats(math.log10(low), math.log10(high)).map(lambda p: min(high, max(low, 10**p)))
    return ends | st.floats(low, high)


def numbers(block: Block) -> list[Parameter]:
    return [p for p in block.parameters if p.kind == "quantity" or p.codes]


@pytest.mark.parametrize("kind", PLAIN)
@given(data=st.data())
def test_finite_over_the_bounds(kind: str, data: st.DataObject) -> None:
    block = PLAIN[kind]
    env = {p.name: data.draw(within(p), label=p.name) for p in numbers(block)}
    env |= {port.symbol or port.name: data.draw(volts, label=port.name) for port in block.ports}
    env |= dict.fromkeys(block.scheduled, 1.0) | {"t": data.draw(st.floats(0, 1e9), label="t")}
    for texts in (block.equations, block.conductance, block.capacitance):
        for port, text in texts.items():
            tree = expression.parse(text)
            value = expression.evaluate(tree, env)
            assert math.isfinite(value), port
            array = expression.evaluate(tree, {k: np.array([v]) for k, v in env.items()}, NUMPY_FUNCTIONS)
            assert np.allclose(array, value, rtol=1e-12, atol=0)
    for port in block.conductance:
        assert expression.evaluate(expression.parse(block.conductance[port]), env) > 0


@pytest.mark.parametrize("kind", PLAIN)
@given(data=st.data())
def test_bounds_are_accepted_as_text(kind: str, data: st.DataObject) -> None:
    block = PLAIN[kind]
    for parameter in numbers(block):
        if not parameter.codes:
            value = data.draw(within(parameter))
            assert spec.resolve(block, {parameter.name: repr(value)})[parameter.name] == value


@pytest.mark.parametrize("kind", KINDS)
@given(
    v=st.floats(-20, 20), v_amp=st.floats(0.01, 10), gain=st.floats(0.1, 50), r_in=st.floats(1e5, 1e8),
    k_m=st.floats(1e-9, 1e-5),
)  # fmt: skip
def test_derivative_is_the_complex_step_of_its_activation(
    kind: str, v: float, v_amp: float, gain: float, r_in: float, k_m: float
) -> None:
    """dV_out / d(sum V_in V_w), with V_net = R_in K_m sum, by a complex step; the pairing is the neuron's own."""
    texts = {"activation": kind, "V_amp": v_amp, "gain": gain, "R_in": r_in, "K_m": k_m}
    values = spec.resolve(discover.block("neuron"), {name: str(value) for name, value in texts.items()})
    assume(abs(v) > 1e-9)  # relu's corner has no derivative
    step = 1e-30
    tree = expression.parse(CATALOGUE[kind].equations["V_out"])
    node = r_in * k_m * (v + 1j * step)
    slope = np.imag(expression.evaluate(tree, {**values, "V_node": node}, NUMPY_FUNCTIONS)) / step
    derived = value_of(CATALOGUE[f"{kind}_derivative"], "V_out", {**values, "V_in": node.real})
    assert derived == pytest.approx(float(slope), rel=1e-9, abs=1e-12 * v_amp * gain)


@pytest.mark.parametrize("kind", KINDS)
@given(v=st.floats(-2, 2))
def test_defaults_pair_by_central_difference(kind: str, v: float) -> None:
    """The palette's activation and derivative fit as they are: K_d f'(u) is dV_out/dV_node times 1 V."""
    assume(abs(v) > 1e-3)
    block, other = CATALOGUE[kind], CATALOGUE[f"{kind}_derivative"]
    own, h = spec.resolve(block, {}), 1e-5
    high, low = (value_of(block, "V_out", {**own, "V_node": v + s}) for s in (h, -h))
    derived = value_of(other, "V_out", {**spec.resolve(other, {}), "V_in": v})
    assert derived == pytest.approx((high - low) / (2 * h), rel=1e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("kind", "port", "given_values", "expected"),
    [
        ("multiplier", "I", {"V1": 0.5, "V2": -0.8}, -40e-9),
        ("multiplier", "I", {"V1": 0.5, "V2": -0.8, "polarity": -1.0}, 40e-9),
        ("imperfect_multiplier", "I", {"V1": 1.0, "V2": 1.0}, 100e-9 * math.tanh(1)),
        ("imperfect_multiplier", "I", {"V1": 0.3, "V2": 0.5, "V_off": 0.1}, 100e-9 * math.tanh(0.3 * 0.6)),
        ("imperfect_multiplier", "I", {"V1": 0.3, "V2": 0.5, "V_off": 0.1, "offset_pin": 0.0}, 1e-7 * math.tanh(0.2)),
        ("imperfect_multiplier", "I", {"V1": 50.0, "V2": 50.0, "polarity": -1.0}, -100e-9),
        ("sigmoid", "V_out", {"V_node": 0.25}, 1 / (1 + math.exp(-1))),
        ("tanh", "V_out", {"V_node": -0.25}, math.tanh(-1)),
        ("relu", "V_out", {"V_node": -0.25}, 0.0),
        ("relu", "V_out", {"V_node": 0.5}, 2.0),
        ("softplus", "V_out", {"V_node": 0.0}, math.log(2)),
        ("linear", "V_out", {"V_node": -0.5}, -2.0),
        ("sigmoid_derivative", "V_out", {"V_in": 0.25}, 4 * math.e / (math.e + 1) ** 2),
        ("sigmoid_derivative", "V_out", {"V_in": 1e5}, 0.0),
        ("tanh_derivative", "V_out", {"V_in": 0.25}, 4 / math.cosh(1) ** 2),
        ("relu_derivative", "V_out", {"V_in": 0.0}, 0.0),
        ("relu_derivative", "V_out", {"V_in": 1e-9}, 4.0),
        ("softplus_derivative", "V_out", {"V_in": 0.0}, 2.0),
        ("linear_derivative", "V_out", {"V_in": 7.0}, 4.0),
        ("type1", "V_E", {"V_out": 0.9, "V_target": 0.2}, 0.7),
        ("type2", "V_E", {"V_sum": 0.3}, 0.3),
        ("dc", "V", {"level": -2.0}, -2.0),
        ("bias", "V", {}, 1.0),
        ("ground", "V", {}, 0.0),
        ("v_teach", "V", {"level": 0.5, "gate": 1.0}, 0.5),
        ("v_teach", "V", {"level": 0.5, "gate": 0.0}, 0.0),
        ("sine", "V", {"t": 0.25e-6, "offset": 0.5}, 1.5),
        ("sine", "V", {"t": 0.0, "phase": 30.0}, 0.5),
    ],
)
def test_closed_forms(kind: str, port: str, given_values: dict[str, float], expected: float) -> None:
    block = CATALOGUE[kind]
    env = {**spec.resolve(block, {}), **given_values}
    assert value_of(block, port, env) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_every_equation_has_a_closed_form_above() -> None:
    marker = next(mark for mark in test_closed_forms.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    told = {(case[0], case[1]) for case in marker.args[1]}
    assert told == {(kind, port) for kind, block in CATALOGUE.items() for port in block.equations}
