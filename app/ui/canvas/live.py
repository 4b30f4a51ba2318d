"""One frame of a run as the canvas shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PinKey = tuple[str, str, int]  # item id, port, index from 1 (1 as well for a port of width 1)

FULL_SCALE = 1.0  # V
ERROR_SCALE = 0.2  # V, on nets that carry errors
WEIGHT_SCALE = 2.0  # V at which a weight wire is thickest


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """What a run looks like at one moment. `net_voltage` gives the voltage [V] at a pin of the shown sheet, keyed by
    (item id, port, index from 1): a mapping, or a callable that returns None for a pin it does not know. `weights` are
    capacitor voltages [V] by instance path (`N2_1/C1`), `rows` the current row (from 0) of each dataset instance."""

    v_teach: float = 0.0
    net_voltage: Mapping[PinKey, float] | Callable[[PinKey], float | None] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    def voltage(self, key: PinKey) -> float | None:
        """Volts at a pin, or None."""
        if callable(self.net_voltage):
            return self.net_voltage(key)
        return self.net_voltage.get(key)
