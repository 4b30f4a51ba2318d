"""Weights over the epochs: those of the selected blocks in colours, all others pale behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Slot

from app.program import FloatArray
from app.ui.plots.cursors import Cursors
from app.ui.plots.curves import CurvePool, clean, nice_range, pen, thinned, together
from app.ui.plots.legend import Trace
from app.ui.plots.pane import CurvePane
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.training.frame import Curve, Frame, Layout
    from app.ui.desk import Desk

MOST_COLOURED = 8
FOCUSED = 2.4  # width of the trace whose name is under the mouse
PALE_ALPHA = 0.35


class WeightsPane(CurvePane):
    """Without a selection the weights of the last neuron are coloured."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "weights", "Weights", "V", "epoch")
        self._pool = CurvePool(self.plot, MOST_COLOURED + 1)
        self._selection: tuple[str, ...] = ()
        self._curve: Curve | None = None
        self._layout: Layout | None = None
        self._epoch_time = 0.0
        self._live = False
        self.cursors = Cursors(self.view, self.shared, self._x_of, self._time_of)
        self.legend.changed.connect(self._redraw)
        self.restyle()
        self.clear()

    def clear(self) -> None:
        self._curve = self._layout = None
        self._pool.hide_from(0)
        self.legend.show_traces(())
        self.note.clear()
        self.say_empty("The voltages of the weights appear here, epoch by epoch.")

    def restyle(self) -> None:
        super().restyle()
        self.cursors.restyle()
        self._redraw()

    @Slot(object)
    def show_selection(self, ids: Sequence[str]) -> None:
        """Colour the weights of these blocks."""
        if tuple(ids) != self._selection:
            self._selection = tuple(ids)
            self._redraw()

    def show_frame(self, frame: Frame) -> None:
        layout = frame.layout
        if layout is None or not layout.weights:
            self.clear()
            return
        self.mark_viewed(frame.viewing)
        live = frame.state == "running"
        if frame.weight_log is self._curve and layout is self._layout and live == self._live:
            return
        if frame.weight_log.y.ndim != 2 or frame.weight_log.y.shape[1] != len(layout.weights):
            return
        self._curve, self._layout, self._live = frame.weight_log, layout, live
        self._epoch_time = layout.rows * layout.row_time
        self._redraw()

    @Slot()
    def _redraw(self) -> None:
        curve, layout = self._curve, self._layout
        if curve is None or layout is None:
            return
        coloured = self._coloured(layout)
        names = [layout.weights[index] for index in coloured]
        common = common_prefix(names)
        traces = [Trace(name[len(common) :], number) for number, name in enumerate(names)]
        self.legend.show_traces(traces)
        self._say_how_many(layout, common, len(coloured))
        x, y = thinned(clean(curve.x), clean(curve.y), self.most_points(self._live))
        self.say_empty("" if len(x) > 1 else "No epoch has ended yet.")
        others = np.setdiff1d(np.arange(y.shape[1]), coloured)
        hint = pen(Theme.current().color("hint", PALE_ALPHA))
        pool_x, pool_y = together(x, y[:, others]) if len(others) and len(x) else (x[:0], x[:0])
        self._pool.show(0, pool_x, pool_y, hint)
        shown = [number for number in range(len(coloured)) if self.legend.is_shown(number)]
        for number, index in enumerate(coloured):
            visible = number in shown
            width = FOCUSED if number == self.legend.focused else 1.0 if self._live else 1.6
            line = pen(traces[number].color, width)
            self._pool.show(number + 1, x if visible else x[:0], y[:, index], line)
        self._pool.hide_from(len(coloured) + 1)
        if len(x):
            self.follow((0.0, max(1.0, float(x[-1]))), nice_range(y))
        self.cursors.show([traces[k] for k in shown], x, y[:, [coloured[k] for k in shown]])

    def _coloured(self, layout: Layout) -> list[int]:
        """Which of the logged weights have a colour: those of the selection, else all if they are few, else those of
        the last neuron."""
        owners = [f"{ident}/" for ident in layout.circuit.weight_ids[: len(layout.weights)]]
        chosen = tuple(f"{ident}/" for ident in self._selection)
        mine = [index for index, owner in enumerate(owners) if owner.startswith(chosen)] if chosen else []
        if not mine and len(owners) <= MOST_COLOURED:
            mine = list(range(len(owners)))
        if not mine:
            heads = [path.rpartition("/")[0] for path in layout.weights]
            mine = [index for index, head in enumerate(heads) if head == heads[-1]]
        return mine[:MOST_COLOURED]

    def _say_how_many(self, layout: Layout, common: str, coloured: int) -> None:
        total = len(layout.circuit.weight_paths)
        self.note.setText(common.rstrip("/") or f"{coloured} of {total}")
        logged = f"; the first {len(layout.weights)} are recorded" if total > len(layout.weights) else ""
        self.note.setToolTip(f"{coloured} of {total} weights in colour{logged}. Select a block to see its own.")

    def _x_of(self, time: float) -> float | None:
        return time / self._epoch_time if self._epoch_time > 0 else None

    def _time_of(self, x: float) -> float:
        return x * self._epoch_time

    def table(self) -> tuple[list[str], list[FloatArray]]:
        if self._curve is None or self._layout is None:
            return ["epoch", "time [s]"], [np.zeros(0), np.zeros(0)]
        x, y = self._curve.x, self._curve.y
        names = [f"{name} [V]" for name in self._layout.weights]
        return ["epoch", "time [s]", *names], [x, x * self._epoch_time, *y.T]


def common_prefix(names: Sequence[str]) -> str:
    """`N3_1/` if all names begin so, else nothing."""
    heads = {name.rpartition("/")[0] for name in names}
    head = heads.pop() if len(heads) == 1 else ""
    return f"{head}/" if head else ""
