"""What survives when a run is replaced: charges by stable id when the drawing is edited, a trained state in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from app.document.definitions import SHEET
from app.program import FloatArray
from app.solve.state import IntegratorState

if TYPE_CHECKING:
    from app.training.run import TrainingRun

MAX_ROW = 1 << 52  # rows times T_row stay exact


def carry_charges(earlier: TrainingRun, run: TrainingRun) -> None:
    """Give `run` the voltages that capacitors of the same stable id had in `earlier`, and its place in the data. Where
    only parameters differ, the integration goes on as if nothing had happened."""
    same = earlier.circuit.weight_ids == run.circuit.weight_ids and earlier.state.y.shape == run.state.y.shape
    well = not earlier.state.status.any()
    if same and well and earlier.circuit.state_names == run.circuit.state_names:
        run.state = earlier.state.copy()
    else:
        y = run.state.y.copy()
        known = dict(zip(earlier.circuit.weight_ids, earlier.circuit.weight_states, strict=True))
        for ident, state in zip(run.circuit.weight_ids, run.circuit.weight_states, strict=True):
            if ident in known:
                y[state] = earlier.state.y[known[ident]]
        if _has_sheets(earlier) or _has_sheets(run):
            _carry_moved(earlier, run, y)
        run.state = IntegratorState.start(y)
    rows = run.timeline.rows
    run.row = earlier.row if rows == earlier.timeline.rows else earlier.epoch * rows


def _has_sheets(run: TrainingRun) -> bool:
    return any(instance.type == SHEET for instance in run.circuit.netlist.instances)


def _carry_moved(earlier: TrainingRun, run: TrainingRun, y: FloatArray) -> None:
    """Charges of capacitors that went into a placed sheet or came out of one."""
    known = _places(earlier)
    for names, state in zip(_chains(run), run.circuit.weight_states, strict=True):
        before = next((known[name] for name in names if name in known), None)
        if before is not None:
            y[state] = earlier.state.y[before]


def _chains(run: TrainingRun) -> Iterator[list[tuple[str, str]]]:
    """For each capacitor its block's chain of ids and its name inside the block; then the same without the placed
    sheets around, one after the other: a block may have moved into one."""
    netlist = run.circuit.netlist
    for group, row in run.circuit.capacitors:
        steps, local = netlist.instances[group.owner[row]].id.split("/"), group.local[row % len(group.local)]
        yield [("/".join(steps[first:]), local) for first in range(len(steps))]


def _places(run: TrainingRun) -> dict[tuple[str, str], int]:
    """The state of each capacitor by its chain, and by shorter ones that mean no other: a placed sheet may have been
    expanded."""
    found: dict[tuple[str, str], int] = {}
    counts = Counter(name for names in _chains(run) for name in names)
    for names, state in zip(_chains(run), run.circuit.weight_states.tolist(), strict=True):
        found |= {name: state for name in names if counts[name] == 1}
        found[names[0]] = state
    return found


def trained_state(run: TrainingRun) -> dict[str, Any]:
    """The run's place and lane 0 of its states [V], keyed by stable ids where they are weights, else by name."""
    volts = run.state.y[:, 0]
    weights = dict(zip(run.circuit.weight_ids, volts[run.circuit.weight_states].tolist(), strict=True))
    others = np.setdiff1d(np.arange(len(volts)), run.circuit.weight_states)
    state: dict[str, Any] = {"weights": weights, "row": run.row, "epoch": run.epoch}
    if len(others):
        state["nodes"] = {run.circuit.state_names[number]: float(volts[number]) for number in others}
    if np.isfinite(run.state.h[0]):
        state["step"] = float(run.state.h[0])
    return state


def put_trained(run: TrainingRun, state: Mapping[str, Any]) -> None:
    """Restore what `trained_state` gave, as far as the circuit still has it; anything else in it is passed over."""
    y = run.state.y.copy()
    for names, numbers, table in (
        (run.circuit.weight_ids, run.circuit.weight_states, state.get("weights")),
        (run.circuit.state_names, range(len(y)), state.get("nodes")),
    ):
        for name, number in zip(names, numbers, strict=True):
            volts = table.get(name) if isinstance(table, Mapping) else None
            if isinstance(volts, int | float) and not isinstance(volts, bool):
                y[number] = volts
    run.state = IntegratorState.start(y)
    row, step = state.get("row"), state.get("step")
    if isinstance(row, int) and not isinstance(row, bool) and 0 <= row < MAX_ROW:
        run.row = row
    if isinstance(step, float) and step > 0.0:
        run.state.h[:] = step
