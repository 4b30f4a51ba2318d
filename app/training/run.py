"""A training run without threads: rows, epochs, the V_teach switch, MSE, initial and trained weights, snapshots.

Many runs (seeds) go side by side as lanes. Where a caller stops between rows never changes the sequence of steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.circuit.compile import Circuit
from app.document.schematic import Schematic
from app.errors import fail
from app.program import FloatArray, IntArray, Schedule
from app.solve import methods
from app.solve.state import IntegratorState, Recorder, RowEnds, Status
from app.solve.state import Options as Tolerances
from app.training import broken
from app.training.gates import gate_sequence
from app.training.growing import Growing
from app.training.schedule import Timeline, with_levels

FirstMet = Callable[[Growing, int], int | None]
MOST_ROWS = 1 << 16  # of one call of the kernels, unless an epoch is longer
PROBED = 512  # samples of a trace before it pauses to hand them over
MOST_ENDS = 1 << 22  # numbers kept of the epochs' ends in one call


@dataclass(frozen=True)
class Options:
    """`switch`: "" as drawn, or "on", "off", "alternate". `measure_mse` can be turned off for timing; `threads` bounds
    the threads over blocks of eight runs. `keep_going`: a run that stops for good ends alone instead of ending all."""

    seeds: tuple[int, ...] = (0,)
    solver: str = "auto"
    rtol: float = 1e-6
    switch: str = ""
    measure_mse: bool = True
    threads: int = 1
    keep_going: bool = False


@dataclass(frozen=True)
class Snapshot:
    """Everything that the future of a run depends on, apart from the design; restored by `TrainingRun.restore`."""

    integrator: IntegratorState
    row: int
    epochs: int
    switch: str
    row_squares: tuple[FloatArray, ...] = ()


@dataclass
class TrainingRun:
    """`row` counts rows since the start; `mse` holds one (lanes,) array per finished epoch [V^2].
    `warm`: the kernels are loaded.
    `wall_seconds` is integration alone, with the kernels loaded, `mse_seconds` the forward passes."""

    circuit: Circuit
    timeline: Timeline
    options: Options
    row: int = 0
    wall_seconds: float = 0.0
    mse_seconds: float = 0.0

    def __post_init__(self) -> None:
        lanes = max(len(self.options.seeds), self.circuit.program.lanes)
        seeds = list(self.options.seeds) if len(self.options.seeds) == lanes else list(self.options.seeds) * lanes
        self.seeds = seeds
        self.program = self.circuit.program.with_lanes(lanes)
        tolerances = Tolerances(rtol=self.options.rtol, threads=self.options.threads, duration=self.timeline.row_time)
        self.solver = methods.create(self.program, self.options.solver, tolerances)
        self.state = IntegratorState.start(self.circuit.initial_state(seeds))
        self.switch = self.options.switch
        self._ends = [np.zeros((0, *self.state.y.shape))]
        self._recent = [np.zeros((0, lanes))]
        self.mse = Growing(lanes)
        self._values = self.program.values()
        self._row_squares: list[FloatArray] = []
        self._state_slots = self.program.first_state + np.arange(self.program.states)
        self._level_slots = np.array(list(self.program.levels.values()), np.int64)
        by_id = {instance.id: instance for instance in self.circuit.netlist.instances}
        self._level_values = [by_id[ident].values for ident in self.program.levels]
        self.warm = False
        self._probe: Recorder | None = None
        self._samples: list[tuple[FloatArray, FloatArray]] = []
        if self.timeline.columns and not self.timeline.datasets and not self.timeline.waveforms:
            raise fail("no-dataset", "sources", "nothing drives the sources", "choose a dataset")

    @property
    def lanes(self) -> int:
        return self.program.lanes

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.row // self.timeline.rows

    @property
    def time(self) -> float:
        """Simulated time [s] of the last completed row."""
        return self.row * self.timeline.row_time

    @property
    def mse_at_row_ends(self) -> bool:
        """Is the MSE that of the rows' ends while they ran? So it is where a forward pass afterwards would not tell:
        with states in the forward part, and with sources (noise among them) that change in the course of time."""
        return self.program.forward_has_state

    @property
    def ends(self) -> FloatArray:
        """(epochs, states, lanes), the states at the ends of the epochs that the last call finished, where the MSE was
        taken from them."""
        return _joined(self._ends)

    @property
    def recent(self) -> FloatArray:
        """(epochs, lanes) the MSE of the epochs that the last call finished."""
        return _joined(self._recent)

    def weights(self) -> FloatArray:
        """(weights, lanes) capacitor voltages in the order of Circuit.weight_paths."""
        return self.state.y[self.circuit.weight_states]

    def set_weights(self, weights: FloatArray) -> None:
        """Puts (weights, lanes) or (weights,) volts on the capacitors."""
        values = weights if weights.ndim == 2 else weights[:, None]
        y = self.state.y.copy()
        y[self.circuit.weight_states] = values
        self.state = IntegratorState.start(y)

    def warm_up(self) -> None:
        """Loads the kernels, which the first time on a machine takes seconds; advancing does it by itself."""
        if not self.warm:
            self.solver.warm_up()
            self.warm = True

    def advance(self, rows: int) -> int:
        """Integrates up to `rows` rows, at most to the end of the epoch. Returns how many. Else as advance_rows."""
        count = min(rows, self.timeline.rows - self.row % self.timeline.rows)
        self.advance_rows(count)
        return count

    def advance_rows(self, rows: int, first_met: FirstMet | None = None) -> int:
        """Integrates `rows` rows, many epochs in one call of the kernels, which run without Python's lock; the MSE of
        every epoch that ends on the way is taken as if each had been advanced by itself, to the last bit. Ends early,
        exactly at that epoch's end, where first_met(mse, number of the first new entry) names an entry (see
        Stop.first_met). Returns how many rows were done.

        Raises ProblemError when a value stops being finite; the state is then the last good one. With
        Options.keep_going such a run's MSE is NaN from then on and the others go on.
        """
        self.warm_up()
        start, end, known = self.row, self.row + rows, len(self.mse)
        before = None if first_met is None else self.snapshot()
        self._ends, self._recent = [self._ends[0][:0]], [self._recent[0][:0]]
        while self.row < end:
            self._stretch(min(end - self.row, self._most_rows()))
            met = None if first_met is None else first_met(self.mse, known)
            if before is not None and met is not None:
                if met + 1 < len(self.mse):
                    self.restore(before)
                    self.advance_epochs(met + 1 - known)
                break
        return self.row - start

    def advance_epochs(self, epochs: int, first_met: FirstMet | None = None) -> int:
        """To the end of the present epoch and of `epochs` - 1 more, as advance_rows."""
        return self.advance_rows(epochs * self.timeline.rows - self.row % self.timeline.rows, first_met)

    def trace(self, rows: int, slots: IntArray) -> tuple[FloatArray, FloatArray]:
        """advance_rows(rows), and lane 0 of `slots` (p,) after every step and on both sides of every edge: times (n,)
        [s] and values (n, p). Takes the same steps as without."""
        self._probe, self._samples = Recorder(slots, PROBED), []
        try:
            self.advance_rows(rows)
            self._samples.append(self._probe.take())
        finally:
            self._probe = None
        times, values = zip(*self._samples, strict=True)
        # A row's end, begin + T_row, may lie a rounding after the next row's begin, k T_row.
        return np.maximum.accumulate(np.concatenate(times)), np.concatenate(values)

    def gate_values(self) -> dict[int, float]:
        """Slot -> position of every V_teach switch in the present epoch."""
        return dict(zip(self._level_slots.tolist(), self._gates(self.epoch, 1)[0].tolist(), strict=True))

    def values(self) -> FloatArray:
        """V (slots, lanes) with the constants and the V_teach switches' present positions; the states are not in it."""
        for slot, position in self.gate_values().items():
            self._values[slot] = position
        return self._values

    def forward(self) -> tuple[FloatArray, FloatArray]:
        """(V_E, V_out), each (rows, outputs, lanes), over all rows with the weights as they are; moves no state."""
        return self.solver.forward(self.values(), self.state.y, self.timeline.static_table)

    def snapshot(self) -> Snapshot:
        return Snapshot(self.state.copy(), self.row, len(self.mse), self.switch, tuple(self._row_squares))

    def restore(self, snapshot: Snapshot) -> None:
        self.state = snapshot.integrator.copy()
        self.row, self.switch = snapshot.row, snapshot.switch
        self.mse.cut(snapshot.epochs)
        self._row_squares = list(snapshot.row_squares)

    # -- a stretch: one call of the kernels -------------------------------------------------------------------------

    def _most_rows(self) -> int:
        """Whole epochs, as many as memory for what is noted allows, at least the present one's rest."""
        rows = self.timeline.rows
        epochs = min(MOST_ROWS // rows, MOST_ENDS // max(1, self.state.y.size))
        return max(1, epochs) * rows - self.row % rows

    def _stretch(self, count: int) -> None:
        began = time.perf_counter()
        before = self.snapshot() if count > self.timeline.rows - self.row % self.timeline.rows else None
        schedule = self._schedule(count)
        ends = self._notes(schedule, count)
        self._integrate(schedule, ends)
        if ends is not None:
            ends.forget_stopped(self.state)
        self.wall_seconds += time.perf_counter() - began
        if not self.options.keep_going and (self.state.status != Status.RUNNING).any():
            self._stop_early(before, schedule)
        self.state.shift(len(schedule.row))
        first_epoch = self.epoch
        self.row += count
        if ends is not None:
            began = time.perf_counter()
            self._take_mse(ends, first_epoch)
            self.mse_seconds += time.perf_counter() - began

    def _integrate(self, schedule: Schedule, ends: RowEnds | None) -> None:
        while True:
            self.solver.advance(self.values(), self.state, schedule, recorder=self._probe, row_ends=ends)
            if self._probe is None or self.state.at_end(len(schedule.row)):
                return
            self._samples.append(self._probe.take())  # it was full

    def _schedule(self, count: int) -> Schedule:
        """The next `count` rows; V_teach switches that change on the way become columns of its table."""
        schedule = self.timeline.schedule(self.seeds, self.row, count)
        row_time, rows = self.timeline.row_time, self.timeline.rows
        first, last = self.epoch, (self.row + count - 1) // rows
        gates = self._gates(first, last + 1 - first)
        if (gates == gates[0]).all():
            return schedule
        epoch = np.floor(schedule.begin[:, 0] / row_time + 1e-6).astype(np.int64) // rows
        return with_levels(schedule, self.program.sources, self._level_slots, gates[epoch - first])

    def _notes(self, schedule: Schedule, count: int) -> RowEnds | None:
        """The states at the epochs' ends, or V_E at the rows' ends where the forward part has states of its own."""
        if not self.options.measure_mse or not len(self.program.errors):
            return None
        if self.timeline.plain and not self.mse_at_row_ends:
            number = self.timeline.ends(self.row, count)
            ended = (self.row + count) // self.timeline.rows - self.epoch
            return RowEnds.numbered(self._state_slots, number, ended, self.lanes)
        if self.timeline.plain:
            chosen = np.arange(count)
        else:
            begins: FloatArray = (self.row + np.arange(count)).astype(float) * self.timeline.row_time
            chosen = _row_end_segments(schedule, begins)
        slots = self.program.errors
        if not self.mse_at_row_ends:
            number = self.row + 1 + np.arange(count)
            chosen = chosen[number % self.timeline.rows == 0]
            slots = self._state_slots
        return RowEnds.for_schedule(slots, len(schedule.row), self.lanes, chosen)

    def _take_mse(self, ends: RowEnds, first_epoch: int) -> None:
        """One entry of `mse` for every epoch that ended."""
        if self.mse_at_row_ends:
            squares = np.mean(ends.values**2, axis=1)
            first = self.row - len(squares)
            for number, square in enumerate(squares):
                self._row_squares.append(square)
                if (first + number + 1) % self.timeline.rows == 0:
                    self._add_mse(np.mean(self._row_squares, axis=0)[None])
                    self._row_squares.clear()
            return
        if not len(ends.values):
            return
        self._add_mse(self._mean_squares(ends.values, self._gates(first_epoch, len(ends.values))))
        self._ends.append(ends.values)

    def _mean_squares(self, ends: FloatArray, gates: FloatArray) -> FloatArray:
        """(epochs, lanes) [V^2] of the states at the epochs' ends, with the V_teach switches as they then were."""
        values, table = self.values(), self.timeline.static_table
        if (gates == gates[0]).all():
            values[self._level_slots] = gates[0][:, None]
            return self.solver.mean_squares(values, ends, table)
        result = np.zeros((len(gates), self.lanes))
        patterns, which = np.unique(gates, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            values[self._level_slots] = pattern[:, None]
            chosen = which.ravel() == number
            result[chosen] = self.solver.mean_squares(values, ends[chosen], table)
        return result

    def _add_mse(self, result: FloatArray) -> None:
        self.mse.extend(result)
        self._recent.append(result)

    def _gates(self, first: int, count: int) -> FloatArray:
        """(count, levels) positions of the V_teach switches in the epochs from `first` on."""
        columns = [gate_sequence(values, self.switch, count, first) for values in self._level_values]
        return np.array(columns).reshape(len(columns), count).T

    def _stop_early(self, before: Snapshot | None, schedule: Schedule) -> None:
        """Ends in the epoch in which a lane stopped for good, whatever else the call spanned; raises ProblemError."""
        if before is not None:
            self.restore(before)
            while True:
                self._stretch(self.timeline.rows - self.row % self.timeline.rows)
        broken.tell(self.circuit, self.values(), self.state, self.seeds, schedule)


def _joined(parts: list[FloatArray]) -> FloatArray:
    """All of them as one array, which takes their place; the first may be empty."""
    if len(parts) > 1:
        parts[:] = [parts[1] if len(parts) == 2 and not len(parts[0]) else np.concatenate(parts)]
    return parts[0]


def _row_end_segments(schedule: Schedule, begins: FloatArray) -> IntArray:
    """Numbers of the segments that end where a row ends, one for each of `begins`, the rows' exact beginnings [s]."""
    first = np.searchsorted(schedule.begin[:, 0], begins)
    return np.append(first[1:], len(schedule.begin)) - 1


def prepare(circuit: Circuit, schematic: Schematic, options: Options) -> TrainingRun:
    """A run at time 0 of a compiled document."""
    return TrainingRun(circuit, Timeline(circuit, schematic), options)


def seeds_from(seed: int, runs: int) -> tuple[int, ...]:
    """Run i uses seed + i."""
    return tuple(seed + i for i in range(runs))
