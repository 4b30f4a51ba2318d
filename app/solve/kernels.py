"""The compiled engine: packs a Program, runs numba kernels over blocks of lanes without Python's lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from app.program import FloatArray, IntArray, Program, Schedule
from app.solve import dp5, dp8, drive, rk4
from app.solve.plan import Plan, aligned, make_plan
from app.solve.rows import evaluate_block, mean_squares_block
from app.solve.simd import WIDTH
from app.solve.state import IntegratorState, Options, Recorder, RowEnds
from app.solve.table import ONLY_FORWARD

ADVANCE: dict[str, Callable[..., None]] = {"dp5": dp5.advance, "dp8": dp8.advance, "rk4": rk4.advance}
ALONE = 200  # states from which on a run fills the registers better than eight side by side
STAGES = {"dp5": dp5.ROWS, "dp8": dp8.STAGES, "rk4": rk4.STAGES}


class Engine:
    """A Program ready to run. One lane, or many of a large circuit, run alone; else they run as blocks of eight lanes,
    each lane with its own time, step and error, unless the method wants them `alone`. `plan` serves single
    evaluations, `fast` the integration."""

    def __init__(
        self,
        program: Program,
        method: str = "dp5",
        options: Options | None = None,
        dense: bool = True,
        rank1: bool = True,
        alone: bool = False,
    ) -> None:
        self.program = program
        self.method = method
        self.options = options or Options()
        width = 1 if alone or program.lanes == 1 or program.states >= ALONE else WIDTH
        self.plan: Plan = make_plan(program, width, dense)
        self.fast = self.plan
        if dense and rank1 and method == "dp5" and width == 1 and not program.loops:
            self.fast = make_plan(program, width, rank1=True)

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
        """Moves `state` on, at most to the begin of segment `stop` and by `most_steps` accepted steps a lane.

        v (slots, lanes) holds the levels and constants; it is not changed. Returns early when the recorder is full.
        Where a call ends changes no bit of what follows. Raises ValueError for arrays that do not fit.
        """
        plan = self.fast if schedule.slope is None else self.plan
        self._check(v, state, schedule)
        end = len(schedule.row) if stop is None else min(stop, len(schedule.row))
        limit = np.iinfo(np.int64).max if most_steps is None else most_steps
        packed_v = plan.pack_values(self._with_guesses(v, state), states=False)
        packed_y = plan.pack_states(state.y)
        plan.put_moved(packed_v, state.y)
        clock, count = self._lanes(state)
        source, notes = self._source(schedule, plan), self._notes(recorder, row_ends, plan)

        def run(block: int) -> None:
            lanes = min(plan.width, plan.lanes - block * plan.width)
            own = (
                plan.width, plan.first_state, plan.padded, self.program.states, int(plan.timed), end, limit,
                block * plan.width, lanes,
            )  # fmt: skip
            shape = drive.shape_of(own, source, notes, self.options.whole_steps, plan.rank1)
            self._run_block(
                plan, block, shape, clock[block], count[block], source, notes, packed_v[block], packed_y[block]
            )

        self._each(run)
        if recorder is not None:
            recorder.count = int(notes[3][0])
        plan.take_states(packed_v, packed_y, state.y)
        if self.program.loops:
            state.guesses = plan.unpack_values(packed_v)[self.program.guesses]
        self._take_lanes(state, clock, count)

    def forward(self, v: FloatArray, y: FloatArray, table: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(errors, outputs), each (rows, outputs, lanes) [V]: the forward part alone for every row of the table
        (rows, sources) with the states y (states, lanes); moves no state."""
        plan = self.plan
        program = self.program
        packed_v = plan.pack_values(v)
        packed_y = plan.pack_states(y)
        wanted = plan.place[np.concatenate([program.errors, program.outputs])].astype(np.int64)
        values = np.zeros((len(plan.blocks), len(table), len(wanted), plan.width))
        sources, rows = plan.place[program.sources], np.ascontiguousarray(table, float)

        def run(block: int) -> None:
            begin = plan.first_state * plan.width
            packed_v[block, begin : begin + packed_y.shape[1]] = packed_y[block]
            evaluate_block(
                plan.blocks[block], plan.wide, plan.width, ONLY_FORWARD, packed_v[block], packed_y[block], rows,
                sources, wanted, values[block],
            )  # fmt: skip

        self._each(run)
        lanes = len(plan.blocks) * plan.width
        both = values.transpose(1, 2, 0, 3).reshape(len(table), len(wanted), lanes)[:, :, : plan.lanes]
        return both[:, : len(program.errors)].copy(), both[:, len(program.errors) :].copy()

    def mean_squares(self, v: FloatArray, ends: FloatArray, table: FloatArray) -> FloatArray:
        """(n, lanes) [V^2]: the mean of V_E^2 over rows and outputs for each of the states ends (n, states, lanes),
        by the forward part alone."""
        plan = self.plan
        packed_v = plan.pack_values(v)
        ends, places = np.ascontiguousarray(ends), plan.first_state + plan.state_place
        result = np.zeros((len(plan.blocks), len(ends), plan.width))
        sources, rows = plan.place[self.program.sources], np.ascontiguousarray(table, float)
        errors = plan.place[self.program.errors]

        def run(block: int) -> None:
            mean_squares_block(
                plan.blocks[block], plan.wide, plan.width, packed_v[block], places, ends, block * plan.width, rows,
                sources, errors, result[block],
            )  # fmt: skip

        self._each(run)
        return result.transpose(1, 0, 2).reshape(len(ends), -1)[:, : plan.lanes].copy()

    def warm_up(self) -> None:
        """Compiles or loads the kernels, so that no later call waits for them."""
        program = self.program
        state = IntegratorState.start(np.zeros((program.states, program.lanes)))
        table = np.zeros((0, len(program.sources)))
        times, rows = np.zeros((0, 1)), np.zeros((0, 1), np.int64)
        v = program.values()
        self.advance(v, state, Schedule(times, times, rows, table))
        self.mean_squares(v, state.y[None], table)
        self.forward(v, state.y, table)

    def evaluate(self, v: FloatArray) -> FloatArray:
        """dy (states, lanes) [V/s]; fills V (slots, lanes) from the states and sources in it."""
        plan = self.plan
        packed = plan.pack_values(v)
        dy = np.zeros((len(plan.blocks), plan.padded * plan.width))
        row, none, nothing = np.zeros((1, 0)), np.zeros(0, np.int64), np.zeros((1, 0, plan.width))
        for block, tables in enumerate(plan.blocks):
            evaluate_block(tables, plan.wide, plan.width, 0, packed[block], dy[block], row, none, none, nothing)
        v[:] = plan.unpack_values(packed)
        return plan.unpack_states(dy)

    def _run_block(
        self, plan: Plan, block: int, shape: IntArray, clock: FloatArray, count: IntArray, source: Any, notes: Any,
        v: FloatArray, y: FloatArray,
    ) -> None:  # fmt: skip
        """Moves one block of lanes; see drive for the arguments."""
        work = aligned(STAGES[self.method], plan.padded * plan.width)
        ADVANCE[self.method](
            plan.blocks[block], plan.wide, shape, clock, count, source, notes, v, y, work, *self._tolerances()
        )

    # -- packing ----------------------------------------------------------------------------------------------------

    def _check(self, v: FloatArray, state: IntegratorState, schedule: Schedule) -> None:
        program = self.program
        if state.y.shape != (program.states, program.lanes) or v.shape != (program.slots, program.lanes):
            raise ValueError(
                f"states {state.y.shape} and V {v.shape} do not fit {program.states} states, {program.slots} slots, "
                f"{program.lanes} lanes"
            )
        for array in (schedule.begin, schedule.duration, schedule.row):
            if array.shape[1] not in (1, program.lanes):
                raise ValueError(f"a schedule for {array.shape[1]} lanes does not fit {program.lanes}")

    def _with_guesses(self, v: FloatArray, state: IntegratorState) -> FloatArray:
        """V with the solutions of algebraic loops from which this state's next ones are sought."""
        guesses = self.program.guesses
        if not len(guesses):
            return v
        if state.guesses.shape != (len(guesses), state.lanes):
            state.guesses = np.zeros((len(guesses), state.lanes))
        v = v.copy()
        v[guesses] = state.guesses
        return v

    def _lanes(self, state: IntegratorState) -> tuple[FloatArray, IntArray]:
        blocks, width, lanes = len(self.plan.blocks), self.plan.width, self.plan.lanes
        clock, count = np.zeros((blocks, 9, 8)), np.zeros((blocks, 8, 8), np.int64)
        for number, floats in ((0, state.h), (1, state.offset), (7, state.failed_at)):
            padded = floats if len(floats) == blocks * width else np.resize(floats, blocks * width)
            clock[:, number, :width] = padded.reshape(blocks, width)
        for number, counts in enumerate((state.segment, state.steps, state.rejected, state.status)):
            wide = np.zeros(blocks * width, np.int64)
            wide[:lanes] = counts
            count[:, number, :width] = wide.reshape(blocks, width)
        return clock, count

    def _take_lanes(self, state: IntegratorState, clock: FloatArray, count: IntArray) -> None:
        width, lanes = self.plan.width, self.plan.lanes

        def lane_values(array: Any, number: int) -> Any:
            return array[:, number, :width].reshape(-1)[:lanes]

        for number, floats in ((0, state.h), (1, state.offset), (7, state.failed_at)):
            floats[:] = lane_values(clock, number)
        for number, counts in enumerate((state.segment, state.steps, state.rejected, state.status)):
            counts[:] = lane_values(count, number)

    def _source(self, schedule: Schedule, plan: Plan) -> tuple[Any, ...]:
        slope = np.zeros((0, 0)) if schedule.slope is None else schedule.slope
        arrays = (schedule.begin, schedule.duration, schedule.row, schedule.table, slope)
        kinds = (float, float, np.int64, float, float)
        ready = (np.ascontiguousarray(array, kind) for array, kind in zip(arrays, kinds, strict=True))
        return (*ready, plan.place[self.program.sources if schedule.slots is None else schedule.slots])

    def _notes(self, recorder: Recorder | None, row_ends: RowEnds | None, plan: Plan) -> tuple[Any, ...]:
        none, place = np.zeros(0, np.int64), plan.place
        if recorder is None:
            first: tuple[Any, ...] = (none, np.zeros(0), np.zeros((0, 0)), np.array([-2, 0]))
        else:
            first = (place[recorder.slots], recorder.times, recorder.values, np.array([recorder.count, recorder.first]))
        if row_ends is None:
            return (*first, none, none, np.zeros((0, 0, 0)))
        return (*first, place[row_ends.slots], row_ends.number, row_ends.values)

    def _tolerances(self) -> tuple[float, float]:
        if self.method == "rk4":
            return self.options.step, 0.0
        return self.options.rtol, self.options.absolute

    def _each(self, run: Callable[[int], None]) -> None:
        count = len(self.plan.blocks)
        threads = min(self.options.threads, count)
        if threads <= 1:
            for block in range(count):
                run(block)
            return
        with ThreadPoolExecutor(threads) as executor:
            list(executor.map(run, range(count)))
