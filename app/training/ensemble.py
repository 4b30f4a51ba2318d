"""The other seeds of a run that is watched: side by side in one thread, at half load, never ahead of the run itself.

No Qt here. What is drawn must have no errors and its kernels be loaded: whoever watches a run that goes knows both.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace

import numpy as np

from app.circuit.compile import check_schematic
from app.document.schematic import Schematic
from app.errors import ProblemError
from app.training.frame import Curve
from app.training.run import TrainingRun, prepare, seeds_from
from app.training.settings import options_of
from app.training.stream import Latest, Pyramid

THREAD = "ensemble"  # by which the program knows at its end that one still computes
CHUNK = 0.01  # seconds of work, after which it rests as long: the run that is watched has the processor first
MOST_FASTER = 4.0
PUBLISHED = 0.1  # seconds between two curves for the watcher


class Ensemble:
    """`runs` runs of a schematic that nobody else changes, with the seeds after its own. Commands come from any thread
    and return at once; `latest` gives the curves that were not taken yet."""

    def __init__(self, schematic: Schematic, runs: int) -> None:
        self._curves: Latest[Curve] = Latest()
        self._wake = threading.Condition()
        self._stopping = self._going = False
        self._goal, self._reached = 0, 0
        self._switch = ""
        self._turns: deque[tuple[int, str]] = deque()  # from which epoch on the V_teach switch is how
        self._thread = threading.Thread(target=self._work, args=(schematic, runs), name=THREAD, daemon=True)
        self._thread.start()

    # -- commands, from any thread ----------------------------------------------------------------------------------

    def follow(self, epoch: int, going: bool, switch: str = "", since: int = 0) -> None:
        """The run that is watched has finished `epoch` epochs; the others go there if `going`. The V_teach switch is
        `switch` (see run.Options) from epoch `since` on."""
        with self._wake:
            if switch != self._switch:
                self._switch = switch
                self._turns.append((since, switch))
            self._goal, self._going = epoch, going
            self._wake.notify()

    def latest(self) -> Curve | None:
        """The MSE [V^2] of every other run over epochs, once."""
        return self._curves.take()

    @property
    def busy(self) -> bool:
        """Whether more is to come without another command."""
        with self._wake:
            return self._thread.is_alive() and self._due

    def shutdown(self, timeout: float = 0.0) -> bool:
        """Stop; True if the thread has ended within `timeout` [s] (it ends after a stretch of work)."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- the thread -------------------------------------------------------------------------------------------------

    @property
    def _due(self) -> bool:
        return self._going and self._reached < self._goal

    def _work(self, schematic: Schematic, runs: int) -> None:
        try:
            run = _prepared(schematic, runs)
            if run is not None:
                self._drive(run)
        except ProblemError:
            return  # the run that is watched has the same drawing, and tells

    def _drive(self, run: TrainingRun) -> None:
        log, rows, published = Pyramid(run.lanes, 1.0), 1.0, 0.0
        while (goal := self._next_goal(run)) is not None:
            began, count = time.perf_counter(), min(int(rows), goal - run.row)
            _advance(run, count, log)
            took = time.perf_counter() - began
            rows = max(1.0, count * min(MOST_FASTER, CHUNK / max(took, 1e-6)))
            with self._wake:
                self._reached = run.epoch
                there = not self._due
            if run.epoch and (there or began - published >= PUBLISHED):
                self._curves.put(Curve(*log.curve()))
                published = began
            with self._wake:
                self._wake.wait_for(lambda: self._stopping, took)

    def _next_goal(self, run: TrainingRun) -> int | None:
        """The row up to which it may go with the switch as it is, once that is ahead; None when it is to stop."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._due)
            if self._stopping:
                return None
            while self._turns and self._turns[0][0] <= run.epoch and run.row % run.timeline.rows == 0:
                run.switch = self._turns.popleft()[1]
            turn = self._turns[0][0] if self._turns else self._goal
            return min(self._goal, max(turn, run.epoch + 1)) * run.timeline.rows


def _prepared(schematic: Schematic, runs: int) -> TrainingRun | None:
    circuit, _ = check_schematic(schematic)
    if circuit is None:
        return None
    options = options_of(schematic)
    seeds = seeds_from(options.seeds[0] + 1, runs)
    run = prepare(circuit, schematic, replace(options, seeds=seeds, keep_going=True))
    run.warm_up()
    return run


def _advance(run: TrainingRun, rows: int, log: Pyramid) -> None:
    first = run.epoch
    run.advance_rows(rows)
    added = run.epoch - first
    if added and len(run.recent):
        log.add(np.arange(first + 1, run.epoch + 1, dtype=float), run.recent[-added:])
        run.mse.keep_newest(1)  # the log has them
