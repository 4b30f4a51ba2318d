"""What blocks show of a run on their faces: a neuron's V_out, a weight's charge, a dataset's rows, a probe's value."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.document.dataset import Dataset
from app.ui import rich_text
from app.ui.canvas import lettering
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, dashed_pen
from app.ui.canvas.live import FULL_SCALE
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import GRID, Detail
from app.ui.canvas.outline import Text
from app.ui.canvas.symbol_painter import LEAST_NAME, paint_texts
from app.ui.canvas.text_places import texts_of
from app.ui.canvas.views import BlockView, PinKey

PAIR, PAIR_AIR = 0.52, 1.2  # half the distance of a neuron's two lines in letters' sizes; air over and under them [px]
PLAIN_FACED = ("neuron", "sheet")  # from afar only their names stand in the box
CELLS = 3  # columns and at most four rows of a dataset's picture
CELL_AT, CELL_STEP, CELL_SIZE = (0.95, 2.9), (1.35, 1.6), (1.05, 0.8)  # grid units


def paint_face(painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink, detail: Detail, look: Look) -> None:
    """At the block's origin, over its outline."""
    if view.outline.gauge is not None:
        _paint_gauge(painter, view, ink, look)
        _paint_charge(painter, drawing, view, ink, detail, look)
    if view.type == "dataset":
        _paint_rows(painter, drawing, view, ink, look)
    elif view.type == "neuron" and detail == Detail.PLAIN:
        value = look.live.voltage((view.instance.id, "V_out", 1)) if look.live is not None else None
        below = "" if value is None else rich_text.fixed(value, "V", 2)
        _paint_two_lines(painter, view, below, 2 * GRID, ink)
    elif view.type == "sheet" and detail == Detail.PLAIN:
        _paint_two_lines(painter, view, str(view.shape.values["sheet"]), 0.0, ink)
    elif view.type == "probe":
        _paint_probe(painter, (view.instance.id, "V", 1), view, ink, look, detail)


def has_face(view: BlockView, detail: Detail) -> bool:
    return (
        view.outline.gauge is not None
        or view.type in ("dataset", "probe")
        or (view.type in PLAIN_FACED and detail == Detail.PLAIN)
    )


def tells(view: BlockView, text: Text, look: Look) -> bool:
    """Is the text a weight's value, in whose place the run writes its voltage?"""
    return view.outline.gauge is not None and text.label.style == "value" and look.live is not None


def _paint_charge(painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink, detail: Detail, look: Look) -> None:
    """The capacitor's voltage in place of its value; the value if the run does not know it."""
    if look.live is None or detail < Detail.FULL:
        return
    value = weight_of(view, look)
    texts = [
        (text, words if value is None else rich_text.fixed(value, "V", 3))
        for text, words in texts_of(drawing, view)
        if tells(view, text, look)
    ]
    paint_texts(painter, texts, ink, detail)


def _paint_two_lines(painter: QPainter, view: BlockView, below: str, band: float, ink: Ink) -> None:
    """The name and, if there is room for both, a second line in the middle of the box over its band."""
    body = view.outline.body
    room = body.height() - band
    size = max(lettering.STYLES["name"][0], LEAST_NAME / ink.zoom)
    # From the middle of each line's letters to the middle of the room, and half the letters' height.
    words = lettering.lettering(below, "value", size * 0.95)
    fits = 0.0 < words.width <= body.width() - 2 * PAIR_AIR / ink.zoom
    shown = fits and room >= (2 * PAIR + 2 * lettering.MIDDLE) * size + 2 * PAIR_AIR / ink.zoom
    middle = body.top() + room / 2
    painter.setPen(ink.color("ink"))
    name = lettering.lettering(view.instance.name, "name", size)
    lettering.draw(painter, name, body.center().x(), middle - (size * PAIR if shown else 0), "centre")
    if shown:
        painter.setPen(ink.color("second"))
        lettering.draw(painter, words, body.center().x(), middle + size * PAIR, "centre")


def _paint_probe(
    painter: QPainter, key: PinKey, view: BlockView, ink: Ink, look: Look, detail: Detail
) -> None:
    """The value under the name."""
    name = next((text for text in view.outline.texts if text.label.style == "name"), None)
    if name is None:
        return
    value = look.live.voltage(key) if look.live is not None else None
    if value is not None and detail > Detail.NAMES:
        painter.setPen(ink.color("second"))
        words = lettering.lettering(rich_text.fixed(value, "V", 2), "value")
        lettering.draw(painter, words, name.at.x(), name.at.y() + 11.5, name.align)


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
    return None if look.live is None else look.live.voltage((view.instance.id, "V_w", 1))


def _paint_rows(painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink, look: Look) -> None:
    """The rows round the present one, their voltages as colours; a mark stands at the present row."""
    data = drawing.schematic.datasets.get(str(view.shape.values.get("dataset", "")))
    if not isinstance(data, Dataset) or not data.rows:
        return
    shown = min(4, len(view.pins) + 1, len(data.rows))
    row = look.live.row % len(data.rows) if look.live is not None else -1
    first = min(max(0, row - shown // 2), len(data.rows) - shown)
    columns = _columns(len(data.inputs), len(data.targets))
    painter.setPen(Qt.PenStyle.NoPen)
    body = view.outline.body
    for number in range(shown):
        y = body.top() + (CELL_AT[1] + CELL_STEP[1] * number) * GRID
        if first + number == row:
            painter.setBrush(ink.brush("hover"))
            height = CELL_SIZE[1] * GRID + 7.0
            painter.drawRect(QRectF(body.left() + 5.5, y - 3.5, CELL_STEP[0] * CELLS * GRID + 5.0, height))
            painter.setBrush(ink.brush("accent"))
            painter.drawRect(QRectF(body.left() + 4.0, y - 3.5, 2.0, height))
        for place, column in enumerate(columns):
            value = data.rows[first + number][column]
            x = body.left() + (CELL_AT[0] + CELL_STEP[0] * place) * GRID
            painter.setBrush(ink.theme.voltage_color(value / FULL_SCALE))
            painter.drawRect(QRectF(x, y, CELL_SIZE[0] * GRID, CELL_SIZE[1] * GRID))


def _columns(inputs: int, targets: int) -> list[int]:
    """Which columns the picture shows: the first inputs, and the first target last."""
    if not targets:
        return list(range(min(CELLS, inputs)))
    return [*range(min(CELLS - 1, inputs)), inputs]
