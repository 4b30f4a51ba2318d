"""How fast the canvas is with 10,000 blocks: opening, panning, dragging, a frame of a run. Prints; asserts no time.

Times are the GUI thread's own (`time.thread_time`), so that what else the machine does counts little.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.schematic import TOP, End, Instance, Schematic, Wire
from app.ui.canvas.live import LiveFrame
from app.ui.canvas.metrics import GRID
from app.ui.canvas.view import CanvasView
from tests.ui.canvas.stage import LEFT, BareDesk, Stage

COLUMNS, ROWS = 100, 100
PITCH_X, PITCH_Y = 16, 12


def large() -> Schematic:
    """Rows of multipliers with a resistor each: 10,000 blocks, 10,000 wires with and without corners."""
    schematic = Schematic()
    sheet = schematic.sheets[TOP]
    for row in range(ROWS):
        for column in range(0, COLUMNS, 2):
            x, y = column * PITCH_X, row * PITCH_Y
            m, r = f"b{2 * (row * COLUMNS + column)}", f"b{2 * (row * COLUMNS + column) + 1}"
            sheet.instances[m] = Instance(m, "multiplier", f"M{m}", (x, y))
            sheet.instances[r] = Instance(r, "resistor", f"R{r}", (x + PITCH_X, y + 1))
            sheet.wires[f"w{m}"] = Wire(f"w{m}", (End(m, "I"), End(r, "I")))
            if column:
                before = f"b{2 * (row * COLUMNS + column - 2) + 1}"
                sheet.wires[f"w{r}"] = Wire(f"w{r}", (End(before, "V"), End(m, "V1")))
    schematic.reserve_ids()
    return schematic


def milliseconds(work: Callable[[], None], times: int) -> tuple[float, float]:
    """Median and largest of several runs."""
    taken = []
    for _ in range(times):
        begun = time.thread_time()
        work()
        taken.append(1e3 * (time.thread_time() - begun))
    return statistics.median(taken), max(taken)


@pytest.mark.bench
def test_ten_thousand_blocks(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    schematic = large()
    desk = BareDesk()
    desk.show(schematic)
    begun = time.thread_time()
    view = CanvasView(desk)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.show()
    qtbot.waitExposed(view)
    view.fit(animated=False)
    view.grab()
    lines = [f"{len(schematic.top.instances)} blocks, {len(schematic.top.wires)} wires"]
    lines.append(f"open and show: {time.thread_time() - begun:.2f} s (bar 3)")
    for zoom in (view.zoom(), 0.4, 1.0):
        view.zoom_to(zoom)
        view.grab()

        def pan() -> None:
            view.scroll_by(QPoint(23, 11))
            view.viewport().update()
            QApplication.processEvents()

        lines.append(f"pan at {100 * zoom:3.0f} %: {milliseconds(pan, 20)[0]:.1f} ms (bar 33)")
    lines.append(_frames(view))
    lines.append(_drag(view, schematic))
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert len(schematic.top.instances) == ROWS * COLUMNS
    assert view.drawing.bounds().width() > 1000


def _frames(view: CanvasView) -> str:
    """A live frame at the zoom that shows most."""
    view.fit(animated=False)
    number = iter(range(1000))

    def frame() -> None:
        level = next(number) / 50.0 - 1.0
        view.look.live = LiveFrame(0.0, lambda key: level)
        view.refresh_run()
        QApplication.processEvents()

    text = f"frame of a run, everything in view: {milliseconds(frame, 8)[0]:.1f} ms"
    view.look.live = None
    return text


def _drag(view: CanvasView, schematic: Schematic) -> str:
    """One block, at 100 %, a grid unit at a time."""
    view.zoom_to(1.0)
    block = schematic.top.instances["b10100"]
    view.centerOn(QPointF(block.at[0] * GRID, block.at[1] * GRID))
    stage = Stage.__new__(Stage)
    stage.view = view
    x, y = block.at[0] + 3.0, block.at[1] + 2.0
    stage.press(x, y)
    step = iter(range(1, 1000))

    def move() -> None:
        stage.move(x + next(step), y, button=LEFT)
        view.viewport().update()
        QApplication.processEvents()
        QApplication.processEvents()

    middle, most = milliseconds(move, 20)
    stage.release(x, y)
    return f"drag one block: {middle:.1f} ms, at most {most:.1f} (bar 16)"
