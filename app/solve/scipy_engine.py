"""scipy's integrators behind the same interface as the compiled engine: slow, independent, and always there."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from app.program import FloatArray, Program, Schedule
from app.solve import reference
from app.solve.state import IntegratorState, Options, Recorder, RowEnds, Status

SCIPY_NAMES: dict[str, reference.Method] = {
    "dop853": "DOP853", "lsoda": "LSODA", "rk45": "RK45", "radau": "Radau", "bdf": "BDF",
}  # fmt: skip


MOST_EVALUATIONS = 200_000  # of a segment; some of scipy's methods creep towards a singularity for ever


class _TooManyEvaluations(Exception):
    """A segment needs more evaluations than any sensible circuit does."""


class ScipyEngine:
    """Runs lane after lane; a call stops only between segments."""

    def __init__(self, program: Program, method: str = "rk45", options: Options | None = None) -> None:
        self.program = program
        self.method = method
        self.options = options or Options()

    def advance(
        self,
        v: FloatArray,
        state: IntegratorState,
        schedule: Schedule,
        stop: int | None = None,
        most_steps: int | None = None,
        recorder: Recorder | None = None,
        row_ends: RowEnds | None = None,
    ) -> None:
        """As kernels.Engine.advance, but a segment that was begun is finished and the recorder ends up no fuller than
        its capacity by leaving out samples."""
        end = len(schedule.row) if stop is None else min(stop, len(schedule.row))
        for lane in range(state.lanes):
            program = reference.lane_of(self.program, lane)
            work = v[:, [lane]].copy()
            before = int(state.steps[lane])
            while state.segment[lane] < end and state.status[lane] == Status.RUNNING:
                if most_steps is not None and state.steps[lane] - before >= most_steps:
                    break
                if lane == 0 and recorder is not None and recorder.count + 2 > recorder.capacity:
                    break
                self._segment(program, work, state, schedule, lane, recorder if lane == 0 else None, row_ends)

    def _segment(
        self, program: Program, v: FloatArray, state: IntegratorState, schedule: Schedule, lane: int,
        recorder: Recorder | None, row_ends: RowEnds | None,
    ) -> None:  # fmt: skip
        segment = int(state.segment[lane])
        duration = float(schedule.duration[segment, lane if schedule.duration.shape[1] > 1 else 0])
        states = slice(program.first_state, program.first_state + program.states)
        dy = np.zeros((program.states, 1))

        evaluations = 0

        def slope(elapsed: float, values: FloatArray) -> FloatArray:
            nonlocal evaluations
            evaluations += 1
            if evaluations > MOST_EVALUATIONS:
                raise _TooManyEvaluations
            reference.set_sources(program, v, schedule, segment, lane, elapsed * duration)
            v[states, 0] = values
            reference.evaluate(program, v, dy)
            return dy[:, 0] * duration

        start = np.array(state.y[:, lane])
        finite = bool(np.isfinite(slope(0.0, start)).all())
        solution = None
        creeping = False
        if finite:
            try:
                solution = solve_ivp(
                    slope, (0.0, 1.0), start, method=SCIPY_NAMES[self.method], rtol=max(self.options.rtol, 3e-14),
                    atol=self.options.absolute,
                )  # fmt: skip
            except _TooManyEvaluations:
                creeping = True
        if solution is None or not solution.success or not np.isfinite(solution.y[:, -1]).all():
            failed = creeping or (solution is not None and np.isfinite(solution.y[:, -1]).all())
            state.status[lane] = Status.STEP_TOO_SMALL if failed else Status.NON_FINITE
            state.failed_at[lane] = schedule.begin[segment, lane if schedule.begin.shape[1] > 1 else 0]
            return
        if recorder is not None and segment >= recorder.first:
            room = recorder.capacity - recorder.count
            for elapsed, values in list(zip(solution.t, solution.y.T, strict=True))[-room:]:
                slope(elapsed, values)
                recorder.times[recorder.count] = v[1, 0]
                recorder.values[recorder.count] = v[recorder.slots, 0]
                recorder.count += 1
        state.y[:, lane] = solution.y[:, -1]
        slope(1.0, solution.y[:, -1])
        if row_ends is not None:
            number = row_ends.number[segment]
            if number >= 0:
                row_ends.values[number, :, lane] = v[row_ends.slots, 0]
        state.steps[lane] += max(1, len(solution.t) - 1)
        state.segment[lane] += 1

    def forward(self, v: FloatArray, y: FloatArray, table: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(errors, outputs), each (rows, outputs, lanes) [V]; moves no state."""
        return reference.forward(self.program, v, y, table)

    def mean_squares(self, v: FloatArray, ends: FloatArray, table: FloatArray) -> FloatArray:
        """(n, lanes) [V^2]: the mean of V_E^2 over rows and outputs for each of the states ends (n, states, lanes)."""
        result = np.zeros((len(ends), self.program.lanes))
        for number, y in enumerate(ends):
            result[number] = np.mean(self.forward(v, y, table)[0] ** 2, axis=(0, 1))
        return result

    def warm_up(self) -> None:
        """Nothing needs to be compiled."""

    def evaluate(self, v: FloatArray) -> FloatArray:
        """dy (states, lanes) [V/s]; fills V (slots, lanes) from the states and sources in it."""
        dy = np.zeros((self.program.states, v.shape[1]))
        reference.evaluate(self.program, v, dy)
        return dy
