"""A document's settings as a run needs them."""

from __future__ import annotations

from app.document.schematic import Schematic
from app.errors import fail
from app.training.run import Options
from blocks import units


def options_of(schematic: Schematic, switch: str = "") -> Options:
    """Seed, solver and tolerance of the document. Raises ProblemError naming the setting."""
    seed, rtol = _number(schematic, "seed"), _number(schematic, "rtol")
    if seed != int(seed):
        raise fail("quantity", "setting seed", f"{schematic.setting('seed')!r} is no whole number", "type one")
    if not rtol > 0.0:
        raise fail("quantity", "setting rtol", f"{schematic.setting('rtol')!r} is not above zero", "type 1e-6")
    return Options((int(seed),), schematic.setting("solver"), rtol, switch)


def _number(schematic: Schematic, name: str) -> float:
    text = schematic.setting(name)
    try:
        return units.parse(text)
    except units.QuantityError as error:
        raise fail("quantity", f"setting {name}", f"{text!r} {error.reason}", error.hint or "type a number") from None
