"""A batch of runs on its way: by whole epochs, each run to its own end; those that have ended make room for others."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from app.program import FloatArray, IntArray
from app.solve.state import Status
from app.training.run import TrainingRun
from app.training.stop import PLATEAU_EPOCHS, Stop

TICK_SECONDS = 0.1
BLOCK = 8  # lanes that the kernels take at once


class Course:
    """`start(lanes)` prepares the runs of some lanes at time 0. A run that meets a stop condition keeps the weights
    that it had then, so that its result does not depend on the runs beside it.

    weights (weights, lanes) [V] at each run's end, or now; broken (lanes,) where a value stopped being finite; steps
    (lanes,) of the integration."""

    def __init__(self, start: Callable[[IntArray], TrainingRun], lanes: int, stop: Stop) -> None:
        self._start, self._stop = start, stop
        self._lanes = np.arange(lanes)  # those that `run` still carries
        self.run = start(self._lanes)
        self.weights = self.run.weights().copy()
        self.broken, self.steps = np.zeros(lanes, bool), np.zeros(lanes, np.int64)
        self._end = np.full(lanes, -1)
        self._curves: list[FloatArray] = []
        self._conditional = stop.mse is not None or stop.plateau is not None
        self._chunk = 4
        self.done = stop.rows_left(self.run) <= 0

    def advance(self) -> None:
        """A few epochs, about TICK_SECONDS of work."""
        run, rows = self.run, self.run.timeline.rows
        # The states at the epochs' ends are kept by the run only where it takes the MSE from them.
        single = self._conditional and run.mse_at_row_ends
        began, first = time.perf_counter(), len(run.mse)
        run.advance_rows(min(self._stop.rows_left(run), rows if single else self._chunk * rows))
        if time.perf_counter() - began < TICK_SECONDS / 2:
            self._chunk *= 2
        self._take(run.mse[first:])
        self.done = self._stop.rows_left(run) <= 0 or not self._active().any()
        if not self.done:
            self._make_room()

    def epochs(self) -> IntArray:
        """(lanes,) epochs that each run has done."""
        return np.where(self._end >= 0, self._end, self.run.epoch)

    def mse(self) -> FloatArray:
        """(epochs, lanes) [V^2], NaN after a run's end."""
        curves = np.stack(self._curves) if self._curves else np.zeros((0, len(self._end)))
        return np.where(np.arange(len(curves))[:, None] < self.epochs(), curves, np.nan)

    # -- after some epochs --------------------------------------------------------------------------------------

    def _take(self, added: FloatArray) -> None:
        run, lanes = self.run, self._lanes
        first = len(self._curves)
        for entry in added:
            line = np.full(len(self._end), np.nan)
            line[lanes] = entry[: len(lanes)]
            self._curves.append(line)
        if self._conditional and len(added):
            self._note_ends(first)
        self.broken[lanes] = run.state.status[: len(lanes)] != Status.RUNNING
        self.steps[lanes] = run.state.steps[: len(lanes)]
        going = self._end[lanes] < 0
        self.weights[:, lanes[going]] = run.weights()[:, : len(lanes)][:, going]

    def _note_ends(self, first: int) -> None:
        run = self.run
        met = _met(np.stack(self._curves[max(0, first - PLATEAU_EPOCHS) :]), self._stop, first)
        for column, lane in enumerate(self._lanes):
            if self._end[lane] >= 0 or not met[:, lane].any():
                continue
            epoch = int(np.argmax(met[:, lane]))
            self._end[lane] = first + epoch + 1
            at_end = run.ends[epoch][:, column] if len(run.ends) else run.state.y[:, column]
            self.weights[:, lane] = at_end[run.circuit.weight_states]

    def _active(self) -> np.ndarray:
        """(run's lanes,) that go on."""
        return (self._end[self._lanes] < 0) & ~self.broken[self._lanes]

    def _make_room(self) -> None:
        """Leaves behind the runs that have ended when the others fill at most half of the blocks."""
        active = np.flatnonzero(self._active())
        if 2 * -(-len(active) // BLOCK) > -(-len(self._lanes) // BLOCK) or self.run.row % self.run.timeline.rows:
            return
        before, self._lanes = self.run, self._lanes[active]
        self.run = self._start(self._lanes)
        self.run.state = before.state.of_lanes(active)
        self.run.row = before.row


def _met(curves: FloatArray, stop: Stop, first: int) -> np.ndarray:
    """(epochs from `first` on, lanes) where a stop condition holds: the target reached, or no progress on a plateau.
    `curves` begin at epoch max(0, first - PLATEAU_EPOCHS)."""
    new = curves[min(first, PLATEAU_EPOCHS) :]
    met = np.zeros(new.shape, bool)
    if stop.mse is not None:
        met |= new <= stop.mse
    if stop.plateau is not None and len(curves) > PLATEAU_EPOCHS:
        flat = curves[PLATEAU_EPOCHS:] > (1.0 - stop.plateau) * curves[:-PLATEAU_EPOCHS]
        met[len(met) - len(flat) :] |= flat
    return met
