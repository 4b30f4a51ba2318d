"""Frame: one immutable picture of a run for whoever watches it. Layout: what the numbers in frames belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.errors import Problem
from app.program import FloatArray

if TYPE_CHECKING:
    from app.circuit.compile import Circuit  # not at run time: a window must not wait for networkx

State = Literal["empty", "preparing", "paused", "running", "finished", "refused", "looking back"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A recorded trace: `slot` in V; `kind` says how it is drawn (targets dashed)."""

    name: str
    slot: int
    kind: Literal["output", "target", "probe"]
    item: str = ""


@dataclass(frozen=True)
class Layout:
    """One per compiled circuit. `rows` per epoch, `row_time` [s]; `inputs` names and `input_columns` the source columns
    of the first dataset's inputs; `data` (rows, inputs + targets) [V] is that dataset; `weights` the names of the
    weights that the log keeps."""

    circuit: Circuit
    signals: tuple[Signal, ...]
    rows: int
    row_time: float
    solver: str
    inputs: tuple[str, ...] = ()
    input_columns: tuple[int, ...] = ()
    targets: int = 0
    data: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    weights: tuple[str, ...] = ()
    has_teach: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """x (n,) and y (n, traces); replaced, never changed."""

    x: FloatArray
    y: FloatArray

    @staticmethod
    def empty(traces: int = 1) -> Curve:
        return Curve(np.zeros(0), np.zeros((0, traces)))


@dataclass(frozen=True, slots=True)
class DecisionMap:
    """V_out of the first output [V], value[i, j] at first input x[j], second input y[i]; other inputs at 0 V."""

    x: FloatArray
    y: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True)
class Frame:
    """`row` counts from the epoch's start, `time` [s], `mse` [V^2] NaN before the first epoch's end, `speed` simulated
    over wall seconds; `voltages` (slots,) [V] at `time`, after its sources have stepped; `signals` the newest rows at
    every step; `switch` is how the V_teach switch was put (see run.Options); `viewing` the epoch that is looked back
    at, None for the present; `commands` how many of the engine's commands had been obeyed."""

    state: State
    problems: tuple[Problem, ...] = ()
    notice: str = ""
    layout: Layout | None = None
    time: float = 0.0
    epoch: int = 0
    row: int = 0
    mse: float = float("nan")
    teach_on: bool = True
    switch: str = ""
    speed: float = 0.0
    weights: FloatArray = field(default_factory=lambda: np.zeros(0))
    voltages: FloatArray = field(default_factory=lambda: np.zeros(0))
    signals: Curve = field(default_factory=Curve.empty)
    whole: Curve = field(default_factory=Curve.empty)
    weight_log: Curve = field(default_factory=Curve.empty)
    learning: Curve = field(default_factory=Curve.empty)
    decision: DecisionMap | None = None
    correct: int = 0
    viewing: int | None = None
    teach_changes: tuple[int, ...] = ()
    commands: int = 0
