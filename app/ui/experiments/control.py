"""The sweep behind an experiment's window: a thread that plans and runs it, of which the window takes news."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.document.schematic import Schematic
from app.errors import Problem, ProblemError
from app.program import FloatArray
from app.training.sweep import LocalWorkers, Progress, Runner
from app.training.sweep_blame import Group, blame_plan
from app.training.sweep_job import Outcome
from app.training.sweep_plan import Plan, Sweep

THREAD = "experiment"  # by which the program knows at its end that one is still compiling
MOST_REMEMBERED = 256 * 1024 * 1024  # bytes of learning curves
State = Literal["planning", "running", "finished", "cancelled", "failed"]


@dataclass
class News:
    """What has happened since the last time: `plan` once it is made, with the runs `known` from before; outcomes in
    order; `running` curves by their cases; how far it is."""

    state: State = "planning"
    plan: Plan | None = None
    groups: Sequence[Group] = ()
    known: list[tuple[Sequence[str], Outcome]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    running: dict[tuple[int, ...], FloatArray] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    share: float = 0.0
    seconds: float = 0.0
    left: float | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def ended(self) -> bool:
        return self.state in ("finished", "cancelled", "failed")


class Control:
    """One sweep at a time. What it has finished is remembered by its key, so that an experiment that was cancelled or
    changed goes on without redoing runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: News | None = None
        self._thread: threading.Thread | None = None
        self._runner: Runner | None = None
        self._cancelled = False
        self._known: list[tuple[Sequence[str], Outcome]] = []

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, schematic: Schematic, sweep: Sweep, level: str = "", workers: int | None = None) -> None:
        """Begins a sweep of a schematic that nobody else changes; `level` of blame, or "" for none."""
        if self.busy:
            raise RuntimeError("an experiment is running")
        self._cancelled, self._runner = False, None
        with self._lock:
            self._news = News()
        work = (schematic, sweep, level, workers)
        self._thread = threading.Thread(target=self._work, args=work, name=THREAD, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ends the sweep soon; what is finished stays."""
        self._cancelled = True
        if self._runner is not None:
            self._runner.cancel()

    def shutdown(self, timeout: float = 0.2) -> bool:
        """Cancels and waits a little; True if the thread has ended (compiling kernels cannot be interrupted)."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.busy

    def take(self) -> News | None:
        """What is new; None if nothing is."""
        with self._lock:
            news, self._news = self._news, None
        return news

    # -- in the thread ------------------------------------------------------------------------------------------

    def _work(self, schematic: Schematic, sweep: Sweep, level: str, workers: int | None) -> None:
        try:
            plan, groups = blame_plan(schematic, sweep, level) if level else (Plan(schematic, sweep), [])
            runner = self._runner = Runner(plan, LocalWorkers(workers))
            done = runner.restore(self._known)
            self._tell(
                state="running", plan=plan, groups=groups, known=list(self._known), done=done, total=len(plan.cases)
            )
            if self._cancelled:
                runner.cancel()
            runner.run(self._watch)
            self._tell(state="cancelled" if runner.cancelled else "finished", running={}, left=0.0)
        except ProblemError as error:
            self._tell(state="failed", problems=error.problems)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            self._tell(state="failed", problems=(Problem("sweep-failed", "experiment", found, "report this"),))

    def _watch(self, progress: Progress) -> None:
        assert self._runner is not None
        keys = self._runner.plan.keys
        self._known.extend(([keys[case] for case in outcome.cases], outcome) for outcome in progress.finished)
        while sum(outcome.mse.nbytes for _, outcome in self._known) > MOST_REMEMBERED and len(self._known) > 1:
            del self._known[0]
        self._tell(
            running=progress.running, done=progress.done, total=progress.total, share=progress.share,
            seconds=progress.seconds, left=progress.left, more=progress.finished,
        )  # fmt: skip

    def _tell(self, more: Sequence[Outcome] = (), **fields: object) -> None:
        """Adds to what nobody has taken yet."""
        with self._lock:
            news = self._news
            if news is None:
                news = self._news = News("running")
            for name, value in fields.items():
                setattr(news, name, value)
            news.outcomes.extend(more)
