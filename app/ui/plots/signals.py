"""Signals: V_out against V_target (dashed) and probes, over the newest time, the whole run, or the epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from app.program import FloatArray
from app.ui.plots.cursors import Cursors
from app.ui.plots.curves import CurvePool, clean, nice_range, pen, thinned
from app.ui.plots.legend import Trace
from app.ui.plots.pane import CurvePane

if TYPE_CHECKING:
    from app.training.frame import Frame, Signal
    from app.ui.desk import Desk

Window = Literal["roll", "whole", "epoch"]
WINDOWS: tuple[tuple[Window, str], ...] = (("roll", "Newest epochs"), ("whole", "Whole run"), ("epoch", "Epoch-locked"))
MOST_SIGNALS = 32
PREFIXES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"), (1e-12, "ps"))
FOCUSED = 2.0  # width of the trace whose name is under the mouse
TARGET_DASHES = [5.0, 3.0]


class SignalsPane(CurvePane):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "signals", "Signals", "V", "time [µs]")
        self.window_kind: Window = "roll"
        self._unit, self._unit_name = 1e-6, "µs"
        self._live = False
        self._pool = CurvePool(self.plot, MOST_SIGNALS)
        self._x, self._y = np.zeros(0), np.zeros((0, 0))
        self._signals: tuple[Signal, ...] = ()
        self._epoch_time = 0.0
        self.cursors = Cursors(self.view, self.shared, self._x_of, self._time_of)
        self.legend.changed.connect(self._redraw)
        self.restyle()
        self.clear()

    def clear(self) -> None:
        self._x, self._y, self._signals = np.zeros(0), np.zeros((0, 0)), ()
        self._pool.hide_from(0)
        self.legend.show_traces(())
        self.say_empty("Run the circuit to see V_out here; place a Type1 or a probe on a net.")

    def restyle(self) -> None:
        super().restyle()
        self.cursors.restyle()

    def show_frame(self, frame: Frame) -> None:
        layout = frame.layout
        if layout is None or not layout.signals:
            self.clear()
            return
        curve = frame.whole if self.window_kind == "whole" else frame.signals
        if curve.y.ndim != 2 or curve.y.shape[1] != len(layout.signals):
            return
        self._signals = layout.signals[:MOST_SIGNALS]
        self._epoch_time = layout.rows * layout.row_time
        self._x, self._y = thinned(clean(curve.x), clean(curve.y[:, : len(self._signals)]))
        self._live = frame.state == "running"
        self.legend.show_traces([self._trace(signal) for signal in self._signals])
        self._redraw()

    def _trace(self, signal: Signal) -> Trace:
        if signal.kind == "target":
            return Trace(signal.name, 0, dashed=True, role="hint")
        number = self.shared.number(signal.name)
        return Trace(signal.name, number, dashed=number >= 8)

    @Slot()
    def _redraw(self) -> None:
        x, y, joins = self._in_window()
        self.say_empty("" if len(x) else "No samples yet: run, or step a row.")
        shown: list[int] = []
        width = 1.0 if self._live else 1.2
        for index, trace in enumerate(self.legend.traces):
            if self.legend.is_shown(index) and len(x):
                wide = FOCUSED if index == self.legend.focused else width
                line = pen(trace.color, wide, TARGET_DASHES if trace.dashed else None)
                self._pool.show(index, x, y[:, index], line, joins=joins)
                shown.append(index)
            else:
                self._pool.show(index, x[:0], y[:0, 0] if y.size else x[:0], pen(trace.color))
        self._pool.hide_from(len(self.legend.traces))
        if len(x):
            self.follow(self._span(x), nice_range(y[:, shown], (0.0, 1.0)))
        order = np.argsort(x, kind="stable")
        self.cursors.show([self.legend.traces[i] for i in shown], x[order], y[order][:, shown])

    def _in_window(self) -> tuple[FloatArray, FloatArray, FloatArray | str]:
        """x in the shown unit, y, and which points are joined."""
        x, y = self._x, self._y
        if self.window_kind == "epoch" and len(x) and self._epoch_time > 0:
            x, y, joins = epoch_locked(x, y, self._epoch_time)
            self._choose_unit(self._epoch_time)
            self.set_x_label(f"time in the epoch [{self._unit_name}]")
            return x / self._unit, y, joins
        self._choose_unit(float(np.nanmax(np.abs(x))) if len(x) else 0.0)
        self.set_x_label(f"time [{self._unit_name}]")
        return x / self._unit, y, "finite"

    def _span(self, x: FloatArray) -> tuple[float, float]:
        if self.window_kind == "epoch":
            return 0.0, self._epoch_time / self._unit
        return float(x[0]), float(x[-1])

    def _choose_unit(self, largest: float) -> None:
        """The prefix in which the largest time is at least 1."""
        for factor, name in PREFIXES:
            if largest >= factor:
                self._unit, self._unit_name = factor, name
                return

    def _x_of(self, time: float) -> float | None:
        if self.window_kind == "epoch":
            return (time % self._epoch_time) / self._unit if self._epoch_time > 0 else None
        return time / self._unit

    def _time_of(self, x: float) -> float:
        return x * self._unit

    # -- choices ----------------------------------------------------------------------------------------------------

    def set_window(self, kind: Window) -> None:
        """`roll` the newest two epochs, `whole` the whole run, `epoch` x is the place within the epoch."""
        self.window_kind = kind
        self.follows = True
        if self.desk.frame is not None:
            self.show_frame(self.desk.frame)

    def add_choices(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for kind, text in WINDOWS:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(kind == self.window_kind)
            action.setData(kind)
            group.addAction(action)
        group.triggered.connect(self._chosen)
        menu.addSeparator()
        self.cursors.fill_menu(menu)
        super().add_choices(menu)

    @Slot(object)
    def _chosen(self, action: object) -> None:
        self.set_window(action.data())  # type: ignore[attr-defined]

    def table(self) -> tuple[list[str], list[FloatArray]]:
        names = [f"{signal.name} [V]" for signal in self._signals]
        return ["time [s]", *names], [self._x, *(self._y[:, k] for k in range(len(names)))]


def epoch_locked(x: FloatArray, y: FloatArray, period: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The newest sample at every place within the epoch: the present epoch as far as it has come, the one before for
    the rest. The third tells which points are joined with the next, for pyqtgraph."""
    newest, near = x[-1], 1e-9 * period
    # The end of an epoch belongs to it, not to the next one.
    begin = (np.ceil(newest / period - 1e-9) - 1.0) * period
    now = x >= begin - near
    edge = np.flatnonzero(np.abs(x - begin) <= near)
    now[edge[:-1]] = False  # what the step at the edge comes from
    before = (x >= newest - period) & (x >= begin - period - near) & ~now
    parts = [(x[now] - begin, y[now]), (x[before] - (begin - period), y[before])]
    place = np.concatenate([part[0] for part in parts])
    joins = np.ones(len(place), np.int32)
    if len(parts[0][0]):
        joins[len(parts[0][0]) - 1] = 0
    return place, np.concatenate([part[1] for part in parts]), joins & np.isfinite(place).astype(np.int32)
