"""One frame of a run as the canvas shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.ui.canvas.views import PinKey

FULL_SCALE = 1.0  # V
ERROR_SCALE = 0.2  # V, on nets that carry errors
WEIGHT_SCALE = 2.0  # V at which a weight wire is thickest


def _unknown(item: str, part: str) -> float | None:
    return None


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """What a run looks like at one moment. `net_voltage` gives the voltage [V] at a pin of the shown sheet, keyed by
    (item id, port, index from 1): a mapping, or a callable that returns None for a pin it does not know.
    `weight(item id, part)` is the voltage [V] of a capacitor inside a macro; `row` (from 0) of the datasets;
    `running` tells whether time goes on."""

    v_teach: float = 0.0
    net_voltage: Mapping[PinKey, float] | Callable[[PinKey], float | None] = field(default_factory=dict)
    weight: Callable[[str, str], float | None] = _unknown
    row: int = 0
    running: bool = False

    def voltage(self, key: PinKey) -> float | None:
        """Volts at a pin, or None."""
        if callable(self.net_voltage):
            return self.net_voltage(key)
        return self.net_voltage.get(key)
