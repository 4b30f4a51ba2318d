"""A neuron in a generated network: one block, or the same parts drawn out (neuron_sheet), behind one interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from app.document.placement import pin_of
from app.document.schematic import Point
from app.document.sketch import NetPlan, Placed, Sketch
from blocks import discover, spec


class Cell(Protocol):
    """Where a block's pins will be (before it is drawn), and how a net reaches them (after)."""

    name: str
    size: Point
    at: Point

    def pin(self, port: str, index: int = 0) -> Point:
        """The pin on the cell's edge, on the sheet."""

    def bundled(self, port: str) -> bool:
        """Is the port drawn as one bus pin?"""

    def draw(self, sketch: Sketch) -> None:
        """Places the cell's blocks and its inner wires."""

    def join(self, net: NetPlan, port: str, index: int = 0) -> None:
        """Lets `net`, which comes to the edge pin, go on to what the pin stands for; a bus takes the whole port."""


class BlockCell:
    """A single block; neurons and datasets with many columns have bus pins. `values` where the texts need more than
    themselves."""

    def __init__(
        self, kind: str, name: str, parameters: Mapping[str, str], values: Mapping[str, Any] | None = None
    ) -> None:
        block = discover.block(kind)
        values = spec.resolve(block, parameters) if values is None else values
        self.kind, self.name, self.parameters = kind, name, parameters
        self.symbol = block.symbol_of(values)
        self.size = (round(self.symbol.size[0]), round(self.symbol.size[1]))
        self.at: Point = (0, 0)
        self._placed: Placed | None = None

    def pin(self, port: str, index: int = 0) -> Point:
        x, y = pin_of(self.symbol, port, index).at
        return self.at[0] + round(x), self.at[1] + round(y)

    def pin_to(self, port: str, place: Point) -> None:
        """Moves the block so that its pin lies at `place`."""
        x, y = self.pin(port)
        self.at = (self.at[0] + place[0] - x, self.at[1] + place[1] - y)

    def bundled(self, port: str) -> bool:
        return any(pin.port == port and pin.last > pin.index for pin in self.symbol.pins)

    def draw(self, sketch: Sketch) -> None:
        self._placed = sketch.place(self.kind, self.name, self.at, self.parameters)

    def join(self, net: NetPlan, port: str, index: int = 0) -> None:
        if self._placed is None:
            raise ValueError("draw the cell first")
        end = self._placed.end(port, 1, net.width) if net.width > 1 else self._placed.end(port, index)
        net.pin(self.pin(port, index), end)
