"""What the reproduction of a figure or table yields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.export.figure import Figure

Verdict = Literal["holds", "does not hold"]
Cell = str | int | float


@dataclass(frozen=True)
class Claim:
    """A statement of the paper and where it stands, beside what was measured here."""

    paper: str
    place: str
    measured: str
    verdict: Verdict


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Outcome:
    """`table` is what stands in NAME.csv; `remarks` say what was found beyond the paper."""

    name: str
    title: str
    caption: str
    table: Table
    claims: tuple[Claim, ...]
    assumptions: tuple[str, ...] = ()
    figure: Figure | None = None
    remarks: tuple[str, ...] = ()


def verdict(holds: bool) -> Verdict:
    return "holds" if holds else "does not hold"
