"""Quantities as people of the field write them: *V*_teach with an italic letter and an upright subscript; SI values
with a true minus and a thin space."""

from __future__ import annotations

import html
import math
import re

from app.ui.math_text import GREEK, SYMBOL
from blocks import units

THIN = "\u202f"
MINUS = "\u2212"
_SYMBOL = re.compile(SYMBOL)
_GREEK = re.compile(r"(?<![A-Za-z0-9_])(?:eta|tau)(?![A-Za-z0-9_])")
_POWER = re.compile(r"\^(-?[0-9]+)")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SHRINK = 1.1  # Qt makes subscripts two thirds of the size that is asked for: together 74 %
_SUBSCRIPT = '<span style="font-size:{size}px; vertical-align:sub">{text}</span>'


def symbols(text: str, size: float = 12.5) -> str:
    """`Multiplier K_m` as HTML with italic K and a subscript m; `size` is the surrounding text's [px]."""
    escaped = html.escape(text, quote=False)

    def replaced(match: re.Match[str]) -> str:
        letter, below = match.group(1), match.group(2).strip("{}")
        inner = _SUBSCRIPT.format(size=round(size * SHRINK), text=GREEK.get(below, below) + (match.group(3) or ""))
        return f"<i>{letter}</i>{'′' if match.group(4) else ''}{inner}"

    escaped = _GREEK.sub(lambda match: f"<i>{GREEK[match.group()]}</i>", escaped)
    escaped = _POWER.sub(lambda match: match.group(1).translate(_SUPERSCRIPT), escaped)
    return _SYMBOL.sub(replaced, escaped)


def formula(text: str, size: float = 13.0) -> str:
    """An equation as HTML: symbols as above, lone letters italic, `*` a thin space, a true minus."""
    spaced = re.sub(r"\s*\*\s*", THIN, text.replace("**", "^"))
    spaced = spaced.replace("-", MINUS)
    return _italic_rest(symbols(spaced, size))


def _italic_rest(markup: str) -> str:
    """Single letters outside tags and outside symbols become italic."""
    parts = re.split(r"(<[^>]*>)", markup)
    depth = 0
    for index, part in enumerate(parts):
        if part.startswith("</"):
            depth -= 1
        elif part.startswith("<"):
            depth += 1
        elif depth == 0:
            parts[index] = re.sub(r"(?<![A-Za-z&])([A-Za-z])(?![A-Za-z;(])", r"<i>\1</i>", part)
    return "".join(parts)


def unit_text(unit: str) -> str:
    """`A/V^2` as A/V², `ohm` as Ω."""
    return unit.replace("^2", "²").replace("^3", "³").replace("ohm", "Ω")


def quantity(value: float, unit: str = "", digits: int = 3) -> str:
    """`−35.7 mV`: SI prefix, true minus, narrow space; a dash for what is not a number."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return f"0{THIN}{unit_text(unit)}".strip()
    text = units.format_si(value, unit, digits)
    number, _, rest = text.partition(" ")
    shown = f"{number.replace('-', MINUS)}{THIN}{rest.replace('u', 'µ', 1) if rest[:1] == 'u' else rest}"
    return unit_text(shown).strip()


def fixed(value: float, unit: str, decimals: int = 3, sign: bool = False) -> str:
    """`−0.304 V` with a fixed number of decimals, so that changing numbers do not jump."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:+.{decimals}f}" if sign else f"{value:.{decimals}f}"
    return f"{text.replace('-', MINUS)}{THIN}{unit_text(unit)}".strip()


def power_of_ten(value: float, digits: int = 2) -> str:
    """`2.0 × 10⁻⁶`; plain between 0.01 and 1000."""
    if not math.isfinite(value) or value == 0:
        return "–"
    if 0.01 <= abs(value) < 1000:
        return f"{value:.{digits}g}"
    exponent = math.floor(math.log10(abs(value)))
    return f"{value / 10.0**exponent:.{digits - 1}f} × 10{str(exponent).translate(_SUPERSCRIPT)}"
