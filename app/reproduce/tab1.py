"""Tab. 1: time spent on training, analogue beside digital."""

from __future__ import annotations

import math

from app.reproduce import speed
from app.reproduce.learning import LITERAL, Bench
from app.reproduce.outcome import Cell, Claim, Outcome, Table, verdict
from app.reproduce.speed import EPOCHS, PAPER, PAPER_ANALOGUE, ROWS, T_ROW, Test

PLACE = "Sec. 4.4, Tab. 1"
ORDERS = 2.0  # "several orders of magnitude" asks for at least two


def reproduce(bench: Bench) -> Outcome:
    tests = speed.tests(bench)
    library = tests[0].counterpart.library
    sampled = " / ".join(f"{test.counterpart.rows:,}" for test in tests)
    simulated = " / ".join(f"{test.epochs:,}" for test in tests)
    rows: list[tuple[Cell, ...]] = [
        *(
            (f"{name}, the paper", *(f"{mean:g} ± {spread:g}" for mean, spread in times))
            for name, times in PAPER.items()
        ),
        ("AANN, the paper, as printed", *(f"{value:.3g}" for value in PAPER_ANALOGUE)),
        ("AANN, epochs × rows × T_row (1 µs)", *(f"{EPOCHS * count * T_ROW:.3g}" for count in ROWS)),
        (f"this machine's processor, {library}, extrapolated", *(_spread(*test.counterpart_seconds) for test in tests)),
        (
            f"our simulator's integration, of {simulated} epochs",
            *(f"{test.wall_seconds * EPOCHS / test.epochs:.3g}" for test in tests),
        ),
    ]
    table = Table(("seconds for 1,000 epochs", "Test 1", "Test 2", "Test 3", "Test 4"), rows)
    return Outcome(
        "tab1",
        "Comparison of time spent on training neural networks",
        f"Seconds. {library} trained row by row; timed over {sampled} rows and extrapolated to all rows of {EPOCHS:,} "
        "epochs.",
        table,
        _claims(tests, bench),
        (
            "A row lasts 1 µs: the printed 2 ns for 2,000 rows are read as 2 ms; in 1 ps a weight moves 1 µV at most.",
            "The processor's time is that of training row by row from Python, as the paper's TensorFlow; batches or "
            "compiled code would be faster.",
        ),
    )


def _spread(mean: float, deviation: float) -> str:
    digits = max(0, 2 - math.floor(math.log10(mean)))
    return f"{mean:.{digits}f} ± {deviation:.{digits}f}"


def _claims(tests: tuple[Test, ...], bench: Bench) -> tuple[Claim, ...]:
    exact = all(abs(t.circuit_seconds / (t.rows * t.epochs * T_ROW) - 1) < 1e-12 for t in tests)
    ours = [test.counterpart_seconds[0] / (EPOCHS * test.rows * T_ROW) for test in tests]
    theirs = [PAPER["CPU"][k][0] / (EPOCHS * count * T_ROW) for k, count in enumerate(ROWS)]
    rows_us = [1e6 * test.counterpart.row_seconds for test in tests]
    paper_us = [1e6 * PAPER["CPU"][k][0] / (EPOCHS * count) for k, count in enumerate(ROWS)]
    literal = bench.learning(LITERAL)
    moved = float(abs(literal.after - literal.before).max())
    return (
        Claim(
            "The analogue training time depends only on the size of the dataset and the time of a row", PLACE,
            "networks of " + ", ".join(str(test.capacitors) for test in tests) + " capacitors: the simulated time is "
            "epochs × rows × T_row in all four tests",
            verdict(exact),
        ),
        Claim(
            "For the classical network it depends mainly on the structure of the network", PLACE,
            "here, µs a row: " + ", ".join(f"{value:.3g}" for value in rows_us)
            + "; in the paper's own CPU column: " + ", ".join(f"{value:,.0f}" for value in paper_us)
            + ". In the paper's it does not grow with the network at all",
            verdict(rows_us[3] > 1.5 * rows_us[0] and paper_us[3] > 1.5 * paper_us[0]),
        ),
        Claim(
            "The analogue network is several orders of magnitude faster (against the paper's CPU)", PLACE,
            "at 1 µs a row: " + ", ".join(f"{ratio:,.0f}" for ratio in theirs) + " times",
            verdict(min(theirs) >= 10**ORDERS),
        ),
        Claim(
            "The analogue network is several orders of magnitude faster (against this machine)", PLACE,
            "at 1 µs a row: " + ", ".join(f"{ratio:,.0f}" for ratio in ours)
            + " times; at the 0.1 µs of Fig. 10 ten times that",
            verdict(min(ours) >= 10**ORDERS),
        ),
        Claim(
            "Rows of 1 ps train the network (the units as printed, 2 ns for 2,000 rows)", "Tab. 1, Figs. 9-11",
            f"XOR with rows of 1 ps: after {len(literal.mse)} epochs no weight has moved by more than "
            f"{1e3 * moved:.2g} mV, and {literal.converged} of {len(literal.reached)} runs have learnt. 100 nA cannot "
            "charge 0.1 pF faster than 1 V/µs",
            verdict(literal.converged > 0),
        ),
    )  # fmt: skip
