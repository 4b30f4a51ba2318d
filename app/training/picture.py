"""Turns what a recorder holds into frames; what changes slowly or costs much is made anew less often."""

from __future__ import annotations

import time

import numpy as np

from app.errors import Problem
from app.program import FloatArray
from app.training.decision import decision_map, rows_correct
from app.training.frame import Curve, DecisionMap, Frame, State
from app.training.recorder import Recorder

MAP_PERIOD = 0.2  # s
LOG_PERIOD = 0.1
RUNNING_CELLS, STILL_CELLS = 50, 100


class Picture:
    """`stale`: the run has moved since the last decision map."""

    def __init__(self) -> None:
        self.stale = True
        self._map_wanted = False
        self._map: tuple[DecisionMap | None, int] = (None, -1)
        self._map_at = self._logs_at = 0.0
        self._learning = self._weights = self._whole = Curve.empty()

    def want_map(self, wanted: bool) -> None:
        """Whether anybody looks at the decision map."""
        self._map_wanted = wanted

    def renew(self) -> None:
        """The next frame is made from the ground up."""
        self.stale = True
        self._logs_at = self._map_at = 0.0

    def frame(
        self, recorder: Recorder, state: State, problems: tuple[Problem, ...], viewing: int | None, speed: float,
        teach_changes: tuple[int, ...], commands: int,
    ) -> Frame:  # fmt: skip
        """The present, or the snapshot at row `viewing`."""
        run, layout = recorder.run, recorder.layout
        snapshot = recorder.snapshots.get(viewing) if viewing is not None else None
        row = run.row if snapshot is None else snapshot.row
        states = (run.state if snapshot is None else snapshot.integrator).y[:, :1]
        running = state == "running"
        self._refresh_logs(recorder, running)
        self._refresh_map(recorder, states, running)
        return Frame(
            state=state,
            problems=problems,
            layout=layout,
            time=row * layout.row_time,
            epoch=row // layout.rows,
            row=row % layout.rows,
            mse=recorder.mse if snapshot is None else _mse_at(self._learning, row // layout.rows),
            teach_on=any(run.gate_values().values()),
            switch=run.switch,
            speed=speed,
            weights=np.array(states[run.circuit.weight_states, 0]),
            voltages=recorder.values_at(states, row),
            signals=recorder.signal_curve(),
            whole=self._whole,
            weight_log=self._weights,
            learning=self._learning,
            decision=self._map[0],
            correct=self._map[1],
            viewing=None if snapshot is None else row // layout.rows,
            teach_changes=teach_changes,
            commands=commands,
        )

    def _refresh_logs(self, recorder: Recorder, running: bool) -> None:
        now = time.perf_counter()
        if running and now - self._logs_at < LOG_PERIOD:
            return
        self._logs_at = now
        self._learning = Curve(*recorder.learning.curve())
        self._weights = Curve(*recorder.weights.curve())
        self._whole = Curve(*recorder.whole.curve())

    def _refresh_map(self, recorder: Recorder, states: FloatArray, running: bool) -> None:
        now = time.perf_counter()
        if not self._map_wanted or not self.stale or (running and now - self._map_at < MAP_PERIOD):
            return
        run, layout = recorder.run, recorder.layout
        found = decision_map(layout, run, states, RUNNING_CELLS if running else STILL_CELLS)
        self._map = found, rows_correct(layout, run, states)
        self._map_at, self.stale = time.perf_counter(), running


def _mse_at(learning: Curve, epoch: int) -> float:
    """What the learning curve shows at an epoch [V^2]; NaN before its first."""
    place = int(np.searchsorted(learning.x, epoch, side="right")) - 1
    return float(learning.y[place, 0]) if place >= 0 else float("nan")
