"""Fig. 8: the transient of a 1-2-1 network with two rows, V_teach toggled after each epoch."""

from __future__ import annotations

import numpy as np

from app.circuit.compile import Circuit, compile_schematic
from app.document.schematic import End, Schematic
from app.export.figure import Axis, Curve, Figure, Panel
from app.program import FloatArray
from app.reproduce.learning import Bench, example
from app.reproduce.outcome import Claim, Outcome, Table, verdict
from app.training.run import Options, TrainingRun, prepare

EPOCHS = 24
LONG = 200  # epochs after which convergence is judged
PLACE = "Sec. 4.1, Fig. 8"


def reproduce(bench: Bench) -> Outcome:
    schematic = example("two-rows.aann")
    circuit = compile_schematic(schematic)
    run = prepare(circuit, schematic, Options((_seed(schematic),)))
    pins = [("N3_1", "V_out"), ("E1", "V_target"), ("VT", "V"), ("D1", "X")]
    slots = [_slot(circuit, schematic, name, port) for name, port in pins]
    weights = [circuit.program.first_state + int(state) for state in circuit.weight_states]
    times, values = run.trace(EPOCHS * run.timeline.rows, np.array([*slots, *weights]))
    settled = prepare(circuit, schematic, Options((_seed(schematic),)))
    settled.advance_epochs(LONG)
    errors, _ = settled.forward()
    header = ("t [s]", *(f"{name}.{port} [V]" for name, port in pins), *(f"{p} [V]" for p in circuit.weight_paths))
    return Outcome(
        "fig8",
        "Transient of the training, two rows, V_teach toggled after each epoch",
        f"1-2-1 network, the first {EPOCHS} epochs of two rows. While V_teach is 1 V the weights move and V_out is "
        "drawn towards V_target; while it is 0 V they hold and the network only answers.",
        Table(header, [(t, *row) for t, row in zip(times.tolist(), values.tolist(), strict=True)]),
        _claims(run, times, values, errors),
        (
            "The two rows are our choice (-1 V gives 0.2 V, +1 V gives 0.8 V), since the paper does not tell them; "
            "T_row is 1 µs, one of its three row times.",
        ),
        _figure(1e6 * times, values, circuit.weight_paths),
    )


def _seed(schematic: Schematic) -> int:
    return int(schematic.setting("seed"))


def _slot(circuit: Circuit, schematic: Schematic, name: str, port: str) -> int:
    ident = next(entry.id for entry in schematic.top.instances.values() if entry.name == name)
    return circuit.slot_of(End(ident, port))


def _figure(t: FloatArray, values: FloatArray, paths: list[str]) -> Figure:
    x = Axis("t [µs]", limits=(0.0, float(t[-1])))
    teach = Panel(
        x, Axis("V_teach [V]", limits=(-0.15, 1.15)), (Curve(t, values[:, 2], "teach", width=1.4),), share=0.5
    )
    outputs = Panel(
        x, Axis("V_out [V]", limits=(0.0, 1.0)),
        (Curve(t, values[:, 1], "hint", "V_target", dashed=True), Curve(t, values[:, 0], 1, "V_out", width=1.6)),
        share=1.6,
    )  # fmt: skip
    weights = tuple(Curve(t, values[:, 4 + k], k, path) for k, path in enumerate(paths))
    return Figure((outputs, teach, Panel(x, Axis("V_w [V]"), weights, share=1.4)), "column", 760, 560)


def _claims(run: TrainingRun, times: FloatArray, values: FloatArray, errors: FloatArray) -> tuple[Claim, ...]:
    epoch = np.floor(times / run.timeline.row_time / run.timeline.rows - 1e-9).astype(int)
    off = [epoch == number for number in range(1, EPOCHS, 2)]
    weights = values[:, 4:]
    held = all(np.array_equal(weights[part].min(axis=0), weights[part].max(axis=0)) for part in off)
    largest = 1e3 * float(np.abs(errors).max())
    return (
        Claim(
            "V_out converges to V_target as the weights are updated", PLACE,
            f"the larger of the two errors is {largest:.2g} mV after {LONG} epochs, half of them learning; "
            f"MSE from {run.mse[0][0]:.3g} to {run.mse[-1][0]:.2g} V² in the {EPOCHS} epochs shown",
            verdict(largest < 10.0 and bool(run.mse[-1][0] < 0.1 * run.mse[0][0])),
        ),
        Claim(
            "With V_teach at 0 V only the forward propagation is active", "Sec. 3.2",
            f"in the {len(off)} epochs at 0 V the seven weights keep every bit" if held else "weights move at 0 V",
            verdict(held),
        ),
    )  # fmt: skip
