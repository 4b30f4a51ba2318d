"""A schematic as a picture: SVG, PDF or PNG of its top sheet, in the light theme, on a page as large as the drawing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

from app.document.atomic import write_bytes
from app.document.schematic import TOP, Schematic
from app.errors import fail
from app.ui import theme
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.extent import content_rect
from app.ui.canvas.ink import Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import Detail
from app.ui.canvas.sheet_painter import SheetPainter
from app.ui.theme import Theme

Kind = Literal["svg", "pdf", "png"]
MARGIN = 20.0  # scene units around the drawing
LEAST = 200.0  # an empty sheet's page
SCALE = 2.0  # pixels of a PNG per scene unit
MOST_PIXELS = 16_000  # a side of a PNG; larger drawings become smaller
POINTS = 0.75  # of a PDF per scene unit: 96 scene units are an inch
DOTS = 1200  # per inch, the PDF's own grid


def export_drawing(schematic: Schematic, kind: str, target: Path, sheet: str = TOP) -> None:
    """Writes the picture, without a display too. Raises ProblemError if it cannot be painted, OSError from writing."""
    application = QGuiApplication.instance() or _application()
    theme.load_fonts()
    drawing = Drawing(schematic, sheet)
    page = content_rect(drawing)
    if page.isEmpty():
        page = QRectF(0, 0, LEAST, LEAST)
    page.adjust(-MARGIN, -MARGIN, MARGIN, MARGIN)
    write_bytes(target, picture(drawing, kind, page))
    del application


def picture(drawing: Drawing, kind: str, page: QRectF) -> bytes:
    """The area `page` (scene units) as a file's contents."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == "svg":
        _paint(_svg(buffer, page), drawing, page, 1.0)
    elif kind == "pdf":
        _paint(_pdf(buffer, page), drawing, page, POINTS * DOTS / 72.0)
    elif kind == "png":
        scale = min(SCALE, MOST_PIXELS / max(page.width(), page.height()))
        image = QImage((page.size() * scale).toSize(), QImage.Format.Format_RGB32)
        if image.isNull():
            raise fail("picture-too-large", "the drawing", "there is no memory for its picture", "export SVG or PDF")
        _paint(image, drawing, page, scale)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
    else:
        raise fail("picture-format", "the drawing", f"{kind!r} is no picture format", "choose svg, pdf or png")
    buffer.close()
    return bytes(content.data())


def _svg(buffer: QBuffer, page: QRectF) -> QSvgGenerator:
    device = QSvgGenerator()
    device.setOutputDevice(buffer)
    device.setResolution(96)
    device.setSize(QSize(round(page.width()), round(page.height())))
    device.setViewBox(QRectF(0, 0, page.width(), page.height()))
    device.setTitle("Schematic")
    return device


def _pdf(buffer: QBuffer, page: QRectF) -> QPdfWriter:
    device = QPdfWriter(buffer)
    device.setResolution(DOTS)
    size = QPageSize(QSizeF(page.size() * POINTS), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    device.setTitle("Schematic")
    return device


def _paint(device: QPaintDevice, drawing: Drawing, page: QRectF, scale: float) -> None:
    light = Theme.load("light")
    painter = QPainter()
    if not painter.begin(device):
        raise fail("picture-failed", "the drawing", "it cannot be painted", "export another format")
    try:
        painter.scale(scale, scale)
        painter.translate(-page.topLeft())
        painter.fillRect(page, light.color("canvas"))
        # On paper lines keep their own widths: there is no pixel that they could fall below.
        SheetPainter(drawing, Look()).paint(painter, page, Ink(light, 1.0, 0.0), Detail.FULL)
    finally:
        painter.end()


def _application() -> QGuiApplication:
    """For the command line: pictures need no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["aann"])
