"""Parsed .aann values -> a Schematic. Damage is refused with its JSON path. What is merely wrong with the drawing (an
unknown block, an unusable parameter, a port that does not exist) loads, stays editable and is reported by checking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from app.document.dataset import Dataset, column_trouble, file_trouble
from app.document.schematic import TOP, End, Instance, Junction, Point, Schematic, Sheet, Wire
from app.document.strict_json import Checker, Path

MAX_COORDINATE = 1_000_000
MAX_WIDTH = 1_000_000
MAX_NAME = 200
ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,63}", re.ASCII)
# "j7", "b3.V_out", "b3.V_in[2]", "j7[1:8]": an element, a port of it, one index or a range
END = re.compile(
    r"([A-Za-z0-9_-]{1,64})(?:\.([A-Za-z_][A-Za-z0-9_]{0,63}))?(?:\[([1-9]\d{0,6})(?::([1-9]\d{0,6}))?\])?", re.ASCII
)
DESIGN_FIELDS = frozenset(("sheets", "parameters", "datasets", "settings"))
SHEET_FIELDS = frozenset(("instances", "junctions", "wires"))
INSTANCE_FIELDS = frozenset(("type", "name", "at", "rotation", "mirrored", "parameters", "overrides"))
JUNCTION_FIELDS = frozenset(("at", "width"))
WIRE_FIELDS = frozenset(("ends", "corners"))
DATASET_FIELDS = frozenset(("inputs", "targets", "rows", "file"))
Unknown = dict[Path, dict[str, Any]]
Element = TypeVar("Element")


def end_text(end: End) -> str:
    """The text of a wire's end; `END` reads it back."""
    text = f"{end.item}.{end.port}" if end.port else end.item
    if (end.first, end.last) == (0, 0):
        return text
    return f"{text}[{end.first}]" if end.first == end.last else f"{text}[{end.first}:{end.last}]"


class DesignReader:
    """Reads sections into `schematic`; fields that this version does not know are kept in `unknown` by path."""

    def __init__(self, checker: Checker) -> None:
        self.check = checker
        self.schematic = Schematic()
        self.unknown: Unknown = {}

    def fields(
        self, value: Any, path: Path, known: frozenset[str], required: Iterable[str] = ()
    ) -> dict[str, Any]:
        """An object with these fields; others go to `unknown`."""
        found = self.check.object(value, path)
        for name in required:
            if type(value) is dict and name not in found:
                self.check.bad(path, f"the field {name!r} is missing")
        if not found.keys() <= known:
            extra = found.keys() - known
            self.unknown[path] = {name: self.check.plain(found[name], (*path, name)) for name in extra}
        return found

    def design(self, value: Any) -> None:
        path: Path = ("design",)
        found = self.fields(value, path, DESIGN_FIELDS, ("sheets",))
        schematic = self.schematic
        schematic.parameters = self.check.texts(found.get("parameters", {}), (*path, "parameters"))
        schematic.settings = self.check.texts(found.get("settings", {}), (*path, "settings"))
        datasets = self.check.object(found.get("datasets", {}), (*path, "datasets"))
        schematic.datasets = {name: self._dataset(entry, (*path, "datasets", name)) for name, entry in datasets.items()}
        sheets = self.check.object(found.get("sheets", {}), (*path, "sheets"))
        if type(found.get("sheets")) is dict and TOP not in sheets:
            self.check.bad((*path, "sheets"), f"the sheet {TOP!r}, which is the circuit, is missing")
        for name, entry in sheets.items():
            schematic.sheets[name] = self._sheet(entry, (*path, "sheets", name))
        schematic.reserve_ids()

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _sheet(self, value: Any, path: Path) -> Sheet:
        found = self.fields(value, path, SHEET_FIELDS)
        sheet = Sheet(
            self._table(found, path, "instances", self._instance), self._table(found, path, "junctions", self._junction)
        )
        for name in sheet.instances.keys() & sheet.junctions.keys():
            self.check.bad((*path, "junctions", name), "an instance has the same id")
        sheet.wires = self._table(found, path, "wires", lambda name, entry, at: self._wire(name, entry, at, sheet))
        return sheet

    def _table(
        self, found: dict[str, Any], path: Path, table: str, read: Callable[[str, Any, Path], Element]
    ) -> dict[str, Element]:
        path = (*path, table)
        entries = self.check.object(found.get(table, {}), path)
        for name in entries:
            if not ID.fullmatch(name):
                self.check.bad((*path, name), "an id has 1 to 64 letters, digits, _ or -")
        # In the order of creation, as a drawing that was never saved has them.
        return {name: read(name, entries[name], (*path, name)) for name in sorted(entries, key=_natural)}

    def _instance(self, ident: str, value: Any, path: Path) -> Instance:
        check = self.check
        found = self.fields(value, path, INSTANCE_FIELDS, ("type", "name", "at"))
        kind = check.text(found.get("type", "none"), (*path, "type"))
        if not TYPE.fullmatch(kind):
            check.bad((*path, "type"), "a block type has 1 to 64 letters, digits, _ . : or -")
        rotation = check.integer(found.get("rotation", 0), (*path, "rotation"), 0, 270)
        if rotation % 90:
            check.bad((*path, "rotation"), f"{rotation} is not 0, 90, 180 or 270")
        return Instance(
            ident,
            kind,
            check.text(found.get("name", ""), (*path, "name"), MAX_NAME, breaks=False),
            self._point(found.get("at", [0, 0]), (*path, "at")),
            rotation,
            check.flag(found.get("mirrored", False), (*path, "mirrored")),
            check.texts(found.get("parameters", {}), (*path, "parameters")),
            check.texts(found.get("overrides", {}), (*path, "overrides")),
        )

    def _junction(self, ident: str, value: Any, path: Path) -> Junction:
        found = self.fields(value, path, JUNCTION_FIELDS, ("at",))
        width = self.check.integer(found.get("width", 1), (*path, "width"), 1, MAX_WIDTH)
        return Junction(ident, self._point(found.get("at", [0, 0]), (*path, "at")), width)

    def _wire(self, ident: str, value: Any, path: Path, sheet: Sheet) -> Wire:
        found = self.fields(value, path, WIRE_FIELDS, ("ends",))
        ends = self.check.array(found.get("ends", ["", ""]), (*path, "ends"))
        if len(ends) != 2:
            self.check.bad((*path, "ends"), f"a wire has 2 ends, not {len(ends)}")
            ends = ["", ""]
        a, b = (self._end(entry, (*path, "ends", number), sheet) for number, entry in enumerate(ends))
        if "corners" not in found:
            return Wire(ident, (a, b))
        corners = self.check.array(found["corners"], (*path, "corners"))
        return Wire(ident, (a, b), tuple([self._point(at, (*path, "corners", n)) for n, at in enumerate(corners)]))

    def _end(self, value: Any, path: Path, sheet: Sheet) -> End:
        if value == "":  # already reported with the wire
            return End("")
        text = self.check.text(value, path, breaks=False)
        match = END.fullmatch(text)
        if match is None:
            if type(value) is str:
                self.check.bad(path, f"{text[:40]!r} is no end of a wire such as b3.V_in[2] or j7")
            return End("")
        item, port, first, last = match.groups()
        if item in sheet.instances:
            if port is None:
                self.check.bad(path, f"it names no port of {item!r}")
        elif item not in sheet.junctions:
            self.check.bad(path, f"there is no instance or junction {item!r} on this sheet", "delete the wire's line")
        elif port is not None:
            self.check.bad(path, f"{item!r} is a junction and has no port {port!r}")
        low, high = int(first or 0), int(last or first or 0)
        if last is not None and low >= high:
            self.check.bad(path, f"{low}:{high} is no range")
        return End(item, port or "", low, high)

    def _point(self, value: Any, path: Path) -> Point:
        if type(value) is list and len(value) == 2:
            x, y = value
            if type(x) is type(y) is int and max(abs(x), abs(y)) <= MAX_COORDINATE:
                return x, y
        return self._doubtful_point(value, path)

    def _doubtful_point(self, value: Any, path: Path) -> Point:
        entries = self.check.array(value, path)
        if len(entries) != 2:
            if type(value) is list:
                self.check.bad(path, f"a point has 2 coordinates, not {len(entries)}")
            return 0, 0
        x, y = (
            self.check.integer(entry, (*path, number), -MAX_COORDINATE, MAX_COORDINATE)
            for number, entry in enumerate(entries)
        )
        return x, y

    # -- datasets ---------------------------------------------------------------------------------------------------

    def _dataset(self, value: Any, path: Path) -> Dataset:
        found = self.fields(value, path, DATASET_FIELDS, ("inputs", "targets"))
        inputs, targets = (self._columns(found.get(name, []), (*path, name)) for name in ("inputs", "targets"))
        columns = (*inputs, *targets)
        if len(set(columns)) != len(columns):
            self.check.bad(path, "two columns have one name")
        file = self.check.text(found.get("file", ""), (*path, "file"), breaks=False)
        if "file" in found:
            trouble = file_trouble(file)
            if trouble:
                self.check.bad((*path, "file"), trouble, "name a CSV file in the document's folder")
            if found.get("rows"):
                self.check.bad(path, "it has both rows and a file", "keep one of the two")
        rows = self.check.array(found.get("rows", []), (*path, "rows"))
        return Dataset(inputs, targets, tuple(self._rows(rows, (*path, "rows"), len(columns))), file)

    def _columns(self, value: Any, path: Path) -> tuple[str, ...]:
        names = []
        for number, entry in enumerate(self.check.array(value, path)):
            name = self.check.text(entry, (*path, number))
            trouble = column_trouble(name)
            if trouble and type(entry) is str:
                self.check.bad((*path, number), trouble)
            names.append(name)
        return tuple(names)

    def _rows(self, rows: list[Any], path: Path, width: int) -> Iterable[tuple[float, ...]]:
        for number, entry in enumerate(rows):
            row = self.check.array(entry, (*path, number))
            if type(entry) is list and len(row) != width:
                self.check.bad((*path, number), f"the row has {len(row)} numbers where there are {width} columns")
            yield tuple(self.check.number(cell, (*path, number, column)) for column, cell in enumerate(row))


def _natural(ident: str) -> tuple[str, int, str]:
    """b2 before b10."""
    digits = ident[1:]
    return (ident[:1], int(digits), "") if digits.isascii() and digits.isdigit() else (ident[:1], -1, ident)
