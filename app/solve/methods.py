"""Names of integration methods, and which one `auto` takes for a Program."""

from __future__ import annotations

import importlib.util
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from app.errors import fail
from app.program import FloatArray, IntArray, Opcode, Program, Schedule
from app.solve.state import IntegratorState, Options, Recorder, RowEnds
from app.solve.tangent import decay_rates, some_states

COMPILED = {
    "dp5": "Dormand-Prince 5(4), adaptive: the default",
    "dp8": "Dormand-Prince 8(5,3), adaptive: for tolerances of 1e-9 and below",
    "rosw": "ROS34PW2, implicit in parasitic node time constants alone",
    "rodas": "RODAS 4(3), implicit in all states: for small stiff circuits",
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
KINDS: dict[int, str] = {
    Opcode.MAC: "sums of products",
    Opcode.DERIVATIVE: "sums of currents into capacitors",
    Opcode.SIGMOID_PAIR: "activations and slopes",
    Opcode.TANH: "tanh (in imperfect multipliers too: no layer is made of them)",
}
FAST = 30.0  # a state that decays so often within a segment is stiff: from here on dp5 takes the longer
TIGHT = 2e-9  # rtol below which order 8 costs less than order 5
SMALL = 200  # states up to which a dense Jacobian is cheap enough


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
    """A method's name and why it was taken, as a sentence for people; `implicit` numbers of the states that `rosw`
    treats implicitly."""

    name: str
    why: str
    implicit: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))


def choose(program: Program, name: str = "auto", options: Options | None = None) -> Choice:
    """The method that `name` stands for, from the Program and the options alone. Raises ProblemError for a name that is
    none, and for one that does not suit."""
    if name != "auto" and name not in DESCRIPTIONS:
        raise fail("method-unknown", "method", f"there is no method {name!r}", f"use auto or {', '.join(DESCRIPTIONS)}")
    if name in SCIPY:
        return Choice(name, "as asked")
    if importlib.util.find_spec("numba") is None:
        return Choice("rk45", "numba is not installed, so scipy integrates, about a thousand times slower")
    if name == "rodas" and program.loops:
        raise fail(
            "method-unsuited", "method", "rodas cannot differentiate through algebraic loops", "use auto, dp5 or rosw"
        )
    if name == "rosw":
        return _asked_partitioned(program, options or Options())
    if name != "auto":
        return Choice(name, "as asked")
    return _suiting(program, options or Options())


def _suiting(program: Program, options: Options) -> Choice:
    rates = decay_rates(program)
    fast = np.flatnonzero(rates * options.duration > FAST)
    if not len(fast):
        if options.rtol <= TIGHT:
            return Choice("dp8", f"rtol {options.rtol:g} is tight, where order 8 takes fewer evaluations")
        return Choice("dp5", "no time constant is far shorter than the others")
    found = (
        f"{len(fast)} of {program.states} states have time constants down to {format_time(1.0 / rates[fast].max())}, "
        f"far shorter than a row's {format_time(options.duration)}"
    )
    if not some_states(program, fast).dropped:
        return Choice("rosw", f"{found}; they follow one another without a loop, so only these are implicit", fast)
    if program.states <= SMALL and not program.loops:
        return Choice("rodas", f"{found}; they form loops and the circuit is small, so all states are implicit")
    return Choice("rosw", f"{found}; where they form loops, what leads back is explicit", fast)


def _asked_partitioned(program: Program, options: Options) -> Choice:
    rates = decay_rates(program)
    decaying = np.flatnonzero(rates > 0)
    fast = np.flatnonzero(rates * options.duration > FAST)
    if not len(decaying):
        raise fail(
            "method-unsuited", "method", "rosw is implicit in parasitic states, and this circuit has none",
            "use auto, dp5 or rodas",
        )  # fmt: skip
    return Choice("rosw", "as asked", fast if len(fast) else decaying)


def format_time(seconds: float) -> str:
    """A time for people: 0.1 us as 100 ns."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("ps", 1e-12)):
        if seconds >= 0.9999 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-15:.3g} fs"


def create(program: Program, name: str = "auto", options: Options | None = None) -> Integrator:
    """An integrator for a Program. Raises ProblemError for a name that is none or does not suit."""
    choice = choose(program, name, options)
    if choice.name in SCIPY:
        from app.solve.scipy_engine import ScipyEngine

        return ScipyEngine(program, choice.name, options)
    if choice.name in ("rosw", "rodas"):
        from app.solve.stiff_engine import PartitionedEngine, RosenbrockEngine

        if choice.name == "rodas":
            return RosenbrockEngine(program, options)
        return PartitionedEngine(program, options, choice.implicit)
    from app.solve.kernels import Engine

    return Engine(program, choice.name, options)


def describe(program: Program, options: Options | None = None) -> list[str]:
    """Sentences for people: the method that `auto` takes, the dense layers that were recognised, which of them the
    method integrates by one number a neuron, and why the rest stays on the table."""
    from app.solve.plan import rank1_layer
    from app.solve.recognise import Matrix, recognise

    choice = choose(program, "auto", options)
    found = recognise(program)
    layers = [operation for _, operation in found.operations if isinstance(operation, Matrix)]
    sizes = [f"{_many(layer.net.n, 'neuron')} of {_many(layer.states.shape[1], 'weight')}" for layer in layers]
    found_layers = f"{_many(len(sizes), 'dense layer')} recognised: {', '.join(sizes)}"
    recognised = found_layers if sizes else "no dense layer recognised"
    lines = [f"method {choice.name}: {choice.why}", recognised]
    moved = rank1_layer(program, found)
    if moved is not None and choice.name == "dp5":
        lines.append(
            f"the layer of {_many(moved.net.n, 'neuron')} of {_many(len(moved.inputs), 'weight')} is integrated as "
            f"{_many(moved.net.n, 'number')} within a row, where one run goes alone: its inputs stand still"
        )
    return [*lines, *dict.fromkeys(found.reasons), *_left_on_the_table(program, found.used)]


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _left_on_the_table(program: Program, used: Any) -> list[str]:
    """What kinds of operations no layer took."""
    left: Counter[int] = Counter()
    for code, first, last, _ in program.groups:
        left[int(code)] += int(last - first - used[first:last].sum())
    listed = [f"{count} {KINDS.get(code, Opcode(code).name.lower())}" for code, count in left.items() if count]
    return [f"on the table of operations: {', '.join(listed)}"] if listed else []
