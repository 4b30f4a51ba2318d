"""What a live run leaves behind: signals of the newest rows, the learning curve, a log of weights, snapshots.

Everything is bounded: the longer a run, the wider the spacing of what is kept from its past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.program import FloatArray
from app.training.evaluate import evaluate
from app.training.frame import Curve, Layout
from app.training.stream import Pyramid, Ring, Thinned

if TYPE_CHECKING:
    from app.training.run import Snapshot, TrainingRun  # not at run time: it loads the kernels

MAX_SLOTS_TIMES_LANES = 4_000_000
SNAPSHOT_BYTES = 64 << 20
MAX_SNAPSHOTS = 512


@dataclass(frozen=True, slots=True)
class _TracedRow:
    """A row's number and lane 0 of the states at its begin and end, (states,)."""

    row: int
    begin: FloatArray
    end: FloatArray


class Recorder:
    """Records `run`, whose names are those of `layout`. Lives in the engine's thread."""

    def __init__(self, run: TrainingRun, layout: Layout) -> None:
        self.run, self.layout = run, layout
        self._slots = np.array([signal.slot for signal in layout.signals], np.int64)
        self.ring = Ring(len(self._slots))
        self.whole = Pyramid(len(self._slots), layout.row_time)
        self.learning = Pyramid(1, 1.0)
        self.weights = Thinned(len(layout.weights))
        self.snapshots: dict[int, Snapshot] = {}
        self._stride = 1
        self._traced: list[_TracedRow] = []
        self.mse = float("nan")
        self.voltages = np.zeros(0)
        self.keep_epoch()

    @property
    def window_rows(self) -> int:
        """How many of the newest rows are worth tracing: two epochs, as far as memory for all slots allows."""
        most = MAX_SLOTS_TIMES_LANES // (2 * max(1, self.run.program.slots))
        return int(max(1, min(2 * self.layout.rows, 64, most)))

    def trace_row(self) -> None:
        """Advance one row and remember the states at both its ends."""
        row = self.run.row
        begin = self.run.state.y[:, 0].copy()
        self.run.advance(1)
        self._traced.append(_TracedRow(row, begin, self.run.state.y[:, 0].copy()))
        if len(self._traced) > self.window_rows:
            self._evaluate()

    def flush(self) -> None:
        """Turn traced rows into signals and the voltages of now."""
        if self._traced:
            self._evaluate()
        if not len(self.voltages):
            self.voltages = self.values_at(self.run.state.y[:, :1], self.run.row)

    def values_at(self, states: FloatArray, row: int) -> FloatArray:
        """V (slots,) for states (states, 1) at the begin of a row."""
        schedule = self.run.timeline.schedule(self.run.seeds, row, 1)
        sources = schedule.table[schedule.row[0, 0]][:, None]
        levels = self.run.gate_values()
        return evaluate(self.run.program, states, sources, levels, float(schedule.begin[0, 0]))[:, 0]

    def _evaluate(self) -> None:
        """One pass over all traced rows; within a row the states are drawn as straight lines."""
        times, states, sources = [], [], []
        for traced in self._traced:
            schedule = self.run.timeline.schedule(self.run.seeds, traced.row, 1)
            begin, length = schedule.begin[:, 0], schedule.duration[:, 0]
            table = schedule.table[schedule.row[:, 0]]
            slope = np.zeros_like(table) if schedule.slope is None else schedule.slope[schedule.row[:, 0]]
            at = np.stack([begin, begin + length], axis=1).ravel()
            part = (at - begin[0]) / self.layout.row_time
            times.append(at)
            states.append(traced.begin[:, None] * (1.0 - part) + traced.end[:, None] * part)
            sources.append(np.stack([table, table + slope * length[:, None]], axis=1).reshape(len(at), -1).T)
        self._traced.clear()
        v = evaluate(self.run.program, np.hstack(states), np.hstack(sources), self.run.gate_values())
        x, y = np.concatenate(times), v[self._slots].T
        self.ring.add(x, y)
        self.whole.add(x, y)
        self.voltages = v[:, -1].copy()

    def keep_epoch(self) -> None:
        """After an epoch's end (and at the start): take the MSE, log the weights, keep a snapshot now and then."""
        run, epoch = self.run, self.run.epoch
        if run.mse:
            self.mse = float(run.mse[-1][0])
            self.learning.add(np.array([float(epoch)]), np.array([[self.mse]]))
            run.mse.clear()
        if self.weights.wants(epoch):
            self.weights.add(epoch, run.weights()[: len(self.layout.weights), 0])
        if epoch % self._stride == 0:
            self.snapshots[epoch] = run.snapshot()
            self._thin_snapshots()

    def _thin_snapshots(self) -> None:
        size = 8 * (self.run.state.y.size + 1)
        most = max(2, min(MAX_SNAPSHOTS, SNAPSHOT_BYTES // size))
        while len(self.snapshots) > most:
            self._stride *= 2
            self.snapshots = {epoch: kept for epoch, kept in self.snapshots.items() if epoch % self._stride == 0}

    def nearest(self, epoch: int) -> int | None:
        """The newest kept epoch that is not after `epoch`."""
        return max((kept for kept in self.snapshots if kept <= epoch), default=None)

    def rewound(self) -> None:
        """The run was put back: forget what lies after its present row."""
        self._traced.clear()
        self.ring.clear()
        self.whole.cut(self.run.time)
        self.learning.cut(self.run.epoch + 1)
        self.weights.cut(self.run.epoch + 1)
        self.snapshots = {epoch: kept for epoch, kept in self.snapshots.items() if epoch <= self.run.epoch}
        self.voltages = np.zeros(0)
        _, y = self.learning.curve()
        self.mse = float(y[-1, 0]) if len(y) else float("nan")

    def adopt(self, earlier: Recorder) -> None:
        """Continue the curves of a recorder whose circuit was edited, as far as they mean the same."""
        self.learning, self.mse = earlier.learning, earlier.mse
        if earlier.layout.weights == self.layout.weights:
            self.weights = earlier.weights
        same = [signal.name for signal in earlier.layout.signals] == [signal.name for signal in self.layout.signals]
        if same and earlier.layout.row_time == self.layout.row_time:
            self.ring, self.whole = earlier.ring, earlier.whole
        same_states = earlier.run.circuit.weight_ids == self.run.circuit.weight_ids
        same_states = same_states and earlier.run.state.y.shape == self.run.state.y.shape
        if same_states and earlier.layout.rows == self.layout.rows:
            self.snapshots, self._stride = earlier.snapshots, earlier._stride

    def signal_curve(self, span: float) -> Curve:
        """The newest `span` seconds."""
        return Curve(*self.ring.since(self.run.time - span - 0.5 * self.layout.row_time))
