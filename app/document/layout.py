"""Where everything in a generated network stands (style.md's rules for generated networks), before anything is drawn.

Columns run left to right: dataset, channel, layer, Type2, channel, layer, ..., Type1. Every layer is centred on the
tallest and then moved by single rows until no two nets share a stretch of a line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.document import channels
from app.document.cells import BlockCell, Cell
from app.document.channels import Channel, Occupied
from app.document.schematic import Point
from app.document.sketch import Path

WIDEST_SINGLE = 8  # more connections than these are drawn as a bus
WIDEST_TRACKS = 3  # more error currents than these are drawn as a bus
REACH = 16  # rows that a layer may move to get clear
BUS_DROP = (3, 2)


@dataclass(slots=True)
class Layer:
    """A column of neurons. `collectors` are its Type2 blocks (none behind the output layer)."""

    cells: Sequence[Cell]
    inputs: int
    collectors: Sequence[BlockCell] = ()
    teach: Sequence[BlockCell] = ()
    forward: Channel = field(default_factory=lambda: Channel([], 0, 0))
    backward: Channel | None = None
    pitch: int = 0

    @property
    def height(self) -> int:
        return self.pitch * (len(self.cells) - 1) + self.cells[0].size[1]

    @property
    def right(self) -> int:
        return max(cell.pin("V_out")[0] for cell in self.cells)

    def outputs(self) -> list[Point]:
        return [cell.pin("V_out") for cell in self.cells]

    def single_backward(self) -> bool:
        """Are the error currents drawn one by one, or as a bus?"""
        return self.inputs == 1 or (self.inputs <= WIDEST_TRACKS and len(self.cells) <= WIDEST_TRACKS)

    def stand(self, x: int, top: int) -> None:
        for row, cell in enumerate(self.cells):
            cell.at = (x, top + row * self.pitch)


@dataclass(slots=True)
class Output:
    """Behind an output neuron: Type1, the label on V_out, and the target's label (None: a bus brings the target)."""

    error: BlockCell
    label: BlockCell
    target: BlockCell | None


@dataclass(slots=True)
class Network:
    """All blocks of the drawing. `targets` are the labels on the dataset's T pins, or None with a bus."""

    source: BlockCell
    switch: BlockCell
    switch_label: BlockCell
    layers: Sequence[Layer]
    outputs: Sequence[Output]
    targets: Sequence[BlockCell] | None
    target_bus: Channel | None = None

    def arrange(self) -> None:
        for number, layer in enumerate(self.layers):
            layer.pitch = self._pitch(number)
        centre = max(layer.height for layer in self.layers) // 2
        self.source.at = (0, centre - self.source.size[1] // 2)
        occupied = Occupied()
        for number in range(len(self.layers)):
            occupied = self._settle(number, centre, occupied)
        self._place_switch()
        if self.targets is None:
            self.target_bus = self._target_bus()

    def below(self, number: int) -> int:
        """Rows below a layer's pins that error currents take."""
        layer = self.layers[number]
        if number == 0:
            return 0
        return layer.inputs if layer.single_backward() else BUS_DROP[0]

    # -- rows -------------------------------------------------------------------------------------------------------

    def _pitch(self, number: int) -> int:
        """Height + 3, and as many rows more as error currents leave below; even, so that a shift by one row keeps the
        outputs of one layer and the inputs of the next on different rows."""
        layer = self.layers[number]
        pitch = max(11, layer.cells[0].size[1] + 3 + self.below(number))
        return pitch + pitch % 2

    def _settle(self, number: int, centre: int, occupied: Occupied) -> Occupied:
        """Tries the rows for a layer (for the first: of the dataset) and keeps the first without a clash. There is
        always one: at the last a layer stands below all rows of the layer before it."""
        layer = self.layers[number]
        source_top = self.source.at[1]
        pitches = self._pitches(number)
        for pitch in pitches:
            layer.pitch = pitch
            top = centre - layer.height // 2
            for shift in (*self._shifts(number, top), *([self._below(number, top)] if pitch == pitches[-1] else [])):
                for drop in BUS_DROP:
                    if number == 0:
                        self.source.at = (0, source_top + shift)
                    self._route(number, top + (shift if number else 0), drop)
                    trial = occupied.copy()
                    trial.add(self._lines(number))
                    if not trial.clash():
                        return trial
                    if layer.backward is None or not layer.backward.bus:
                        break
        raise ValueError(f"layer {number + 2} finds no row without a clash")

    def _pitches(self, number: int) -> tuple[int, ...]:
        """The layer's own pitch; then a multiple of that of the layer before, so that all its rows stand alike against
        the rows before and one shift clears them all."""
        own = self.layers[number].pitch
        if not number:
            return (own,)
        before = self.layers[number - 1].pitch
        return own, before * math.ceil(own / before)

    def _shifts(self, number: int, top: int) -> Iterator[int]:
        layer = self.layers[number]
        self._route(number, top, BUS_DROP[0])
        source = self._sources(number)[0][1]
        bend = min((source - cell.pin("V_in", 1)[1] for cell in layer.cells), key=abs)
        if 0 < abs(bend) <= 2:
            yield -bend if number == 0 else bend
        yield 0
        for step in range(1, REACH + 1):
            yield from (step, -step)

    def _below(self, number: int, top: int) -> int:
        """The shift that puts the layer (at first the dataset) below all rows of the layer before (or of the first)."""
        before = self.layers[max(number - 1, 0)]
        return before.cells[-1].at[1] + before.pitch - (top if number else self.source.at[1])

    # -- columns ----------------------------------------------------------------------------------------------------

    def _sources(self, number: int) -> list[Point]:
        if number:
            return self.layers[number - 1].outputs()
        if self.source.bundled("X"):
            return [self.source.pin("X", 1)]
        return [self.source.pin("X", k + 1) for k in range(self.layers[0].inputs)]

    def _left(self, number: int) -> int:
        """x of the first forward track, clear of everything left of it."""
        if number:
            behind = self.layers[number].backward
            collectors = self.layers[number - 1].collectors
            return (behind.right if behind else max(c.pin("I_E")[0] for c in collectors)) + 5
        pin = self.source.size[0]
        if self.targets is None:
            return self._target_x() + 4
        label = max((target.size[0] for target in self.targets), default=0)
        return max(pin + max(8, label + 4), self._switch_right() + 3)

    def _route(self, number: int, top: int, drop: int) -> None:
        """Places the layer with its first row at `top` and lays its channels."""
        layer = self.layers[number]
        layer.stand(layer.cells[0].at[0], top)
        if number:
            layer.backward = self._backward(number, drop)
        left = self._left(number)
        layer.forward = self._forward(number, left)
        layer.stand(layer.forward.right + channels.TO_PINS, top)
        layer.forward = self._forward(number, left)
        if number:
            layer.backward = self._backward(number, drop)
        for cell, collector in zip(layer.cells, layer.collectors, strict=False):
            collector.pin_to("V_E", (layer.right + 4, cell.pin("V_E")[1]))
        for cell, label in zip(layer.cells, layer.teach, strict=True):
            label.pin_to("net", cell.pin("V_teach"))
        if layer is self.layers[-1]:
            self._place_outputs(layer)

    def _forward(self, number: int, left: int) -> Channel:
        layer = self.layers[number]
        sources = self._sources(number)
        if layer.inputs <= WIDEST_SINGLE:
            pins = [[cell.pin("V_in", k + 1) for k in range(layer.inputs)] for cell in layer.cells]
            if len(layer.cells) == 1 and sorted(pins[0], key=lambda pin: pin[1]) == pins[0]:
                return channels.nested(sources, pins[0], left)
            return channels.tracks(sources, pins, left)
        joins: list[Point] = []
        taps: list[list[Point]] = [[] for _ in range(layer.inputs)]
        if number == 0 and self.source.bundled("X"):
            joins += sources
        else:
            for k, source in enumerate(sources):
                taps[k].append(source)
        for cell in layer.cells:
            if cell.bundled("V_in"):
                joins.append(cell.pin("V_in", 1))
            else:
                for k in range(layer.inputs):
                    taps[k].append(cell.pin("V_in", k + 1))
        return channels.bus(joins, taps, left)

    def _backward(self, number: int, drop: int) -> Channel:
        layer, before = self.layers[number], self.layers[number - 1]
        collectors = [collector.pin("I_E") for collector in before.collectors]
        bundled = layer.cells[0].bundled("I_E")
        pins = [[cell.pin("I_E", k + 1) for k in range(layer.inputs)] for cell in layer.cells]
        right = max(x for x, _ in collectors)
        if layer.single_backward():
            return channels.backward_tracks(collectors, pins, right + channels.TRACK)
        return channels.backward_bus(collectors, pins, right + 5, drop, bundled)

    def _place_outputs(self, layer: Layer) -> None:
        gap = max(8, *(output.label.size[0] + 5 for output in self.outputs))
        for cell, output in zip(layer.cells, self.outputs, strict=True):
            x, y = cell.pin("V_out")
            output.label.pin_to("net", (x + 2, y - 4))
            output.error.pin_to("V_out", (x + gap, y))
            if output.target is not None:
                tx, ty = output.error.pin("V_target")
                output.target.pin_to("net", (tx + 3, ty))

    # -- lines that belong to no channel ----------------------------------------------------------------------------

    def error_wire(self, cell: Cell, output: Output) -> Path:
        """From Type1 down and back left under the neuron."""
        (x, y), (ex, ey) = cell.pin("V_E"), output.error.pin("V_E")
        return ((x, y), (x, y + 1), (ex, y + 1), (ex, ey))

    def output_lines(self, cell: Cell, output: Output) -> tuple[Path, Path]:
        x, y = cell.pin("V_out")
        return ((x, y), output.error.pin("V_out")), ((x + 2, y), (x + 2, y - 4))

    def _lines(self, number: int) -> list[tuple[tuple[object, ...], Path]]:
        layer = self.layers[number]
        lines: list[tuple[tuple[object, ...], Path]] = [*layer.forward.keyed(("forward", number))]
        if layer.backward is not None:
            lines += layer.backward.keyed(("backward", number))
        for k, (cell, collector) in enumerate(zip(layer.cells, layer.collectors, strict=False)):
            lines.append(((("error", number), k), (cell.pin("V_E"), collector.pin("V_E"))))
        if layer is self.layers[-1]:
            for k, (cell, output) in enumerate(zip(layer.cells, self.outputs, strict=True)):
                lines.append(((("error", number), k), self.error_wire(cell, output)))
                lines += [((("output", number), k), path) for path in self.output_lines(cell, output)]
        return lines

    # -- the dataset's neighbours -----------------------------------------------------------------------------------

    def _place_switch(self) -> None:
        bottom = self.source.at[1] + self.source.size[1]
        self.switch.at = (0, bottom + 8)
        self.switch_label.pin_to("net", self.switch.pin("V"))
        for k, target in enumerate(self.targets or ()):
            x, y = self.source.pin("T", k + 1)
            target.pin_to("net", (x + 1, y))

    def _target_x(self) -> int:
        return max(self.source.size[0] + 4, self._switch_right() + 2)

    def _switch_right(self) -> int:
        """Right end of the switch with its label."""
        return self.switch.size[0] + self.switch_label.size[0]

    def _target_bus(self) -> Channel:
        """Many targets: a bus from the dataset below everything to the Type1 blocks."""
        count = len(self.outputs)
        bottom = max(max(layer.cells[-1].at[1] + layer.pitch for layer in self.layers), self.switch.at[1] + 6) + 4
        left, right = self._target_x(), self.outputs[0].error.pin("V_target")[0] + 4
        joins: list[Point] = []
        taps: list[list[Point]] = [[] for _ in range(count)]
        if self.source.bundled("T"):
            joins = [self.source.pin("T", 1)]
        else:
            taps = [[self.source.pin("T", k + 1)] for k in range(count)]
        near = channels.bus(joins, taps, left, [(left, bottom)])
        ends = [[output.error.pin("V_target")] for output in self.outputs]
        far = channels.bus((), ends, right, [(right, bottom)])
        paths = [[*a, *b] for a, b in zip(near.paths, far.paths, strict=True)]
        return Channel(paths, left, right, [*near.bus, ((left, bottom), (right, bottom)), *far.bus])
