"""The hierarchy of sheets as one flat sheet: what is inside a placed sheet stands there under chained ids (`b3/b7`) and
chained names (`A1/N2_1`), its ports joined with the wires outside. Checking, simulating and exporting know this alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.document.definitions import (
    DEEPEST,
    PORT,
    PORT_NAME,
    SHEET,
    definition_of,
    port_name,
    port_width,
    ports_of,
)
from app.document.overrides import Texts, handed_down
from app.document.schematic import TOP, End, Instance, Junction, Schematic, Sheet, Wire
from app.errors import Problem

MOST = 2_000_000  # blocks in all: a few sheets that contain each other twice make any number
_Pins = dict[str, dict[str, str] | None]  # of placed sheets: by port the junction; None for one that is left out


@dataclass(slots=True)
class Unfolded:
    """`schematic` has all blocks on its top sheet. `places` are the placed sheets, `pins[(id, port)]` the junction that
    stands for such a sheet's pin or (port "net") for a sheet port inside."""

    schematic: Schematic
    problems: list[Problem] = field(default_factory=list)
    places: list[Instance] = field(default_factory=list)
    pins: dict[tuple[str, str], str] = field(default_factory=dict)


def unfold(schematic: Schematic) -> Unfolded:
    """The document without hierarchy; the same object if no sheet is placed. What cannot be placed is left out and
    reported."""
    if not any(instance.type == SHEET for instance in schematic.top.instances.values()):
        return Unfolded(schematic)
    return _Unfolder(schematic).run()


@dataclass(frozen=True, slots=True)
class _Place:
    """One sheet as it is placed: `ids` and `names` stand before those of its blocks (`b3/`, `A1/`)."""

    definition: str
    ids: str = ""
    names: str = ""
    overrides: Texts = field(default_factory=dict)
    within: tuple[str, ...] = ()

    @property
    def top(self) -> bool:
        return not self.ids


class _Unfolder:
    def __init__(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.flat = Sheet()
        flat = Schematic()
        flat.sheets = {TOP: self.flat}
        flat.parameters, flat.datasets = dict(schematic.parameters), dict(schematic.datasets)
        flat.settings, flat.revision = dict(schematic.settings), schematic.revision
        self.result = Unfolded(flat)
        self.texts: set[str] = set()  # of the nets that labels name on placed sheets
        self.sizes: dict[str, int] = {}
        self.room = MOST

    def run(self) -> Unfolded:
        self._lay(_Place(TOP))
        self._keep_local()
        return self.result

    def _size(self, definition: str, depth: int = 0) -> int:
        """How many blocks a placed sheet brings, counted without placing it: millions of blocks that are refused in the
        end would have cost minutes and all memory. A sheet that contains itself counts once."""
        if definition not in self.sizes:
            sheet = self.schematic.sheets.get(definition)
            if sheet is None or depth > DEEPEST:
                return 0
            self.sizes[definition] = 0
            inner = [definition_of(entry) for entry in sheet.instances.values() if entry.type == SHEET]
            inside = sum(self._size(name, depth + 1) for name in inner)
            self.sizes[definition] = len(sheet.instances) + inside
        return self.sizes[definition]

    def _lay(self, place: _Place) -> dict[str, str]:
        """Everything of a sheet; returns the junction of every port by its name."""
        sheet = self.schematic.sheets[place.definition]
        self.room -= len(sheet.instances)
        given = self._given(sheet, place)
        inner: _Pins = {}
        names: set[str] = set()
        wide = _global_texts(sheet)
        labels: dict[str, str] = {}
        for instance in sheet.instances.values():
            parameters, overrides = given.get(instance.id, (instance.parameters, instance.overrides))
            if instance.type == SHEET:
                here = replace(instance, parameters=parameters, overrides=overrides)
                inner[instance.id] = self._place(here, place, names)
                continue
            if not place.top:
                if instance.type == PORT:
                    continue
                if instance.type == "label":
                    parameters = self._scoped(parameters, place, wide)
                    labels.setdefault(instance.parameters.get("net", "net").strip(), place.ids + instance.id)
            self._put(instance, place, parameters, overrides)
        ports = {} if place.top else self._ports(sheet, place, labels)
        for junction in sheet.junctions.values():
            key = place.ids + junction.id
            self.flat.junctions[key] = Junction(key, junction.at, junction.width)
        self._wires(sheet, place, inner)
        self._idle(place, ports, labels)
        return ports

    def _put(self, old: Instance, place: _Place, parameters: Texts, overrides: Texts) -> None:
        key = place.ids + old.id
        self.flat.instances[key] = (
            old if place.top else
            Instance(key, old.type, place.names + old.name, old.at, old.rotation, old.mirrored, parameters, overrides)
        )  # fmt: skip

    # -- placed sheets ----------------------------------------------------------------------------------------------

    def _place(self, instance: Instance, place: _Place, names: set[str]) -> dict[str, str] | None:
        """What is inside a placed sheet, and the junctions of its pins; None if it has to be left out."""
        definition = definition_of(instance)
        chain = (*place.within, place.definition)
        key, name = place.ids + instance.id, place.names + instance.name
        self.result.places.append(replace(instance, id=key, name=name))
        if definition not in self.schematic.sheets:
            known = ", ".join(other for other in self.schematic.sheets if other != TOP)
            self._problem(
                "sheet-missing", name, f"there is no sheet {definition!r}",
                f"choose one of {known}" if known else "delete the block, or paste a drawing that has the sheet", key,
            )  # fmt: skip
            return None
        if definition in chain:
            loop = " in ".join([definition, *reversed(chain[chain.index(definition) :])])
            self._problem(
                "sheet-recursive", name, f"the sheet contains itself: {loop}",
                "delete this block, or let it show another sheet", key,
            )  # fmt: skip
            return None
        if len(chain) > DEEPEST:
            self._problem(
                "sheets-too-deep", name, f"more than {DEEPEST} sheets stand inside each other", "nest fewer", key
            )
            return None
        if self._size(definition) > self.room:
            found = f"with what is inside there are more than {MOST:,} blocks"
            self._problem("sheets-too-many", name, found, "place fewer sheets", key)
            return None
        path = instance.name
        while path in names:  # the same name twice is reported; what is inside keeps apart
            path += " again"
        names.add(path)
        inside = _Place(definition, f"{key}/", f"{place.names}{path}/", instance.overrides, chain)
        ports = self._lay(inside)
        self.result.pins.update({(key, port): junction for port, junction in ports.items()})
        return ports

    def _ports(self, sheet: Sheet, place: _Place, labels: Mapping[str, str]) -> dict[str, str]:
        """A junction for every sheet port; one of the same name as a label is joined with it."""
        found: dict[str, str] = {}
        for port in ports_of(sheet):
            key, text = place.ids + port.id, port_name(port)
            junction = Junction(key, port.at, port_width(self.schematic, port))
            self.flat.junctions[key] = junction
            self.result.pins[key, "net"] = key
            if text in labels:
                self._wire(f"{key}~label", End(key), End(labels[text], "net"))
            where = f"{place.names}{port.name}"
            if not PORT_NAME.fullmatch(text):
                self._problem(
                    "sheet-port-name", where, f"{text!r} cannot be a pin's name",
                    "name the port with letters, digits and _, as in V_out", key,
                )  # fmt: skip
            elif text in found:
                self._problem(
                    "sheet-port-duplicate", where,
                    f"the sheet {place.definition} has another port {text!r}", "rename one of them, or delete it",
                    key, found[text],
                )  # fmt: skip
                self._wire(f"{key}~port", End(key), End(found[text]))
            else:
                found[text] = key
        return found

    def _idle(self, place: _Place, ports: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Ports from which nothing leads inwards, though a wire may come from outside."""
        used = {end.item for wire in self.schematic.sheets[place.definition].wires.values() for end in wire.ends}
        for name, key in ports.items():
            if key.removeprefix(place.ids) not in used and name not in labels:
                self.result.problems.append(
                    Problem(
                        "sheet-port-idle", f"{place.names.rstrip('/')}.{name}",
                        f"in the sheet {place.definition} nothing is connected to this port",
                        "connect it inside, or delete the port", "warning", (key,),
                    )
                )  # fmt: skip

    # -- wires and labels -------------------------------------------------------------------------------------------

    def _wires(self, sheet: Sheet, place: _Place, inner: _Pins) -> None:
        for wire in sheet.wires.values():
            ends = [self._end(end, wire, sheet, place, inner) for end in wire.ends]
            if ends[0] is not None and ends[1] is not None:
                self._wire(place.ids + wire.id, ends[0], ends[1])

    def _wire(self, key: str, a: End, b: End) -> None:
        self.flat.wires[key] = Wire(key, (a, b))

    def _end(
        self, end: End, wire: Wire, sheet: Sheet, place: _Place, inner: _Pins
    ) -> End | None:
        """Where a wire ends in the flat sheet, None where a placed sheet has no such port."""
        instance = sheet.instances.get(end.item)
        if instance is not None and instance.type == SHEET:
            pins = inner.get(instance.id)
            if pins is None:
                return None
            if end.port in pins:
                return End(pins[end.port], "", end.first, end.last)
            definition = definition_of(instance)
            self._problem(
                "unknown-port", f"{place.names}{instance.name}",
                f"wire {wire.id} ends on a port {end.port!r} that the sheet {definition} does not have",
                f"delete the wire, or place a sheet port {end.port} in the sheet {definition}",
                place.ids + wire.id, place.ids + instance.id,
            )  # fmt: skip
            return None
        if instance is not None and instance.type == PORT and not place.top:
            return End(place.ids + end.item, "", end.first, end.last)
        return End(place.ids + end.item, end.port, end.first, end.last)

    def _scoped(self, parameters: Texts, place: _Place, wide: set[str]) -> Texts:
        """A label's text as the flat sheet has it: local ones get the instance's path."""
        text = parameters.get("net", "net").strip()
        if not text:
            return parameters
        scoped = text if text in wide else place.names + text
        self.texts.add(scoped)
        return {**parameters, "net": scoped}

    def _keep_local(self) -> None:
        """A local label of the top sheet is not that of a placed sheet of the same text."""
        own = _global_texts(self.schematic.top)
        for key, instance in self.schematic.top.instances.items():
            if instance.type in ("label", PORT):
                default = "net" if instance.type == "label" else "port"
                text = instance.parameters.get("net", default).strip()
                if text in self.texts and text not in own:
                    parameters = {**instance.parameters, "net": f"/{text}"}
                    self.flat.instances[key] = replace(instance, parameters=parameters)

    # -- overrides --------------------------------------------------------------------------------------------------

    def _given(self, sheet: Sheet, place: _Place) -> Mapping[str, tuple[Texts, Texts]]:
        given, unknown = handed_down(sheet, place.overrides)
        for key in unknown:
            self._problem(
                "override-unknown", f"{place.names}{key}",
                f"there is no such block or parameter on the sheet {place.definition}",
                "remove the override or correct its name", place.ids.rstrip("/"),
            )  # fmt: skip
        return given

    def _problem(self, code: str, where: str, found: str, cure: str, *ids: str) -> None:
        self.result.problems.append(Problem(code, where, found, cure, ids=ids))


def _global_texts(sheet: Sheet) -> set[str]:
    """Texts of which the sheet has a global label: there the local ones of that text are joined with it."""
    return {
        entry.parameters.get("net", "net").strip()
        for entry in sheet.instances.values()
        if entry.type == "label" and entry.parameters.get("scope") == "global"
    }
