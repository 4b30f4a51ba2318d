"""The neuron's expansion against the formulas of backpropagation, worked out node by node."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks import discover, expression, spec
from blocks.neural.neuron import ACTIVATIONS
from blocks.spec import Expansion

NEURON = discover.block("neuron")


def expansion(**texts: str) -> tuple[Expansion, dict[str, Any]]:
    values = spec.resolve(NEURON, texts)
    assert NEURON.expand is not None
    return NEURON.expand(values), values


class Circuit:
    """Node voltages of an expansion for given voltages on the pins and the weights, by plain substitution."""

    def __init__(self, parts: Expansion, values: dict[str, Any], known: dict[str, float]) -> None:
        self.voltage = dict(known)
        self.current: dict[tuple[str, str], float] = {}
        self.net = {pin: net for net, pins in parts.nets.items() for pin in pins}
        self.parts, self.values = parts, values
        for _ in range(20):
            self._sweep()

    def _parameters(self, part: spec.Part) -> dict[str, Any]:
        block = discover.block(part.type)
        outer = {name: value for name, value in self.values.items() if isinstance(value, (int, float))}
        texts = {k: v for k, v in part.parameters.items() if v not in self.values or v in outer}
        return spec.resolve(block, texts, outer)

    def _sweep(self) -> None:
        total: dict[str, float] = {}
        missing: set[str] = set()
        conductance: Counter[str] = Counter()
        for part in self.parts.parts:
            block, own = discover.block(part.type), self._parameters(part)
            for terminal in block.ports:
                net = self.net.get((part.name, terminal.name))
                if net in self.voltage:
                    own[terminal.symbol or terminal.name] = self.voltage[net]
            for name, text in block.conductance.items():
                conductance[self.net[part.name, name]] += expression.evaluate(expression.parse(text), own)
            for name, text in block.equations.items():
                tree, net = expression.parse(text), self.net[part.name, name]
                port = block.port(name)
                assert port is not None
                if not expression.names(tree) <= set(own):
                    missing.add(net)
                elif port.quantity == "voltage":
                    self.voltage[net] = expression.evaluate(tree, own)
                else:
                    self.current[part.name, name] = expression.evaluate(tree, own)
                    total[net] = total.get(net, 0.0) + self.current[part.name, name]
        for net, amount in total.items():
            if net not in missing and conductance[net]:
                self.voltage[net] = amount / conductance[net]


@pytest.mark.parametrize("n", [1, 2, 3, 8, 20])
def test_parts_of_figure_1(n: int) -> None:
    parts, _ = expansion(inputs=str(n))
    kinds = Counter(part.type for part in parts.parts)
    assert kinds == {
        "multiplier": 3 * n + 4, "weight": n + 1, "resistor": 2, "sigmoid": 1, "sigmoid_derivative": 1, "bias": 1,
    }  # fmt: skip
    names = [part.name for part in parts.parts]
    assert len(set(names)) == len(names)
    expected = {"Ms", "Mt", "Rs", "Rt", "S", "D", "V0"}
    expected |= {f"{kind}{i}" for kind in ("Mf", "Mu", "C") for i in range(n + 1)} | {f"Me{i}" for i in range(1, n + 1)}
    assert set(names) == expected


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activation_brings_its_derivative(activation: str) -> None:
    parts, _ = expansion(activation=activation)
    types = {part.name: part.type for part in parts.parts}
    assert (types["S"], types["D"]) == (activation, f"{activation}_derivative")


def test_only_the_update_is_inverted() -> None:
    for kind in ("ideal", "imperfect"):
        parts, _ = expansion(inputs="3", multiplier=kind)
        inverted = {part.name for part in parts.parts if part.parameters.get("polarity") == "-1"}
        assert inverted == {"Mu0", "Mu1", "Mu2", "Mu3"}


@pytest.mark.parametrize("n", [1, 5])
def test_every_pin_is_on_one_net(n: int) -> None:
    parts, _ = expansion(inputs=str(n))
    pins = [pin for members in parts.nets.values() for pin in members]
    assert len(set(pins)) == len(pins)
    wanted = {(part.name, port.name) for part in parts.parts for port in discover.block(part.type).ports}
    assert set(pins) == wanted
    outer = [(port.name, k) for port in NEURON.ports for k in ([0] if port.width == "1" else range(1, n + 1))]
    assert set(parts.boundary) == set(outer)
    assert len(set(parts.boundary.values())) == len(outer)
    assert set(parts.boundary.values()) <= set(parts.nets)


def test_pins_of_the_parts_table() -> None:
    parts, _ = expansion(inputs="2")
    net = {pin: name for name, pins in parts.nets.items() for pin in pins}
    for i in range(3):
        assert net[f"Mf{i}", "V1"] == net[f"C{i}", "V_w"] == net[f"C{i}", "I_charge"] == net[f"Mu{i}", "I"]
        assert net[f"Mf{i}", "V2"] == net[f"Mu{i}", "V2"] == (net["V0", "V"] if i == 0 else parts.boundary["V_in", i])
        assert net[f"Mu{i}", "V1"] == net["Rt", "V"] == net["Rt", "I"] == net["Mt", "I"]
    for i in (1, 2):
        assert net[f"Me{i}", "V1"] == net["Rt", "V"]
        assert net[f"Me{i}", "V2"] == net[f"C{i}", "V_w"]
        assert net[f"Me{i}", "I"] == parts.boundary["I_E", i]
    assert net["Ms", "V1"] == parts.boundary["V_E", 0]
    assert net["Ms", "V2"] == net["D", "V_out"]
    assert net["Mt", "V1"] == net["Ms", "I"] == net["Rs", "I"] == net["Rs", "V"]
    assert net["Mt", "V2"] == parts.boundary["V_teach", 0]
    assert net["S", "I_in"] == net["D", "V_in"] == net["Mf0", "I"]


volts = st.floats(-1.5, 1.5)


@settings(max_examples=60, deadline=None)
@given(
    x=st.lists(volts, min_size=1, max_size=4), w=st.lists(volts, min_size=5, max_size=5), error=volts, teach=volts,
    activation=st.sampled_from(ACTIVATIONS), gain=st.floats(0.5, 8), v_amp=st.floats(0.2, 3),
    c=st.sampled_from(["10Meg", "20Meg"]),
)  # fmt: skip
def test_ideal_neuron_descends(
    x: list[float], w: list[float], error: float, teach: float, activation: str, gain: float, v_amp: float, c: str
) -> None:
    """V_delta = V_E V_teach dV_out/d(sum V_in V_w), dV_w/dt = -K_m V_delta V_in / C, I_E = K_m V_delta V_w."""
    texts = {"inputs": str(len(x)), "activation": activation, "gain": repr(gain), "V_amp": repr(v_amp), "R_in": c}
    parts, values = expansion(**texts)
    known = {f"V_w{i}": w[i] for i in range(len(x) + 1)} | {f"V_in{i}": v for i, v in enumerate(x, 1)}
    circuit = Circuit(parts, values, known | {"V_E": error, "V_teach": teach})
    total = w[0] + sum(a * b for a, b in zip(x, w[1:], strict=False))
    u = gain * total
    bell = 1 / (1 + math.exp(-u))
    value, slope = {
        "sigmoid": (bell, bell * (1 - bell)),
        "tanh": (math.tanh(u), 1 / math.cosh(u) ** 2),
        "relu": (max(0.0, u), float(u > 0)),
        "softplus": (math.log(1 + math.exp(u)), bell),
        "linear": (u, 1.0),
    }[activation]
    if activation == "relu" and abs(u) < 1e-9:
        return
    delta = error * teach * v_amp * gain * slope
    assert circuit.voltage["V_out"] == pytest.approx(v_amp * value, rel=1e-9, abs=1e-12)
    assert circuit.voltage["V_delta"] == pytest.approx(delta, rel=1e-9, abs=1e-12)
    for i, v in enumerate([1.0, *x]):
        assert circuit.current[f"Mu{i}", "I"] == pytest.approx(-1e-7 * delta * v, rel=1e-9, abs=1e-19)
    for i in range(1, len(x) + 1):
        assert circuit.current[f"Me{i}", "I"] == pytest.approx(1e-7 * delta * w[i], rel=1e-9, abs=1e-19)


@pytest.mark.parametrize("pin", ["V1", "V2"])
def test_imperfect_neuron_takes_its_parameters_everywhere(pin: str) -> None:
    parts, values = expansion(multiplier="imperfect", V_off="0.1", K_I="80n", K_mp="1.5", offset_pin=pin)
    known = {"V_w0": 0.2, "V_w1": -0.3, "V_w2": 0.4, "V_in1": 0.7, "V_in2": -1.0, "V_E": 0.5, "V_teach": 0.0}
    circuit = Circuit(parts, values, known)
    first, second = (0.1, 0.0) if pin == "V1" else (0.0, 0.1)

    def product(a: float, b: float) -> float:
        return 80e-9 * math.tanh(1.5 * (a + first) * (b + second))

    delta = circuit.voltage["V_delta"]
    assert delta == pytest.approx(1e7 * product(circuit.voltage["V_s"], 0.0))
    assert (delta == 0.0) == (pin == "V1")  # an offset on V_teach keeps the network learning at V_teach = 0
    assert circuit.current["Mu1", "I"] == pytest.approx(-product(delta, 0.7))
    assert circuit.current["Me2", "I"] == pytest.approx(product(delta, 0.4))
    forward = product(0.2, 1.0) + product(-0.3, 0.7) + product(0.4, -1.0)
    assert circuit.voltage["V_net"] == pytest.approx(1e7 * forward)


def test_defaults_fit_together() -> None:
    values = spec.resolve(NEURON, {})
    assert values["I_ref"] == pytest.approx(25e-9)
    assert values["V_ref"] == pytest.approx(0.25)
    assert values["K_d"] == pytest.approx(4.0)
    for kind in ("sigmoid", "sigmoid_derivative"):
        block = discover.block(kind)
        alone = spec.resolve(block, {})
        assert all(
            alone[name] == pytest.approx(values[name])
            for name in ("V_amp", "I_ref", "R_in", "V_ref", "K_d")
            if name in alone
        )
    assert values["R"] * values["K_m"] == pytest.approx(1.0)
    assert values["K_m"] * 1e-7 / values["C"] == pytest.approx(0.1)  # eta at T_row = 0.1 us


def test_gain_sets_what_depends_on_it() -> None:
    values = spec.resolve(NEURON, {"gain": "8", "V_amp": "2"})
    assert (values["I_ref"], values["V_ref"], values["K_d"]) == pytest.approx((12.5e-9, 0.125, 16.0))
    assert spec.resolve(NEURON, {"gain": "8", "K_d": "1"})["K_d"] == 1.0


def test_figure_7_has_seventeen_capacitors() -> None:
    layers = [2, 3, 2]
    counts = [
        Counter(part.type for part in expansion(inputs=str(before))[0].parts)["weight"] * width
        for before, width in pairwise(layers)
    ]
    assert sum(counts) == 17


def test_words_reach_the_parts() -> None:
    parts, _ = expansion()
    weight = next(part for part in parts.parts if part.name == "C1")
    assert dict(weight.parameters) == {"C": "C", "V0": "V0", "spread": "spread"}
