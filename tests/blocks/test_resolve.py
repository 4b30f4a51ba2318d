"""Parameter texts become values: defaults, expressions, choices, words, bounds, and errors that name the cure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import discover, spec
from blocks.spec import Block, Parameter, ParameterError, resolve
from blocks.symbol import Symbol


def block(*parameters: Parameter) -> Block:
    return Block("x", "X", "Analogue", "X", "", Symbol((1, 1), (), ()), parameters=parameters)


def refused(declared: Block, texts: dict[str, str], outer: dict[str, float] | None = None) -> ParameterError:
    with pytest.raises(ParameterError) as caught:
        resolve(declared, texts, outer)
    assert caught.value.parameter and caught.value.found and caught.value.cure
    return caught.value


def test_defaults_may_refer_to_siblings_in_any_order() -> None:
    declared = block(Parameter("b", "2*a"), Parameter("a", "3"))
    assert resolve(declared, {}) == {"b": 6.0, "a": 3.0}
    assert resolve(declared, {"a": "5"})["b"] == 10.0


def test_a_given_text_means_the_documents_parameter_first() -> None:
    declared = block(Parameter("gain", "4"), Parameter("other", "gain"))
    assert resolve(declared, {"gain": "4*gain"}, {"gain": 2.0}) == {"gain": 8.0, "other": 8.0}
    assert "unknown" in refused(declared, {"gain": "4*gain"}).found


def test_circles_are_named() -> None:
    declared = block(Parameter("a", "b + 1"), Parameter("b", "a + 1"))
    assert "a -> b -> a" in refused(declared, {}).found


def test_choices_codes_and_words() -> None:
    multiplier, weight = discover.block("multiplier"), discover.block("weight")
    assert resolve(multiplier, {"polarity": "-1"})["polarity"] == -1.0
    assert "+1, -1" in refused(multiplier, {"polarity": "2"}).cure
    assert resolve(weight, {})["V0"] == "seeded"
    assert resolve(weight, {"V0": "-0.2"})["V0"] == -0.2
    declared = block(Parameter("w", "seeded", choices=("seeded",)), Parameter("x", "2*w"))
    assert "is a word" in refused(declared, {}).found


@pytest.mark.parametrize(
    ("kind", "name", "text", "says"),
    [
        ("resistor", "R", "0", "not above zero"), ("resistor", "R", "-5", "not above zero"),
        ("resistor", "R", "1e20", "out of range"), ("resistor", "R", "5M", "ambiguous"),
        ("resistor", "R", "5 V", "unit"),
        ("resistor", "R", "2*5M", "ambiguous"), ("resistor", "R", "1/0", "cannot be computed"),
        ("resistor", "R", "(-8)**0.5", "no real number"), ("resistor", "R", "9**999", "too large"),
        ("resistor", "R", "1e300*1e300", "not finite"), ("resistor", "R", "nosuch", "unknown"),
        ("resistor", "R", "", "empty"),
        ("resistor", "R", "__import__('os')", "grammar"), ("resistor", "R", "R", "unknown"),
        ("resistor", "R", "1+" * 400 + "1", "in a row"), ("resistor", "R", "(" * 100, "nested"),
        ("neuron", "inputs", "0", "out of range"), ("neuron", "inputs", "2.5", "no whole number"),
        ("neuron", "inputs", "100001", "out of range"), ("neuron", "activation", "step", "no choice"),
        ("neuron", "gain", "0", "not above zero"), ("sigmoid", "tau", "-1n", "out of range"),
        ("dataset", "T_row", "0", "not above zero"), ("dataset", "T_rise", "-1n", "out of range"),
        ("weight", "V0", "random", "unknown"), ("dc", "level", "nan", "unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_used(kind: str, name: str, text: str, says: str) -> None:
    error = refused(discover.block(kind), {name: text})
    assert error.parameter == name
    assert says in error.found


def test_unknown_parameters_list_the_known() -> None:
    assert "its parameters are R" in refused(discover.block("resistor"), {"C": "1p"}).cure


def test_expressions_of_document_parameters() -> None:
    assert resolve(discover.block("weight"), {"C": "2*c0"}, {"c0": 1e-13})["C"] == 2e-13


def test_integers_are_ints() -> None:
    value: Any = resolve(discover.block("neuron"), {"inputs": "n + 1"}, {"n": 7.0})["inputs"]
    assert value == 8 and isinstance(value, int)


@given(st.text(max_size=100))
def test_any_text_is_a_value_or_a_parameter_error(text: str) -> None:
    for kind, name in (("resistor", "R"), ("neuron", "inputs"), ("weight", "V0")):
        try:
            value = resolve(discover.block(kind), {name: text})[name]
        except ParameterError as error:
            assert error.parameter == name and error.cure
        else:
            assert value == "seeded" or isinstance(value, (int, float))


def test_lookups() -> None:
    neuron = discover.block("neuron")
    port, parameter = neuron.port("V_in"), neuron.parameter("gain")
    assert port is not None and parameter is not None
    assert neuron.width(port, spec.resolve(neuron, {"inputs": "12"})) == 12
    assert neuron.port("nosuch") is None and neuron.parameter("nosuch") is None
