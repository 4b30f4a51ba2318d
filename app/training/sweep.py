"""Carries out a sweep: batches on this machine's cores or wherever else workers are, results as they come, time left,
cancel, resume.

    plan = Plan(schematic, Sweep((parse_vary("N*.gain=3,4,5"),), runs=10))
    table = Runner(plan).run()
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

from app.program import FloatArray
from app.training.sweep_job import Job, Outcome, Tick, run_job
from app.training.sweep_journal import Journal
from app.training.sweep_plan import LANES, Plan
from app.training.sweep_table import Table

NOTICE_SECONDS = 0.1


@dataclass(frozen=True)
class Progress:
    """`done` of `total` runs; `share` 0..1 counts what is under way too; `left` [s] or None while nobody can tell;
    `finished` are batches that ended since the last notice, `running` the curves (epochs, lanes) of those under way
    by their cases."""

    done: int
    total: int
    share: float
    seconds: float
    left: float | None
    finished: tuple[Outcome, ...]
    running: dict[tuple[int, ...], FloatArray]


class Workers(Protocol):
    """Whatever carries out jobs: yields each with its outcome when it is done, and None now and then meanwhile. `tick`
    hears of work under way where that is possible and answers False when it should end."""

    count: int

    def run(self, text: str, jobs: Sequence[Job], tick: Tick) -> Iterator[tuple[Job, Outcome] | None]: ...

    def close(self) -> None: ...


class LocalWorkers:
    """Threads of this process: the kernels run without Python's lock."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1

    def run(self, text: str, jobs: Sequence[Job], tick: Tick) -> Iterator[tuple[Job, Outcome] | None]:
        waiting = iter(jobs)
        running: dict[Future[Outcome | None], Job] = {}
        ended_early = threading.Event()

        def go_on(job: Job, mse: FloatArray) -> bool:
            return tick(job, mse) and not ended_early.is_set()

        with ThreadPoolExecutor(self.count, "sweep") as executor:
            try:
                while True:
                    while len(running) < self.count and (job := next(waiting, None)) is not None:
                        running[executor.submit(run_job, text, job, go_on)] = job
                    if not running:
                        return
                    ended, _ = wait(running, NOTICE_SECONDS, FIRST_COMPLETED)
                    for future in ended:
                        job, outcome = running.pop(future), future.result()
                        if outcome is not None:
                            yield job, outcome
                    yield None
            finally:
                ended_early.set()

    def close(self) -> None:
        """Threads end with `run`."""


class Runner:
    """One sweep under way. `run` may be called once; `cancel` from any thread."""

    def __init__(self, plan: Plan, workers: Workers | None = None, journal: Journal | None = None) -> None:
        self.plan = plan
        self.table = Table(plan)
        self.workers = workers or LocalWorkers()
        self.journal = journal
        self._cancelled = threading.Event()
        self._running: dict[tuple[int, ...], FloatArray] = {}
        self._fresh: list[Outcome] = []
        self._watched = False

    def restore(self, known: Iterable[tuple[Sequence[str], Outcome]]) -> int:
        """See Table.restore."""
        return self.table.restore(known)

    def cancel(self) -> None:
        """`run` returns soon with what is finished."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def run(self, watch: Callable[[Progress], None] | None = None) -> Table:
        """Does what is not yet done; `watch` is told about ten times a second, by the calling thread. Raises
        ProblemError for a value or document at fault."""
        self._watched = watch is not None
        wanted = [number for number, done in enumerate(self.table.done) if not done]
        jobs = self.plan.jobs(wanted, self._lanes(len(wanted)))
        began, before = time.perf_counter(), int(self.table.done.sum())
        told = began
        for step in self.workers.run(self.plan.text, jobs, self._tick):
            if step is not None:
                self._take(*step)
            if watch is not None and (time.perf_counter() - told >= NOTICE_SECONDS or step is not None):
                told = time.perf_counter()
                watch(self._progress(told - began, before))
            if self.cancelled:
                break
        return self.table

    def _lanes(self, runs: int) -> int:
        """Batches small enough that every worker gets some."""
        share = -(-runs // (2 * self.workers.count))
        return min(LANES, max(8, -(-share // 8) * 8))

    def _tick(self, job: Job, mse: FloatArray) -> bool:
        self._running[job.cases] = mse
        return not self.cancelled

    def _take(self, job: Job, outcome: Outcome) -> None:
        self._running.pop(job.cases, None)
        self.table.take(job.cases, outcome)
        if self._watched:
            self._fresh.append(outcome)
        if self.journal is not None:
            keys = self.plan.keys
            self.journal.append([keys[case] for case in job.cases], outcome)

    def _progress(self, seconds: float, before: int) -> Progress:
        total, done = len(self.plan.cases), int(self.table.done.sum())
        running = dict(self._running)
        epochs = self.plan.sweep.stop.epochs
        under_way = sum(len(mse) * len(cases) / epochs for cases, mse in running.items()) if epochs else 0.0
        worked = done - before + under_way
        left = (total - done - under_way) * seconds / worked if worked > 0 else None
        finished, self._fresh = tuple(self._fresh), []
        return Progress(done, total, min(1.0, (done + under_way) / total), seconds, left, finished, running)
