"""What a live run leaves behind: signals of the newest rows, the learning curve, a log of weights, snapshots.

Everything is bounded: the longer a run, the wider the spacing of what is kept from its past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.program import FloatArray
from app.training.evaluate import voltages
from app.training.frame import Curve, Layout
from app.training.stop import PLATEAU_EPOCHS, Stop
from app.training.stream import Pyramid, Ring, Thinned

if TYPE_CHECKING:
    from app.training.run import Snapshot, TrainingRun  # not at run time: it loads the kernels

SNAPSHOT_BYTES = 64 << 20
MAX_SNAPSHOTS = 256
MAX_WINDOW = 64  # rows
MOST_UNLOGGED = 64  # stretches


class Recorder:
    """Advances `run`, whose names are those of `layout`, and records it. Lives in the engine's thread.

    `snapshots` by row; `mse` [V^2] of the last epoch."""

    def __init__(self, run: TrainingRun, layout: Layout) -> None:
        self.run, self.layout = run, layout
        self._slots = np.array([signal.slot for signal in layout.signals], np.int64)
        self.ring = Ring(len(self._slots))
        self.whole = Pyramid(len(self._slots), layout.row_time)
        self._learning = Pyramid(1, 1.0)
        self._unlogged: list[tuple[FloatArray, FloatArray]] = []
        self.weights = Thinned(len(layout.weights))
        self.snapshots: dict[int, Snapshot] = {}
        self._stride = 1
        self.mse = float("nan")
        self.keep()

    @property
    def window_rows(self) -> int:
        """How many of the newest rows the signals show: two epochs."""
        return min(2 * self.layout.rows, MAX_WINDOW)

    @property
    def rows_to_snapshot(self) -> int:
        """From the present row to the next that a snapshot is due at."""
        span = self._stride * self.layout.rows
        return span - self.run.row % span

    def fitting(self, rows: int) -> int:
        """`rows`, or down to half as many that end where a snapshot is due: each call of the kernels costs what a
        hundred rows do."""
        span, row = self._stride * self.layout.rows, self.run.row
        due = (row + rows) // span * span - row
        return due if 2 * due >= rows else rows

    def advance(self, rows: int, stop: Stop) -> None:
        """Advance up to `rows` rows, in calls that span many epochs, exactly to where `stop` is met."""
        end = self.run.row + rows
        while self.run.row < end:
            begin = self.run.epoch
            count = min(end - self.run.row, self.rows_to_snapshot)
            self.run.advance_rows(count, stop.first_met if stop.mse or stop.plateau else None)
            self._log(begin)
            if stop.reached(self.run):
                return

    def trace(self, rows: int, stop: Stop) -> None:
        """Advance one stretch of up to `rows` rows with its signals: to the next snapshot, or to the epoch's end where
        `stop` must be looked at there."""
        judged = self.layout.rows - self.run.row % self.layout.rows if stop.mse or stop.plateau else rows
        begin, count = self.run.epoch, min(rows, judged, self.rows_to_snapshot)
        times, values = self.run.trace(count, self._slots)
        self.ring.add(times, values)
        self.whole.add(times, values)
        self._log(begin)

    @property
    def learning(self) -> Pyramid:
        """The MSE [V^2] over epochs."""
        self._bring_up()
        return self._learning

    def _bring_up(self) -> None:
        """Take in what came since somebody last looked, all at once: each pass over a long array gives Python's lock
        away to whoever paints."""
        if self._unlogged:
            epochs, curves = zip(*self._unlogged, strict=True)
            self._learning.add(np.concatenate(epochs), np.concatenate(curves))
            self._unlogged.clear()

    def values_at(self, states: FloatArray, row: int) -> FloatArray:
        """V (slots,) for states (states, 1) at the begin of a row."""
        schedule = self.run.timeline.schedule(self.run.seeds, row, 1)
        sources = schedule.table[schedule.row[0, 0]]
        return voltages(self.run, states, sources, float(schedule.begin[0, 0]))

    def _log(self, first_epoch: int) -> None:
        """The epochs after `first_epoch` that the last call finished."""
        run, count = self.run, self.run.epoch - first_epoch
        if not count:
            return
        if len(run.recent):
            curve = run.recent[-count:, :1]
            self.mse = float(curve[-1, 0])
            epochs = np.arange(run.epoch + 1 - len(curve), run.epoch + 1, dtype=float)
            if self._unlogged and self._unlogged[-1][0][-1] >= epochs[0]:
                self._bring_up()  # the run's end was done once more, and the curve is taken in by ascending epochs
            self._unlogged.append((epochs, curve))
            if len(self._unlogged) > MOST_UNLOGGED:
                self._bring_up()
            run.mse.keep_newest(PLATEAU_EPOCHS + 1)
        logged, ends, stride = run.circuit.weight_states[: len(self.layout.weights)], run.ends, self.weights.stride
        first = run.epoch + 1 - len(ends)  # the epoch that ends[0] is the end of
        for epoch in range(-(-first // stride) * stride, run.epoch + 1, stride):
            self.weights.add(epoch, ends[epoch - first, logged, 0])
        if run.row % self.layout.rows == 0:
            self.keep()

    def keep(self, anyway: bool = False) -> None:
        """The present row's weights in the log, and a snapshot if one is due (or `anyway`)."""
        run, rows = self.run, self.layout.rows
        if run.row % rows == 0 and self.weights.wants(run.epoch):
            self.weights.add(run.epoch, run.weights()[: len(self.layout.weights), 0])
        if anyway or run.row % (self._stride * rows) == 0:
            self.snapshots[run.row] = run.snapshot()
            self._thin_snapshots()

    def _thin_snapshots(self) -> None:
        size = 8 * (self.run.state.y.size + 8)
        most = max(4, min(MAX_SNAPSHOTS, SNAPSHOT_BYTES // size))
        while len(self.snapshots) > most:
            self._stride *= 2
            span = self._stride * self.layout.rows
            newest = max(self.snapshots)
            self.snapshots = {row: kept for row, kept in self.snapshots.items() if row % span == 0 or row == newest}

    def nearest(self, row: int) -> int | None:
        """The row of the newest snapshot that is not after `row`; the oldest if all are."""
        return max((kept for kept in self.snapshots if kept <= row), default=min(self.snapshots, default=None))

    def rewound(self) -> None:
        """The run was put back: forget what lies after its present row."""
        run = self.run
        run.mse.clear()
        self.ring.clear()
        self.whole.cut(run.time)
        self.learning.cut(run.epoch + 1)
        self.weights.cut(run.epoch + 1)
        self.snapshots = {row: kept for row, kept in self.snapshots.items() if row <= run.row}
        _, y = self.learning.curve()
        self.mse = float(y[-1, 0]) if len(y) else float("nan")

    def adopt(self, earlier: Recorder) -> None:
        """Continue the curves of a recorder whose circuit was edited, as far as they mean the same."""
        self.mse = earlier.mse
        self._learning, self._unlogged = earlier.learning, []
        if earlier.layout.weights == self.layout.weights:
            self.weights = earlier.weights
        same = [signal.name for signal in earlier.layout.signals] == [signal.name for signal in self.layout.signals]
        if same and earlier.layout.row_time == self.layout.row_time:
            self.ring, self.whole = earlier.ring, earlier.whole
        same_states = earlier.run.circuit.weight_ids == self.run.circuit.weight_ids
        same_states = same_states and earlier.run.state.y.shape == self.run.state.y.shape
        if same_states and earlier.layout.rows == self.layout.rows:
            self.snapshots, self._stride = earlier.snapshots, earlier._stride
        self.keep(anyway=True)

    def signal_curve(self) -> Curve:
        """The newest rows that were traced; a run at full speed may be past them."""
        span = (self.window_rows + 0.5) * self.layout.row_time
        return Curve(*self.ring.since(self.ring.newest - span))
