"""The canvas: a desk's document as a drawing that can be edited with mouse and keys, with the run shown on it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.canvas import hits
from app.ui.canvas.drops import block_in, files_in, kind_of
from app.ui.canvas.gestures.base import Pointer
from app.ui.canvas.gestures.pan import PanGesture
from app.ui.canvas.gestures.pick import PickGesture
from app.ui.canvas.gestures.place import PlaceGesture
from app.ui.canvas.gestures.wire import WireGesture
from app.ui.canvas.metrics import Detail
from app.ui.canvas.tool_view import ToolView
from app.ui.desk import Desk
from blocks import discover

ARROWS: Mapping[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
PAN_STEP = 60  # px that an arrow key moves the window without a selection
EDGE_STEP = 30  # ms between steps while something is dragged beyond the window's edge


class CanvasView(ToolView):
    pointer_moved = Signal(int, int)  # grid units
    files_dropped = Signal(list)  # paths of .csv and .aann files
    menu_requested = Signal(QPoint)  # global position; the window shows its menu there

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Schematic")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self._last: Pointer | None = None  # where the pointer was last
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE_STEP)
        self._edge.timeout.connect(self._scroll_at_edge)

    # -- mouse --------------------------------------------------------------------------------------------------------

    def _pointer(self, event: QMouseEvent) -> Pointer:
        pixel = event.position().toPoint()
        return Pointer(self.mapToScene(pixel), pixel, event.modifiers())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.hover_nothing()
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and self._space
        ):
            self._pan = PanGesture(self, pointer.pixel)
            self.viewport().setCursor(PanGesture.cursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._lowered = True
            if self.gesture is None:
                self._begin(pointer)
            if self.gesture is not None:
                self.gesture.press(pointer)
        elif event.button() == Qt.MouseButton.RightButton and self.gesture is not None:
            self.cancel()
        event.accept()

    def _begin(self, pointer: Pointer) -> None:
        """Without a tool a press on a pin that can be seen begins a wire; everything else is picking."""
        hit = hits.hit(self.drawing, pointer.at, self.zoom(), pins=Detail.at(self.zoom()) >= Detail.NAMES)
        plain = not pointer.modifiers & ~Qt.KeyboardModifier.KeypadModifier
        if hit.pin is not None and plain and not self.read_only:
            self.gesture = WireGesture(self, once=True)
        else:
            self.gesture = PickGesture(self, hit, self.read_only)
        self.viewport().setCursor(self.gesture.cursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._last = self._pointer(event)
        self.pointer_moved.emit(*pointer.grid)
        self._watch_edge(pointer)
        if self._pan is not None:
            self._pan.move(pointer)
        elif self.gesture is not None:
            self.gesture.move(pointer)
        else:
            self.hover(pointer)
        event.accept()

    def _watch_edge(self, pointer: Pointer) -> None:
        """Whatever is dragged beyond the edge of the window takes the window along."""
        away = not self.viewport().rect().contains(pointer.pixel)
        if away and self._lowered and self.gesture is not None and self._pan is None:
            if not self._edge.isActive():
                self._edge.start()
        else:
            self._edge.stop()

    @Slot()
    def _scroll_at_edge(self) -> None:
        last, rect = self._last, self.viewport().rect()
        if last is None or self.gesture is None or not self._lowered:
            self._edge.stop()
            return
        pixel = last.pixel
        inside = QPoint(
            min(max(pixel.x(), rect.left()), rect.right()), min(max(pixel.y(), rect.top()), rect.bottom())
        )
        beyond = pixel - inside
        self.scroll_by(QPoint(beyond.x() // 3, beyond.y() // 3))
        self.gesture.move(Pointer(self.mapToScene(pixel), pixel, last.modifiers))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._edge.stop()
        pointer = self._pointer(event)
        if self._pan is not None:
            self._pan.release(pointer)
        elif event.button() == Qt.MouseButton.LeftButton and self.gesture is not None:
            self.gesture.release(pointer)
        self._lowered = False
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton or self._space:
            return
        self._lowered = True
        if self.gesture is not None and not isinstance(self.gesture, PickGesture):
            self.gesture.double_click(pointer)
        else:
            self._put_away()
            self.open_at(hits.hit(self.drawing, pointer.at, self.zoom(), pins=False), pointer.at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What is under the pointer is selected first, so that the menu is about it."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            item = hits.hit(self.drawing, self.mapToScene(event.pos()), self.zoom(), pins=False).item
            if item and item not in self.look.selection:
                self.select((item,))
        self.menu_requested.emit(event.globalPos())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hover_nothing()
        super().leaveEvent(event)

    # -- drops --------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        kind, parameters = kind_of(block_in(event.mimeData()))
        if kind in discover.catalogue() and self._may_edit():
            self._take(PlaceGesture(self, kind, parameters, once=True))
            event.acceptProposedAction()
        elif files_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if isinstance(self.gesture, PlaceGesture):
            self.gesture.move(self._dropped_at(event))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._put_away()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        if isinstance(self.gesture, PlaceGesture):
            self.setFocus()
            self.gesture.press(self._dropped_at(event))
        else:
            self.files_dropped.emit(files_in(event.mimeData()))

    def _dropped_at(self, event: QDropEvent) -> Pointer:
        pixel = event.position().toPoint()
        return Pointer(self.mapToScene(pixel), pixel)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """While a gesture is at work, its keys come here instead of to the window's actions."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            return True
        keys = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return self.tool() == "wire" and event.key() in keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space = True
                self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif key == Qt.Key.Key_Escape:
            self.cancel()
        elif self.gesture is not None and self.gesture.key(key, event.modifiers()):
            pass
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.delete_selection()
        elif key in ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            dx, dy = ARROWS[key]
            if self.selection() and self.gesture is None:
                self.nudge(dx, dy)
            elif self.gesture is None:
                self.scroll_by(QPoint(PAN_STEP * dx, PAN_STEP * dy))
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            if self._pan is None:
                self._end_pan()
            event.accept()
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever lets go of Space elsewhere must not find the canvas panning later."""
        self._space = False
        super().focusOutEvent(event)
