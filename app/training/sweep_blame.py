"""Blame: which imperfection costs most MSE. Every group of drawn parameters has its variance removed in turn, in the
same runs with the same seeds and the same other draws; what the MSE falls by is what that group costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.document.addresses import Address
from app.document.schematic import Schematic
from app.errors import fail
from app.program import FloatArray
from app.training.sweep_plan import Plan, Sweep
from app.training.sweep_table import Table

LEVELS = {
    "vary": "each draw as it was asked for",
    "role": "like parts of all neurons together: all Mf, all Ms ...",
    "block": "each drawn block with all its parts",
    "part": "each part by itself",
}
_DIGITS = re.compile(r"\d+$")


@dataclass(frozen=True)
class Group:
    """Drawn parameters that are blamed together."""

    name: str
    addresses: tuple[Address, ...]

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(address.path for address in self.addresses)


@dataclass(frozen=True)
class Cost:
    """Of one group, over the `runs` that are done both ways: mean fall of the final MSE when its variance is removed
    [V^2] and the standard error of that mean, and how much the share of runs that learn rises."""

    group: Group
    mse: float
    error: float
    share: float
    runs: int

    @property
    def clear(self) -> bool:
        """Whether the cost stands out of the runs' scatter (two standard errors)."""
        return bool(abs(self.mse) > 2.0 * self.error)


def blame_plan(schematic: Schematic, sweep: Sweep, level: str) -> tuple[Plan, list[Group]]:
    """The sweep with every group's variance removed in turn. Raises ProblemError when nothing is drawn."""
    groups = groups_of(Plan(schematic, sweep), level)
    if not groups:
        raise fail(
            "nothing-drawn", "--blame", "nothing varies at random", "draw something, as in N*/M*.V_off=normal:0:5m"
        )
    return Plan(schematic, replace(sweep, calm=tuple(group.paths for group in groups))), groups


def groups_of(plan: Plan, level: str) -> list[Group]:
    """The groups of a level in order of appearance. Different parameters of a part are different groups."""
    found: dict[str, list[Address]] = {}
    for entry in plan.draws:
        for address in entry.addresses:
            name = _NAMES[level](address) if level in _NAMES else entry.draw.target
            found.setdefault(name, []).append(address)
    return [Group(name, tuple(dict.fromkeys(addresses))) for name, addresses in found.items()]


def ranking(table: Table, groups: Sequence[Group]) -> list[Cost]:
    """The costliest group first. A run in which a value stopped being finite counts as the worst that did not."""
    shape = len(table.plan.points), 1 + len(groups), table.plan.sweep.runs  # the order of Plan.cases
    final, reached = _bounded(table.final_mse).reshape(shape), (table.reached > 0).reshape(shape)
    done = table.done.reshape(shape)
    costs = []
    for number, group in enumerate(groups, start=1):
        both = done[:, 0] & done[:, number]
        fall = (final[:, 0] - final[:, number])[both]
        gain = reached[:, number].astype(float)[both] - reached[:, 0][both]
        error = float(np.std(fall, ddof=1) / np.sqrt(len(fall))) if len(fall) > 1 else float("nan")
        mean, share = (float(np.mean(fall)), float(np.mean(gain))) if len(fall) else (float("nan"), float("nan"))
        costs.append(Cost(group, mean, error, share, len(fall)))
    return sorted(costs, key=lambda cost: (-np.nan_to_num(cost.mse, nan=-np.inf), cost.group.name))


def _bounded(final: FloatArray) -> FloatArray:
    finite = final[np.isfinite(final)]
    return np.where(np.isinf(final), finite.max() if len(finite) else 1.0, final)


def _role(address: Address) -> str:
    """`Mf.V_off` for N2_1/Mf0.V_off, drawn as a part or flat on the sheet."""
    local = address.block_path.rpartition("/")[2]
    return f"{_DIGITS.sub('', local)}.{address.parameter}" if local else address.path


def _block(address: Address) -> str:
    owner = address.block_path.partition("/")[0]
    return f"{owner}.{address.parameter}" if owner else address.path


_NAMES: dict[str, Callable[[Address], str]] = {"role": _role, "block": _block, "part": lambda address: address.path}
