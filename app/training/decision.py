"""The decision map: what the drawn circuit, imperfections included, answers over a grid of its two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.program import FloatArray, Program
from app.training.evaluate import answers
from app.training.frame import DecisionMap, Layout

if TYPE_CHECKING:
    from app.training.run import TrainingRun  # not at run time: it loads the kernels

MAX_CELLS = 60_000_000
MAX_ROWS = 2000


def has_map(layout: Layout, program: Program) -> bool:
    """A map needs two inputs, an output, and a forward part without states of its own."""
    return len(layout.inputs) == 2 and len(program.outputs) > 0 and not program.forward_has_state


def decision_map(layout: Layout, run: TrainingRun, states: FloatArray, cells: int) -> DecisionMap | None:
    """A cells x cells map for the states (states, 1), half as wide again as the data; None if it were too large."""
    program = run.program
    if not has_map(layout, program) or program.slots * cells * cells > MAX_CELLS:
        return None
    reach = np.abs(layout.data[:, :2]).max(axis=0) * 1.5
    reach = np.where(reach > 0, reach, 1.0)
    x, y = (np.linspace(-side, side, cells) for side in reach)
    table = np.zeros((cells * cells, len(program.sources)))
    table[:, layout.input_columns[0]] = np.tile(x, cells)
    table[:, layout.input_columns[1]] = np.repeat(y, cells)
    return DecisionMap(x, y, answers(run, states, table)[:, 0].reshape(cells, cells))


def rows_correct(layout: Layout, run: TrainingRun, states: FloatArray) -> int:
    """How many rows of the data have every output on the target's side of the targets' middle; -1 if there is no
    telling (no targets, too many rows, states in the forward part)."""
    program, rows = run.program, len(layout.data)
    if not layout.targets or not rows or rows > MAX_ROWS or program.forward_has_state or not len(program.outputs):
        return -1
    if layout.targets != len(program.outputs) or program.slots * rows > MAX_CELLS:
        return -1
    targets = layout.data[:, -layout.targets :]
    table = np.zeros((rows, len(program.sources)))
    table[:, list(layout.input_columns)] = layout.data[:, : len(layout.inputs)]
    found = answers(run, states, table)
    middle = 0.5 * (targets.min(axis=0) + targets.max(axis=0))
    return int(np.all((found > middle) == (targets > middle), axis=1).sum())
