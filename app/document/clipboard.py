"""Copy, paste and duplicate. What lies on the clipboard is an .aann text, read by the same strict loader as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app.document import aann_file
from app.document.arrange import Selection
from app.document.definitions import SHEET, contained, definition_of, free_sheet_name, why_not_place
from app.document.edits import UNNAMED, Changes, changed, on_sheet
from app.document.schematic import TOP, Change, Instance, Point, Schematic, Sheet, Wire
from app.errors import ProblemError
from blocks import discover, expression


def copy(schematic: Schematic, idents: Iterable[str], sheet: str = TOP) -> str:
    """The text for the clipboard: the blocks and junctions with the wires between them, and the sheets, datasets and
    document parameters that they use."""
    chosen = set(idents)
    source = schematic.sheets[sheet]
    selection = Selection(source, chosen)
    fragment = Schematic()
    fragment.top.instances = {entry.id: entry for entry in selection.instances}
    fragment.top.junctions = {entry.id: entry for entry in selection.junctions}
    kept = fragment.top.instances.keys() | fragment.top.junctions.keys()
    fragment.top.wires = {wire.id: wire for wire in selection.wires if all(end.item in kept for end in wire.ends)}
    for name in sorted(_definitions(schematic, selection.instances)):
        fragment.sheets[name] = schematic.sheets[name].copy()
    blocks = [entry for table in fragment.sheets.values() for entry in table.instances.values()]
    texts = {text for entry in blocks for text in (*entry.parameters.values(), *entry.overrides.values())}
    fragment.datasets = {name: entry for name, entry in schematic.datasets.items() if name in texts}
    fragment.parameters = _used(schematic.parameters, texts)
    return aann_file.dumps(fragment)


def paste(schematic: Schematic, text: str, offset: Point = (2, 2), sheet: str = TOP) -> Changes:
    """Adds a copied fragment with new ids, and new names where one is taken. Datasets and document parameters are
    added if the document has none of that name; so are sheets, under another name if the document's differs. Raises
    ProblemError if the text is no such fragment, or if a sheet would come to contain itself."""
    fragment = aann_file.loads(text, "clipboard").schematic
    sheets = _Sheets(schematic, fragment)
    source = sheets.renamed(fragment.top)
    ids = {ident: schematic.new_id("b") for ident in source.instances}
    ids |= {ident: schematic.new_id("j") for ident in source.junctions}
    names = _Names(schematic.sheets[sheet])

    def shifted(point: Point) -> Point:
        return on_sheet((point[0] + offset[0], point[1] + offset[1]), "paste")

    def pasted(wire: Wire) -> Wire:
        a, b = (replace(end, item=ids[end.item]) for end in wire.ends)
        return Wire(schematic.new_id("w"), (a, b), tuple(shifted(corner) for corner in wire.corners))

    for old in source.instances.values():
        problem = why_not_place(schematic, definition_of(old), sheet) if old.type == SHEET else None
        if problem is not None:
            raise ProblemError(problem)
    changes: list[Change] = [
        changed(sheet, "instances", None, replace(old, id=ids[old.id], name=names.free(old), at=shifted(old.at)))
        for old in source.instances.values()
    ]
    changes += [
        changed(sheet, "junctions", None, replace(old, id=ids[old.id], at=shifted(old.at)))
        for old in source.junctions.values()
    ]
    changes += [changed(sheet, "wires", None, pasted(wire)) for wire in source.wires.values()]
    changes += sheets.changes()
    changes += [Change("datasets", k, None, v) for k, v in fragment.datasets.items() if k not in schematic.datasets]
    known = schematic.parameters
    changes += [Change("parameters", k, None, v) for k, v in fragment.parameters.items() if k not in known]
    return tuple(changes)


def duplicate(schematic: Schematic, idents: Iterable[str], offset: Point = (2, 2), sheet: str = TOP) -> Changes:
    """A copy of the selection beside it, which does not touch the clipboard."""
    return paste(schematic, copy(schematic, idents, sheet), offset, sheet)


def _definitions(schematic: Schematic, instances: Iterable[Instance]) -> set[str]:
    """The sheets that these blocks stand for, and those that are placed on them."""
    named = {definition_of(entry) for entry in instances}
    inner = {name for outer in named for name in contained(schematic, outer)}
    return (named | inner) & schematic.sheets.keys() - {TOP}


class _Sheets:
    """The definitions of a fragment under the names that they get in a document."""

    def __init__(self, schematic: Schematic, fragment: Schematic) -> None:
        self.schematic = schematic
        self.sheets = {name: sheet for name, sheet in fragment.sheets.items() if name != TOP}
        self.names: dict[str, str] = {}
        for name, sheet in self.sheets.items():
            own = schematic.sheets.get(name)
            taken = own is not None and _alike(own) != _alike(sheet)
            stem, known = name.rstrip("0123456789") or SHEET, {*self.sheets, *self.names.values()}
            self.names[name] = free_sheet_name(schematic, stem, known) if taken else name

    def renamed(self, sheet: Sheet) -> Sheet:
        """The sheet whose blocks call their definitions by these names."""
        instances = dict(sheet.instances)
        for old in sheet.instances.values():
            name = self.names.get(definition_of(old))
            if name is not None:
                instances[old.id] = replace(old, parameters={**old.parameters, "sheet": name})
        return Sheet(instances, sheet.junctions, sheet.wires)

    def changes(self) -> Iterator[Change]:
        for old, name in self.names.items():
            if name not in self.schematic.sheets:
                yield Change("sheets", name, None, self._own(self.renamed(self.sheets[old])))

    def _own(self, sheet: Sheet) -> Sheet:
        """With ids that this document has not used."""
        new_id = self.schematic.new_id
        ids = {key: new_id("b") for key in sheet.instances} | {key: new_id("j") for key in sheet.junctions}
        wires = [
            Wire(new_id("w"), tuple(replace(end, item=ids[end.item]) for end in wire.ends), wire.corners)  # type: ignore[arg-type]
            for wire in sheet.wires.values()
        ]
        return Sheet(
            {ids[key]: replace(entry, id=ids[key]) for key, entry in sheet.instances.items()},
            {ids[key]: replace(entry, id=ids[key]) for key, entry in sheet.junctions.items()},
            {wire.id: wire for wire in wires},
        )


def _alike(sheet: Sheet) -> tuple[list[object], ...]:
    """What a sheet is but for its ids."""
    place = {key: number for number, key in enumerate((*sheet.instances, *sheet.junctions))}
    return (
        [replace(entry, id="") for entry in sheet.instances.values()],
        [replace(entry, id="") for entry in sheet.junctions.values()],
        [([replace(end, item=str(place.get(end.item))) for end in w.ends], w.corners) for w in sheet.wires.values()],
    )


class _Names:
    """Free names on a sheet; those given out count as taken."""

    def __init__(self, sheet: Sheet) -> None:
        self._taken = {instance.name for instance in sheet.instances.values()}
        self._next: dict[str, int] = {}

    def free(self, instance: Instance) -> str:
        names_nothing = instance.type in UNNAMED and instance.type != "probe"  # a probe's name is its trace's
        if names_nothing or instance.name not in self._taken:
            self._taken.add(instance.name)
            return instance.name
        block = discover.catalogue().get(instance.type)
        stem = instance.name.rstrip("0123456789") or (block.prefix if block is not None else "B")
        number = self._next.get(stem, 1)
        while f"{stem}{number}" in self._taken:
            number += 1
        self._next[stem] = number + 1
        self._taken.add(f"{stem}{number}")
        return f"{stem}{number}"


def _used(parameters: Mapping[str, str], texts: Iterable[str]) -> dict[str, str]:
    """The document parameters that these texts use, and those that they use in turn."""
    used: dict[str, str] = {}
    pending = list(texts)
    while pending:
        try:
            names = expression.names(expression.parse(pending.pop()))
        except expression.ExpressionError:
            continue
        for name in names:
            if name in parameters and name not in used:
                used[name] = parameters[name]
                pending.append(parameters[name])
    return used
