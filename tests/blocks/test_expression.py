"""The grammar: what it computes, what it refuses, and that no text can hurt."""

from __future__ import annotations

import math
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.functions import NUMPY_FUNCTIONS
from blocks import expression
from blocks.expression import Call, ExpressionError, Name, Number, evaluate, names, parse


def value(text: str, **env: float) -> float:
    return float(evaluate(parse(text), env))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7), ("(1 + 2)*3", 9), ("8 - 3 - 2", 3), ("16/4/2", 2), ("-2**2", -4), ("(-2)**2", 4),
        ("2**3**2", 512), ("2**-1", 0.5), ("--3", 3), ("+-3", -3), ("2*-3", -6), ("1.5e-3", 0.0015), (".5", 0.5),
        ("3.", 3), ("2*100n", 2e-7), ("4k", 4000), ("1Meg/1k", 1000), ("3m", 0.003), ("10u", 1e-5), ("10µ", 1e-5),
        ("sigmoid(0)", 0.5), ("dsigmoid(0)", 0.25), ("softplus(0)", math.log(2)), ("step(0)", 0), ("step(1e-9)", 1),
        ("min(2, max(3, 1))", 2), ("abs(-3)", 3), ("sqrt(16)", 4), ("exp(0) + cos(0) + sin(0)", 2), ("log(1)", 0),
        ("tanh(0.5)", math.tanh(0.5)), ("pi", math.pi), ("  1\t+\n1 ", 2),
    ],
)  # fmt: skip
def test_values(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-15)


def test_names_take_values_and_shadow_nothing() -> None:
    assert value("K_m*V1*V2", K_m=1e-7, V1=0.5, V2=-2) == pytest.approx(-1e-7)
    assert names(parse("a*sigmoid(b/(c*a)) + pi")) == {"a", "b", "c"}
    assert value("sigmoid + 1", sigmoid=2.0) == 3.0  # a name is a function only before a parenthesis
    with pytest.raises(KeyError):
        value("x")


def test_trees_are_plain_and_shared() -> None:
    assert parse("a + 2") == Call("+", (Name("a"), Number(2.0)))
    assert parse("a + 2") is parse("a + 2")


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 0, "the end"), ("1 +", 3, "the end"), ("(1", 2, "is missing"), ("1)", 1, "not expected"),
        ("1 2", 2, "not expected"), ("2x", 1, "not expected"), ("2 $ 3", 2, "grammar"), ("foo(1)", 0, "no function"),
        ("sigmoid(1, 2)", 0, "1 argument,"), ("max(1)", 0, "2 arguments"), ("sin()", 4, "expected"),
        ("1e999", 0, "too large"), ("3 = 3", 2, "grammar"), ("2*5M", 3, "ambiguous"), ("5M", 1, "ambiguous"),
        ("a[0]", 1, "grammar"), ("a.b", 1, "grammar"), ("a; b", 1, "grammar"), ("x if y else z", 2, "not expected"),
        ("lambda: 0", 6, "grammar"), ("'a'", 0, "grammar"), ("٣", 0, "grammar"), ("f'{x}'", 1, "grammar"),
    ],
)  # fmt: skip
def test_refusals_say_where_and_why(text: str, column: int, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert says in caught.value.reason
    assert caught.value.position == column


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "__import__(1)", "eval(1)", "open(1)", "exec(1)", "().__class__",
        "getattr(1, 2)", "globals()", "[x for x in y]", "{1: 2}", "a := 1", "import os", "1 and 2",
        "\\x00", "\x00", "1 # comment",
    ],
)  # fmt: skip
def test_nothing_of_python_is_reachable(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("name", ["__import__", "__class__", "exec", "None", "True"])
def test_dangerous_names_are_only_names(name: str) -> None:
    assert parse(name) == Name(name)
    with pytest.raises(KeyError):
        value(name)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000, "-" * 1500, "(" * 60 + "1" + ")" * 60, "2**" * 300 + "2", "sin(" * 100 + "1" + ")" * 100,
        "1+" * 400 + "1", "1*" * 999 + "1", "9" * 1999, "1" * 5000, "x" * 2001, "1-" * 100 + "1",
    ],
)  # fmt: skip
def test_depth_and_length_are_bounded(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_the_deepest_tree_can_be_walked() -> None:
    """Whatever parses is evaluated far from Python's own limit."""
    frames, frame = 0, sys._getframe()
    while frame is not None:
        frames, frame = frames + 1, frame.f_back  # type: ignore[assignment]
    limit = sys.getrecursionlimit()
    text = "+".join(["x"] * (expression.MAX_HEIGHT - 1))
    tree = parse(text)
    sys.setrecursionlimit(frames + 450)
    try:
        assert evaluate(tree, {"x": 1.0}) == expression.MAX_HEIGHT - 1
        assert names(tree) == {"x"}
    finally:
        sys.setrecursionlimit(limit)


@example("9**9**9")
@example("(-8)**0.5")
@given(st.text(alphabet="0123456789.eE+-*/()xMkpinsqrtam,_ ", max_size=80))
def test_any_text_parses_or_is_refused_and_then_computes_or_raises_arithmetic(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)
        return
    env = dict.fromkeys(names(tree), 0.7)
    try:
        result = evaluate(tree, env)
    except (ArithmeticError, ValueError, TypeError):  # TypeError: a comparison of complex numbers
        return
    assert isinstance(result, (float, complex))


@given(st.text(max_size=200))
def test_any_unicode_is_survived(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert str(error)


@given(st.floats(-800, 800))
def test_functions_against_closed_forms(u: float) -> None:
    with_care = math.exp(-abs(u))
    bell = 1 / (1 + with_care) if u >= 0 else with_care / (1 + with_care)
    assert value("sigmoid(u)", u=u) == pytest.approx(bell, rel=1e-14)
    assert value("dsigmoid(u)", u=u) == pytest.approx(with_care / (1 + with_care) ** 2, rel=1e-14)
    assert value("softplus(u)", u=u) == pytest.approx(max(u, 0) + math.log1p(with_care), rel=1e-14)


@given(st.floats(-1e308, 1e308))
def test_bounded_functions_never_overflow(u: float) -> None:
    assert 0 <= value("sigmoid(u)", u=u) <= 1
    assert 0 <= value("dsigmoid(u)", u=u) <= 0.25
    assert value("softplus(u)", u=u) >= max(0.0, u)


@pytest.mark.parametrize("name", expression.FUNCTIONS)
def test_numpy_has_every_function(name: str) -> None:
    arity, scalar = expression.FUNCTIONS[name]
    args = [0.37, -0.2][:arity]
    assert float(NUMPY_FUNCTIONS[name](*args)) == pytest.approx(scalar(*args), rel=1e-15)
