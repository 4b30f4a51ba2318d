"""The .aann file, version 1: UTF-8 JSON with sorted keys and one element a line, so that git shows edits as lines.

    {"aann": 1, "minor": 0, "design": {sheets, parameters, datasets, settings}, "view": {...}, "state": {...}}

`design` is what was drawn, `view` how it was last looked at, `state` a trained network: {"weights": {"b3/C0": volts},
"epoch": ..., ...}, keyed by chains of stable ids. Defaults are not written. A file of a higher `minor` version opens
and its unknown fields are written back; a higher `aann` is refused.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.document import dataset as datasets
from app.document import strict_json
from app.document.aann_read import DesignReader, Unknown, end_text
from app.document.atomic import write_bytes
from app.document.dataset import Dataset
from app.document.schematic import Instance, Junction, Schematic, Sheet, Wire
from app.errors import Problem, ProblemError, fail
from app.garbage import collection_paused

VERSION = 1
MINOR = 0
# Objects down to this depth have a line for each entry; what lies deeper (an instance, a wire, a row) is one line.
LINE_DEPTH = 5
ROOT_FIELDS = frozenset(("aann", "minor", "design", "view", "state"))


@dataclass(slots=True)
class Document:
    """A schematic with what a file holds beside it. `unknown` has fields of a newer minor version by path; `problems`
    are warnings of loading, such as a missing dataset file."""

    schematic: Schematic
    view: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    unknown: Unknown = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


# -- writing ----------------------------------------------------------------------------------------------------


def dumps(
    schematic: Schematic,
    view: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    unknown: Unknown | None = None,
) -> str:
    """The text of a file; the same content gives the same bytes. Raises ValueError for NaN and infinity."""
    tree: dict[str, Any] = {"aann": VERSION, "minor": MINOR, "design": _design(schematic)}
    if view:
        tree["view"] = dict(view)
    if state:
        tree["state"] = dict(state)
    for path, extra in (unknown or {}).items():
        owner = _find(tree, path)
        if owner is not None:
            owner.update({name: value for name, value in extra.items() if name == "minor" or name not in owner})
    return "".join(_lines(tree, 0)) + "\n"


def _design(schematic: Schematic) -> dict[str, Any]:
    tree: dict[str, Any] = {"sheets": {name: _sheet(sheet) for name, sheet in schematic.sheets.items()}}
    if schematic.parameters:
        tree["parameters"] = dict(schematic.parameters)
    if schematic.datasets:
        tree["datasets"] = {name: _dataset(entry) for name, entry in schematic.datasets.items()}
    if schematic.settings:
        tree["settings"] = dict(schematic.settings)
    return tree


def _sheet(sheet: Sheet) -> dict[str, Any]:
    tables = {
        "instances": {key: _instance(entry) for key, entry in sheet.instances.items()},
        "junctions": {key: _junction(entry) for key, entry in sheet.junctions.items()},
        "wires": {key: _wire(entry) for key, entry in sheet.wires.items()},
    }
    return {name: table for name, table in tables.items() if table}


def _instance(instance: Instance) -> dict[str, Any]:
    tree: dict[str, Any] = {"type": instance.type, "name": instance.name, "at": instance.at}
    if instance.rotation:
        tree["rotation"] = instance.rotation
    if instance.mirrored:
        tree["mirrored"] = True
    if instance.parameters:
        tree["parameters"] = dict(instance.parameters)
    if instance.overrides:
        tree["overrides"] = dict(instance.overrides)
    return tree


def _junction(junction: Junction) -> dict[str, Any]:
    return {"at": junction.at} if junction.width == 1 else {"at": junction.at, "width": junction.width}


def _wire(wire: Wire) -> dict[str, Any]:
    ends = [end_text(end) for end in wire.ends]
    return {"ends": ends, "corners": wire.corners} if wire.corners else {"ends": ends}


def _dataset(dataset: Dataset) -> dict[str, Any]:
    tree: dict[str, Any] = {"inputs": dataset.inputs, "targets": dataset.targets}
    if dataset.file:
        tree["file"] = dataset.file
    elif dataset.rows:
        tree["rows"] = [[_short(value) for value in row] for row in dataset.rows]
    return tree


def _short(value: float) -> float | int:
    """Whole numbers without a decimal point; -0.0 keeps its sign."""
    whole = value.is_integer() and abs(value) < 1e15 and not (value == 0 and math.copysign(1, value) < 0)
    return int(value) if whole else value


def element_tree(value: Any) -> Any:
    """An element as JSON values, as a file has it: what a Change holds on either side (None stays None)."""
    if isinstance(value, Instance):
        return _instance(value)
    if isinstance(value, Junction):
        return _junction(value)
    if isinstance(value, Wire):
        return _wire(value)
    if isinstance(value, Dataset):
        return _dataset(value)
    return _sheet(value) if isinstance(value, Sheet) else value


def _find(tree: dict[str, Any], path: strict_json.Path) -> dict[str, Any] | None:
    owner: Any = tree
    for part in path:
        owner = owner.get(part) if isinstance(owner, dict) else None
    return owner if isinstance(owner, dict) else None


_one_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True).encode


def _lines(value: Any, depth: int) -> Iterator[str]:
    """Chunks of text: objects and lists of lists are opened down to LINE_DEPTH, an entry a line."""
    opened = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(entry, list) for entry in value))
    if not value or not opened or depth >= LINE_DEPTH:
        yield _one_line(value)
        return
    indent = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        yield "{"
        for number, key in enumerate(sorted(value)):
            yield f"{',' if number else ''}{indent}{_one_line(key)}: "
            yield from _lines(value[key], depth + 1)
        yield "\n" + " " * depth + "}"
    else:
        yield "["
        for number, entry in enumerate(value):
            yield f"{',' if number else ''}{indent}{_one_line(entry)}"
        yield "\n" + " " * depth + "]"


def save(path: Path, document: Document) -> None:
    """Replaces the file whole or not at all. Nothing is written that could not be opened again. Raises ProblemError."""
    try:
        text = dumps(document.schematic, document.view, document.state, document.unknown)
    except ValueError as error:
        raise fail("cannot-save", str(path), f"a value cannot be stored ({error})", "mend the value") from None
    loads(text, str(path))
    write_bytes(path, text.encode())


# -- reading ----------------------------------------------------------------------------------------------------


def loads(content: str | bytes, where: str = "file") -> Document:
    """The document of a file's content; dataset files are not read. Raises ProblemError with JSON paths."""
    with collection_paused():
        return _read(content, where)


def _read(content: str | bytes, where: str) -> Document:
    return from_tree(strict_json.parse(content, where), where)


def from_tree(tree: Any, where: str) -> Document:
    """The document of parsed values. Raises ProblemError with JSON paths."""
    checker = strict_json.Checker(where)
    reader = DesignReader(checker)
    if type(tree) is not dict:
        checker.wrong(tree, (), "an object")
        checker.finish()
    _check_version(tree, checker)
    found = reader.fields(tree, (), ROOT_FIELDS, ("aann", "design"))
    minor = checker.integer(found.get("minor", MINOR), ("minor",), 0, 1_000_000)
    if "design" in found:
        reader.design(found["design"])
    view = checker.plain(checker.object(found.get("view", {}), ("view",)), ("view",))
    state = _state(found.get("state", {}), checker)
    checker.finish()
    notes = _notes(reader.unknown, minor, where)
    if minor != MINOR:
        reader.unknown.setdefault((), {})["minor"] = minor
    return Document(reader.schematic, view, state, reader.unknown, notes)


def _check_version(tree: dict[str, Any], checker: strict_json.Checker) -> None:
    version = tree.get("aann")
    if type(version) is int and version > VERSION:
        raise fail(
            "newer-version", f"{checker.where}: $.aann",
            f"the file has format version {version}, this program reads up to {VERSION}",
            "open it with a newer AANN Studio",
        )  # fmt: skip
    if "aann" in tree:
        checker.integer(version, ("aann",), VERSION, VERSION)


def _state(value: Any, checker: strict_json.Checker) -> dict[str, Any]:
    state: dict[str, Any] = checker.plain(checker.object(value, ("state",)), ("state",))
    if "weights" in state and not checker.problems:
        for key, volts in checker.object(state["weights"], ("state", "weights")).items():
            checker.number(volts, ("state", "weights", key))
    return state


def _notes(unknown: Unknown, minor: int, where: str) -> tuple[Problem, ...]:
    """Fields that this version does not know are kept, but not in silence: one may be a misspelt name."""
    if minor > MINOR:
        found = f"it was written in format {VERSION}.{minor}; this program knows {VERSION}.{MINOR} and keeps the rest"
        return (Problem("newer-minor-version", where, found, "open it with a newer AANN Studio", "note"),)
    return tuple(
        Problem(
            "unknown-field", f"{where}: {strict_json.path_text((*path, name))}", "this field is not known and is kept",
            "look for a misspelt name", "note",
        )
        for path, extra in unknown.items()
        for name in extra
    )[: strict_json.MAX_PROBLEMS]  # fmt: skip


def load(path: Path) -> Document:
    """The document with the rows of its datasets. A dataset file that is missing or faulty is among `problems`; its
    path is kept. Raises ProblemError when the document itself cannot be opened."""
    return opened(read_bytes(path), path)


def opened(content: bytes, path: Path) -> Document:
    """The same for the content of the file at `path`."""
    document = loads(content, str(path))
    problems = list(document.problems)
    for name, entry in document.schematic.datasets.items():
        try:
            document.schematic.datasets[name] = datasets.resolve(entry, path.parent)
        except ProblemError as error:
            problems.extend(replace(problem, where=f"dataset {name}: {problem.where}") for problem in error.problems)
    document.problems = tuple(problems)
    return document


def read_bytes(path: Path) -> bytes:
    """The content of an ordinary file of bounded size. Raises ProblemError."""
    try:
        # Not blocking: opening a FIFO must not hang.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise fail("cannot-open", str(path), "it is no ordinary file", "choose an .aann file")
            return stream.read(strict_json.MAX_BYTES + 1)
    except OSError as error:
        raise fail("cannot-open", str(path), error.strerror or str(error), "choose another file") from None
    except ValueError as error:
        raise fail("cannot-open", str(path), str(error), "choose another file") from None
