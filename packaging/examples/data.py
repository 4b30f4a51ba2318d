"""The examples' datasets, in volts. What others measured lies in resources/datasets already and is only read."""

from __future__ import annotations

from pathlib import Path

from app.document.dataset import XOR, Dataset, read_csv

DATASETS = Path(__file__).resolve().parents[2] / "resources" / "datasets"


def table(inputs: int, rows: tuple[tuple[float, ...], ...]) -> Dataset:
    names = tuple(f"x{k + 1}" for k in range(inputs)), tuple(f"t{k + 1}" for k in range(len(rows[0]) - inputs))
    return Dataset(*names, tuple(tuple(float(value) for value in row) for row in rows))


AND = table(2, ((-1, -1, 0), (-1, 1, 0), (1, -1, 0), (1, 1, 1)))
HALF_ADDER = table(2, ((-1, -1, 0, 0), (-1, 1, 1, 0), (1, -1, 1, 0), (1, 1, 0, 1)))
TWO_ROWS = table(1, ((-1, 0.2), (1, 0.8)))


def written() -> dict[str, Dataset]:
    """Every dataset that is computed here, by the name of its file."""
    return {"xor": XOR, "and": AND, "half-adder": HALF_ADDER, "two-rows": TWO_ROWS}


def stored(name: str) -> Dataset:
    return read_csv(DATASETS / f"{name}.csv")
