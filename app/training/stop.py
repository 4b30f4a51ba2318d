"""When a run ends: after N epochs, at a time, at a target MSE, or on a plateau."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.document.schematic import Schematic
from app.errors import fail
from app.training.run import TrainingRun
from blocks import units

DEFAULT_EPOCHS = 400
PLATEAU_EPOCHS = 50


@dataclass(frozen=True)
class Stop:
    """Any reached condition stops; a batch stops when every run has reached the target or its plateau."""

    epochs: int | None = None
    time: float | None = None
    mse: float | None = None
    plateau: float | None = None

    def reached(self, run: TrainingRun) -> bool:
        return self.rows_left(run) <= 0 or self._good_enough(run) or self._flat(run)

    def rows_left(self, run: TrainingRun) -> int:
        """Rows until the epoch or time limit (time is met by whole rows, the last one completed)."""
        limits = []
        if self.epochs is not None:
            limits.append(self.epochs * run.timeline.rows)
        if self.time is not None:
            limits.append(math.ceil(self.time / run.timeline.row_time - 1e-9))
        return min(limits, default=run.row + run.timeline.rows) - run.row

    def _good_enough(self, run: TrainingRun) -> bool:
        if self.mse is None or not run.mse or run.row % run.timeline.rows:
            return False
        return bool(np.all(np.min(np.stack(run.mse), axis=0) <= self.mse))

    def _flat(self, run: TrainingRun) -> bool:
        """No run improved by more than the share `plateau` over the last 50 epochs."""
        if self.plateau is None or len(run.mse) <= PLATEAU_EPOCHS or run.row % run.timeline.rows:
            return False
        return bool(np.all(run.mse[-1] > (1.0 - self.plateau) * run.mse[-1 - PLATEAU_EPOCHS]))


def stop_conditions(schematic: Schematic, epochs: int | None, until: str | None, stop_mse: str | None) -> Stop:
    """The command line's limits, else those stored in the document, else 400 epochs. Raises ProblemError."""
    mse = _read(stop_mse, "V^2", "--stop-mse")
    if epochs is not None or until is not None:
        return Stop(epochs, _read(until, "s", "--until"), mse)
    stored_epochs = _read(schematic.setting("stop_epochs"), "", "setting stop_epochs")
    stored_time = _read(schematic.setting("stop_time"), "s", "setting stop_time")
    count = None if stored_epochs is None else int(stored_epochs)
    if count is None and stored_time is None:
        count = DEFAULT_EPOCHS
    return Stop(
        count,
        stored_time,
        mse if mse is not None else _read(schematic.setting("stop_mse"), "V^2", "setting stop_mse"),
        _read(schematic.setting("stop_plateau"), "", "setting stop_plateau"),
    )


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
