"""Fig. 10: learning curves with the optimal analogue learning rate."""

from __future__ import annotations

import numpy as np

from app.export.figure import Figure
from app.reproduce.learning import FIG9, FIG10, FIG11, Bench, linear_panel, log_panel, table
from app.reproduce.outcome import Claim, Outcome, verdict

PLACE = "Sec. 4.2, Fig. 10"
ROWS = 4


def reproduce(bench: Bench) -> Outcome:
    results = [bench.learning(name) for name in (FIG9, FIG10, FIG11)]
    slow, optimal, _ = results
    rises = [float(result.rises.mean()) for result in results]
    start = float(np.median(optimal.mse[0]))
    claims = (
        Claim("The concept converges", PLACE, optimal.summary(), verdict(optimal.converged == len(optimal.reached))),
        Claim(
            "The curves start near 0.3 (the only readable tick of the figure's axis)", PLACE,
            f"MSE after the first epoch between {optimal.mse[0].min():.2f} and {optimal.mse[0].max():.2f} V², median "
            f"{start:.2f} V²",
            verdict(0.15 < start < 0.45),
        ),
        Claim(
            "0.1 µs is the optimal of the three", PLACE,
            "median epochs to 0.01 V² at 0.01, 0.1 and 1 µs: " + ", ".join(f"{r.median:,.0f}" for r in results)
            + "; in the circuit's time " + ", ".join(f"{1e6 * ROWS * r.row_time * r.median:.0f} µs" for r in results)
            + "; epochs in which the MSE rises, a run: " + ", ".join(f"{value:.1f}" for value in rises),
            verdict(rises[1] == 0 and rises[2] > 0 and optimal.median < slow.median),
        ),
    )  # fmt: skip
    return Outcome(
        "fig10",
        "AANN learning curve with the optimal analogue learning rate",
        "XOR 2-8-1, ten sets of initial weights, T_row = 0.1 µs (η = 0.1).",
        table(optimal, bench.seed),
        claims,
        ("“Optimal” is read as: the fewest epochs among the rates at which no run's MSE rises.",),
        Figure((linear_panel(optimal, "T_row = 0.1 µs"), log_panel(optimal, "")), width=880, height=340),
    )
