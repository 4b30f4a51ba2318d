"""Where texts lie, and how far a sheet reaches with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF

from app.ui.canvas.drawing import Drawing
from app.ui.canvas.outline import Text
from app.ui.canvas.placed_sheet import TEXT_ROOM
from app.ui.canvas.text_places import extent_of, room_of, texts_of
from app.ui.canvas.views import BACKGROUND, BlockView

NAME = "name"
_FIELD = re.compile(r"\{(\w+)\}")
_TEXT_OF = {"comment": "text", "frame": "title"}


def content_rect(drawing: Drawing) -> QRectF:
    """Everything drawn, in scene units; empty without content. Only blocks near the edge can reach further by their
    texts, so that a large sheet costs little."""
    whole = drawing.bounds()
    result = QRectF(whole)
    inner = whole.adjusted(TEXT_ROOM, TEXT_ROOM, -TEXT_ROOM, -TEXT_ROOM)
    for view in drawing.blocks.values():
        if not inner.contains(view.rect):
            result = result.united(extent_of(drawing, view))
    return result


def text_places(drawing: Drawing, view: BlockView) -> Iterator[tuple[Text, QRectF]]:
    """Where each of the block's texts lies at 100 %."""
    for text, words in texts_of(drawing, view):
        yield text, room_of(text, words, view.origin)


def field_at(drawing: Drawing, view: BlockView, at: QPointF) -> tuple[str, QRectF] | None:
    """The name or parameter whose text is under a point, with the text's place; a comment is its text all over."""
    if view.type in BACKGROUND:
        title = QRectF(view.rect.left(), view.rect.top(), view.rect.width(), 20.0)
        whole = view.rect if view.type == "comment" else title
        return (_TEXT_OF[view.type], whole) if whole.contains(at) else None
    for text, place in text_places(drawing, view):
        fields = _FIELD.findall(text.label.text)
        if len(fields) == 1 and place.adjusted(-2, -2, 2, 2).contains(at):
            return fields[0], place
    return None


def place_of_field(drawing: Drawing, view: BlockView, field: str) -> QRectF:
    """Where a parameter's text lies; the block's box if it shows none."""
    if view.type in BACKGROUND:
        return view.rect if view.type == "comment" else QRectF(view.rect.left(), view.rect.top(), view.rect.width(), 20)
    for text, place in text_places(drawing, view):
        if _FIELD.findall(text.label.text) == [field]:
            return place
    return view.rect
