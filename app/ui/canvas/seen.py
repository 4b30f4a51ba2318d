"""What of a sheet lies in a rectangle: asked of the spatial index once for all layers that paint it."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from app.ui.canvas.drawing import Drawing
from app.ui.canvas.placed_sheet import TEXT_ROOM, bounds_of
from app.ui.canvas.views import BlockView, WireView

MOST_ORDERED = 4000  # so many elements are so small that nobody sees which of two lies over the other


class Seen:
    """`blocks` are those of which something may be seen in `area`, their texts included; `wires` those that may pass
    it; `keys` everything near it."""

    def __init__(self, drawing: Drawing, area: QRectF) -> None:
        self.drawing, self.area = drawing, area
        whole = drawing.index.within(bounds_of(area))
        room = area.adjusted(-TEXT_ROOM, -TEXT_ROOM, TEXT_ROOM, TEXT_ROOM)
        self.keys = list(drawing.everything()) if whole else drawing.touching(room)
        if len(self.keys) <= MOST_ORDERED:
            self.keys.sort(key=_age)
        blocks, wires = drawing.blocks, drawing.wires
        self.blocks: list[BlockView] = [blocks[key] for key in self.keys if key in blocks]
        self.wires: list[WireView] = [wires[key] for key in self.keys if key in wires]


def _age(key: str) -> tuple[int, str]:
    """Older elements first, so that the same drawing always looks the same."""
    return len(key), key
