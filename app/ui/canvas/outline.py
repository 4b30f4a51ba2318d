"""A symbol's marks turned into paths, ready to be painted many times: one Outline per symbol and orientation.

Lines and boxes turn with the block; texts, curves and what stands inside a circle stay upright.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from app.document import placement
from app.document.schematic import Instance
from app.ui.canvas.lettering import Align
from app.ui.canvas.metrics import GRID
from blocks.symbol import Arrow, Box, Circle, Label, Line, Mark, Side, Symbol

ARROW, ARROW_HALF = 6.6, 2.7
CURVE_POINTS = 9  # a line with more points than these is a graph
AXIS = 0.9  # thinner lines are the axes of a graph
NEAR_PIN = 0.7
SMALL_BOX = 5.0  # grid units; what stands in such a box stays upright with it
TAG_POINT, TAG_HEIGHT = 6.0, 15.0  # of a net label that points up or down
_AWAY = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "top": (0.0, -1.0), "bottom": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Stroke:
    """A path with its pen's width and colour role; `fill` is a role or empty. `pin` is the number of the pin whose
    lead or (`arrow`) arrow head it is, else -1. `graph` marks curves, `small` what stays upright."""

    path: QPainterPath
    width: float
    role: str
    fill: str
    pin: int = -1
    small: bool = False
    arrow: bool = False
    graph: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    label: Label
    at: QPointF
    align: Align


@dataclass(frozen=True)
class Outline:
    """Scene units, origin at `Instance.at`. `body` is the largest closed mark (the block's box without its leads)."""

    strokes: tuple[Stroke, ...]
    texts: tuple[Text, ...]
    rect: QRectF
    body: QRectF
    gauge: QRectF | None

    @cached_property
    def drawn(self) -> QRectF:
        """Around all marks but texts."""
        result = QRectF()
        for stroke in self.strokes:
            result = result.united(stroke.path.boundingRect())
        return result


class _Turn:
    """Places points of the symbol for one orientation."""

    def __init__(self, symbol: Symbol, rotation: int, mirrored: bool) -> None:
        self.instance = Instance("", "", "", (0, 0), rotation, mirrored)
        self.width = symbol.size[0]
        self.rotation, self.mirrored = rotation % 360, mirrored

    def point(self, point: tuple[float, float]) -> QPointF:
        x, y = placement.place(point, self.width, self.instance)
        return QPointF(x * GRID, y * GRID)

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        return QRectF(self.point((x, y)), self.point((x + width, y + height))).normalized()

    def side(self, side: Side) -> Side:
        rank = placement.CLOCKWISE.index(side)
        if self.mirrored and rank % 2 == 0:
            rank += 2
        return placement.CLOCKWISE[(rank + self.rotation // 90) % 4]

    def upright(self, points: Iterable[tuple[float, float]], about: tuple[float, float]) -> list[QPointF]:
        """Points that keep their place relative to `about`, which itself is turned."""
        centre = self.point(about)
        return [QPointF(centre.x() + (x - about[0]) * GRID, centre.y() + (y - about[1]) * GRID) for x, y in points]

    def align(self, label: Label) -> Align:
        if label.align == "centre" or self.rotation in (90, 270):
            return label.align
        flipped = self.mirrored != (self.rotation == 180)
        return {"left": "right", "right": "left"}[label.align] if flipped else label.align  # type: ignore[return-value]


def outline(symbol: Symbol, rotation: int = 0, mirrored: bool = False) -> Outline:
    turn = _Turn(symbol, rotation, mirrored)
    strokes: list[Stroke] = []
    texts: list[Text] = []
    body = QRectF()
    for mark in symbol.marks:
        if isinstance(mark, Label):
            texts.append(_text(mark, turn, symbol))
            continue
        stroke = _stroke(mark, turn, symbol)
        if isinstance(mark, Box | Circle) or (isinstance(mark, Line) and mark.closed):
            box = stroke.path.boundingRect()
            if box.width() * box.height() > body.width() * body.height():
                body = box
        last = strokes[-1] if strokes else None
        if last and not (stroke.fill or last.fill) and _like(last, stroke):
            last.path.addPath(stroke.path)
        else:
            strokes.append(stroke)
    rect = turn.rect(0, 0, *symbol.size)
    gauge = turn.rect(*symbol.gauge) if symbol.gauge else None
    return Outline(tuple(strokes), tuple(texts), rect, body if not body.isEmpty() else rect, gauge)


def _text(label: Label, turn: _Turn, symbol: Symbol) -> Text:
    """What stands in a small box keeps its corner of it, everything else turns with the block."""
    x, y = label.at
    for mark in symbol.marks:
        if isinstance(mark, Box) and max(mark.size) <= SMALL_BOX:
            (left, top), (width, height) = mark.at, mark.size
            if left < x < left + width and top < y < top + height:
                return Text(label, turn.upright([label.at], (left + width / 2, top + height / 2))[0], label.align)
    return Text(label, turn.point(label.at), turn.align(label))


def tag_outline(symbol: Symbol, rotation: int, mirrored: bool, leaving: bool) -> Outline:
    """A net label or sheet port. Its tip is on the wire, or (`leaving` the sheet) points away from it."""
    if rotation in (90, 270):
        return _upright_tag(symbol, rotation, mirrored, leaving)
    if leaving:
        length = symbol.size[0]
        box = ((0, 0.25), (length - 0.8, 0.25), (length - 0.25, 1), (length - 0.8, 1.75), (0, 1.75))
        text = next(mark for mark in symbol.marks if isinstance(mark, Label))
        marks = (Line(box, width=1.1, closed=True, fill="symbol"), replace(text, at=((length - 0.6) / 2, 1)))
        symbol = replace(symbol, marks=marks)
    return outline(symbol, rotation, mirrored)


def _upright_tag(symbol: Symbol, rotation: int, mirrored: bool, leaving: bool) -> Outline:
    """Turned by a quarter: the point above or below a box in which the text still lies level."""
    turn = _Turn(symbol, rotation, mirrored)
    pin = symbol.pins[0]
    tip, down = turn.point(pin.at), turn.side(pin.side) == "top"
    half, sign = symbol.size[0] * GRID / 2.0 - 3.0, 1.0 if down else -1.0
    shoulder, end = tip.y() + sign * TAG_POINT, tip.y() + sign * (TAG_POINT + TAG_HEIGHT)
    corners = [(0.0, tip.y()), (half, shoulder), (half, end), (-half, end), (-half, shoulder)]
    if leaving:
        shoulder, end = tip.y(), tip.y() + sign * TAG_HEIGHT
        corners = [(half, shoulder), (half, end), (0.0, end + sign * TAG_POINT), (-half, end), (-half, shoulder)]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(tip.x() + x, y) for x, y in corners]))
    path.closeSubpath()
    label = next(mark for mark in symbol.marks if isinstance(mark, Label))
    text = Text(label, QPointF(tip.x(), (shoulder + end) / 2.0), "centre")
    rect = path.boundingRect()
    return Outline((Stroke(path, 1.1, "ink", "symbol"),), (text,), rect, rect, None)


def _like(a: Stroke, b: Stroke) -> bool:
    return (a.width, a.role, a.pin, a.small, a.graph) == (b.width, b.role, b.pin, b.small, b.graph)


def _stroke(mark: Mark, turn: _Turn, symbol: Symbol) -> Stroke:
    path = QPainterPath()
    if isinstance(mark, Line):
        about = _upright_about(mark, symbol)
        points = turn.upright(mark.points, about) if about else [turn.point(point) for point in mark.points]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
        if mark.closed:
            path.closeSubpath()
        graph = len(mark.points) > CURVE_POINTS
        return Stroke(path, mark.width, mark.role, mark.fill, _pin_at(mark, symbol), about is not None, graph=graph)
    if isinstance(mark, Circle):
        radius = mark.radius * GRID
        path.addEllipse(turn.point(mark.centre), radius, radius)
        return Stroke(path, mark.width, mark.role, mark.fill)
    if isinstance(mark, Box):
        rect = turn.rect(*mark.at, *mark.size)
        if mark.radius:
            path.addRoundedRect(rect, mark.radius * GRID, mark.radius * GRID)
        else:
            path.addRect(rect)
        return Stroke(path, mark.width, mark.role, mark.fill)
    if isinstance(mark, Arrow):
        tip, side = turn.point(mark.tip), turn.side(mark.towards)
        return Stroke(arrow_head(tip, side), 0.8, mark.role, mark.role, pin=_pin_near(mark, symbol), arrow=True)
    raise TypeError(f"{mark!r} is no mark")


def arrow_head(tip: QPointF, towards: Side, length: float = ARROW, half: float = ARROW_HALF) -> QPainterPath:
    """A solid head with its tip at `tip`."""
    dx, dy = _AWAY[towards]
    base = QPointF(tip.x() - dx * length, tip.y() - dy * length)
    path = QPainterPath(tip)
    path.lineTo(base.x() - dy * half, base.y() + dx * half)
    path.lineTo(base.x() + dy * half, base.y() - dx * half)
    path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def _pin_near(arrow: Arrow, symbol: Symbol) -> int:
    """The number of the pin that an arrow head stands on, or -1."""
    for number, pin in enumerate(symbol.pins):
        dx, dy = pin.at[0] - arrow.tip[0], pin.at[1] - arrow.tip[1]
        if dx * dx + dy * dy <= NEAR_PIN * NEAR_PIN:
            return number
    return -1


def _pin_at(line: Line, symbol: Symbol) -> int:
    """The number of the pin at which a lead ends, or -1."""
    for number, pin in enumerate(symbol.pins):
        if len(line.points) == 2 and pin.at in line.points:
            return number
    return -1


def _upright_about(line: Line, symbol: Symbol) -> tuple[float, float] | None:
    """The centre about which a graph, an axis or a line inside a circle stays upright; None for what turns."""
    xs, ys = [x for x, _ in line.points], [y for _, y in line.points]
    for mark in symbol.marks:
        if isinstance(mark, Circle):
            (cx, cy), radius = mark.centre, mark.radius * 1.001
            if all((x - cx) ** 2 + (y - cy) ** 2 < radius * radius for x, y in line.points):
                return mark.centre
    if line.closed or (len(line.points) <= CURVE_POINTS and line.width > AXIS):
        return None
    for mark in symbol.marks:
        if isinstance(mark, Box):
            (left, top), (width, height) = mark.at, mark.size
            if left < min(xs) and max(xs) < left + width and top < min(ys) and max(ys) < top + height:
                if max(width, height) <= SMALL_BOX:
                    return left + width / 2, top + height / 2
                return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return None
