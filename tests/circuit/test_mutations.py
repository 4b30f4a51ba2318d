"""One polarity flipped or one wire moved anywhere in a learning network: always caught, by rules or gradient."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from app.circuit.compile import check_schematic
from app.document.schematic import TOP, Change, End, Schematic
from app.training.gradient_check import check_gradient
from tests.networks import random_rows
from tests.parts import PartsNetwork

SIZES = [(1, 2, 1), (2, 2, 2), (2, 3, 1), (2, 2, 2, 1)]


def network(sizes: tuple[int, ...], seed: int) -> PartsNetwork:
    return PartsNetwork(sizes, random_rows(sizes, 3, seed))


def caught(schematic: Schematic, seed: int) -> bool:
    circuit, problems = check_schematic(schematic)
    if problems or circuit is None:
        return True
    return bool(check_gradient(circuit, schematic, seed).problems)


def flip(schematic: Schematic, ident: str) -> None:
    before = schematic.top.instances[ident]
    turned = "-1" if before.parameters.get("polarity", "+1") == "+1" else "+1"
    after = dataclasses.replace(before, parameters={**before.parameters, "polarity": turned})
    schematic.apply([Change("instances", ident, before, after, TOP)])


def move(schematic: Schematic, wire: str, junction: str) -> None:
    """The wire's pin goes to another net."""
    before = schematic.top.wires[wire]
    after = dataclasses.replace(before, ends=(before.ends[0], End(junction)))
    schematic.apply([Change("wires", wire, before, after, TOP)])


@pytest.mark.parametrize("sizes", SIZES)
def test_intact_networks_pass(sizes: tuple[int, ...]) -> None:
    for seed in range(5):
        assert not caught(network(sizes, seed).draw.schematic, seed)


@pytest.mark.parametrize("sizes", SIZES)
def test_every_flipped_polarity_is_caught(sizes: tuple[int, ...]) -> None:
    names = list(network(sizes, 0).learning_parts())
    for number, name in enumerate(names):
        drawn = network(sizes, number)
        flip(drawn.draw.schematic, drawn.draw.ids[name])
        assert caught(drawn.draw.schematic, number), name


def may_move(pin: str) -> bool:
    """A wire whose move leaves a circuit that is none or another right one is not asked for: the dataset's and
    V_teach's own pins, targets (another target is another task), another bias of 1 V, and what the unused I_E of the
    first layer read."""
    name, port = pin.rsplit(".", 1)
    part = name.partition("/")[2]
    if name in ("D1", "VT") or port == "V_target" or part == "V0":
        return False
    return not (part.startswith("Me") and name.startswith("N2_")) and not (part == "" and port == "V_out")


def is_the_same_voltage(pin: str, net: str) -> bool:
    """A Type2's input node already is V_E: its output only buffers it."""
    name, _, port = pin.partition("/")
    return port == "Ms.V1" and net == f"B{name[1:]} I"


def moves(drawn: PartsNetwork) -> list[tuple[str, str]]:
    home = {wire: drawn.draw.schematic.top.wires[wire].ends[1].item for wire in drawn.wires.values()}
    biased = {ident: name.endswith(" bias") for name, ident in drawn.draw.ids.items()}
    return [
        (pin, net)
        for pin, wire in drawn.wires.items()
        for net in sorted(drawn.nets)
        if home[wire] != drawn.draw.ids[net] and may_move(pin) and not is_the_same_voltage(pin, net)
        if not (biased[home[wire]] and net.endswith(" bias"))
    ]


def assert_every_move_is_caught(sizes: tuple[int, ...], count: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    every = moves(network(sizes, 0))
    chosen = generator.choice(len(every), min(count, len(every)), replace=False)
    missed = []
    for number in chosen:
        pin, net = every[number]
        drawn = network(sizes, int(number))
        move(drawn.draw.schematic, drawn.wires[pin], drawn.draw.ids[net])
        if not caught(drawn.draw.schematic, int(number)):
            missed.append((pin, net))
    assert missed == []


@pytest.mark.parametrize("sizes", SIZES)
def test_every_moved_wire_is_caught(sizes: tuple[int, ...]) -> None:
    assert_every_move_is_caught(sizes, 60, 1)


@pytest.mark.soak
@pytest.mark.parametrize("sizes", SIZES)
def test_thousands_of_moved_wires_are_caught(sizes: tuple[int, ...]) -> None:
    assert_every_move_is_caught(sizes, 1500, 2)
