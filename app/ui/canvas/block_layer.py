"""Paints blocks: outlines, pins and texts at the present zoom, with what a run says about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.ui import rich_text
from app.ui.canvas import lettering
from app.ui.canvas.clear import is_clear
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.faces import PLAIN_FACED, has_face, paint_face, tells
from app.ui.canvas.ink import LIT, UNLIT, Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import GRID, Detail
from app.ui.canvas.outline import Outline
from app.ui.canvas.seen import Seen
from app.ui.canvas.symbol_painter import (
    LEAST_NAME,
    filled_texts,
    paint_crosses,
    paint_outline,
    paint_pins,
    paint_texts,
)
from app.ui.canvas.text_places import extent_of, texts_of
from app.ui.canvas.views import BACKGROUND, LABELS, BlockView, PinView

TEACH_NET = "V_teach"
MARKS = 16.0  # how far what a block shows may lie beyond its box and texts [scene units]
LIFTED = 0.85  # opacity of what is dragged
TEACH_ARROW = 3.5  # px, half its width
LARGER_LABEL, LARGEST_LABEL = 1.3, 1.7  # how far a label grows when it is small
LABEL_LETTERS = 8.0  # px, the letters for which it grows
NAMES_FROM = 0.38  # zoom below which only neurons and datasets have names


def paint_blocks(painter: QPainter, seen: Seen, ink: Ink, detail: Detail, look: Look) -> None:
    drawing = seen.drawing
    views = [view for view in seen.blocks if view.type not in BACKGROUND]
    if look.lifted:  # what is dragged lies over the rest
        views.sort(key=lambda view: view.instance.id in look.lifted)
    if detail == Detail.BOXES:
        _paint_boxes(painter, views, ink, look)
        return
    near = seen.area.adjusted(-MARKS, -MARKS, MARKS, MARKS)
    for view in views:
        # With small letters larger than at 100 % only the spatial index knows how far a text may reach.
        if detail < Detail.FULL or extent_of(drawing, view).intersects(near):
            _paint_body(painter, drawing, view, ink, detail, look)
    if detail >= Detail.NAMES:
        _paint_pins(painter, seen, views, ink, look)


def paint_faces(painter: QPainter, seen: Seen, ink: Ink, detail: Detail, look: Look) -> None:
    """What changes from frame to frame: gauges, rows, values."""
    if detail == Detail.BOXES:
        return
    drawing = seen.drawing
    for view in seen.blocks:
        if has_face(view, detail):
            painter.save()
            if view.instance.id in look.lifted:
                painter.setOpacity(LIFTED)
            painter.translate(view.origin)
            paint_face(painter, drawing, view, ink, detail, look)
            painter.restore()
    if detail == Detail.NUMBERS and look.live is not None:
        views = [view for view in seen.blocks if view.type not in BACKGROUND]
        _paint_numbers(painter, drawing, views, ink, look)


def _paint_boxes(painter: QPainter, views: Sequence[BlockView], ink: Ink, look: Look) -> None:
    """Far away a block is a filled box."""
    painter.setPen(ink.pen("ink", 1.5))
    painter.setBrush(ink.brush("symbol"))
    painter.drawRects([view.body for view in views if view.type not in LABELS])
    bands = [_band(view) for view in views if view.type == "neuron"]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("teach_fill" if look.taught else "backward_fill"))
    line = ink.width(1.5) / 2
    painter.drawRects([band.adjusted(line, 0, -line, -line) for band in bands])


def _band(view: BlockView) -> QRectF:
    """The neuron's lower band, where it is not turned."""
    body = view.body
    return QRectF(body.left(), body.bottom() - 2 * GRID, body.width(), 2 * GRID)


def roles_of(view: BlockView, look: Look) -> Mapping[str, str]:
    """Colour roles that the run replaces: the backward band and the V_teach switch."""
    if view.type == "v_teach" and look.live is not None and not look.taught:
        return UNLIT
    if view.type == "neuron" and look.taught:
        return LIT
    if view.type in LABELS and str(view.shape.values.get("net")) == TEACH_NET:
        return {"ink": "teach", "symbol": "teach_fill"}
    return {}


def _paint_body(
    painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink, detail: Detail, look: Look
) -> None:
    roles = roles_of(view, look)
    if look.problems.get(view.instance.id) == "error":
        roles = {**roles, "symbol": "error_fill"}
    plain = detail == Detail.PLAIN
    painter.save()
    if view.instance.id in look.lifted:
        painter.setOpacity(LIFTED)
    painter.translate(view.origin)
    if detail <= Detail.NAMES and view.type in LABELS:
        _paint_small_label(painter, view, ink, roles, plain and not _at_switch(drawing, view))
    else:
        shape = _outline_of(drawing, view, look)
        faced = plain and view.type in PLAIN_FACED
        if faced and view.type == "sheet":  # the line under its names would cross them
            roles = {**roles, "outline": roles.get("symbol", "symbol")}
        paint_outline(painter, shape, ink, roles=roles, bare=_bare(drawing, view), plain=faced)
        if plain and view.type == "dataset":
            _paint_name_over(painter, view, ink)
        elif not faced and ink.zoom >= NAMES_FROM:
            texts = [(text, words) for text, words in texts_of(drawing, view) if not tells(view, text, look)]
            paint_texts(painter, texts, ink, detail, roles, above=shape.body.top())
    painter.restore()


def _at_switch(drawing: Drawing, view: BlockView) -> bool:
    """Does the label hang on the V_teach switch itself? There it says what the switch drives."""
    for key in drawing.wires_at(view.instance.id, "net"):
        for end in drawing.wires[key].wire.ends if key in drawing.wires else ():
            block = drawing.blocks.get(end.item)
            if block is not None and block.type == "v_teach":
                return True
    return False


def _outline_of(drawing: Drawing, view: BlockView, look: Look) -> Outline:
    """The switch's lever stands where the run has put it."""
    if view.type != "v_teach" or look.live is None:
        return view.outline
    texts = {**view.instance.parameters, "on": "on" if look.taught else "off"}
    thrown = replace(view.instance, parameters=texts)
    return drawing.view_of(thrown).outline


def _bare(drawing: Drawing, view: BlockView) -> frozenset[int]:
    """Pins without an arrow head: outputs whose current nobody uses."""
    return frozenset(pin.number for pin in view.pins if _is_lost(drawing, pin))


def _is_lost(drawing: Drawing, pin: PinView) -> bool:
    return pin.port.quantity == "current" and pin.port.direction == "out" and not drawing.is_used(pin)


def _paint_pins(painter: QPainter, seen: Seen, views: Sequence[BlockView], ink: Ink, look: Look) -> None:
    drawing = seen.drawing
    covered = drawing.covered(seen.keys)
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


def _paint_name_over(painter: QPainter, view: BlockView, ink: Ink) -> None:
    """From afar a dataset's name does not fit into its head and stands over it."""
    size = LEAST_NAME / ink.zoom
    body = view.outline.body
    words = lettering.lettering(str(view.shape.values.get("dataset", "")) or view.instance.name, "name", size)
    painter.setPen(ink.color("ink"))
    lettering.draw(painter, words, body.center().x(), body.top() - size * 0.75, "centre")


def _paint_small_label(
    painter: QPainter, view: BlockView, ink: Ink, roles: Mapping[str, str], plain: bool
) -> None:
    """From afar a V_teach label is a violet arrow at its tip, another one larger than its own size."""
    tip = view.pins[0].place - view.origin if view.pins else view.outline.rect.center()
    if plain and roles.get("ink") == "teach":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.brush("teach"))
        half = max(5.0, TEACH_ARROW / ink.zoom)
        top = tip.y() - 1.6 * half
        painter.drawConvexPolygon([tip, QPointF(tip.x() - half, top), QPointF(tip.x() + half, top)])
        return
    wanted = LABEL_LETTERS / (lettering.STYLES["pin"][0] * ink.zoom)
    grown = min(LARGEST_LABEL if plain else LARGER_LABEL, max(1.0, wanted))
    painter.translate(tip)
    painter.scale(grown, grown)
    painter.translate(-tip)
    near = Ink(ink.theme, ink.zoom * grown, ink.least)
    paint_outline(painter, view.outline, near, roles=roles)
    texts = filled_texts(view.outline, view.instance.name, view.shape.block, view.shape.values)
    paint_texts(painter, texts, near, Detail.FULL, roles)


def _paint_numbers(painter: QPainter, drawing: Drawing, views: Sequence[BlockView], ink: Ink, look: Look) -> None:
    """Live numbers beside every connected pin that is a single voltage, over its wire or to the right of it."""
    live = look.live
    if live is None:
        return
    tips = {pin.at for view in views if view.type in LABELS for pin in view.pins}
    painter.setPen(ink.color("second"))
    for view in views:
        if view.type in LABELS or view.type == "probe":
            continue
        for pin in view.pins:
            value = None if pin.bus or pin.at in tips or not drawing.is_used(pin) else live.voltage(pin.key)
            if value is None:
                continue
            _paint_number(painter, drawing, pin, value)


def _paint_number(painter: QPainter, drawing: Drawing, pin: PinView, value: float) -> None:
    """Where no wire passes; nowhere if there is no such place (the card at the pointer tells it then)."""
    place, level = pin.place, pin.side in ("left", "right")
    words = lettering.lettering(rich_text.fixed(value, "V" if level else "", 3), "value", 6.0 if level else 5.2)
    if level:
        x = place.x() - 4 - words.width if pin.side == "left" else place.x() + 4
        tries = [(x, place.y() - 6.5), (x, place.y() + 6.5)]
    else:
        y = place.y() + (5.0 if pin.side == "bottom" else -5.0)
        tries = [(place.x() + 2.5, y), (place.x() - 2.5 - words.width, y)]
    for x, y in tries:
        if is_clear(drawing, QRectF(x, y - words.size * 0.4, words.width, words.size * 0.8), pin.item):
            lettering.draw(painter, words, x, y)
            return
