"""Looking at a sheet: pan, zoom at the pointer, fit, the background with its grid. Knows no document."""

from __future__ import annotations

import math

from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QInputDevice,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from app.ui import theme
from app.ui.canvas.metrics import GRID, ZOOM_LEAST, ZOOM_MOST
from app.ui.theme import Theme

WHEEL_STEP = 1.2  # zoom factor of one notch
KEY_STEP = 1.25
MARGIN = 12  # px that fitting leaves free on each side
FIT_MOST = 1.5  # fitting never enlarges further
GLIDE = 200  # ms
LEAST_DOT_GAP = 8.0  # px between grid dots; coarser grids show when zoomed out


class ZoomView(QGraphicsView):
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        # Overlays and the live layer change all over the sheet; partial updates would only cost bookkeeping.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setMouseTracking(True)
        self.still = False  # "reduce motion"
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._glided)
        self._from = self._to = (1.0, QPointF())
        self._fitted = True  # nobody has moved the view since it was fitted: it stays fitted when its size changes
        theme.notifier().changed.connect(self.viewport().update)

    # -- what a subclass tells ----------------------------------------------------------------------------------------

    def content_rect(self) -> QRectF:
        """Everything that fitting shows, in scene units."""
        return QRectF()

    def room(self, area: QRectF) -> QRect:
        """The part of the window (pixels) into which an area of that shape is fitted."""
        return self.viewport().rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    # -- zoom ---------------------------------------------------------------------------------------------------------

    def zoom(self) -> float:
        """Pixels per scene unit; 1.0 is 100 %."""
        return self.transform().m11()

    def zoom_to(self, factor: float) -> None:
        """About the middle of the window."""
        self._zoom_about(factor, self.viewport().rect().center())

    def zoom_in(self) -> None:
        self.zoom_to(self.zoom() * KEY_STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.zoom() / KEY_STEP)

    def fit(self, animated: bool = True) -> None:
        """Everything, at 150 % at most."""
        self.show_area(self.content_rect(), animated)
        self._fitted = True

    def show_area(self, area: QRectF, animated: bool = True) -> None:
        """Fits a rectangle into the window; an empty one is shown at 100 % in its middle."""
        room = self.room(area)
        zoom = 1.0
        if not area.isEmpty():
            zoom = min(max(40, room.width()) / area.width(), max(40, room.height()) / area.height(), FIT_MOST)
        zoom = min(max(zoom, ZOOM_LEAST), ZOOM_MOST)
        beside = QPointF(self.viewport().rect().center() - room.center())
        self._go(zoom, area.center() + beside * (1.0 / zoom), animated)

    def centre(self) -> QPointF:
        """The scene point in the middle of the window."""
        return self.mapToScene(self.viewport().rect()).boundingRect().center()

    def _go(self, zoom: float, centre: QPointF, animated: bool) -> None:
        self._fitted = False
        self._glide.stop()
        if self.still or not animated or not self.isVisible():
            self._place(zoom, centre)
            return
        self._from, self._to = (self.zoom(), self.centre()), (zoom, centre)
        self._glide.start()

    def _glided(self, share: float) -> None:
        (zoom, centre), (last_zoom, last_centre) = self._from, self._to
        factor = math.exp(math.log(zoom) + share * (math.log(last_zoom) - math.log(zoom)))
        self._place(factor, centre + (last_centre - centre) * share)

    def _place(self, zoom: float, centre: QPointF) -> None:
        changed = abs(zoom - self.zoom()) > 1e-9
        self.setTransform(QTransform.fromScale(zoom, zoom))
        self.centerOn(centre)
        if changed:
            self.zoom_changed.emit(zoom)

    def _zoom_about(self, factor: float, pixel: QPoint) -> None:
        self._fitted = False
        self._glide.stop()
        factor = min(max(factor, ZOOM_LEAST), ZOOM_MOST)
        place = self.mapToScene(pixel)
        self.setTransform(QTransform.fromScale(factor, factor))
        self.scroll_by(self.mapFromScene(place) - pixel)
        self.zoom_changed.emit(factor)

    def scroll_by(self, pixels: QPoint) -> None:
        """Moves the window over the sheet."""
        self._fitted = False
        self._glide.stop()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + pixels.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + pixels.y())

    # -- events -------------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer, with Shift it goes sideways; two fingers pan."""
        event.accept()
        turned = event.angleDelta()
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        touchpad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        if touchpad and not zooming:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else turned
            self.scroll_by(-moved)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_by(QPoint(-(turned.y() or turned.x()) // 2, 0))
        elif turned.y():
            self._zoom_about(self.zoom() * WHEEL_STEP ** (turned.y() / 120.0), event.position().toPoint())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_about(self.zoom() * (1.0 + event.value()), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted sheet stays fitted; else what was in the middle stays there."""
        if self._fitted:
            super().resizeEvent(event)
            self.fit(animated=False)
            return
        old = event.oldSize()
        middle = self.mapToScene(old.width() // 2, old.height() // 2)
        super().resizeEvent(event)
        self.centerOn(middle)

    # -- background ---------------------------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        area = QRectF(rect)
        colors = Theme.current()
        painter.fillRect(area, colors.color("canvas"))
        zoom = self.zoom()
        step = GRID
        while step * zoom < LEAST_DOT_GAP:
            step *= 5 if round(step / GRID) in (1, 5, 25) else 2
        _paint_grid(painter, area, step, colors.color("grid"), zoom)


def _paint_grid(painter: QPainter, area: QRectF, step: float, color: QColor, zoom: float) -> None:
    """Dots: one dotted line per row, so that a whole row costs one call."""
    dot = (1.5 if zoom < 2.0 else 2.0) / zoom
    pen = QPen(color, dot)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.0, step / dot - 1.0])
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    left = math.floor(area.left() / step) * step - dot / 2
    row = math.floor(area.top() / step) * step
    while row < area.bottom():
        painter.drawLine(QPointF(left, row), QPointF(area.right(), row))
        row += step
