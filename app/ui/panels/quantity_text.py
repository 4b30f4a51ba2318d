"""How a parameter's text is shown when nobody edits it, and the next value of a 1-2-5 step."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from app.ui.rich_text import MINUS, unit_text
from blocks import units
from blocks.spec import Parameter

_PLAIN = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*([A-Za-zµμ]*)", re.ASCII)
_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_STEPS = (1, 2, 5)
_FROM_ZERO = {"s": 1e-9, "V": 1e-3}  # the first step from 0; nothing between it and 0 is stepped to


@dataclass(frozen=True, slots=True)
class Shown:
    """`number` and `unit` as people read them; `expression` is what was typed where that is no plain quantity."""

    number: str
    unit: str
    expression: str = ""


def shown(parameter: Parameter, text: str, value: float | int | str) -> Shown:
    """`0.1p` of a capacitance as 0.1 and pF: a plain quantity keeps the prefix that was typed."""
    if isinstance(value, str):
        return Shown(value, "")
    if parameter.kind == "integer":
        number = str(int(value)).replace("-", MINUS)
        return Shown(number, "", "" if _is_plain(parameter, text) else text)
    if not _is_plain(parameter, text):
        return Shown(*_formatted(float(value), parameter.unit), text)
    if not parameter.unit and len(text) <= 10:
        return Shown(text.strip().replace("-", MINUS), "")
    if "^" in parameter.unit and "/" not in parameter.unit:  # 1m V^2 is no square millivolt
        return Shown(*_formatted(float(value), parameter.unit))
    match = _PLAIN.match(text.strip().replace(MINUS, "-"))
    prefix = _prefix_of(text, match.group(1) if match else "", float(value))
    if match is None or prefix is None or len(match.group(1)) > 8:
        return Shown(*_formatted(float(value), parameter.unit))
    number = match.group(1).replace("-", MINUS)
    return Shown(number, unit_text(parameter.unit if parameter.unit.startswith("/") else prefix + parameter.unit))


def _prefix_of(text: str, number: str, value: float) -> str | None:
    """The SI prefix that stands between the typed number and the value; None if there is none such (1e-7, 4k7)."""
    if not number or re.match(r"[+-]?[\d.]+[eE][+-]?\d", text.strip()):
        return None
    mantissa = float(number)
    if mantissa == 0:
        return ""
    exponent = round(math.log10(abs(value / mantissa))) if value else 99
    prefix = _PREFIXES.get(exponent)
    if prefix is None or not math.isclose(mantissa * 10.0**exponent, value, rel_tol=1e-9):
        return None
    return prefix


def _formatted(value: float, unit: str) -> tuple[str, str]:
    number, _, rest = units.format_si(value, unit, 4).partition(" ")
    rest = "µ" + rest[1:] if rest[:1] == "u" else "M" + rest[3:] if rest[:3] == "Meg" else rest
    return number.replace("-", MINUS), unit_text(rest)


def _is_plain(parameter: Parameter, text: str) -> bool:
    try:
        units.parse(text, parameter.unit)
    except units.QuantityError:
        return False
    return True


def next_step(value: float, steps: int, least: float = 0.0) -> float:
    """The value `steps` places further (back if negative) in ..., 0.5, 1, 2, 5, 10, ...; what lies between two places
    goes to the nearer end. With `least` above 0 the scale goes through 0: -least, 0, least."""
    for _ in range(abs(steps)):
        if value == 0:
            value = math.copysign(least, steps)
            continue
        up = (steps > 0) == (value > 0)
        size = _neighbour(abs(value), up)
        value = 0.0 if not up and size < least * (1 - 1e-9) else math.copysign(size, value)
    return value


def _neighbour(size: float, up: bool) -> float:
    decade = math.floor(math.log10(size) + 1e-12)
    places = [float(f"{digit}e{decade + shift}") for shift in (-1, 0, 1) for digit in _STEPS]
    if up:
        return next(place for place in places if place > size * (1 + 1e-9))
    return next(place for place in reversed(places) if place < size * (1 - 1e-9))


def stepped(parameter: Parameter, text: str, steps: int) -> str | None:
    """The text of a plain quantity after Up (`steps` 1) or Down (-1); None where it has no steps (expressions)."""
    try:
        value = units.parse(text, parameter.unit)
    except units.QuantityError:
        return None
    if parameter.kind == "integer":
        moved = float(int(value) + steps)
        return str(int(min(max(moved, parameter.minimum), parameter.maximum)))
    crosses = not parameter.positive and parameter.minimum <= 0
    moved = next_step(value, steps, _FROM_ZERO.get(parameter.unit, 1e-3) if crosses else 0.0)
    moved = min(max(moved, parameter.minimum), parameter.maximum)
    return _short(moved, parameter.unit)


def _short(value: float, unit: str) -> str:
    """A text that reads back exactly: `200n`, `2`, `0.5`."""
    if value == 0:
        return "0"
    if ("^2" in unit and "/" not in unit) or unit.startswith("/"):
        return f"{value:g}"
    number, _, rest = units.format_si(value, "", 6).partition(" ")
    return number + rest
