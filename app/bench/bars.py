"""The bars that the engine is held to, beside what this run measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.bench.measure import BATCH, DIFFRAX, DIFFRAX_MANY, HAND_C, ONE, TORCH, Row


@dataclass(frozen=True)
class Bar:
    """`at_least`: the measured value shall not be below the target, else not above."""

    what: str
    target: float
    measured: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.target if self.at_least else self.measured <= self.target

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


LEARNED = 4000  # rows of XOR in which most is learning no more; what is measured over fewer is held to no bar
XOR, WIDE, WIDEST = "2-8-1", "784-128-10", "784-624-10"
OVER_OURS = {
    "ngspice, 1e-3 class": 1200.0, "ngspice, tight": 2700.0, "scipy RK45": 900.0, "scipy LSODA": 650.0,
    DIFFRAX: 7.0, DIFFRAX_MANY: 17.0, TORCH: 280.0,
}  # fmt: skip


def speed_bars(rows: Sequence[Row]) -> list[Bar]:
    """Those that compare programs, as far as the programs were measured."""
    bars = []
    one, batch = (_find(rows, XOR, name, longest=True) for name in (ONE, BATCH))
    if one is not None and one.over_c is not None:
        bars.append(Bar("one run / C by hand", 1.5, one.over_c))
    if batch is not None and batch.over_c is not None:
        bars.append(Bar("batch of 8, per run / C by hand", 0.5, batch.over_c))
    for name, target in OVER_OURS.items():
        row = _find(rows, XOR, name, longest=True)
        if row is None or row.rows < LEARNED:
            continue
        if name != DIFFRAX_MANY:
            bars.append(Bar(f"{name} / this engine", target, row.over_ours, at_least=True))
        elif batch is not None:  # a batch is compared with a batch, per run
            ratio = row.microseconds / batch.microseconds
            bars.append(Bar(f"{name} / this engine's batch of 8, per run", target, ratio, at_least=True))
    wide, hand = _find(rows, WIDE, ONE, longest=True), _find(rows, WIDE, HAND_C)
    if wide is not None:
        bars.append(Bar(f"{WIDE}, a row", 60.0, wide.microseconds, "us"))
        if hand is not None:
            bars.append(Bar(f"{WIDE}: C by hand over all states / this engine", 10.0, hand.over_ours, at_least=True))
    widest = _find(rows, WIDEST, ONE, longest=True)
    if widest is not None:
        bars.append(Bar(f"{WIDEST} (1.5 million multipliers), a row", 1000.0, widest.microseconds, "us"))
    return bars


def _find(rows: Sequence[Row], network: str, name: str, longest: bool = False) -> Row | None:
    found = sorted((row for row in rows if (row.network, row.name) == (network, name)), key=lambda row: row.rows)
    if not found:
        return None
    return found[-1] if longest else found[0]
