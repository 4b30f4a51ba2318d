"""Fig. 12: what the parasitic properties do to the multiplier."""

from __future__ import annotations

import numpy as np

from app.document.schematic import TOP, Change, Instance, Schematic
from app.export.figure import Axis, Curve, Figure, Panel
from app.program import FloatArray
from app.reproduce.learning import Bench
from app.reproduce.outcome import Claim, Outcome, Table, verdict
from app.training.transfer import sweep

V_IN1 = np.linspace(-4.0, 4.0, 161)
V_IN2 = (-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0)
V_OFF = 0.1
PLACE = "Sec. 4.3, Fig. 12, (17)"


def reproduce(bench: Bench) -> Outcome:
    ideal = _curves("multiplier", {})
    changed = _curves("imperfect_multiplier", {"V_off": repr(V_OFF)})
    header = ("V_in1 [V]", *(f"{kind} at V_in2 = {v:g} V [A]" for kind in ("ideal", "imperfect") for v in V_IN2))
    rows = [(v, *ideal[:, k].tolist(), *changed[:, k].tolist()) for k, v in enumerate(V_IN1.tolist())]
    return Outcome(
        "fig12",
        "The change of the multiplier block for the simulation of parasitic properties",
        f"Output current over V_in1 for V_in2 = {', '.join(f'{v:g}' for v in V_IN2)} V; left ideal (5), right with "
        f"saturation and an offset of {V_OFF:g} V on V_in2 (17). Swept in DC through the compiled circuit of a block.",
        Table(header, rows),
        _claims(ideal, changed),
        (
            "K_I = 100 nA and K_m' = 1/V² are our reading, so that both blocks have the same slope at the origin and "
            "the changed one spans ±100 nA, the only readable ticks; V_off = 0.1 V and the values of V_in2 are ours.",
        ),
        Figure((_panel(ideal, "Ideal (5)"), _panel(changed, "Changed (17)")), width=880, height=360, key="V_in2"),
    )


def _curves(kind: str, parameters: dict[str, str]) -> FloatArray:
    """(len(V_IN2), len(V_IN1)) output currents [A]."""
    schematic = Schematic()
    schematic.apply([Change("instances", "b1", None, Instance("b1", kind, "M1", (0, 0), parameters=parameters), TOP)])
    return sweep(schematic, "M1.V1", V_IN1, ["M1.I"], family=("M1.V2", V_IN2)).values[:, :, 0]


def _panel(currents: FloatArray, title: str) -> Panel:
    curves = tuple(
        Curve(V_IN1, 1e9 * currents[k], k, f"{v:+g} V".replace("-", "\u2212") if v else "0 V")
        for k, v in enumerate(V_IN2)
    )
    return Panel(Axis("V_in1 [V]", limits=(-4.0, 4.0)), Axis("I_out [nA]", limits=(-120.0, 120.0)), curves, title)


def _claims(ideal: FloatArray, changed: FloatArray) -> tuple[Claim, ...]:
    middle, one = len(V_IN1) // 2, V_IN2.index(1.0)
    step = V_IN1[1] - V_IN1[0]
    slope = (changed[one, middle + 1] - changed[one, middle - 1]) / (2 * step)
    expected = 1e-7 * (1.0 + V_OFF)
    most = float(np.abs(changed).max())
    still = changed[V_IN2.index(0.0)]
    return (
        Claim(
            "The current is bounded by K_I, the maximum current", PLACE,
            f"largest current {1e9 * most:.1f} nA, where the ideal block gives {1e9 * np.abs(ideal).max():.0f} nA",
            verdict(0.9e-7 < most <= 1e-7),
        ),
        Claim(
            "Near the origin it still multiplies", PLACE,
            f"slope at the origin for V_in2 = 1 V: {1e9 * slope:.1f} nA/V, (17) says {1e9 * expected:.1f} nA/V",
            verdict(abs(slope / expected - 1) < 0.01),
        ),
        Claim(
            "V_off makes it inaccurate: the product with 0 V is not 0", PLACE,
            f"up to {1e9 * np.abs(still).max():.1f} nA at V_in2 = 0 V",
            verdict(bool(np.abs(still).max() > 1e-8)),
        ),
    )  # fmt: skip
