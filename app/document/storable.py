"""Refuses edits that no file could hold, when they are made: saving would fail ever after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.document.schematic import Change, Instance
from app.document.strict_json import key_fault, text_fault
from app.errors import Problem, ProblemError

CURE = "type a shorter one, without control characters"


def checked(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same changes. Raises ProblemError naming the block and parameter whose text cannot be kept."""
    batch = tuple(changes)
    for change in batch:
        for where, fault in _faults(change):
            if fault:
                raise ProblemError(Problem("cannot-be-kept", where, fault, CURE))
    return batch


def _faults(change: Change) -> Iterator[tuple[str, str]]:
    after = change.after
    if isinstance(after, Instance):
        for texts in (after.parameters, after.overrides):
            for name, text in texts.items():
                yield f"{after.name}.{name[:40]}", key_fault(name) or text_fault(text)
    elif isinstance(after, str):
        yield f"{change.table} {change.key[:40]}", key_fault(change.key) or text_fault(after)
