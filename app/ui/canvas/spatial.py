"""Which elements touch a rectangle: a hash of square cells, with the few very large elements in a list of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

Bounds = tuple[float, float, float, float]  # left, top, right, bottom
CELL = 400.0
MOST_CELLS = 64


def united(a: Bounds, b: Bounds) -> Bounds:
    """The smallest rectangle round both."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


class SpatialIndex:
    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._large: set[str] = set()
        self._bounds: dict[str, Bounds] = {}
        self._all: Bounds | None = None
        self._dirty: Bounds | None = None
        self._loose = False  # `_all` may be too large

    def put(self, key: str, bounds: Bounds) -> None:
        """Adds or moves an element."""
        self.remove(key)
        self._bounds[key] = bounds
        self._all = bounds if self._all is None else united(self._all, bounds)
        self._mark(bounds)
        cells = list(self._covered(bounds))
        if not cells:
            self._large.add(key)
        for cell in cells:
            self._cells[cell].add(key)

    def remove(self, key: str) -> None:
        bounds = self._bounds.pop(key, None)
        if bounds is None:
            return
        self._loose = True
        self._mark(bounds)
        self._large.discard(key)
        for cell in self._covered(bounds):
            self._cells[cell].discard(key)

    def touch(self, key: str) -> None:
        """The element looks different now."""
        if key in self._bounds:
            self._mark(self._bounds[key])

    def _mark(self, bounds: Bounds) -> None:
        self._dirty = bounds if self._dirty is None else united(self._dirty, bounds)

    def take_dirty(self) -> Bounds | None:
        """Around everything that was put, removed or touched since this was asked last."""
        dirty, self._dirty = self._dirty, None
        return dirty

    def bounds(self, key: str) -> Bounds | None:
        return self._bounds.get(key)

    def all(self) -> Bounds | None:
        """The bounds of everything."""
        if self._loose and self._bounds:
            self._loose = False
            left, top, right, bottom = zip(*self._bounds.values(), strict=True)
            self._all = min(left), min(top), max(right), max(bottom)
        return self._all if self._bounds else None

    def within(self, area: Bounds) -> bool:
        """True only if everything lies in `area` (False may be an error after something was moved inwards)."""
        if self._all is None:
            return True
        return united(area, self._all) == area

    def touching(self, area: Bounds) -> list[str]:
        """The elements whose bounds touch `area`, in no particular order."""
        left, top, right, bottom = area
        first_column, last_column = int(left // CELL), int(right // CELL)
        first_row, last_row = int(top // CELL), int(bottom // CELL)
        if (last_column - first_column + 1) * (last_row - first_row + 1) >= len(self._bounds):
            candidates: set[str] | dict[str, Bounds] = self._bounds
        else:
            candidates = set(self._large)
            for column in range(first_column, last_column + 1):
                for row in range(first_row, last_row + 1):
                    candidates |= self._cells.get((column, row), set())
        result = []
        for key in candidates:
            x0, y0, x1, y1 = self._bounds[key]
            if x0 <= right and x1 >= left and y0 <= bottom and y1 >= top:
                result.append(key)
        return result

    def _covered(self, bounds: Bounds) -> Iterator[tuple[int, int]]:
        """The cells under `bounds`; none if there are too many."""
        left, top, right, bottom = bounds
        columns = range(int(left // CELL), int(right // CELL) + 1)
        rows = range(int(top // CELL), int(bottom // CELL) + 1)
        if len(columns) * len(rows) > MOST_CELLS:
            return
        for column in columns:
            for row in rows:
                yield column, row
