"""Rows in no order -> a frozen Program: levels of direct feed-through, constants folded away, like rows grouped.

A row depends on the rows that write its operands; states and sources depend on nothing. What cannot be ordered is an
algebraic loop; it is reported as strongly connected components with the blocks on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from app.circuit.loops import Cut, clustered, cuts
from app.circuit.lower import Lowered
from app.circuit.row_table import (
    Numbers,
    Rows,
    concatenated,
    dependencies,
    pairs_last,
    producers,
    reordered,
    sigmoid_pairs,
    unpaired,
    with_pairs_last,
)
from app.program import FORWARD, ONE, TIME, FloatArray, IntArray, Loop, Opcode, Program


class AlgebraicLoop(Exception):
    """`loops` lists for each strongly connected component the drawn instances (numbers) on it."""

    def __init__(self, loops: list[list[int]]) -> None:
        self.loops = loops
        super().__init__("algebraic loop")


def order(
    lowered: Lowered, errors: IntArray, outputs: IntArray, memory: IntArray, moving: IntArray,
    solve_loops: bool = False,
) -> tuple[Program, IntArray]:  # fmt: skip
    """The Program and the final slot of every node. `errors`, `outputs`: nodes of the Type1 V_E and V_out; `memory`
    (states,) true for weights, whose value only learning changes; `moving`: slots of sources that change within a row.
    Loops without delay become Loops of the Program if `solve_loops`, else AlgebraicLoop is raised."""
    canonical, values = _fold_static(lowered)
    node_slot = canonical[lowered.node_slot]
    rows = concatenated(lowered.builder.batches, canonical)
    lowered.builder.batches.clear()  # so that what follows finds memory to reuse
    pairs = sigmoid_pairs(rows)
    rows.opcode[pairs] = Opcode.SIGMOID_PAIR
    producer = producers(rows, lowered.builder.slots)
    level = _levels(rows, producer)
    found: list[Cut] = []
    cluster = np.full(rows.count, -1)
    if (level < 0).any():
        rows, pairs, level = with_pairs_last(rows, pairs, level)
        producer = producers(rows, lowered.builder.slots)
        if not solve_loops:
            raise AlgebraicLoop(_loops(rows, producer, level < 0))
        writer, reader = dependencies(rows, producer)
        found = cuts(writer, reader)
        level, cluster = clustered(rows.count, writer, reader, found)
        rows, pairs = unpaired(rows, pairs, level)
    forward, read = _cone(rows, producer, level, node_slot[errors])
    first_state = 2
    count = len(lowered.state_nodes)
    touched = read[(read >= first_state) & (read < first_state + count)] - first_state
    for number in range(len(found)):
        forward[cluster == number] |= forward[cluster == number].any()
    loops, slots = _guesses(rows, found, lowered.builder.slots)
    program, cluster = _assemble(rows, level, forward, slots, cluster, pairs)
    return (
        replace(
            program,
            loops=tuple(_placed(loop, program.groups, cluster == number) for number, loop in enumerate(loops)),
            first_state=first_state,
            states=count,
            sources=lowered.sources,
            levels=dict(lowered.levels),
            errors=node_slot[errors],
            outputs=node_slot[outputs],
            forward_has_state=bool((~memory[touched]).any() or np.isin([TIME, *moving], read).any()),
            static_slots=np.array(sorted(values), np.int64),
            static_values=_stack_values([values[slot] for slot in sorted(values)]),
        ),
        node_slot,
    )


def _guesses(rows: Rows, found: list[Cut], slots: int) -> tuple[list[Loop], int]:
    """A Loop for each Cut, whose rows from now on read guesses; and the number of slots with those."""
    loops = []
    edge_row = rows.row_of_edge()
    for cut in found:
        n = len(cut.torn)
        results, unknowns = rows.out[cut.torn], slots + np.arange(n)
        scratch = slots + n + np.arange(n * n + 3 * n + 4)
        slots += n + len(scratch)
        within = np.flatnonzero(np.isin(edge_row, cut.rows))
        for operands in (rows.a, rows.b):
            for result, unknown in zip(results, unknowns, strict=True):
                operands[within[operands[within] == result]] = unknown
        owners = {int(owner) for owner in rows.owner[within] if owner >= 0}
        loops.append(Loop(0, 0, unknowns, results, scratch, tuple(sorted(owners))))
    return loops, slots


def _placed(loop: Loop, groups: IntArray, mine: np.ndarray) -> Loop:
    """With its groups, whose rows are `mine`."""
    numbers = [number for number, (_, first, _, _) in enumerate(groups) if mine[first]]
    return replace(loop, first=min(numbers), last=max(numbers) + 1)


def _fold_static(lowered: Lowered) -> tuple[IntArray, dict[int, FloatArray]]:
    """Slots that never change, equal ones merged (so that all bias sources of 1 V are slot ONE)."""
    canonical = np.arange(lowered.builder.slots)
    values: dict[int, FloatArray] = {}
    seen: dict[bytes, int] = {np.ones(1).tobytes(): ONE}
    for slots, k in lowered.builder.static:
        for slot, row in zip(slots, np.broadcast_to(k, (len(slots), k.shape[1])), strict=True):
            key = row[:1].tobytes() if (row == row[0]).all() else row.tobytes()
            if key in seen:
                canonical[slot] = seen[key]
            else:
                seen[key] = int(slot)
                values[int(slot)] = np.ascontiguousarray(row)
    return canonical, values


def _stack_values(values: list[FloatArray]) -> FloatArray:
    if not values:
        return np.zeros((0, 1))
    lanes = max(len(value) for value in values)
    return np.stack([np.broadcast_to(value, lanes) for value in values])


def _levels(rows: Rows, producer: Numbers) -> IntArray:
    """Longest distance from states and sources, by frontiers; -1 on and behind a loop."""
    writer, reader = dependencies(rows, producer)
    waiting = np.bincount(reader, minlength=rows.count)
    by_writer = np.argsort(writer, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(writer, minlength=rows.count))])
    readers = reader[by_writer]
    level = np.full(rows.count, -1)
    ready = np.flatnonzero(waiting == 0)
    depth = 0
    while len(ready):
        level[ready] = depth
        sizes = start[ready + 1] - start[ready]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        touched = readers[np.repeat(start[ready] - offsets[:-1], sizes) + np.arange(offsets[-1])]
        waiting -= np.bincount(touched, minlength=rows.count)
        ready = _distinct(touched[waiting[touched] == 0], rows.count)
        depth += 1
    return level


def _loops(rows: Rows, producer: Numbers, stuck: np.ndarray) -> list[list[int]]:
    """Drawn instances on each strongly connected component of the rows that could not be ordered."""
    writer, reader = dependencies(rows, producer)
    inside = stuck[writer] & stuck[reader]
    graph = nx.DiGraph(zip(writer[inside].tolist(), reader[inside].tolist(), strict=True))
    edge_row = rows.row_of_edge()
    loops = []
    for component in nx.strongly_connected_components(graph):
        if len(component) == 1 and not graph.has_edge(*(list(component) * 2)):
            continue
        member = np.isin(edge_row, list(component))
        from_inside = np.isin(producer[rows.a], list(component)) | np.isin(producer[rows.b], list(component))
        owners = rows.owner[member & from_inside]
        loops.append(sorted({int(owner) for owner in owners if owner >= 0}))
    return loops


def _cone(rows: Rows, producer: Numbers, level: IntArray, targets: IntArray) -> tuple[np.ndarray, IntArray]:
    """Which rows the targets need, and all slots that those rows read."""
    needed = np.zeros(rows.count, bool)
    frontier = _distinct(producer[targets], rows.count)
    edge_row = rows.row_of_edge()
    while len(frontier):
        needed[frontier] = True
        inside = np.zeros(rows.count, bool)
        inside[frontier] = True
        use = inside[edge_row]
        found = _distinct(producer[np.concatenate([rows.a[use], rows.b[use]])], rows.count)
        frontier = found[~needed[found]]
    use = needed[edge_row]
    return needed, _distinct(np.concatenate([rows.a[use], rows.b[use], targets]), len(producer))


def _distinct(numbers: npt.NDArray[Any], limit: int) -> IntArray:
    """The different numbers 0 .. limit-1 among `numbers`, ascending; negative ones are dropped. Linear time."""
    present = np.zeros(limit, bool)
    present[numbers[numbers >= 0]] = True
    return np.flatnonzero(present)


def _assemble(
    rows: Rows, level: IntArray, forward: np.ndarray, slots: int, cluster: IntArray, pairs: IntArray
) -> tuple[Program, IntArray]:
    """Rows sorted by level (derivatives last), cone, opcode; neighbours of one kind become a group. Also the rows'
    clusters in their new order."""
    last = int(level.max(initial=0)) + 1
    rank = np.where(rows.opcode == Opcode.DERIVATIVE, last, level)
    # A pair's two rows share level and operand, so a stable sort keeps them together; the pair is needed if either is.
    forward = forward.copy()
    forward[pairs] = np.repeat(forward[pairs[0::2]] | forward[pairs[1::2]], 2)
    key = (2 * rank + ~forward) * len(Opcode) + rows.opcode
    sequence = pairs_last(rows.count, pairs)
    sequence = sequence[np.argsort(key[sequence], kind="stable")]
    rows = reordered(rows, sequence)
    change = np.flatnonzero(np.diff(key[sequence])) + 1
    starts = np.concatenate([[0], change]) if rows.count else np.zeros(0, int)
    ends = np.concatenate([change, [rows.count]]) if rows.count else np.zeros(0, int)
    groups = np.stack(
        [rows.opcode[starts], starts, ends, np.where(forward[sequence][starts], FORWARD, 0)], axis=1
    ).astype(np.int64) if rows.count else np.zeros((0, 4), np.int64)  # fmt: skip
    program = Program(
        slots=slots, lanes=max(rows.k.shape[1], rows.m.shape[1]), first_state=2, states=0, groups=groups,
        out=rows.out, ptr=rows.ptr, a=rows.a, b=rows.b, k=np.ascontiguousarray(rows.k),
        m=np.ascontiguousarray(rows.m), sources=np.zeros(0, np.int64),
    )  # fmt: skip
    return program, cluster[sequence]
