"""Where an axis has its ticks, and what stands there."""

from __future__ import annotations

import math

from app.export.figure import Axis

MINUS = "\u2212"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ticks(axis: Axis, span: tuple[float, float], room: float) -> list[tuple[float, str]]:
    """(value, text) of the labelled ticks of an axis `room` pixels long."""
    low, high = span
    if axis.log:
        decades = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
        stride = max(1, math.ceil(len(decades) * 16 / max(room, 1.0)))
        return [(10.0**n, _power(n)) for n in decades if (n - decades[-1]) % stride == 0]
    step = _step(high - low, max(2.0, room / 46.0))
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(k * step, _number(k * step, digits)) for k in range(first, last + 1)]


def minor(axis: Axis, span: tuple[float, float]) -> list[float]:
    """Fine lines between the decades of a logarithmic axis."""
    if not axis.log:
        return []
    low, high = span
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
    if len(decades) > 7:
        return []
    lines = [digit * 10.0**n for n in decades for digit in range(2, 10)]
    return [value for value in lines if low < value < high]


def _step(width: float, wanted: float) -> float:
    raw = width / wanted
    decade = 10.0 ** math.floor(math.log10(raw))
    return next(digit * decade for digit in (1.0, 2.0, 5.0, 10.0) if digit * decade >= raw * 0.999)


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.replace("-", MINUS) if float(text) else f"{0:.{digits}f}"


def _power(exponent: int) -> str:
    if -3 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(RAISED)
