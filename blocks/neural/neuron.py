"""Neuron with its own learning circuit (Figures 1 and 6): 3N + 4 multipliers and N + 1 capacitors for N inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from blocks import expression, parameters
from blocks.spec import Block, Expansion, Parameter, Part, Port
from blocks.symbol import Arrow, Box, Label, Line, Mark, Pin, Symbol, curve

ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus", "linear")
WIDEST_SINGLE = 8
Nets = dict[str, tuple[tuple[str, str], ...]]

_CURVES: Mapping[str, Callable[[float], float]] = {
    "sigmoid": lambda x: expression.sigmoid(5 * x),
    "tanh": lambda x: 0.5 + 0.5 * math.tanh(3 * x),
    "relu": lambda x: max(0.0, x),
    "softplus": lambda x: expression.softplus(5 * x) / 5,
    "linear": lambda x: 0.5 + 0.5 * x,
}


def expand(values: Mapping[str, Any]) -> Expansion:
    """The parts of Fig. 1. `values`: inputs, activation, multiplier, offset_pin (coded), capacitor."""
    count = int(values["inputs"])
    inputs, all_inputs = range(1, count + 1), range(count + 1)
    kind, texts = _multiplier(values)
    inverted = {**texts, "polarity": "-1"}
    varying = values["capacitor"] == "varying"
    weight = {"C": "C", "V0": "V0", "spread": "spread"} | ({"a": "a", "b": "b"} if varying else {})
    activation = str(values["activation"])
    parts = (
        *(Part(f"Mf{i}", kind, texts) for i in all_inputs),
        Part("S", activation, {"V_amp": "V_amp", "I_ref": "I_ref", "R_in": "R_in", "tau": "tau"}),
        Part("D", f"{activation}_derivative", {"V_ref": "V_ref", "K_d": "K_d"}),
        Part("Ms", kind, texts),
        Part("Rs", "resistor", {"R": "R"}),
        Part("Mt", kind, texts),
        Part("Rt", "resistor", {"R": "R"}),
        *(Part(f"Mu{i}", kind, inverted) for i in all_inputs),
        *(Part(f"Me{i}", kind, texts) for i in inputs),
        *(Part(f"C{i}", "varying_weight" if varying else "weight", weight) for i in all_inputs),
        Part("V0", "bias"),
    )
    boundary = {
        **{("V_in", i): f"V_in{i}" for i in inputs},
        **{("I_E", i): f"I_E{i}" for i in inputs},
        **{(name, 0): name for name in ("V_out", "V_E", "V_teach")},
    }
    return Expansion(parts, _nets(count), boundary)


def _multiplier(values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Type and parameters of the neuron's multipliers."""
    if values["multiplier"] == "ideal":
        return "multiplier", {"K_m": "K_m"}
    pin = "V2" if values["offset_pin"] else "V1"
    return "imperfect_multiplier", {"K_I": "K_I", "K_mp": "K_mp", "V_off": "V_off", "offset_pin": pin}


def _nets(count: int) -> Nets:
    inputs, all_inputs = range(1, count + 1), range(count + 1)
    nets: Nets = {
        "V_in0": (("V0", "V"), ("Mf0", "V2"), ("Mu0", "V2")),
        "V_net": (*((f"Mf{i}", "I") for i in all_inputs), ("S", "I_in"), ("D", "V_in")),
        "V_out": (("S", "V_out"),),
        "V_slope": (("D", "V_out"), ("Ms", "V2")),
        "V_E": (("Ms", "V1"),),
        "V_s": (("Ms", "I"), ("Rs", "I"), ("Rs", "V"), ("Mt", "V1")),
        "V_teach": (("Mt", "V2"),),
        "V_delta": (
            ("Mt", "I"),
            ("Rt", "I"),
            ("Rt", "V"),
            *((f"Mu{i}", "V1") for i in all_inputs),
            *((f"Me{i}", "V1") for i in inputs),
        ),
        "V_w0": (("Mu0", "I"), ("C0", "I_charge"), ("C0", "V_w"), ("Mf0", "V1")),
    }
    for i in inputs:
        nets[f"V_in{i}"] = ((f"Mf{i}", "V2"), (f"Mu{i}", "V2"))
        nets[f"V_w{i}"] = (
            (f"Mu{i}", "I"), (f"C{i}", "I_charge"), (f"C{i}", "V_w"), (f"Mf{i}", "V1"), (f"Me{i}", "V2"),
        )  # fmt: skip
        nets[f"I_E{i}"] = ((f"Me{i}", "I"),)
    return nets


def symbol(values: Mapping[str, Any]) -> Symbol:
    """Single pins up to 8 inputs, bus pins from 9 on."""
    n = int(values["inputs"])
    bundled = n > WIDEST_SINGLE
    body = 10 if bundled else max(10, 2 * n + 4)
    width, height = body + 2, 9 if bundled else 2 * n + 5
    band = height - 3
    inputs: tuple[Pin, ...]
    errors: tuple[Pin, ...]
    if bundled:
        inputs = (Pin("V_in", (0, 4), "left", 1, n, f"V_in[1..{n}]"),)
        errors = (Pin("I_E", (3, height), "bottom", 1, n, f"I_E[1..{n}]"),)
    else:
        inputs = tuple(Pin("V_in", (0, 2 * k + 1), "left", k, label=f"V_in{k}") for k in range(1, n + 1))
        errors = tuple(Pin("I_E", (2 * k + 1, height), "bottom", k, label=f"I_E{k}") for k in range(1, n + 1))
    single = (
        Pin("V_out", (width, 4 if bundled else 3 + 2 * ((n - 1) // 2)), "right", label="V_out"),
        Pin("V_E", (body - 1, height), "bottom", label="V_E"),
        Pin("V_teach", (1 + body // 2, 0), "top", label="V_teach"),
    )
    pins = (*inputs, *errors, *single)
    marks: list[Mark] = [
        Box((1, 1), (body, height - 2), radius=0.9),
        *_band(body, height),
        Box((1, 1), (body, height - 2), radius=0.9, fill=""),
    ]
    for pin in pins:
        marks.extend(_lead(pin, height))
    middle = 1 + body / 2 + (1.7 if bundled else 0.0)
    plot = (middle - 1.3, (band + 1) / 2 - 0.3, 2.6, 1.9)
    marks.append(curve(_CURVES[str(values["activation"])], plot))
    marks.append(Label("{name}", (1.55, 1.85), align="left", style="name"))
    return Symbol((width, height), pins, tuple(marks))


def _band(body: float, height: float) -> tuple[Mark, ...]:
    """The lower band: the part of the neuron that works backwards."""
    top, right = height - 3, body + 1
    low = height - 1
    outline = (
        (1, top), (right, top), (right, low - 0.9), (right - 0.15, low - 0.35), (right - 0.55, low - 0.08),
        (1.55, low - 0.08), (1.15, low - 0.35), (1, low - 0.9),
    )  # fmt: skip
    return (
        Line(outline, width=0.4, role="backward_fill", closed=True, fill="backward_fill"),
        Line(((1, top), (right, top)), width=0.8, role="backward"),
    )


def _lead(pin: Pin, height: float) -> tuple[Mark, ...]:
    """From the box to the pin, with its name inside the box and, for a current, an arrow head."""
    x, y = pin.at
    line = 3.0 if pin.last > pin.index else 1.5
    if pin.side == "left":
        return Line(((x, y), (x + 1, y)), line), Label(pin.label, (x + 1.35, y), align="left")
    if pin.side == "right":
        return Line(((x - 1, y), (x, y)), line), Label(pin.label, (x - 1.35, y), align="right")
    if pin.side == "top":
        return Line(((x, y), (x, y + 1)), line), Label(pin.label, (x, y + 1.75))
    marks: tuple[Mark, ...] = (Line(((x, y - 1), (x, y)), line), Label(pin.label, (x, height - 2)))
    return (*marks, Arrow((x, y - 0.27), "bottom")) if pin.port == "I_E" else marks


def _choice(name: str, choices: tuple[str, ...], label: str, help: str) -> Parameter:
    return Parameter(name, choices[0], kind="choice", choices=choices, label=label, help=help, structural=True)


BLOCK = Block(
    type="neuron",
    title="Neuron",
    group="Neural",
    prefix="N",
    order=10,
    ports=(
        Port("V_in", "in", "voltage", width="inputs", help="inputs; the bias of 1 V is inside"),
        Port("V_out", "out", "voltage", help="the activation of the weighted sum"),
        Port("V_E", "in", "voltage", help="the neuron's error, from a Type1 or a Type2"),
        Port("I_E", "out", "current", width="inputs", help="error currents for the layer before", optional=True),
        Port("V_teach", "in", "voltage", help="0 V: forward only; 1 V: learning"),
    ),
    parameters=(
        Parameter(
            "inputs",
            "2",
            kind="integer",
            minimum=1,
            maximum=100_000,
            label="Inputs",
            structural=True,
            help="number of inputs N, without the bias",
        ),
        _choice("activation", ACTIVATIONS, "Activation", "the activation and, with it, its derivative"),
        _choice("multiplier", ("ideal", "imperfect"), "Multipliers", "ideal (5), or with saturation and offset (17)"),
        parameters.transconductance(),
        parameters.per_square_volt("gain", "4", "Gain g", "u per V^2 of sum V_in V_w; steeper activation if larger"),
        parameters.voltage("V_amp", "1", "Amplitude V_amp", "scale of the output", positive=True),
        parameters.resistance("R_in", "10Meg", "Input resistance R_in", "turns the summed current into V_net"),
        parameters.current("I_ref", "K_m/gain", "Reference I_ref", "current at which u = 1 (times 1 V^2)"),
        parameters.voltage("V_ref", "R_in*I_ref", "Reference V_ref", "the derivative's scale of V_net", positive=True),
        parameters.voltage("K_d", "V_amp*gain", "Scale K_d", "the derivative's scale (times 1 V^2)"),
        parameters.resistance("R", "10Meg", "Resistance R", "of Rs and Rt, each undoes one K_m"),
        parameters.capacitance("C", "0.1p", "Capacitance C", "of each weight"),
        _choice("capacitor", ("constant", "varying"), "Capacitors", "constant, or C(V) = C (1 + a V + b V^2)"),
        parameters.linear_term(),
        parameters.square_term(),
        parameters.initial_voltage(),
        parameters.spread(),
        parameters.current("K_I", "100n", "Largest current K_I", "of imperfect multipliers"),
        parameters.per_square_volt("K_mp", "1", "Slope K_m'", "of imperfect multipliers"),
        parameters.voltage("V_off", "0", "Offset V_off", "of imperfect multipliers"),
        parameters.offset_pin(structural=True),
        parameters.time_constant(),
    ),
    formula=(
        "V_out = S(u)",
        "u = gain sum V_in V_w  (3)",
        "V_delta = V_E S' V_teach",
        "C dV_w/dt = -K_m V_delta V_in  (8)",
        "I_E = K_m V_delta V_w",
    ),
    expand=expand,
    symbol=symbol,
    values=("gain", "C"),
    keywords=("perceptron", "cell", "unit", "macro"),
    help="A neuron that trains itself (Fig. 1). Forward, multipliers weigh the inputs and an activation squashes "
    "their sum. Backward, the error V_E times the slope S' times V_teach becomes V_delta, which charges the N + "
    "1 weights and sends the error currents I_E to the layer before. V_teach = 0 V holds ideal weights; since "
    "V_teach passes every layer, a layer l of L learns at the rate V_teach^(L-l+1). Double-click shows the "
    "parts. Gain and initial spread together decide whether the neurons start saturated; an overridden I_ref, "
    "V_ref or K_d may be no true derivative any more, which the check reports. Imperfect multipliers "
    "with V_off on V_2 still learn, but go on learning at V_teach = 0 V; with V_off on V_1, where the errors are, "
    "every capacitor drifts.",
)
