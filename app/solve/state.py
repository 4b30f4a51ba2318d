"""What an integration is made of besides the Program: where each lane stands, tolerances, and what to write down."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from app.program import FloatArray, IntArray


class Status(IntEnum):
    """Of one lane. RUNNING until its last segment is done or it stops for good."""

    RUNNING = 0
    NON_FINITE = 1  # a derivative or every trial step was not a finite number
    STEP_TOO_SMALL = 2  # the tolerance cannot be met: steps below 1e-10 of a segment


@dataclass
class IntegratorState:
    """Everything that a run carries from one step to the next; saving and restoring it changes no bit of the run.

    y (states, lanes) [V]; h (lanes,) the next step's suggestion [s], infinite before the first; segment (lanes,) index
    into the Schedule in use; offset (lanes,) time since that segment's begin [s]; steps, rejected (lanes,) counts;
    status (lanes,) of Status; failed_at (lanes,) the time at which a lane stopped for good [s], NaN otherwise; guesses
    (guesses, lanes) [V] the last solution of algebraic loops, from which the next is sought.
    """

    y: FloatArray
    h: FloatArray
    segment: IntArray
    offset: FloatArray
    steps: IntArray
    rejected: IntArray
    status: IntArray
    failed_at: FloatArray
    guesses: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    @classmethod
    def start(cls, y: FloatArray) -> IntegratorState:
        """At the first segment's begin with the states y (states, lanes) [V] (copied)."""
        y = np.array(y, float, ndmin=2)
        lanes = y.shape[1]

        def counts() -> IntArray:
            return np.zeros(lanes, np.int64)

        return cls(
            y, np.full(lanes, np.inf), counts(), np.zeros(lanes), counts(), counts(), counts(),
            np.full(lanes, np.nan), np.zeros((0, lanes)),
        )  # fmt: skip

    @property
    def lanes(self) -> int:
        return int(self.y.shape[1])

    def of_lanes(self, lanes: IntArray) -> IntegratorState:
        """A copy with these lanes only, in this order."""
        return IntegratorState(*(np.copy(getattr(self, name)[..., lanes]) for name in self.__dataclass_fields__))

    def copy(self) -> IntegratorState:
        return IntegratorState(*(np.copy(getattr(self, name)) for name in self.__dataclass_fields__))

    def shift(self, segments: int) -> None:
        """Makes `segment` count in the next Schedule, whose first segment is this one's number `segments`."""
        self.segment -= segments

    def at_end(self, stop: int) -> bool:
        """Whether every lane has done the segments below `stop` or has stopped for good."""
        return bool(((self.segment >= stop) | (self.status != Status.RUNNING)).all())


@dataclass(frozen=True)
class Options:
    """rtol is relative, atol in volts (default rtol/100): a step is accepted when the root mean square over the states
    of error / (atol + rtol max(|y before|, |y after|)) is at most 1. `threads` bounds the threads over blocks of eight
    lanes. `step` [s] is the longest step of the methods with equal steps. `whole_steps`: an adaptive method may not
    leave out evaluations where a step turns out easy (for measuring its order). `duration` [s]: how long a row is, by
    which `auto` judges what is fast."""

    rtol: float = 1e-6
    atol: float | None = None
    threads: int = 1
    step: float = math.inf
    whole_steps: bool = False
    duration: float = 0.0

    @property
    def absolute(self) -> float:
        return self.rtol / 100.0 if self.atol is None else self.atol


@dataclass
class Recorder:
    """Samples of lane 0 for live curves: slots (p,), from segment number `first` on; times (capacity,) [s] and values
    (capacity, p) are filled up to `count`. An integration returns early when it is full; take the samples and go on."""

    slots: IntArray
    capacity: int = 4096
    first: int = 0
    count: int = 0
    times: FloatArray = field(init=False)
    values: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.slots = np.asarray(self.slots, np.int64)
        self.capacity = max(self.capacity, 8)
        self.times = np.zeros(self.capacity)
        self.values = np.zeros((self.capacity, len(self.slots)))

    def take(self) -> tuple[FloatArray, FloatArray]:
        """Copies of the samples so far; the buffer is empty afterwards."""
        taken = self.times[: self.count].copy(), self.values[: self.count].copy()
        self.count = 0
        return taken


@dataclass
class RowEnds:
    """Values of `slots` (p,) at the ends of chosen segments, before the next segment's sources: values (chosen, p,
    lanes); number (segments,) is a segment's place in them, -1 where nothing is noted."""

    slots: IntArray
    number: IntArray
    values: FloatArray

    @classmethod
    def for_schedule(cls, slots: IntArray, segments: int, lanes: int, chosen: IntArray | None = None) -> RowEnds:
        """Notes the ends of the segments `chosen`, else of all."""
        which = np.arange(segments) if chosen is None else chosen
        number = np.full(segments, -1)
        number[which] = np.arange(len(which))
        return cls(np.asarray(slots, np.int64), number, np.full((len(which), len(slots), lanes), np.nan))

    @classmethod
    def numbered(cls, slots: IntArray, number: IntArray, count: int, lanes: int) -> RowEnds:
        """Notes the `count` ends that `number` (segments,) gives a place. Whatever stood in memory stands where a lane
        does not come to: see `forget_stopped`."""
        return cls(np.asarray(slots, np.int64), number, np.empty((count, len(slots), lanes)))

    def forget_stopped(self, state: IntegratorState) -> None:
        """NaN for the ends that lanes which stopped for good did not reach."""
        for lane in np.flatnonzero(state.status != Status.RUNNING):
            left = self.number[max(0, int(state.segment[lane])) :]
            self.values[left[left >= 0], :, lane] = np.nan
