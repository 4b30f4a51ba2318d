"""XOR 2-8-1 from ten sets of initial weights, the experiment behind Figs. 9, 10, 11 and 13."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from app import paths
from app.circuit.compile import compile_schematic
from app.document import aann_file
from app.document.schematic import Schematic
from app.document.set_parameters import apply_settings
from app.export.figure import Axis, Curve, Guide, Panel
from app.program import FloatArray
from app.reproduce.outcome import Table
from app.training.run import Options, prepare, seeds_from

Result = TypeVar("Result")
RUNS = 10
TARGET = 0.01  # V^2: below it XOR's outputs are within 0.1 V of their targets, on the average of squares
RISE = 1.001  # a run's MSE rises when it grows by more than 0.1 % in an epoch

FIG9, FIG10, FIG11, FIG13 = "fig9", "fig10", "fig11", "fig13"
LITERAL, OFFSET_V1 = "literal", "offset on V_1"
IMPERFECT = ("N*_*.multiplier=imperfect", "N*_*.V_off=0.1")
# What each experiment changes in the example XOR, and for how many epochs it runs.
EXPERIMENTS: Mapping[str, tuple[tuple[str, ...], int]] = {
    FIG9: (("D1.T_row=0.01u",), 2000),
    FIG10: (("D1.T_row=0.1u",), 400),
    FIG11: (("D1.T_row=1u",), 200),
    FIG13: (("D1.T_row=0.1u", *IMPERFECT), 400),
    OFFSET_V1: (("D1.T_row=0.1u", *IMPERFECT, "N*_*.offset_pin=V1"), 400),
    LITERAL: (("D1.T_row=1p",), 200),
}


@dataclass(frozen=True)
class Learning:
    """mse (epochs, runs) [V^2]; weights before and after (weights, runs) [V]; wall_seconds of integration."""

    mse: FloatArray
    before: FloatArray
    after: FloatArray
    row_time: float
    wall_seconds: float

    @cached_property
    def reached(self) -> FloatArray:
        """(runs,) the first epoch after which the MSE is below TARGET; NaN if none."""
        below = self.mse < TARGET
        return np.asarray(np.where(below.any(axis=0), below.argmax(axis=0) + 1.0, np.nan), float)

    @property
    def converged(self) -> int:
        return int(np.isfinite(self.reached).sum())

    @property
    def median(self) -> float:
        """Epochs to TARGET, the median of the runs; infinite where half of them do not reach it."""
        return float(np.median(np.where(np.isnan(self.reached), np.inf, self.reached)))

    @property
    def rises(self) -> FloatArray:
        """(runs,) how many epochs before TARGET raise the MSE."""
        up = self.mse[1:] > RISE * self.mse[:-1]
        before = np.arange(1, len(self.mse))[:, None] < np.where(np.isnan(self.reached), np.inf, self.reached)
        return np.asarray((up & before).sum(axis=0), float)

    def summary(self) -> str:
        """One sentence of figures."""
        rises = self.rises
        steady = f"{int((rises == 0).sum())} of {RUNS} runs never rise"
        return (
            f"{self.converged} of {RUNS} runs below {TARGET:g} V² within {len(self.mse):,} epochs, "
            f"median {self.median:,.0f} epochs; {steady}"
        )


@dataclass
class Bench:
    """Runs an experiment once and keeps it, since several figures show the same. `seed` is the first of the runs';
    `share` shortens what is only timed (1: as the paper)."""

    seed: int = 0
    share: float = 1.0
    _done: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Result]) -> Result:
        if name not in self._done:
            self._done[name] = make()
        result: Result = self._done[name]
        return result

    def learning(self, name: str) -> Learning:
        return self.once(name, lambda: self._run(name))

    def _run(self, name: str) -> Learning:
        settings, epochs = EXPERIMENTS[name]
        schematic = example("xor.aann", settings)
        run = prepare(compile_schematic(schematic), schematic, Options(seeds_from(self.seed, RUNS), keep_going=True))
        before = run.weights()[:, :RUNS].copy()
        run.advance_epochs(epochs)
        mse = run.mse[:][:, :RUNS]
        return Learning(mse, before, run.weights()[:, :RUNS].copy(), run.timeline.row_time, run.wall_seconds)


def example(file: str, settings: tuple[str, ...] = ()) -> Schematic:
    """A shipped example with settings changed. Raises ProblemError."""
    schematic = aann_file.load(paths.resources() / "examples" / file).schematic
    apply_settings(schematic, settings)
    return schematic


def curves(result: Learning) -> tuple[Curve, ...]:
    epochs = np.arange(1, len(result.mse) + 1.0)
    return tuple(Curve(epochs, result.mse[:, k], k, width=1.3) for k in range(result.mse.shape[1]))


def log_panel(result: Learning, title: str, low: float | None = None) -> Panel:
    """From `low`, by default the decade of the least MSE, to 1 V^2."""
    limits = (decade(result) if low is None else low, 1.0)
    guide = Guide(TARGET, f"{TARGET:g} V²")
    x = Axis("Epoch", limits=(0.0, float(len(result.mse))))
    return Panel(x, Axis("MSE [V²]", log=True, limits=limits), curves(result), title, (guide,))


def decade(*results: Learning) -> float:
    """The power of ten below every MSE."""
    return float(10.0 ** np.floor(np.log10(min(np.nanmin(result.mse) for result in results))))


def linear_panel(result: Learning, title: str) -> Panel:
    x = Axis("Epoch", limits=(0.0, float(len(result.mse))))
    high = 0.05 * np.ceil(1.02 * np.nanmax(result.mse) / 0.05)
    return Panel(x, Axis("MSE [V²]", limits=(0.0, float(high))), curves(result), title)


def table(result: Learning, seed: int) -> Table:
    header = ("epoch", *(f"MSE seed {seed + k} [V^2]" for k in range(result.mse.shape[1])))
    return Table(header, [(k + 1, *row.tolist()) for k, row in enumerate(result.mse)])
