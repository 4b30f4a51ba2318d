"""A dataset: named input and target columns in volts, rows inline or in a CSV file beside the document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dataset:
    """`inputs` and `targets` are column names; each row holds the inputs, then the targets [V].

    With `file` (a relative path inside the document's folder) the rows stand in that CSV and `rows` is empty in the
    saved document; the loader fills them in.
    """

    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...] = ()
    file: str = ""
