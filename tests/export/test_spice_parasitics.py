"""Parasitics in the exported netlist: ngspice and the engine agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.circuit.compile import compile_schematic
from app.export.spice import name_nodes, write_spice
from app.training.run import Options, prepare
from tests.drawing import Drawing
from tests.networks import layered
from tests.ngspice import simulate

EPOCHS = 2


def with_capacitors_on_nodes() -> Drawing:
    """Capacitance on a hidden neuron's error node and beside a resistor; noise and pulses on the inputs."""
    draw = layered((2, 2, 1))
    draw.add("capacitor", "C1", C="1f", V0="0.05")
    draw.wire("C1.I", "B2_1.I_E")
    return draw


def with_moving_inputs() -> Drawing:
    draw = layered((2, 2, 1))
    for number, (kind, texts) in enumerate(
        (("noise", {"sigma": "0.4", "interval": "35n"}), ("pulse", {"rise": "20n", "fall": "10n", "width": "30n"})), 1
    ):
        for wire in list(draw.schematic.top.wires.values()):
            if draw.end(f"D1.X[{number}]") in wire.ends:
                del draw.schematic.top.wires[wire.id]
        draw.add(kind, f"W{number}", **texts)
        for neuron in (1, 2):
            draw.wire(f"W{number}.V", f"N2_{neuron}.V_in[{number}]")
    return draw


DRAWINGS = {
    "varying": lambda: layered((2, 2, 1), capacitor="varying", a="0.2", b="0.5"),
    "tau": lambda: layered((2, 2, 1), tau="8n"),
    "capacitors": with_capacitors_on_nodes,
    "moving": with_moving_inputs,
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_ngspice_agrees(kind: str, tmp_path: Path) -> None:
    draw = DRAWINGS[kind]()
    circuit = compile_schematic(draw.schematic)
    run = prepare(circuit, draw.schematic, Options((4,), rtol=1e-8))
    netlist = write_spice(circuit, run.timeline, 4, EPOCHS)
    found = simulate(netlist, tmp_path)
    run.advance_epochs(EPOCHS)
    nodes = circuit.state_nodes[circuit.weight_states]
    names = name_nodes(circuit).node
    last = np.array([found[f"v({names[int(node)]})"][-1] for node in nodes])
    assert found["time"][-1] == pytest.approx(run.time, rel=1e-9)
    moved = np.abs(run.weights()[:, 0] - circuit.initial_state([4])[circuit.weight_states, 0]).max()
    assert moved > 0.01
    assert np.abs(last - run.weights()[:, 0]).max() <= 1e-5


@pytest.mark.parametrize("dialect", ["ltspice", "opus", "xyce"])
def test_a_varying_capacitor_in_other_dialects(dialect: str) -> None:
    """Its current is sensed once and scaled once; only Xyce wants braces."""
    draw = layered((1, 1), ((0.5, 0.2),), capacitor="varying")
    circuit = compile_schematic(draw.schematic)
    text = write_spice(circuit, prepare(circuit, draw.schematic, Options((4,))).timeline, 4, 1, dialect)
    lines = [line for line in text.splitlines() if "N2_1_C1" in line]
    assert [line[0] for line in lines] == ["V", "C", "B"]
    assert lines[1].split()[-1].startswith("ic=")
    assert lines[2].split()[3].startswith("I={i(VN2_1_C1)*" if dialect == "xyce" else "I=i(VN2_1_C1)*")
