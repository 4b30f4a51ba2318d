"""Paints a run over the wires: colours by voltage in 64 bins, weight wires by their weight, the lit backward path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.document.schematic import Point
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, dashed_pen, line_pen
from app.ui.canvas.live import ERROR_SCALE, FULL_SCALE, WEIGHT_SCALE, LiveFrame
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import GRID, WIRE_LINE, Detail
from app.ui.canvas.nets import Net
from app.ui.canvas.seen import Seen
from app.ui.canvas.views import WireView
from app.ui.canvas.wire_layer import (
    bus_pen,
    draw_lines,
    paint_dots,
    paint_halo,
    square_pen,
    stroke,
    wires_lines,
    wires_path,
)

BINS = 64
HALO, HALO_ALPHA = 7.0, 0.22
CHEVRON, CHEVRON_EVERY = 7.0, 90.0
CHEVRON_SPEED = 40.0  # px/s
_Style = tuple[int, float, bool]  # bin, width, dashed
Halo = Callable[[QPainter], None]


def paint_live(
    painter: QPainter, seen: Seen, ink: Ink, detail: Detail, look: Look, backward: Mapping[str, bool],
    halo: Halo | None = None,
) -> None:  # fmt: skip
    """`backward` are the wires of the lit path with their direction; `halo` paints the band under them, if somebody
    has it already."""
    live, drawing = look.live, seen.drawing
    if live is None:
        return
    if live.v_teach > 0:
        _paint_path(painter, seen, backward, ink, look, halo)
    draw_lines(painter, wires_lines(drawing, (view for view in seen.wires if view.bus)), bus_pen(ink))
    found: dict[_Style, list[WireView]] = defaultdict(list)
    levels: dict[int, int] = {}
    for view in seen.wires:
        if not view.bus:
            found[_style(drawing, view, live, levels, look)].append(view)
    colors = ink.theme.voltage_bins(BINS)
    for (level, width, dashed), views in sorted(found.items(), key=lambda entry: entry[0]):
        color = colors[level] if level >= 0 else ink.color("outline")
        if dashed:
            pen = dashed_pen(color, ink.width(width), (4.0 * ink.dash, 3.0 * ink.dash))
            stroke(painter, wires_path(drawing, views), pen)
        else:
            draw_lines(painter, wires_lines(drawing, views), square_pen(color, ink.width(width)))
    if detail > Detail.BOXES:
        _paint_dots(painter, seen, live, levels, colors, ink)


def _paint_dots(
    painter: QPainter, seen: Seen, live: LiveFrame, levels: dict[int, int], colors: Sequence[QColor], ink: Ink
) -> None:
    """In the colour of their wires."""
    drawing = seen.drawing
    found: dict[int, list[Point]] = defaultdict(list)
    for key in seen.keys:
        for place, wire in drawing.dots_with_wires(key):
            found[_level_of(drawing, wire, live, levels)].append(place)
    for level, places in found.items():
        paint_dots(painter, places, colors[level] if level >= 0 else ink.color("outline"), ink)


def _level_of(drawing: Drawing, wire: str, live: LiveFrame, levels: dict[int, int]) -> int:
    """The wire's voltage bin, looked up once a net and frame."""
    nets = drawing.nets_of(wire)
    if not nets:
        return -1
    found = levels.get(id(nets[0]))
    if found is None:
        found = levels[id(nets[0])] = _level(nets[0], live)
    return found


def _style(drawing: Drawing, view: WireView, live: LiveFrame, levels: dict[int, int], look: Look) -> _Style:
    width, dashed = WIRE_LINE, False
    weight = _weight(drawing, view, live)
    if weight is not None:
        width = round(2.0 * (1.0 + 5.0 * min(1.0, abs(weight) / WEIGHT_SCALE))) / 2.0
        dashed = weight < 0
    if view.wire.id in look.hovered_wires:
        width += 1.0
    return _level_of(drawing, view.wire.id, live, levels), width, dashed


def _level(net: Net, live: LiveFrame) -> int:
    """The bin of the net's voltage, -1 if no pin's voltage is known."""
    for pin in net.pins:
        voltage = live.voltage(pin)
        if voltage is not None and voltage == voltage:
            share = voltage / (ERROR_SCALE if net.error else FULL_SCALE)
            return min(BINS - 1, max(0, int((share + 1.0) * BINS / 2.0)))
    return -1


def _weight(drawing: Drawing, view: WireView, live: LiveFrame) -> float | None:
    """The weight behind a wire that ends on a neuron's input."""
    for end in view.wire.ends:
        if end.port == "V_in":
            block = drawing.blocks.get(end.item)
            if block is not None and block.type == "neuron":
                return live.weight(block.instance.id, f"C{max(1, end.first)}")
    return None


def paint_path_halo(painter: QPainter, seen: Seen, backward: Mapping[str, bool], ink: Ink) -> None:
    """The band under the lit path."""
    views = [view for view in seen.wires if view.wire.id in backward]
    paint_halo(painter, seen.drawing, views, "teach", HALO_ALPHA, max(HALO, 5.0 / ink.zoom), ink)


def _paint_path(
    painter: QPainter, seen: Seen, backward: Mapping[str, bool], ink: Ink, look: Look, halo: Halo | None
) -> None:
    """Halo and chevrons; while the path lights up they reach from the right only as far as `path_lit` says."""
    drawing = seen.drawing
    views = [view for view in seen.wires if view.wire.id in backward]
    painter.save()
    if look.path_lit < 1.0:
        whole = drawing.bounds()
        left = whole.right() - look.path_lit * whole.width()
        area = seen.area
        painter.setClipRect(QRectF(left, area.top(), max(0.0, area.right() - left), area.height()))
    if halo is None:
        paint_path_halo(painter, seen, backward, ink)
    else:
        halo(painter)
    size = max(CHEVRON, 5.0 / ink.zoom) / 2.0
    every = max(CHEVRON_EVERY, 60.0 / ink.zoom)
    phase = 0.5 * every if look.still else (look.clock * CHEVRON_SPEED / ink.zoom) % every
    path = QPainterPath()
    for view in views:
        points = drawing.points_of(view)
        _add_chevrons(path, points if backward[view.wire.id] else points[::-1], size, every, phase)
    stroke(painter, path, line_pen(ink.color("teach"), ink.width(1.5)))
    painter.restore()


def _add_chevrons(path: QPainterPath, points: Sequence[Point], size: float, every: float, phase: float) -> None:
    behind = 0.0
    for (ax, ay), (bx, by) in pairwise(points):
        length = GRID * (abs(bx - ax) + abs(by - ay))
        if (ax != bx and ay != by) or length == 0:
            continue
        dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
        place = (phase - behind) % every
        while place < length - size:
            if place > size:
                tip = QPointF(ax * GRID + dx * (place + size), ay * GRID + dy * (place + size))
                path.moveTo(tip.x() - 2 * size * dx - size * 1.4 * dy, tip.y() - 2 * size * dy - size * 1.4 * dx)
                path.lineTo(tip)
                path.lineTo(tip.x() - 2 * size * dx + size * 1.4 * dy, tip.y() - 2 * size * dy + size * 1.4 * dx)
            place += every
        behind += length
