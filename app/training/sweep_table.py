"""The results of a sweep: a row a run, learning curves, weights; yield against a parameter, tables over two."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.program import FloatArray, IntArray
from app.training.sweep_job import Outcome
from app.training.sweep_plan import Plan


@dataclass
class Table:
    """By case of the plan: `done`; mse (epochs, cases) [V^2], NaN after a run's end; epochs done; `broken` where a
    value stopped being finite; weights (weights, cases) [V] by `names`, NaN where a structure has no such weight;
    integration `steps` and `seconds` of work in all."""

    plan: Plan
    mse: FloatArray = field(init=False)
    epochs: IntArray = field(init=False)
    done: np.ndarray = field(init=False)
    broken: np.ndarray = field(init=False)
    weights: FloatArray = field(init=False)
    names: list[str] = field(default_factory=list)
    steps: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        count = len(self.plan.cases)
        self.mse, self.weights = np.full((0, count), np.nan), np.full((0, count), np.nan)
        self.epochs = np.zeros(count, np.int64)
        self.done, self.broken = np.zeros(count, bool), np.zeros(count, bool)

    def take(self, cases: Sequence[int], outcome: Outcome, columns: Sequence[int] | None = None) -> None:
        """Enters a batch's runs (or some of its columns) as those of `cases`."""
        at, use = np.asarray(cases), np.arange(len(cases)) if columns is None else np.asarray(columns)
        self.mse = _grown(self.mse, len(outcome.mse))
        self.mse[: len(outcome.mse), at] = outcome.mse[:, use]
        place = self._places(outcome.names)
        self.weights = _grown(self.weights, len(self.names))
        self.weights[place[:, None], at[None, :]] = outcome.weights[:, use]
        self.epochs[at], self.broken[at], self.done[at] = outcome.epochs[use], outcome.broken[use], True
        share = len(at) / max(1, len(outcome.cases))
        self.steps += round(outcome.steps * share)
        self.seconds += outcome.seconds * share

    def restore(self, known: Iterable[tuple[Sequence[str], Outcome]]) -> int:
        """Takes over runs that were finished before, known by their keys. Returns how many are done."""
        case_of = {key: number for number, key in enumerate(self.plan.keys)}
        for keys, outcome in known:
            pairs = [(case_of[key], column) for column, key in enumerate(keys) if key in case_of]
            pairs = [(case, column) for case, column in pairs if not self.done[case]]
            if pairs:
                self.take([case for case, _ in pairs], outcome, [column for _, column in pairs])
        return int(self.done.sum())

    def _places(self, names: Sequence[str]) -> IntArray:
        known = {name: number for number, name in enumerate(self.names)}
        for name in names:
            if name not in known:
                known[name] = len(self.names)
                self.names.append(name)
        return np.array([known[name] for name in names], np.int64)

    @property
    def final_mse(self) -> FloatArray:
        """(cases,) MSE after each run's last epoch [V^2]; NaN without one, infinite for a run that broke."""
        result = np.full(len(self.epochs), np.nan)
        rows = np.minimum(self.epochs, len(self.mse)) - 1
        have = np.flatnonzero(self.done & (rows >= 0))
        result[have] = self.mse[rows[have], have]
        result[self.broken] = np.inf
        return result

    @property
    def reached(self) -> IntArray:
        """(cases,) epochs until the MSE first was at most the plan's target, -1 where it never was."""
        with np.errstate(invalid="ignore"):
            met = self.mse <= self.plan.sweep.target
        return np.where(met.any(axis=0), met.argmax(axis=0) + 1, -1) if len(met) else np.full(len(self.epochs), -1)

    def values(self, axis: int) -> IntArray:
        """(cases,) index of each case's value on an axis."""
        return np.array([case.point[axis] for case in self.plan.cases], np.int64)

    @property
    def groups(self) -> IntArray:
        """(cases,) which group's variance is removed, -1: none."""
        return np.array([case.calm for case in self.plan.cases], np.int64)


@dataclass(frozen=True)
class Yield:
    """Along one axis: `runs` that are done and, of them, the share that learned with its 95 % interval (Wilson); median
    and quartiles of the final MSE [V^2], and the median of the epochs to the target, NaN where none reached it."""

    label: str
    texts: tuple[str, ...]
    numbers: tuple[float, ...]
    runs: IntArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    mse: FloatArray
    epochs: FloatArray


def yield_along(table: Table, axis: int) -> Yield:
    """All other axes taken together; only runs with every variance in."""
    column = table.plan.columns[axis]
    index, reached, final = table.values(axis), table.reached, table.final_mse
    rows = []
    for value in range(len(column.texts)):
        use = table.done & (index == value) & (table.groups < 0)
        rows.append((int(use.sum()), int((reached[use] > 0).sum()), _quartiles(final[use]), _median(reached[use])))
    runs = np.array([row[0] for row in rows], np.int64)
    good = np.array([row[1] for row in rows], float)
    low, high = wilson(good, runs)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = good / runs
    mse = np.array([row[2] for row in rows])
    return Yield(
        column.label, column.texts, column.numbers, runs, share, low, high, mse, np.array([row[3] for row in rows])
    )


@dataclass(frozen=True)
class Heat:
    """Over two axes, (values of the first, values of the second): share that learned, median final MSE [V^2]."""

    labels: tuple[str, str]
    texts: tuple[tuple[str, ...], tuple[str, ...]]
    share: FloatArray
    mse: FloatArray


def heat_over(table: Table, first: int, second: int) -> Heat:
    """All other axes taken together; NaN where no run is done."""
    columns = table.plan.columns[first], table.plan.columns[second]
    shape = len(columns[0].texts), len(columns[1].texts)
    share, mse = np.full(shape, np.nan), np.full(shape, np.nan)
    cell = table.values(first) * shape[1] + table.values(second)
    reached, final = table.reached, table.final_mse
    usable = table.done & (table.groups < 0)
    for number in np.unique(cell[usable]):
        use = usable & (cell == number)
        share.flat[number] = np.mean(reached[use] > 0)
        mse.flat[number] = _quartiles(final[use])[1]
    return Heat((columns[0].label, columns[1].label), (columns[0].texts, columns[1].texts), share, mse)


def wilson(good: FloatArray, runs: IntArray, z: float = 1.959963984540054) -> tuple[FloatArray, FloatArray]:
    """The 95 % interval of a share after so many runs."""
    n = np.maximum(runs, 1)
    share = good / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    none = runs == 0
    low, high = np.where(good == 0, 0.0, middle - half), np.where(good == runs, 1.0, middle + half)
    return np.where(none, np.nan, low), np.where(none, np.nan, high)


def _quartiles(values: FloatArray) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile; infinities count as large."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return math.nan, math.nan, math.nan
    low, middle, high = (float(known[round(q * (len(known) - 1))]) for q in (0.25, 0.5, 0.75))
    return low, middle, high


def _median(reached: IntArray) -> float:
    good = reached[reached > 0]
    return float(np.median(good)) if len(good) else math.nan


def _grown(array: FloatArray, rows: int) -> FloatArray:
    if len(array) >= rows:
        return array
    grown = np.full((rows, array.shape[1]), np.nan)
    grown[: len(array)] = array
    return grown
