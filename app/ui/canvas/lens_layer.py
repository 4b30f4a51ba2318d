"""Paints what the gradient lens found: currents beside capacitors, a count in neurons, wrong synapses in red."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from app.ui import rich_text
from app.ui.canvas import lettering
from app.ui.canvas.gradient_lens import Comparison
from app.ui.canvas.ink import Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import Detail
from app.ui.canvas.seen import Seen
from app.ui.canvas.symbol_painter import LEAST_NAME
from app.ui.canvas.text_places import texts_of
from app.ui.canvas.views import BlockView, WireView
from app.ui.canvas.wire_layer import paint_halo

LINE = 11.0


def paint_lens(painter: QPainter, seen: Seen, ink: Ink, detail: Detail, look: Look) -> None:
    if detail == Detail.BOXES:
        return
    for view in seen.blocks:
        if view.outline.gauge is not None and detail >= Detail.FULL:
            own = look.prefix + view.instance.id, ""
            found = look.lens.get((look.inside, view.instance.name) if look.inside else own)
            if found is not None:
                _paint_currents(painter, seen, view, found, ink)
        elif view.type in ("neuron", "sheet"):
            _paint_count(painter, view, ink, detail, look)


def paint_wrong(painter: QPainter, seen: Seen, ink: Ink, look: Look) -> None:
    """A red halo under the wires that lead to wrong synapses."""
    wrong = {synapse for synapse, found in look.lens.items() if not found.right}
    if wrong:
        views = [view for view in seen.wires if not wrong.isdisjoint(_synapses(view, look.prefix))]
        paint_halo(painter, seen.drawing, views, "error", 0.35, max(6.0, 4.0 / ink.zoom), ink)


def _synapses(view: WireView, prefix: str) -> list[tuple[str, str]]:
    return [(prefix + item, f"C{index}") for item, port, index in view.keys if port == "V_in"]


def _paint_currents(painter: QPainter, seen: Seen, view: BlockView, found: Comparison, ink: Ink) -> None:
    """What charges the capacitor, and under it what backpropagation wants."""
    places = [text for text, _ in texts_of(seen.drawing, view) if text.label.style in ("name", "value")]
    if not places:
        return
    last = max(places, key=lambda text: text.at.y())
    at = last.at + view.origin
    painter.setPen(ink.color("good" if found.right else "error"))
    for number, (sign, current) in enumerate((("I", found.drawn), ("∇", found.wanted)), 1):
        words = lettering.lettering(f"{sign} {rich_text.quantity(current, 'A', 2)}", "value", 8.0)
        lettering.draw(painter, words, at.x(), at.y() + LINE * number, last.align)


def _paint_count(painter: QPainter, view: BlockView, ink: Ink, detail: Detail, look: Look) -> None:
    """How many of the neuron's or placed sheet's weights agree: inside the box over its band, or from afar over it."""
    chain = look.prefix + view.instance.id
    own = [found.right for (item, _), found in look.lens.items() if item == chain or item.startswith(f"{chain}/")]
    if not own:
        return
    right = sum(own)
    size = LEAST_NAME / ink.zoom if detail <= Detail.NAMES else 8.5
    body, faced = view.body, detail == Detail.PLAIN
    words = lettering.lettering(f"∇ {right}/{len(own)}", "name", size)
    painter.setPen(ink.color("good" if right == len(own) else "error"))
    if faced:
        lettering.draw(painter, words, body.right(), body.top() - size * 0.7, "right")
    else:
        lettering.draw(painter, words, body.right() - 5.0, body.bottom() - 20.0 - size * 0.75, "right")
