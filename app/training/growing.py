"""Growing: a list of equal arrays kept as one, since a run at full speed adds hundreds of thousands a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.program import FloatArray

LEAST = 64


class Growing:
    """Items (lanes,); indexing gives views, a slice all its items as one array (n, lanes)."""

    def __init__(self, lanes: int) -> None:
        self._items = np.zeros((LEAST, lanes))
        self._count = 0

    def extend(self, items: FloatArray) -> None:
        """Append items (n, lanes)."""
        count = self._count + len(items)
        if count > len(self._items):
            grown = np.zeros((max(count, 2 * self._count), self._items.shape[1]))
            grown[: self._count] = self._items[: self._count]
            self._items = grown
        self._items[self._count : count] = items
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int | slice) -> FloatArray:
        found: FloatArray = self._items[: self._count][index]
        return found

    def __iter__(self) -> Iterator[FloatArray]:
        return iter(self[:])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self[:], dtype) if copy or dtype is not None else self[:]

    def cut(self, count: int) -> None:
        """Keep the first `count` items."""
        self._count = min(self._count, count)

    def keep_newest(self, count: int) -> None:
        """Forget all items but the newest `count`."""
        newest = self[max(0, self._count - count) :].copy()
        self._count = 0
        if len(self._items) > 2 * LEAST + 2 * len(newest):
            self._items = self._items[: LEAST + len(newest)].copy()
        self.extend(newest)

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0
