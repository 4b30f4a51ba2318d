"""One batch of a sweep: runs of one structure, side by side as lanes. Only a document's text and plain data go in, so
that another process or machine can do it just as well."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from app.document.unfold import unfold
from app.program import FloatArray, IntArray
from app.training import sweep_draws
from app.training.run import Options, TrainingRun, prepare
from app.training.stop import Stop
from app.training.sweep_course import Course

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
    given = _given(job)

    def start(lanes: IntArray) -> TrainingRun:
        some = [replace(entry, values=entry.values[lanes]) for entry in given]
        circuit = compile_netlist(with_lanes(schematic, netlist, len(lanes), some))
        seeds = tuple(job.seeds[lane] for lane in lanes)
        options = Options(seeds, job.solver, job.rtol, job.switch, keep_going=True)
        return prepare(circuit, schematic, options)

    course = Course(start, len(job.cases), job.stop)
    while not course.done:
        course.advance()
        if tick is not None and not tick(job, course.mse()):
            return None
    names = tuple(course.run.circuit.weight_paths)
    seconds = time.perf_counter() - began
    return Outcome(
        job.cases, course.mse(), course.epochs(), course.weights, names, course.broken, seconds, int(course.steps.sum())
    )


@lru_cache(maxsize=8)
def prepared(text: str, settings: Settings) -> tuple[Schematic, Netlist]:
    """A structure: the document with its shared settings, flattened once for all of its batches."""
    schematic = unfold(aann_file.loads(text, "document").schematic).schematic
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


def lanes_of(cases: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Cases in batches of at most `most`, as even as eights allow."""
    batches = max(1, -(-len(cases) // most))
    size = -(-len(cases) // batches)
    size = -(-size // 8) * 8
    return [tuple(cases[at : at + size]) for at in range(0, len(cases), size)]
