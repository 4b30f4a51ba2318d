"""Names by which the style sheet knows widgets."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

T = TypeVar("T", bound=QObject)


def named(thing: T, name: str) -> T:
    """The same widget, action or dock, after it was given its name."""
    thing.setObjectName(name)
    return thing
