"""The compiled engine with an implicit method: the same driving, with the tables of the linearised circuit."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.program import FloatArray, IntArray, Program
from app.solve import rodas, rosw
from app.solve.kernels import Engine
from app.solve.plan import Plan, aligned
from app.solve.state import Options
from app.solve.stiff import stiff_tables
from app.solve.tangent import all_states, decay_rates, some_states


class PartitionedEngine(Engine):
    """`rosw`: implicit in the states numbered `implicit` alone, of which there is at least one."""

    def __init__(self, program: Program, options: Options | None, implicit: IntArray) -> None:
        super().__init__(program, "rosw", options)
        self.stiff = stiff_tables(self.plan, some_states(program, implicit))
        rate = float(decay_rates(program)[implicit].max())
        self.shortest = 1.0 / rate if rate > 0 else 0.0

    def _run_block(
        self, plan: Plan, block: int, shape: IntArray, clock: FloatArray, count: IntArray, source: Any, notes: Any,
        v: FloatArray, y: FloatArray,
    ) -> None:  # fmt: skip
        stiff = self.stiff
        room = -(-stiff.sizes[0] * plan.width // 8) * 8
        rows = -(-2 * stiff.sizes[1] * plan.width // 8) * 8
        scratch = tuple(aligned(1, length)[0] for length in (room, room, rows, plan.slots * plan.width))
        work = aligned(rosw.ROWS, plan.padded * plan.width)
        work[rosw.PARASITIC].reshape(-1, plan.width)[stiff.target[stiff.is_state == 1]] = 1.0
        rosw.advance(
            plan.blocks[block], plan.wide, stiff.sizes, stiff.arrays(block), stiff.wide, self.shortest, scratch, shape,
            clock, count, source, notes, v, y, work, self.options.rtol, self.options.absolute,
        )  # fmt: skip


class RosenbrockEngine(Engine):
    """`rodas`: implicit in all states, lane after lane."""

    def __init__(self, program: Program, options: Options | None) -> None:
        super().__init__(program, "rodas", options, alone=True)
        self.stiff = stiff_tables(self.plan, all_states(program))

    def _run_block(
        self, plan: Plan, block: int, shape: IntArray, clock: FloatArray, count: IntArray, source: Any, notes: Any,
        v: FloatArray, y: FloatArray,
    ) -> None:  # fmt: skip
        stiff, n = self.stiff, plan.padded
        scratch = (
            np.zeros(max(1, stiff.sizes[0])), np.zeros(plan.slots * (n + 1)), np.zeros(2 * n * n),
            np.zeros(n, np.int64),
        )  # fmt: skip
        rodas.advance(
            plan.blocks[block], plan.wide, stiff.sizes, stiff.arrays(block), scratch, shape, clock, count, source,
            notes, v, y, np.zeros((3 + rodas.STAGES) * n), self.options.rtol, self.options.absolute,
        )  # fmt: skip

    def jacobian(self, v: FloatArray) -> FloatArray:
        """d(dy)/dy (states, states) [1/s] at V (slots, 1) after an evaluation, as the kernels see it."""
        plan, stiff, n = self.plan, self.stiff, self.plan.padded
        matrix = np.zeros((n, n))
        rodas.linearise(
            stiff.sizes, stiff.arrays(0), plan.pack_values(v)[0], plan.first_state, n, np.zeros(max(1, stiff.sizes[0])),
            np.zeros(plan.slots * (n + 1)), matrix.reshape(-1), np.zeros(n),
        )  # fmt: skip
        return matrix[np.ix_(plan.state_place, plan.state_place)]
