"""A circuit as wide as a recognised one of which no layer is recognised: every multiplier has a K_m of its own."""

from __future__ import annotations

import statistics
import time

import numpy as np

from app.bench.case import Case
from app.solve.kernels import Engine
from app.solve.state import IntegratorState, Options
from app.training.schedule import Timeline

SPREAD = 0.01  # relative standard deviation of the coefficients: mismatch of the drawn parts


def seconds_per_row(case: Case, rows: int, rounds: int, rtol: float) -> float:
    """Median processor time of a row [s] over `rounds` stretches of `rows` rows, after one that warms up."""
    program = case.circuit.program
    factor = 1.0 + SPREAD * np.random.default_rng(0).standard_normal(program.k.shape)
    engine = Engine(program.with_coefficients(program.k * factor, program.m), options=Options(rtol=rtol))
    v = program.values()
    for slot in program.levels.values():
        v[slot] = 1.0
    schedule = Timeline(case.circuit, case.schematic).schedule([0], 0, rows * (rounds + 1))
    state = IntegratorState.start(case.circuit.initial_state([0]))
    taken = []
    for turn in range(rounds + 1):
        began = time.process_time()
        engine.advance(v, state, schedule, stop=rows * (turn + 1))
        taken.append((time.process_time() - began) / rows)
    return statistics.median(taken[1:])
