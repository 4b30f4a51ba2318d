"""Program: the arrays that `circuit` writes and `solve` reads. Knows numpy only.

A Program is a table of operations on slots. V is an array (slots, lanes): every node, state, source and intermediate
value [V, or whatever the equation says] has a slot, every run of a batch a lane. Operations come in groups of like
rows, ordered so that a group reads only what earlier groups (or states and sources) have written:

    MAC          V[out] = sum over the row's edges of k V[a] V[b]
    DERIVATIVE   dy[out] = the same sum; `out` is a state's number, not a slot. Every state has exactly one such row
    EXP ...      V[out] = m f(k V[a]), one edge a row
    DIVIDE       V[out] = m k V[a] / V[b], likewise POWER (k V[a]) ** V[b], MINIMUM, MAXIMUM of (k V[a], V[b])
    SIGMOID_PAIR rows 2i and 2i+1: V[out] = m s(k V[a]) and V[out'] = m' s'(k' V[a]), s the logistic function,
                 s' = s (1 - s); one exponential serves both when k = k'

Row r's edges are ptr[r] .. ptr[r+1]-1. Slot 0 always holds 1, slot 1 the time [s].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ONE, TIME = 0, 1


class Opcode(IntEnum):
    MAC = 0
    DERIVATIVE = 1
    SIGMOID_PAIR = 2
    SIGMOID = 3
    DSIGMOID = 4
    TANH = 5
    EXP = 6
    LOG = 7
    SQRT = 8
    ABS = 9
    SIN = 10
    COS = 11
    SOFTPLUS = 12
    STEP = 13
    DIVIDE = 14
    POWER = 15
    MINIMUM = 16
    MAXIMUM = 17
    LOOP = 18  # of the kernels' instructions only


UNARY = {
    "sigmoid": Opcode.SIGMOID,
    "dsigmoid": Opcode.DSIGMOID,
    "tanh": Opcode.TANH,
    "exp": Opcode.EXP,
    "log": Opcode.LOG,
    "sqrt": Opcode.SQRT,
    "abs": Opcode.ABS,
    "sin": Opcode.SIN,
    "cos": Opcode.COS,
    "softplus": Opcode.SOFTPLUS,
    "step": Opcode.STEP,
}
BINARY = {"/": Opcode.DIVIDE, "**": Opcode.POWER, "min": Opcode.MINIMUM, "max": Opcode.MAXIMUM}
FORWARD = 1  # flag of a group: needed for the Type1 errors (the MSE pass evaluates only these)


@dataclass(frozen=True)
class Loop:
    """An algebraic loop, to be solved for by Newton's method: groups first .. last-1 compute V[results] (n,) from the
    guesses V[unknowns] (n,), which no row writes; both must agree. `scratch` (n^2 + 3n + 4,) are slots to work in;
    `owners` number the drawn instances on the loop."""

    first: int
    last: int
    unknowns: IntArray
    results: IntArray
    scratch: IntArray
    owners: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """Shapes: groups (g, 4) = opcode, first row, last row + 1, flags; out (r,); ptr (r+1,); a, b (e,) slots;
    k (e, 1 or lanes); m (r, 1 or lanes). States fill slots first_state .. first_state + states - 1; `sources` are the
    slots that a Schedule's table columns set, in order; `levels` are named slots that the run sets by hand (V_teach
    gates); `errors` are the slots of the Type1 outputs V_E, `outputs` those of the V_out they
    compare; `static_slots` (c,) hold the constants
    `static_values` (c, 1 or lanes), which no row writes; `forward_has_state`: the errors depend on states other than
    weights or on sources that change within a row, so that a forward pass without integration would not be right;
    `loops` are what Newton's method solves within every evaluation."""

    slots: int
    lanes: int
    first_state: int
    states: int
    groups: IntArray
    out: IntArray
    ptr: IntArray
    a: IntArray
    b: IntArray
    k: FloatArray
    m: FloatArray
    sources: IntArray
    levels: Mapping[str, int] = field(default_factory=dict)
    errors: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    outputs: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    forward_has_state: bool = False
    static_slots: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    static_values: FloatArray = field(default_factory=lambda: np.zeros((0, 1)))
    loops: tuple[Loop, ...] = ()

    @property
    def guesses(self) -> IntArray:
        """Slots of the unknowns of all loops."""
        return np.concatenate([loop.unknowns for loop in self.loops] or [np.zeros(0, np.int64)])

    def with_coefficients(self, k: FloatArray, m: FloatArray) -> Program:
        """The same structure with other parameter values; the lane count follows from the arrays."""
        lanes = max(self.lanes, k.shape[1], m.shape[1])
        return replace(self, k=np.ascontiguousarray(k), m=np.ascontiguousarray(m), lanes=lanes)

    def with_lanes(self, lanes: int) -> Program:
        """The same Program for `lanes` runs side by side (coefficients of stride 0 serve them all)."""
        return replace(self, lanes=lanes)

    def values(self) -> FloatArray:
        """A fresh V (slots, lanes): zeros, slot 0 one, constant sources in place (nothing else writes those)."""
        v = np.zeros((self.slots, self.lanes))
        v[ONE] = 1.0
        v[self.static_slots] = self.static_values
        return v


@dataclass(frozen=True)
class Schedule:
    """What the sources do, segment by segment. A segment is a stretch of time in which every source is linear; the
    integrator restarts exactly at each segment's start.

    begin (s, 1 or lanes) start times [s], computed as k*T_row, never by adding up; duration (s, 1 or lanes) [s];
    row (s, 1 or lanes) the table row in force; table (n, sources) values at the segment's start [V]; slope
    (n, sources) [V/s], or None where all sources are constant within every segment. `slots` (columns,) are the slots
    that the table's columns set, where they are others than the Program's sources (hand-set levels that change).
    """

    begin: FloatArray
    duration: FloatArray
    row: IntArray
    table: FloatArray
    slope: FloatArray | None = None
    slots: IntArray | None = None
