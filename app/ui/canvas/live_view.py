"""The run on the canvas: frames at most 15 times a second, and the card at the pointer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QTimer, QVariantAnimation, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.errors import Problem
from app.training.frame import Frame
from app.ui.canvas import hits, lettering
from app.ui.canvas.cards import HoverCard, Legend
from app.ui.canvas.gestures.base import Pointer
from app.ui.canvas.gradient_lens import GradientLens, Synapse
from app.ui.canvas.hits import Hit
from app.ui.canvas.hover import reading_of
from app.ui.canvas.ink import dashed_pen, line_pen
from app.ui.canvas.live_source import LiveSource
from app.ui.canvas.metrics import GRID
from app.ui.canvas.recent import Recent
from app.ui.canvas.text_view import TextView
from app.ui.canvas.zoom_view import FIT_MOST
from app.ui.desk import Desk
from app.ui.theme import Theme

FRAME_GAP = 66  # ms between repaints for a run
PAINT_SHARE = 6.0  # a frame is shown at most once in so many times what painting takes
HOVER_WAIT = 300  # ms
PULSE = 400  # ms
LIGHT_UP = 120  # ms in which V_teach lights the path
CARD_GAP = 14  # px
LEGEND_LEAST = 480  # px of width below which the legend would be in the way


class LiveView(TextView):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._live_on = True
        self._source: LiveSource | None = None
        self._recent = Recent()
        self._lens = GradientLens(desk)
        self._frame: Frame | None = None
        self._frame_timer = _timer(self, FRAME_GAP, self._show_waiting)
        self._hover_timer = _timer(self, HOVER_WAIT, self._show_card)
        self._hovered: tuple[Hit, QPointF] | None = None
        self._lighting = _run(self, LIGHT_UP, 1, self._lit_further)
        self._pulsing = _run(self, PULSE, 3, self._pulse)
        self._legend = Legend(self)
        self._card = HoverCard(self)
        desk.framed.connect(self.show_frame)
        if desk.frame is not None:
            self.show_frame(desk.frame)

    # -- frames -------------------------------------------------------------------------------------------------------

    @Slot(object)
    def show_frame(self, frame: Frame) -> None:
        """Shows the frame with the next repaint if the last one was just now; V_teach is seen at once."""
        thrown = self._frame is not None and self._frame.teach_on != frame.teach_on
        self._frame = frame
        self._recent.add(frame)
        found = self._lens.follow(frame)
        if found is not None:
            self.look.lens = found
            self.refresh()
        if thrown or not self._frame_timer.isActive():
            self._show_waiting()
            # A drawing that takes long to paint is painted less often: the run comes first.
            self._frame_timer.start(max(FRAME_GAP, round(PAINT_SHARE * 1e3 * self._scene.cost)))

    @Slot()
    def _show_waiting(self) -> None:
        frame, look = self._frame, self.look
        before = look.live is not None, look.taught
        live = None
        if frame is not None and frame.layout is not None and self._live_on:
            if self._source is None or self._source.layout is not frame.layout:
                self._source = LiveSource(frame.layout, self.look.inside, self._inside, self.look.prefix)
            live = self._source.frame(frame)
        if live is None and look.live is None:
            return
        look.live = live
        if live is not None and live.running:
            look.clock = time.perf_counter()
        if look.taught and not before[1] and not self.still:
            self._lighting.start()
        self._show_legend()
        if self._card.isVisible():
            self._show_card()
        if before == (look.live is not None, look.taught):
            self.refresh_run()
        else:
            self.refresh()

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """Marks what problems name; the pins of new errors pulse three times."""
        before = {ident for ident, severity in self.look.problems.items() if severity == "error"}
        super().set_problems(problems)
        now = {ident for ident, severity in self.look.problems.items() if severity == "error"}
        if now - before and not self.still:
            self._pulsing.start()

    @Slot(object)
    def _pulse(self, share: float) -> None:
        self.look.pulse = math.sin(math.pi * share) if share < 1.0 else 0.0
        self.refresh_run()

    def set_blame(self, shares: Mapping[Synapse, float]) -> None:
        """How much of the MSE each imperfection costs, as a share of the worst; nothing without any."""
        self.look.blame = dict(shares)
        self.refresh_run()

    @Slot(object)
    def _lit_further(self, share: float) -> None:
        self.look.path_lit = share
        self.refresh_run()

    def set_live(self, on: bool) -> None:
        """The live layer: voltages as colours, weights as widths, values in neurons."""
        self._live_on = on
        self._show_waiting()
        self.refresh()

    def set_backward(self, on: bool) -> None:
        """Whether the backward path is lit while V_teach is above zero."""
        self.look.backward = on
        self.refresh()

    def set_gradient_lens(self, on: bool) -> None:
        """Compares each capacitor's charging current with what backpropagation wants, anew in every epoch."""
        self._lens.switch(on)
        if not on:
            self.look.lens = {}
            self.refresh()

    def set_reduced_motion(self, on: bool) -> None:
        self.still = self.look.still = on

    def _shown(self) -> None:
        super()._shown()
        self._source = None
        self._recent = Recent()
        self.hover_nothing()
        self._show_legend()
        if self._frame is not None:
            self._show_waiting()

    def _show_legend(self) -> None:
        self._legend.setVisible(self.look.live is not None and self.width() > LEGEND_LEAST)

    def room(self, area: QRectF) -> QRect:
        """Not under the legend, if the area's corner would come to lie there."""
        whole = super().room(area)
        if not self._legend.isVisible() or area.isEmpty():
            return whole
        zoom = min(whole.width() / area.width(), whole.height() / area.height(), FIT_MOST)
        right = whole.center().x() + zoom * area.width() / 2
        bottom = whole.center().y() + zoom * area.height() / 2
        if right < self._legend.x() or bottom < self._legend.y():
            return whole
        narrow, low = whole.adjusted(0, 0, -self._legend.width(), 0), whole.adjusted(0, 0, 0, -self._legend.height())
        return max((narrow, low), key=lambda room: min(room.width() / area.width(), room.height() / area.height()))

    def _document_replaced(self) -> None:
        self._frame, self.look.lens = None, {}
        super()._document_replaced()

    # -- hover --------------------------------------------------------------------------------------------------------

    def hover(self, pointer: Pointer) -> None:
        """Lights up what is under the pointer, with its whole net; after a while a card tells more."""
        hit = hits.hit(self.drawing, pointer.at, self.zoom())
        look = self.look
        block = hit.block.instance.id if hit.block is not None and hit.pin is None else ""
        wires = self._net_wires(hit)
        if (block, wires) != (look.hovered_block, look.hovered_wires):
            look.hovered_block, look.hovered_wires = block, wires
            self.refresh_run()
        same = self._hovered is not None and self._hovered[0] == hit
        if not same:
            self._hide_card()
        self._hovered = hit, pointer.at
        if not same or not self._card.isVisible():
            self._hover_timer.start()

    def hover_nothing(self) -> None:
        """The pointer is away, or busy."""
        look = self.look
        if look.hovered_block or look.hovered_wires:
            look.hovered_block, look.hovered_wires = "", frozenset()
            self.refresh_run()
        self._hovered = None
        self._hide_card()

    def _net_wires(self, hit: Hit) -> frozenset[str]:
        drawing = self.drawing
        if hit.wire:
            nets = list(drawing.nets_of(hit.wire))
        elif hit.pin is not None and not hit.pin.bus:
            nets = drawing.nets.of_end(hit.pin.end)
        elif hit.junction:
            nets = [net for wire in drawing.wires_at(hit.junction) for net in drawing.nets_of(wire)]
        else:
            return frozenset()
        return frozenset(wire for net in nets for wire in net.wires)

    def _hide_card(self) -> None:
        self._hover_timer.stop()
        if self._card.isVisible() or self.look.probed is not None:
            self._card.hide()
            self.look.probed = None
            self.refresh_run()

    @Slot()
    def _show_card(self) -> None:
        if self._hovered is None:
            return
        hit, at = self._hovered
        reading = reading_of(hit, self.drawing, self.look, self._source, self._recent)
        if reading is None:
            return
        self._card.show_reading(reading)
        if not self._card.isVisible():
            self._card.move(self._card_place(self.mapFromScene(at)))
            self._card.show()
        if hit.wire or hit.junction:
            junction = self.drawing.sheet.junctions.get(hit.junction)
            x, y = junction.at if junction is not None else hits.nearest_on(self.drawing, hit.wire, at)
            self.look.probed = QPointF(GRID * x, GRID * y)
            self.refresh_run()

    def _card_place(self, pointer: QPoint) -> QPoint:
        """Beside the pointer, above it if there is room, never outside the window."""
        size, room = self._card.size(), self.viewport().rect()
        x = min(pointer.x() + CARD_GAP, room.right() - size.width())
        y = pointer.y() - CARD_GAP - size.height()
        return QPoint(max(0, x), y if y >= 0 else pointer.y() + CARD_GAP)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """From the place on the wire to its card; on an empty sheet what to begin with."""
        sheet = self.drawing.sheet
        if not (sheet.instances or sheet.wires or sheet.junctions or self.gesture):
            _paint_welcome(painter, QRectF(self.viewport().rect()))
        probed = self.look.probed
        if probed is None or not self._card.isVisible():
            return
        accent, zoom = Theme.current().color("accent"), self.zoom()
        box = QRectF(self.mapToScene(self._card.geometry()).boundingRect())
        edge = QPointF(
            min(max(probed.x(), box.left()), box.right()), min(max(probed.y(), box.top()), box.bottom())
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(dashed_pen(accent, 1.25 / zoom, (2.0 / zoom, 2.0 / zoom)))
        painter.drawLine(probed, edge)
        painter.setPen(line_pen(accent, 2.0 / zoom))
        painter.setBrush(Theme.current().color("canvas"))
        painter.drawEllipse(probed, 4.0 / zoom, 4.0 / zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # First the legend, since what is fitted keeps clear of it.
        place = QPoint(self.width() - self._legend.width() - 12, self.height() - self._legend.height() - 8)
        self._legend.move(place)
        self._show_legend()
        super().resizeEvent(event)


def _paint_welcome(painter: QPainter, window: QRectF) -> None:
    """In the middle of the window, at the same size at every zoom."""
    painter.save()
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = window.center()
    for text, style, size, role, y in (
        ("An empty sheet", "title", 16.0, "second", -14.0),
        ("Drag a block from the palette, or choose one from Insert.", "plain", 12.5, "hint", 12.0),
        ("File › New network draws whole networks from their layer sizes.", "plain", 12.5, "hint", 32.0),
    ):
        painter.setPen(Theme.current().color(role))
        lettering.draw(painter, lettering.lettering(text, style, size), middle.x(), middle.y() + y, "centre")
    painter.restore()


def _run(owner: QWidget, length: int, times: int, call: Callable[[float], None]) -> QVariantAnimation:
    """From 0 to 1 in `length` ms."""
    animation = QVariantAnimation(owner)
    animation.setDuration(length)
    animation.setLoopCount(times)
    animation.setStartValue(0.0)
    animation.setEndValue(1.0)
    animation.valueChanged.connect(call)
    return animation


def _timer(owner: QWidget, wait: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(wait)
    timer.timeout.connect(call)
    return timer
