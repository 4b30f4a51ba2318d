"""A sweep laid out: points (one combination of values each), runs at every point, batches that can go side by side."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app import __version__
from app.circuit.compile import compile_netlist
from app.circuit.lanes import can_differ
from app.document import aann_file
from app.document.addresses import Address, find
from app.document.schematic import Schematic
from app.errors import fail
from app.training import sweep_draws as draws
from app.training.stop import Stop
from app.training.sweep_axes import Draw, Vary
from app.training.sweep_job import Grid, Job, Lot, Settings, lanes_of, prepared
from blocks import discover, spec, units

LANES = 64
MOST_COEFFICIENTS = 1 << 23  # parts times lanes of a batch: some hundred megabytes
MOST_RUNS = 1_000_000
DEFAULT_TARGET = 0.01  # [V^2]
DEFAULT_STOP = Stop(epochs=400)
RTOL = "rtol"
WORDS = {"T_row": ("dataset", "T_row"), "V_teach": ("v_teach", "level")}


@dataclass(frozen=True)
class Sweep:
    """What is asked: `varies` are gone through or drawn, with `runs` runs at every point; run i has the seed `seed` + i
    for its initial weights and takes draw number i. `target` [V^2] is what counts as learned. `calm` lists groups of
    paths; with it every point is done once as it is and once for each group with that group's variance removed, and
    with those of the drawn `flaws` that are in it mended."""

    varies: tuple[Vary, ...]
    runs: int = 1
    seed: int = 0
    stop: Stop = DEFAULT_STOP
    target: float = DEFAULT_TARGET
    solver: str = "auto"
    rtol: float = 1e-6
    switch: str = ""
    calm: tuple[frozenset[str], ...] = ()
    flaws: Settings = ()


@dataclass(frozen=True)
class Column:
    """An axis of points: `texts` as they are set, `numbers` where they are such (else NaN). `addresses` is empty for
    rtol and for the spread of a draw; `laned`: values that lanes of one batch may differ in."""

    label: str
    unit: str
    texts: tuple[str, ...]
    numbers: tuple[float, ...]
    addresses: tuple[Address, ...] = ()
    laned: bool = False


@dataclass(frozen=True)
class DrawnParameter:
    """A draw with what it applies to; `column` is the axis of its spreads, or -1."""

    draw: Draw
    unit: str
    addresses: tuple[Address, ...]
    laned: bool
    column: int

    def numbers(self, spread: int) -> tuple[float, float]:
        return self.draw.numbers(self.draw.spread[spread], self.unit)


@dataclass(frozen=True)
class Case:
    """One run: the index of its value on every axis, its group of `calm` (-1: none), its number and seed."""

    point: tuple[int, ...]
    calm: int
    run: int
    seed: int


class Plan:
    """A sweep of one document. Raises ProblemError where the document or the sweep is at fault."""

    def __init__(self, schematic: Schematic, sweep: Sweep) -> None:
        self.sweep = sweep
        self.schematic = schematic
        self.text = document_text(schematic)
        self.columns: list[Column] = []
        self.draws: list[DrawnParameter] = []
        for vary in sweep.varies:
            self._add(vary)
        self._check()

    @cached_property
    def document_hash(self) -> str:
        """SHA-256 of what was drawn; looks and trained states are no part of it."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def points(self) -> list[tuple[int, ...]]:
        """Every combination, the last axis fastest."""
        return list(itertools.product(*(range(len(column.texts)) for column in self.columns)))

    @cached_property
    def cases(self) -> list[Case]:
        """All runs: point by point, as it is and then without each group, run by run."""
        groups = range(-1, len(self.sweep.calm))
        return [
            Case(point, calm, run, self.sweep.seed + run)
            for point in self.points
            for calm in groups
            for run in range(self.sweep.runs)
        ]

    @cached_property
    def keys(self) -> list[str]:
        """For each case a hash of everything that its result depends on: what `resume` recognises runs by."""
        sweep = self.sweep
        shared = (__version__, self.document_hash, sweep.seed, sweep.solver, sweep.switch, sweep.rtol, repr(sweep.stop))
        draws = [(entry.draw.target, entry.draw.kind, entry.draw.first) for entry in self.draws]
        base = hashlib.blake2b(json.dumps([shared, draws]).encode())
        keys = []
        for case in self.cases:
            values = [(column.label, column.texts[i]) for column, i in zip(self.columns, case.point, strict=True)]
            fixed = [entry.draw.spread[0] for entry in self.draws if entry.column < 0]
            calm = sorted(sweep.calm[case.calm]) if case.calm >= 0 else []
            digest = base.copy()
            digest.update(json.dumps([values, fixed, calm, case.run, case.seed]).encode())
            keys.append(digest.hexdigest()[:32])
        return keys

    def jobs(self, wanted: Sequence[int] | None = None, lanes: int = LANES) -> list[Job]:
        """Batches of the cases `wanted` (all): those of one structure together, at most `lanes` in a batch, fewer for
        large drawings."""
        groups: dict[tuple[Settings, float], list[int]] = {}
        for number in range(len(self.cases)) if wanted is None else wanted:
            case = self.cases[number]
            groups.setdefault((self._settings(case), self._rtol(case)), []).append(number)
        return [
            self._job(cases, settings, rtol)
            for (settings, rtol), numbers in groups.items()
            for cases in lanes_of(numbers, min(lanes, self.most_lanes))
        ]

    def draw_numbers(self, entry: DrawnParameter, case: Case) -> tuple[float, float]:
        return entry.numbers(case.point[entry.column] if entry.column >= 0 else 0)

    # -- laying out ---------------------------------------------------------------------------------------------

    def _add(self, vary: Vary) -> None:
        where = f"--vary {vary.text}"
        if vary.target == RTOL and RTOL not in self.schematic.parameters:
            if isinstance(vary, Draw):
                raise fail("vary-syntax", where, "the tolerance cannot be drawn", "give a list or a range")
            texts = vary.texts("")
            numbers = tuple(_number(text, "") for text in texts)
            if not all(1e-14 <= number <= 1.0 for number in numbers):
                raise fail("quantity", where, "a tolerance is out of range", "type numbers such as 1e-4,1e-6")
            self.columns.append(Column(RTOL, "", texts, numbers))
            return
        addresses = tuple(_addresses(self.schematic, vary.target, where))
        unit = _unit(addresses[0])
        laned = all(can_differ(self.schematic, address) for address in _one_of_each(addresses))
        if isinstance(vary, Draw):
            column = -1
            for spread in vary.spread:
                vary.numbers(spread, unit)
            if len(vary.spread) > 1:
                column = len(self.columns)
                label = f"sigma of {vary.target}"
                self.columns.append(Column(label, unit, vary.spread, tuple(_spread(s, unit) for s in vary.spread)))
            self.draws.append(DrawnParameter(vary, unit, addresses, laned, column))
            return
        texts = vary.texts(unit)
        numbers = tuple(_number(text, unit) for text in texts)
        plain = all(number == number for number in numbers)
        self.columns.append(Column(vary.target, unit, texts, numbers, addresses, laned and plain))

    def _check(self) -> None:
        total = len(self.points) * self.sweep.runs * (1 + len(self.sweep.calm))
        if self.sweep.runs < 1 or total > MOST_RUNS:
            raise fail("sweep-size", "sweep", f"it would take {total} runs", f"choose 1 to {MOST_RUNS} runs in all")
        for draw in self.draws:
            if not draw.laned and draw.draw.relative:
                raise fail(
                    "vary-syntax", f"--vary {draw.draw.text}", f"{draw.draw.target} cannot be drawn in per cent",
                    "give mean and spread as quantities",
                )  # fmt: skip
        netlist = prepared(self.text, ())[1]
        compile_netlist(netlist)  # a faulty drawing is told before anything else
        parts = sum(group.count for group in netlist.groups)
        self.most_lanes = max(8, min(LANES, MOST_COEFFICIENTS // max(1, parts) // 8 * 8))

    # -- batches ------------------------------------------------------------------------------------------------

    def _rtol(self, case: Case) -> float:
        for column, index in zip(self.columns, case.point, strict=True):
            if column.label == RTOL and not column.addresses:
                return column.numbers[index]
        return self.sweep.rtol

    def _settings(self, case: Case) -> Settings:
        """What makes a structure of its own."""
        settings: list[tuple[Address, str | None]] = [
            (address, column.texts[index])
            for column, index in zip(self.columns, case.point, strict=True)
            if not column.laned
            for address in column.addresses
        ]
        for entry in self.draws:
            if not entry.laned:
                settings += self._drawn_settings(entry, case)
        if case.calm >= 0:
            settings += [flaw for flaw in self.sweep.flaws if flaw[0].path in self.sweep.calm[case.calm]]
        return tuple(settings)

    def _drawn_settings(self, entry: DrawnParameter, case: Case) -> list[tuple[Address, str | None]]:
        first, second = map(np.asarray, self.draw_numbers(entry, case))
        calm = self.sweep.calm[case.calm] if case.calm >= 0 else frozenset()
        result: list[tuple[Address, str | None]] = []
        for address in entry.addresses:
            deviate = draws.uniform(self.sweep.seed, address.path, [case.run])
            if address.path in calm:
                value = draws.centre(entry.draw.kind, first, second)
            else:
                value = draws.drawn(entry.draw.kind, first, second, deviate)
            result.append((address, repr(float(value.flat[0]))))
        return result

    def _job(self, numbers: tuple[int, ...], settings: Settings, rtol: float) -> Job:
        cases = [self.cases[number] for number in numbers]
        grids = tuple(
            Grid(column.addresses, tuple(column.numbers[case.point[axis]] for case in cases))
            for axis, column in enumerate(self.columns)
            if column.laned
        )
        lots = tuple(lot for entry in self.draws if entry.laned for lot in self._lots(entry, cases))
        sweep = self.sweep
        return Job(
            numbers, tuple(case.seed for case in cases), tuple(case.run for case in cases), settings, grids, lots,
            sweep.seed, sweep.stop, sweep.solver, rtol, sweep.switch,
        )  # fmt: skip

    def _lots(self, entry: DrawnParameter, cases: list[Case]) -> list[Lot]:
        """The draw, divided where groups of `calm` divide it."""
        first, second = zip(*(self.draw_numbers(entry, case) for case in cases), strict=True)
        divided: dict[tuple[bool, ...], list[Address]] = {}
        for address in entry.addresses:
            calm = tuple(case.calm >= 0 and address.path in self.sweep.calm[case.calm] for case in cases)
            divided.setdefault(calm, []).append(address)
        return [
            Lot(tuple(addresses), entry.draw.kind, first, second, entry.draw.relative, calm)
            for calm, addresses in divided.items()
        ]


def document_text(schematic: Schematic) -> str:
    """The document as one text with the rows of its datasets in it, for a worker that sees no other file."""
    whole = schematic.copy()
    whole.datasets = {name: replace(entry, file="") for name, entry in whole.datasets.items()}
    return aann_file.dumps(whole)


def _addresses(schematic: Schematic, target: str, where: str) -> list[Address]:
    """`T_row` and `V_teach` mean those of every dataset and V_teach block, unless document parameters are so called."""
    if target in WORDS and target not in schematic.parameters:
        kind, parameter = WORDS[target]
        found = [a for a in find(schematic, f"*.{parameter}", where) if a.type == kind]
        if not found:
            title = discover.block(kind).title
            raise fail("no-match", where, f"the drawing has no {title}", "place one, or vary something else")
        return found
    return find(schematic, target, where)


def _one_of_each(addresses: Sequence[Address]) -> list[Address]:
    """One address for every type and parameter, or all document parameters: they are treated alike."""
    return list({(a.type, a.parameter): a for a in addresses}.values())


def _unit(address: Address) -> str:
    parameter = discover.block(address.type).parameter(address.parameter) if address.type else None
    return parameter.unit if isinstance(parameter, spec.Parameter) else ""


def _number(text: str, unit: str) -> float:
    """NaN for what is a word or an expression."""
    try:
        return units.parse(text, unit)
    except units.QuantityError:
        return float("nan")


def _spread(text: str, unit: str) -> float:
    return _number(text[:-1], "") / 100.0 if text.endswith("%") else _number(text, unit)
