"""What lies under the pointer: pins before blocks before wires before annotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF

from app.document.schematic import End, Point
from app.document.wiring import OnWire
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.metrics import GRID, Detail
from app.ui.canvas.placed_sheet import TEXT_ROOM
from app.ui.canvas.text_places import extent_of, room_of, texts_of
from app.ui.canvas.views import BACKGROUND, BlockView, PinView

PIN_REACH, WIRE_REACH = 6.0, 5.0  # on screen [px]
FRAME_REACH = 6.0
TITLE_HEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class Hit:
    """At most one is set, but a pin comes with its block."""

    pin: PinView | None = None
    block: BlockView | None = None
    wire: str = ""
    junction: str = ""

    @property
    def item(self) -> str:
        """The id to select."""
        return self.block.instance.id if self.block else self.wire or self.junction


def hit(drawing: Drawing, at: QPointF, zoom: float, *, pins: bool = True) -> Hit:
    if pins and Detail.at(zoom) >= Detail.PLAIN:
        pin = pin_at(drawing, at, zoom)
        if pin is not None:
            return Hit(pin=pin, block=drawing.blocks.get(pin.item))
    background: list[BlockView] = []
    for key in drawing.touching(_around(at, 1.0)):
        view = drawing.blocks.get(key)
        if view is None:
            continue
        if view.type in BACKGROUND:
            background.append(view)
        elif view.body.adjusted(-2, -2, 2, 2).contains(at) or (view.rect.contains(at) and not view.body.isValid()):
            return Hit(block=view)
    junction = junction_at(drawing, at, zoom)
    if junction:
        return Hit(junction=junction)
    wire = wire_at(drawing, at, zoom)
    if wire:
        return Hit(wire=wire)
    if Detail.at(zoom) >= Detail.FULL:
        named = block_by_text(drawing, at)
        if named is not None:
            return Hit(block=named)
    background.sort(key=lambda view: view.rect.width() * view.rect.height())
    for view in background:
        if view.type == "comment" or _on_frame(view, at, zoom):
            return Hit(block=view)
    return Hit()


def block_by_text(drawing: Drawing, at: QPointF) -> BlockView | None:
    """The block whose name or value is under the pointer."""
    for key in drawing.touching(_around(at, TEXT_ROOM)):
        view = drawing.blocks.get(key)
        if view is None or view.type in BACKGROUND or not extent_of(drawing, view).contains(at):
            continue
        if any(room_of(text, words, view.origin).contains(at) for text, words in texts_of(drawing, view)):
            return view
    return None


def pin_at(drawing: Drawing, at: QPointF, zoom: float) -> PinView | None:
    """The nearest pin within reach."""
    reach = max(4.0, PIN_REACH / zoom)
    best: tuple[float, PinView] | None = None
    for key in drawing.touching(_around(at, reach)):
        view = drawing.blocks.get(key)
        if view is None:
            continue
        for pin in view.pins:
            distance = (pin.place - at).manhattanLength()
            if distance <= reach * 1.3 and (best is None or distance < best[0]):
                best = distance, pin
    return best[1] if best else None


def junction_at(drawing: Drawing, at: QPointF, zoom: float) -> str:
    reach = max(4.0, WIRE_REACH / zoom)
    for key in drawing.touching(_around(at, reach)):
        junction = drawing.sheet.junctions.get(key)
        if junction is not None:
            offset = QPointF(junction.at[0] * GRID, junction.at[1] * GRID) - at
            if offset.manhattanLength() <= reach * 1.3:
                return key
    return ""


def wire_at(drawing: Drawing, at: QPointF, zoom: float) -> str:
    """The nearest wire within reach."""
    reach = max(3.0, WIRE_REACH / zoom)
    best = reach, ""
    for key in drawing.touching(_around(at, reach)):
        view = drawing.wires.get(key)
        if view is not None:
            distance = min(
                (_distance(at, a, b) for a, b in pairwise(drawing.points_of(view))),
                default=reach,
            )
            best = min(best, (distance, key))
    return best[1]


def anchor_at(drawing: Drawing, at: QPointF, zoom: float) -> End | OnWire | None:
    """What a wire can end on here: a pin, a junction, a place on a wire."""
    pin = pin_at(drawing, at, zoom)
    if pin is not None:
        return pin.end
    junction = junction_at(drawing, at, zoom)
    if junction:
        width = drawing.sheet.junctions[junction].width
        return End(junction, "", 1, width) if width > 1 else End(junction)
    wire = wire_at(drawing, at, zoom)
    if wire:
        return OnWire(wire, nearest_on(drawing, wire, at))
    return None


def nearest_on(drawing: Drawing, wire: str, at: QPointF) -> Point:
    """The grid point of the wire's line that is nearest."""
    points = drawing.points_of(drawing.wires[wire])
    best: tuple[float, Point] | None = None
    for (ax, ay), (bx, by) in pairwise(points):
        x = min(max(round(at.x() / GRID), min(ax, bx)), max(ax, bx))
        y = min(max(round(at.y() / GRID), min(ay, by)), max(ay, by))
        if ax != bx and ay != by:
            x, y = ax, ay
        distance = abs(x * GRID - at.x()) + abs(y * GRID - at.y())
        if best is None or distance < best[0]:
            best = distance, (x, y)
    return best[1] if best else (round(at.x() / GRID), round(at.y() / GRID))


def _distance(at: QPointF, a: Point, b: Point) -> float:
    """From a point to a stretch, in scene units."""
    ax, ay, bx, by = a[0] * GRID, a[1] * GRID, b[0] * GRID, b[1] * GRID
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(1.0, max(0.0, ((at.x() - ax) * dx + (at.y() - ay) * dy) / length))
    return float(((ax + share * dx - at.x()) ** 2 + (ay + share * dy - at.y()) ** 2) ** 0.5)


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def _on_frame(view: BlockView, at: QPointF, zoom: float) -> bool:
    """A frame is taken by its edge or its title bar, so that what lies inside stays free to be picked."""
    reach = FRAME_REACH / zoom
    outer = view.rect.adjusted(-reach, -reach, reach, reach)
    inner = view.rect.adjusted(reach, max(reach, TITLE_HEIGHT), -reach, -reach)
    return outer.contains(at) and not inner.contains(at)


def stretch_at(points: Sequence[Point], at: QPointF) -> int:
    """The number of the polyline's stretch that is nearest."""
    return min(range(len(points) - 1), key=lambda number: _distance(at, points[number], points[number + 1]))
