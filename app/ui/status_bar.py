"""The lowest line: what is drawn, what the pointer can do here, grid, zoom and place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.training.frame import Layout
from app.ui.controls.naming import named

MULTIPLIERS = ("multiplier", "imperfect_multiplier")


class StatusBar(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setFixedHeight(26)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(12)
        self.counts, self.hint, self.place = (named(QLabel(self), "statusText") for _ in range(3))
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.counts, 1)
        row.addWidget(self.hint, 2)
        row.addWidget(self.place, 1)
        self._layout_shown: Layout | None = None
        self._zoom, self._at = 1.0, (0, 0)

    def show_layout(self, layout: Layout | None) -> None:
        """Counts of what was compiled."""
        if layout is self._layout_shown and layout is not None:
            return
        self._layout_shown = layout
        if layout is None:
            self.counts.setText("")
            return
        netlist = layout.circuit.netlist
        neurons = sum(instance.type == "neuron" for instance in netlist.instances)
        parts = (
            (neurons, "neuron"), (len(layout.circuit.weight_states), "capacitor"),
            (netlist.count(*MULTIPLIERS), "multiplier"),
        )  # fmt: skip
        self.counts.setText(" · ".join(f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in parts))

    @Slot(str)
    def show_hint(self, text: str) -> None:
        self.hint.setText(text)

    @Slot(float)
    def show_zoom(self, zoom: float) -> None:
        self._zoom = zoom
        self._show_place()

    @Slot(int, int)
    def show_pointer(self, x: int, y: int) -> None:
        self._at = x, y
        self._show_place()

    def _show_place(self) -> None:
        x, y = (f"{value}".replace("-", "−") for value in self._at)
        self.place.setText(f"Grid 10   {self._zoom * 100:.0f} %   X {x}  Y {y}")
