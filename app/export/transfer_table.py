"""A DC transfer as CSV: a line for every point, the family's value first."""

from __future__ import annotations

import csv
import io

from app.export.csv_table import safe
from app.training.transfer import Axis, Transfer


def table(transfer: Transfer) -> str:
    """Columns: the family's value if there is one, the swept value, every output, with units."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    axes = [axis for axis in (transfer.family, transfer.swept) if axis is not None]
    outputs = [f"{name} [{unit}]" for name, unit in zip(transfer.outputs, transfer.units, strict=True)]
    writer.writerow([*(_head(axis) for axis in axes), *map(safe, outputs)])
    members = transfer.family.values if transfer.family is not None else [None]
    for member, curve in zip(members, transfer.values, strict=True):
        for value, row in zip(transfer.swept.values, curve, strict=True):
            first = [] if member is None else [repr(float(member))]
            writer.writerow([*first, repr(float(value)), *(repr(float(x)) for x in row)])
    return stream.getvalue()


def _head(axis: Axis) -> str:
    return safe(f"{axis.name} [{axis.unit}]" if axis.unit else axis.name)
