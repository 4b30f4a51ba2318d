"""What resources/examples/pictures.json shows of an example, painted to any size: curves, points, bars, a map."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from app.ui import gallery
from app.ui.theme import Theme, mix

LINE, DOT = 1.6, 3.0
GROUND = (0.25, 0.15)  # how far the map's ends are mixed towards the plot's background, light and dark
Picture = dict[str, Any]


@lru_cache(maxsize=1)
def _stored() -> dict[str, Picture]:
    found: dict[str, Picture] = json.loads((gallery.folder() / "pictures.json").read_text(encoding="utf-8"))
    return found


def picture_of(name: str) -> Picture | None:
    """The picture of the example in NAME.aann, if it has one."""
    return _stored().get(name)


def paint(painter: QPainter, whole: QRectF, inner: QRectF, picture: Picture) -> None:
    """`whole` is filled by a decision map; everything else lies in `inner`, or on the map."""
    area = inner
    if "map" in picture:
        painter.drawImage(whole, _map_image(picture["map"]))
        area = whole
    else:
        painter.fillRect(whole, Theme.current().color("plot"))
        _levels(painter, inner)
    for guide in picture.get("guides", ()):
        x = area.left() + guide["at"] * area.width()
        painter.setPen(QPen(_colour(guide["colour"]), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    for bar in picture.get("bars", ()):
        painter.fillRect(
            QRectF(_place(area, bar[0], bar[1]), _place(area, bar[2], bar[3])).normalized(), _colour(bar[4])
        )
    for curve in picture.get("curves", ()):
        style = Qt.PenStyle.DashLine if curve["dashed"] else Qt.PenStyle.SolidLine
        painter.setPen(QPen(_colour(curve["colour"]), LINE, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([_place(area, x, y) for x, y in curve["points"]]))
    for dots in picture.get("dots", ()):
        _dots(painter, area, dots, outlined="map" in picture)


def _place(area: QRectF, x: float, y: float) -> QPointF:
    return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())


def _levels(painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(Theme.current().color("plot_grid"), 1.0))
    for number in range(5):
        y = area.top() + area.height() * number / 4
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _dots(painter: QPainter, area: QRectF, dots: Picture, outlined: bool) -> None:
    """On a map the classes are the ends of the voltage map, with an edge in the background's colour."""
    theme = Theme.current()
    colour = theme.voltage[0 if dots["shape"] == "square" else -1] if outlined else _colour(dots["colour"])
    painter.setPen(QPen(theme.color("plot"), 0.8) if outlined else Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for x, y in dots["points"]:
        at = _place(area, x, y)
        if dots["shape"] == "square":
            painter.drawRect(QRectF(at.x() - DOT, at.y() - DOT, 2 * DOT, 2 * DOT))
        else:
            painter.drawEllipse(at, DOT, DOT)


def _colour(colour: int | str) -> QColor:
    """A trace by number, a role by name, or `up` and `down`: the ends of the voltage map."""
    theme = Theme.current()
    if isinstance(colour, int):
        return theme.trace(colour)
    ends = {"down": theme.voltage[0], "up": theme.voltage[-1]}
    return ends[colour] if colour in ends else theme.color(colour)


def _map_image(rows: list[list[float]]) -> QImage:
    """Volts from 0 to 1, the lowest row first."""
    theme = Theme.current()
    ground = theme.color("plot")
    ends = [mix(colour, ground, GROUND[theme.dark]) for colour in (theme.voltage[0], theme.voltage[-1])]
    image = QImage(len(rows[0]), len(rows), QImage.Format.Format_RGB32)
    for y, row in enumerate(reversed(rows)):
        for x, volts in enumerate(row):
            share = min(1.0, max(-1.0, 2.0 * volts - 1.0))
            image.setPixelColor(x, y, mix(ground, ends[share > 0], abs(share)))
    return image
