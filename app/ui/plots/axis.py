"""An axis that writes the unit on its last tick, with a true minus sign."""

from __future__ import annotations

from math import floor, log10

import pyqtgraph as pg

from app.ui import look

MINUS = "\u2212"


class UnitAxis(pg.AxisItem):
    """`unit` stands beside the top tick (left axis) or nowhere (bottom axis, whose unit the pane writes). `logarithmic`
    values are powers of ten."""

    def __init__(self, orientation: str, unit: str = "", logarithmic: bool = False) -> None:
        super().__init__(orientation)
        self._unit, self._log10 = unit, logarithmic
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=4, autoExpandTextSpace=True, tickTextOffset=4, hideOverlappingLabels=True)
        self.restyle()

    def restyle(self) -> None:
        self.setPen(look.colour("outline"))
        self.setTextPen(look.colour("second"))
        self.setStyle(tickFont=look.font(10))

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._log10:
            texts = [_power(value) for value in values]
        else:
            decimals = max(0, 6 if spacing <= 0 else _decimals(spacing * scale))
            texts = [f"{value * scale + 0.0:.{decimals}f}".replace("-", MINUS) for value in values]
        if texts and self._unit:
            texts[-1] = f"{texts[-1]} {self._unit}"
        return texts

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        if not self._log10:
            return super().tickValues(minVal, maxVal, size)[:1]
        low, high = int(minVal // 1), int(-(-maxVal // 1))
        step = max(1, (high - low) // 6)
        whole = [float(power) for power in range(low, high + 1, step) if minVal <= power <= maxVal]
        return [(float(step), whole)]


def _decimals(step: float) -> int:


    return -floor(log10(step) + 1e-9) if step < 1 else 0


def _power(value: float) -> str:
    rounded = round(value)
    if rounded < -4 or rounded > 4:
        return "1e" + str(rounded).replace("-", MINUS)
    return f"{10.0**rounded:.{max(0, -rounded)}f}"


