"""What the plot panes of one desk share: the colour of every net, and the cursors A and B."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.ui.desk import Desk

CURSORS = ("A", "B")
# The first net, which is the first output, is orange as in the learning curve, the second blue.
ORDER = (1, 0, 3, 2, 4, 5, 6, 7)


class Shared(QObject):
    """`cursors_moved` tells that a cursor was moved, set or removed."""

    cursors_moved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._numbers: dict[str, int] = {}
        self.cursors: dict[str, float] = {}

    def number(self, net: str) -> int:
        """The number of a net's colour: nets take them in the order in which they are first shown."""
        count = len(self._numbers)
        return self._numbers.setdefault(net, count - count % len(ORDER) + ORDER[count % len(ORDER)])

    def forget_nets(self) -> None:
        """Another document: colours are given anew."""
        self._numbers.clear()
        self.cursors.clear()
        self.cursors_moved.emit()

    def set_cursor(self, name: str, time: float | None) -> None:
        """Put cursor A or B at a simulated time [s]; None takes it away."""
        if time is None:
            self.cursors.pop(name, None)
        else:
            self.cursors[name] = max(0.0, time)
        self.cursors_moved.emit()


def shared(desk: Desk) -> Shared:
    """The one of this desk."""
    found = desk.findChild(Shared)
    if found is None:
        found = Shared(desk)
        desk.replaced.connect(found.forget_nets)
    return found
