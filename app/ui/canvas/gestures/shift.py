"""Elements, and changes that add elements, somewhere else on the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.document.edits import Changes
from app.document.schematic import Change, Instance, Junction, Wire


def shifted(element: Any, dx: int, dy: int) -> Any:
    """An instance, junction or wire elsewhere; anything else as it is."""
    if isinstance(element, Instance | Junction):
        return replace(element, at=(element.at[0] + dx, element.at[1] + dy))
    if isinstance(element, Wire):
        return replace(element, corners=tuple((x + dx, y + dy) for x, y in element.corners))
    return element


def shifted_changes(changes: Iterable[Change], dx: int, dy: int) -> Changes:
    """What they add, elsewhere."""
    return tuple(replace(change, after=shifted(change.after, dx, dy)) for change in changes)
