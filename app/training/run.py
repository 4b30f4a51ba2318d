"""A training run without threads: rows, epochs, the V_teach switch, MSE, initial and trained weights, snapshots.

Many runs (seeds) go side by side as lanes. Where a caller stops between rows never changes the sequence of steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from app.circuit.compile import Circuit
from app.document.schematic import Schematic
from app.errors import fail
from app.program import FloatArray, IntArray, Schedule
from app.solve import methods, reference
from app.solve.state import IntegratorState, RowEnds, Status
from app.solve.state import Options as Tolerances
from app.training.gates import gate_at
from app.training.schedule import Timeline


@dataclass(frozen=True)
class Options:
    """`switch`: "" as drawn, or "on", "off", "alternate". `measure_mse` can be turned off for timing; `threads` bounds
    the threads over blocks of eight runs."""

    seeds: tuple[int, ...] = (0,)
    solver: str = "auto"
    rtol: float = 1e-6
    switch: str = ""
    measure_mse: bool = True
    threads: int = 1


@dataclass(frozen=True)
class Snapshot:
    """Everything that the future of a run depends on, apart from the design; restored by `TrainingRun.restore`."""

    integrator: IntegratorState
    row: int
    epochs: int
    switch: str


@dataclass
class Samples:
    """Recorded signals of lane 0: time (n,) [s], values (n, probes)."""

    time: FloatArray
    values: FloatArray


@dataclass
class TrainingRun:
    """`row` counts rows since the start; `mse` holds one (lanes,) array per finished epoch [V^2]."""

    circuit: Circuit
    timeline: Timeline
    options: Options
    row: int = 0
    mse: list[FloatArray] = field(default_factory=list)
    wall_seconds: float = 0.0
    mse_seconds: float = 0.0

    def __post_init__(self) -> None:
        lanes = max(len(self.options.seeds), self.circuit.program.lanes)
        seeds = list(self.options.seeds) if len(self.options.seeds) == lanes else list(self.options.seeds) * lanes
        self.seeds = seeds
        self.program = self.circuit.program.with_lanes(lanes)
        tolerances = Tolerances(rtol=self.options.rtol, threads=self.options.threads)
        self.solver = methods.create(self.program, self.options.solver, tolerances)
        self.state = IntegratorState.start(self.circuit.initial_state(seeds))
        self.switch = self.options.switch
        self._values = self.program.values()
        self._row_end_errors: list[FloatArray] = []
        self._levels = self._find_levels()
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

    def weights(self) -> FloatArray:
        """(weights, lanes) capacitor voltages in the order of Circuit.weight_paths."""
        return self.state.y[self.circuit.weight_states]

    def set_weights(self, weights: FloatArray) -> None:
        """Puts (weights, lanes) or (weights,) volts on the capacitors."""
        values = weights if weights.ndim == 2 else weights[:, None]
        y = self.state.y.copy()
        y[self.circuit.weight_states] = values
        self.state = IntegratorState.start(y)

    def advance(self, rows: int) -> int:
        """Integrates up to `rows` rows, at most to the end of the epoch (where the MSE is taken). Returns how many.

        Raises ProblemError when a value stops being finite; the state is then the last good one.
        """
        count = min(rows, self.timeline.rows - self.row % self.timeline.rows)
        began = time.perf_counter()
        schedule = self.timeline.schedule(self.seeds, self.row, count)
        segments = len(schedule.row)
        ends = RowEnds.for_schedule(self.program.errors, segments, self.lanes) if self._sampled_mse else None
        self.solver.advance(self.values(), self.state, schedule, row_ends=ends)
        self.wall_seconds += time.perf_counter() - began
        self._raise_if_broken(schedule)
        self.state.shift(segments)
        if ends is not None:
            self._row_end_errors.append(ends.values[_row_end_segments(schedule, self.timeline.row_time)])
        self.row += count
        if self.row % self.timeline.rows == 0:
            self._finish_epoch()
        return count

    def advance_epoch(self) -> None:
        """To the end of the present epoch."""
        self.advance(self.timeline.rows)

    def gate_values(self) -> dict[int, float]:
        """Slot -> position of every V_teach switch in the present epoch."""
        return {slot: gate_at(values, self.switch, self.epoch) for slot, values in self._levels}

    def values(self) -> FloatArray:
        """V (slots, lanes) with the constants and the V_teach switches' present positions; the states are not in it."""
        for slot, position in self.gate_values().items():
            self._values[slot] = position
        return self._values

    def forward(self) -> tuple[FloatArray, FloatArray]:
        """(V_E, V_out), each (rows, outputs, lanes), over all rows with the weights as they are; moves no state."""
        return self.solver.forward(self.values(), self.state.y, self.timeline.static_table)

    def snapshot(self) -> Snapshot:
        return Snapshot(self.state.copy(), self.row, len(self.mse), self.switch)

    def restore(self, snapshot: Snapshot) -> None:
        self.state = snapshot.integrator.copy()
        self.row, self.switch = snapshot.row, snapshot.switch
        del self.mse[snapshot.epochs :]
        self._row_end_errors.clear()

    @property
    def _sampled_mse(self) -> bool:
        return self.options.measure_mse and self.program.forward_has_state

    def _finish_epoch(self) -> None:
        if not self.options.measure_mse or not len(self.program.errors):
            return
        began = time.perf_counter()
        if self._row_end_errors:
            errors = np.concatenate(self._row_end_errors)
            self._row_end_errors.clear()
        else:
            errors, _ = self.forward()
        self.mse.append(np.mean(errors**2, axis=(0, 1)))
        self.mse_seconds += time.perf_counter() - began

    def _find_levels(self) -> list[tuple[int, dict[str, object]]]:
        by_id = {instance.id: instance for instance in self.circuit.netlist.instances}
        return [(slot, by_id[ident].values) for ident, slot in self.program.levels.items()]

    def _raise_if_broken(self, schedule: Schedule) -> None:
        """Names the first value that stopped being finite, in order of evaluation, and when."""
        broken = np.flatnonzero(self.state.status != Status.RUNNING)
        if not len(broken):
            return
        lane = int(broken[0])
        moment = f"at {self.state.failed_at[lane]:.6g} s (seed {self.seeds[lane]})"
        cure = "lower T_row, gain or V_teach, or tighten rtol; the state before is kept"
        if self.state.status[lane] == Status.STEP_TOO_SMALL:
            raise fail(
                "step-too-small", self._worst_state(lane), f"the tolerance cannot be met {moment}",
                "loosen rtol, or choose a method for stiff circuits",
            )  # fmt: skip
        program = reference.lane_of(self.program, lane)
        v = self.values()[:, [lane]].copy()
        reference.set_sources(program, v, schedule, int(self.state.segment[lane]), lane, float(self.state.offset[lane]))
        slot = reference.first_non_finite(program, v, self.state.y[:, lane])
        where = self.circuit.slot_name(slot) if slot is not None else self._worst_state(lane)
        raise fail("not-finite", where, f"a value stops being finite {moment}", cure)

    def _worst_state(self, lane: int) -> str:
        state = np.abs(self.state.y[:, lane])
        return self.circuit.state_names[int(np.argmax(state))] if len(state) else "the circuit"


def _row_end_segments(schedule: Schedule, row_time: float) -> IntArray:
    """Numbers of the segments that end where a row ends."""
    end = schedule.begin[:, 0] + schedule.duration[:, 0]
    return np.flatnonzero(np.abs(end / row_time - np.round(end / row_time)) < 1e-6)


def prepare(circuit: Circuit, schematic: Schematic, options: Options) -> TrainingRun:
    """A run at time 0 of a compiled document."""
    return TrainingRun(circuit, Timeline(circuit, schematic), options)


def seeds_from(seed: int, runs: int) -> tuple[int, ...]:
    """Run i uses seed + i."""
    return tuple(seed + i for i in range(runs))
