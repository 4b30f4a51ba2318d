"""Paints blocks from the marks of their symbols: outlines, pins, texts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.ui import rich_text
from app.ui.canvas import lettering
from app.ui.canvas.ink import Ink
from app.ui.canvas.metrics import CROSS, PIN_FREE, PIN_FREE_LINE, PIN_USED, PIN_USED_LINE, Detail
from app.ui.canvas.outline import Outline, Text, outline
from app.ui.canvas.views import LABELS, BlockView, PinView
from app.ui.theme import Theme
from blocks import spec
from blocks.spec import Block

_FIELD = re.compile(r"\{(\w+)\}")
_NONE: Mapping[str, str] = {}
NAME_GAP = 1.5  # px that an enlarged name stands further from its block
LARGEST_SUM, LEAST_SUM = 20.0, 8.0  # a sum sign in scene units, and on screen [px]
LEAST_NAME = 9.0  # a name's letters are at least so high on screen [px]


def paint_outline(
    painter: QPainter,
    shape: Outline,
    ink: Ink,
    *,
    roles: Mapping[str, str] = _NONE,
    bare: frozenset[int] = frozenset(),
    plain: bool = False,
) -> None:
    """The marks but for texts, at the painter's origin. `roles` replaces colour roles; `bare` are the numbers of the
    pins that show no arrow head; `plain` leaves out curves, arrow heads, and the leads of bare pins too."""
    for stroke in shape.strokes:
        if stroke.pin in bare and (plain or stroke.arrow):
            continue
        if plain and (stroke.arrow or stroke.graph):
            continue
        role = roles.get(stroke.role, stroke.role)
        painter.setPen(ink.pen(role, stroke.width))
        painter.setBrush(ink.brush(roles.get(stroke.fill, stroke.fill)))
        painter.drawPath(stroke.path)


def paint_pins(painter: QPainter, pins: Iterable[PinView], used: bool, ink: Ink, role: str = "ink") -> None:
    """Round pins carry voltage, square ones current; small while a wire is on them. In scene coordinates."""
    size, width = (PIN_USED, PIN_USED_LINE) if used else (PIN_FREE, PIN_FREE_LINE)
    painter.setPen(ink.pen(role, width))
    painter.setBrush(ink.brush("canvas"))
    half = size / 2.0
    for pin in pins:
        place = pin.place
        if pin.port.quantity == "current":
            painter.drawRect(QRectF(place.x() - half, place.y() - half, size, size))
        else:
            painter.drawEllipse(place, half, half)


def paint_crosses(painter: QPainter, places: Iterable[QPointF], ink: Ink) -> None:
    """No connect: the current of an output that nobody uses goes to ground."""
    path = QPainterPath()
    for place in places:
        path.moveTo(place.x() - CROSS, place.y() - CROSS)
        path.lineTo(place.x() + CROSS, place.y() + CROSS)
        path.moveTo(place.x() - CROSS, place.y() + CROSS)
        path.lineTo(place.x() + CROSS, place.y() - CROSS)
    painter.setPen(ink.pen("ink", 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def paint_texts(
    painter: QPainter,
    texts: Iterable[tuple[Text, str]],
    ink: Ink,
    detail: Detail,
    roles: Mapping[str, str] = _NONE,
    above: float = -math.inf,
) -> None:
    """Texts with their fields filled in, at the painter's origin; names higher than `above` stand over the block."""
    for text, words in texts:
        style = _style(text.label.style, words)
        if detail <= Detail.NAMES and style in ("pin", "value") and (detail == Detail.PLAIN or not _keeps(text)):
            continue
        y, size = text.at.y(), None
        if style == "name" and detail < Detail.FULL:
            size = max(lettering.STYLES["name"][0], LEAST_NAME / ink.zoom)
            if y < above:  # a larger name grows upwards, away from its block
                y -= (size - lettering.STYLES["name"][0]) * lettering.MIDDLE + NAME_GAP / ink.zoom
        elif style == "sum" and detail == Detail.PLAIN:
            size = min(LARGEST_SUM, max(lettering.STYLES["sum"][0], LEAST_SUM / ink.zoom))
        laid = lettering.lettering(words, style, size)
        role = roles.get(text.label.role, text.label.role)
        painter.setPen(ink.color(role))
        lettering.draw(painter, laid, text.at.x(), y, text.align)


def _keeps(text: Text) -> bool:
    """Signs inside symbols belong to the outline."""
    return text.label.style == "pin" and len(text.label.text) <= 2


def _style(style: str, words: str) -> str:
    return "sum" if style == "sign" and words == "Σ" else style


def filled_texts(shape: Outline, name: str, block: Block, values: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """Labels whose fields took the block's name and values; empty ones are left out."""
    result = []
    for text in shape.texts:
        words = fill(text.label.text, name, block, values)
        if words:
            result.append((text, words))
    return result


def fill(text: str, name: str, block: Block, values: Mapping[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        field = match.group(1)
        if field == "name":
            return name
        found = values.get(field, "")
        parameter = block.parameter(field)
        if isinstance(found, float) and parameter is not None:
            return rich_text.quantity(found, parameter.unit)
        return str(found)

    return _FIELD.sub(value, text)


def paint_block(painter: QPainter, view: BlockView, ink: Ink, detail: Detail = Detail.FULL) -> None:
    """A whole block by itself, its pins free, in scene coordinates: ghosts, palette tiles and the symbol sheet."""
    painter.save()
    painter.translate(view.origin)
    shape = view.outline
    paint_outline(painter, shape, ink)
    texts = filled_texts(shape, view.instance.name, view.shape.block, view.shape.values)
    paint_texts(painter, texts, ink, detail)
    painter.restore()
    if view.type not in LABELS:
        paint_pins(painter, view.pins, False, ink)


def paint_tile(painter: QPainter, block: Block, rect: QRectF, theme: Theme) -> None:
    """The symbol of a type fitted into `rect`: palette tiles, lists, the inspector's head. Lines of at least 1.2 px."""
    drawn = outline(block.symbol_of(spec.resolve(block, {})))
    room = drawn.rect.adjusted(-4, -4, 4, 4)
    zoom = min(rect.width() / room.width(), rect.height() / room.height(), 1.4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center())
    painter.scale(zoom, zoom)
    painter.translate(-room.center())
    ink = Ink(theme, zoom, 1.2)
    paint_outline(painter, drawn, ink)
    signs = [(text, text.label.text) for text in drawn.texts if text.label.style == "sign" or _keeps(text)]
    paint_texts(painter, signs, ink, Detail.FULL)
    painter.restore()
