"""Where a block's name and values stand: where its symbol puts them, or, if a wire or a block lies there (as after a
turn), at the first free place round the block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from app.ui.canvas import lettering
from app.ui.canvas.clear import is_clear
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.lettering import Align
from app.ui.canvas.outline import Text
from app.ui.canvas.symbol_painter import filled_texts
from app.ui.canvas.views import BACKGROUND, LABELS, BlockView

Words = tuple[Text, str]
LINE = 11.0  # between two lines
GAP = 4.0  # from the block
LEAD = 1.0  # half a lead's width, with a little air


def texts_of(drawing: Drawing, view: BlockView) -> Sequence[Words]:
    """The block's texts with their fields filled in, relative to its origin; kept until something near it moves."""
    return _kept(drawing, view)[1]


def extent_of(drawing: Drawing, view: BlockView) -> QRectF:
    """The block's box with its texts at 100 %, on the sheet."""
    return _kept(drawing, view)[2]


def _kept(drawing: Drawing, view: BlockView) -> tuple[BlockView, Sequence[Words], QRectF]:
    kept = drawing.texts.get(view.instance.id)
    if kept is None or kept[0] is not view:
        texts = _placed(drawing, view)
        extent = QRectF(view.rect)
        for text, words in texts if view.type not in BACKGROUND else ():
            extent = extent.united(room_of(text, words, view.origin))
        kept = drawing.texts[view.instance.id] = view, texts, extent
    return kept


def _placed(drawing: Drawing, view: BlockView) -> Sequence[Words]:
    texts = filled_texts(view.outline, view.instance.name, view.shape.block, view.shape.values)
    if view.type in BACKGROUND or view.type in LABELS:
        return texts
    body = view.outline.body
    movable = [entry for entry in texts if _stands_outside(entry[0], view)]
    fixed = [entry for entry in texts if entry not in movable]
    if not movable or _trouble(drawing, view, movable) == 0:
        return texts
    best = movable
    least = _trouble(drawing, view, best)
    for tried in _arrangements(movable, body):
        trouble = _trouble(drawing, view, tried)
        if trouble < least:
            best, least = tried, trouble
        if least == 0:
            break
    return [*fixed, *best]


def _stands_outside(text: Text, view: BlockView) -> bool:
    """Names and values that the symbol, before it is turned, puts beside its body."""
    plain = view.shape.outline(0, False)
    drawn = next((other for other in plain.texts if other.label is text.label), None)
    return text.label.style in ("name", "value", "pin") and drawn is not None and not plain.body.contains(drawn.at)


def _arrangements(texts: Sequence[Words], body: QRectF) -> Iterator[list[Words]]:
    """All lines above, to the right (over, under or beside the middle), to the left, below."""
    height = LINE * (len(texts) - 1)
    right, left, middle = body.right() + GAP, body.left() - GAP, body.center()
    over, under = middle.y() - 9.0 - height, middle.y() + 9.0
    yield _lines(texts, middle.x(), body.top() - 6.5 - height, "centre")
    for y in (over, under, middle.y() - height / 2):
        yield _lines(texts, right, y, "left")
    if len(texts) > 1:
        yield [*_lines(texts[:1], right, middle.y() - 9.0, "left"), *_lines(texts[1:], right, under, "left")]
    for y in (over, under, middle.y() - height / 2):
        yield _lines(texts, left, y, "right")
    yield _lines(texts, middle.x(), body.bottom() + 7.5, "centre")


def _lines(texts: Sequence[Words], x: float, y: float, align: Align) -> list[Words]:
    return [
        (replace(text, at=QPointF(x, y + LINE * number), align=align), words)
        for number, (text, words) in enumerate(texts)
    ]


def room_of(text: Text, words: str, origin: QPointF) -> QRectF:
    """The rectangle that a text takes at 100 %, on the sheet."""
    laid = lettering.lettering(words, text.label.style)
    at = text.at + origin
    return QRectF(laid.left(at.x(), text.align), at.y() - laid.size * 0.45, laid.width, laid.size * 0.9)


def _trouble(drawing: Drawing, view: BlockView, texts: Sequence[Words]) -> int:
    """How many of the texts lie on something."""
    rooms = [room_of(text, words, view.origin) for text, words in texts]
    own = [view.body.adjusted(1, 1, -1, -1), *_leads(view)]
    return sum(
        any(room.intersects(part) for part in own) or not is_clear(drawing, room, view.instance.id) for room in rooms
    )


def _leads(view: BlockView) -> Iterator[QRectF]:
    body = view.body
    for pin in view.pins:
        place = pin.place
        edge = QPointF(
            min(max(place.x(), body.left()), body.right()), min(max(place.y(), body.top()), body.bottom())
        )
        yield QRectF(place, edge).normalized().adjusted(-LEAD, -LEAD, LEAD, LEAD)
