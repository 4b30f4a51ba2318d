"""What a sweep varies: values that are gone through (lists, linear and logarithmic ranges), numbers that are drawn for
every part and run (normal, uniform). `--vary` and the window say it in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.errors import fail
from blocks import units

MOST_VALUES = 100_000
_FORMS = "a,b,c or lin:a:b:n or log:a:b:n or normal:mean:sigma or uniform:a:b"


@dataclass(frozen=True)
class Axis:
    """`words` are the values themselves (kind "list"), or first value, last value and their number ("lin", "log")."""

    target: str
    kind: Literal["list", "lin", "log"]
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """As `--vary` takes it."""
        values = ",".join(self.words) if self.kind == "list" else ":".join((self.kind, *self.words))
        return f"{self.target}={values}"

    def texts(self, unit: str) -> tuple[str, ...]:
        """Every value as text; ranges in base SI units. Raises ProblemError."""
        where = f"--vary {self.text}"
        if self.kind == "list":
            return self.words
        first, last = (_quantity(word, unit, where) for word in self.words[:2])
        count = int(_quantity(self.words[2], "", where))
        if not 1 <= count <= MOST_VALUES or count != _quantity(self.words[2], "", where):
            raise fail("vary-syntax", where, f"{self.words[2]!r} is no usable number of values", "such as lin:1:5:9")
        if self.kind == "lin":
            return tuple(repr(float(value)) for value in np.linspace(first, last, count))
        if first <= 0 or last <= 0:
            raise fail("vary-syntax", where, "a logarithmic range needs two values above zero", "use lin: instead")
        return tuple(repr(float(value)) for value in np.geomspace(first, last, count))


@dataclass(frozen=True)
class Draw:
    """A number for every part that matches and every run. "normal": mean `first` and standard deviation `spread`,
    several spreads are gone through like an Axis; "uniform": between `first` and `spread`. In per cent they are
    relative: to what the drawing says, and a lone sigma to the mean."""

    target: str
    kind: Literal["normal", "uniform"]
    first: str
    spread: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.target}={self.kind}:{self.first}:{','.join(self.spread)}"

    @property
    def relative(self) -> bool:
        return self.first.strip().endswith("%")

    def numbers(self, spread: str, unit: str) -> tuple[float, float]:
        """Mean and sigma, or low and high: in SI units, or as multiples if `relative`. Raises ProblemError."""
        where = f"--vary {self.text}"
        first, second = (_share(word, unit, where) for word in (self.first, spread))
        percent = spread.strip().endswith("%")
        if self.kind == "normal" and percent and not self.relative:
            second *= abs(first)
        elif percent != self.relative:
            raise fail("vary-syntax", where, "one number is in per cent, the other is not", "give both in per cent")
        if self.kind == "normal" and second < 0:
            raise fail("vary-syntax", where, f"the standard deviation {spread} is negative", "give a positive one")
        if self.kind == "uniform" and second < first:
            raise fail("vary-syntax", where, f"{self.first} is above {spread}", "give the lower bound first")
        return first, second


Vary = Axis | Draw


def parse_vary(text: str) -> Vary:
    """The meaning of one `--vary`. Raises ProblemError that shows the forms."""
    target, equals, values = (part.strip() for part in text.partition("="))
    where = f"--vary {text}"
    if not equals or not target or not values:
        raise fail("vary-syntax", where, "it is not of the form PATTERN.PARAM=VALUES", f"VALUES is {_FORMS}")
    kind, *words = (word.strip() for word in values.split(":"))
    if kind in ("normal", "uniform") and len(words) == 2 and all(words):
        spread = tuple(word.strip() for word in words[1].split(","))
        if kind == "normal" or len(spread) == 1:
            return Draw(target, "normal" if kind == "normal" else "uniform", words[0], spread)
    elif kind in ("lin", "log") and len(words) == 3 and all(words):
        return Axis(target, "lin" if kind == "lin" else "log", tuple(words))
    elif not words:
        listed = tuple(word.strip() for word in values.split(","))
        if all(listed) and len(listed) <= MOST_VALUES:
            return Axis(target, "list", listed)
    raise fail("vary-syntax", where, f"{values!r} is not understood", f"VALUES is {_FORMS}")


def _share(word: str, unit: str, where: str) -> float:
    word = word.strip()
    return _quantity(word[:-1], "", where) / 100.0 if word.endswith("%") else _quantity(word, unit, where)


def _quantity(word: str, unit: str, where: str) -> float:
    try:
        return units.parse(word, unit)
    except units.QuantityError as error:
        raise fail("quantity", where, f"{error.text!r} {error.reason}", error.hint or "type a number") from None
