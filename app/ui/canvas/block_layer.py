"""Paints blocks: outlines, pins and texts at the present zoom, with what a run says about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.ui import rich_text
from app.ui.canvas import lettering
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import LIT, UNLIT, Ink, dashed_pen
from app.ui.canvas.live import FULL_SCALE
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import GRID, Detail
from app.ui.canvas.symbol_painter import (
    LEAST_NAME,
    filled_texts,
    paint_crosses,
    paint_outline,
    paint_pins,
    paint_texts,
)
from app.ui.canvas.views import BACKGROUND, LABELS, BlockView, PinView

TEACH_NET = "V_teach"


def paint_blocks(painter: QPainter, drawing: Drawing, area: QRectF, ink: Ink, detail: Detail, look: Look) -> None:
    views = [view for view in drawing.blocks_in(area) if view.type not in BACKGROUND]
    if detail == Detail.BOXES:
        _paint_boxes(painter, views, ink, look)
        return
    for view in views:
        _paint_body(painter, drawing, view, ink, detail, look)
    if detail >= Detail.NAMES:
        _paint_pins(painter, drawing, area, views, ink, look)
    if detail == Detail.NUMBERS and look.live is not None:
        _paint_numbers(painter, views, ink, look)


def _paint_boxes(painter: QPainter, views: Sequence[BlockView], ink: Ink, look: Look) -> None:
    """Far away a block is a filled box."""
    painter.setPen(ink.pen("ink", 1.5))
    painter.setBrush(ink.brush("symbol"))
    painter.drawRects([view.body for view in views if view.type not in LABELS])
    bands = [_band(view) for view in views if view.type == "neuron"]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("teach_fill" if look.lit else "backward_fill"))
    line = ink.width(1.5) / 2
    painter.drawRects([band.adjusted(line, 0, -line, -line) for band in bands])


def _band(view: BlockView) -> QRectF:
    """The neuron's lower band, where it is not turned."""
    body = view.body
    return QRectF(body.left(), body.bottom() - 2 * GRID, body.width(), 2 * GRID)


def roles_of(view: BlockView, look: Look) -> Mapping[str, str]:
    """Colour roles that the run replaces: the backward band and the V_teach switch."""
    if view.type == "v_teach" and look.live is not None and not look.lit:
        return UNLIT
    if view.type == "neuron" and look.lit:
        return LIT
    if view.type in LABELS and str(view.shape.values.get("net")) == TEACH_NET:
        return {"ink": "teach", "symbol": "teach_fill"}
    return {}


def _paint_body(
    painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink, detail: Detail, look: Look
) -> None:
    roles = roles_of(view, look)
    lifted = view.instance.id in look.lifted
    painter.save()
    if lifted:
        painter.setOpacity(0.85)
    painter.translate(view.origin)
    if detail == Detail.PLAIN and view.type in LABELS and roles.get("ink") == "teach":
        _paint_teach_arrow(painter, view, ink)
        painter.restore()
        return
    severity = look.problems.get(view.instance.id)
    if severity == "error":
        roles = {**roles, "symbol": "error_fill"}
    plain_neuron = detail == Detail.PLAIN and view.type == "neuron"
    paint_outline(painter, view.outline, ink, roles=roles, arrows=_arrows(drawing, view), plain=plain_neuron)
    if view.outline.gauge is not None:
        _paint_gauge(painter, view, ink, look)
    if plain_neuron:
        _paint_plain_neuron(painter, view, ink, look)
    else:
        texts = filled_texts(view.outline, view.instance.name, view.shape.block, view.shape.values)
        paint_texts(painter, texts, ink, detail, roles)
    painter.restore()


def _arrows(drawing: Drawing, view: BlockView) -> frozenset[int]:
    """Pins that show their arrow head: all but outputs whose current nobody uses."""
    return frozenset(pin.number for pin in view.pins if not _is_lost(drawing, pin))


def _is_lost(drawing: Drawing, pin: PinView) -> bool:
    return pin.port.quantity == "current" and pin.port.direction == "out" and not drawing.is_used(pin)


def _paint_pins(
    painter: QPainter, drawing: Drawing, area: QRectF, views: Sequence[BlockView], ink: Ink, look: Look
) -> None:
    covered = drawing.covered(drawing.touching(area))
    free: list[PinView] = []
    used: list[PinView] = []
    lost: list[PinView] = []
    for view in views:
        if view.type in LABELS:
            continue
        for pin in view.pins:
            if pin.at in covered:
                continue
            if drawing.is_used(pin):
                used.append(pin)
            elif _is_lost(drawing, pin) and not look.reveal_pins:
                lost.append(pin)
            else:
                free.append(pin)
    paint_pins(painter, free, False, ink)
    paint_pins(painter, used, True, ink)
    paint_crosses(painter, (pin.place for pin in lost), ink)


def _paint_teach_arrow(painter: QPainter, view: BlockView, ink: Ink) -> None:
    """Small, a V_teach label is a violet arrow at its tip."""
    tip = view.pins[0].place - view.origin if view.pins else view.outline.rect.center()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("teach"))
    painter.drawConvexPolygon([tip, QPointF(tip.x() - 5, tip.y() - 9), QPointF(tip.x() + 5, tip.y() - 9)])


def _paint_plain_neuron(painter: QPainter, view: BlockView, ink: Ink, look: Look) -> None:
    """Name and V_out in the middle of the box."""
    body = view.outline.body
    value = None
    if look.live is not None:
        value = look.live.voltage((view.instance.id, "V_out", 1))
    size = max(lettering.STYLES["name"][0], LEAST_NAME / ink.zoom)
    middle = body.center().y() - (GRID if body.height() > 40 else 0)
    painter.setPen(ink.color("ink"))
    name = lettering.lettering(view.instance.name, "name", size)
    lettering.draw(painter, name, body.center().x(), middle - (size * 0.62 if value is not None else 0), "centre")
    if value is not None:
        words = lettering.lettering(rich_text.fixed(value, "V", 2), "value", size * 0.95)
        painter.setPen(ink.color("second"))
        lettering.draw(painter, words, body.center().x(), middle + size * 0.62, "centre")


def _paint_gauge(painter: QPainter, view: BlockView, ink: Ink, look: Look) -> None:
    """The weight between the plates: 0 V in the middle, upwards orange, downwards blue."""
    gauge = view.outline.gauge
    if gauge is None:
        return
    value = weight_of(view, look)
    if value is not None:
        share = min(1.0, abs(value) / FULL_SCALE)
        height = share * gauge.height() / 2
        middle = gauge.center().y()
        rect = QRectF(gauge.left(), middle - height if value > 0 else middle, gauge.width(), height)
        painter.fillRect(rect, ink.theme.voltage_color(value / FULL_SCALE))
        if abs(value) > FULL_SCALE:
            _paint_over_scale(painter, rect, value > 0, ink)
    painter.setPen(dashed_pen(ink.color("outline"), ink.width(0.8), (2.0, 2.0)))
    painter.drawLine(QPointF(gauge.left(), gauge.center().y()), QPointF(gauge.right(), gauge.center().y()))


def _paint_over_scale(painter: QPainter, rect: QRectF, up: bool, ink: Ink) -> None:
    x, sign = rect.center().x(), 1 if up else -1
    tip = rect.top() + 1.5 if up else rect.bottom() - 1.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("symbol"))
    painter.drawConvexPolygon([QPointF(x, tip), QPointF(x + 3.1, tip + 7.5 * sign), QPointF(x - 3.1, tip + 7.5 * sign)])


def weight_of(view: BlockView, look: Look) -> float | None:
    """The capacitor's voltage in the present frame."""
    if look.live is None:
        return None
    return look.live.voltage((view.instance.id, "V_w", 1))


def _paint_numbers(painter: QPainter, views: Sequence[BlockView], ink: Ink, look: Look) -> None:
    """Live numbers beside every pin that is a single voltage."""
    live = look.live
    if live is None:
        return
    painter.setPen(ink.color("second"))
    for view in views:
        if view.type in LABELS:
            continue
        for pin in view.pins:
            value = None if pin.bus else live.voltage(pin.key)
            if value is None:
                continue
            words = lettering.lettering(rich_text.fixed(value, "V", 3), "value", 6.0)
            place = pin.place
            left = pin.side == "left"
            x = place.x() + (-4 if left else 4)
            if pin.side in ("left", "right"):
                lettering.draw(painter, words, x, place.y() - 5, "right" if left else "left")
            else:
                lettering.draw(painter, words, place.x() + 4, place.y() + (6 if pin.side == "bottom" else -6), "left")

