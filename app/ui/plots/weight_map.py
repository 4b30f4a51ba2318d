"""The weight map: every weight of the network as a square in the colour of its voltage, a field for each layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from app.program import FloatArray, IntArray
from app.ui import theme
from app.ui.plots.pane import Pane
from app.ui.rich_text import fixed, quantity
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.circuit.compile import Circuit
    from app.training.frame import Frame
    from app.ui.desk import Desk

BINS = 256
TITLE, GAP, MARGIN = 16.0, 16.0, 10.0
SMALLEST_GAP = 6.0  # from cells of this size on [px] they are told apart by a line of the background


@dataclass(frozen=True, slots=True)
class Field:
    """One layer: `index` (blocks, weights) numbers of weights, -1 where a block has fewer; `rows` the blocks' names."""

    name: str
    rows: tuple[str, ...]
    index: IntArray


def fields_of(circuit: Circuit) -> tuple[Field, ...]:
    """Layers in the order of the drawing: blocks whose names differ only in the number after the last `_` (the
    generator's N2_1, N2_2), and all single capacitors together."""
    members: dict[str, dict[str, list[int]]] = {}
    for number, path in enumerate(circuit.weight_paths):
        owner, _, _ = path.rpartition("/")
        layer = owner.rpartition("_")[0] or owner if owner else "C"
        members.setdefault(layer, {}).setdefault(owner or "C", []).append(number)
    result = []
    for layer, owners in members.items():
        width = max(len(numbers) for numbers in owners.values())
        index = np.full((len(owners), width), -1, np.int64)
        for row, numbers in enumerate(owners.values()):
            index[row, : len(numbers)] = numbers
        result.append(Field(layer, tuple(owners), index))
    return tuple(result)


class WeightMapPane(Pane):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "weightMap", "Weight map")
        self.map = WeightMap()
        self.column.addWidget(self.map, 1)
        self._circuit: Circuit | None = None
        self.restyle()
        self.clear()

    def clear(self) -> None:
        self._circuit = None
        self.map.show_fields((), [])
        self.note.clear()

    def restyle(self) -> None:
        super().restyle()
        self.map.update()

    def show_frame(self, frame: Frame) -> None:
        layout = frame.layout
        if layout is None or not len(frame.weights):
            self.clear()
            return
        if layout.circuit is not self._circuit:
            self._circuit = layout.circuit
            self.map.show_fields(fields_of(layout.circuit), layout.circuit.weight_paths)
        if len(frame.weights) == len(layout.circuit.weight_paths):
            self.map.show_weights(frame.weights)
        self.note.setText(f"{len(frame.weights)} weights, full scale ±{fixed(self.map.scale, 'V', 1)}")

    def table(self) -> tuple[list[str], list[FloatArray]]:
        names = [f"{path} [V]" for path in self.map.paths]
        return names, [np.array([value]) for value in self.map.weights]


class WeightMap(QWidget):
    """Rows are blocks from the top, columns their weights from the bias on. `scale` [V] is full scale, a 1-2-5 step."""

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setAccessibleName("Weight map")
        self.fields: tuple[Field, ...] = ()
        self.paths: list[str] = []
        self.weights: FloatArray = np.zeros(0)
        self.scale = 1.0

    def sizeHint(self) -> QSize:
        return QSize(240, 150)

    def show_fields(self, fields: tuple[Field, ...], paths: list[str]) -> None:
        self.fields, self.paths = fields, paths
        self.weights = np.zeros(len(paths))
        self.update()

    def show_weights(self, weights: FloatArray) -> None:
        """weights [V] in the order of the circuit's."""
        self.weights = weights
        finite = np.abs(weights[np.isfinite(weights)])
        self.scale = full_scale(float(finite.max(initial=0.0)))
        self.update()

    def boxes(self) -> list[QRectF]:
        """Where each field lies: side by side, cells square if there is room, wide fields get more of the width."""
        if not self.fields:
            return []
        width = self.width() - 2 * MARGIN - GAP * (len(self.fields) - 1)
        height = self.height() - TITLE - MARGIN
        columns = sum(field.index.shape[1] for field in self.fields)
        rows = max(field.index.shape[0] for field in self.fields)
        cell_x, cell_y = max(0.5, width / columns), max(0.5, height / rows)
        cell = min(cell_x, cell_y)
        used = sum(field.index.shape[1] * cell for field in self.fields) + GAP * (len(self.fields) - 1)
        if used < 0.7 * width:  # few columns: let the cells be wider than high, up to twice
            cell_x = min(cell_x, 2 * cell)
        else:
            cell_x = cell
        left = MARGIN + (self.width() - 2 * MARGIN - GAP * (len(self.fields) - 1) - columns * cell_x) / 2.0
        result = []
        for field in self.fields:
            tall = min(cell_y, 2 * cell_x, height / field.index.shape[0])
            box = QRectF(left, TITLE, field.index.shape[1] * cell_x, field.index.shape[0] * tall)
            result.append(box)
            left += box.width() + GAP
        return result

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = Theme.current()
        if not self.fields:
            painter.setPen(current.color("hint"))
            text = "Every weight's voltage appears here, a field for each layer."
            painter.drawText(self.rect().adjusted(16, 0, -16, 0), _CENTRED, text)
            return
        for field, box in zip(self.fields, self.boxes(), strict=True):
            painter.setFont(theme.font(10))
            painter.setPen(current.color("second"))
            name = painter.fontMetrics().elidedText(field.name, Qt.TextElideMode.ElideRight, round(box.width() + GAP))
            painter.drawText(QPointF(box.left(), TITLE - 5), name)
            painter.drawImage(box, self._image(field))
            self._separate(painter, field, box)

    def _separate(self, painter: QPainter, field: Field, box: QRectF) -> None:
        rows, columns = field.index.shape
        if min(box.width() / columns, box.height() / rows) < SMALLEST_GAP:
            return
        painter.setPen(QPen(Theme.current().color("plot"), 1.0))
        for k in range(1, columns):
            x = box.left() + box.width() * k / columns
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for k in range(1, rows):
            y = box.top() + box.height() * k / rows
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    def _image(self, field: Field) -> QImage:
        current = Theme.current()
        table = np.array([color.rgb() for color in current.voltage_bins(BINS)] + [0], np.uint32)
        value = np.append(self.weights, 0.0)[field.index] / self.scale
        shade = np.clip(np.nan_to_num((value + 1.0) * BINS / 2.0), 0, BINS - 1).astype(np.int64)
        pixels = np.ascontiguousarray(table[np.where(field.index < 0, BINS, shade)])
        height, width = pixels.shape
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()

    def weight_at(self, x: float, y: float) -> int:
        """The number of the weight under a point, -1 if there is none."""
        for field, box in zip(self.fields, self.boxes(), strict=True):
            if box.contains(x, y):
                rows, columns = field.index.shape
                row = min(rows - 1, int((y - box.top()) / box.height() * rows))
                column = min(columns - 1, int((x - box.left()) / box.width() * columns))
                return int(field.index[row, column])
        return -1

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self.weight_at(event.pos().x(), event.pos().y())
            if 0 <= number < len(self.weights):
                text = f"{self.paths[number]}: {quantity(float(self.weights[number]), 'V', 4)}"
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


_CENTRED = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


def full_scale(largest: float) -> float:
    """The smallest of ... 0.5, 1, 2, 5 ... volts that is not below `largest`."""
    if not largest > 1e-3 or not np.isfinite(largest):
        return 1e-3 if largest > 0 else 1.0
    decade = 10.0 ** np.floor(np.log10(largest))
    return float(next(step * decade for step in (1.0, 2.0, 5.0, 10.0) if step * decade >= largest * (1 - 1e-9)))
