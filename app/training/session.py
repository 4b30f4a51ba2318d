"""A run as the window drives it: pacing, stepping both ways, the V_teach switch, edits that keep charges, looking back.

Used by one thread only (see Engine).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from app.circuit.compile import check_schematic
from app.document.schematic import Schematic
from app.errors import Problem
from app.solve.state import IntegratorState
from app.training import tracing
from app.training.carry import carry_charges, put_trained, trained_state
from app.training.frame import Frame, State
from app.training.layout import layout_of
from app.training.pace import Pace
from app.training.picture import Picture
from app.training.recorder import Recorder
from app.training.run import TrainingRun, prepare
from app.training.settings import options_of
from app.training.stop import Stop, stored_conditions

TRACED_ROWS_PER_SECOND = 2000.0
TRACE_PERIOD = 0.03


class Session:
    """`changed` tells that the next frame will differ from the last."""

    def __init__(self) -> None:
        self.changed = True
        self.state: State = "empty"
        self._run: TrainingRun | None = None
        self._recorder: Recorder | None = None
        self._problems: tuple[Problem, ...] = ()
        self._blocked = False  # the drawing has errors: the run is not what is drawn
        self._stop = Stop()
        self._wants_to_run = False
        self._pace = Pace()
        self._teach: bool | None = None
        self._teach_changes: list[int] = []
        self._viewing: int | None = None
        self._picture = Picture()
        self._traced_at = 0.0

    # -- the drawing ------------------------------------------------------------------------------------------------

    def load(self, schematic: Schematic, fresh: bool, state: Mapping[str, Any]) -> None:
        """Compile; on errors the old run stays, paused, and the problems are shown. A `fresh` run begins with the
        trained `state` of a file, if it has one. Kernels may not be loaded yet: see `warm_up`."""
        if fresh:
            self._forget()
        if not any(sheet.instances for sheet in schematic.sheets.values()):
            self._run = self._recorder = None
            self.state, self._problems, self._blocked = "empty", (), False
            self._mark()
            return
        circuit, problems = check_schematic(schematic)
        if circuit is None:
            self._blocked = True
            self.refuse(tuple(problems))
            return
        self._stop = stored_conditions(schematic)
        run = prepare(circuit, schematic, options_of(schematic, self._switch()))
        if fresh:
            put_trained(run, state)
        self._take_over(run)
        self._problems, self._blocked = tuple(problems), False
        self.state = "preparing"
        self._mark()

    def warm_up(self) -> bool:
        """Load the kernels, True if there is anything to run; then the run goes on if it was running."""
        if self._run is None or self.state != "preparing":
            return False
        self._run.warm_up()
        self.state = "running" if self._wants_to_run else "paused"
        self._restart_pace()
        return True

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
        self._viewing = None
        self._run = run
        self._recorder = Recorder(run, layout_of(run))
        if recorder is not None:
            self._recorder.adopt(recorder)

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Stop with problems to show."""
        self._problems, self.state = problems, "refused"
        if not self._blocked:
            self._wants_to_run = False
        self._mark()

    def trained(self) -> dict[str, Any]:
        """What a file keeps of the run; empty before its first row."""
        return trained_state(self._run) if self._run is not None and self._run.row else {}

    # -- commands ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        self._wants_to_run = True
        if self._run is None or self._blocked or self.state == "preparing":
            return
        self._mend(self._run)
        if self._stop.reached(self._run):
            self._stop = Stop()  # whoever goes on after the goal means it
        self._viewing, self.state = None, "running"
        self._restart_pace()

    def pause(self) -> None:
        self._wants_to_run = False
        if self.state == "running":
            self.state = "paused"
            self._mark()

    def step_rows(self, rows: int) -> None:
        if not self._begin_step():
            return
        run, recorder = self._alive()
        if rows < 0:
            self._go_to(max(0, run.row + rows))
        for _ in range(rows):
            recorder.trace(1, Stop())
        self._mark()

    def step_epochs(self, epochs: int) -> None:
        if not self._begin_step():
            return
        run, recorder = self._alive()
        rows = recorder.layout.rows
        for _ in range(-epochs):
            self._go_to(max(0, (run.row - 1) // rows * rows))
        for _ in range(epochs):
            left = rows - run.row % rows
            recorder.advance(max(0, left - recorder.window_rows), Stop())
            tracing.to_row(recorder, run.row + min(left, recorder.window_rows))
        self._mark()

    def reset(self) -> None:
        """Initial weights, time 0. The switch stays where it is."""
        if self._run is None or self._recorder is None:
            return
        run, self._viewing = self._run, None
        run.state = IntegratorState.start(run.circuit.initial_state(run.seeds))
        run.row = 0
        self._teach_changes.clear()
        self._recorder.rewound()
        self._recorder.keep()
        if self.state in ("finished", "looking back") or (self.state == "refused" and not self._blocked):
            self.state, self._problems = "paused", run.circuit.problems
        self._restart_pace()

    def set_speed(self, simulated_per_wall: float | None) -> None:
        self._pace.speed = simulated_per_wall
        self._restart_pace()

    def set_teach(self, on: bool) -> None:
        self._teach = on
        if self._run is not None and self._recorder is not None:
            self._run.switch = self._switch()
            self._teach_changes.append(self._run.epoch)
            self._recorder.keep(anyway=True)
        self._mark()

    def look_back(self, epoch: int) -> None:
        if self._recorder is None or self._blocked:
            return
        kept = self._recorder.nearest(epoch * self._recorder.layout.rows)
        if kept is not None:
            self.state, self._wants_to_run = "looking back", False
            self._viewing = kept
            self._mark()

    def branch(self) -> None:
        """What is looked back at becomes the present."""
        if self._viewing is not None:
            self._go_to(self._viewing)
            self.live()

    def live(self) -> None:
        if self.state == "looking back":
            self.state = "paused"
        self._viewing = None
        self._mark()

    def want_map(self, wanted: bool) -> None:
        self._picture.want_map(wanted)
        self._mark()

    def ask(self, question: Callable[[TrainingRun | None], None]) -> None:
        question(self._run)

    # -- driving ----------------------------------------------------------------------------------------------------

    def chunk(self, seconds: float, now: Callable[[], float]) -> float:
        """Advance for about `seconds` of wall time if running. Returns how long nothing will be due [s]."""
        if self.state != "running" or self._run is None or self._recorder is None:
            return 1.0
        run, recorder, pace = self._run, self._recorder, self._pace
        row_time = recorder.layout.row_time
        due = min(pace.due(run.row, row_time), self._stop.rows_left(run))
        if due < 1 and not self._stop.reached(run):
            return pace.wait(run.row, row_time)
        slow = pace.speed is not None and pace.speed / row_time < TRACED_ROWS_PER_SECOND
        begin, computing, row = now(), time.thread_time(), run.row
        if slow or begin - self._traced_at >= TRACE_PERIOD:
            tracing.stretch(recorder, min(due, recorder.window_rows), self._stop)
            self._traced_at = now()
        else:
            before = run.snapshot()
            recorder.advance(min(due, recorder.fitting(pace.rows_for(seconds))), self._stop)
            pace.took(run.row - row, time.thread_time() - computing)
            if self._stop.reached(run):
                tracing.end_again(recorder, before)
        if self._stop.reached(run):
            self.state, self._wants_to_run = "finished", False
        pace.see(run.row)
        self._picture.stale = self.changed = True
        return pace.wait(run.row, row_time) if self.state == "running" and run.row - row >= due else 0.0

    def _go_to(self, row: int) -> None:
        """Back to an earlier row: restore the newest snapshot before it and advance; steps are reproducible."""
        run, recorder = self._alive()
        kept = recorder.nearest(row)
        if kept is None:
            return
        run.restore(recorder.snapshots[kept])
        self._teach = None if run.switch == "" else run.switch == "on"
        self._teach_changes = [epoch for epoch in self._teach_changes if epoch * recorder.layout.rows <= row]
        recorder.rewound()
        tracing.advance_to(recorder, row)

    def _begin_step(self) -> bool:
        """Stepping pauses, leaves the past, and needs a run."""
        if self._run is None or self._recorder is None or self._blocked:
            return False
        self._mend(self._run)
        self._wants_to_run = False
        self.state, self._viewing = "paused", None
        return True

    def _mend(self, run: TrainingRun) -> None:
        """After a value stopped being finite the run may try again from its last good state."""
        if run.state.status.any():
            run.state = IntegratorState.start(run.state.y)
            self._problems = run.circuit.problems

    # -- frames -----------------------------------------------------------------------------------------------------

    def frame(self, commands: int) -> Frame:
        """The present picture; `commands` is what the frame tells about them."""
        self.changed = False
        if self._run is None or self._recorder is None:
            return Frame(self.state, self._problems, commands=commands)
        recorder = self._recorder
        speed = self._pace.measured(recorder.layout.row_time) if self.state == "running" else 0.0
        return self._picture.frame(
            recorder, self.state, self._problems, self._viewing, speed, tuple(self._teach_changes[-64:]), commands
        )

    # -- small things -----------------------------------------------------------------------------------------------

    def _alive(self) -> tuple[TrainingRun, Recorder]:
        if self._run is None or self._recorder is None:
            raise RuntimeError("no circuit is loaded")
        return self._run, self._recorder

    def _switch(self) -> str:
        return "" if self._teach is None else "on" if self._teach else "off"

    def _mark(self) -> None:
        self.changed = True
        self._picture.renew()

    def _restart_pace(self) -> None:
        self._pace.restart(self._run.row if self._run is not None else 0)
        self._mark()
