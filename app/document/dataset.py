"""A dataset: named input and target columns in volts, rows inline or in a CSV file beside the document."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.document.atomic import write_bytes
from app.document.csv_numbers import NumberTable
from app.errors import Problem, ProblemError, fail

MAX_COLUMN_NAME = 64
MAX_FILE_BYTES = 256 * 1024 * 1024
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
NAME_THEM = "name the columns x1, x2, ... and t1, t2, ..., or choose them with --inputs and --targets of `aann new`"


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


XOR = Dataset(
    ("x1", "x2"), ("t1",), ((-1.0, -1.0, 0.0), (-1.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 0.0))
)  # fmt: skip


def column_trouble(name: str) -> str:
    """Why a column cannot have this name ("" if it can)."""
    if not name:
        return "a column has no name"
    if len(name) > MAX_COLUMN_NAME or not name.isprintable() or name != name.strip():
        return f"a column's name has at most {MAX_COLUMN_NAME} printable characters and no space around it"
    # A spreadsheet would run such a cell as a formula.
    return f"the column name {name!r} begins with {name[0]!r}" if name[0] in "=+-@" else ""


def file_trouble(name: str) -> str:
    """Why a document may not name this dataset file ("" if it may): only plain relative paths, on every system."""
    if not name or len(name) > 1000 or not name.isprintable():
        return "the file name is empty, too long or not printable"
    parts = name.split("/")
    if "\\" in name or ":" in name or ".." in parts or "." in parts or "" in parts:
        return f"{name[:80]!r} is no relative path inside the document's folder, with / between folders"
    if any(_DEVICE.fullmatch(part) for part in parts):
        return f"{name[:80]!r} names a device"
    return ""


def read_csv(
    source: Path | str, inputs: Sequence[str] | None = None, targets: Sequence[str] | None = None, where: str = ""
) -> Dataset:
    """The dataset in a CSV file (a Path) or CSV text (a str). Columns are `x1..xn` and `t1..tm` unless named; columns
    that are not chosen are read over only where names were given. Raises ProblemError with row and column."""
    if isinstance(source, str):
        return parse_csv(source.encode(errors="surrogatepass"), where or "CSV", inputs, targets)
    return parse_csv(_read_regular(source, str(source)), where or source.name, inputs, targets)


def parse_csv(
    content: bytes, where: str, inputs: Sequence[str] | None = None, targets: Sequence[str] | None = None
) -> Dataset:
    """The same for a file's bytes."""
    table = NumberTable(content, where)
    _check_header(table.header, where)
    strict = inputs is None and targets is None
    ins = _numbered(table.header, "x", "input", where) if inputs is None else tuple(inputs)
    outs = _numbered(table.header, "t", "target", where) if targets is None else tuple(targets)
    chosen = (*ins, *outs)
    for name in chosen:
        if name not in table.header:
            raise fail("csv-column", where, f"there is no column {name!r}", f"its columns are {_listed(table.header)}")
        if chosen.count(name) > 1:
            raise fail("csv-column", where, f"the column {name!r} is chosen twice", "choose every column once")
    if not ins or not outs:
        raise fail("csv-column", where, "a dataset needs at least one input and one target", "name the columns")
    rest = [name for name in table.header if name not in chosen]
    if strict and rest:
        raise fail(
            "csv-column", f"{where} row 1 column {rest[0]}", "the column is neither an input x1.. nor a target t1..",
            NAME_THEM,
        )  # fmt: skip
    return Dataset(ins, outs, table.rows([table.header.index(name) for name in chosen]))


def size_words(found: Dataset) -> str:
    """Such as "4 rows, 2 inputs, 1 target"."""
    sizes = (("row", len(found.rows)), ("input", len(found.inputs)), ("target", len(found.targets)))
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for word, count in sizes)


def _check_header(header: Sequence[str], where: str) -> None:
    for number, name in enumerate(header, start=1):
        trouble = column_trouble(name)
        if not trouble and name in header[: number - 1]:
            trouble = f"two columns are named {name!r}"
        if trouble:
            raise fail("csv-header", f"{where} row 1 column {number}", trouble, "give each column a name of its own")


def _numbered(header: Sequence[str], letter: str, role: str, where: str) -> tuple[str, ...]:
    """x1..xn, wherever they stand in the header."""
    numbers = sorted(int(name[1:]) for name in header if re.fullmatch(rf"{letter}[1-9]\d{{0,5}}", name, re.ASCII))
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        missing = next((n for n in range(1, len(numbers) + 2) if n not in numbers), 1)
        raise fail(
            "csv-column", f"{where} row 1", f"there is no {role} column {letter}{missing}; "
            f"the columns are {_listed(header)}", NAME_THEM,
        )  # fmt: skip
    return tuple(f"{letter}{number}" for number in numbers)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return f"{shown}, ..." if len(names) > 12 else shown


def to_csv(dataset: Dataset) -> str:
    """The CSV text that `read_csv` reads back exactly."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*dataset.inputs, *dataset.targets))
    writer.writerows([repr(value) for value in row] for row in dataset.rows)
    return stream.getvalue()


def write_csv(path: Path, dataset: Dataset) -> None:
    """Replaces the file atomically. Raises ProblemError."""
    write_bytes(path, to_csv(dataset).encode())


def resolve(dataset: Dataset, folder: Path) -> Dataset:
    """The dataset with its rows, read from its file in `folder` if it has one. Raises ProblemError: `dataset-missing`
    (a warning), `dataset-outside` or what is wrong in the file."""
    if not dataset.file:
        return dataset
    path = locate(dataset.file, folder)
    found = parse_csv(_read_regular(path, dataset.file), dataset.file, dataset.inputs, dataset.targets)
    return replace(found, file=dataset.file)


def locate(name: str, folder: Path) -> Path:
    """The real path of a document's dataset file. Raises ProblemError if it is missing or leads out of the folder."""
    trouble = file_trouble(name)
    if trouble:
        raise fail("dataset-outside", name[:80], trouble, "choose the file again in a dialog")
    try:
        base = folder.resolve()
        path = (base / name).resolve(strict=True)
    except FileNotFoundError:
        found = "the dataset's file is not there"
        raise ProblemError(Problem("dataset-missing", name, found, "put it back or relink it", "warning")) from None
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise fail("dataset-unreadable", name, str(error), "choose the file again") from None
    if not path.is_relative_to(base):
        raise fail(
            "dataset-outside", name, "a link leads out of the document's folder", "copy the file beside the document"
        )
    return path


def _read_regular(path: Path, where: str) -> bytes:
    try:
        # Not blocking: opening a FIFO must not hang.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise fail("dataset-unreadable", where, "it is no ordinary file", "choose a CSV file")
            if status.st_size > MAX_FILE_BYTES:
                raise fail("csv-too-large", where, f"it has {status.st_size} bytes", f"stay below {MAX_FILE_BYTES}")
            return stream.read(MAX_FILE_BYTES)
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise fail("dataset-unreadable", where, found, "choose another CSV file") from None
