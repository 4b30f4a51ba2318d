"""The bar on top: run and pause, stepping, reset, speed, V_teach, what the run is at."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.document import edits
from app.document.definitions import contained
from app.document.schematic import TOP, Instance, Schematic, values_of
from app.training.frame import Frame, Layout, State
from app.ui import icons, theme
from app.ui.actions import Actions
from app.ui.controls.naming import named
from app.ui.controls.readout import Readout
from app.ui.controls.speed import SpeedSlider
from app.ui.controls.teach_panel import TeachPanel
from app.ui.desk import Desk
from app.ui.rich_text import power_of_ten, quantity
from app.ui.theme import Theme

ROOMY, NARROW = 1400, 1200  # px
EPOCHS_PER_SECOND, PERIODS_PER_SECOND = 6.0, 4.0
STATE_TEXT: Mapping[State, tuple[str, str]] = {
    "empty": ("Nothing drawn", "hint"),
    "preparing": ("Preparing", "warning"),
    "paused": ("Paused", "second"),
    "running": ("Running", "good"),
    "finished": ("Finished", "good"),
    "refused": ("Has problems", "error"),
    "looking back": ("Looking back", "warning"),
}


class StepButton(QToolButton):
    """Triggers its action; with Shift held the other one."""

    def __init__(self, action: QAction, with_shift: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transportButton")
        self.setDefaultAction(action)
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(34, 34)
        self.setToolTip(f"{action.toolTip()}\nWith Shift: {with_shift.toolTip().splitlines()[0]}")
        self._with_shift = with_shift

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.rect().contains(event.position().toPoint()):
            self.setDown(False)
            self._with_shift.trigger()
            return
        super().mouseReleaseEvent(event)


class Transport(QFrame):
    """Commands the desk's engine; shows its frames."""

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._desk, self._actions = desk, actions
        self._running = False
        self._fresh_from = 0  # the command after which frames are those of a document that was just opened
        self._new_document = True
        self._teach_asked = 0  # the command after which frames tell the switch's position
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(8)
        self._add_buttons(row)
        self._add_controls(row)
        self._add_readouts(row)
        self.setFixedHeight(58)
        self.restyle()
        theme.notifier().changed.connect(self.restyle)
        desk.framed.connect(self.show_frame)
        desk.changed.connect(self._drawing_changed)
        desk.replaced.connect(self._replaced)
        self._replaced()

    def _add_buttons(self, row: QHBoxLayout) -> None:
        self.run_button = named(QPushButton(self), "runButton")
        self.run_button.setFixedSize(96, 34)
        self.run_button.setIconSize(QSize(16, 16))
        self.run_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.run_button.clicked.connect(self._actions["run"].trigger)
        row.addWidget(self.run_button)
        row.addSpacing(2)
        pairs = (("back", "back_epoch"), ("step", "step_epoch"), ("step_epoch", "back_epoch"), ("reset", "reset"))
        for name, with_shift in pairs:
            button = StepButton(self._actions[name], self._actions[with_shift], self)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        line = named(QFrame(self), "verticalLine")
        line.setFixedSize(1, 44)
        row.addSpacing(4)
        row.addWidget(line)
        row.addSpacing(4)

    def _add_controls(self, row: QHBoxLayout) -> None:
        self.speed = SpeedSlider(self)
        self.speed.shorten(False)
        self.speed.setMaximumWidth(210)
        self.speed.changed.connect(self._speed_moved)
        self._desk.engine.set_speed(self.speed.speed)
        row.addWidget(self.speed, 3)
        row.addSpacing(8)
        self.teach = TeachPanel(self)
        self.teach.setFixedHeight(46)
        self.teach.toggled.connect(self._teach_toggled)
        self.teach.level_changed.connect(self._level_moved)
        self.teach.level.sliderReleased.connect(self._level_released)
        row.addWidget(self.teach)

    def _add_readouts(self, row: QHBoxLayout) -> None:
        self.time = Readout("Time", "888.8 µs", "Simulated time since the start of the run")
        self.epoch = Readout("Epoch", "88888", "Epochs completed")
        self.mse = Readout("MSE", "0.00888 V²", "Mean squared error over all rows and outputs after the last epoch")
        self.ratio = Readout("Sim / wall", "8.8 × 10⁻⁶", "Simulated time over wall time; the hardware would reach 1")
        self._readouts = (self.time, self.epoch, self.mse, self.ratio)
        row.addStretch(1)
        for readout in self._readouts:
            row.addWidget(readout)
            row.addSpacing(6)
        row.addStretch(1)
        self.state = named(QLabel(self), "stateText")
        self.state.setMinimumWidth(96)
        row.addWidget(self.state)
        row.addStretch(1)
        self.live_layer = named(QToolButton(self), "liveLayer")
        self.live_layer.setText("Live layer")
        self.live_layer.setToolTip(self._actions["live_layer"].toolTip())
        self.live_layer.setCheckable(True)
        self.live_layer.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.live_layer.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.live_layer.setFixedHeight(28)
        self.live_layer.clicked.connect(self._actions["live_layer"].trigger)
        self._actions["live_layer"].toggled.connect(self._live_toggled)
        self.live_layer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self.live_layer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the chip over the canvas has to do for the live layer."""
        self.live_layer.setVisible(self.width() >= ROOMY)
        narrow = self.width() < NARROW
        if self.teach.level.isHidden() != narrow:
            self.teach.shorten(narrow)
            self.speed.shorten(narrow)
            self._row.setSpacing(4 if narrow else 8)
        super().resizeEvent(event)

    @Slot(bool)
    def _live_toggled(self, on: bool) -> None:
        self.live_layer.setChecked(on)
        self.live_layer.setIcon(icons.icon("check" if on else "close", "accent" if on else "hint"))

    @Slot()
    def restyle(self) -> None:
        """After a change of theme."""
        self._live_toggled(self._actions["live_layer"].isChecked())
        for readout in self._readouts:
            readout.fix_width()
        self._show_running(self._running)
        if self._desk.frame is not None:
            self.show_frame(self._desk.frame)

    def _show_running(self, running: bool) -> None:
        self._running = running
        self.run_button.setText("  Pause" if running else "  Run")
        self.run_button.setIcon(icons.icon("pause" if running else "run", "accent_text"))
        keys = self._actions["run"].shortcut().toString()
        self.run_button.setToolTip(f"Pause ({keys})" if running else f"Run ({keys})")

    @Slot(object)
    def show_frame(self, frame: Frame) -> None:
        preparing_to_run = frame.state == "preparing" and self._desk.engine.asked_to_run
        running = frame.state == "running" or preparing_to_run
        if running != self._running:
            self._show_running(running)
        self.time.set_text(quantity(frame.time, "s", 4))
        self.epoch.set_text(str(frame.epoch))
        self.mse.set_text(quantity(frame.mse, "V^2"))
        self.ratio.set_text(power_of_ten(frame.speed) if frame.state == "running" else "–")
        if frame.layout is not None and frame.commands >= self._teach_asked:
            self.teach.show_state(frame.teach_on)
        if frame.layout is not None and self._new_document and frame.commands >= self._fresh_from:
            self._new_document = False
            self._suit_speed(frame.layout)
        text, role = STATE_TEXT[frame.state]
        if frame.state == "running" and frame.layout is not None:
            text = "Learning" if frame.teach_on and frame.layout.has_teach else "Answering"
        color = Theme.current().color(role).name()
        markup = f'<span style="color:{color}">●&nbsp; <b>{text}</b></span>'
        if self.state.text() != markup:
            self.state.setText(markup)

    # -- commands -----------------------------------------------------------------------------------------------

    @Slot()
    def toggle_teach(self) -> None:
        if self.teach.isEnabled():
            self.teach.switch.toggle()

    @Slot()
    def toggle_run(self) -> None:
        """Run, or pause a run; from the past, the present goes on."""
        if self._running:
            self._desk.engine.pause()
        else:
            self._desk.engine.run()
        if self._desk.frame is not None and self._desk.frame.state == "preparing":
            self._show_running(self._desk.engine.asked_to_run)  # no other frame comes before the kernels are ready

    def change_speed(self, steps: int | None) -> None:
        """Move the slider by `steps`; None is as fast as possible."""
        slider = self.speed.slider
        slider.setValue(slider.maximum() if steps is None else slider.value() + steps)

    @Slot(float)
    def _speed_moved(self, _speed: float) -> None:
        self._desk.engine.set_speed(self.speed.speed)

    @Slot(bool)
    def _teach_toggled(self, on: bool) -> None:
        self._desk.engine.set_teach(on)
        self._teach_asked = self._desk.engine.sent

    @Slot(float)
    def _level_moved(self, volts: float) -> None:
        """The level is part of the drawing: every V_teach source takes it."""
        schematic, text = self._desk.schematic, f"{volts:g}"
        changes = [
            change
            for sheet, instance in _teachers(schematic)
            if values_of(schematic, instance)["level"] != volts
            for change in edits.set_parameter(schematic, sheet, instance.id, "level", text)
        ]
        if changes:
            self._desk.do("V_teach level", changes, merge="teach level")

    @Slot()
    def _level_released(self) -> None:
        self._desk.history.break_merge()

    def _suit_speed(self, layout: Layout) -> None:
        """A speed at which one sees the opened document learn: some epochs a second, or some periods of a waveform.
        Whoever wants it as fast as possible keeps that."""
        if self.speed.speed is not None:
            rate = EPOCHS_PER_SECOND if layout.data.size else PERIODS_PER_SECOND
            self.speed.set_speed(rate * layout.rows * layout.row_time)
            self._desk.engine.set_speed(self.speed.speed)

    @Slot(object)
    def _drawing_changed(self, _changes: object) -> None:
        self._show_teacher()

    @Slot()
    def _replaced(self) -> None:
        self._show_teacher(anew=True)
        self._new_document, self._fresh_from = True, self._desk.engine.sent
        self._desk.engine.set_speed(self.speed.speed)

    def _show_teacher(self, anew: bool = False) -> None:
        """The first V_teach source of the drawing; `anew` its switch too, as drawn."""
        schematic = self._desk.schematic
        source = next((instance for _, instance in _teachers(schematic)), None)
        self.teach.setEnabled(source is not None)
        if source is not None:
            values = values_of(schematic, source)
            self.teach.show_level(float(values["level"]))
            if anew:
                self.teach.show_state(bool(values["on"]))


def _teachers(schematic: Schematic) -> list[tuple[str, Instance]]:
    """The V_teach sources of the circuit and of the sheets that are placed on it, each with its sheet's name."""
    used = [TOP, *sorted(contained(schematic, TOP) & schematic.sheets.keys())]
    return [
        (name, instance)
        for name in used
        for instance in schematic.sheets[name].instances.values()
        if instance.type == "v_teach"
    ]
