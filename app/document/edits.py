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
from app.document.schematic import TOP, Change, Instance, Point, Schematic, Sheet
from app.errors import fail
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
    """A new block; its id is the change's key. Without a name it takes the next free one of its kind."""
    block = discover.block(kind)
    name = name or schematic.free_name(block.prefix, sheet)
    ident = schematic.new_id("b")
    instance = Instance(ident, kind, name, on_sheet(at, name), rotation % 360, mirrored, dict(parameters or {}))
    return (changed(sheet, "instances", None, instance),)


def set_parameter(schematic: Schematic, sheet: str, ident: str, name: str, text: str | None) -> Changes:
    """A parameter's text; None returns it to the default. Unusable texts are kept and reported by checking."""
    old = schematic.sheets[sheet].instances[ident]
    return (changed(sheet, "instances", old, replace(old, parameters=_with(old.parameters, name, text))),)


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
