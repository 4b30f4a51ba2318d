"""Edits of sheet definitions as wholes: rename, delete, and a placed sheet replaced by what is inside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from app.document.aann_read import MAX_NAME
from app.document.arrange import box_of_block
from app.document.definitions import PORT, block_in, definition_of, instances_of, port_name, port_width
from app.document.edits import UNNAMED, Changes, changed
from app.document.nets import LABELS, SheetNets
from app.document.overrides import handed_down
from app.document.placement import box_of
from app.document.schematic import TOP, Change, End, Instance, Junction, Point, Schematic, Sheet, Wire, values_of
from app.document.wiring import heal
from app.errors import fail


def rename_sheet(schematic: Schematic, old: str, new: str) -> Changes:
    """Another name for a definition, in all of its instances too. Raises ProblemError, KeyError."""
    new = new.strip()
    sheet = schematic.sheets[old]
    if new == old:
        return ()
    if old == TOP or new in schematic.sheets or not 0 < len(new) <= MAX_NAME or not new.isprintable():
        found = "another sheet has this name" if new in schematic.sheets else "this cannot be a sheet's name"
        raise fail("name-invalid", new[:40] or old, found, "type another name")
    moved = sheet.copy()
    changes = [Change("sheets", old, sheet.copy(), None), Change("sheets", new, None, moved)]
    for where, instance in instances_of(schematic, old):
        after = replace(instance, parameters={**instance.parameters, "sheet": new})
        changes.append(changed(new if where == old else where, "instances", instance, after))
    return tuple(changes)


def delete_sheet(schematic: Schematic, name: str) -> Changes:
    """Removes a definition. Raises ProblemError while it is placed anywhere but on itself."""
    if name == TOP:
        raise fail("sheet-in-use", name, "it is the circuit", "delete what is on it instead")
    users = [(where, instance) for where, instance in instances_of(schematic, name) if where != name]
    if users:
        names = [instance.name if where == TOP else f"{instance.name} on {where}" for where, instance in users]
        listed, more = ", ".join(names[:5]), f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise fail(
            "sheet-in-use", f"sheet {name}", f"it is placed as {listed}{more}", "delete these blocks first",
            *(instance.id for where, instance in users if where == TOP),
        )  # fmt: skip
    return (Change("sheets", name, schematic.sheets[name].copy(), None),)


def expand(schematic: Schematic, ident: str, sheet: str = TOP) -> Changes:
    """A placed sheet gives way to what is inside it, with its overrides. Blocks keep their names where these are free,
    else the placed sheet's name stands before (`A1/N1`). Raises ProblemError for a sheet that does not exist."""
    instance = schematic.sheets[sheet].instances[ident]
    if definition_of(instance) not in schematic.sheets:
        raise fail(
            "sheet-missing", instance.name, f"there is no sheet {definition_of(instance)!r}", "choose one that exists",
            ident,
        )  # fmt: skip
    changes = tuple(_Expansion(schematic, instance, sheet).changes())
    trial = schematic.copy()
    trial.apply(changes)
    ports = [change.key for change in changes if change.table == "junctions"]
    return (*changes, *heal(SheetNets(trial, sheet), sheet, ports))


class _Expansion:
    def __init__(self, schematic: Schematic, instance: Instance, sheet: str) -> None:
        self.schematic, self.instance, self.sheet = schematic, instance, sheet
        self.table = schematic.sheets[sheet]
        self.inner: Sheet = schematic.sheets[definition_of(instance)]
        taken = {*self.table.instances, *self.table.junctions}
        blocks = [key for key, entry in self.inner.instances.items() if entry.type != PORT]
        # The same ids where they are free: charges are carried along by them.
        self.ids = {key: schematic.new_id("b") if key in taken else key for key in blocks}
        self.ids |= {key: schematic.new_id("j") if key in taken else key for key in self.inner.junctions}
        self.given = handed_down(self.inner, instance.overrides)[0]
        self.shift = self._shift()

    def _shift(self) -> Point:
        """From the middle of what is inside to the middle of the block."""
        nets = SheetNets(self.schematic, definition_of(self.instance))
        boxes = [box_of_block(nets, entry) for entry in self.inner.instances.values() if entry.type != PORT]
        boxes += [(*junction.at, *junction.at) for junction in self.inner.junctions.values()]
        if not boxes:
            return 0, 0
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        symbol = block_in(self.schematic, self.instance).symbol_of(values_of(self.schematic, self.instance))
        left, top, right, bottom = box_of(self.instance, symbol)
        return (
            (left + right - min(lefts) - max(rights)) // 2,
            (top + bottom - min(tops) - max(bottoms)) // 2,
        )

    def _moved(self, at: Point) -> Point:
        return at[0] + self.shift[0], at[1] + self.shift[1]

    def changes(self) -> Iterator[Change]:
        outer: dict[str, list[Wire]] = defaultdict(list)
        for wire in self.table.wires.values():
            for end in wire.ends:
                if end.item == self.instance.id:
                    outer[end.port].append(wire)
        gone = {wire.id: wire for wires in outer.values() for wire in wires}
        yield from (changed(self.sheet, "wires", wire, None) for wire in gone.values())
        yield changed(self.sheet, "instances", self.instance, None)
        yield from self._blocks()
        for junction in self.inner.junctions.values():
            moved = replace(junction, id=self.ids[junction.id], at=self._moved(junction.at))
            yield changed(self.sheet, "junctions", None, moved)
        yield from self._wires(list(gone.values()))

    def _blocks(self) -> Iterator[Change]:
        taken = {entry.name for entry in self.table.instances.values() if entry.id != self.instance.id}
        texts = {_text(entry) for entry in self.table.instances.values() if entry.type in LABELS}
        wide = {_text(e) for e in self.inner.instances.values() if e.parameters.get("scope") == "global"}
        for old in self.inner.instances.values():
            if old.type == PORT:
                continue
            parameters, overrides = self.given.get(old.id, (old.parameters, old.overrides))
            name = old.name
            if old.type not in UNNAMED and name in taken:
                name = f"{self.instance.name}/{name}"
            taken.add(name)
            if old.type == "label" and _text(old) in texts - wide:  # another net's name here
                parameters = {**parameters, "net": f"{self.instance.name}/{_text(old)}"}
            new = Instance(
                self.ids[old.id], old.type, name, self._moved(old.at), old.rotation, old.mirrored, parameters, overrides
            )
            yield changed(self.sheet, "instances", None, new)

    def _wires(self, outer: list[Wire]) -> Iterator[Change]:
        """Of the inside and of the outside, which meet at a junction for every port."""
        ports = {e.id: e for e in self.inner.instances.values() if e.type == PORT}
        first = {port_name(port): key for key, port in reversed(ports.items())}
        labels = {_text(e): e.id for e in self.inner.instances.values() if e.type == "label"}
        inside, outside = list(self.inner.wires.values()), outer
        met: set[str] = set()
        for wire in inside:
            for end in wire.ends:
                if end.item in ports:
                    met.add(first[port_name(ports[end.item])])
        for wire in outside:
            for end in wire.ends:
                if end.item == self.instance.id and end.port in first:
                    met.add(first[end.port])
        points: dict[str, str] = {}
        for key in sorted(met):
            port, points[key] = ports[key], self.schematic.new_id("j")
            junction = Junction(points[key], self._moved(port.at), port_width(self.schematic, port))
            yield changed(self.sheet, "junctions", None, junction)
            if port_name(port) in labels:
                tie = (End(junction.id), End(self.ids[labels[port_name(port)]], "net"))
                yield self._wire(Wire(self.schematic.new_id("w"), tie))

        def placed(end: End) -> End | None:
            if end.item in ports:
                return End(points[first[port_name(ports[end.item])]], "", end.first, end.last)
            return replace(end, item=self.ids[end.item]) if end.item in self.ids else None

        def reached(end: End) -> End | None:
            if end.item != self.instance.id:
                return end
            return End(points[first[end.port]], "", end.first, end.last) if end.port in first else None

        for wire in inside:
            a, b = (placed(end) for end in wire.ends)
            if a is not None and b is not None:
                corners = tuple(self._moved(corner) for corner in wire.corners)
                yield self._wire(Wire(self.schematic.new_id("w"), (a, b), corners))
        for wire in outside:
            a, b = (reached(end) for end in wire.ends)
            if a is not None and b is not None:
                yield self._wire(Wire(wire.id, (a, b)))

    def _wire(self, wire: Wire) -> Change:
        return changed(self.sheet, "wires", None, wire)


def _text(label: Instance) -> str:
    return port_name(label) if label.type == PORT else label.parameters.get("net", "net").strip()

