"""`aann export --to csv`: the dataset as the network sees it, row by row, with its outputs at the initial weights."""

from __future__ import annotations

import csv
import io

from app.training.run import TrainingRun


def outputs_table(run: TrainingRun) -> str:
    """Columns: row, every input and target [V], every Type1's V_out [V]."""
    _, outputs = run.forward()
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    header = ["row"]
    for source in run.timeline.datasets:
        count = source.rows.shape[1]
        header += [f"{source.instance.name}.X{i + 1} [V]" for i in range(source.inputs)]
        header += [f"{source.instance.name}.T{i + 1} [V]" for i in range(count - source.inputs)]
    writer.writerow([*header, *(f"{safe(name)}.V_out [V]" for name in run.circuit.output_names)])
    for number, row in enumerate(run.timeline.static_table):
        values = [float(row[column]) for source in run.timeline.datasets for column in source.columns]
        writer.writerow([number + 1, *map(repr, values), *(repr(float(v)) for v in outputs[number, :, 0])])
    return stream.getvalue()


def safe(cell: str) -> str:
    """A text cell that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in "=+-@" else cell
