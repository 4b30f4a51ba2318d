"""The decision map: what the drawn circuit, imperfections included, answers over a grid of its two inputs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.program import FloatArray, Program
from app.training.evaluate import evaluate
from app.training.frame import DecisionMap, Layout

MAX_CELLS = 60_000_000
MAX_ROWS = 2000


def has_map(layout: Layout, program: Program) -> bool:
    """A map needs two inputs, an output, and a forward part without states of its own."""
    return len(layout.inputs) == 2 and len(program.outputs) > 0 and not program.forward_has_state


def decision_map(
    layout: Layout, program: Program, states: FloatArray, levels: Mapping[int, float], cells: int
) -> DecisionMap | None:
    """A cells x cells map for the states (states, 1), half as wide again as the data; None if it were too large."""
    if not has_map(layout, program) or program.slots * cells * cells > MAX_CELLS:
        return None
    reach = np.abs(layout.data[:, :2]).max(axis=0) * 1.5
    reach = np.where(reach > 0, reach, 1.0)
    x, y = (np.linspace(-side, side, cells) for side in reach)
    sources = np.zeros((len(program.sources), cells * cells))
    sources[layout.input_columns[0]] = np.tile(x, cells)
    sources[layout.input_columns[1]] = np.repeat(y, cells)
    v = evaluate(program, states, sources, levels, forward_only=True)
    return DecisionMap(x, y, v[program.outputs[0]].reshape(cells, cells))


def rows_correct(layout: Layout, program: Program, states: FloatArray, levels: Mapping[int, float]) -> int:
    """How many rows of the data have every output on the target's side of the targets' middle; -1 if there is no
    telling (no targets, too many rows, states in the forward part)."""
    rows = len(layout.data)
    if not layout.targets or not rows or rows > MAX_ROWS or program.forward_has_state or not len(program.outputs):
        return -1
    if layout.targets != len(program.outputs) or program.slots * rows > MAX_CELLS:
        return -1
    targets = layout.data[:, -layout.targets :]
    sources = np.zeros((len(program.sources), rows))
    sources[list(layout.input_columns)] = layout.data[:, : len(layout.inputs)].T
    answers = evaluate(program, states, sources, levels, forward_only=True)[program.outputs].T
    middle = 0.5 * (targets.min(axis=0) + targets.max(axis=0))
    return int(np.all((answers > middle) == (targets > middle), axis=1).sum())
