"""What a run hands to whoever watches it: a ring of the newest samples, min/max over the whole run, latest-wins frames.

Every size is bounded, however long a run lasts: a watcher gets at most 2,000 min/max pairs a curve, and the buckets
are fixed in x, since buckets that move with the newest sample make a drawn curve wiggle.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

import numpy as np

from app.program import FloatArray

T = TypeVar("T")
BUCKETS = 2000


class Ring:
    """The newest `capacity` samples of `channels` traces, in order of x."""

    def __init__(self, channels: int, capacity: int = 2 * BUCKETS) -> None:
        self._x = np.zeros(capacity)
        self._y = np.zeros((capacity, channels))
        self._next = 0
        self._count = 0

    @property
    def capacity(self) -> int:
        return len(self._x)

    def __len__(self) -> int:
        return self._count

    def add(self, x: FloatArray, y: FloatArray) -> None:
        """Append x (n,) and y (n, channels); of more than `capacity` samples only the newest count."""
        x, y = x[-self.capacity :], y[-self.capacity :]
        where = (self._next + np.arange(len(x))) % self.capacity
        self._x[where], self._y[where] = x, y
        self._next = int((self._next + len(x)) % self.capacity)
        self._count = min(self.capacity, self._count + len(x))

    def clear(self) -> None:
        """Forget everything."""
        self._next = self._count = 0

    @property
    def newest(self) -> float:
        """x of the newest sample; 0 without any."""
        return float(self._x[self._next - 1]) if self._count else 0.0

    def since(self, start: float) -> tuple[FloatArray, FloatArray]:
        """Copies of x (m,) and y (m, channels) of the samples with x >= start."""
        where = (self._next - self._count + np.arange(self._count)) % self.capacity
        x = self._x[where]
        first = int(np.searchsorted(x, start))
        return x[first:], self._y[where[first:]]


class Pyramid:
    """Minimum and maximum of traces in at most `buckets` buckets of equal width that start at x = 0. When x outgrows
    them, neighbours merge and the width doubles, so that a bucket's edges never move by less than a whole bucket."""

    def __init__(self, channels: int, width: float, buckets: int = BUCKETS) -> None:
        self.width = width
        self._low = np.full((buckets, channels), np.inf)
        self._high = np.full((buckets, channels), -np.inf)
        self._used = 0

    def add(self, x: FloatArray, y: FloatArray) -> None:
        """Take in x (n,) >= 0, ascending, and y (n, channels); samples that are not finite are left out."""
        if not len(x):
            return
        while x[-1] / self.width >= len(self._low):
            self._halve()
        # The edges are sought in x, since each pass over all samples takes Python's lock from whoever paints them.
        bucket = np.arange(int(x[0] / self.width), int(x[-1] / self.width) + 1)
        start = np.concatenate([[0], np.searchsorted(x, bucket[1:] * self.width), [len(x)]])
        filled = start[1:] > start[:-1]
        start, where = start[:-1][filled], bucket[filled]
        lines = np.ascontiguousarray(y.T)
        low, high = np.minimum.reduceat(lines, start, axis=1).T, np.maximum.reduceat(lines, start, axis=1).T
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            finite = np.isfinite(lines)
            low = np.minimum.reduceat(np.where(finite, lines, np.inf), start, axis=1).T
            high = np.maximum.reduceat(np.where(finite, lines, -np.inf), start, axis=1).T
        self._low[where] = np.minimum(self._low[where], low)
        self._high[where] = np.maximum(self._high[where], high)
        self._used = max(self._used, int(where[-1]) + 1)

    def _halve(self) -> None:
        half = len(self._low) // 2
        self._low[:half] = np.minimum(self._low[0 : 2 * half : 2], self._low[1 : 2 * half : 2])
        self._high[:half] = np.maximum(self._high[0 : 2 * half : 2], self._high[1 : 2 * half : 2])
        self._low[half:], self._high[half:] = np.inf, -np.inf
        self._used = (self._used + 1) // 2
        self.width *= 2

    def cut(self, x: float) -> None:
        """Forget the buckets that begin at or after `x` (a run was rewound)."""
        keep = min(self._used, int(np.ceil(x / self.width)))
        self._low[keep:], self._high[keep:], self._used = np.inf, -np.inf, keep

    def curve(self) -> tuple[FloatArray, FloatArray]:
        """x (2 m,) and y (2 m, channels): minimum and maximum of each bucket that has samples, drawn as one line."""
        filled = np.flatnonzero(np.isfinite(self._low[: self._used]).any(axis=1))
        x = np.repeat(filled * self.width, 2)
        y = np.empty((2 * len(filled), self._low.shape[1]))
        y[0::2], y[1::2] = self._low[filled], self._high[filled]
        return x, y


class Thinned:
    """A log of at most `rows` rows of `channels` values; when full, every second row goes and the stride doubles."""

    def __init__(self, channels: int, rows: int = 1024) -> None:
        self._x = np.zeros(rows)
        self._y = np.zeros((rows, channels))
        self._count = 0
        self.stride = 1

    def wants(self, number: int) -> bool:
        """Whether the row for the whole number `number` would be kept."""
        return number % self.stride == 0

    def add(self, number: int, y: FloatArray) -> None:
        """Keep y (channels,) at x = number; rows at or after `number` are dropped first (a run was rewound)."""
        self.cut(number)
        if not self.wants(number):
            return
        if self._count == len(self._x):
            keep = np.flatnonzero(self._x[: self._count] % (2 * self.stride) == 0)
            self._x[: len(keep)], self._y[: len(keep)] = self._x[keep], self._y[keep]
            self._count, self.stride = len(keep), 2 * self.stride
            if not self.wants(number):
                return
        self._x[self._count], self._y[self._count] = number, y
        self._count += 1

    def cut(self, number: int) -> None:
        """Forget the rows from x = number on."""
        self._count = int(np.searchsorted(self._x[: self._count], number))

    def curve(self) -> tuple[FloatArray, FloatArray]:
        """Copies of x (m,) and y (m, channels)."""
        return self._x[: self._count].copy(), self._y[: self._count].copy()


class Latest(Generic[T]):
    """A place for one value: a new one replaces what nobody has taken. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None

    def put(self, value: T) -> None:
        with self._lock:
            self._value = value

    def take(self) -> T | None:
        """The newest value that was not taken yet, else None."""
        with self._lock:
            value, self._value = self._value, None
            return value
