"""Paints frames (areas with a title) and comments, which lie behind everything."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.ui.canvas import lettering
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, dashed_pen
from app.ui.canvas.metrics import Detail
from app.ui.canvas.views import BlockView

FOLD = 10.0
LINE_HEIGHT = 15.0
MARGIN = 8.0


def paint_annotations(painter: QPainter, drawing: Drawing, area: QRectF, ink: Ink, detail: Detail) -> None:
    views = drawing.blocks_in(area)
    frames = [view for view in views if view.type == "frame"]
    frames.sort(key=lambda view: (-view.rect.width() * view.rect.height(), view.instance.id))
    for view in frames:
        _paint_frame(painter, drawing, view, ink)
    for view in views:
        if view.type == "comment":
            _paint_comment(painter, view, ink, detail)


def _paint_frame(painter: QPainter, drawing: Drawing, view: BlockView, ink: Ink) -> None:
    kind = str(view.shape.values.get("kind", "neutral"))
    kind = kind if kind in ("forward", "backward") else "neutral"
    line = "outline" if kind == "neutral" else kind
    painter.setPen(dashed_pen(ink.color(line), ink.width(1.2), (6.0, 3.0)))
    painter.setBrush(ink.brush(f"{kind}_fill"))
    painter.drawRoundedRect(view.rect, 6.0, 6.0)
    size = max(lettering.STYLES["title"][0], 10.5 / ink.zoom if ink.zoom > 0.2 else 0.0)
    words = lettering.lettering(title_of(view), "title", size)
    if words.width + 2 * MARGIN > view.rect.width():
        return
    painter.setPen(ink.color(kind))
    at, align = title_place(drawing, view, words)
    lettering.draw(painter, words, at.x(), at.y(), align)


def title_of(view: BlockView) -> str:
    return str(view.shape.values.get("title", "")) or view.instance.name


def title_place(drawing: Drawing, view: BlockView, words: lettering.Lettering) -> tuple[QPointF, lettering.Align]:
    """Top left; top right if a wire passes there; then bottom left."""
    rect = view.rect
    inset = MARGIN if words.size < 12 else words.size * 0.5
    top, bottom = rect.top() + words.size * 1.1, rect.bottom() - words.size * 0.9
    places: list[tuple[QPointF, lettering.Align]] = [
        (QPointF(rect.left() + inset, top), "left"),
        (QPointF(rect.right() - inset, top), "right"),
        (QPointF(rect.left() + inset, bottom), "left"),
    ]
    for at, align in places:
        left = words.left(at.x(), align)
        room = QRectF(left, at.y() - words.size * 0.5, words.width, words.size)
        if not _crossed(drawing, room, view.instance.id):
            return at, align
    return places[0]


def _crossed(drawing: Drawing, room: QRectF, own: str) -> bool:
    for key in drawing.touching(room):
        if key == own:
            continue
        wire = drawing.wires.get(key)
        if wire is None:
            block = drawing.blocks.get(key)
            if block is not None and block.type not in ("frame", "comment"):
                return True
            continue
        points = drawing.points_of(wire)
        for (ax, ay), (bx, by) in pairwise(points):
            piece = QRectF(QPointF(ax * 10.0, ay * 10.0), QPointF(bx * 10.0, by * 10.0)).normalized()
            if piece.adjusted(-1, -1, 1, 1).intersects(room):
                return True
    return False


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
