"""A whole sheet from back to front: annotation, wires, the run, blocks, marks. Window and export share it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.canvas.annotation_layer import paint_annotations
from app.ui.canvas.backward import backward_wires
from app.ui.canvas.blame_layer import paint_blame
from app.ui.canvas.block_layer import paint_blocks, paint_faces
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink
from app.ui.canvas.lens_layer import paint_lens, paint_wrong
from app.ui.canvas.live_layer import Halo, paint_live, paint_path_halo
from app.ui.canvas.look import Look
from app.ui.canvas.marks_layer import paint_marks
from app.ui.canvas.metrics import Detail
from app.ui.canvas.seen import Seen
from app.ui.canvas.taps import paint_taps
from app.ui.canvas.wire_layer import paint_wires


class SheetPainter:
    def __init__(self, drawing: Drawing, look: Look) -> None:
        self.drawing, self.look = drawing, look
        self._backward: tuple[int, Mapping[str, bool]] | None = None

    @property
    def backward(self) -> Mapping[str, bool]:
        """Wires that carry errors, with their direction; found anew when something else is joined."""
        topology = self.drawing.topology
        if self._backward is None or self._backward[0] != topology:
            self._backward = topology, backward_wires(self.drawing)
        return self._backward[1]

    def paint(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        """What of the sheet lies in `area` (scene units), for a painter in scene coordinates."""
        seen = Seen(self.drawing, area)
        for layer in (self.paint_ground, self.paint_wires, self.paint_blocks, self.paint_top):
            layer(painter, seen, ink, detail)

    # The layers from back to front. Ground and blocks stay the same from frame to frame of a run.

    def paint_ground(self, painter: QPainter, seen: Seen, ink: Ink, detail: Detail) -> None:
        """Frames and comments."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_annotations(painter, seen, ink, detail)

    def paint_halo(self, painter: QPainter, seen: Seen, ink: Ink, _detail: Detail) -> None:
        """The band under the path of the errors, lit or not; it stays the same too."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_path_halo(painter, seen, self.backward, ink)

    def paint_wires(
        self, painter: QPainter, seen: Seen, ink: Ink, detail: Detail, halo: Halo | None = None
    ) -> None:
        """Wires, at rest or with what the run says; `halo` as in the live layer."""
        look = self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_wires(painter, seen, ink, detail, look)
        paint_wrong(painter, seen, ink, look)
        if look.live is not None:
            paint_live(painter, seen, ink, detail, look, self.backward if look.lit else {}, halo if look.lit else None)

    def paint_blocks(self, painter: QPainter, seen: Seen, ink: Ink, detail: Detail) -> None:
        """Blocks without what a run tells of them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if detail >= Detail.FULL:
            paint_taps(painter, seen, ink)
        paint_blocks(painter, seen, ink, detail, self.look)

    def paint_top(self, painter: QPainter, seen: Seen, ink: Ink, detail: Detail) -> None:
        """What the run tells of blocks; then selection, hover, troubles."""
        look = self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_faces(painter, seen, ink, detail, look)
        if look.blame:
            paint_blame(painter, seen, ink, detail, look)
        if look.lens:
            paint_lens(painter, seen, ink, detail, look)
        paint_marks(painter, seen, ink, look)
