"""What a window shows of a run: outputs with their targets, and every probe, whatever it hangs on."""

from __future__ import annotations

import numpy as np

from app.circuit.compile import compile_schematic
from app.training.layout import layout_of
from app.training.run import Options, prepare
from tests.drawing import Drawing
from tests.networks import layered


def test_probes_follow_the_outputs() -> None:
    draw = layered((2, 2, 1))
    draw.add("probe", "P1")
    draw.wire("P1.V", "N2_1.V_out")
    run = prepare(compile_schematic(draw.schematic), draw.schematic, Options((0,)))
    layout = layout_of(run)
    assert [(signal.kind, signal.item) for signal in layout.signals] == [
        ("output", draw.ids["E1"]), ("target", draw.ids["E1"]), ("probe", draw.ids["P1"]),
    ]  # fmt: skip
    assert layout.signals[2].name == "P1"
    assert layout.signals[2].slot == run.circuit.slot_of(draw.end("N2_1.V_out"))


def test_a_probe_alone_shows_the_node_it_touches() -> None:
    draw = Drawing()
    draw.add("sine", "V1")
    draw.add("multiplier", "M1")
    draw.add("resistor", "R1")
    draw.add("probe", "P1")
    for a, b in (("V1.V", "M1.V1"), ("V1.V", "M1.V2"), ("M1.I", "R1.I"), ("R1.V", "P1.V")):
        draw.wire(a, b)
    run = prepare(compile_schematic(draw.schematic), draw.schematic, Options((0,)))
    (signal,) = layout_of(run).signals
    source = run.circuit.slot_of(draw.end("V1.V"))
    _, values = run.trace(1, np.array([signal.slot, source]))
    assert np.allclose(values[:, 0], values[:, 1] ** 2) and np.ptp(values[:, 0]) > 0
