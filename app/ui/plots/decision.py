"""The decision map: what the drawn circuit answers over its two inputs, with the rows of the data on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QHBoxLayout

from app.program import FloatArray
from app.ui.plots.contour import contour
from app.ui.plots.curves import CurvePool, clean, pen
from app.ui.plots.decision_key import DecisionKey
from app.ui.plots.pane import CurvePane, same_length
from app.ui.rich_text import symbols
from app.ui.theme import Theme, mix

if TYPE_CHECKING:
    from app.training.frame import DecisionMap, Frame, Layout
    from app.ui.desk import Desk

PALE_LIGHT, PALE_DARK = 0.25, 0.15
MOST_POINTS = 2000
COLOURS = 256
WIDEST = 460  # px; a map wants to be about square, the curves take what is left


class DecisionPane(CurvePane):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "decision", "Decision map", "", "")
        self.setMaximumWidth(WIDEST)
        self._image = pg.ImageItem(axisOrder="row-major")
        self.plot.addItem(self._image, ignoreBounds=True)
        self._pool = CurvePool(self.plot, 1)
        # Without pyqtgraph's atlas of pictures, so that an exported drawing has outlines.
        kind = {"size": 9, "pxMode": True, "useCache": False, "antialias": True}
        self._points = [pg.ScatterPlotItem(symbol=symbol, **kind) for symbol in "so"]
        for item in self._points:
            self.plot.addItem(item, ignoreBounds=True)
        self.plot.vb.setAspectLocked(False)
        self.key = DecisionKey()
        self.column.removeWidget(self.view)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.view, 1)
        row.addWidget(self.key)
        self.column.insertLayout(0, row, 1)
        self._map: DecisionMap | None = None
        self._layout: Layout | None = None
        self._range = (0.0, 1.0)
        self.visibilityChanged.connect(self._tell_engine)
        desk.replaced.connect(self._tell_engine)
        self.restyle()
        self.clear()
        self._tell_engine()

    @Slot()
    def _tell_engine(self) -> None:
        """The map costs time, so it is made only while somebody looks."""
        self.desk.engine.want_map(self.isVisible())

    def clear(self) -> None:
        self._map = self._layout = None
        self._image.setVisible(False)
        self._pool.hide_from(0)
        for item in self._points:
            item.setData([], [])
        self.key.show_result("", -1, 0)
        self.note.clear()
        self.say_empty("For a network with two inputs, its answer over both of them appears here.")

    def restyle(self) -> None:
        self._map = None
        super().restyle()
        self.key.update()

    def show_frame(self, frame: Frame) -> None:
        layout = frame.layout
        if layout is None:
            self.clear()
            return
        if layout is not self._layout:
            self._layout = layout
            self._range = target_range(layout)
            self._show_points(layout)
        if frame.decision is None:
            self._say_why(layout)
        elif frame.decision is not self._map:
            self._map = frame.decision
            self._show_map(frame.decision, layout)
        self.key.show_result(self._verdict(frame, layout), frame.correct, len(layout.data))

    def say_empty(self, text: str) -> None:
        super().say_empty(text)
        self.key.setVisible(not text)

    def _say_why(self, layout: Layout) -> None:
        if self._map is not None:
            return
        self._image.setVisible(False)
        count = len(layout.inputs)
        if count != 2:
            self.say_empty(f"This network has {count} input{'s' * (count != 1)}; the map needs two.")
        elif layout.circuit.program.forward_has_state:
            self.say_empty("The forward part has states of its own, so its answer is no function of the inputs alone.")
        else:
            self.say_empty("The map appears with the run.")

    def _verdict(self, frame: Frame, layout: Layout) -> str:
        if frame.correct < 0 or not layout.targets:
            return ""
        return f"{frame.correct} of {len(layout.data)} rows correct"

    def _show_map(self, found: DecisionMap, layout: Layout) -> None:
        low, high = self._range
        value = clean(found.value)
        shade = np.clip(np.nan_to_num((value - low) / (high - low), nan=0.5), 0.0, 1.0)
        self._image.setImage(shade, levels=(0.0, 1.0), lut=lookup(Theme.current().name), autoLevels=False)
        x, y = found.x, found.y
        cell = (x[-1] - x[0]) / (len(x) - 1), (y[-1] - y[0]) / (len(y) - 1)
        box = QRectF(x[0] - cell[0] / 2, y[0] - cell[1] / 2, cell[0] * len(x), cell[1] * len(y))
        self._image.setTransform(QTransform())
        self._image.setRect(box)
        self._image.setVisible(True)
        self.say_empty("")
        line_x, line_y = contour(x, y, value, 0.5 * (low + high))
        self._pool.show(0, line_x, line_y, pen(Theme.current().color("text"), 1.2), joins="pairs")
        self.follow((float(x[0]), float(x[-1])), (float(y[0]), float(y[-1])))
        output = layout.circuit.output_names
        name = symbols(output[0] if len(output) > 1 else "V_out", 10)
        self.note.setText(f"{name} over {layout.inputs[0]}, {layout.inputs[1]}")
        self.key.show_range(low, high)

    def _show_points(self, layout: Layout) -> None:
        """Squares for low targets, circles for high ones; their fill tells the target's voltage as well."""
        current, data = Theme.current(), layout.data[:MOST_POINTS]
        if data.shape[1] < 3 or len(layout.inputs) != 2:
            for item in self._points:
                item.setData([], [])
            return
        middle = 0.5 * sum(self._range)
        upper = data[:, 2] > middle
        colors = current.voltage[0], current.voltage[-1]
        for item, mine, color in zip(self._points, (~upper, upper), colors, strict=True):
            edge = pen(current.color("plot"), 1.5)
            item.setData(data[mine, 0], data[mine, 1], brush=pg.mkBrush(color), pen=edge)

    def table(self) -> tuple[list[str], list[FloatArray]]:
        names = ["X1 [V]", "X2 [V]", "V_out [V]", "row X1 [V]", "row X2 [V]", "row target [V]"]
        grid: list[FloatArray] = [np.zeros(0)] * 3
        if self._map is not None:
            x, y = self._map.x, self._map.y
            grid = [np.tile(x, len(y)), np.repeat(y, len(x)), self._map.value.ravel()]
        rows: list[FloatArray] = [np.zeros(0)] * 3
        if self._layout is not None and self._layout.data.shape[1] >= 3:
            rows = [self._layout.data[:, k] for k in range(3)]
        return names, same_length([*grid, *rows])


def target_range(layout: Layout) -> tuple[float, float]:
    """Lowest and highest target of the first output [V]; 0 to 1 V where they say nothing."""
    data = layout.data
    if layout.targets and len(data):
        column = data[:, -layout.targets]
        low, high = float(np.min(column)), float(np.max(column))
        if high > low:
            return low, high
    return 0.0, 1.0


@lru_cache(maxsize=4)
def lookup(theme_name: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(COLOURS, 3) from blue over the plot's background to orange: the ends mixed towards the background."""
    current = Theme.load(theme_name)
    ground = current.color("plot")
    share = PALE_DARK if current.dark else PALE_LIGHT
    ends = [mix(color, ground, share) for color in (current.voltage[0], current.voltage[-1])]
    table = np.zeros((COLOURS, 3), np.ubyte)
    for k in range(COLOURS):
        place = 2.0 * k / (COLOURS - 1) - 1.0
        color = mix(ground, ends[0 if place < 0 else 1], abs(place))
        table[k] = color.red(), color.green(), color.blue()
    return table
