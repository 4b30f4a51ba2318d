"""A neuron drawn from its parts with a resistor beside every capacitor, so that it forgets."""

from __future__ import annotations

from typing import Any

from boards import blank

from app.document.dataset import Dataset
from app.document.generate import assemble
from app.document.network import draw_network
from app.document.neuron_sheet import NeuronDrawing
from app.document.schematic import Schematic
from app.document.sketch import NetPlan, Placed, Sketch
from blocks import discover, spec

LEAK = "1G"  # with 0.1 pF a time constant of 100 us
BELOW = 16  # rows from the forward multipliers to the resistors


class LeakyNeuron(NeuronDrawing):
    """Fig. 1 with the resistors R1, R2, .. and R0 on the weights' nodes."""

    def draw(self, sketch: Sketch) -> None:
        self._leaks: dict[str, Placed] = {}
        for index in range(self.inputs + 1):
            place = self._on_sheet((self._column(index) + 14, self.row_forward + BELOW))
            name = f"R{index}"
            self._leaks[f"V_w{index}"] = sketch.place_pin("resistor", name, "I", place, {"R": LEAK}, mirrored=True)
        super().draw(sketch)

    def _plan(self, net: str) -> NetPlan:
        plan = super()._plan(net)
        if net in self._leaks:
            leak = self._leaks[net]
            x, y = leak.at("I")
            plan.pin((x, y), leak.end("I"))
            plan.path((x, y), (x, y - BELOW + 6))
        return plan


def draw(rows: Dataset, name: str, pattern: str) -> Schematic:
    schematic = blank(name, rows)
    texts = {"inputs": str(len(rows.inputs))}
    values: dict[str, Any] = spec.resolve(discover.block("neuron"), texts)
    source = {"dataset": name, **texts, "targets": "1", "T_row": "0.1u"}
    plan = assemble(source, [[LeakyNeuron("N2_1", values, "N2_1/")]], (len(rows.inputs), 1))
    plan.switch.parameters = {"mode": "pattern", "pattern": pattern}
    plan.arrange()
    draw_network(Sketch(schematic.top), plan, "neutral")
    return schematic
