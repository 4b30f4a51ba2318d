"""Paints frames (areas with a title) and comments, which lie behind everything."""

from __future__ import annotations

from functools import lru_cache

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
LINE_HEIGHT = 1.67  # of the letters' size
LEAST_COMMENT = 9.0  # px, if the comment is large enough for it
MARGIN = 8.0
LEAST_MARGIN = 3.0
LEAST_TITLE = 8.0  # px
_Title = tuple[lettering.Lettering, QPointF, lettering.Align]


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
    painter.setPen(ink.color(kind))
    for words, at, align in _titles(drawing, view, ink, detail > Detail.PLAIN):
        lettering.draw(painter, words, at.x(), at.y(), align)


def title_of(view: BlockView) -> str:
    return str(view.shape.values.get("title", "")) or view.instance.name


def _titles(drawing: Drawing, view: BlockView, ink: Ink, labels: bool) -> list[_Title]:
    """The title where it has room: at 10.5 px on screen, or 8 px (never smaller than at 100 %); top left, top right if
    a wire passes there, then bottom left or right. Without room anywhere the first that fits into the frame; none if
    the frame is too narrow. `labels`: net labels are in the way too."""
    own = lettering.STYLES["title"][0]
    fitting: list[_Title] = []
    for pixels in (own, LEAST_TITLE):
        words = lettering.lettering(title_of(view), "title", max(own, pixels / ink.zoom))
        if words.width + 2 * LEAST_MARGIN > view.rect.width():
            continue
        for at, align in _corners(view.rect, words):
            room = QRectF(words.left(at.x(), align), at.y() - words.size * 0.5, words.width, words.size)
            if is_clear(drawing, room, view.instance.id, labels):
                return [(words, at, align)]
            fitting.append((words, at, align))
    return fitting[:1]


def _corners(rect: QRectF, words: lettering.Lettering) -> list[tuple[QPointF, lettering.Align]]:
    inset = min(MARGIN, (rect.width() - words.width) / 2.0)
    top, bottom = rect.top() + words.size * 1.1, rect.bottom() - words.size * 0.9
    return [
        (QPointF(rect.left() + inset, top), "left"),
        (QPointF(rect.right() - inset, top), "right"),
        (QPointF(rect.left() + inset, bottom), "left"),
        (QPointF(rect.right() - inset, bottom), "right"),
    ]


@lru_cache(maxsize=256)
def comment_lines(text: str, width: float, height: float, size: float) -> tuple[tuple[str, ...], float]:
    """The text broken into lines that fit `width` scene units, and its size: `size` if it fits into `height` too, else
    smaller, but never below the size at 100 %."""
    own = lettering.STYLES["plain"][0]
    while True:
        lines = _broken(text, width, size)
        if size <= own or len(lines) * LINE_HEIGHT * size <= height:
            return lines, size
        size = max(own, 0.92 * size)


def _broken(text: str, width: float, size: float) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and lettering.lettering(longer, "plain", size).width > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return tuple(lines)


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
    text = str(view.shape.values.get("text", ""))
    wanted = max(lettering.STYLES["plain"][0], LEAST_COMMENT / ink.zoom)
    lines, size = comment_lines(text, rect.width() - 2 * MARGIN, rect.height() - MARGIN, wanted)
    for number, line in enumerate(lines):
        y = rect.top() + MARGIN + LINE_HEIGHT * size * (number + 0.5)
        if y < rect.bottom():
            lettering.draw(painter, lettering.lettering(line, "plain", size), rect.left() + MARGIN, y)
