"""What the sources do over time: dataset rows held for T_row, waveforms, the edges that restart integration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.circuit.compile import Circuit
from app.circuit.netlist import DrawnInstance
from app.document.schematic import Schematic
from app.errors import fail
from app.program import FloatArray, IntArray, Schedule
from app.training.waveforms import edges_of, mixed, values_of
from blocks.spec import Staircase, Waveform

DEFAULT_ROW_TIME = 1e-7


@dataclass(frozen=True)
class RowSource:
    """One dataset block: `rows` (rows, inputs + targets) [V] for the columns `columns` (start of X, start of T) of the
    Program's sources; each row is held `row_time` [s], reached within `rise_time` [s]."""

    instance: DrawnInstance
    rows: FloatArray
    inputs: int
    columns: IntArray
    row_time: float
    rise_time: float
    shuffled: bool

    def row_at(self, seed: int, number: IntArray) -> IntArray:
        """Table rows in force in the rows `number`, counted from the run's start: shuffled by seed and epoch alone, so
        that they are the same wherever a run starts."""
        count = len(self.rows)
        if not self.shuffled or not len(number):
            return number % count
        epochs, place = np.unique(number // count, return_inverse=True)
        keys = mixed(mixed(np.uint64(seed & 0xFFFFFFFF) + mixed(epochs.astype(np.uint64)))[:, None] + np.arange(
            count, dtype=np.uint64
        ))
        orders = np.argsort(keys, axis=1, kind="stable")
        return np.asarray(orders[place, number % count])


class Timeline:
    """Builds Schedules for stretches of whole rows. The first dataset block gives rows and epochs; without one, an
    epoch is one period of the longest waveform (or 0.1 us) and has a single row."""

    def __init__(self, circuit: Circuit, schematic: Schematic) -> None:
        self.columns = len(circuit.program.sources)
        self.datasets: list[RowSource] = []
        self.waveforms: list[tuple[IntArray, Waveform | Staircase]] = []
        self._collect(circuit, schematic)
        first = self.datasets[0] if self.datasets else None
        self.rows = len(first.rows) if first else 1
        self.row_time = first.row_time if first else self._longest_period()
        self.plain = len(self.datasets) == 1 and not self.waveforms and self.datasets[0].rise_time == 0
        self._places = self._ends = np.zeros(0, np.int64)
        self._durations = np.zeros((0, 1))
        self.static_table = np.zeros((self.rows, self.columns))
        for source in self.datasets:
            if len(source.rows) == self.rows:
                self.static_table[:, source.columns] = source.rows

    def _collect(self, circuit: Circuit, schematic: Schematic) -> None:
        column = 0
        by_instance: dict[int, list[IntArray]] = {}
        for entry in circuit.netlist.scheduled:
            columns = np.arange(column, column + len(entry.nodes))
            column += len(entry.nodes)
            if entry.waveform is not None:
                self.waveforms.append((columns, entry.waveform))
            else:
                by_instance.setdefault(entry.instance, []).append(columns)
        for number, parts in by_instance.items():
            instance = circuit.netlist.instances[number]
            self.datasets.append(_row_source(schematic, instance, np.concatenate(parts)))

    def _longest_period(self) -> float:
        shapes = [shape for _, shape in self.waveforms if isinstance(shape, Waveform)]
        spans = [shape.period or (shape.points[-1][0] if shape.points else 0.0) for shape in shapes]
        return max([span for span in spans if span > 0], default=DEFAULT_ROW_TIME)

    def schedule(self, seeds: Sequence[int], first: int, count: int) -> Schedule:
        """Segments of rows `first` .. `first + count - 1`, counted from the start of the run. Lanes differ only where
        the order is shuffled. The number of segments per row is constant only for plain timelines."""
        number = np.arange(first, first + count)
        begin: FloatArray = np.multiply(number, self.row_time, dtype=float)
        if not self.plain:
            return self._general(seeds, number, begin)
        if self.datasets[0].shuffled:
            row = np.stack([self.datasets[0].row_at(seed, number) for seed in seeds], axis=1)
        else:
            row = self._pattern(first, count)[0][:, None]
        return Schedule(begin[:, None], self._lasting(count), row, self.static_table)

    def ends(self, first: int, count: int) -> IntArray:
        """(count,) for the rows from `first` on: a number from 0 up where an epoch ends with the row, else -1."""
        return self._pattern(first, count)[1]

    def _pattern(self, first: int, count: int) -> tuple[IntArray, IntArray]:
        """Of `count` rows from `first` on: their places in the epoch, and the numbers of the epochs' ends. Both are
        parts of what is made once: numpy gives Python's lock away in every pass over a long array, and whoever paints
        a window meanwhile takes it for milliseconds."""
        begin = first % self.rows
        if len(self._places) < begin + count:
            number = np.arange(2 * (begin + count))
            self._places, self._ends = number % self.rows, np.where((number + 1) % self.rows, -1, number // self.rows)
        return self._places[begin : begin + count], self._ends[begin : begin + count]

    def _lasting(self, count: int) -> FloatArray:
        if len(self._durations) < count:
            self._durations = np.full((2 * count, 1), self.row_time)
        return self._durations[:count]

    def _general(self, seeds: Sequence[int], number: IntArray, begin: FloatArray) -> Schedule:
        start, end = float(begin[0]), float((number[-1] + 1) * self.row_time)
        # Edges closer than rounding are one edge; row starts win, since they are exact.
        others = np.unique(np.concatenate([begin[:0], *self._edges(start, end)]))
        near = 1e-9 * self.row_time
        others = others[np.abs(others - np.rint(others / self.row_time) * self.row_time) > near]
        others = others[np.diff(others, prepend=-np.inf) > near]
        edges = np.sort(np.concatenate([begin, others[(others > start) & (others < end)]]))
        duration = np.diff(np.concatenate([edges, [end]]))
        segments, lanes = len(edges), len(seeds)
        table = np.zeros((segments * lanes, self.columns))
        slope = np.zeros_like(table)
        for lane, seed in enumerate(seeds):
            block = slice(lane * segments, (lane + 1) * segments)
            values, slopes = self._sample(seed, edges, duration)
            table[block], slope[block] = values, slopes
        row = np.arange(segments)[:, None] + segments * np.arange(lanes)[None, :]
        return Schedule(edges[:, None], duration[:, None], row, table, slope)

    def _edges(self, start: float, end: float) -> list[FloatArray]:
        found: list[FloatArray] = []
        for source in self.datasets:
            first, last = int(start / source.row_time) - 1, int(end / source.row_time) + 2
            ticks: FloatArray = np.arange(max(first, 0), last).astype(float) * source.row_time
            found.append(ticks)
            if source.rise_time > 0:
                found.append(ticks + source.rise_time)
        found.extend(edges_of(waveform, start, end) for _, waveform in self.waveforms)
        return found

    def _sample(self, seed: int, edges: FloatArray, duration: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Values at each segment's start and slopes in it."""
        values = np.zeros((len(edges), self.columns))
        slopes = np.zeros_like(values)
        middle = edges + 0.5 * duration
        for source in self.datasets:
            number = np.floor(middle / source.row_time).astype(np.int64)
            now, before = (self._row_values(source, seed, n) for n in (number, np.maximum(number - 1, 0)))
            rising = middle - number * source.row_time < source.rise_time
            slope = np.where(rising[:, None], (now - before) / (source.rise_time or 1.0), 0.0)
            age = edges - number * source.row_time
            values[:, source.columns] = np.where(rising[:, None], before + slope * age[:, None], now)
            slopes[:, source.columns] = slope
        for columns, waveform in self.waveforms:
            value, slope_of = values_of(waveform, seed, edges, middle)
            values[:, columns], slopes[:, columns] = value[:, None], slope_of[:, None]
        return values, slopes

    def _row_values(self, source: RowSource, seed: int, number: IntArray) -> FloatArray:
        return np.asarray(source.rows[source.row_at(seed, number)])


def with_levels(schedule: Schedule, sources: IntArray, slots: IntArray, positions: FloatArray) -> Schedule:
    """The same schedule that also sets the level slots (l,) to positions (segments, l), one line a segment."""
    patterns, which = np.unique(positions, axis=0, return_inverse=True)
    size = len(schedule.table)
    table = np.concatenate([np.hstack([schedule.table, np.tile(pattern, (size, 1))]) for pattern in patterns])
    slope = schedule.slope
    if slope is not None:
        slope = np.tile(np.hstack([slope, np.zeros((size, len(slots)))]), (len(patterns), 1))
    row = schedule.row + size * which.reshape(-1, 1)
    return Schedule(schedule.begin, schedule.duration, row, table, slope, np.concatenate([sources, slots]))


def _row_source(schematic: Schematic, instance: DrawnInstance, columns: IntArray) -> RowSource:
    values = instance.values
    name = str(values["dataset"])
    dataset = schematic.datasets.get(name)
    if dataset is None:
        known = ", ".join(schematic.datasets) or "none"
        raise fail(
            "dataset-missing", f"{instance.name}.dataset", f"the document has no dataset {name!r} (it has: {known})",
            "choose one of its datasets or add this one", instance.id,
        )  # fmt: skip
    if (len(dataset.inputs), len(dataset.targets)) != (values["inputs"], values["targets"]):
        raise fail(
            "dataset-width", instance.name,
            f"dataset {name!r} has {len(dataset.inputs)} inputs and {len(dataset.targets)} targets, the block "
            f"{values['inputs']} and {values['targets']}",
            "set the block's inputs and targets to the dataset's", instance.id,
        )  # fmt: skip
    if not dataset.rows:
        found = f"dataset {name!r} has no rows" + (f": its file {dataset.file} was not read" if dataset.file else "")
        raise fail(
            "dataset-empty", instance.name, found, "put the file back or relink it" if dataset.file else "add rows",
            instance.id,
        )  # fmt: skip
    row_time, rise = float(values["T_row"]), float(values["T_rise"])
    if rise > row_time:
        raise fail(
            "rise-too-long", f"{instance.name}.T_rise", "the rise time exceeds T_row", "make T_rise shorter than T_row",
            instance.id,
        )  # fmt: skip
    rows = np.asarray(dataset.rows, float)
    return RowSource(instance, rows, len(dataset.inputs), columns, row_time, rise, values["order"] == "shuffled")
