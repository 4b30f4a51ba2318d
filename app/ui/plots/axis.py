"""An axis that writes the unit on its last tick, with a true minus sign."""

from __future__ import annotations

from math import floor, log10
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from app.ui import theme
from app.ui.theme import Theme, mix

MINUS = "\u2212"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
OVERHANG = {"left": (0, 10), "bottom": (24, 0)}  # how far labels may reach beyond the axis' ends [px]
MOST_DECADES = 6  # from more decades on every second or third is labelled


class UnitAxis(pg.AxisItem):
    """`unit` stands beside the top tick of a left axis; a bottom axis has its unit in the pane's label. The values of a
    `logarithmic` axis are powers of ten."""

    picture: Any

    def __init__(self, orientation: str, unit: str = "", logarithmic: bool = False) -> None:
        super().__init__(orientation)
        self._unit, self._log10 = unit, logarithmic
        self._specs: tuple[Any, ...] | None = None
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=4, autoExpandTextSpace=True, tickTextOffset=4, hideOverlappingLabels=True)
        if orientation == "left":
            self.setStyle(tickTextHeight=14)
        self.restyle()

    def restyle(self) -> None:
        """Take the theme's colours."""
        current = Theme.current()
        self.setPen(current.color("outline"))
        self.setTextPen(current.color("second"))
        self.setStyle(tickFont=theme.font(10))
        grid = current.color("plot_grid")
        self._grid_pen = QPen(grid, 1.0)
        self._minor_pen = QPen(mix(current.color("plot"), grid, 0.5), 1.0)

    def boundingRect(self) -> QRectF:
        """Labels at the ends reach beyond the axis; pyqtgraph drops what does not lie in here."""
        x, y = OVERHANG[self.orientation]
        own: QRectF = super().boundingRect()
        return own.adjusted(-x, -y, x, y)

    def paint(self, p: QPainter, opt: object, widget: object) -> None:
        """Without the recorded picture that pyqtgraph replays: replaying texts takes longer than drawing them."""
        if self.picture is None:
            p.setFont(self.style["tickFont"])
            self._specs = self.generateDrawSpecs(p)
            self.picture = True  # reset to None by pyqtgraph when anything changes
        if self._specs is not None:
            self.drawPicture(p, *self._specs)

    def drawPicture(
        self,
        p: QPainter,
        axisSpec: tuple[QPen, QPointF, QPointF],
        tickSpecs: list[tuple[QPen, QPointF, QPointF]],
        textSpecs: list[tuple[QRectF, object, str]],
    ) -> None:
        """The grid in one go in the theme's colour, minor lines paler; then the axis and its labels."""
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        strongest = max((pen.color().alpha() for pen, _, _ in tickSpecs), default=0)
        for minor in (True, False):
            lines = [QLineF(a, b) for pen, a, b in tickSpecs if (pen.color().alpha() < strongest) == minor]
            p.setPen(self._minor_pen if minor else self._grid_pen)
            p.drawLines(lines)
        pen, start, stop = axisSpec
        p.setPen(pen)
        p.drawLine(start, stop)
        p.setFont(self.style["tickFont"])
        p.setPen(self.textPen())
        for box, flags, text in textSpecs:
            p.drawText(box, int(flags), text)  # type: ignore[call-overload]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._log10:
            if spacing < 1.0:
                return [""] * len(values)
            texts = [power_text(value) for value in values]
        else:
            decimals = _decimals(spacing * scale)
            texts = [f"{value * scale + 0.0:.{decimals}f}".replace("-", MINUS) for value in values]
        if texts and self._unit:
            texts[-1] = f"{texts[-1]} {self._unit}"
        return texts

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        if not self._log10:
            levels: list[tuple[float, list[float]]] = super().tickValues(minVal, maxVal, size)
            return levels[:1]
        low, high = floor(minVal), -floor(-maxVal)
        step = max(1, -(-(high - low) // MOST_DECADES))
        whole = [float(power) for power in range(low, high + 1, step) if minVal - 1e-9 <= power <= maxVal + 1e-9]
        if high - low > MOST_DECADES:
            return [(float(step), whole)]
        between = [power + log10(digit) for power in range(low, high) for digit in range(2, 10)]
        return [(float(step), whole), (0.1, [value for value in between if minVal <= value <= maxVal])]


def _decimals(step: float) -> int:
    """How many decimals tell ticks apart that lie `step` apart."""
    if step <= 0 or step >= 1:
        return 0
    return min(9, -floor(log10(step) + 1e-9))


def power_text(power: float) -> str:
    """Ten to a whole power as people write it: 0.01, 100, 10⁻⁷."""
    whole = round(power)
    if not -4 <= whole <= 4:
        return "10" + str(whole).translate(SUPERSCRIPT)
    return f"{10.0**whole:.{max(0, -whole)}f}"
