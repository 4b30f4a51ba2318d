"""How fast a live run goes: simulated seconds per second of wall time, or as fast as the machine can."""

from __future__ import annotations

import time
from collections import deque

CATCH_UP = 0.25  # seconds behind after which what was missed is forgotten
LEAST_WAIT = 0.004  # between two chunks of a paced run [s]
GROWTH = 4.0


class Pace:
    """`speed` in simulated over wall seconds, None for as fast as possible. `row_time` [s] is given where needed."""

    def __init__(self) -> None:
        self.speed: float | None = None
        self._begun, self._row = 0.0, 0
        self._rate = 1000.0  # rows that this machine does in a second
        self._seen: deque[tuple[float, int]] = deque(maxlen=60)

    def restart(self, row: int) -> None:
        """Whatever was late does not count: the clock starts at `row` now."""
        self._begun, self._row = time.perf_counter(), row
        self._seen.clear()

    def due(self, row: int, row_time: float) -> int:
        """How many rows are due; 0 if none."""
        if self.speed is None:
            return 1 << 40
        rate = self.speed / row_time
        due = (time.perf_counter() - self._begun) * rate - (row - self._row)
        if due > 1.0 + CATCH_UP * rate:
            self.restart(row)
            return 1
        return int(due)

    def wait(self, row: int, row_time: float) -> float:
        """Until a row will be due [s], long enough that chunks are worth their while."""
        if self.speed is None:
            return 0.0
        due = (row - self._row + 1) * row_time / self.speed - (time.perf_counter() - self._begun)
        return max(due, LEAST_WAIT)

    def rows_for(self, seconds: float) -> int:
        """How many rows take about `seconds` of computing."""
        return max(1, int(self._rate * seconds))

    def took(self, rows: int, seconds: float) -> None:
        """So many rows took so long, without the time that others had the processor: chunks that shrink on a busy
        machine would only add to its work. The estimate follows at once downwards, slowly upwards."""
        self._rate = min(rows / max(seconds, 1e-6), GROWTH * self._rate)

    def see(self, row: int) -> None:
        self._seen.append((time.perf_counter(), row))

    def measured(self, row_time: float) -> float:
        """Simulated over wall seconds during the last chunks; 0 if nothing is known."""
        if len(self._seen) < 2:
            return 0.0
        (begin, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) * row_time / (end - begin) if end > begin else 0.0
