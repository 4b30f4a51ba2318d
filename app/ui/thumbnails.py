"""Small pictures of example documents: the drawing itself, or what its data look like."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from app.document import aann_file
from app.document.dataset import Dataset
from app.document.schematic import TOP, Schematic
from app.errors import ProblemError
from app.ui import gallery_picture
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.extent import content_rect
from app.ui.canvas.ink import Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import Detail
from app.ui.canvas.sheet_painter import SheetPainter
from app.ui.theme import Theme, mix

MARGIN = 14.0
DIGIT = 8  # pixels a side of a digit
MOST_PLAIN = 12  # rows from which a scatter plot tells something


def thumbnail(path: Path, kind: str, size: QSize, ratio: float) -> QPixmap:
    """A picture of the document in that file, `size` in logical pixels; empty where it cannot be read."""
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Theme.current().color("canvas"))
    try:
        schematic = aann_file.load(path).schematic
    except ProblemError:
        return picture
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    area = QRectF(MARGIN, MARGIN, size.width() - 2 * MARGIN, size.height() - 2 * MARGIN)
    data = next(iter(schematic.datasets.values()), None)
    stored = gallery_picture.picture_of(path.stem)
    if stored is not None:
        gallery_picture.paint(painter, QRectF(0, 0, size.width(), size.height()), area, stored)
    elif data is not None and data.rows and kind in ("scatter", "map") and _many(data):
        _scatter(painter, area, data)
    elif data is not None and data.rows and kind == "regression":
        _regression(painter, area, data)
    elif data is not None and data.rows and kind == "digits" and len(data.inputs) == DIGIT * DIGIT:
        _digits(painter, area, data)
    elif kind == "transfer":
        _transfer(painter, area)
    else:
        _drawing(painter, area, schematic)
    painter.end()
    return picture


def _many(data: Dataset) -> bool:
    return len(data.inputs) >= 2 and len(data.rows) >= MOST_PLAIN


def _drawing(painter: QPainter, area: QRectF, schematic: Schematic) -> None:
    """The circuit alone: the story on the sheet and the titles of areas could not be read here."""
    sheet = schematic.top
    for key, entry in list(sheet.instances.items()):
        if entry.type == "comment":
            del sheet.instances[key]
        elif entry.type == "frame":
            sheet.instances[key] = replace(entry, parameters={**entry.parameters, "title": " "})
    drawing = Drawing(schematic, TOP)
    content = content_rect(drawing)
    if content.isEmpty():
        return
    scale = min(area.width() / content.width(), area.height() / content.height(), 1.0)
    painter.translate(area.center())
    painter.scale(scale, scale)
    painter.translate(-content.center())
    zoom = scale * painter.device().devicePixelRatioF()
    SheetPainter(drawing, Look()).paint(painter, content, Ink(Theme.current(), zoom, 0.8), Detail.at(scale))


def _scaled(area: QRectF, values: Sequence[tuple[float, float]]) -> list[QPointF]:
    xs, ys = [x for x, _ in values], [y for _, y in values]
    width, height = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    left, bottom = area.left() - min(xs) / width * area.width(), area.bottom() + min(ys) / height * area.height()
    return [QPointF(left + x / width * area.width(), bottom - y / height * area.height()) for x, y in values]


def _scatter(painter: QPainter, area: QRectF, data: Dataset) -> None:
    """The two inputs that tell most (the last two of many), classes by colour and shape."""
    first, second = (0, 1) if len(data.inputs) == 2 else (len(data.inputs) - 2, len(data.inputs) - 1)
    width = len(data.inputs)
    places = _scaled(area.adjusted(6, 6, -6, -6), [(row[first], row[second]) for row in data.rows])
    painter.setPen(Qt.PenStyle.NoPen)
    for row, place in zip(data.rows, places, strict=True):
        targets = row[width:]
        group = max(range(len(targets)), key=lambda k: targets[k]) if len(targets) > 1 else round(targets[0])
        painter.setBrush(Theme.current().trace(group % 3))
        if group % 3 == 0:
            painter.drawRect(QRectF(place.x() - 2.5, place.y() - 2.5, 5, 5))
        elif group % 3 == 1:
            painter.drawEllipse(place, 3.0, 3.0)
        else:
            painter.drawPolygon([place + QPointF(0, -3.5), place + QPointF(3.2, 2.6), place + QPointF(-3.2, 2.6)])


def _axes(painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(Theme.current().color("plot_grid"), 1.0))
    for number in range(5):
        y = area.top() + area.height() * number / 4
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _regression(painter: QPainter, area: QRectF, data: Dataset) -> None:
    """The target over the first input."""
    _axes(painter, area)
    width = len(data.inputs)
    places = _scaled(area.adjusted(4, 8, -4, -8), sorted((row[0], row[width]) for row in data.rows))
    painter.setPen(QPen(Theme.current().trace(1), 2.0))
    painter.drawPolyline(places)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Theme.current().color("outline"))
    for place in places[:: max(1, len(places) // 24)]:
        painter.drawEllipse(place, 3.0, 3.0)


def _digits(painter: QPainter, area: QRectF, data: Dataset) -> None:
    """Two rows of three digits, a class each."""
    width = len(data.inputs)
    shown: dict[int, tuple[float, ...]] = {}
    for row in data.rows:
        targets = row[width:]
        shown.setdefault(max(range(len(targets)), key=lambda k: targets[k]), row[:width])
    cell = min(area.width() / (3 * DIGIT + 4), area.height() / (2 * DIGIT + 2))
    left, top = area.center().x() - (3 * DIGIT + 2) * cell / 2, area.center().y() - (2 * DIGIT + 1) * cell / 2
    painter.setPen(Qt.PenStyle.NoPen)
    low, high = min(min(row) for row in shown.values()), max(max(row) for row in shown.values())
    for number, group in enumerate(sorted(shown)[:6]):
        x0, y0 = left + (number % 3) * (DIGIT + 1) * cell, top + (number // 3) * (DIGIT + 1) * cell
        for pixel, value in enumerate(shown[group]):
            part = (value - low) / ((high - low) or 1.0)
            painter.setBrush(mix(Theme.current().color("field"), Theme.current().trace(1), part))
            painter.drawRect(
                QRectF(x0 + pixel % DIGIT * cell + 0.5, y0 + pixel // DIGIT * cell + 0.5, cell - 1, cell - 1)
            )


def _transfer(painter: QPainter, area: QRectF) -> None:
    """The imperfect multiplier's current (17) over V_1 for several V_2: I = K_I tanh(K_m' V_1 V_2)."""
    _axes(painter, area)
    for number, second in enumerate((-3.0, -1.5, -0.75, 0.75, 1.5, 3.0)):
        path = QPainterPath()
        for step in range(81):
            x = -1.0 + step / 40.0
            y = math.tanh(x * second)
            place = QPointF(area.center().x() + x * area.width() / 2, area.center().y() - 0.92 * y * area.height() / 2)
            path.lineTo(place) if step else path.moveTo(place)
        painter.setPen(QPen(Theme.current().trace(number), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
