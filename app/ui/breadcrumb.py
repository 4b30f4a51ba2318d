"""The row over the canvas: where one is in the drawing, what the tool in hand does, chips of the live layer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.ui import icons, theme
from app.ui.controls.clearing import clear
from app.ui.controls.naming import named


class Breadcrumb(QFrame):
    """`asked(depth)` when a step of the path is clicked."""

    asked = Signal(int)

    def __init__(self, chips: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setFixedHeight(34)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(8)
        self._path = QHBoxLayout()
        self._path.setSpacing(2)
        row.addLayout(self._path)
        self._hint = named(QLabel(self), "breadcrumbHint")
        row.addWidget(self._hint, 1)
        for action in chips:
            chip = named(QToolButton(self), "chip")
            chip.setDefaultAction(action)
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setFixedHeight(22)
            row.addWidget(chip)
        self._steps: tuple[str, ...] = ()
        self._arrow: QLabel | None = None  # after the last step: it leads to the hint
        theme.notifier().changed.connect(self._restyle)

    def show_location(self, steps: tuple[str, ...], changed: bool) -> None:
        """`changed` marks a document with unsaved edits."""
        shown = (f"{steps[0]} •" if changed else steps[0], *steps[1:])
        if shown != self._steps:
            self._steps = shown
            self._fill()

    def show_hint(self, text: str) -> None:
        self._hint.setText(text)
        if self._arrow is not None:
            self._arrow.setVisible(bool(text))

    def _fill(self) -> None:
        clear(self._path)
        self._arrow = None
        for depth, name in enumerate(self._steps):
            last = depth == len(self._steps) - 1
            step = named(QToolButton(self), f"crumb:{depth}")
            step.setProperty("crumb", "last" if last else "step")
            step.setText(name)
            step.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            step.clicked.connect(self._clicked)
            self._path.addWidget(step)
            arrow = QLabel(self)
            arrow.setPixmap(icons.pixmap("chevron-right", "hint", 12))
            self._path.addWidget(arrow)
            self._arrow = arrow
        if self._arrow is not None:
            self._arrow.setVisible(bool(self._hint.text()))

    @Slot()
    def _clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.asked.emit(int(sender.objectName().partition(":")[2]))

    @Slot()
    def _restyle(self) -> None:
        self._fill()
