"""Fig. 13: learning curves with the changed multiplier, beside Fig. 10."""

from __future__ import annotations

from app.export.figure import Figure
from app.reproduce.learning import FIG10, FIG13, OFFSET_V1, Bench, decade, log_panel, table
from app.reproduce.outcome import Claim, Outcome, verdict

PLACE = "Sec. 4.3, Fig. 13"


def reproduce(bench: Bench) -> Outcome:
    ideal, changed, drifting = (bench.learning(name) for name in (FIG10, FIG13, OFFSET_V1))
    low = decade(ideal, changed)
    claims = (
        Claim(
            "The parasitic properties affect the concept", PLACE,
            f"median epochs to 0.01 V²: {changed.median:.0f} against {ideal.median:.0f} with ideal multipliers",
            verdict(abs(changed.median / ideal.median - 1) > 0.02),
        ),
        Claim(
            "They do not fundamentally affect its functionality", PLACE,
            changed.summary(), verdict(changed.converged == len(changed.reached)),
        ),
    )  # fmt: skip
    return Outcome(
        "fig13",
        "AANN learning curve with the changed multiplier block",
        "XOR 2-8-1, ten sets of initial weights, T_row = 0.1 µs; left the ideal multipliers of Fig. 10, right all 108 "
        "multipliers with saturation and an offset of 0.1 V on V_2 (17).",
        table(changed, bench.seed),
        claims,
        ("The same parameters of (17) in all roles; the paper does not tell them.",),
        Figure((log_panel(ideal, "Ideal", low), log_panel(changed, "Changed multipliers", low)), width=880, height=340),
        (
            "With the same offset on V_1, the pin of V_E and V_delta, "
            f"{drifting.converged} of {len(drifting.reached)} runs converge: every "
            "capacitor drifts. Which pin carries the offset decides.",
        ),
    )
