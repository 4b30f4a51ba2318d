"""When a run ends: after N epochs, at a time, at a target MSE, or on a plateau."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.document.schematic import Schematic
from app.errors import fail
from app.program import FloatArray
from app.training.growing import Growing
from app.training.run import TrainingRun
from blocks import units

DEFAULT_EPOCHS = 400
PLATEAU_EPOCHS = 50
FIRST_ROWS = 16
ENDLESS = 1 << 62


@dataclass(frozen=True)
class Stop:
    """Any reached condition stops; a batch stops when every run has reached the target or its plateau."""

    epochs: int | None = None
    time: float | None = None
    mse: float | None = None
    plateau: float | None = None

    def reached(self, run: TrainingRun) -> bool:
        if self.rows_left(run) <= 0:
            return True
        return run.row % run.timeline.rows == 0 and self.first_met(run.mse, len(run.mse) - 1) is not None

    def rows_left(self, run: TrainingRun) -> int:
        """Rows until the epoch or time limit (time is met by whole rows, the last one completed)."""
        limits = []
        if self.epochs is not None:
            limits.append(self.epochs * run.timeline.rows)
        if self.time is not None:
            limits.append(math.ceil(self.time / run.timeline.row_time - 1e-9))
        return min(limits, default=ENDLESS) - run.row

    def first_met(self, mse: Growing | Sequence[FloatArray], first: int = 0) -> int | None:
        """The first of the epochs from `first` on after which the MSE, (lanes,) an epoch, calls for a stop: every run
        was at the target once, or none improved by more than the share `plateau` over the last 50 epochs. Runs that
        stopped for good (NaN) are not waited for."""
        start = max(first, 0)
        if (self.mse is None and self.plateau is None) or start >= len(mse):
            return None
        curve = np.asarray(mse)
        met = np.zeros(len(curve), bool)
        if self.mse is not None:
            met |= ((np.fmin.accumulate(curve) <= self.mse) | np.isnan(curve)).all(axis=1)
        if self.plateau is not None and len(curve) > PLATEAU_EPOCHS:
            improved = curve[PLATEAU_EPOCHS:] <= (1.0 - self.plateau) * curve[:-PLATEAU_EPOCHS]
            met[PLATEAU_EPOCHS:] |= ~improved.any(axis=1)
        found = np.flatnonzero(met[start:])
        return start + int(found[0]) if len(found) else None


def advance_until(run: TrainingRun, stop: Stop, watch: Callable[[], None] | None = None, seconds: float = 0.05) -> None:
    """Advances a run until `stop`, exactly to the epoch that meets it; calls `watch` about every `seconds`, however
    short or long an epoch takes. Raises ProblemError when a value stops being finite."""
    rows = FIRST_ROWS
    while not stop.reached(run):
        began = run.wall_seconds + run.mse_seconds
        whole = rows - (run.row + rows) % run.timeline.rows  # ends with an epoch, where that is near enough
        run.advance_rows(min(whole if whole > 0 else rows, stop.rows_left(run)), stop.first_met)
        took = run.wall_seconds + run.mse_seconds - began
        rows = max(1, int(rows * min(4.0, seconds / max(took, 1e-9))))
        if watch is not None:
            watch()


def stop_conditions(schematic: Schematic, epochs: int | None, until: str | None, stop_mse: str | None) -> Stop:
    """The command line's limits, else those stored in the document, else 400 epochs. Raises ProblemError."""
    mse = _read(stop_mse, "V^2", "--stop-mse")
    if epochs is not None or until is not None:
        return Stop(epochs, _read(until, "s", "--until"), mse)
    stored = stored_conditions(schematic)
    count = DEFAULT_EPOCHS if stored.epochs is None and stored.time is None else stored.epochs
    return Stop(count, stored.time, stored.mse if mse is None else mse, stored.plateau)


def stored_conditions(schematic: Schematic) -> Stop:
    """Those of the document; none of them need be there. Raises ProblemError."""

    def stored(name: str, unit: str) -> float | None:
        return _read(schematic.setting(f"stop_{name}"), unit, f"setting stop_{name}")

    epochs = stored("epochs", "")
    count = None if epochs is None else int(epochs)
    return Stop(count, stored("time", "s"), stored("mse", "V^2"), stored("plateau", ""))


def _read(text: str | None, unit: str, where: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        value = units.parse(text, unit)
    except units.QuantityError as error:
        raise fail("quantity", where, f"{error.text!r} {error.reason}", error.hint or "type a number") from None
    if value < 0:
        raise fail("quantity", where, f"{text!r} is negative", "type a positive value")
    return value
