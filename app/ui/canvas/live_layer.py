"""Paints a run over the wires: colours by voltage in 64 bins, weight wires by their weight, the lit backward path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.document.schematic import Point
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink, dashed_pen, line_pen
from app.ui.canvas.live import ERROR_SCALE, FULL_SCALE, WEIGHT_SCALE, LiveFrame
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import BUS_LINE, GRID, WIRE_LINE
from app.ui.canvas.nets import Net
from app.ui.canvas.views import WireView
from app.ui.canvas.wire_layer import polygon, stroke, wires_path

BINS = 64
HALO, HALO_ALPHA = 7.0, 0.22
CHEVRON, CHEVRON_EVERY = 7.0, 90.0
CHEVRON_SPEED = 40.0  # px/s
_Style = tuple[int, float, bool]  # bin, width, dashed


def paint_live(
    painter: QPainter,
    drawing: Drawing,
    area: QRectF,
    ink: Ink,
    look: Look,
    backward: Mapping[str, bool],
) -> None:
    """`backward` are the wires of the lit path with their direction."""
    live = look.live
    if live is None:
        return
    views = drawing.wires_in(area)
    if live.v_teach > 0:
        _paint_path(painter, area, [view for view in views if view.wire.id in backward], backward, drawing, ink, look)
    stroke(
        painter,
        wires_path(drawing, [view for view in views if view.bus]),
        line_pen(ink.color("ink"), ink.width(BUS_LINE), flat=True),
    )
    paths: dict[_Style, QPainterPath] = defaultdict(QPainterPath)
    levels: dict[int, int] = {}
    for view in views:
        if not view.bus:
            paths[_style(drawing, view, live, levels, look)].addPolygon(polygon(drawing.points_of(view)))
    colors = ink.theme.voltage_bins(BINS)
    for (level, width, dashed), path in sorted(paths.items(), key=lambda entry: entry[0]):
        color = colors[level] if level >= 0 else ink.color("outline")
        stroke(painter, path, _pen(color, ink.width(width), dashed))


def _pen(color: QColor, width: float, dashed: bool) -> QPen:
    if dashed:
        return dashed_pen(color, width, (4.0, 3.0))
    return line_pen(color, width, flat=True)


def _style(drawing: Drawing, view: WireView, live: LiveFrame, levels: dict[int, int], look: Look) -> _Style:
    nets = drawing.nets_of(view.wire.id)
    level = -1
    if nets:
        found = levels.get(id(nets[0]))
        level = levels[id(nets[0])] = found if found is not None else _level(nets[0], live)
    width, dashed = WIRE_LINE, False
    weight = _weight(drawing, view, live)
    if weight is not None:
        width = round(2.0 * (1.0 + 5.0 * min(1.0, abs(weight) / WEIGHT_SCALE))) / 2.0
        dashed = weight < 0
    if view.wire.id in look.hovered_wires:
        width += 1.0
    return level, width, dashed


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


def _paint_path(
    painter: QPainter,
    area: QRectF,
    views: Sequence[WireView],
    backward: Mapping[str, bool],
    drawing: Drawing,
    ink: Ink,
    look: Look,
) -> None:
    """Halo and chevrons; while the path lights up they reach from the right only as far as `path_lit` says."""
    painter.save()
    if look.path_lit < 1.0:
        whole = drawing.bounds()
        left = whole.right() - look.path_lit * whole.width()
        painter.setClipRect(QRectF(left, area.top(), max(0.0, area.right() - left), area.height()))
    halo = line_pen(ink.color("teach", HALO_ALPHA), max(HALO, 5.0 / ink.zoom), flat=True)
    stroke(painter, wires_path(drawing, views), halo)
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
