"""The scene: one item per layer instead of one per block. Every layer asks the spatial index for what the exposed
rectangle shows at the present zoom, so that nothing is made for what nobody sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from app.document.schematic import TOP, Point, Schematic
from app.ui.canvas.annotation_layer import paint_annotations
from app.ui.canvas.backward import backward_wires
from app.ui.canvas.block_layer import paint_blocks
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink
from app.ui.canvas.live_layer import paint_live
from app.ui.canvas.look import Look
from app.ui.canvas.marks_layer import paint_marks
from app.ui.canvas.metrics import Detail
from app.ui.canvas.wire_layer import paint_wires
from app.ui.theme import Theme

EXTENT = 1.1e7  # scene units from the origin to each side; a sheet has a million grid units each way
Paint = Callable[[QPainter, QRectF, Ink, Detail], None]


class Layer(QGraphicsItem):
    """Calls `paint_layer` for the exposed rectangle. It takes no mouse: hits are found in the drawing's index."""

    def __init__(self, paint_layer: Paint, z: float) -> None:
        super().__init__()
        self._paint_layer = paint_layer
        self._rect = QRectF(-EXTENT, -EXTENT, 2 * EXTENT, 2 * EXTENT)
        self.setZValue(z)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_layer(painter, option.exposedRect, Ink(Theme.current(), max(zoom / ratio, 1e-4)), Detail.at(zoom / ratio))


class CanvasScene(QGraphicsScene):
    """Shows `drawing` with `look`; `overlay` paints the gesture at work."""

    def __init__(self, schematic: Schematic, sheet: str = TOP, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-EXTENT, -EXTENT, 2 * EXTENT, 2 * EXTENT)
        self.drawing = Drawing(schematic, sheet)
        self.look = Look()
        self.overlay: Callable[[QPainter, Ink], None] | None = None
        self._backward: Mapping[str, Sequence[Point]] | None = None
        self._layers = [
            Layer(paint, z)
            for z, paint in enumerate(
                (self._annotations, self._wires, self._live, self._blocks, self._marks, self._gesture)
            )
        ]
        for layer in self._layers:
            self.addItem(layer)

    def show_sheet(self, schematic: Schematic, sheet: str) -> None:
        """Another sheet or document; selection and hover are forgotten."""
        self.drawing = Drawing(schematic, sheet)
        self.look.selection.clear()
        self.look.hovered_block, self.look.hovered_wires = "", frozenset()
        self.forget()

    def forget(self) -> None:
        """The drawing changed: what was derived from it is made anew."""
        self._backward = None
        self.update()

    @property
    def backward(self) -> Mapping[str, Sequence[Point]]:
        if self._backward is None:
            self._backward = backward_wires(self.drawing)
        return self._backward

    def _annotations(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        paint_annotations(painter, self.drawing, area, ink, detail)

    def _wires(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        paint_wires(painter, self.drawing, area, ink, detail, self.look, cores=self.look.live is None)

    def _live(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        if self.look.live is not None:
            paint_live(painter, self.drawing, area, ink, self.look, self.backward if self.look.lit else {})

    def _blocks(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        paint_blocks(painter, self.drawing, area, ink, detail, self.look)

    def _marks(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        paint_marks(painter, self.drawing, area, ink, self.look)

    def _gesture(self, painter: QPainter, area: QRectF, ink: Ink, detail: Detail) -> None:
        if self.overlay is not None:
            self.overlay(painter, ink)
