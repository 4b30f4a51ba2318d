"""How often a trained circuit answers rightly, on its own rows or on rows it has not seen."""

from __future__ import annotations

import numpy as np

from app.document.dataset import Dataset
from app.program import FloatArray
from app.training.run import TrainingRun


def answers(run: TrainingRun, rows: Dataset) -> FloatArray:
    """(rows, outputs, lanes) V_out [V] for the inputs of `rows`, whose columns are those of the run's dataset, with
    the weights as they are; moves no state. Raises ValueError if the columns do not fit."""
    source = run.timeline.datasets[0]
    values = np.asarray(rows.rows, float)
    if len(source.columns) != values.shape[1] or source.inputs != len(rows.inputs):
        raise ValueError(f"{len(rows.inputs)} inputs and {len(rows.targets)} targets do not fit the run's dataset")
    table = np.zeros((len(values), run.timeline.columns))
    table[:, source.columns] = values
    return run.solver.forward(run.values(), run.state.y, table)[1]


def share_correct(run: TrainingRun, rows: Dataset) -> FloatArray:
    """(lanes,) the share of rows whose class is found: the largest output where there are several, else the side of
    the targets' middle."""
    found = answers(run, rows)
    targets = np.asarray(rows.rows, float)[:, len(rows.inputs) :]
    if targets.shape[1] > 1:
        right = found.argmax(axis=1) == targets.argmax(axis=1)[:, None]
    else:
        middle = 0.5 * (targets.min() + targets.max())
        right = (found[:, 0] > middle) == (targets > middle)
    share: FloatArray = right.mean(axis=0)
    return share
