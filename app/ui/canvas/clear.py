"""Whether a text has room: no wire and no block may lie under it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF

from app.ui.canvas.drawing import Drawing
from app.ui.canvas.metrics import GRID
from app.ui.canvas.views import BACKGROUND, LABELS

AROUND = 1.5  # scene units kept free on each side


def is_clear(drawing: Drawing, room: QRectF, but: str = "", labels: bool = True) -> bool:
    """Nothing but frames, comments and the element `but` touches `room`; without `labels` only their tips count."""
    wide = room.adjusted(-AROUND, -AROUND, AROUND, AROUND)
    for key in drawing.touching(wide):
        if key == but:
            continue
        wire = drawing.wires.get(key)
        if wire is not None:
            if crosses(wide, drawing.points_of(wire)):
                return False
            continue
        block = drawing.blocks.get(key)
        if block is None or block.type in BACKGROUND:
            continue
        body = block.outline.drawn.translated(block.origin)
        if block.type in LABELS and not labels:  # small, a label is an arrow at its tip
            body = QRectF(block.pins[0].place, block.pins[0].place).adjusted(-9, -14, 9, 0)
        if body.intersects(wide):
            return False
    return True


def crosses(room: QRectF, points: tuple[tuple[int, int], ...]) -> bool:
    """Does a polyline of grid points touch the rectangle?"""
    for (ax, ay), (bx, by) in pairwise(points):
        stretch = QRectF(QPointF(ax * GRID, ay * GRID), QPointF(bx * GRID, by * GRID)).normalized()
        if stretch.adjusted(-0.1, -0.1, 0.1, 0.1).intersects(room):
            return True
    return False
