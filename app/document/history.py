"""Undo and redo: every edit, a tuple of Changes, goes through one History; N undos restore a byte-identical save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.document.dataset import Dataset
from app.document.schematic import Change, Schematic

# Changes share the elements that they replace, so one costs a few hundred bytes.
MAX_WEIGHT = 400_000
VALUES_PER_CHANGE = 16


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person did, in one word or two, and its changes. `serial` tells states apart for `dirty`."""

    label: str
    changes: tuple[Change, ...]
    merge: str
    serial: int

    @property
    def weight(self) -> int:
        """Memory in units of one change; a dataset's rows count too."""
        values = sum(
            len(side.rows) * (len(side.inputs) + len(side.targets))
            for change in self.changes
            for side in (change.before, change.after)
            if isinstance(side, Dataset)
        )
        return len(self.changes) + values // VALUES_PER_CHANGE


class History:
    """The only way in which a window edits a document. `max_weight` bounds what is kept: the oldest edits go first."""

    def __init__(self, schematic: Schematic, max_weight: int = MAX_WEIGHT) -> None:
        self.schematic = schematic
        self.max_weight = max_weight
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._weight = 0
        self._serial = 0
        self._base = 0
        self._saved = 0
        self._open = False

    def do(self, label: str, changes: Iterable[Change], merge: str = "") -> bool:
        """Carries out an edit; False if it changes nothing. Successive edits with the same non-empty `merge` key (a
        drag, a slider) become one step of undo. Raises ValueError, with nothing done, if a change does not fit."""
        batch = self.schematic.apply(changes)
        if not batch:
            return False
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if merge and self._open and last is not None and last.merge == merge and last.serial != self._saved:
            self._done.pop()
            self._weight -= last.weight
            batch = composed((*last.changes, *batch))
        if batch:
            self._serial += 1
            self._push(Edit(label, batch, merge, self._serial))
        self._open = bool(merge)
        return True

    def break_merge(self) -> None:
        """The drag or the slider was let go: the next edit is a step of its own."""
        self._open = False

    def undo(self) -> bool:
        """Takes the last edit back; False if there is none."""
        if not self._done:
            return False
        edit = self._done[-1]
        self.schematic.apply(change.reversed() for change in reversed(edit.changes))
        self._done.pop()
        self._weight -= edit.weight
        self._undone.append(edit)
        self._open = False
        return True

    def redo(self) -> bool:
        """Carries out again what was undone last; False if there is nothing."""
        if not self._undone:
            return False
        self.schematic.apply(self._undone[-1].changes)
        self._push(self._undone.pop())
        self._open = False
        return True

    def _push(self, edit: Edit) -> None:
        self._done.append(edit)
        self._weight += edit.weight
        while self._weight > self.max_weight and len(self._done) > 1:
            oldest = self._done.pop(0)
            self._weight -= oldest.weight
            self._base = oldest.serial

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def undo_label(self) -> str:
        """What `undo` would take back ("" if nothing)."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        return self._undone[-1].label if self._undone else ""

    @property
    def state(self) -> int:
        """A number for the document as it is now; undo and redo bring it back."""
        return self._done[-1].serial if self._done else self._base

    @property
    def dirty(self) -> bool:
        """Whether the document differs from what was saved last (undoing back to that point makes it clean)."""
        return self.state != self._saved

    def mark_saved(self, state: int | None = None) -> None:
        """The document as it is, or as it was in `state`, is what the file holds."""
        self._saved = self.state if state is None else state
        self._open = False


def composed(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Successive changes as one per entry, from the first `before` to the last `after`; what cancels is left out."""
    result: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        place = (change.table, change.sheet, change.key)
        first = result.get(place)
        before = change.before if first is None else first.before
        result[place] = Change(change.table, change.key, before, change.after, change.sheet)
    return tuple(change for change in result.values() if change.before != change.after)
