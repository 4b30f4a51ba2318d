"""Every block file declares one block that the rest of the program can use without looking at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import blocks
from app.export.spice_expression import spice_text
from blocks import discover, expression, spec, units
from blocks.spec import Block
from blocks.symbol import Label

FOLDERS = ("neural", "analogue", "sources", "probes")
CATALOGUE = discover.catalogue()
ALL = pytest.mark.parametrize("block", CATALOGUE.values(), ids=list(CATALOGUE))
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def equations(block: Block) -> Iterator[tuple[str, str]]:
    for texts in (block.equations, block.conductance, block.capacitance):
        yield from texts.items()


def symbols(block: Block) -> set[str]:
    return {port.symbol or port.name for port in block.ports}


def test_every_file_is_one_block_of_its_name() -> None:
    root = Path(blocks.__file__).parent
    files = {path.stem for folder in FOLDERS for path in (root / folder).glob("*.py")} - {"__init__"}
    assert files == set(CATALOGUE)


def test_palette_order() -> None:
    groups = [block.group for block in CATALOGUE.values()]
    assert list(dict.fromkeys(groups)) == ["Neural", "Analogue", "Sources", "Marks"]
    assert [next(b.type for b in CATALOGUE.values() if b.group == g) for g in dict.fromkeys(groups)] == [
        "neuron", "multiplier", "dataset", "probe",
    ]  # fmt: skip
    titles = [block.title for block in CATALOGUE.values()]
    assert len(set(titles)) == len(titles)


def test_unknown_type() -> None:
    with pytest.raises(KeyError):
        discover.block("no_such_block")


@ALL
def test_names(block: Block) -> None:
    ports = [port.name for port in block.ports]
    parameters = [parameter.name for parameter in block.parameters]
    assert len(set(ports)) == len(ports)
    assert len(set(parameters)) == len(parameters)
    if block.equations or block.conductance:
        assert not symbols(block) & {*parameters, *expression.FUNCTIONS, *expression.CONSTANTS, "t"}
    assert not {*parameters} & {*expression.FUNCTIONS, *expression.CONSTANTS, "t"}
    for name in (block.type, block.prefix, *ports, *parameters, *symbols(block)):
        assert NAME.fullmatch(name), name


@ALL
def test_texts_for_people(block: Block) -> None:
    assert block.title and block.help.endswith(".") and 40 < len(block.help) < 1200
    assert block.keywords
    assert bool(block.formula) == bool(block.group != "Marks")
    for parameter in block.parameters:
        assert parameter.label and parameter.help
    for port in block.ports:
        assert port.help


@ALL
def test_equations_refer_to_known_names(block: Block) -> None:
    parameters = {parameter.name for parameter in block.parameters}
    inputs = {port.symbol or port.name for port in block.ports if port.direction != "out"}
    outputs = {port.name for port in block.ports if port.direction == "out"}
    assert set(block.equations) <= outputs
    for _, text in equations(block):
        assert expression.names(expression.parse(text)) <= parameters | inputs | set(block.scheduled) | {"t"}
    for texts in (block.conductance, block.time_constant):
        for text in texts.values():
            assert expression.names(expression.parse(text)) <= parameters
    for port in (*block.conductance, *block.capacitance, *block.initial, *block.time_constant):
        assert block.port(port) is not None
    assert set(block.initial) == set(block.capacitance)
    assert set(block.initial.values()) <= parameters
    assert set(block.values) <= parameters
    for ports in block.same_node:
        assert all(block.port(name) for name in ports)


@ALL
def test_every_output_has_a_source(block: Block) -> None:
    for port in block.ports:
        if port.direction == "out":
            driven = port.name in block.equations or port.name in block.scheduled
            assert driven or block.waveform is not None or block.expand is not None, port.name


@ALL
def test_parameters(block: Block) -> None:
    for parameter in block.parameters:
        assert parameter.unit in units.KNOWN_UNITS
        assert parameter.minimum <= parameter.maximum
        if parameter.codes:
            assert len(parameter.codes) == len(parameter.choices)
        if parameter.kind == "choice":
            assert parameter.default in parameter.choices
    values = spec.resolve(block, {})
    assert set(values) == {parameter.name for parameter in block.parameters}
    for port in block.ports:
        assert block.width(port, values) >= 1


@ALL
def test_widths_follow_integer_parameters(block: Block) -> None:
    for port in block.ports:
        used = expression.names(expression.parse(port.width))
        for name in used:
            parameter = block.parameter(name)
            assert parameter is not None and parameter.kind == "integer" and parameter.structural


@ALL
def test_labels_take_known_fields(block: Block) -> None:
    known = {"name"} | {parameter.name for parameter in block.parameters}
    for mark in block.symbol_of(spec.resolve(block, {})).marks:
        if isinstance(mark, Label):
            assert set(re.findall(r"\{(\w+)\}", mark.text)) <= known


@ALL
@pytest.mark.parametrize("dialect", ["ngspice", "xyce", "ltspice", "opus"])
def test_equations_mean_the_same_in_spice(block: Block, dialect: str) -> None:
    """SPICE text, read back through the grammar with SPICE's names for the functions, has the equation's value."""
    values = spec.resolve(block, {})
    env = {name: value for name, value in values.items() if isinstance(value, (int, float))}
    env |= {name: 0.37 + 0.11 * k for k, name in enumerate(sorted(symbols(block)))} | {"gate": 1.0, "t": 0.13e-6}
    for _, text in equations(block):
        tree = expression.parse(text)
        spice = spice_text(
            tree, {name: name if name in symbols(block) else value for name, value in env.items()}, dialect
        )
        back = re.sub(r"\bln\(", "log(", re.sub(r"\bu\(", "step(", spice))
        assert expression.evaluate(expression.parse(back), env) == pytest.approx(
            expression.evaluate(tree, env), rel=1e-12
        )
