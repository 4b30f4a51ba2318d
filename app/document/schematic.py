"""The schematic: sheets with block instances, junctions and wires, addressed by stable ids.

All elements are frozen values in dictionaries keyed by id. `Schematic.apply` is the only way to change anything: it
takes a batch of Changes (each with before and after), so that every edit is reversible, and sends ONE notice per batch.
Connectivity is what the wires' ends say, never geometry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.document.dataset import Dataset
from blocks import discover, expression, spec, units

Point = tuple[int, int]
TOP = "top"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a wire: a port of an instance, or a junction (`port` empty).

    `first` and `last` select indices 1..n of a port or bus junction: 0, 0 means all of it (the pin itself if its width
    is 1); k, k one index; j, k a range.
    """

    item: str
    port: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Instance:
    """A placed block. `at` is the symbol's origin in grid units before rotation (clockwise, 0/90/180/270 degrees about
    the origin of the box) and mirroring (left-right, applied before rotation). `parameters` and `overrides` hold text;
    overrides address inner parts: {"Mf1.V_off": "5m"}."""

    id: str
    type: str
    name: str
    at: Point
    rotation: int = 0
    mirrored: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Junction:
    """A point where wires join. `width` > 1 makes it a point of a bus."""

    id: str
    at: Point
    width: int = 1


@dataclass(frozen=True, slots=True)
class Wire:
    """Joins two ends. `corners` are only those that a person (or the generator) placed; routers add none here."""

    id: str
    ends: tuple[End, End]
    corners: tuple[Point, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A definition; the sheet named `top` is the circuit, others are placed as instances of type `sheet`."""

    instances: dict[str, Instance] = field(default_factory=dict)
    junctions: dict[str, Junction] = field(default_factory=dict)
    wires: dict[str, Wire] = field(default_factory=dict)

    def copy(self) -> Sheet:
        return Sheet(dict(self.instances), dict(self.junctions), dict(self.wires))


Table = Literal["instances", "junctions", "wires", "parameters", "datasets", "settings", "sheets"]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of one table before and after; None means absent. `sheet` is empty for document-wide tables."""

    table: Table
    key: str
    before: Any
    after: Any
    sheet: str = ""

    def reversed(self) -> Change:
        return Change(self.table, self.key, self.after, self.before, self.sheet)


Listener = Callable[[tuple[Change, ...]], None]

# What a document may set besides its drawing; the texts are parsed where they are used.
DEFAULT_SETTINGS: Mapping[str, str] = {
    "seed": "0",
    "runs": "1",
    "solver": "auto",
    "rtol": "1e-6",
    "loops": "refuse",
    "stop_epochs": "",
    "stop_mse": "",
    "stop_time": "",
    "stop_plateau": "",
}


class Schematic:
    """A whole document: sheets, document parameters (as SPICE .param), datasets and settings."""

    def __init__(self) -> None:
        self.sheets: dict[str, Sheet] = {TOP: Sheet()}
        self.parameters: dict[str, str] = {}
        self.datasets: dict[str, Dataset] = {}
        self.settings: dict[str, str] = {}
        self.revision = 0
        self._listeners: list[Listener] = []
        self._next_id = 1

    @property
    def top(self) -> Sheet:
        return self.sheets[TOP]

    def setting(self, name: str) -> str:
        """The document's setting, or the default."""
        return self.settings.get(name, DEFAULT_SETTINGS[name])

    def subscribe(self, listener: Listener) -> None:
        """`listener` gets one call with all changes of every edit, undo and redo."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        self._listeners.remove(listener)

    def new_id(self, kind: str = "b") -> str:
        """An id that was never used in this document while it is open: `b` instance, `j` junction, `w` wire."""
        self._next_id += 1
        return f"{kind}{self._next_id - 1}"

    def reserve_ids(self) -> None:
        """Continue numbering after the highest id present (after loading)."""
        highest = 0
        for sheet in self.sheets.values():
            for key in (*sheet.instances, *sheet.junctions, *sheet.wires):
                digits = key[1:]
                if digits.isascii() and digits.isdigit() and len(digits) < 12:
                    highest = max(highest, int(digits))
        self._next_id = max(self._next_id, highest + 1)

    def apply(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Carry out `changes` in order and notify once. Each `before` must be what is there now (ValueError,
        and then nothing has changed)."""
        batch = tuple(change for change in changes if change.before != change.after)
        for number, change in enumerate(batch):
            exists = not change.sheet or change.sheet in self.sheets
            if not exists or self._table(change).get(change.key) != change.before:
                for done in reversed(batch[:number]):
                    self._put(done.reversed())
                raise ValueError(f"{change.table} {change.key!r} is not what the change expects")
            self._put(change)
        if batch:
            self.revision += 1
            for listener in tuple(self._listeners):
                listener(batch)
        return batch

    def _put(self, change: Change) -> None:
        table = self._table(change)
        if change.after is None:
            del table[change.key]
        elif isinstance(change.after, Sheet):  # what is drawn on it later must not change the Change
            table[change.key] = change.after.copy()
        else:
            table[change.key] = change.after

    def _table(self, change: Change) -> dict[str, Any]:
        owner = self.sheets[change.sheet] if change.sheet else self
        table: dict[str, Any] = getattr(owner, change.table)
        return table

    def copy(self) -> Schematic:
        """What later edits leave alone, for another thread or a file: elements are frozen, so that copying the tables
        is enough. Nobody listens to the copy."""
        copy = Schematic()
        copy.sheets = {name: sheet.copy() for name, sheet in self.sheets.items()}
        copy.parameters, copy.settings = dict(self.parameters), dict(self.settings)
        copy.datasets = dict(self.datasets)
        copy.revision, copy._next_id = self.revision, self._next_id
        return copy

    def free_name(self, prefix: str, sheet: str = TOP, taken: Iterable[str] = ()) -> str:
        """The first of prefix1, prefix2, ... that no instance of the sheet (nor `taken`) has."""
        used = {instance.name for instance in self.sheets[sheet].instances.values()} | set(taken)
        number = 1
        while f"{prefix}{number}" in used:
            number += 1
        return f"{prefix}{number}"


def block_of(instance: Instance) -> spec.Block:
    """The declaration of an instance's type. Raises KeyError for an unknown type."""
    return discover.block(instance.type)


def values_of(schematic: Schematic, instance: Instance) -> dict[str, Any]:
    """The instance's parameter values; a parameter that cannot be resolved falls back to its default, so that a broken
    drawing can still be shown (checking reports the trouble). Dataset columns give `inputs` and `targets`."""
    block = block_of(instance)
    outer = document_values(schematic)
    try:
        return spec.resolve(block, instance.parameters, outer)
    except spec.ParameterError:
        values = spec.resolve(block, {})
        for name, text in instance.parameters.items():
            try:
                values[name] = spec.resolve(block, {name: text}, outer)[name]
            except spec.ParameterError:
                continue
        return values


def document_values(schematic: Schematic) -> dict[str, float]:
    """Values of the document parameters that can be computed (checking reports the others)."""
    values: dict[str, float] = {}
    pending = dict(schematic.parameters)
    while pending:
        progress = False
        for name, text in list(pending.items()):
            try:
                values[name] = units.parse(text)
            except units.QuantityError:
                try:
                    values[name] = float(expression.evaluate(expression.parse(text), values))
                except (KeyError, ValueError, ArithmeticError, TypeError):
                    continue
            del pending[name]
            progress = True
        if not progress:
            break
    return values


def parameter_fault(name: str, text: str) -> tuple[str, str]:
    """What is wrong with a document parameter that cannot be computed, and the cure."""
    try:
        units.parse(text)
    except units.QuantityError as trouble:
        try:
            spec.tree_of(name, text, trouble)
        except spec.ParameterError as error:
            return error.found, error.cure
    cure = "type a quantity or an expression of other document parameters, without circles"
    return f"{text!r} cannot be computed", cure


def pin_count(schematic: Schematic, instance: Instance, port: str) -> int:
    """Width of a port of an instance (0 if there is no such port)."""
    block = block_of(instance)
    declared = block.port(port)
    return 0 if declared is None else block.width(declared, values_of(schematic, instance))
