"""Quantities as people type them: read as meant, or refused with the reason."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import units
from blocks.units import QuantityError, format_si, parse


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("0.1p", "F", 1e-13), ("0.1 pF", "F", 1e-13), ("100n", "A/V^2", 1e-7), ("100 nA/V²", "A/V^2", 1e-7),
        ("100nA/V^2", "A/V^2", 1e-7), ("4", "/V^2", 4), ("4 /V²", "/V^2", 4), ("4 1/V^2", "/V^2", 4),
        ("4k7", "ohm", 4700), ("2Meg", "ohm", 2e6), ("2meg", "ohm", 2e6), ("10 Mohm", "ohm", 1e7),
        ("10 MΩ", "ohm", 1e7),
        ("10 M\u2126", "ohm", 1e7), ("10MegOhm", "ohm", 1e7), ("4R7", "ohm", 4.7), ("1e-7", "s", 1e-7),
        ("1E3", "", 1000),
        ("0.1us", "s", 1e-7), ("0.1 µs", "s", 1e-7), ("0.1 μs", "s", 1e-7), ("1", "s", 1), ("1s", "s", 1),
        ("1 m", "V", 1e-3), ("1 mV", "V", 1e-3), ("−3 V", "V", -3), ("-3", "V", -3), ("+3", "V", 3), (".5", "V", 0.5),
        ("5.", "V", 5), ("40 MHz", "Hz", 4e7), ("2G", "Hz", 2e9), ("3T", "", 3e12), ("3f", "F", 3e-15), ("1 A", "A", 1),
        ("5 volt", "V", 5), ("90 deg", "deg", 90), ("1e-3 V", "V", 1e-3), ("0", "V", 0), ("5\u202fmV", "V", 5e-3),
        ("10 ohms", "ohm", 10), ("10 sec", "s", 10),
    ],
)  # fmt: skip
def test_reads(text: str, unit: str, expected: float) -> None:
    assert parse(text, unit) == pytest.approx(expected, rel=1e-15)


def test_decimal_text_is_scaled_exactly() -> None:
    assert parse("100n") == 1e-7
    assert parse("0.1p", "F") == 1e-13
    assert parse("4k7") == 4700.0


@pytest.mark.parametrize(
    ("text", "unit", "says"),
    [
        ("5M", "ohm", "ambiguous"), ("5M", "", "ambiguous"), ("1M5", "ohm", "ambiguous"), ("5 M", "V", "ambiguous"),
        ("", "V", "empty"), ("   ", "V", "empty"), ("abc", "V", "not a number"), ("1,5", "V", "decimal comma"),
        ("5 A", "V", "unit"), ("5 mA", "V", "unit"), ("5 apples", "V", "unit"), ("5 apples", "", "unknown unit"),
        ("1e999", "V", "too large"), ("9e300T", "", "too large"), ("nan", "V", "not a number"),
        ("inf", "V", "not a number"),
        ("0x10", "V", "unit"), ("1_000", "V", "unit"), ("1 2", "V", "unit"), ("5 MV/s", "V", "unit"),
        ("٣", "V", "not a number"),
        ("--3", "V", "not a number"), ("5%", "V", "unit"), ("1" * 65, "V", "longer than"), ("5 mm", "V", "unit"),
    ],
)  # fmt: skip
def test_refuses(text: str, unit: str, says: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text, unit)
    assert says in caught.value.reason
    assert caught.value.hint


def test_milli_and_mega_are_never_confused() -> None:
    assert parse("1 mohm", "ohm") == 1e-3
    assert parse("1 Mohm", "ohm") == 1e6
    assert parse("1m", "ohm") == 1e-3
    with pytest.raises(QuantityError, match="write m or Meg"):
        parse("1M", "ohm")


@given(st.text(max_size=80), st.sampled_from(units.KNOWN_UNITS))
def test_any_text_is_read_or_refused(text: str, unit: str) -> None:
    try:
        assert math.isfinite(parse(text, unit))
    except QuantityError as error:
        assert error.reason


@given(
    st.floats(-1e30, 1e30), st.sampled_from(units.KNOWN_UNITS), st.integers(2, 9),
)  # fmt: skip
def test_what_is_written_reads_back(value: float, unit: str, digits: int) -> None:
    again = parse(format_si(value, unit, digits), unit)
    assert again == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits), abs=1e-310)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1e-13, "F", "100 fF"), (1e7, "ohm", "10 Mohm"), (1e7, "", "10 Meg"), (1e-7, "A/V^2", "100 nA/V^2"),
        (4.0, "/V^2", "4 /V^2"), (0.0, "V", "0 V"), (-0.25, "V", "-250 mV"), (999.99999, "V", "1 kV"), (1.0, "", "1"),
        (2.5e-8, "A", "25 nA"), (1e-20, "F", "1e-05 fF"),
    ],
)  # fmt: skip
def test_written_as_people_write(value: float, unit: str, text: str) -> None:
    assert format_si(value, unit) == text


def test_few_digits_never_bring_a_power_of_ten_beside_a_prefix() -> None:
    shown = [format_si(value, "s", 2) for value in (1.93e-4, 9.99e-4, 2.1e-6, 19.2e-6)]
    assert shown == ["190 us", "1 ms", "2.1 us", "19 us"]
