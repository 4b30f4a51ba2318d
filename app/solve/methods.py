"""Names of integration methods, and which one `auto` takes for a Program."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Protocol

from app.errors import fail
from app.program import FloatArray, Program, Schedule
from app.solve.state import IntegratorState, Options, Recorder, RowEnds

COMPILED = {
    "dp5": "Dormand-Prince 5(4), adaptive: the default",
    "rk4": "classical Runge-Kutta of order 4, equal steps: for teaching",
}
SCIPY = {
    "dop853": "scipy's DOP853: reference for tight tolerances",
    "rk45": "scipy's RK45, for machines without numba",
    "lsoda": "scipy's LSODA, switches to a stiff method by itself",
    "radau": "scipy's Radau, implicit",
    "bdf": "scipy's BDF, implicit",
}
DESCRIPTIONS = {**COMPILED, **SCIPY}


class Integrator(Protocol):
    """What every method offers; see kernels.Engine for the meaning of the arguments."""

    program: Program
    method: str

    def advance(
        self,
        v: FloatArray,
        state: IntegratorState,
        schedule: Schedule,
        stop: int | None = None,
        most_steps: int | None = None,
        recorder: Recorder | None = None,
        row_ends: RowEnds | None = None,
    ) -> None: ...

    def forward(self, v: FloatArray, y: FloatArray, table: FloatArray) -> tuple[FloatArray, FloatArray]: ...

    def mean_squares(self, v: FloatArray, ends: FloatArray, table: FloatArray) -> FloatArray: ...

    def warm_up(self) -> None: ...

    def evaluate(self, v: FloatArray) -> FloatArray: ...


@dataclass(frozen=True)
class Choice:
    """A method's name and why it was taken, as a sentence for people."""

    name: str
    why: str


def choose(program: Program, name: str = "auto") -> Choice:
    """The method that `name` stands for. Raises ProblemError for a name that is none."""
    if name != "auto" and name not in DESCRIPTIONS:
        raise fail("method-unknown", "method", f"there is no method {name!r}", f"use auto or {', '.join(DESCRIPTIONS)}")
    if name in SCIPY:
        return Choice(name, "as asked")
    if importlib.util.find_spec("numba") is None:
        return Choice("rk45", "numba is not installed, so scipy integrates, about a thousand times slower")
    if name != "auto":
        return Choice(name, "as asked")
    return Choice("dp5", "no time constant is far shorter than the others")


def create(program: Program, name: str = "auto", options: Options | None = None) -> Integrator:
    """An integrator for a Program. Raises ProblemError for a name that is none."""
    choice = choose(program, name)
    if choice.name in SCIPY:
        from app.solve.scipy_engine import ScipyEngine

        return ScipyEngine(program, choice.name, options)
    from app.solve.kernels import Engine

    return Engine(program, choice.name, options)


def describe(program: Program) -> list[str]:
    """Sentences for people: the method that `auto` takes, the dense layers that were recognised, and why others were
    not."""
    from app.solve.recognise import Matrix, recognise

    choice = choose(program)
    found = recognise(program)
    layers = [operation for _, operation in found.operations if isinstance(operation, Matrix)]
    sizes = [f"{layer.net.n} neurons of {layer.states.shape[1]} weights" for layer in layers]
    recognised = f"{len(sizes)} dense layers recognised: {', '.join(sizes)}" if sizes else "no dense layer recognised"
    return [f"method {choice.name}: {choice.why}", recognised, *found.reasons]
