"""The speed slider: simulated time per second of wall time, logarithmic, its right end "max"."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.controls.naming import named
from app.ui.controls.slider import Slider
from app.ui.rich_text import quantity

SLOWEST, FASTEST = -8.0, -2.0  # powers of ten, simulated seconds per second
STEPS = 120
DEFAULT = 2e-6


class SpeedSlider(QWidget):
    """`changed(speed)` in simulated seconds per second, 0 for as fast as possible."""

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._short = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(named(QLabel("Speed"), "readoutCaption"), 0, 0)
        self._text = named(QLabel(), "strong")
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._text, 0, 1)
        self.slider = Slider("accent", ticks=7, parent=self)
        self.slider.setRange(0, STEPS)
        self.slider.setAccessibleName("Speed")
        grid.addWidget(self.slider, 1, 0, 1, 2)
        end = named(QLabel("max"), "tickText")
        end.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        end.setFixedHeight(12)
        grid.addWidget(end, 2, 1)
        grid.setRowStretch(3, 1)
        self.setToolTip("Simulated time per second; at the right end as fast as this machine can")
        self.slider.valueChanged.connect(self._moved)
        self.set_speed(DEFAULT)

    @property
    def speed(self) -> float | None:
        """Simulated seconds per second; None is as fast as possible."""
        return speed_of(self.slider.value()) or None

    def set_speed(self, speed: float | None) -> None:
        """Move the handle and tell nobody."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(step_of(speed))
        self._show()

    def shorten(self, short: bool) -> None:
        """Fewer words where there is little room."""
        self._short = short
        self.setMinimumWidth(126 if short else 168)
        self._show()

    @Slot(int)
    def _moved(self, value: int) -> None:
        self._show()
        self.changed.emit(speed_of(value))

    def _show(self) -> None:
        speed = speed_of(self.slider.value())
        every, fastest = ("/s", "fastest") if self._short else (" per second", "as fast as possible")
        self._text.setText(f"{quantity(speed, 's', 2)}{every}" if speed else fastest)


def speed_of(step: int) -> float:
    """0 at the right end."""
    if step >= STEPS:
        return 0.0
    return float(10.0 ** (SLOWEST + (FASTEST - SLOWEST) * step / (STEPS - 1)))


def step_of(speed: float | None) -> int:
    if not speed:
        return STEPS
    part = (math.log10(speed) - SLOWEST) / (FASTEST - SLOWEST)
    return min(STEPS - 1, max(0, round(part * (STEPS - 1))))
