"""The V_teach switch over the epochs: manual and constant hold their position, alternate learns one epoch and
evaluates the next, a pattern of 1 and 0 repeats epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def gate_at(values: Mapping[str, Any], switch: str, epoch: int) -> float:
    """1.0 while the block's switch is on, else 0.0. `switch` ("on", "off", "alternate") overrides the block's mode."""
    mode = switch or str(values.get("mode", "manual"))
    if mode == "alternate":
        return 1.0 if epoch % 2 == 0 else 0.0
    if mode in ("on", "off"):
        return 1.0 if mode == "on" else 0.0
    if mode == "pattern":
        digits = [ch for ch in str(values.get("pattern", "")) if ch in "01"]
        return float(digits[epoch % len(digits)]) if digits else 1.0
    if mode == "constant":
        return 1.0
    return float(values.get("on", 1.0))


def gate_sequence(values: Mapping[str, Any], switch: str, epochs: int, first: int = 0) -> list[float]:
    """The switch's position in each of `epochs` epochs from number `first` on."""
    mode = switch or str(values.get("mode", "manual"))
    if mode not in ("alternate", "pattern"):
        return [gate_at(values, switch, first)] * epochs
    return [gate_at(values, switch, epoch) for epoch in range(first, first + epochs)]
