"""A run as the window drives it: pacing, stepping both ways, the V_teach switch, edits that keep charges, looking back.

Used by one thread only (see Engine).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from app.document.schematic import Schematic
from app.errors import Problem
from app.program import FloatArray
from app.training.carry import carry_charges, put_trained, trained_state
from app.training.decision import decision_map, rows_correct
from app.training.frame import Curve, DecisionMap, Frame, State
from app.training.layout import layout_of
from app.training.recorder import Recorder

if TYPE_CHECKING:
    from app.training.run import TrainingRun

MAP_PERIOD = 0.2
LOG_PERIOD = 0.1
TRACED_ROWS_PER_SECOND = 2000.0
SLOWEST_CATCH_UP = 0.25  # seconds behind after which pacing forgets the past


class Session:
    def __init__(self) -> None:
        self.kernels_ready = False
        self.changed = True
        self._run: TrainingRun | None = None
        self._schematic: Schematic | None = None
        self._recorder: Recorder | None = None
        self._problems: tuple[Problem, ...] = ()
        self._state: State = "empty"
        self._wants_to_run = False
        self._speed: float | None = None
        self._anchor = (0.0, 0)
        self._teach: bool | None = None
        self._teach_changes: list[int] = []
        self._viewing: int | None = None
        self._map_wanted = False
        self._map: tuple[DecisionMap | None, int] = (None, -1)
        self._map_at = self._logs_at = 0.0
        self._map_stale = True
        self._learning = self._weights = self._whole = Curve.empty()
        self._pace: deque[tuple[float, float]] = deque(maxlen=40)
        self._last_trace = 0.0

    # -- commands ---------------------------------------------------------------------------------------------------

    def load(self, schematic: Schematic, fresh: bool, state: Mapping[str, Any]) -> None:
        """Compile; on errors the old run stays, paused, and the problems are shown. A `fresh` run begins with the
        trained `state` of a file, if it has one."""
        from app.circuit.compile import check_schematic
        from app.training.run import Options, prepare

        self.kernels_ready = True
        self._schematic = schematic
        if fresh:
            self._forget()
        if not any(sheet.instances for sheet in schematic.sheets.values()):
            self._run = self._recorder = None
            self._state, self._problems = "empty", ()
            self._mark()
            return
        circuit, problems = check_schematic(schematic)
        if circuit is None:
            self.refuse(tuple(problems))
            return
        options = Options(
            seeds=(int(schematic.setting("seed")),),
            solver=schematic.setting("solver"),
            rtol=float(schematic.setting("rtol")),
            switch=self._switch(),
        )
        run = prepare(circuit, schematic, options)
        if fresh:
            put_trained(run, state)
        self._take_over(run)
        self._problems = tuple(problems)
        self._state = "running" if self._wants_to_run else "paused"
        self._restart_pace()

    def _forget(self) -> None:
        """Another document: nothing of the last run concerns it."""
        self._run = self._recorder = self._teach = self._viewing = None
        self._teach_changes.clear()
        self._wants_to_run = False

    def _take_over(self, run: TrainingRun) -> None:
        """Replace the run; charges, row and curves of an earlier one go on."""
        earlier, recorder = self._run, self._recorder
        if earlier is not None:
            carry_charges(earlier, run)
        self._run = run
        self._recorder = Recorder(run, layout_of(run))
        if recorder is not None:
            self._recorder.adopt(recorder)

    def trained(self) -> dict[str, Any]:
        """What a file keeps of the run; empty before its first row."""
        return trained_state(self._run) if self._run is not None and self._run.row else {}

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Stop with problems to show."""
        self._problems, self._state = problems, "refused"
        self._mark()

    def run(self) -> None:
        self._wants_to_run = True
        if self._run is not None and self._state != "refused":
            self._viewing = None
            self._state = "running"
            self._restart_pace()

    def pause(self) -> None:
        self._wants_to_run = False
        if self._state == "running":
            self._state = "paused"
            self._mark()

    def step_rows(self, rows: int) -> None:
        if not self._begin_step():
            return
        run, recorder = self._alive()
        if rows < 0:
            self._go_to(max(0, run.row + rows))
        for _ in range(rows):
            self._advance_traced()
        recorder.flush()
        self._mark()

    def step_epochs(self, epochs: int) -> None:
        if not self._begin_step():
            return
        run, recorder = self._alive()
        rows = recorder.layout.rows
        if epochs < 0:
            self._go_to(max(0, (run.epoch - (run.row % rows == 0) * 1) * rows))
        for _ in range(epochs):
            self._finish_epoch()
        recorder.flush()
        self._mark()

    def reset(self) -> None:
        if self._run is None or self._recorder is None:
            return
        self._viewing = None
        self._teach_changes.clear()
        self._run.restore(self._recorder.snapshots[0])
        self._run.switch = self._switch()
        self._recorder.rewound()
        self._mark()
        self._restart_pace()

    def set_speed(self, simulated_per_wall: float | None) -> None:
        self._speed = simulated_per_wall
        self._restart_pace()

    def set_teach(self, on: bool) -> None:
        self._teach = on
        if self._run is not None:
            self._run.switch = self._switch()
            self._teach_changes.append(self._run.epoch)
            if self._recorder is not None:
                self._recorder.voltages = np.zeros(0)
        self._mark()

    def look_back(self, epoch: int) -> None:
        if self._recorder is None:
            return
        kept = self._recorder.nearest(epoch)
        if kept is not None:
            self._state, self._wants_to_run = "looking back", False
            self._viewing = kept
            self._mark()

    def branch(self) -> None:
        if self._run is None or self._recorder is None or self._viewing is None:
            return
        self._run.restore(self._recorder.snapshots[self._viewing])
        self._run.switch = self._switch()
        self._recorder.rewound()
        self.live()

    def live(self) -> None:
        if self._state == "looking back":
            self._state = "paused"
        self._viewing = None
        self._mark()

    def want_map(self, wanted: bool) -> None:
        self._map_wanted = wanted
        self._map_stale = True

    def ask(self, question: Callable[[Any], None]) -> None:
        question(self._run)

    # -- driving ----------------------------------------------------------------------------------------------------

    def chunk(self, seconds: float) -> float:
        """Advance for about `seconds` of wall time if running. Returns how long nothing will be due [s]."""
        if self._state != "running" or self._run is None or self._recorder is None:
            return 1.0
        if self._speed is None:
            self._advance_for(seconds)
            return 0.0
        begin, row = self._anchor
        now = time.perf_counter()
        row_time = self._recorder.layout.row_time
        due = (now - begin) * self._speed / row_time - (self._run.row - row)
        if due < 1.0:
            return (1.0 - due) * row_time / self._speed
        rows_per_second = self._speed / row_time
        if due > 1.0 + SLOWEST_CATCH_UP * rows_per_second:
            self._restart_pace()
        self._advance_for(seconds, int(due), traced=rows_per_second < TRACED_ROWS_PER_SECOND)
        return 0.0

    def _advance_for(self, seconds: float, rows: int = 1 << 40, traced: bool = False) -> None:
        """Up to `rows` rows within about `seconds`; the newest rows are traced when a frame will soon be due."""
        run, recorder = self._alive()
        begin = time.perf_counter()
        end = run.row + rows
        while run.row < end and self._state == "running":
            now = time.perf_counter()
            if now - begin >= seconds:
                break
            if traced:
                self._advance_traced()
            elif now - self._last_trace >= 0.03:
                for _ in range(min(recorder.window_rows, end - run.row)):
                    self._advance_traced()
                self._last_trace = time.perf_counter()
            else:
                run.advance(end - run.row)
                self._after_row()
        self._pace.append((time.perf_counter(), run.time))
        self.changed = self._map_stale = True

    def _advance_traced(self) -> None:
        _, recorder = self._alive()
        recorder.trace_row()
        self._after_row()

    def _after_row(self) -> None:
        run, recorder = self._alive()
        if run.row % recorder.layout.rows == 0:
            recorder.keep_epoch()
            if self._wants_to_run and self._reached_stop():
                self._state, self._wants_to_run = "finished", False

    def _finish_epoch(self) -> None:
        run, recorder = self._alive()
        rows = recorder.layout.rows
        left = rows - run.row % rows
        if left > recorder.window_rows:
            run.advance(left - recorder.window_rows)
            left = recorder.window_rows
        for _ in range(left):
            self._advance_traced()

    def _go_to(self, row: int) -> None:
        """Back to an earlier row: restore the newest snapshot before it and advance; steps are reproducible."""
        run, recorder = self._alive()
        kept = recorder.nearest(row // recorder.layout.rows)
        if kept is None:
            return
        run.restore(recorder.snapshots[kept])
        run.switch = self._switch()
        recorder.rewound()
        while run.row < row:
            self._advance_traced()
        recorder.flush()

    def _begin_step(self) -> bool:
        """Stepping pauses, leaves the past, and needs a run."""
        if self._run is None or self._recorder is None or self._state == "refused":
            return False
        self._wants_to_run = False
        self._state, self._viewing = "paused", None
        return True

    def _reached_stop(self) -> bool:
        run, recorder = self._alive()
        if self._schematic is None:
            return False
        epochs, mse = self._schematic.setting("stop_epochs"), self._schematic.setting("stop_mse")
        return (bool(epochs) and run.epoch >= int(epochs)) or (bool(mse) and recorder.mse <= float(mse))

    # -- frames -----------------------------------------------------------------------------------------------------

    def frame(self) -> Frame:
        """The present picture."""
        self.changed = False
        run, recorder = self._run, self._recorder
        if run is None or recorder is None:
            notice = "" if self.kernels_ready else "Preparing the engine"
            return Frame(self._state if self.kernels_ready else "preparing", self._problems, notice)
        recorder.flush()
        states, voltages = run.state.y[:, :1], recorder.voltages
        epoch, row = run.epoch, run.row % recorder.layout.rows
        if self._viewing is not None:
            snapshot = recorder.snapshots[self._viewing]
            states = snapshot.integrator.y[:, :1]
            voltages = recorder.values_at(states, snapshot.row)
            epoch, row = self._viewing, 0
        self._refresh_logs(recorder)
        self._refresh_map(run, recorder, states)
        levels = run.gate_values()
        return Frame(
            state=self._state,
            problems=self._problems,
            layout=recorder.layout,
            time=run.time if self._viewing is None else self._viewing * recorder.layout.rows * recorder.layout.row_time,
            epoch=epoch,
            row=row,
            mse=recorder.mse,
            teach_on=any(levels.values()),
            speed=self._measured_speed(),
            weights=np.array(states[run.circuit.weight_states, 0]),
            voltages=voltages,
            signals=recorder.signal_curve(2 * recorder.layout.rows * recorder.layout.row_time),
            whole=self._whole,
            weight_log=self._weights,
            learning=self._learning,
            decision=self._map[0],
            correct=self._map[1],
            viewing=self._viewing,
            teach_changes=tuple(self._teach_changes[-64:]),
        )

    def _refresh_logs(self, recorder: Recorder) -> None:
        now = time.perf_counter()
        if self._state == "running" and now - self._logs_at < LOG_PERIOD:
            return
        self._logs_at = now
        self._learning = Curve(*recorder.learning.curve())
        self._weights = Curve(*recorder.weights.curve())
        self._whole = Curve(*recorder.whole.curve())

    def _refresh_map(self, run: TrainingRun, recorder: Recorder, states: FloatArray) -> None:
        now = time.perf_counter()
        running = self._state == "running"
        if not self._map_wanted or not self._map_stale or (running and now - self._map_at < MAP_PERIOD):
            return
        layout, levels = recorder.layout, run.gate_values()
        found = decision_map(layout, run.program, states, levels, 50 if running else 100)
        self._map = found, rows_correct(layout, run.program, states, levels)
        self._map_at, self._map_stale = time.perf_counter(), running

    def _measured_speed(self) -> float:
        """Simulated over wall seconds during the last chunks; 0 unless running."""
        if self._state != "running" or len(self._pace) < 2:
            return 0.0
        (wall, simulated), (wall_end, simulated_end) = self._pace[0], self._pace[-1]
        return (simulated_end - simulated) / (wall_end - wall) if wall_end > wall else 0.0

    # -- small things -----------------------------------------------------------------------------------------------

    def _alive(self) -> tuple[TrainingRun, Recorder]:
        if self._run is None or self._recorder is None:
            raise RuntimeError("no circuit is loaded")
        return self._run, self._recorder

    def _switch(self) -> str:
        return "" if self._teach is None else "on" if self._teach else "off"

    def _mark(self) -> None:
        self.changed = self._map_stale = True
        self._logs_at = 0.0

    def _restart_pace(self) -> None:
        self._anchor = (time.perf_counter(), self._run.row if self._run is not None else 0)
        self._pace.clear()
        self._mark()
