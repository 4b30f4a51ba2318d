"""The scene: one item for the whole sheet instead of one per block. It asks the spatial index for what the exposed
rectangle shows at the present zoom, so that nothing is made for what nobody sees.

What was painted is kept as an image. While the window only moves over the sheet, the image moves along and nothing but
the strips that come into view is painted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from app.document.schematic import TOP, Schematic
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.ink import Ink
from app.ui.canvas.look import Look
from app.ui.canvas.metrics import Detail
from app.ui.canvas.seen import Seen
from app.ui.canvas.sheet_painter import SheetPainter
from app.ui.theme import Theme

EXTENT = 1.1e7  # scene units from the origin to each side; a sheet has a million grid units each way
Overlay = Callable[[QPainter, Ink], None]


class CanvasScene(QGraphicsScene):
    """Shows `drawing` with `look`; `overlay` paints the gesture at work. Call `forget` when either has changed."""

    def __init__(self, schematic: Schematic, sheet: str = TOP, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-EXTENT, -EXTENT, 2 * EXTENT, 2 * EXTENT)
        self.look = Look()
        self.overlay: Overlay | None = None
        self.cost = 0.0  # s that painting everything in view took last
        self._painter = SheetPainter(Drawing(schematic, sheet), self.look)
        self._image = QPixmap()
        # Layers that stay the same while a run goes; a halo is made when it is first lit.
        self._ground, self._blocks, self._halo = QPixmap(), QPixmap(), QPixmap()
        self._halo_made = False
        self._still: tuple[QTransform, str] | None = None  # how these lie, and their theme
        self._shown: tuple[QTransform, str] | None = None  # how the image lies, and its theme
        self._dirty: list[QRectF] = []
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
        self.forget()

    def forget(self) -> None:
        """Nothing that is kept is true any more."""
        self._still = None
        self.forget_run()

    def forget_run(self) -> None:
        """Only what a run, hover or selection shows has changed: areas and blocks look as they did."""
        self._shown = None
        self._dirty.clear()

    def forget_area(self, area: QRectF) -> None:
        """Only so much of it (scene units) is not true any more."""
        self._dirty.append(area)

    def paint(self, painter: QPainter, device: QSize, ratio: float) -> None:
        """The sheet as the painter's transform shows it on a device of `device` pixels."""
        where, colors = QTransform(painter.worldTransform()), Theme.current()
        size = device * ratio
        if self._image.size() != size or self._image.devicePixelRatio() != ratio:
            self._image, self._ground, self._blocks, self._halo = (_transparent(size, ratio) for _ in range(4))
            self.forget()
        for strip in self._strips(where, colors.name, QRect(0, 0, device.width(), device.height()), ratio):
            self._paint_strip(strip, where, colors)
        self._shown = where, colors.name
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._image)
        painter.restore()
        if self.overlay is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.overlay(painter, Ink(colors, max(where.m11(), 1e-4)))

    def _strips(self, where: QTransform, theme: str, whole: QRect, ratio: float) -> Iterator[QRect]:
        """What must be painted (device-independent pixels), after the image has moved to where it belongs now."""
        if self._shown is None or self._shown[1] != theme or self._shown[0].m11() != where.m11():
            yield whole
            return
        before = self._shown[0]
        dx, dy = where.dx() - before.dx(), where.dy() - before.dy()
        dirty = [where.mapRect(area).toAlignedRect().adjusted(-2, -2, 2, 2) & whole for area in self._dirty]
        self._dirty.clear()
        if dx == dy == 0:
            yield from dirty
            return
        if dirty:
            yield whole
            return
        pixels = dx * ratio, dy * ratio
        whole_steps = all(abs(step - round(step)) < 1e-6 for step in pixels)
        if not whole_steps or abs(dx) >= whole.width() or abs(dy) >= whole.height():
            yield whole
            return
        self._image.scroll(round(pixels[0]), round(pixels[1]), self._image.rect())
        x, y = round(dx), round(dy)
        if x:
            yield QRect(0, 0, x, whole.height()) if x > 0 else QRect(whole.width() + x, 0, -x, whole.height())
        if y:
            yield QRect(0, 0, whole.width(), y) if y > 0 else QRect(0, whole.height() + y, whole.width(), -y)

    def _paint_strip(self, strip: QRect, where: QTransform, colors: Theme) -> None:
        if strip.size() * self._image.devicePixelRatio() == self._image.size():
            begun = time.perf_counter()
            self._paint_whole(strip, where, colors)
            self.cost = time.perf_counter() - begun
            return
        self._still = None  # it did not move along
        painter = QPainter(self._image)
        painter.setClipRect(strip)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(strip, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setWorldTransform(where)
        back, _ = where.inverted()
        area = back.mapRect(QRectF(strip))
        zoom = max(where.m11(), 1e-4)
        self._painter.paint(painter, area, Ink(colors, zoom), Detail.at(zoom))
        painter.end()

    def _paint_halo(self, painter: QPainter) -> None:
        """Of all layers the costliest to stroke."""
        where = QTransform(painter.worldTransform())
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._halo)
        painter.setWorldTransform(where)

    def _paint_whole(self, window: QRect, where: QTransform, colors: Theme) -> None:
        """From the layers that are kept and those that change with a run."""
        back, _ = where.inverted()
        zoom = max(where.m11(), 1e-4)
        ink, detail, layers = Ink(colors, zoom), Detail.at(zoom), self._painter
        seen = Seen(self.drawing, back.mapRect(QRectF(window)))
        if self._still != (where, colors.name):
            self._still, self._halo_made = (where, colors.name), False
            for kept, layer in ((self._ground, layers.paint_ground), (self._blocks, layers.paint_blocks)):
                _paint_kept(kept, where, partial(layer, seen=seen, ink=ink, detail=detail))
        if self.look.lit and not self._halo_made:
            self._halo_made = True
            _paint_kept(self._halo, where, lambda painter: layers.paint_halo(painter, seen, ink, detail))
        self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        painter.drawPixmap(0, 0, self._ground)
        painter.setWorldTransform(where)
        layers.paint_wires(painter, seen, ink, detail, self._paint_halo)
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._blocks)
        painter.setWorldTransform(where)
        layers.paint_top(painter, seen, ink, detail)
        painter.end()


def _paint_kept(kept: QPixmap, where: QTransform, layer: Callable[[QPainter], None]) -> None:
    kept.fill(Qt.GlobalColor.transparent)
    painter = QPainter(kept)
    painter.setWorldTransform(where)
    layer(painter)
    painter.end()


def _transparent(size: QSize, ratio: float) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)  # which gives it an alpha channel
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class _SheetItem(QGraphicsItem):
    """It takes no mouse: hits are found in the drawing's index."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__()
        self._scene = scene

    def boundingRect(self) -> QRectF:
        return QRectF(-EXTENT, -EXTENT, 2 * EXTENT, 2 * EXTENT)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if widget is not None:
            self._scene.paint(painter, widget.size(), widget.devicePixelRatioF())
