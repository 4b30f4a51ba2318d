"""Which changes alter the circuit, and which only its picture: a run need not be compiled anew for the latter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.document.schematic import Change, Instance, Junction, Wire

DECORATION = frozenset(("comment", "frame"))


def alters_circuit(changes: Iterable[Change]) -> bool:
    """Whether any of the changes could matter to a run."""
    return any(_matters(change) for change in changes)


def _matters(change: Change) -> bool:
    before, after = change.before, change.after
    if isinstance(before, Instance) and isinstance(after, Instance):
        placed = replace(before, at=after.at, rotation=after.rotation, mirrored=after.mirrored)
        return placed != after and after.type not in DECORATION
    if isinstance(before, Junction) and isinstance(after, Junction):
        return before.width != after.width
    if isinstance(before, Wire) and isinstance(after, Wire):
        return before.ends != after.ends
    element = before if after is None else after
    return not (isinstance(element, Instance) and element.type in DECORATION)
