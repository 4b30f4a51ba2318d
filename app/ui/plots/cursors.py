"""Cursors A and B of a plot: lines to drag, and a card that reads the traces there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Qt, Slot
from PySide6.QtWidgets import QLabel, QMenu

from app.program import FloatArray
from app.ui import theme
from app.ui.controls.naming import named
from app.ui.plots.curves import Marker, pen
from app.ui.plots.legend import Trace
from app.ui.plots.shared import CURSORS, Shared
from app.ui.rich_text import quantity, symbols
from app.ui.theme import Theme

MOST_READ = 6
LONGEST_NAME = 18
LINE_HEIGHT = 14
BELOW_FLAGS = 22  # px from the plot's top, where the names of the cursors stand
COLUMNS = {1: ("A",), 2: ("ABΔ", "AB", "Δ")}  # what the card shows with one and with two cursors, widest first
SMALLEST = 1e-9  # V; less is rounding
B_TRACE = 2  # cursor B has the colour of trace 3


class Cursors(QObject):
    """The cursors of one plot. `to_x` and `to_time` convert between simulated time [s], which the cursors share, and
    the plot's x; a time that the plot does not show is None."""

    def __init__(
        self,
        view: pg.PlotWidget,
        state: Shared,
        to_x: Callable[[float], float | None],
        to_time: Callable[[float], float],
    ) -> None:
        super().__init__(view)
        self._view, self._shared = view, state
        self._to_x, self._to_time = to_x, to_time
        self._lines = {name: self._line(name) for name in CURSORS}
        self.card = named(QLabel(view), "cursorCard")
        self.card.setTextFormat(Qt.TextFormat.RichText)
        self.card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.card.hide()
        self._data: tuple[Sequence[Trace], FloatArray, FloatArray] = ((), np.zeros(0), np.zeros((0, 0)))
        state.cursors_moved.connect(self.refresh)

    def _line(self, name: str) -> Marker:
        line = Marker(angle=90, movable=True, label=name, labelOpts={"position": 0.96, "movable": False})
        line.cursor_name = name
        line.label.setFont(theme.font(9, 700))
        line.setVisible(False)
        line.sigDragged.connect(self._dragged)
        self._view.getPlotItem().addItem(line, ignoreBounds=True)
        return line

    def restyle(self) -> None:
        current = Theme.current()
        colors = {"A": current.color("accent"), "B": current.trace(B_TRACE)}
        for name, line in self._lines.items():
            line.setPen(pen(colors[name], 1.0, [4.0, 3.0]))
            line.setHoverPen(pen(colors[name], 2.0))
            line.label.fill = pg.mkBrush(colors[name])
            line.label.setColor(current.color("accent_text"))

    def fill_menu(self, menu: QMenu) -> None:
        for name in CURSORS:
            action = menu.addAction(f"Cursor {name}")
            action.setCheckable(True)
            action.setChecked(name in self._shared.cursors)
            action.setData(name)
            action.toggled.connect(self._switched)

    def show(self, traces: Sequence[Trace], x: FloatArray, y: FloatArray) -> None:
        """The shown traces over x (n,), ascending, and y (n, traces)."""
        self._data = traces, x, y
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        places: dict[str, float] = {}
        for name, line in self._lines.items():
            time = self._shared.cursors.get(name)
            x = None if time is None else self._to_x(time)
            line.setVisible(x is not None)
            if x is not None:
                places[name] = x
                if not line.moving:
                    line.setValue(x)
        self._show_card(places)

    def _show_card(self, places: dict[str, float]) -> None:
        """With as many columns as fit into the plot."""
        traces, x, y = self._data
        if not traces or not any(np.isfinite(at(x, y, place)).any() for place in places.values()):
            self.card.hide()
            return
        room = self._view.getPlotItem().vb.sceneBoundingRect().width()
        for columns in COLUMNS[len(places)]:
            self.card.setText(self._card_text(places, columns))
            self.card.adjustSize()
            if self.card.width() <= room:
                break
        self.card.show()
        self._place_card(next(iter(places.values())))

    def _place_card(self, x: float) -> None:
        box = self._view.getPlotItem().vb
        at = self._view.mapFromScene(box.mapViewToScene(QPointF(x, 0.0)))
        area = self._view.mapFromScene(box.sceneBoundingRect()).boundingRect()
        left = at.x() + 12
        if left + self.card.width() > area.right():
            left = at.x() - 12 - self.card.width()
        self.card.move(max(area.left(), left), area.top() + BELOW_FLAGS)

    def _card_text(self, places: dict[str, float], columns: str) -> str:
        traces, x, y = self._data
        values = {name: at(x, y, place) for name, place in places.items()}
        if len(places) == 2:
            values["Δ"] = values["B"] - values["A"]
        lines = []
        if len(places) == 2:
            span = quantity(abs(self._shared.cursors["B"] - self._shared.cursors["A"]), "s", 4)
            lines.append(f"<tr><td>Δ<i>t</i></td><td colspan={len(columns)} align=right>&nbsp;{span}</td></tr>")
            heads = "".join(f"<td align=right>&nbsp;<b>{name}</b></td>" for name in columns)
            lines.append(f"<tr><td></td>{heads}</tr>")
        room = max(1, (self._view.height() - 60) // LINE_HEIGHT - len(lines))
        for number, trace in enumerate(traces[: min(MOST_READ, room)]):
            chosen = [values[name][number] for name in (columns if len(places) == 2 else places)]
            cells = "".join(f"<td align=right>&nbsp;{quantity(rounded(value), trace.unit)}</td>" for value in chosen)
            name = f'<font color="{trace.color.name()}">■</font> {symbols(shortened(trace.name), 10)}'
            lines.append(f"<tr><td>{name}</td>{cells}</tr>")
        return f"<table cellspacing=0>{''.join(lines)}</table>"

    @Slot(object)
    def _dragged(self, line: pg.InfiniteLine) -> None:
        self._shared.set_cursor(line.cursor_name, self._to_time(float(line.value())))

    @Slot(bool)
    def _switched(self, on: bool) -> None:
        name = self.sender().data()  # type: ignore[attr-defined]
        low, high = self._view.getPlotItem().vb.viewRange()[0]
        part = 1 / 3 if name == "A" else 2 / 3
        self._shared.set_cursor(name, self._to_time(low + part * (high - low)) if on else None)


def at(x: FloatArray, y: FloatArray, place: float) -> FloatArray:
    """y (traces,) at `place`, linear between samples; NaN outside them."""
    if not len(x) or not x[0] <= place <= x[-1]:
        return np.full(y.shape[1], np.nan)
    right = min(int(np.searchsorted(x, place, side="right")), len(x) - 1)
    left = max(0, right - 1)
    width = x[right] - x[left]
    share = (place - x[left]) / width if width > 0 else 0.0
    return np.asarray(y[left] + share * (y[right] - y[left]))


def rounded(value: float) -> float:
    """Without what is only rounding."""
    return 0.0 if abs(value) < SMALLEST else float(value)


def shortened(name: str) -> str:
    """A name that leaves room for the numbers."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
