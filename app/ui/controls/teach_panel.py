"""The V_teach switch: the biggest control of the window, violet, with its level."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.ui.controls.naming import named
from app.ui.controls.slider import Slider
from app.ui.controls.switch import Switch
from app.ui.rich_text import fixed, symbols

STEPS_PER_VOLT = 100
MAX_VOLTS = 2


class TeachPanel(QFrame):
    """`toggled(on)` when the switch is thrown, `level_changed(volts)` while the slider moves."""

    toggled = Signal(bool)
    level_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teachPanel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 10, 4)
        layout.setSpacing(12)
        name = named(QLabel(symbols("V_teach", 17)), "teachName")
        name.setTextFormat(Qt.TextFormat.RichText)
        name.setMinimumWidth(name.sizeHint().width())
        self.switch = Switch("teach", self)
        self.switch.setAccessibleName("V_teach")
        self.level = Slider("teach", parent=self)
        self.level.setRange(0, MAX_VOLTS * STEPS_PER_VOLT)
        self.level.setValue(STEPS_PER_VOLT)
        self.level.setFixedWidth(72)
        self.level.setAccessibleName("V_teach level")
        self._volts = named(QLabel(), "teachVolts")
        self._volts.setFixedWidth(48)
        for widget in (name, self.switch, self.level, self._volts):
            layout.addWidget(widget)
        self.setToolTip("Teaching voltage: on, the error flows back and the weights learn; off, it only answers (T)")
        self.switch.toggled.connect(self.toggled)
        self.level.valueChanged.connect(self._level_moved)
        self._level_moved(self.level.value())

    def shorten(self, short: bool) -> None:
        """The switch alone where there is little room; the level is set in the inspector then."""
        self.level.setHidden(short)
        self._volts.setHidden(short)

    def show_state(self, on: bool) -> None:
        """What the run does; tells nobody."""
        if self.switch.isChecked() != on:
            with QSignalBlocker(self.switch):
                self.switch.setChecked(on)
            self.switch.update()

    def show_level(self, volts: float) -> None:
        """The drawing's level; tells nobody."""
        if self.level.isSliderDown():
            return
        with QSignalBlocker(self.level):
            self.level.setValue(round(volts * STEPS_PER_VOLT))
        self._volts.setText(fixed(volts, "V", 2))

    @Slot(int)
    def _level_moved(self, value: int) -> None:
        volts = value / STEPS_PER_VOLT
        self._volts.setText(fixed(volts, "V", 2))
        self.level_changed.emit(volts)
