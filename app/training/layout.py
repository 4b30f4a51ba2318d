"""Which traces, weights and inputs of a compiled circuit a window shows, and where they are in its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.circuit.compile import Circuit
from app.document.schematic import End
from app.training.frame import Layout, Signal

if TYPE_CHECKING:
    from app.training.run import TrainingRun

MAX_LOGGED_WEIGHTS = 256
MAX_SIGNALS = 32


def layout_of(run: TrainingRun) -> Layout:
    """The Layout of a run's circuit."""
    circuit, timeline = run.circuit, run.timeline
    data = timeline.datasets[0] if timeline.datasets else None
    inputs: tuple[str, ...] = ()
    if data is not None:
        inputs = tuple(f"X{i + 1}" for i in range(data.inputs))
    return Layout(
        circuit=circuit,
        signals=_signals(circuit),
        rows=timeline.rows,
        row_time=timeline.row_time,
        solver=run.options.solver,
        inputs=inputs,
        input_columns=tuple(int(column) for column in data.columns[: len(inputs)]) if data else (),
        targets=data.rows.shape[1] - data.inputs if data else 0,
        data=data.rows if data else np.zeros((0, 0)),
        weights=tuple(circuit.weight_paths[:MAX_LOGGED_WEIGHTS]),
        has_teach=bool(run.program.levels),
    )


def _signals(circuit: Circuit) -> tuple[Signal, ...]:
    """V_out and V_target of every Type1, then the probes."""
    found: list[Signal] = []
    netlist = circuit.netlist
    for group in netlist.of_type("type1"):
        for row in range(group.count):
            owner = netlist.instances[group.owner[row]]
            for port, kind in (("V_out", "output"), ("V_target", "target")):
                node = int(group.nodes[port][row])
                name = netlist.net_names.get(node) or f"{netlist.path(group, row)}.{port}"
                found.append(Signal(name, int(circuit.node_slot[node]), kind, owner.id))  # type: ignore[arg-type]
    # A probe is no part of the circuit, so that no group holds it: only its pin is on a node.
    for instance in netlist.instances:
        if instance.type == "probe":
            found.append(Signal(instance.name, circuit.slot_of(End(instance.id, "V")), "probe", instance.id))
    return tuple(found[:MAX_SIGNALS])
