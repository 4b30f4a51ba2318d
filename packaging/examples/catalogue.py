"""All examples, in the order of the gallery, and which of them the paper's figures open."""

from __future__ import annotations

from typing import Any

import data
from story import Example

from app.document.dataset import XOR, Dataset
from app.document.generate import generate, parse_layers
from app.document.schematic import Schematic


def network(layers: str, rows: Dataset, name: str, **options: Any) -> Schematic:
    return generate(parse_layers(layers), rows, name, **options)[0]


EXAMPLES = (
    Example(
        "xor", "XOR", "2-8-1, learns in about 110 epochs", "map",
        (
            "XOR trains itself. Each row stays on the inputs for 0.1 µs; currents charge 33 capacitors meanwhile.",
            "Press T to switch V_teach: at 0 V the circuit only answers, and the weights stay as they are.",
        ),
        lambda: network("2-8-1", XOR, "xor"),
        {"stop_mse": "1m", "stop_epochs": "1000"}, figure="Fig. 10",
    ),
    Example(
        "one-neuron", "A neuron", "two inputs, at multiplier level (Fig. 1)", "schematic",
        (
            "One neuron drawn from its parts (Fig. 1): ten multipliers and three capacitors learn AND.",
            "Green computes V_out; blue turns the error V_E into the currents that charge the weights.",
        ),
        lambda: network("2-1", data.AND, "and", level="multiplier"),
        {"stop_mse": "2m", "stop_epochs": "400"}, figure="Fig. 1",
    ),
    Example(
        "paper-fig7", "2-3-2 network", "the paper's Fig. 7, 17 capacitors", "schematic",
        (
            "The network of Fig. 7 learns to add two bits: output 1 is the sum, output 2 the carry.",
            "Type2 blocks collect the error currents of the output layer for the hidden neurons.",
        ),
        lambda: network("2-3-2", data.HALF_ADDER, "half adder"),
        {"stop_mse": "2m", "stop_epochs": "800"}, figure="Fig. 7",
    ),
    Example(
        "two-rows", "Two rows", "1-2-1, learn and evaluate in turn (Fig. 8)", "signals",
        (
            "Two rows: -1 V shall give 0.2 V, +1 V shall give 0.8 V. V_teach is on in every other epoch,",
            "so that V_out moves towards its target while learning and holds while it is only evaluated (Fig. 8).",
        ),
        lambda: network("1-2-1", data.TWO_ROWS, "two rows"),
        {"stop_epochs": "1000", "stop_mse": "10u"}, ("VT.mode=alternate",), "Fig. 8",
    ),
    Example(
        "xor-imperfect", "Imperfect multipliers", "saturation and offset (Figs. 12, 13)", "transfer",
        (
            "XOR with multipliers that saturate at 100 nA and have an offset of 0.1 V on V_2 (17): it learns all the",
            "same. Move the offset to V_1, where the errors are, and every capacitor drifts away.",
        ),
        lambda: network("2-8-1", XOR, "xor", imperfect=True),
        {"stop_mse": "1m", "stop_epochs": "1000"}, ("N*_*.V_off=0.1",), "Fig. 13",
    ),
)  # fmt: skip

PAPER: list[dict[str, Any]] = [
    {"figure": "fig8", "title": "Learning and evaluating in turn", "file": "two-rows.aann", "settings": []},
    {"figure": "fig9", "title": "Small learning rate", "file": "xor.aann", "settings": ["D1.T_row=0.01u"]},
    {"figure": "fig10", "title": "Optimal learning rate", "file": "xor.aann", "settings": ["D1.T_row=0.1u"]},
    {"figure": "fig11", "title": "Big learning rate", "file": "xor.aann", "settings": ["D1.T_row=1u"]},
    {"figure": "fig13", "title": "Imperfect multipliers", "file": "xor-imperfect.aann", "settings": []},
]
