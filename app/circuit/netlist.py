"""The flattened netlist as arrays: groups of like parts whose pins are node numbers, at whatever level drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np

from app.errors import Problem
from app.program import FloatArray, IntArray
from blocks.spec import Block, Staircase, Waveform

MEMORY_TYPES = ("weight", "varying_weight")


@dataclass(slots=True)
class PartGroup:
    """Like parts. `nodes[port]` (n,) node numbers; `values[parameter]` (n, 1 or lanes), NaN where a weight's V0 is
    seeded; `owner` (n,) indexes
    Netlist.instances; `local[i % len(local)]` is the name within the macro ("" = drawn)."""

    block: Block
    nodes: dict[str, IntArray]
    values: dict[str, FloatArray]
    owner: IntArray
    local: Sequence[str]

    @property
    def count(self) -> int:
        return len(self.owner)


@dataclass(frozen=True, slots=True)
class DrawnInstance:
    """What a part belongs to: the drawn block's id and name (chains joined by `/` when it stands inside sheets)."""

    id: str
    name: str
    type: str
    values: dict[str, Any]


@dataclass(slots=True)
class ScheduledPort:
    """Output pins that the run sets: dataset columns (`waveform` None) or a waveform."""

    instance: int
    port: str
    nodes: IntArray
    waveform: Waveform | Staircase | None = None


@dataclass(slots=True)
class Netlist:
    """Nodes are numbered 0 .. nodes-1. `pins[(instance id, port)]` gives the nodes of a drawn port, index 1 first, and
    `pins[(junction id, "")]` those of a junction.
    `pin_counts` (drawn nodes,) counts drawn pins on the first nodes; the rest are inside macros.
    `drawn` is the networkx graph of instances and junctions joined by wires, from which the nodes are numbered: an edge
    joins `width` pins from number `a` on with as many from `b` on. `solve_loops`: the document wants algebraic loops
    solved instead of refused."""

    instances: list[DrawnInstance] = field(default_factory=list)
    groups: list[PartGroup] = field(default_factory=list)
    scheduled: list[ScheduledPort] = field(default_factory=list)
    nodes: int = 0
    pin_counts: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    pins: Mapping[tuple[str, str], IntArray] = field(default_factory=dict)
    net_names: dict[int, str] = field(default_factory=dict)
    drawn: nx.MultiGraph = field(default_factory=nx.MultiGraph)
    problems: list[Problem] = field(default_factory=list)
    lanes: int = 1
    solve_loops: bool = False

    def path(self, group: PartGroup, row: int) -> str:
        """`N2_1/Mf0` for a part of a macro, `M1` for a drawn one."""
        name = self.instances[group.owner[row]].name
        local = group.local[row % len(group.local)]
        return f"{name}/{local}" if local else name

    def id_path(self, group: PartGroup, row: int) -> str:
        """The same with the drawn block's stable id: survives renaming."""
        ident = self.instances[group.owner[row]].id
        local = group.local[row % len(group.local)]
        return f"{ident}/{local}" if local else ident

    def of_type(self, *types: str) -> list[PartGroup]:
        return [group for group in self.groups if group.block.type in types]

    def count(self, *types: str) -> int:
        """How many parts of these types there are, macros opened."""
        return sum(group.count for group in self.of_type(*types))


def is_activation(group: PartGroup) -> bool:
    """Any of the activations (6): I_in to V_out."""
    return "V_amp" in group.values and "I_in" in group.nodes


def merged(groups: list[PartGroup]) -> FloatArray:
    """Helper for totals: concatenated C of weight groups [F], first lane."""
    return np.concatenate([group.values["C"][:, 0] for group in groups]) if groups else np.zeros(0)
