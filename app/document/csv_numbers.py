"""A CSV table of numbers, read without guessing: what is not plain is refused with its row and column.

Rows are counted as a spreadsheet counts them: the header is row 1.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence

from app.errors import Problem, ProblemError, fail

MAX_CELLS = 10_000_000
MAX_PROBLEMS = 20
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?", re.ASCII)
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


class NumberTable:
    """`header` is the list of column names; `rows` gives the numbers of chosen columns. Raises ProblemError."""

    def __init__(self, content: bytes, where: str) -> None:
        self.where = where
        self.lines = _decode(content, where).splitlines()
        if not self.lines or not any(line.strip() for line in self.lines):
            raise fail("csv-empty", where, "it has no rows", "give it a header x1,x2,t1 and a row for each sample")
        self.delimiter = _delimiter(self.lines[0], where)
        cells = next(self._cells())[1]
        self.header = [cell.strip() for cell in cells]
        if any(_NUMBER.fullmatch(name) for name in self.header):
            raise fail(
                "csv-header", f"{where} row 1", "the first row holds numbers instead of column names",
                "begin with a header such as x1,x2,t1",
            )  # fmt: skip

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells of every line up to the last that is not blank."""
        lines = self.lines
        end = len(lines)
        while not lines[end - 1].strip():
            end -= 1
        reader = csv.reader(iter(lines[:end]), delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise fail(
                "csv-damaged", f"{self.where} row {reader.line_num}", str(error), "mend the quotes of that row"
            ) from None

    def rows(self, columns: Sequence[int]) -> tuple[tuple[float, ...], ...]:
        """The numbers of these columns (0-based), row by row."""
        problems: list[Problem] = []
        result: list[tuple[float, ...]] = []
        cells_left = MAX_CELLS
        table = self._cells()
        next(table)
        for number, cells in table:
            cells_left -= len(cells)
            if cells_left < 0:
                raise fail(
                    "csv-too-large", f"{self.where} row {number}", f"it has more than {MAX_CELLS} cells",
                    "split the file or drop columns",
                )  # fmt: skip
            if len(cells) != len(self.header):
                problems.append(self._ragged(number, cells))
            else:
                result.append(tuple([self._number(cells[column], number, column, problems) for column in columns]))
            if len(problems) >= MAX_PROBLEMS:
                break
        if problems:
            raise ProblemError(*problems)
        if not result:
            raise fail("csv-empty", self.where, "it has a header but no rows", "add a row for each sample")
        return tuple(result)

    def _ragged(self, number: int, cells: Sequence[str]) -> Problem:
        found = f"the row has {len(cells)} cells where the header has {len(self.header)}"
        cure = "give every row as many cells as the header"
        if not any(cell.strip() for cell in cells):
            found, cure = "the row is blank", "delete it"
        elif self.delimiter == "," and len(cells) > len(self.header):
            cure = "if these are decimal commas, write decimal points; otherwise give every row as many cells"
        return Problem("csv-ragged", f"{self.where} row {number}", found, cure)

    def _number(self, cell: str, number: int, column: int, problems: list[Problem]) -> float:
        text = cell.strip()
        if _NUMBER.fullmatch(text) and len(text) <= 400:
            value = float(text)
            if math.isfinite(value):
                return value
            found, cure = f"{text[:40]} is too large", "give a finite number of volts"
        elif not text:
            found, cure = "the cell is empty", "give a number of volts or delete the row"
        elif _DECIMAL_COMMA.fullmatch(text):
            found, cure = f"{text[:40]!r} has a decimal comma", "write decimal points"
        else:
            found, cure = f"{text[:40]!a} is not a number", "give a plain number of volts such as -0.5 or 1e-3"
        name = self.header[column]
        problems.append(Problem("csv-cell", f"{self.where} row {number} column {name}", found, cure))
        return math.nan


def _decode(content: bytes, where: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise fail("csv-encoding", where, "it is UTF-16", "save it as UTF-8")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        found = f"byte {error.start} is not UTF-8"
        raise fail("csv-encoding", f"{where} row {row}", found, "save it as UTF-8") from None


def _delimiter(header: str, where: str) -> str:
    """The one separator that occurs in the header outside quotes."""
    bare = re.sub(r'"[^"]*"', "", header)
    found = [mark for mark in _DELIMITERS if mark in bare]
    if len(found) > 1:
        names = " and ".join(_DELIMITERS[mark] for mark in found)
        raise fail(
            "csv-delimiter", f"{where} row 1", f"the header has {names}, so the separator is ambiguous",
            "separate all columns by commas",
        )  # fmt: skip
    return found[0] if found else ","
