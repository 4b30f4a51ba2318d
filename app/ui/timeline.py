"""The timeline under the canvas: how far the run has come, where V_teach was changed, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.ui import theme
from app.ui.controls.naming import named
from app.ui.controls.readout import EYE
from app.ui.theme import Theme, notifier

if TYPE_CHECKING:
    from app.training.frame import Frame
    from app.ui.desk import Desk

HANDLE = 8.0
TICKS = 20
ROOM = 74.0  # for the text right of the handle


class Scrubber(QWidget):
    """Epochs from 0 to a round number beyond the last one. `scrubbed(epoch)` while the handle is dragged or moved with
    the keys; only what has been run can be reached."""

    scrubbed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self.setToolTip("Drag back to look at an earlier epoch: weights, voltages and decision map as they were")
        self.last, self.shown = 0, 0
        self.diamonds: tuple[int, ...] = ()
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(EYE)
        self._waiting.timeout.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 34)

    def show_state(self, last: int, shown: int, diamonds: tuple[int, ...]) -> None:
        """`last` epoch that was run, `shown` where the handle stands, `diamonds` where V_teach was changed."""
        if (last, shown, diamonds) != (self.last, self.shown, self.diamonds):
            seldom = self.last != last and shown == last  # it follows a run: a few times a second will do
            self.last, self.shown, self.diamonds = last, shown, diamonds
            if not seldom:
                self.update()
            elif not self._waiting.isActive():
                self._waiting.start()

    @property
    def end(self) -> int:
        """The epoch at the right end."""
        step = 10
        while self.last > 0.95 * step:
            for factor in (2, 5, 10):
                if self.last <= 0.95 * step * factor:
                    return step * factor
            step *= 10
        return step

    def x_of(self, epoch: float) -> float:
        return HANDLE + (self.width() - 2 * HANDLE) * min(1.0, epoch / self.end)

    def epoch_at(self, x: float) -> int:
        part = (x - HANDLE) / max(1.0, self.width() - 2 * HANDLE)
        return min(self.last, max(0, round(part * self.end)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(self.epoch_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(self.epoch_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        page = max(1, self.end // 20)
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -page, Qt.Key.Key_PageUp: page,
            Qt.Key.Key_Home: -self.last, Qt.Key.Key_End: self.last,
        }  # fmt: skip
        if key in steps:
            self._go(min(self.last, max(0, self.shown + steps[key])))
        else:
            super().keyPressEvent(event)

    def _go(self, epoch: int) -> None:
        if epoch != self.shown:
            self.shown = epoch
            self.update()
            self.scrubbed.emit(epoch)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current, middle = Theme.current(), 18.0
        left, right = HANDLE, self.width() - HANDLE
        handle, run = self.x_of(self.shown), self.x_of(self.last)
        painter.setPen(Qt.PenStyle.NoPen)
        for role, alpha, x in (("border", 1.0, right), ("accent", 0.35, run), ("accent", 1.0, handle)):
            painter.setBrush(current.color(role, alpha))
            painter.drawRoundedRect(QRectF(left, middle - 2, max(0.0, x - left), 4), 2, 2)
        painter.setPen(QPen(current.color("hint"), 1.0))
        for index in range(TICKS + 1):
            x = left + (right - left) * index / TICKS
            painter.drawLine(QPointF(x, middle + 8), QPointF(x, middle + 11))
        self._paint_diamonds(painter, middle)
        painter.setPen(QPen(current.color("accent"), 2.4 if self.hasFocus() else 2.0))
        painter.setBrush(current.color("panel"))
        painter.drawEllipse(QPointF(handle, middle), HANDLE - 1, HANDLE - 1)
        self._paint_text(painter, handle)

    def _paint_diamonds(self, painter: QPainter, middle: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().color("teach"))
        for epoch in self.diamonds:
            x, y = self.x_of(epoch), middle - 9
            painter.drawPolygon([QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5), QPointF(x - 5, y)])

    def _paint_text(self, painter: QPainter, handle: float) -> None:
        text = f"epoch {self.shown}"
        painter.setFont(theme.font(10, 600))
        width = painter.fontMetrics().horizontalAdvance(text)
        x = handle + 11 if handle + 14 + width < self.width() else handle - 11 - width
        painter.setPen(Theme.current().color("text"))
        painter.drawText(QPointF(x, 12), text)


class Timeline(QFrame):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.desk = desk
        self.setFixedHeight(36)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(named(QLabel("Timeline"), "strong"))
        row.addSpacing(6)
        self.scrubber = Scrubber()
        row.addWidget(self.scrubber, 1)
        row.addSpacing(8)
        self.branch = self._button("Branch", "Continue from the epoch that is shown; what came after it is forgotten")
        self.live = self._button("Live", "Back to the present")
        self.live.setObjectName("liveButton")
        row.addWidget(self.branch)
        row.addWidget(self.live)
        self.scrubber.scrubbed.connect(self._scrubbed)
        self.branch.clicked.connect(self._branch)
        self.live.clicked.connect(self._live)
        desk.framed.connect(self.show_frame)
        desk.replaced.connect(self._clear)
        notifier().changed.connect(self.scrubber.update)
        self._last = 0
        self._clear()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setFixedHeight(24)
        button.setMinimumWidth(58)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click that disables it must not send keys to the palette
        return button

    @Slot(object)
    def show_frame(self, frame: Frame) -> None:
        if frame.viewing is None:
            self._last = frame.epoch
        shown = self._last if frame.viewing is None else frame.viewing
        self.scrubber.show_state(self._last, shown, tuple(frame.teach_changes))
        self.scrubber.setEnabled(frame.layout is not None)
        self._show_buttons(frame.viewing is not None)

    @Slot()
    def _clear(self) -> None:
        self._last = 0
        self.scrubber.show_state(0, 0, ())
        self._show_buttons(False)

    def _show_buttons(self, looking_back: bool) -> None:
        self.branch.setEnabled(looking_back)
        self.live.setEnabled(looking_back)
        if self.live.property("present") is looking_back or self.live.property("present") is None:
            self.live.setProperty("present", not looking_back)
            self.live.style().polish(self.live)

    @Slot(int)
    def _scrubbed(self, epoch: int) -> None:
        self.desk.engine.look_back(epoch)

    @Slot()
    def _branch(self) -> None:
        self.desk.engine.branch()

    @Slot()
    def _live(self) -> None:
        self.desk.engine.live()
