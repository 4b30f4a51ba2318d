"""Advancing with the signals of the newest rows: as far as they are shown, once more at a run's end, back to a row."""

from __future__ import annotations

from app.training.recorder import Recorder
from app.training.run import Snapshot
from app.training.stop import Stop


def stretch(recorder: Recorder, rows: int, stop: Stop) -> None:
    """The next rows with their signals, stopping where the run ends."""
    run = recorder.run
    end = run.row + rows
    while run.row < end and not stop.reached(run):
        recorder.trace(end - run.row, stop)


def to_row(recorder: Recorder, row: int) -> None:
    """With their signals up to `row`, wherever the run is to end."""
    while recorder.run.row < row:
        recorder.trace(row - recorder.run.row, Stop())


def advance_to(recorder: Recorder, row: int) -> None:
    """To `row`, the last rows with their signals."""
    recorder.advance(max(0, row - recorder.run.row - recorder.window_rows), Stop())
    to_row(recorder, row)


def end_again(recorder: Recorder, before: Snapshot) -> None:
    """The run has ended in a stretch without signals: once more from `before`, so that its very end is seen."""
    run = recorder.run
    end, mse = run.row, run.mse[:].copy()
    run.restore(before)
    advance_to(recorder, end)
    run.mse.clear()
    run.mse.extend(mse)
