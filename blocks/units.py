"""SI quantities as a circuit engineer types them: `0.1p`, `100 nA`, `4k7`, `2Meg`, `10 Mohm`, `1e-7`.

`m` is milli. `M` counts as mega only directly before a unit (`10 Mohm`, `40 MHz`); a bare `M` is refused, because
SPICE reads it as milli. Nothing is guessed: text that is not understood raises QuantityError with the reason.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

# Powers of ten: the decimal text is scaled before it becomes a float, so that "100n" is exactly 1e-7.
PREFIXES = {
    "f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3,
    "": 0, "k": 3, "Meg": 6, "meg": 6, "MEG": 6, "M": 6, "G": 9, "T": 12,
}  # fmt: skip
# Longest first, so that "Meg" is not read as a bare "M".
_PREFIX = "Meg|meg|MEG|f|p|n|u|µ|μ|m|k|G|T|M"
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(.*)", re.DOTALL | re.ASCII)
_INFIX = re.compile(rf"([+-]?\d+)({_PREFIX}|R)(\d+)(.*)", re.DOTALL | re.ASCII)
_EXPONENTS = {"¹": "^1", "²": "^2", "³": "^3"}
_SPELLINGS = {
    "Ω": "ohm", "\u2126": "ohm", "Ohm": "ohm", "ohms": "ohm", "Ohms": "ohm", "R": "ohm",
    "volt": "V", "volts": "V", "sec": "s",
}  # fmt: skip
KNOWN_UNITS = ("V", "A", "s", "F", "ohm", "Hz", "S", "V^2", "A/V^2", "/V^2", "1/V^2", "1/V", "V/s", "rad", "deg", "")
MAX_LENGTH = 64


class QuantityError(ValueError):
    """The text is no quantity; `reason` says why, `hint` what to type instead."""

    def __init__(self, text: str, reason: str, hint: str = "") -> None:
        self.text, self.reason, self.hint = text, reason, hint
        super().__init__(f"{text!r}: {reason}" + (f"; {hint}" if hint else ""))


@lru_cache(4096)
def parse(text: str, unit: str = "") -> float:
    """The value of `text` in base SI units; `unit` (such as "V", "A/V^2") is what the field expects.

    The unit may be left out of the text; a different unit is refused. Raises QuantityError.
    """
    raw = text
    text = text.strip().replace("−", "-").replace("\u202f", " ").replace("\u2009", " ").replace("\u00a0", " ")
    if not text:
        raise QuantityError(raw, "is empty", "type a number such as 0.1u")
    if len(text) > MAX_LENGTH:
        raise QuantityError(raw[:20] + "...", f"is longer than {MAX_LENGTH} characters", "type a plain number")
    if re.match(r"[+-]?\d+,\d", text):
        raise QuantityError(raw, "has a decimal comma", "write a point, as in 1.5")
    infix = _INFIX.fullmatch(text)
    if infix and not re.fullmatch(r"[+-]?\d+[eE]\d+.*", text):
        whole, prefix, fraction, rest = infix.groups()
        number, rest = f"{whole}.{fraction}", ("" if prefix == "R" else prefix) + rest
        if prefix == "M":
            raise QuantityError(raw, "a bare M is ambiguous", "write m or Meg: m is milli, Meg is mega")
    else:
        match = _NUMBER.fullmatch(text)
        if not match:
            raise QuantityError(raw, "is not a number", "type a number such as 0.1u, 4k7 or 1e-7")
        number, rest = match.groups()
    value = scaled(number, _prefix_of(raw, rest.strip(), normalise(unit)))
    if not math.isfinite(value):
        raise QuantityError(raw, "is too large", "type a finite number")
    return value


def scaled(number: str, prefix: str) -> float:
    """The float nearest to the decimal `number` times the prefix."""
    mantissa, _, exponent = number.lower().partition("e")
    return float(f"{mantissa}e{int(exponent or 0) + PREFIXES[prefix]}")


def normalise(unit: str) -> str:
    """A unit in the spelling used throughout: `V^2` for V², `ohm` for the omega sign."""
    unit = "".join(_EXPONENTS.get(ch, ch) for ch in unit.strip()).replace(" ", "").replace("**", "^")
    unit = _SPELLINGS.get(unit, unit)
    unit = unit.replace("V2", "V^2") if "^" not in unit else unit
    return "/V^2" if unit == "1/V^2" else unit


def _prefix_of(raw: str, rest: str, unit: str) -> str:
    """The SI prefix in what follows the number; the unit in it is checked."""
    plain = normalise(rest)
    if plain in ("", unit):
        return ""
    for prefix in _PREFIX.split("|"):
        if not rest.startswith(prefix):
            continue
        tail = normalise(rest[len(prefix) :])
        if prefix == "M":
            if tail == "":
                raise QuantityError(raw, "a bare M is ambiguous", "write m or Meg: m is milli, Meg is mega")
            if tail == unit or (not unit and tail in KNOWN_UNITS):
                return prefix
            continue
        if tail == "" or tail == unit or (not unit and tail in KNOWN_UNITS):
            return prefix
    if not unit and plain in KNOWN_UNITS:
        return ""
    if unit:
        raise QuantityError(raw, f"has the unit {rest!r} where {unit!r} is expected", f"type it in {unit}")
    raise QuantityError(raw, f"has the unknown unit {rest!r}", "leave the unit out or use V, A, s, F, ohm, Hz")


def format_si(value: float, unit: str = "", digits: int = 4) -> str:
    """`value` as people write it: `format_si(1e-13, "F")` is `0.1 pF`'s equal, "100 fF". Reads back with `parse`."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g} {unit}".strip()
    if "^" in unit and "/" not in unit:
        return f"{value:.{digits}g} {unit}".strip()
    exponent = math.floor(math.log10(abs(value)) / 3 + 1e-12)
    exponent = min(4, max(-5, exponent))
    mantissa = float(f"{value / 10.0 ** (3 * exponent):.{digits}g}")
    if abs(mantissa) >= 1000 and exponent < 4:
        mantissa, exponent = mantissa / 1000, exponent + 1
    mega = "M" if unit else "Meg"
    prefix = ("f", "p", "n", "u", "m", "", "k", mega, "G", "T")[exponent + 5]
    if unit.startswith("/"):
        return f"{value:.{digits}g} {unit}"
    # No power of ten beside a prefix: 190 us, rounded to two digits, and not 1.9e+02 us.
    shown = f"{mantissa:.0f}" if 10**digits <= abs(mantissa) < 1000 else f"{mantissa:.{digits}g}"
    return f"{shown} {prefix}{unit}".strip()
