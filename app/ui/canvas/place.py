"""Where in a document one is: which placed sheets were entered, and the block whose inside is shown."""

from __future__ import annotations

from dataclasses import dataclass

from app.document.definitions import definition_of
from app.document.schematic import TOP, Instance, Schematic

NOWHERE = ":/"  # stands before the ids of a definition that is placed nowhere: the circuit knows nothing of it
OPENED = ("neuron",)  # blocks whose inside is derived


@dataclass(frozen=True, slots=True)
class Place:
    """`sheet` is the definition that is shown, `path` the ids of the placed sheets on the way to it (none for a
    definition that was opened by itself), `macro` the block of it whose inside is shown (or empty)."""

    sheet: str = TOP
    path: tuple[str, ...] = ()
    macro: str = ""

    @property
    def prefix(self) -> str:
        """What stands before the ids of the sheet's blocks in the circuit."""
        return NOWHERE if self.sheet != TOP and not self.path else "".join(f"{step}/" for step in self.path)

    @property
    def chain(self) -> str:
        """The ids that lead to the placed sheet, or to the block whose inside is shown."""
        return f"{self.prefix}{self.macro}".rstrip("/") if self.prefix != NOWHERE else self.macro

    @property
    def alone(self) -> bool:
        """A definition that was opened by itself."""
        return self.sheet != TOP and not self.path

    @property
    def depth(self) -> int:
        """How many steps lead here from the document's own sheet."""
        return len(self.path) + self.alone + bool(self.macro)

    def names(self, schematic: Schematic) -> list[str]:
        """Of each of these steps."""
        names, sheet = [self.sheet] if self.alone else [], TOP
        for step in self.path:
            instance = schematic.sheets[sheet].instances[step]
            sheet = definition_of(instance)
            names.append(instance.name)
        if self.macro:
            names.append(schematic.sheets[self.sheet].instances[self.macro].name)
        return names

    def step(self, depth: int) -> str:
        """The id of the block that was entered on the sheet at that depth; empty for a definition by itself."""
        steps = [*self.path, *([""] if self.alone else []), self.macro]
        return steps[depth]

    def up_to(self, schematic: Schematic, depth: int) -> Place:
        """The same way, but only so many steps of it."""
        if self.alone:
            return Place(self.sheet) if depth else Place()
        place: Place | None = Place()
        for step in self.path[:depth]:
            place = place.within(schematic, step) if place is not None else None
        return place or Place()

    def within(self, schematic: Schematic, ident: str) -> Place | None:
        """Inside a block of the sheet; None if it has none."""
        sheet = schematic.sheets.get(self.sheet)
        instance = sheet.instances.get(ident) if sheet is not None and not self.macro else None
        if instance is None:
            return None
        if instance.type in OPENED:
            return Place(self.sheet, self.path, ident)
        name = definition_of(instance)
        if name not in schematic.sheets or name == self.sheet:
            return None
        return Place(name) if self.alone else Place(name, (*self.path, ident))

    def valid(self, schematic: Schematic) -> Place:
        """The deepest part of the way that is still there."""
        place = Place(self.sheet) if self.alone and self.sheet in schematic.sheets else Place()
        for step in (*self.path, *([self.macro] if self.macro else ())):
            inner = place.within(schematic, step)
            if inner is None:
                break
            place = inner
        return place

    @staticmethod
    def around(schematic: Schematic, chain: str) -> Place:
        """The sheet on which the element stands that a chain of ids leads to."""
        place = Place()
        for step in chain.split("/")[:-1]:
            inner = place.within(schematic, step)
            if inner is None or inner.macro:
                break
            place = inner
        return place

    def instance(self, schematic: Schematic) -> Instance:
        """The block whose inside is shown. Raises KeyError without one."""
        return schematic.sheets[self.sheet].instances[self.macro]


def place_of(schematic: Schematic, name: str) -> Place | None:
    """Where a definition is placed first; by itself if it is nowhere on the circuit; None if there is none."""
    if name not in schematic.sheets:
        return None
    places, seen = [Place()], {TOP}
    for place in places:
        if place.sheet == name:
            return place
        for ident, instance in schematic.sheets[place.sheet].instances.items():
            inner = definition_of(instance)
            if inner in schematic.sheets and inner not in seen:
                seen.add(inner)
                places.append(Place(inner, (*place.path, ident)))
    return Place(name)
