"""Fig. 11: learning curves with a big analogue learning rate."""

from __future__ import annotations

from app.export.figure import Figure
from app.reproduce.learning import FIG9, FIG10, FIG11, Bench, linear_panel, log_panel, table
from app.reproduce.outcome import Claim, Outcome, verdict

PLACE = "Sec. 4.2, Fig. 11"


def reproduce(bench: Bench) -> Outcome:
    slow, optimal, fast = (bench.learning(name) for name in (FIG9, FIG10, FIG11))
    medians = [result.median for result in (slow, optimal, fast)]
    rises = [float(result.rises.mean()) for result in (slow, optimal, fast)]
    shares = [rise / median for rise, median in zip(rises, medians, strict=True)]
    claims = (
        Claim("The concept converges", PLACE, fast.summary(), verdict(fast.converged == len(fast.reached))),
        Claim(
            "Speed depends on the hyperparameters", "Sec. 4.2",
            "median epochs to 0.01 V² at 0.01, 0.1 and 1 µs: " + ", ".join(f"{m:,.0f}" for m in medians),
            verdict(medians[0] > medians[1] > medians[2]),
        ),
        Claim(
            "Stability depends on the hyperparameters: a big rate is less steady", "Sec. 4.2",
            "epochs in which the MSE rises before it is below 0.01 V², a run, at 0.01, 0.1 and 1 µs: "
            + ", ".join(f"{r:.1f}" for r in rises)
            + "; as a share of the epochs needed: "
            + ", ".join(f"{share:.1%}" for share in shares),
            verdict(shares[2] > max(shares[:2])),
        ),
    )  # fmt: skip
    return Outcome(
        "fig11",
        "AANN learning curve with a big analogue learning rate",
        "XOR 2-8-1, ten sets of initial weights, T_row = 1 µs (η = 1).",
        table(fast, bench.seed),
        claims,
        (),
        Figure((linear_panel(fast, "T_row = 1 µs"), log_panel(fast, "")), width=880, height=340),
    )
