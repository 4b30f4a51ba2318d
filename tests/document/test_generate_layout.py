"""The drawing of a generated network can be read: no two nets on one line, no wire through a block, all on the grid."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from app.document.dataset import Dataset
from app.document.generate import generate, parse_layers
from app.document.neuron_sheet import draw_neuron
from app.document.placement import box_of, pin_at, pin_of
from app.document.schematic import End, Point, Sheet, Wire
from blocks import discover, spec
from blocks.symbol import Symbol

SMALL = [f"{a}-{b}-{c}" for a in (1, 2, 5) for b in (1, 2, 3, 4, 8, 9) for c in (1, 2, 4, 9)]
DEEP = [
    "1-1", "8-1", "1-8", "9-9", "2-2-2-2-1", "3-3-3-3-3", "3-4-4-2", "8-8-8-8", "4-9-4-9-4", "1-1-1-1", "7-6-5-4-3-2",
]  # fmt: skip
WIDE = ["12-10-10", "64-16-10", "40-30-20-10", "784-128-10"]
# Both layers so tall, and their pitches so unlike, that no shift alone clears them.
CROWDED = ["7-9-11", "5-19-18", "7-15-23-9", "5-10-7-22-24-13"]
FLAT = ["1-1", "1-2-1", "2-1", "4-4-1", "2-3-2", "2-8-1", "3-4-4-2", "10-3", "2-9-2"]


RANDOM = random.Random(1)
ANY = ["-".join(str(RANDOM.randint(1, 13)) for _ in range(RANDOM.randint(2, 6))) for _ in range(60)]
SHEETS = [pytest.param(text, "neuron", id=text) for text in dict.fromkeys(SMALL + DEEP + WIDE + CROWDED + ANY)]
SHEETS += [pytest.param(text, "multiplier", id=f"{text}-multipliers") for text in FLAT]
SHEETS += [pytest.param(str(inputs), "sheet", id=f"sheet-{inputs}") for inputs in (1, 2, 3, 8, 12)]


def drawing(text: str, level: Any) -> Sheet:
    if level == "sheet":
        return draw_neuron(spec.resolve(discover.block("neuron"), {"inputs": text}))
    layers = parse_layers(text)
    rows = Dataset(tuple(f"x{k}" for k in range(layers[0])), tuple(f"t{k}" for k in range(layers[-1])))
    return generate(layers, rows, "rows", level=level)[0].top


class Geometry:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.symbols: dict[str, Symbol] = {}
        for instance in sheet.instances.values():
            block = discover.block(instance.type)
            self.symbols[instance.id] = block.symbol_of(spec.resolve(block, instance.parameters, {"gain": 4.0}))
        self.lines = {wire.id: self.line(wire) for wire in sheet.wires.values()}
        self.nets = self.wire_nets()

    def place(self, end: End) -> Point:
        if not end.port:
            return self.sheet.junctions[end.item].at
        symbol = self.symbols[end.item]
        index = end.first if end.first == end.last else 0
        return pin_at(self.sheet.instances[end.item], symbol, pin_of(symbol, end.port, index))

    def line(self, wire: Wire) -> list[Point]:
        return [self.place(wire.ends[0]), *wire.corners, self.place(wire.ends[1])]

    def wire_nets(self) -> dict[str, str]:
        """Wires that hang together share a name; a bus and its taps hang together."""
        parent: dict[Any, Any] = {}

        def root(item: Any) -> Any:
            parent.setdefault(item, item)
            while parent[item] != item:
                item = parent[item]
            return item

        for wire in self.sheet.wires.values():
            for end in wire.ends:
                index = 0 if not end.port or end.last > end.first else end.first
                parent[root(wire.id)] = root((end.item, end.port, index))
        return {wire: str(root(wire)) for wire in self.sheet.wires}

    def stretches(self) -> Iterator[tuple[str, Point, Point]]:
        for wire, line in self.lines.items():
            for a, b in pairwise(line):
                yield wire, a, b


@pytest.fixture(scope="module")
def drawn() -> Any:
    kept: dict[tuple[str, str], Geometry] = {}

    def make(text: str, level: str) -> Geometry:
        if (text, level) not in kept:
            kept[text, level] = Geometry(drawing(text, level))
        return kept[text, level]

    return make


@pytest.mark.parametrize(("text", "level"), SHEETS)
def test_nets_keep_apart(drawn: Any, text: str, level: str) -> None:
    """No two nets share a stretch, and no bend or end of one lies on another."""
    geometry = drawn(text, level)
    lines: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for wire, a, b in geometry.stretches():
        net = geometry.nets[wire]
        if a[1] == b[1]:
            lines["row", a[1]].append((min(a[0], b[0]), max(a[0], b[0]), net))
        if a[0] == b[0]:
            lines["column", a[0]].append((min(a[1], b[1]), max(a[1], b[1]), net))
        for x, y in (a, b):
            lines["row", y].append((x, x, net))
            lines["column", x].append((y, y, net))
    for line, entries in lines.items():
        reach: dict[str, int] = {}
        for start, stop, net in sorted(entries):
            others = [other for other, end in reach.items() if other != net and end >= start]
            assert not others, f"{line}: two nets meet at {start}"
            reach[net] = max(stop, reach.get(net, stop))


@pytest.mark.parametrize(("text", "level"), SHEETS)
def test_wires_run_around_blocks(drawn: Any, text: str, level: str) -> None:
    geometry = drawn(text, level)
    boxes = [
        (instance.name, box_of(instance, geometry.symbols[instance.id]))
        for instance in geometry.sheet.instances.values()
        if instance.type not in ("frame", "comment")
    ]
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    columns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for _, a, b in geometry.stretches():
        if a[1] == b[1]:
            rows[a[1]].append((min(a[0], b[0]), max(a[0], b[0])))
        elif a[0] == b[0]:
            columns[a[0]].append((min(a[1], b[1]), max(a[1], b[1])))
    for name, (left, top, right, bottom) in boxes:
        for lines, low, high, begin, end in ((rows, top, bottom, left, right), (columns, left, right, top, bottom)):
            inside = [at for at in range(low + 1, high) for x0, x1 in lines.get(at, ()) if x0 < end and x1 > begin]
            assert not inside, f"a wire runs through {name}"


@pytest.mark.parametrize(("text", "level"), SHEETS)
def test_blocks_do_not_overlap(drawn: Any, text: str, level: str) -> None:
    geometry = drawn(text, level)
    boxes = [
        (instance, box_of(instance, geometry.symbols[instance.id]))
        for instance in geometry.sheet.instances.values()
        if instance.type not in ("frame", "comment", "label")
    ]
    boxes.sort(key=lambda entry: entry[1])
    for number, (one, a) in enumerate(boxes):
        for other, b in boxes[number + 1 :]:
            if b[0] >= a[2]:
                break
            assert not (b[1] < a[3] and a[1] < b[3]), f"{one.name} lies on {other.name}"


@pytest.mark.parametrize(("text", "level"), SHEETS)
def test_wires_are_orthogonal_but_for_taps(drawn: Any, text: str, level: str) -> None:
    geometry = drawn(text, level)
    junctions = geometry.sheet.junctions
    buses = {junction.at for junction in junctions.values() if junction.width > 1}
    for wire, a, b in geometry.stretches():
        if a[0] != b[0] and a[1] != b[1]:
            assert abs(a[0] - b[0]) == abs(a[1] - b[1]) == 1
            assert a in buses or b in buses
            assert all(end.first == end.last for end in geometry.sheet.wires[wire].ends)


@pytest.mark.parametrize("text", ["2-3-2", "2-8-1", "64-16-10"])
def test_pins_and_corners_lie_on_the_grid(drawn: Any, text: str) -> None:
    geometry = drawn(text, "neuron")
    for symbol in geometry.symbols.values():
        for pin in symbol.pins:
            assert pin.at[0] == int(pin.at[0])
            assert pin.at[1] == int(pin.at[1])
    for line in geometry.lines.values():
        assert all(isinstance(value, int) for point in line for value in point)


@pytest.mark.parametrize(("text", "level"), SHEETS)
def test_junctions_stand_only_where_lines_meet(drawn: Any, text: str, level: str) -> None:
    geometry = drawn(text, level)
    ends: dict[str, int] = defaultdict(int)
    for wire in geometry.sheet.wires.values():
        for end in wire.ends:
            ends[end.item] += not end.port
    for junction in geometry.sheet.junctions.values():
        assert ends[junction.id] >= (3 if junction.width == 1 else 2)


def test_xor_is_nested_without_crossings(drawn: Any) -> None:
    """One output neuron: the outermost wire takes the rightmost track, mirrored about the middle."""
    geometry = drawn("2-8-1", "neuron")
    names = {instance.id: instance.name for instance in geometry.sheet.instances.values()}
    tracks = {}
    for wire in geometry.sheet.wires.values():
        ends = sorted((names.get(end.item, ""), end.port) for end in wire.ends)
        if ends[0][1] == "V_out" and ends[1] == ("N3_1", "V_in"):
            tracks[ends[0][0]] = wire.corners[0][0]
    order = [tracks[f"N2_{k}"] for k in range(1, 9)]
    assert order[:4] == sorted(order[:4], reverse=True)
    assert order[4:] == sorted(order[4:])
    assert len(set(order)) == 4
    assert max(order) == order[0] == order[7]


def test_type2_stands_on_the_row_of_its_neurons_error(drawn: Any) -> None:
    geometry = drawn("2-3-2", "neuron")
    by_name = {instance.name: instance for instance in geometry.sheet.instances.values()}

    def pin(name: str, port: str) -> Point:
        instance = by_name[name]
        return pin_at(instance, geometry.symbols[instance.id], pin_of(geometry.symbols[instance.id], port))

    for k in (1, 2, 3):
        assert pin(f"B2_{k}", "V_E")[1] == pin(f"N2_{k}", "V_E")[1]
        assert pin(f"B2_{k}", "V_E")[0] == pin(f"N2_{k}", "V_out")[0] + 4
    for k in (1, 2):
        assert pin(f"E{k}", "V_out")[1] == pin(f"N3_{k}", "V_out")[1]
