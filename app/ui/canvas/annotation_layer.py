"""Paints frames (areas with a title) and comments, which lie behind everything."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.ui.canvas import lettering
from app.ui.canvas.clear import is_clear
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, dashed_pen
from app.ui.canvas.metrics import Detail
from app.ui.canvas.seen import Seen
from app.ui.canvas.views import BACKGROUND, BlockView

FOLD = 10.0
LINE_HEIGHT = 15.0
MARGIN = 8.0
LEAST_MARGIN = 3.0
LEAST_TITLE = 8.0  # px


def paint_annotations(painter: QPainter, seen: Seen, ink: Ink, detail: Detail) -> None:
    drawing = seen.drawing
    views = [view for view in seen.blocks if view.type in BACKGROUND]
    frames = [view for view in views if view.type == "frame"]
    frames.sort(key=lambda view: (-view.rect.width() * view.rect.height(), view.instance.id))
    for view in frames:
        _paint_frame(painter, drawing, view, ink, detail)
    for view in views:
        if view.type == "comment":
            _paint_comment(painter, view, ink, detail)


def _paint_frame(painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink, detail: Detail) -> None:
    kind = str(view.shape.values.get("kind", "neutral"))
    kind = kind if kind in ("forward", "backward") else "neutral"
    line = "outline" if kind == "neutral" else kind
    painter.setPen(dashed_pen(ink.color(line), ink.width(1.2), (6.0 * ink.dash, 3.0 * ink.dash)))
    painter.setBrush(ink.brush(f"{kind}_fill"))
    painter.drawRoundedRect(view.rect, 6.0, 6.0)
    words = _fitting(view, ink)
    if words is None:
        return
    painter.setPen(ink.color(kind))
    at, align = title_place(drawing, view, words, detail > Detail.PLAIN)
    lettering.draw(painter, words, at.x(), at.y(), align)


def _fitting(view: BlockView, ink: Ink) -> lettering.Lettering | None:
    """The title at 10.5 px on screen (never smaller than at 100 %), at 8 px if the frame is narrow, else not at all."""
    own = lettering.STYLES["title"][0]
    for pixels in (own, LEAST_TITLE):
        words = lettering.lettering(title_of(view), "title", max(own, pixels / ink.zoom))
        if words.width + 2 * LEAST_MARGIN <= view.rect.width():
            return words
    return None


def title_of(view: BlockView) -> str:
    return str(view.shape.values.get("title", "")) or view.instance.name


def title_place(
    drawing: Drawing, view: BlockView, words: lettering.Lettering, labels: bool = True
) -> tuple[QPointF, lettering.Align]:
    """Top left; top right if a wire passes there; then bottom left or right. `labels`: net labels are in the way."""
    rect = view.rect
    inset = min(MARGIN, (rect.width() - words.width) / 2.0)
    top, bottom = rect.top() + words.size * 1.1, rect.bottom() - words.size * 0.9
    places: list[tuple[QPointF, lettering.Align]] = [
        (QPointF(rect.left() + inset, top), "left"),
        (QPointF(rect.right() - inset, top), "right"),
        (QPointF(rect.left() + inset, bottom), "left"),
        (QPointF(rect.right() - inset, bottom), "right"),
    ]
    for at, align in places:
        left = words.left(at.x(), align)
        room = QRectF(left, at.y() - words.size * 0.5, words.width, words.size)
        if is_clear(drawing, room, view.instance.id, labels):
            return at, align
    return places[0]


def comment_lines(text: str, width: float) -> list[str]:
    """The text broken into lines that fit `width` scene units."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and lettering.lettering(longer, "plain").width > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _paint_comment(painter: QPainter, view: BlockView, ink: Ink, detail: Detail) -> None:
    rect = view.rect
    fold = QPointF(rect.right() - FOLD, rect.top()), QPointF(rect.right(), rect.top() + FOLD)
    path = QPainterPath(rect.topLeft())
    for point in (*fold, rect.bottomRight(), rect.bottomLeft()):
        path.lineTo(point)
    path.closeSubpath()
    painter.setPen(ink.pen("outline", 1.0))
    painter.setBrush(ink.brush("comment"))
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([fold[0], QPointF(fold[0].x(), fold[1].y()), fold[1]])
    if detail <= Detail.BOXES:
        return
    painter.setPen(ink.color("ink"))
    for number, line in enumerate(comment_lines(str(view.shape.values.get("text", "")), rect.width() - 2 * MARGIN)):
        y = rect.top() + MARGIN + LINE_HEIGHT * (number + 0.5)
        if y < rect.bottom():
            lettering.draw(painter, lettering.lettering(line, "plain"), rect.left() + MARGIN, y)
