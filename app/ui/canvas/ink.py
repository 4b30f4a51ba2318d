"""Pens and brushes for colour roles at a zoom: made once per paint, so that nothing holds a colour of its own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from app.ui.canvas.metrics import MINIMUM_LINE
from app.ui.theme import Theme

LIT: Mapping[str, str] = {"backward_fill": "teach_fill", "backward": "teach"}
UNLIT: Mapping[str, str] = {"teach": "ink", "teach_fill": "symbol"}


class Ink:
    """`least` is the thinnest line on the device [px]; `zoom` device pixels per scene unit."""

    def __init__(self, theme: Theme, zoom: float, least: float = MINIMUM_LINE) -> None:
        self.theme, self.zoom, self.least = theme, zoom, least
        self._pens: dict[tuple[str, float], QPen] = {}
        self._brushes: dict[str, QBrush] = {}

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        return self.theme.color(role, alpha)

    def width(self, width: float) -> float:
        return max(width, self.least / self.zoom)

    @property
    def dash(self) -> float:
        """By how much dashes are longer than at 100 %, so that they can be told from dots."""
        return max(1.0, 0.75 / self.zoom)

    def pen(self, role: str, width: float) -> QPen:
        key = role, width
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = line_pen(self.color(role), self.width(width))
        return pen

    def brush(self, role: str) -> QBrush:
        brush = self._brushes.get(role)
        if brush is None:
            brush = self._brushes[role] = QBrush(self.color(role)) if role else QBrush(Qt.BrushStyle.NoBrush)
        return brush


def line_pen(color: QColor, width: float, *, flat: bool = False) -> QPen:
    """A solid pen with mitred corners and round ends (`flat` for wires)."""
    cap = Qt.PenCapStyle.FlatCap if flat else Qt.PenCapStyle.RoundCap
    return QPen(color, width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.MiterJoin)


def dashed_pen(color: QColor, width: float, dashes: tuple[float, ...]) -> QPen:
    """`dashes` in scene units (a pen counts them in widths)."""
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    pen.setDashPattern([max(0.1, dash / width) for dash in dashes])
    return pen
