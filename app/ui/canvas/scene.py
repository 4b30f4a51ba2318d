"""The scene: one item for the whole sheet instead of one per block. It asks the spatial index for what the exposed
rectangle shows at the present zoom, so that nothing is made for what nobody sees."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from app.document.schematic import TOP, Schematic
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import Detail
from app.ui.canvas.sheet_painter import SheetPainter
from app.ui.theme import Theme

EXTENT = 1.1e7  # scene units from the origin to each side; a sheet has a million grid units each way
Overlay = Callable[[QPainter, Ink], None]


class CanvasScene(QGraphicsScene):
    """Shows `drawing` with `look`; `overlay` paints the gesture at work."""

    def __init__(self, schematic: Schematic, sheet: str = TOP, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-EXTENT, -EXTENT, 2 * EXTENT, 2 * EXTENT)
        self.look = Look()
        self.overlay: Overlay | None = None
        self._painter = SheetPainter(Drawing(schematic, sheet), self.look)
        self._item = _SheetItem(self)
        self.addItem(self._item)

    @property
    def drawing(self) -> Drawing:
        return self._painter.drawing

    def show_sheet(self, schematic: Schematic, sheet: str) -> None:
        """Another sheet or document; selection and hover are forgotten."""
        self._painter = SheetPainter(Drawing(schematic, sheet), self.look)
        self.look.selection.clear()
        self.look.hovered_block, self.look.hovered_wires = "", frozenset()
        self.look.live = None
        self.update()

    def paint(self, painter: QPainter, area: QRectF, zoom: float) -> None:
        ink = Ink(Theme.current(), max(zoom, 1e-4))
        self._painter.paint(painter, area, ink, Detail.at(zoom))
        if self.overlay is not None:
            self.overlay(painter, ink)


class _SheetItem(QGraphicsItem):
    """It takes no mouse: hits are found in the drawing's index."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__()
        self._scene = scene
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def boundingRect(self) -> QRectF:
        return QRectF(-EXTENT, -EXTENT, 2 * EXTENT, 2 * EXTENT)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        self._scene.paint(painter, option.exposedRect, zoom / ratio)
