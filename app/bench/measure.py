"""Measures programs side by side: in turns within one run of `aann bench`, by processor time, medians of the rounds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.bench import others, spice_run, yardstick
from app.bench.case import Case
from app.bench.numpy_network import NumpyNetwork
from app.program import FloatArray
from app.solve.reference import Method

RTOL = 1e-6
MODERATE = 20_000  # weights up to which programs that are no dependencies are worth the wait
ONE, BATCH, WIDE, THREADS = (
    "this engine, one run",
    "this engine, 8 runs",
    "this engine, 32 runs",
    "32 runs on 2 threads",
)
HAND_C, HAND_C_RK4 = "C by hand, dp5", "C by hand, rk4 one step"
SCIPY: dict[str, Method] = {"scipy RK45": "RK45", "scipy LSODA": "LSODA", "scipy DOP853": "DOP853"}
DIFFRAX, DIFFRAX_MANY, TORCH = "diffrax Dopri5", "diffrax vmap of 10", "torch SGD"

Work = Callable[[int], tuple[float, FloatArray | None]]  # rows -> (processor seconds of one run, weights of run 0)


@dataclass(frozen=True)
class Candidate:
    """`rows` it is given at most; one of the slow ones is run once, not in every round."""

    name: str
    work: Work
    rows: int
    slow: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the table: `microseconds` per row and run; `over_ours` against one run of this engine over the same
    rows, `over_c` likewise; `deviation` the largest weight's error [V] after `rows` rows."""

    network: str
    name: str
    rows: int
    microseconds: float
    over_c: float | None
    over_ours: float
    deviation: float | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def timed(train: Callable[[int], FloatArray]) -> Work:
    def work(rows: int) -> tuple[float, FloatArray | None]:
        began = time.process_time()
        volts = train(rows)
        return time.process_time() - began, volts

    return work


def ours(case: Case, runs: int, threads: int = 1, wall: bool = False) -> Work:
    """This engine without the MSE's forward passes, per run; `wall`: by the clock on the wall."""
    template = case.run(runs, threads)
    template.warm_up()
    start = template.snapshot()
    clock = time.perf_counter if wall else time.process_time

    def work(rows: int) -> tuple[float, FloatArray | None]:
        template.restore(start)
        began = clock()
        template.advance_rows(rows)
        return (clock() - began) / runs, template.weights()[:, 0].copy()

    return work


def candidates(case: Case, rows: int, slow_rows: int, spice: bool) -> tuple[list[Candidate], list[str]]:
    """Everything that can be measured here, and a line for each that cannot."""
    found = [Candidate(ONE, ours(case, 1), rows)]
    if slow_rows != rows:
        found.append(Candidate(ONE, ours(case, 1), slow_rows))
    if len(case.volts) < 100_000:
        found.append(Candidate(BATCH, ours(case, 8), rows))
        found.append(Candidate(WIDE, ours(case, 32), rows))
        found.append(Candidate(THREADS, ours(case, 32, 2, wall=True), rows))
    missing = []
    if yardstick.compiler() is None:
        missing.append("C by hand is left out: gcc is not installed")
    else:
        found += [
            Candidate(HAND_C, timed(yardstick.trainer(case, "dp5", RTOL)), rows),
            Candidate(HAND_C_RK4, timed(yardstick.trainer(case, "rk4", RTOL)), rows),
        ]
    network = NumpyNetwork(case)
    for name, method in SCIPY.items():
        if method != "LSODA" or len(case.volts) < 10_000:  # its Jacobian would not fit
            found.append(Candidate(name, timed(_scipy(network, method)), slow_rows, slow=True))
    missing += _optional(case, rows, slow_rows, spice, found)
    return found, missing


def _optional(case: Case, rows: int, slow_rows: int, spice: bool, found: list[Candidate]) -> list[str]:
    missing = []
    if not spice_run.available():
        missing.append("ngspice is left out: it is not installed")
    elif spice:
        for setting in spice_run.SETTINGS:
            found.append(Candidate(setting.name, _spice(case, setting), slow_rows, slow=True))
    if not others.installed("diffrax"):
        missing.append("diffrax is left out: it is not installed")
    elif len(case.volts) < MODERATE:
        found.append(Candidate(DIFFRAX, timed(others.diffrax_trainer(case, RTOL, 1)), rows))
        many = timed(others.diffrax_trainer(case, RTOL, 10))
        found.append(Candidate(DIFFRAX_MANY, _per_run(many, 10), rows))
    if not others.installed("torch"):
        missing.append("torch is left out: it is not installed")
    elif len(case.volts) < MODERATE:
        found.append(Candidate(TORCH, timed(others.torch_trainer(case)), slow_rows, slow=True))
    return missing


def _scipy(network: NumpyNetwork, method: Method) -> Callable[[int], FloatArray]:
    return lambda rows: network.train(rows, method, RTOL)


def _spice(case: Case, setting: spice_run.Setting) -> Work:
    def work(rows: int) -> tuple[float, FloatArray | None]:
        return spice_run.train(case, max(1, rows // len(case.x)), setting)

    return work


def _per_run(work: Work, runs: int) -> Work:
    def divided(rows: int) -> tuple[float, FloatArray | None]:
        seconds, volts = work(rows)
        return seconds / runs, volts

    return divided


def measure(case: Case, listed: Sequence[Candidate], rounds: int, exact_rows: int) -> list[Row]:
    """Runs all candidates in turns; the first round warms up. Deviations are taken from scipy's DOP853 at 1e-12 for
    candidates whose rows do not exceed `exact_rows`, at the rows that they did."""
    seconds: list[list[float]] = [[] for _ in listed]
    volts: list[FloatArray | None] = [None] * len(listed)
    for turn in range(rounds + 1):
        for number, candidate in enumerate(listed):
            if candidate.slow and turn > 0:
                continue
            if not candidate.slow:
                candidate.work(min(candidate.rows, len(case.x)))  # the caches are full of what ran before
            taken, volts[number] = candidate.work(candidate.rows)
            if turn > 0 or candidate.slow:
                seconds[number].append(taken)
    median = [statistics.median(values) for values in seconds]
    own = {c.rows: value for c, value in zip(listed, median, strict=True) if c.name == ONE}
    hand = {c.rows: value for c, value in zip(listed, median, strict=True) if c.name == HAND_C}
    exact = {rows: NumpyNetwork(case).train(rows, "DOP853", 1e-12) for rows in own if rows <= exact_rows}
    table = []
    for candidate, value, weights in zip(listed, median, volts, strict=True):
        rows, c = candidate.rows, hand.get(candidate.rows)
        deviation = None
        if candidate.name != TORCH and weights is not None and rows in exact:
            deviation = float(np.abs(weights - exact[rows]).max())
        over_c = value / c if c else None
        table.append(Row(case.name, candidate.name, rows, 1e6 * value / rows, over_c, value / own[rows], deviation))
    return table
