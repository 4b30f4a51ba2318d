"""XOR whose voltage outputs all have a time constant: how long a row takes, whatever that constant is."""

from __future__ import annotations

import statistics
import time

from app.circuit.compile import compile_schematic
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.set_parameters import apply_settings
from app.training.run import Options, prepare

CONSTANTS = ("5n", "3.4n", "2n", "1n", "300p", "10p", "10f")  # T_row is 100 ns
RTOL = 1e-4


def seconds_per_row(tau: str, rows: int = 400, rounds: int = 5) -> float:
    """Median processor time of a row of 2-8-1 [s] while it learns, after one stretch that warms up."""
    taken = []
    for _ in range(rounds + 1):
        schematic, _ = generate((2, 8, 1), XOR, "xor")
        apply_settings(schematic, (f"N*.tau={tau}",))
        run = prepare(compile_schematic(schematic), schematic, Options((0,), rtol=RTOL))
        run.warm_up()
        began = time.process_time()
        run.advance_rows(rows)
        taken.append((time.process_time() - began) / rows)
    return statistics.median(taken[1:])
