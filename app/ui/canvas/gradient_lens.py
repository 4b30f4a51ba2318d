"""The gradient lens: beside each capacitor the current that charges it and the one that backpropagation wants.

The comparison is made in the engine's thread, between two chunks of the run; the result is taken with a later frame.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from app.document.schematic import Schematic
from app.errors import ProblemError
from app.training.frame import Frame
from app.training.stream import Latest
from app.ui.desk import Desk

if TYPE_CHECKING:  # the compiler of circuits is loaded by the engine's thread; a window does not wait for it
    from app.training.gradient_check import GradientCheck
    from app.training.run import TrainingRun

WRONG = 0.05  # a current that differs by more than this share of the largest is shown as wrong
REST = 20.0  # asks again after so many times what the last answer took
MOST_WEIGHTS = 3000  # each needs evaluations of the whole forward part

Synapse = tuple[str, str]  # id of the block that holds the capacitor, name of the capacitor inside it (or empty)


@dataclass(frozen=True, slots=True)
class Comparison:
    """On the row where backpropagation wants most [A]."""

    drawn: float
    wanted: float
    right: bool


class GradientLens:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._answers: Latest[Mapping[Synapse, Comparison]] = Latest()
        self._asked: tuple[object, int] | None = None
        self._pending = False
        self._next = 0.0
        self.on = False

    def switch(self, on: bool) -> None:
        self.on, self._asked = on, None
        if on and self._desk.frame is not None:
            self.follow(self._desk.frame)

    def follow(self, frame: Frame) -> Mapping[Synapse, Comparison] | None:
        """Asks once an epoch (or when time stands still elsewhere); a new answer, if there is one."""
        if not self.on:
            return None
        answer = self._answers.take()
        if answer is not None:
            self._pending = False
        now = time.perf_counter()
        moment = frame.layout, frame.epoch
        if frame.layout is not None and not self._pending and moment != self._asked and now >= self._next:
            self._asked, self._pending = moment, True
            self._desk.engine.ask(partial(self._compare, self._desk.schematic.copy()))
        return answer

    def _compare(self, schematic: Schematic, run: TrainingRun | None) -> None:
        """In the engine's thread."""
        from app.training.gradient_check import check_gradient

        begun = time.perf_counter()
        found: Mapping[Synapse, Comparison] = {}
        if run is not None and 0 < len(run.circuit.weight_states) <= MOST_WEIGHTS:
            try:
                weights = np.array(run.state.y[run.circuit.weight_states, 0])
                found = comparisons(check_gradient(run.circuit, schematic, weights=weights), run)
            except ProblemError:  # where the gradient is undefined there is nothing to show
                found = {}
        self._next = time.perf_counter() + REST * (time.perf_counter() - begun)
        self._answers.put(found)


def comparisons(check: GradientCheck, run: TrainingRun) -> dict[Synapse, Comparison]:
    """By the capacitor's place in the drawing."""
    largest = float(np.abs(check.wanted).max(initial=0.0))
    netlist = run.circuit.netlist
    result: dict[Synapse, Comparison] = {}
    for number, (group, at) in enumerate(run.circuit.capacitors):
        row = int(np.argmax(np.abs(check.wanted[:, number])))
        deviation = float(np.abs(check.drawn[:, number] - check.wanted[:, number]).max())
        owner, part = netlist.instances[group.owner[at]].id, group.local[at % len(group.local)]
        drawn, wanted = float(check.drawn[row, number]), float(check.wanted[row, number])
        result[owner, part] = Comparison(drawn, wanted, deviation <= WRONG * largest)
    return result
