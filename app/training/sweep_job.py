"""One batch of a sweep: runs of one structure, side by side as lanes. Only a document's text and plain data go in, so
that another process or machine can do it just as well."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from app.circuit.compile import compile_netlist
from app.circuit.flatten import flatten
from app.circuit.lanes import Given, with_lanes
from app.circuit.netlist import Netlist
from app.document import aann_file
from app.document.addresses import Address
from app.document.schematic import Schematic
from app.document.set_parameters import set_texts
from app.program import FloatArray, IntArray
from app.solve.state import Status
from app.training import sweep_draws
from app.training.run import Options, TrainingRun, prepare
from app.training.stop import PLATEAU_EPOCHS, Stop

TICK_SECONDS = 0.1
Settings = tuple[tuple[Address, str | None], ...]  # as set_texts takes them


@dataclass(frozen=True)
class Grid:
    """One axis in a batch: the same value (lanes,) for all `addresses`."""

    addresses: tuple[Address, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Lot:
    """One kind of draw in a batch: `first` and `second` (lanes,) as in sweep_axes.Draw.numbers; in lanes where `calm`
    is true its variance is removed."""

    addresses: tuple[Address, ...]
    kind: str
    first: tuple[float, ...]
    second: tuple[float, ...]
    relative: bool
    calm: tuple[bool, ...]


@dataclass(frozen=True)
class Job:
    """`cases` number the sweep's runs; `settings` are what all of them share; `draws` (lanes,) the draws' numbers."""

    cases: tuple[int, ...]
    seeds: tuple[int, ...]
    draws: tuple[int, ...]
    settings: Settings
    grids: tuple[Grid, ...]
    lots: tuple[Lot, ...]
    draw_seed: int
    stop: Stop
    solver: str
    rtol: float
    switch: str


@dataclass(frozen=True)
class Outcome:
    """Of one batch, a column a run: mse (epochs, lanes) [V^2], NaN after a run's end; epochs (lanes,) done; weights
    (weights, lanes) [V] at each run's end; broken (lanes,) where a value stopped being finite; `seconds` of work."""

    cases: tuple[int, ...]
    mse: FloatArray
    epochs: IntArray
    weights: FloatArray
    names: tuple[str, ...]
    broken: np.ndarray
    seconds: float
    steps: int


Tick = Callable[[Job, FloatArray], bool]  # the job and its mse so far; False: give up


def run_job(text: str, job: Job, tick: Tick | None = None) -> Outcome | None:
    """Carries out a batch; None when `tick` says to give up. Raises ProblemError for a document or value at fault."""
    schematic, netlist = prepared(text, job.settings)
    began = time.perf_counter()
    lanes = len(job.cases)
    circuit = compile_netlist(with_lanes(schematic, netlist, lanes, _given(job)))
    options = Options(seeds=job.seeds, solver=job.solver, rtol=job.rtol, switch=job.switch, keep_going=True)
    course = _Course(prepare(circuit, schematic, options), job.stop)
    while not course.done:
        course.advance()
        if tick is not None and not tick(job, course.mse()):
            return None
    run = course.run
    broken = run.state.status[:lanes] != Status.RUNNING
    return Outcome(
        job.cases, course.mse(), course.epochs(), course.weights, tuple(circuit.weight_paths), broken,
        time.perf_counter() - began, int(run.state.steps[:lanes].sum()),
    )  # fmt: skip


@lru_cache(maxsize=8)
def prepared(text: str, settings: Settings) -> tuple[Schematic, Netlist]:
    """A structure: the document with its shared settings, flattened once for all of its batches."""
    schematic = aann_file.loads(text, "document").schematic
    if settings:
        set_texts(schematic, settings, "sweep")
    return schematic, flatten(schematic)


def _given(job: Job) -> list[Given]:
    given = [Given(address, np.array(grid.values)) for grid in job.grids for address in grid.addresses]
    for lot in job.lots:
        first, second, calm = np.array(lot.first), np.array(lot.second), np.array(lot.calm)
        still = sweep_draws.centre(lot.kind, first, second)
        for address in lot.addresses:
            deviate = sweep_draws.uniform(job.draw_seed, address.path, job.draws)
            values = sweep_draws.drawn(lot.kind, first, second, deviate)
            given.append(Given(address, np.where(calm, still, values), lot.relative))
    return given


@dataclass
class _Course:
    """Advances a batch by whole epochs; a run that meets a stop condition keeps the weights it had then, whatever the
    runs beside it still do, so that its result does not depend on them."""

    run: TrainingRun
    stop: Stop
    done: bool = False
    weights: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.weights = self.run.weights().copy()
        self._end = np.full(self.run.lanes, -1)
        self._chunk = 4
        self._conditional = self.stop.mse is not None or self.stop.plateau is not None
        self.done = self.stop.rows_left(self.run) <= 0

    def advance(self) -> None:
        run, rows = self.run, self.run.timeline.rows
        # The states at the epochs' ends are kept by the run only where it takes the MSE from them.
        single = self._conditional and run.mse_at_row_ends
        began, first = time.perf_counter(), len(run.mse)
        run.advance_rows(min(self.stop.rows_left(run), rows if single else self._chunk * rows))
        if time.perf_counter() - began < TICK_SECONDS / 2:
            self._chunk *= 2
        if self._conditional:
            self._note_ends(first)
        active = self._end < 0
        self.weights[:, active] = run.weights()[:, active]
        self.done = self.stop.rows_left(run) <= 0 or not active.any()

    def _note_ends(self, first: int) -> None:
        run = self.run
        curves = np.stack(run.mse) if run.mse else np.zeros((0, run.lanes))
        met = _met(curves, self.stop, first)
        for lane in np.flatnonzero((self._end < 0) & met.any(axis=0)):
            epoch = int(np.argmax(met[:, lane]))
            self._end[lane] = first + epoch + 1
            at_end = run.ends[epoch][:, lane] if len(run.ends) else run.state.y[:, lane]
            self.weights[:, lane] = at_end[run.circuit.weight_states]

    def epochs(self) -> IntArray:
        """(lanes,) epochs that each run has done."""
        return np.where(self._end >= 0, self._end, self.run.epoch)

    def mse(self) -> FloatArray:
        """(epochs, lanes), NaN after a run's end."""
        curves = np.stack(self.run.mse) if self.run.mse else np.zeros((0, self.run.lanes))
        return np.where(np.arange(len(curves))[:, None] < self.epochs(), curves, np.nan)


def _met(curves: FloatArray, stop: Stop, first: int) -> np.ndarray:
    """(epochs - first, lanes) where a stop condition holds: the target reached, or no run's progress on a plateau."""
    met = np.zeros(curves[first:].shape, bool)
    if stop.mse is not None:
        met |= curves[first:] <= stop.mse
    if stop.plateau is not None:
        for row in range(max(first, PLATEAU_EPOCHS), len(curves)):
            met[row - first] |= curves[row] > (1.0 - stop.plateau) * curves[row - PLATEAU_EPOCHS]
    return met


def lanes_of(cases: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Cases in batches of at most `most`, as even as eights allow."""
    batches = max(1, -(-len(cases) // most))
    size = -(-len(cases) // batches)
    size = -(-size // 8) * 8
    return [tuple(cases[at : at + size]) for at in range(0, len(cases), size)]
