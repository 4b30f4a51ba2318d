"""The canvas: a desk's document as a drawing that can be edited with mouse and keys, with the run shown on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QWidget

from app.document.schematic import Change
from app.ui.canvas import hits
from app.ui.canvas.drops import block_in, files_in
from app.ui.canvas.gestures.base import Gesture, Pointer
from app.ui.canvas.gestures.frame import FrameGesture
from app.ui.canvas.gestures.pan import PanGesture
from app.ui.canvas.gestures.pick import PickGesture
from app.ui.canvas.gestures.place import PlaceGesture
from app.ui.canvas.gestures.wire import WireGesture
from app.ui.canvas.gestures.zoom_box import ZoomBoxGesture
from app.ui.canvas.ink import Ink
from app.ui.canvas.live_view import LiveView
from app.ui.canvas.placed_sheet import TEXT_ROOM
from app.ui.desk import Desk
from blocks import discover

ARROWS: Mapping[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
PAN_STEP = 60  # px that an arrow key moves the window without a selection
IDLE_HINT = "Click a pin to start a wire · drag to select · double-click opens"


class CanvasView(LiveView):
    pointer_moved = Signal(int, int)  # grid units
    tool_changed = Signal(str)
    files_dropped = Signal(list)  # paths of .csv and .aann files
    menu_requested = Signal(QPoint)  # global position; the window shows its menu there

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Schematic")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self._pan: PanGesture | None = None
        self._space = False
        self._lowered = False  # a left press that no gesture has taken to its end
        self._scene.overlay = self._paint_gesture

    # -- tools --------------------------------------------------------------------------------------------------------

    def start_tool(self, name: str) -> None:
        """`select`, `wire`, `label`, `comment`, `frame`, `probe` or `zoom_box`. Raises KeyError for another name."""
        if name in ("label", "comment", "probe"):
            self.place(name)
            return
        made: Mapping[str, type[Gesture]] = {"wire": WireGesture, "frame": FrameGesture, "zoom_box": ZoomBoxGesture}
        if name == "select":
            self._put_away()
        elif name == "zoom_box" or self._may_edit():
            self._take(made[name](self))

    def place(self, type: str, parameters: Mapping[str, str] | None = None) -> None:
        """A ghost of the block follows the pointer; a click places it, Esc ends. Raises KeyError for no such type."""
        if self._may_edit():
            self._take(PlaceGesture(self, type, parameters))

    def cancel(self) -> None:
        """Esc: gives up the gesture at work, then the tool, then the selection, then the block's inside."""
        if self._pan is not None:
            self._end_pan()
        elif self.gesture is not None:
            if not self.gesture.stop():
                self._put_away()
        elif self.look.selection:
            self.select(())
        elif self.macro():
            self.open_location(0)

    def tool(self) -> str:
        """The name of the tool in hand: the kind of gesture, `select` without one."""
        names = {WireGesture: "wire", FrameGesture: "frame", ZoomBoxGesture: "zoom_box"}
        if isinstance(self.gesture, PlaceGesture):
            return self.gesture.instance.type
        return next((name for kind, name in names.items() if isinstance(self.gesture, kind)), "select")

    def _may_edit(self) -> bool:
        """False, with the reason said, where nothing can be drawn."""
        return not self.read_only or self.do("", ())

    def _take(self, gesture: Gesture) -> None:
        self._put_away()
        self.gesture = gesture
        self.viewport().setCursor(gesture.cursor)
        self.hover_nothing()
        self.tell(gesture.hint)
        self.tool_changed.emit(self.tool())

    def _put_away(self) -> None:
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
        self.look.reveal_pins = False
        self.viewport().unsetCursor()
        self.repaint_overlay()
        self.tell(IDLE_HINT)
        self.tool_changed.emit("select")

    # -- what gestures ask for ----------------------------------------------------------------------------------------

    def end_gesture(self, gesture: Gesture) -> None:
        """A sticky tool stays for the next time."""
        if gesture is self._pan:
            self._end_pan()
        elif gesture is self.gesture and not gesture.sticky:
            self._put_away()
        self.repaint_overlay()

    def hand_over(self, gesture: Gesture) -> None:
        self.gesture = gesture
        self.viewport().setCursor(gesture.cursor)
        self.tell(gesture.hint)

    def preview(self, changes: Iterable[Change], lifted: frozenset[str] = frozenset()) -> None:
        self.drawing.index.take_dirty()
        self.drawing.preview(changes)
        dirty = self.drawing.index.take_dirty()
        if lifted != self.look.lifted or dirty is None:
            self.look.lifted = lifted
            self.refresh()
            return
        left, top, right, bottom = dirty
        room = QRectF(left, top, right - left, bottom - top).adjusted(-TEXT_ROOM, -TEXT_ROOM, TEXT_ROOM, TEXT_ROOM)
        self._scene.forget_area(room)
        self.viewport().update()

    def repaint_overlay(self) -> None:
        self.viewport().update()

    def _paint_gesture(self, painter: QPainter, ink: Ink) -> None:
        if self.gesture is not None:
            self.gesture.paint(painter, ink)

    def _shown(self) -> None:
        self._put_away()
        super()._shown()

    def _document_changed(self, changes: tuple[Change, ...]) -> None:
        """A gesture that is half done when the document changes under it (undo during a drag) is given up."""
        if self._lowered and self.gesture is not None and not self.gesture.sticky:
            self._put_away()
        super()._document_changed(changes)

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
        """Without a tool a press on a pin begins a wire; everything else is picking."""
        hit = hits.hit(self.drawing, pointer.at, self.zoom())
        plain = not pointer.modifiers & ~Qt.KeyboardModifier.KeypadModifier
        if hit.pin is not None and plain and not self.read_only:
            self.gesture = WireGesture(self, once=True)
        else:
            self.gesture = PickGesture(self, hit, self.read_only)
        self.viewport().setCursor(self.gesture.cursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        self.pointer_moved.emit(*pointer.grid)
        if self._pan is not None:
            self._pan.move(pointer)
        elif self.gesture is not None:
            self.gesture.move(pointer)
        else:
            self.hover(pointer)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
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

    def _end_pan(self) -> None:
        self._pan = None
        if self._space:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.gesture is not None:
            self.viewport().setCursor(self.gesture.cursor)
        else:
            self.viewport().unsetCursor()

    def leaveEvent(self, event: QEvent) -> None:
        self.hover_nothing()
        super().leaveEvent(event)

    # -- drops --------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        kind = block_in(event.mimeData())
        if kind in discover.catalogue() and self._may_edit():
            self._take(PlaceGesture(self, kind, once=True))
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
