"""What an experiment has found so far, for its pages: finished runs in a table, running ones by their curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.program import FloatArray, IntArray
from app.training.sweep_blame import Cost, Group, ranking
from app.training.sweep_plan import Column, Plan
from app.training.sweep_table import Table
from app.ui.experiments.control import News


@dataclass
class Results:
    """One experiment. `revision` grows with everything that is added."""

    plan: Plan
    groups: Sequence[Group] = ()
    running: dict[tuple[int, ...], FloatArray] = field(default_factory=dict)
    revision: int = 0

    def __post_init__(self) -> None:
        self.table = Table(self.plan)

    def take(self, news: News) -> None:
        """Enters what a Control tells."""
        self.table.restore(news.known)
        for outcome in news.outcomes:
            self.table.take(outcome.cases, outcome)
        self.running = dict(news.running)
        self.revision += 1

    @property
    def columns(self) -> list[Column]:
        return self.plan.columns

    def curve(self, case: int) -> FloatArray:
        """(epochs,) MSE [V^2] of one run, as far as it is known."""
        if self.table.done[case]:
            return self.table.mse[: self.table.epochs[case], case]
        for cases, mse in self.running.items():
            if case in cases:
                return mse[:, cases.index(case)]
        return np.zeros(0)

    def shown_cases(self) -> IntArray:
        """(n,) runs with all variances in that have begun, in order."""
        begun = self.table.done.copy()
        for cases in self.running:
            begun[list(cases)] = True
        return np.flatnonzero(begun & (self.table.groups < 0))

    def bands(self, axis: int) -> Iterator[tuple[int, FloatArray]]:
        """(value, curves (epochs, runs)) for every value of an axis (-1: all runs together)."""
        cases = self.shown_cases()
        values = self.table.values(axis)[cases] if axis >= 0 else np.zeros(len(cases), np.int64)
        for value in np.unique(values):
            curves = [self.curve(int(case)) for case in cases[values == value]]
            length = max((len(curve) for curve in curves), default=0)
            block = np.full((length, len(curves)), np.nan)
            for number, curve in enumerate(curves):
                block[: len(curve), number] = curve
            yield int(value), block

    def costs(self) -> list[Cost]:
        return ranking(self.table, self.groups)
