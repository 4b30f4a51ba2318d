"""Blame: which imperfection costs most MSE. Every group of drawn parameters has its variance removed in turn, in the
same runs with the same seeds and the same other draws; what the MSE falls by is what that group costs. Without draws
the flaws that stand in the drawing are mended in turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.document.addresses import Address
from app.document.schematic import Schematic, block_of, values_of
from app.document.unfold import unfold
from app.errors import fail
from app.program import FloatArray
from app.training.sweep_job import Settings
from app.training.sweep_plan import Plan, Sweep
from app.training.sweep_table import Table
from blocks import discover

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
    """The sweep with every group's variance removed in turn; if nothing is drawn, with every group of the flaws that
    stand in the drawing mended in turn. Raises ProblemError when there is neither."""
    groups = groups_of(Plan(schematic, sweep), level)
    flaws: Settings = ()
    if not groups:
        flaws = flaws_of(schematic)
        groups = _grouped([(address, address.parameter) for address, _ in flaws], level)
    if not groups:
        raise fail(
            "nothing-drawn", "--blame", "nothing varies at random, and no part in the drawing deviates from its neuron",
            "draw something, as in N*/M*.V_off=normal:0:5m",
        )  # fmt: skip
    return Plan(schematic, replace(sweep, calm=tuple(group.paths for group in groups), flaws=flaws)), groups


def flaws_of(schematic: Schematic) -> Settings:
    """The flaws that a drawing contains, each with what mends it: numbers of parts that override their neuron's, and
    offsets of multipliers that are drawn by themselves."""
    found: list[tuple[Address, str | None]] = []
    schematic = unfold(schematic).schematic
    for instance in schematic.top.instances.values():
        try:
            block = block_of(instance)
        except KeyError:
            continue
        if block.expand is not None and instance.overrides:
            types = {part.name: part.type for part in block.expand(values_of(schematic, instance)).parts}
            for key in instance.overrides:
                part, _, name = key.rpartition(".")
                parameter = discover.block(types[part]).parameter(name) if part in types else None
                if parameter is not None and parameter.kind == "quantity":
                    found.append((Address(instance.id, instance.name, part, name, types[part]), None))
        if instance.type == "imperfect_multiplier" and values_of(schematic, instance)["V_off"] != 0:
            found.append((Address(instance.id, instance.name, "", "V_off", instance.type), "0"))
    return tuple(found)


def groups_of(plan: Plan, level: str) -> list[Group]:
    """The groups of a level in order of appearance. Different parameters of a part are different groups."""
    return _grouped([(address, entry.draw.target) for entry in plan.draws for address in entry.addresses], level)


def _grouped(addresses: Sequence[tuple[Address, str]], level: str) -> list[Group]:
    """`addresses` come with the name of their group at the level "vary"."""
    found: dict[str, list[Address]] = {}
    for address, target in addresses:
        found.setdefault(_NAMES[level](address) if level in _NAMES else target, []).append(address)
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
    inside = address.instance.count("/") + 1  # placed sheets around the block have names of their own
    owner = "/".join(address.block_path.split("/")[:inside])
    return f"{owner}.{address.parameter}" if owner else address.path


_NAMES: dict[str, Callable[[Address], str]] = {"role": _role, "block": _block, "part": lambda address: address.path}
