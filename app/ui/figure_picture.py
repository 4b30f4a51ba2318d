"""Figures as PNG: the same strokes and words as in the SVG, by Qt's painter without a window."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from app.document.atomic import write_bytes
from app.export.figure import Figure
from app.export.figure_layout import Page, Stroke, Words, lay_out
from app.export.figure_svg import DROP, SMALL
from app.ui import theme

SCALE = 2.0  # pixels of the picture per pixel of the figure
FINE = 10.0  # fonts are laid out ten times as large, since their sizes in pixels are whole numbers


def write_png(path: Path, figure: Figure) -> None:
    """Replaces the file atomically. Raises ProblemError."""
    content = QByteArray()  # the buffer only points to it
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    paint(lay_out(figure)).save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    write_bytes(path, bytes(content.data()))


@lru_cache(maxsize=1)
def _application() -> QCoreApplication:
    """The program's, or one that needs no display; kept, since Qt's fonts live as long as it does."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QApplication.instance() or QApplication([])


def paint(page: Page) -> QImage:
    _application()
    image = QImage(round(page.width * SCALE), round(page.height * SCALE), QImage.Format.Format_RGB32)
    image.fill(QColor(page.colour("plot")))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    draw(painter, page)
    painter.end()
    return image


def draw(painter: QPainter, page: Page) -> None:
    """In the painter's coordinates, a unit a pixel of the page; the background is the caller's."""
    theme.load_fonts()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for stroke in page.strokes:
        _stroke(painter, stroke)
    for words in page.words:
        _words(painter, words)


def _stroke(painter: QPainter, stroke: Stroke) -> None:
    colour = QColor(stroke.colour)
    colour.setAlphaF(stroke.opacity)
    pen = QPen(colour, stroke.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    if stroke.dashes:
        pen.setDashPattern([dash / stroke.width for dash in stroke.dashes])
    painter.save()
    if stroke.clip is not None:
        left, top, right, low = stroke.clip
        painter.setClipRect(QRectF(left, top - 1, right - left, low - top + 2))
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in stroke.points.tolist()]))
    painter.restore()


def _words(painter: QPainter, words: Words) -> None:
    pieces = []
    width = 0.0
    for run in words.runs:
        size = words.size * (SMALL if run.below else 1.0)
        font = theme.font(size * FINE, words.weight, italic=run.italic)
        pieces.append((run, font, width))
        width += QFontMetricsF(font).horizontalAdvance(run.text) / FINE
    start = {"start": 0.0, "middle": -width / 2, "end": -width}[words.anchor]
    painter.save()
    painter.translate(words.x, words.y)
    if words.turned:
        painter.rotate(-90)
    painter.scale(1 / FINE, 1 / FINE)
    painter.setPen(QColor(words.colour))
    for run, font, at in pieces:
        painter.setFont(font)
        painter.drawText(QPointF((start + at) * FINE, DROP * words.size * FINE if run.below else 0.0), run.text)
    painter.restore()
