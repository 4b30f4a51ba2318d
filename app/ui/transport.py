"""The bar on top: run and pause, stepping, reset, speed, V_teach, what the run is at."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolBar, QToolButton, QWidget

from app.training.frame import Frame, State
from app.ui import look
from app.ui.controls.readout import Readout
from app.ui.controls.speed import SpeedSlider
from app.ui.controls.teach_panel import TeachPanel
from app.ui.rich_text import power_of_ten, quantity

STATE_TEXT: dict[State, tuple[str, str]] = {
    "empty": ("Nothing drawn", "hint"),
    "preparing": ("Preparing", "warning"),
    "paused": ("Paused", "second"),
    "running": ("Running", "good"),
    "finished": ("Target reached", "good"),
    "refused": ("Has problems", "error"),
    "looking back": ("Looking back", "warning"),
}


class StepButton(QToolButton):
    """Triggers its action; with Shift held the other one."""

    def __init__(self, action: QAction, with_shift: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transportButton")
        self.setDefaultAction(action)
        self.setIconSize(QSize(18, 18))
        self._with_shift = with_shift

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.rect().contains(event.position().toPoint()):
            self.setDown(False)
            self._with_shift.trigger()
            return
        super().mouseReleaseEvent(event)


class Transport(QToolBar):
    """Controls tell through signals and actions; `show_frame` is what the timer calls."""

    speed_changed = Signal(float)
    teach_toggled = Signal(bool)
    teach_level_changed = Signal(float)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__("Transport", parent)
        self.setObjectName("transport")
        self.setMovable(False)
        self.setFloatable(False)
        self.toggleViewAction().setEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        body = QWidget(self)
        row = QHBoxLayout(body)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(10)
        self._add_buttons(row)
        self._add_controls(row)
        self._add_readouts(row)
        self.addWidget(body)
        self.setFixedHeight(58)

    def _add_buttons(self, row: QHBoxLayout) -> None:
        self.run_button = QPushButton(objectName="runButton")
        self.run_button.setFixedSize(98, 34)
        self.run_button.setIconSize(QSize(16, 16))
        self.run_button.clicked.connect(self._actions["run"].trigger)
        row.addWidget(self.run_button)
        pairs = (("back", "back_epoch"), ("step", "step_epoch"), ("step_epoch", "step_epoch"), ("reset", "reset"))
        for name, with_shift in pairs:
            button = StepButton(self._actions[name], self._actions[with_shift], self)
            button.setFixedSize(34, 34)
            row.addWidget(button)
        line = QFrame(objectName="verticalLine")
        line.setFixedSize(1, 44)
        row.addSpacing(4)
        row.addWidget(line)
        row.addSpacing(4)

    def _add_controls(self, row: QHBoxLayout) -> None:
        self.speed = SpeedSlider(self)
        self.speed.setMinimumWidth(130)
        self.speed.setMaximumWidth(210)
        self.speed.changed.connect(self.speed_changed)
        row.addWidget(self.speed, 3)
        row.addSpacing(6)
        self.teach = TeachPanel(self)
        self.teach.setFixedHeight(46)
        self.teach.toggled.connect(self.teach_toggled)
        self.teach.level_changed.connect(self.teach_level_changed)
        row.addWidget(self.teach)

    def _add_readouts(self, row: QHBoxLayout) -> None:
        self.time = Readout("Time", "888.8 µs", "Simulated time since the start of the run")
        self.epoch = Readout("Epoch", "88888", "Epochs completed")
        self.mse = Readout("MSE", "0.0888 V²", "Mean squared error over all rows and outputs after the last epoch")
        self.ratio = Readout("Sim / wall", "8.8 × 10⁻⁶", "Simulated time over wall time; the hardware would reach 1")
        self.readouts = (self.time, self.epoch, self.mse, self.ratio)
        row.addStretch(1)
        for readout in self.readouts:
            row.addWidget(readout)
            row.addSpacing(6)
        row.addStretch(1)
        self.state = QLabel(objectName="stateText")
        self.state.setMinimumWidth(96)
        row.addWidget(self.state)
        row.addStretch(1)
        self.live_layer = QToolButton(objectName="liveLayer")
        self.live_layer.setDefaultAction(self._actions["live_layer"])
        self.live_layer.setFixedHeight(28)
        row.addWidget(self.live_layer)

    def restyle(self) -> None:
        """After a change of theme."""
        for name, icon in (("back", "back"), ("step", "step-row"), ("step_epoch", "step-epoch"), ("reset", "reset")):
            self._actions[name].setIcon(look.icon(icon, "text"))
        for readout in self.readouts:
            readout.fix_width()
        self.show_running(self._running)

    _running = False

    def show_running(self, running: bool) -> None:
        self._running = running
        self.run_button.setText("  Pause" if running else "  Run")
        self.run_button.setIcon(look.icon("pause" if running else "run", "accent_text"))
        self.run_button.setToolTip("Pause (F5)" if running else "Run (F5)")

    def show_frame(self, frame: Frame) -> None:
        running = frame.state == "running"
        if running != self._running:
            self.show_running(running)
        self.time.set_text(quantity(frame.time, "s", 4))
        self.epoch.set_text(str(frame.epoch))
        self.mse.set_text(quantity(frame.mse, "V^2"))
        self.ratio.set_text(power_of_ten(frame.speed) if running else "–")
        self.teach.show_state(frame.teach_on)
        has_teach = frame.layout is not None and frame.layout.has_teach
        self.teach.setEnabled(has_teach or frame.layout is None)
        text, role = STATE_TEXT[frame.state]
        if running:
            text = "Learning" if frame.teach_on and has_teach else "Answering"
        markup = f'<span style="color:{look.hex_of(role)}">●&nbsp; <b>{text}</b></span>'
        if self.state.text() != markup:
            self.state.setText(markup)

    @Slot()
    def toggle_teach(self) -> None:
        if self.teach.isEnabled():
            self.teach.switch.toggle()
