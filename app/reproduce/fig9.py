"""Fig. 9: learning curves with a small analogue learning rate."""

from __future__ import annotations

from app.export.figure import Figure
from app.reproduce.learning import FIG9, FIG10, Bench, linear_panel, log_panel, table
from app.reproduce.outcome import Claim, Outcome, verdict

PLACE = "Sec. 4.2, Fig. 9"


def reproduce(bench: Bench) -> Outcome:
    slow, optimal = bench.learning(FIG9), bench.learning(FIG10)
    claims = (
        Claim("The concept converges", PLACE, slow.summary(), verdict(slow.converged == len(slow.reached))),
        Claim(
            "The learning rate is small", PLACE,
            f"{slow.median / optimal.median:.2g} times as many epochs as in Fig. 10 for a tenth of its rate",
            verdict(slow.median > 2 * optimal.median),
        ),
    )  # fmt: skip
    return Outcome(
        "fig9",
        "AANN learning curve with a small analogue learning rate",
        "XOR 2-8-1, ten sets of initial weights, T_row = 0.01 µs (η = 0.01). Left on a linear axis, "
        "right on a logarithmic one.",
        table(slow, bench.seed),
        claims,
        (),
        Figure((linear_panel(slow, "T_row = 0.01 µs"), log_panel(slow, "")), width=880, height=340),
    )
