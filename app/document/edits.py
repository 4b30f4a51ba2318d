"""Edits of single elements and of document-wide tables, as tuples of Changes for `History.do`. Nothing is applied here.

Wires are edited in `wiring`, selections are moved and turned in `arrange`, copied and pasted in `clipboard`.
Raises ProblemError where an edit cannot be done, KeyError for ids that do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.document.aann_read import MAX_COORDINATE, MAX_NAME
from app.document.dataset import Dataset
from app.document.definitions import (
    PORT,
    PORT_NAME,
    SHEET,
    definition_of,
    free_sheet_name,
    port_name,
    ports_of,
    why_not_place,
)
from app.document.schematic import TOP, Change, Instance, Point, Schematic, Sheet
from app.errors import ProblemError, fail
from blocks import discover

# Names of these are never used in a path, so that they may repeat.
UNNAMED = frozenset(("label", "sheet_port", "comment", "frame", "probe", "ground", "bias"))
Changes = tuple[Change, ...]


def changed(sheet: str, table: Any, before: Any, after: Any) -> Change:
    """The change of one element of a sheet; either side may be None."""
    return Change(table, (after or before).id, before, after, sheet)


def on_sheet(at: Point, where: str) -> Point:
    """The point, if a sheet is that large. Raises ProblemError."""
    if max(abs(at[0]), abs(at[1])) > MAX_COORDINATE:
        raise fail("off-sheet", where, f"{at} lies outside the sheet", f"stay within +-{MAX_COORDINATE} grid units")
    return at


def place(
    schematic: Schematic, kind: str, at: Point, sheet: str = TOP, *, rotation: int = 0, mirrored: bool = False,
    parameters: Mapping[str, str] | None = None, name: str = "",
) -> Changes:  # fmt: skip
    """A new block; its id is the first change's key. Without a name it takes the next free one of its kind. A sheet
    that names no definition gets a new, empty one. Raises ProblemError for a sheet that would contain itself."""
    block = discover.block(kind)
    name = name or schematic.free_name(block.prefix, sheet)
    ident = schematic.new_id("b")
    texts = dict(parameters or {})
    new: Changes = ()
    if kind == SHEET:
        if not texts.get("sheet"):
            texts["sheet"] = free_sheet_name(schematic)
            new = add_sheet(schematic, texts["sheet"])
        problem = why_not_place(schematic, texts["sheet"], sheet)
        if problem is not None:
            raise ProblemError(problem)
    instance = Instance(ident, kind, name, on_sheet(at, name), rotation % 360, mirrored, texts)
    return (changed(sheet, "instances", None, instance), *new)


def set_parameter(schematic: Schematic, sheet: str, ident: str, name: str, text: str | None) -> Changes:
    """A parameter's text; None returns it to the default. Unusable texts are kept and reported by checking."""
    return set_parameters(schematic, sheet, ident, {name: text})


def set_parameters(schematic: Schematic, sheet: str, ident: str, texts: Mapping[str, str | None]) -> Changes:
    """Several of them at once."""
    old = schematic.sheets[sheet].instances[ident]
    parameters: dict[str, str] = dict(old.parameters)
    for name, text in texts.items():
        parameters = _with(parameters, name, text)
    new = replace(old, parameters=parameters)
    wires = _follow_port(schematic, sheet, old, new) if old.type == PORT and sheet != TOP else ()
    return (changed(sheet, "instances", old, new), *wires)


def _follow_port(schematic: Schematic, sheet: str, old: Instance, new: Instance) -> Changes:
    """A sheet port with another name keeps the wires outside, wherever its sheet is placed."""
    before, after = port_name(old), port_name(new)
    others = {port_name(port) for port in ports_of(schematic.sheets[sheet]) if port.id != old.id}
    if before == after or before in others or after in others or not PORT_NAME.fullmatch(after):
        return ()
    changes = []
    for where, table in schematic.sheets.items():
        placed = {entry.id for entry in table.instances.values() if definition_of(entry) == sheet}
        for wire in table.wires.values() if placed else ():
            a, b = (replace(e, port=after) if e.item in placed and e.port == before else e for e in wire.ends)
            if (a, b) != wire.ends:
                changes.append(changed(where, "wires", wire, replace(wire, ends=(a, b))))
    return tuple(changes)


def set_override(schematic: Schematic, sheet: str, ident: str, path: str, text: str | None) -> Changes:
    """A parameter of an inner part, such as `Mf1.V_off`; None removes the override."""
    old = schematic.sheets[sheet].instances[ident]
    return (changed(sheet, "instances", old, replace(old, overrides=_with(old.overrides, path, text))),)


def rename(schematic: Schematic, sheet: str, ident: str, name: str) -> Changes:
    """A new name, which no other block of the sheet may have."""
    instances = schematic.sheets[sheet].instances
    old = instances[ident]
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise fail("name-invalid", old.name, f"{name[:40]!r} cannot be a name", "type a short name", ident)
    if old.type not in UNNAMED:
        for other in instances.values():
            if other.name == name and other.id != ident and other.type not in UNNAMED:
                found = f"another block is named {name!r}"
                raise fail("duplicate-name", old.name, found, "choose another name", other.id)
    return (changed(sheet, "instances", old, replace(old, name=name)),)


def set_document_parameter(schematic: Schematic, name: str, text: str | None) -> Changes:
    """A named quantity or expression of the document; None removes it."""
    if text is not None and not (name.isidentifier() and name.isascii() and len(name) <= 64):
        raise fail("name-invalid", name[:40], "this cannot be a parameter's name", "use letters, digits and _")
    return (Change("parameters", name, schematic.parameters.get(name), text),)


def set_setting(schematic: Schematic, name: str, text: str | None) -> Changes:
    """A setting such as `seed`; None returns it to the default."""
    return (Change("settings", name, schematic.settings.get(name), text),)


def set_dataset(schematic: Schematic, name: str, dataset: Dataset | None) -> Changes:
    """Adds, replaces or (None) removes a dataset."""
    if dataset is not None and (not 0 < len(name) <= MAX_NAME or not name.isprintable()):
        raise fail("name-invalid", name[:40], "this cannot be a dataset's name", "type a short name")
    return (Change("datasets", name, schematic.datasets.get(name), dataset),)


def add_sheet(schematic: Schematic, name: str) -> Changes:
    """A new, empty sheet definition."""
    if name in schematic.sheets or not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise fail("name-invalid", name[:40], "a sheet has this name or it cannot be one", "type another name")
    return (Change("sheets", name, None, Sheet()),)


def _with(texts: Mapping[str, str], name: str, text: str | None) -> dict[str, str]:
    result = dict(texts)
    if text is None:
        result.pop(name, None)
    else:
        result[name] = text
    return result
