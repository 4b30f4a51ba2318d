"""Symbols keep to the grid and to the sizes that drawings and generated networks rely on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.theme import Theme
from blocks import discover, spec
from blocks.probes.sheet import Terminal, with_ports
from blocks.spec import Block
from blocks.symbol import Arrow, Box, Circle, Label, Line, Mark, Pin, Symbol, curve

CATALOGUE = discover.catalogue()
V, A = "voltage", "current"
ACTIVATION = ((6, 4), {"I_in": (0, 2, A), "V_out": (6, 2, V)})
DERIVATIVE = ((6, 4), {"V_in": (0, 2, V), "V_out": (6, 2, V)})
MULTIPLIER = ((6, 5), {"V1": (0, 2, V), "V2": (3, 5, V), "I": (6, 2, A)})
SOURCE = ((5, 6), {"V": (5, 2, V)})
# Box, and each pin's place and kind; a pin of an indexed port is written port/index.
TABLE: dict[str, tuple[tuple[int, int], dict[str, tuple[int, int, str]]]] = {
    "multiplier": MULTIPLIER,
    "imperfect_multiplier": MULTIPLIER,
    **dict.fromkeys(("sigmoid", "tanh", "relu", "softplus", "linear"), ACTIVATION),
    **dict.fromkeys(
        ("sigmoid_derivative", "tanh_derivative", "relu_derivative", "softplus_derivative", "linear_derivative"),
        DERIVATIVE,
    ),
    **dict.fromkeys(("weight", "varying_weight"), ((6, 8), {"I_charge": (0, 2, A), "V_w": (6, 2, V)})),
    **dict.fromkeys(("resistor", "capacitor"), ((6, 8), {"I": (0, 2, A), "V": (6, 2, V)})),
    "type1": ((6, 5), {"V_out": (0, 2, V), "V_target": (6, 2, V), "V_E": (3, 5, V)}),
    "type2": ((6, 4), {"I_E": (6, 2, A), "V_E": (0, 2, V)}),
    "neuron": (
        (12, 9),
        {
            "V_in/1": (0, 3, V), "V_in/2": (0, 5, V), "V_out": (12, 3, V), "I_E/1": (3, 9, A), "I_E/2": (5, 9, A),
            "V_E": (9, 9, V), "V_teach": (6, 0, V),
        },
    ),
    **dict.fromkeys(("dc", "pulse", "sine", "pwl", "noise"), SOURCE),
    "dataset": ((9, 10), {"X/1": (9, 4, V), "X/2": (9, 6, V), "T/1": (9, 8, V)}),
    "v_teach": ((8, 4), {"V": (8, 2, V)}),
    "bias": ((2, 3), {"V": (1, 3, V)}),
    "ground": ((2, 2), {"V": (1, 0, V)}),
    "probe": ((5, 3), {"V": (0, 3, V)}),
    "label": ((4, 2), {"net": (0, 1, V)}),
    "sheet_port": ((4, 2), {"net/1": (0, 1, V)}),
    "sheet": ((10, 7), {}),
    "comment": ((16, 5), {}),
    "frame": ((20, 12), {}),
}  # fmt: skip


def symbol(kind: str, **texts: str) -> tuple[Block, Symbol]:
    block = discover.block(kind)
    return block, block.symbol_of(spec.resolve(block, texts))


def sound(block: Block, drawn: Symbol, values: dict[str, str]) -> None:
    """Pins on the grid, on the box's border, on the side they name, each index once."""
    width, height = drawn.size
    resolved = spec.resolve(block, values)
    places = [pin.at for pin in drawn.pins]
    assert len(set(places)) == len(places)
    carried: dict[str, list[int]] = {port.name: [] for port in block.ports}
    for pin in drawn.pins:
        x, y = pin.at
        assert (x, y) == (int(x), int(y))
        assert {"left": x == 0, "right": x == width, "top": y == 0, "bottom": y == height}[pin.side]
        assert 0 <= x <= width and 0 <= y <= height
        carried[pin.port] += range(pin.index, max(pin.last, pin.index) + 1)
    for port in block.ports:
        expected = [0] if port.width == "1" else list(range(1, block.width(port, resolved) + 1))
        assert carried[port.name] == expected


def points_of(mark: Mark) -> list[tuple[float, float]]:
    if isinstance(mark, Line):
        return list(mark.points)
    if isinstance(mark, Circle):
        (x, y), r = mark.centre, mark.radius
        return [(x - r, y - r), (x + r, y + r)]
    if isinstance(mark, Box):
        return [mark.at, (mark.at[0] + mark.size[0], mark.at[1] + mark.size[1])]
    return [mark.tip] if isinstance(mark, Arrow) else []


def test_the_table_names_every_block() -> None:
    assert set(TABLE) == set(CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_size_and_pins(kind: str) -> None:
    block, drawn = symbol(kind)
    size, pins = TABLE[kind]
    assert drawn.size == size
    found = {}
    for pin in drawn.pins:
        port = block.port(pin.port)
        assert port is not None
        found[f"{pin.port}/{pin.index}" if pin.index else pin.port] = (*pin.at, port.quantity)
    assert found == pins
    sound(block, drawn, {})


@pytest.mark.parametrize("kind", CATALOGUE)
def test_outlines_stay_inside_the_box_and_use_theme_colours(kind: str) -> None:
    _, drawn = symbol(kind)
    width, height = drawn.size
    themes = [Theme.load("light"), Theme.load("dark")]
    for mark in drawn.marks:
        if kind != "probe":  # whose tip is a dot around its pin
            for x, y in points_of(mark):
                assert -1e-9 <= x <= width + 1e-9 and -1e-9 <= y <= height + 1e-9
        assert mark.role in themes[0].roles and mark.role in themes[1].roles
        fill = getattr(mark, "fill", "")
        assert not fill or fill in themes[0].roles
    if drawn.gauge:
        x, y, w, h = drawn.gauge
        assert min(x, y) >= 0 and x + w <= width and y + h <= height


@pytest.mark.parametrize("kind", [k for k in CATALOGUE if CATALOGUE[k].ports])
def test_every_pin_is_reached_by_a_mark(kind: str) -> None:
    _, drawn = symbol(kind)
    ends = {point for mark in drawn.marks for point in points_of(mark)}
    centres = {mark.centre for mark in drawn.marks if isinstance(mark, Circle)}
    for pin in drawn.pins:
        assert pin.at in ends | centres


@pytest.mark.parametrize("n", range(1, 9))
def test_neuron_with_single_pins(n: int) -> None:
    block, drawn = symbol("neuron", inputs=str(n))
    body = max(10, 2 * n + 4)
    assert drawn.size == (body + 2, 2 * n + 5)
    at = {(pin.port, pin.index): pin.at for pin in drawn.pins}
    for k in range(1, n + 1):
        assert at["V_in", k] == (0, 2 * k + 1)
        assert at["I_E", k] == (2 * k + 1, 2 * n + 5)
    assert at["V_out", 0] == (body + 2, 3 + 2 * ((n - 1) // 2))
    assert at["V_E", 0] == (body - 1, 2 * n + 5)
    assert at["V_teach", 0] == (1 + body / 2, 0)
    sound(block, drawn, {"inputs": str(n)})


@pytest.mark.parametrize("n", [9, 64, 784])
def test_neuron_with_bus_pins(n: int) -> None:
    block, drawn = symbol("neuron", inputs=str(n))
    assert drawn.size == (12, 9)
    assert set(drawn.pins) == {
        Pin("V_in", (0, 4), "left", 1, n, f"V_in[1..{n}]"),
        Pin("V_out", (12, 4), "right", label="V_out"),
        Pin("I_E", (3, 9), "bottom", 1, n, f"I_E[1..{n}]"),
        Pin("V_E", (9, 9), "bottom", label="V_E"),
        Pin("V_teach", (6, 0), "top", label="V_teach"),
    }
    sound(block, drawn, {"inputs": str(n)})


@given(inputs=st.integers(1, 12), targets=st.integers(0, 12))
def test_dataset(inputs: int, targets: int) -> None:
    texts = {"inputs": str(inputs), "targets": str(targets)}
    block, drawn = symbol("dataset", **texts)
    rows = (inputs if inputs <= 8 else 1) + (targets if targets <= 8 else 1)
    assert drawn.size == (9, 2 * rows + 4)
    assert [pin.at for pin in drawn.pins] == [(9, 2 * k + 2) for k in range(1, rows + 1)]
    assert drawn.pins[0].label == ("X1" if inputs <= 8 else f"X[1..{inputs}]")
    width = {port.name: block.width(port, spec.resolve(block, texts)) for port in block.ports}
    assert width == {"X": inputs, "T": targets}


@pytest.mark.parametrize("kind", ["label", "sheet_port"])
def test_label_grows_with_its_text(kind: str) -> None:
    lengths = [symbol(kind, net="V" * count)[1].size[0] for count in range(1, 30)]
    assert lengths == sorted(lengths) and lengths[0] >= 3 and lengths[-1] > 15
    assert symbol(kind, net="V_teach")[1].size == (5, 2)


def test_v_teach_lever_shows_the_start() -> None:
    on, off = (symbol("v_teach", on=state)[1] for state in ("on", "off"))
    assert on.marks != off.marks
    assert any(mark.role == "teach" for mark in on.marks)
    assert not any(mark.role == "teach" for mark in off.marks)


@pytest.mark.parametrize("kind", ["sigmoid", "tanh", "relu", "softplus", "linear"])
def test_neuron_shows_its_activation(kind: str) -> None:
    def graph(drawn: Symbol) -> Line:
        return next(mark for mark in drawn.marks if isinstance(mark, Line) and len(mark.points) > 9)

    drawn = graph(symbol("neuron", activation=kind)[1])
    others = [graph(symbol("neuron", activation=k)[1]) for k in ("sigmoid", "tanh", "relu", "linear") if k != kind]
    assert drawn not in others
    heights = [y for _, y in drawn.points]
    assert heights == sorted(heights, reverse=True) and heights[0] > heights[-1]


def test_curve_stays_in_its_box() -> None:
    drawn = curve(lambda x: 3 * x, (1, 2, 4, 3))
    assert drawn.points[0] == (1, 5) and drawn.points[-1] == (5, 2)
    assert all(2 <= y <= 5 for _, y in drawn.points)


def test_every_symbol_says_its_name_or_value() -> None:
    for kind in CATALOGUE:
        if kind != "ground":
            assert any(isinstance(mark, Label) and "{" in mark.text for mark in symbol(kind)[1].marks), kind


def test_a_placed_sheet_grows_with_its_ports() -> None:
    sides = {"left": 3, "right": 2, "top": 2, "bottom": 5}
    terminals = [Terminal(f"{side}{k}", side, 4 if k == 2 else 1) for side in sides for k in range(sides[side])]
    block = with_ports(tuple(terminals))
    assert with_ports(tuple(terminals)) is block
    drawn = block.symbol_of({"sheet": "unit"})
    sound(block, drawn, {"sheet": "unit"})
    for side, count in sides.items():
        along = [pin.at[side in ("left", "right")] for pin in drawn.pins if pin.side == side]
        assert len(along) == count and along == sorted(along)
        assert [pin.port for pin in drawn.pins if pin.side == side] == [f"{side}{k}" for k in range(count)]
    ends = {point for mark in drawn.marks for point in points_of(mark)}
    assert all(pin.at in ends for pin in drawn.pins)
    assert all(0 <= x <= drawn.size[0] and 0 <= y <= drawn.size[1] for x, y in ends)
    assert with_ports(()).symbol_of({"sheet": "a_very_long_name_of_a_sheet"}).size[0] > 12
