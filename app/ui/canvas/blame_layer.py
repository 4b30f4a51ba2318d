"""Paints blame: how much of the MSE the imperfections of a block, or of a part inside it, cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.canvas import lettering
from app.ui.canvas.ink import Ink, line_pen
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import Detail
from app.ui.canvas.seen import Seen

BAR, GAP = 4.0, 3.0
LEAST_SHOWN = 0.005  # shares below half a percent are noise of the estimate


def paint_blame(painter: QPainter, seen: Seen, ink: Ink, detail: Detail, look: Look) -> None:
    """A bar under each block, as long as its share, with the figure beside it."""
    shares = _by_name(look) if look.inside else _by_block(look)
    for view in seen.blocks:
        share = shares.get(view.instance.name if look.inside else view.instance.id, 0.0)
        if share < LEAST_SHOWN:
            continue
        body = view.body
        bar = QRectF(body.left(), body.bottom() + GAP, body.width(), max(BAR, 2.5 / ink.zoom))
        painter.setPen(line_pen(ink.color("warning"), ink.width(1.0)))
        painter.setBrush(ink.brush("panel"))
        painter.drawRect(bar)
        length = bar.width() * min(1.0, share)
        painter.fillRect(QRectF(bar.left(), bar.top(), length, bar.height()), ink.color("warning"))
        if detail > Detail.BOXES:
            size = max(8.0, 8.0 / ink.zoom)
            words = lettering.lettering(f"{100 * share:.0f}\u202f%", "name", size)
            painter.setPen(ink.color("warning"))
            lettering.draw(painter, words, bar.left(), bar.bottom() + size * 0.75)


def _by_block(look: Look) -> Mapping[str, float]:
    """What the parts of each block, and all that is inside a placed sheet, cost together."""
    found: dict[str, float] = defaultdict(float)
    for (item, _), share in look.blame.items():
        if item.startswith(look.prefix):
            found[item[len(look.prefix) :].partition("/")[0]] += share
    return found


def _by_name(look: Look) -> Mapping[str, float]:
    return {part: share for (item, part), share in look.blame.items() if item == look.inside}
