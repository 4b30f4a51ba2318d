"""The tool in hand: which gesture gets the pointer, and what gestures ask of the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.document.schematic import Change
from app.ui.canvas.gestures.base import Gesture
from app.ui.canvas.gestures.frame import FrameGesture
from app.ui.canvas.gestures.pan import PanGesture
from app.ui.canvas.gestures.place import PlaceGesture
from app.ui.canvas.gestures.wire import WireGesture
from app.ui.canvas.gestures.zoom_box import ZoomBoxGesture
from app.ui.canvas.ink import Ink
from app.ui.canvas.live_view import LiveView
from app.ui.canvas.placed_sheet import TEXT_ROOM
from app.ui.desk import Desk

IDLE_HINT = "Click a pin to start a wire · drag to select · double-click opens"


class ToolView(LiveView):
    tool_changed = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pan: PanGesture | None = None
        self._space = False
        self._lowered = False  # a left press that no gesture has taken to its end
        self._scene.overlay = self._paint_gesture

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
        """Esc: gives up the gesture at work, then the tool, then the selection, then leaves the sheet."""
        if self._pan is not None:
            self._end_pan()
        elif self.gesture is not None:
            if not self.gesture.stop():
                self._put_away()
        elif self.look.selection:
            self.select(())
        elif self.where.depth:
            self.leave()

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
        self.reveal_pins(False)
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

    def reveal_pins(self, on: bool) -> None:
        """Whether unused current outputs show their pins instead of crosses."""
        if self.look.reveal_pins != on:
            self.look.reveal_pins = on
            self.refresh()

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

    def _end_pan(self) -> None:
        self._pan = None
        if self._space:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.gesture is not None:
            self.viewport().setCursor(self.gesture.cursor)
        else:
            self.viewport().unsetCursor()
