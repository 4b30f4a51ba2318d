"""Which elements touch a rectangle: a hash of square cells, with the few very large elements in a list of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

Bounds = tuple[float, float, float, float]  # left, top, right, bottom
CELL = 400.0
MOST_CELLS = 64


class SpatialIndex:
    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._large: set[str] = set()
        self._bounds: dict[str, Bounds] = {}

    def put(self, key: str, bounds: Bounds) -> None:
        """Adds or moves an element."""
        self.remove(key)
        self._bounds[key] = bounds
        cells = list(self._covered(bounds))
        if not cells:
            self._large.add(key)
        for cell in cells:
            self._cells[cell].add(key)

    def remove(self, key: str) -> None:
        bounds = self._bounds.pop(key, None)
        if bounds is None:
            return
        self._large.discard(key)
        for cell in self._covered(bounds):
            self._cells[cell].discard(key)

    def bounds(self, key: str) -> Bounds | None:
        return self._bounds.get(key)

    def all(self) -> Bounds | None:
        """The bounds of everything."""
        if not self._bounds:
            return None
        left, top, right, bottom = zip(*self._bounds.values(), strict=True)
        return min(left), min(top), max(right), max(bottom)

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
