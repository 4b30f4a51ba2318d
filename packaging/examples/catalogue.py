"""All examples, in the order of the gallery, and which of them the paper's figures open."""

from __future__ import annotations

from typing import Any

import convolution
import data
import leaky
import mismatch
import noisy
import pairs
import recurrent
import transfer
from story import Example

from app.document.dataset import XOR, Dataset
from app.document.generate import generate, parse_layers
from app.document.schematic import Schematic

MOONS, SPIKES, LATCH, ONE_OF_FOUR = (data.written()[name] for name in ("moons", "spikes", "latch", "one-of-four"))


def network(layers: str, rows: Dataset, name: str, **options: Any) -> Schematic:
    return generate(parse_layers(layers), rows, name, **options)[0]


def digits() -> Schematic:
    """The rows of the test are in the document, too, so that the dataset's name is all there is to change."""
    schematic = network("64-16-10", data.stored("digits-train"), "digits-train", t_row="20n")
    schematic.datasets["digits-test"] = data.stored("digits-test")
    return schematic


EXAMPLES = (
    Example(
        "xor", "XOR", "2-8-1, learns in about 110 epochs", "schematic",
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
        "xor-ten-seeds", "XOR, ten seeds", "learning curves while they run (Fig. 10)", "curves",
        (
            "Analyse, Experiment (Ctrl+Shift+X) starts ten runs from ten sets of initial weights, as in Figs. 9 to 11.",
            "All converge. Try a T_row of 0.01 µs (slow, Fig. 9) and of 1 µs (fast, not quite steady, Fig. 11).",
        ),
        lambda: network("2-8-1", XOR, "xor"),
        {"runs": "10", "stop_epochs": "400"}, figure="Figs. 9-11",
    ),
    Example(
        "two-rows", "Two rows", "1-2-1, learn and evaluate in turn (Fig. 8)", "signals",
        (
            "Two rows: -1 V shall give 0.2 V, +1 V shall give 0.8 V. V_teach is on in every other epoch,",
            "so that V_out moves towards its target while learning and holds while it is only evaluated (Fig. 8).",
        ),
        lambda: network("1-2-1", data.TWO_ROWS, "two rows", seed=4),
        {"stop_epochs": "400", "stop_mse": "10u"}, ("VT.mode=alternate", "D1.T_row=1u"), "Fig. 8",
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
    Example(
        "multiplier-curves", "Multiplier curves", "ideal and changed, -4 V to 4 V (Fig. 12)", "transfer",
        (
            "V_in1 sweeps from -4 V to 4 V and back; V_in2 is 0.5 V. A current of 100 nA shows as 1 V on 10 MΩ.",
            "M1 is the product (5). M2 saturates at 100 nA and has an offset of 0.1 V (17).",
        ),
        transfer.draw,
        {"stop_epochs": "100"}, figure="Fig. 12",
    ),
    Example(
        "sine", "Sine", "regression of one period", "regression",
        (
            "Eight hidden neurons bend V_out into one period of a sine: 41 rows over -1 V .. 1 V.",
            "A sum of sigmoids, so the ends and the slopes in between come first and the tops last.",
        ),
        lambda: network("1-8-1", data.sine(), "sine", seed=2),
        {"stop_mse": "0.2m", "stop_epochs": "1500"},
    ),
    Example(
        "moons", "Two moons", "two classes, curved boundary", "map",
        (
            "200 points in two interleaved half moons. Open the decision map to see the boundary bend between them.",
            "The rows come in another order in every epoch.",
        ),
        lambda: network("2-8-1", MOONS, "moons", t_row="0.2u"),
        {"stop_mse": "5m", "stop_epochs": "300"}, ("D1.order=shuffled",),
    ),
    Example(
        "iris", "Iris", "150 flowers, three species", "scatter",
        (
            "Fisher's iris: four measures of a flower, 1 V for 2 cm, and one output per species (0.9 V, else 0.1 V).",
            "Two of the species overlap, so that one or two flowers in fifty stay on the wrong side.",
        ),
        lambda: network("4-6-3", data.stored("iris"), "iris", t_row="20n"),
        {"stop_epochs": "100"}, ("D1.order=shuffled",),
    ),
    Example(
        "digits", "Digits", "8 × 8 pixels, 1,210 capacitors", "digits",
        (
            "1,540 handwritten digits of 8 × 8 pixels teach 26 neurons with 1,210 capacitors.",
            "Rows are short, since 64 inputs drive every neuron harder than two. For the 257 digits that the network",
            "has not seen, choose the dataset digits-test on D1 and set V_teach to 0 V.",
        ),
        digits,
        {"stop_mse": "2.5m", "stop_epochs": "60"},
    ),
    Example(
        "autoencoder", "Autoencoder", "4-2-4, four patterns as two bits", "weights",
        (
            "Four patterns must pass through two neurons and come out again: the circuit invents a code of two bits.",
            "Watch V_out of N2_1 and N2_2: each pattern gets its own corner.",
        ),
        lambda: network("4-2-4", ONE_OF_FOUR, "one of four"),
        {"stop_mse": "2m", "stop_epochs": "1500"},
    ),
    Example(
        "convolution", "Convolution", "one filter of four shared capacitors", "schematic",
        (
            "One filter slides over five samples. Its four capacitors stand outside; three positions share them:",
            "currents add up on a node, so each capacitor collects the gradient of all positions by itself.",
            "The task: is a spike (low, high, low) in the signal? In the end the filter has the shape of a spike.",
        ),
        lambda: convolution.draw(SPIKES, "spikes"),
        {"stop_mse": "2m", "stop_epochs": "600"},
    ),
    Example(
        "recurrent", "Recurrent pair", "a flip-flop that learns to remember", "signals",
        (
            "Each neuron hears the other one's output. Set and reset pulses come and go; the pair learns to keep its",
            "state in between. The outputs lag by tau = 10 ns, which makes the loop a circuit with a memory.",
        ),
        lambda: recurrent.draw(LATCH),
        {"stop_mse": "5m", "stop_epochs": "600"},
    ),
    Example(
        "leaky", "Leaky weights", "what forgetting does", "weights",
        (
            "A resistor of 1 GΩ beside each capacitor of 0.1 pF: the weights fade with 100 µs.",
            "For 100 epochs V_teach keeps the network learning, then it is off for 200, and AND is forgotten.",
        ),
        lambda: leaky.draw(data.AND, "and", "1" * 100 + "0" * 200),
        {"stop_epochs": "300"},
    ),
    Example(
        "mismatch", "Mismatch", "which multiplier is to blame", "ranking",
        (
            "Each of the 108 multipliers has an offset (sigma 20 mV on V_2) and a slope (sigma 5 %) of its own.",
            "XOR is learnt all the same: what is wrong with the parts is inside the loop that learns.",
        ),
        lambda: mismatch.scatter(network("2-8-1", XOR, "xor", imperfect=True)),
        {"stop_mse": "2m", "stop_epochs": "1000"},
    ),
    Example(
        "noise", "Noise", "XOR with noisy inputs", "signals",
        (
            "Two multipliers and a resistor add noise (sigma 0.2 V, a new level every 20 ns) to each input.",
            "The weights move slowly enough to average it, and XOR is learnt; the MSE jumps with the noise.",
        ),
        lambda: noisy.draw(XOR, "xor"),
        {"stop_epochs": "400"},
    ),
    Example(
        "xor-sheets", "Sheets", "XOR from one sheet, placed four times", "schematic",
        (
            "The hidden layer is one sheet, a pair of neurons with their Type2 blocks, placed four times.",
            "Double-click A1 to open it: what is drawn there changes all four. Weights belong to each by itself.",
        ),
        lambda: pairs.draw(XOR, "xor"),
        {"stop_mse": "2m", "stop_epochs": "1000"},
    ),
)  # fmt: skip

PAPER: list[dict[str, Any]] = [
    {"figure": "fig8", "title": "Learning and evaluating in turn", "file": "two-rows.aann", "settings": []},
    {"figure": "fig9", "title": "Small learning rate", "file": "xor-ten-seeds.aann", "settings": ["D1.T_row=0.01u"]},
    {"figure": "fig10", "title": "Optimal learning rate", "file": "xor-ten-seeds.aann", "settings": []},
    {"figure": "fig11", "title": "Big learning rate", "file": "xor-ten-seeds.aann", "settings": ["D1.T_row=1u"]},
    {"figure": "fig12", "title": "Multiplier curves", "file": "multiplier-curves.aann", "settings": []},
    {"figure": "fig13", "title": "Imperfect multipliers", "file": "xor-imperfect.aann", "settings": []},
]
