"""A sweep's results: HDF5 with everything, and CSV tables of runs and yields beside it; reading finished runs back."""

from __future__ import annotations

import csv
import io
import math
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from app import __version__
from app.document.atomic import write_bytes
from app.errors import fail
from app.program import FloatArray
from app.training.sweep_blame import Cost
from app.training.sweep_job import Outcome
from app.training.sweep_plan import Column
from app.training.sweep_table import Heat, Table, Yield, heat_over, yield_along

LIBRARIES = ("numpy", "scipy", "numba", "h5py")
UNITS = "mse, final_mse, target [V^2]; weights [V]; epochs counted from 1; share 0..1"


def csv_beside(path: Path) -> Path:
    return path.with_suffix(".csv")


def yield_beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-yield.csv")


def blame_beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-blame.csv")


def write_sweep(path: Path, table: Table, costs: Sequence[Cost] = ()) -> list[Path]:
    """R.h5, R.csv (a row a run), if values were gone through R-yield.csv, with `costs` R-blame.csv; for a path ending
    in .csv only the CSV tables. Each is replaced whole. Returns what was written. Raises ProblemError."""
    written = []
    if path.suffix != ".csv":
        buffer = io.BytesIO()
        with h5py.File(buffer, "w") as file:
            _fill(file, table)
            if costs:
                _fill_blame(file.create_group("blame"), costs)
        write_bytes(path, buffer.getvalue())
        written.append(path)
    write_bytes(csv_beside(path), runs_csv(table).encode())
    written.append(csv_beside(path))
    if table.plan.columns:
        write_bytes(yield_beside(path), yields_csv(table).encode())
        written.append(yield_beside(path))
    if costs:
        write_bytes(blame_beside(path), blame_csv(costs).encode())
        written.append(blame_beside(path))
    return written


def provenance(table: Table) -> dict[str, str | int | float]:
    """What a result came from: hashes, seeds, settings, versions."""
    sweep = table.plan.sweep
    return {
        "aann": __version__,
        "document_sha256": table.plan.document_hash,
        "vary": "\n".join(vary.text for vary in sweep.varies),
        "seed": sweep.seed,
        "runs_per_point": sweep.runs,
        "target": sweep.target,
        "stop": repr(sweep.stop),
        "solver": sweep.solver,
        "rtol": sweep.rtol,
        "v_teach": sweep.switch or "as drawn",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in LIBRARIES},
    }


# -- HDF5 -------------------------------------------------------------------------------------------------------


def _fill(file: Any, table: Table) -> None:
    plan = table.plan
    file.attrs.update(provenance(table))
    file.attrs["units"] = UNITS
    done = np.flatnonzero(table.done)
    cases = [plan.cases[number] for number in done]
    runs = file.create_group("runs")
    runs["key"] = np.array([plan.keys[number] for number in done], "S32")
    runs["point"] = np.array([case.point for case in cases], np.int64).reshape(len(cases), len(plan.columns))
    runs["run"] = np.array([case.run for case in cases], np.int64)
    runs["seed"] = np.array([case.seed for case in cases], np.int64)
    runs["without"] = np.array([case.calm for case in cases], np.int64)
    runs["final_mse"] = table.final_mse[done]
    runs["epochs"] = table.epochs[done]
    runs["epochs_to_target"] = table.reached[done]
    runs["broken"] = table.broken[done]
    _packed(file, "mse", table.mse[:, done])
    _packed(file, "weights", table.weights[:, done])
    file["weight_names"] = _texts(table.names)
    for number, column in enumerate(plan.columns):
        axis = file.create_group(f"axes/{number}")
        axis.attrs.update({"parameter": column.label, "unit": column.unit})
        axis["texts"], axis["values"] = _texts(column.texts), np.array(column.numbers)
        _fill_yield(file.create_group(f"yield/{number}"), yield_along(table, number))
        for other in range(number):
            _fill_heat(file.create_group(f"heat/{other}-{number}"), heat_over(table, other, number))


def _fill_yield(group: Any, found: Yield) -> None:
    group.attrs["parameter"] = found.label
    group["texts"], group["values"], group["runs"] = _texts(found.texts), np.array(found.numbers), found.runs
    group["share"], group["share_low"], group["share_high"] = found.share, found.low, found.high
    group["final_mse_quartiles"], group["median_epochs_to_target"] = found.mse, found.epochs


def _fill_heat(group: Any, found: Heat) -> None:
    group.attrs.update({"rows": found.labels[0], "columns": found.labels[1]})
    group["row_texts"], group["column_texts"] = (_texts(texts) for texts in found.texts)
    group["share"], group["median_final_mse"] = found.share, found.mse


def _fill_blame(group: Any, costs: Sequence[Cost]) -> None:
    group.attrs["units"] = "cost and its standard error [V^2]: fall of the mean final MSE without that group's variance"
    group["group"] = _texts([cost.group.name for cost in costs])
    group["paths"] = _texts(["\n".join(sorted(cost.group.paths)) for cost in costs])
    group["cost"], group["standard_error"] = (np.array([getattr(c, n) for c in costs]) for n in ("mse", "error"))
    group["share_gained"], group["runs"] = (np.array([getattr(c, n) for c in costs]) for n in ("share", "runs"))


def _packed(file: Any, name: str, array: FloatArray) -> None:
    options = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if array.size else {}
    file.create_dataset(name, data=array, **options)


def _texts(texts: Sequence[str]) -> np.ndarray:
    return np.array(list(texts), h5py.string_dtype())


def read_runs(path: Path) -> Iterator[tuple[list[str], Outcome]]:
    """The finished runs of an earlier result with their keys, for going on; nothing if there is no such file. Raises
    ProblemError for a file that is no sweep."""
    if not path.exists():
        return
    try:
        with h5py.File(path, "r") as file:
            runs = file["runs"]
            keys = [key.decode() for key in runs["key"][:]]
            outcome = Outcome(
                tuple(range(len(keys))), file["mse"][:], runs["epochs"][:], file["weights"][:],
                tuple(name.decode() for name in file["weight_names"][:]), runs["broken"][:], 0.0, 0,
            )  # fmt: skip
    except (OSError, KeyError, AttributeError, ValueError, UnicodeDecodeError) as error:
        raise fail(
            "not-a-sweep", str(path), f"it is no result of a sweep ({error})", "choose another name with -o"
        ) from None
    yield keys, outcome


# -- CSV --------------------------------------------------------------------------------------------------------


def runs_csv(table: Table) -> str:
    """A row a finished run: its values, seed, MSE, epochs; the document's hash and the version in every row."""
    plan, final, reached = table.plan, table.final_mse, table.reached
    header = ["run", "seed", *(_heading(column) for column in plan.columns)]
    header += ["final MSE [V^2]", "epochs", "epochs to target", "status", "document", "aann"]
    if plan.sweep.calm:
        header.insert(2, "without group")
    rows: list[list[object]] = []
    for number in np.flatnonzero(table.done):
        case = plan.cases[number]
        values = [_value(column, index) for column, index in zip(plan.columns, case.point, strict=True)]
        status = "broken" if table.broken[number] else "reached" if reached[number] > 0 else "not reached"
        row: list[object] = [case.run, case.seed, *values, _plain(final[number]), int(table.epochs[number])]
        row += [int(reached[number]) if reached[number] > 0 else "", status, plan.document_hash[:16], __version__]
        if plan.sweep.calm:
            row.insert(2, case.calm + 1 if case.calm >= 0 else "")
        rows.append(row)
    return _written(header, rows)


def yields_csv(table: Table) -> str:
    """A row a value of every axis."""
    header = ["parameter", "value", "runs", "share reached", "95 % low", "95 % high"]
    header += ["lower quartile MSE [V^2]", "median MSE [V^2]", "upper quartile MSE [V^2]", "median epochs to target"]
    rows: list[list[object]] = []
    for axis, column in enumerate(table.plan.columns):
        found = yield_along(table, axis)
        for index in range(len(column.texts)):
            shares = [_plain(values[index]) for values in (found.share, found.low, found.high)]
            quartiles = [_plain(value) for value in found.mse[index]]
            rows.append(
                [safe(column.label), _value(column, index), int(found.runs[index]), *shares, *quartiles,
                 _plain(found.epochs[index])]
            )  # fmt: skip
    return _written(header, rows)


def blame_csv(costs: Sequence[Cost]) -> str:
    """A row a group, the costliest first."""
    header = ["group", "cost in MSE [V^2]", "standard error [V^2]", "share reached gained", "runs", "parameters"]
    rows = [
        [safe(c.group.name), _plain(c.mse), _plain(c.error), _plain(c.share), c.runs, len(c.group.addresses)]
        for c in costs
    ]
    return _written(header, rows)


def _heading(column: Column) -> str:
    return safe(f"{column.label} [{column.unit}]" if column.unit else column.label)


def _value(column: Column, index: int) -> object:
    number = column.numbers[index]
    return safe(column.texts[index]) if math.isnan(number) else number


def _plain(value: float) -> object:
    """An empty cell for what is not known."""
    return "" if math.isnan(value) else float(value)


def safe(cell: str) -> str:
    """A text cell that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in "=+-@" else cell


def _written(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
