"""The real window in a process of its own, with XOR and with eight traces: python -m app.ui.window_bench prints JSON.

Processor times are compared, so that other work on the machine counts as little as possible.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

SECONDS, ROUNDS = 9.0, 3  # of running as fast as possible, in all
FLIPS = 9


def in_new_process() -> dict[str, float]:
    """From the command's start: `shown` and `learning` [s]; `teach` from T to the frame that shows it [ms]; `fps`;
    `share` of its headless speed that the engine's thread keeps. Raises OSError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_DATA_HOME": folder}
        command = [sys.executable, "-m", "app.ui.window_bench", repr(time.time())]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip()[-300:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Watch:
    """Runs the event loop until something is so."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def until(self, met: Any, seconds: float = 120.0) -> None:
        deadline = time.perf_counter() + seconds
        while not met() and time.perf_counter() < deadline:
            self._application.processEvents()
            time.sleep(0.001)


def _measure(begun: float) -> dict[str, float]:
    from app.ui import application

    qt = application._application()
    windows = application.Windows(qt)
    window = windows.first_window([])
    watch = _Watch(qt)
    while not window.isVisible():
        qt.processEvents()
    window.repaint()
    found = {"shown": time.time() - begun}
    desk = window.desk
    watch.until(lambda: desk.frame is not None and desk.frame.epoch >= 1)
    found["learning"] = time.time() - begun
    found["teach"] = _teach(window, watch)
    desk.show(_crowded())
    watch.until(lambda: desk.frame is not None and desk.frame.state == "paused")
    found |= _speed(window, watch)
    return found


def _teach(window: Any, watch: _Watch) -> float:
    """Median time from the key to the frame that shows its effect [ms]."""
    desk, times = window.desk, []
    for _ in range(FLIPS):
        wanted = not desk.frame.teach_on
        begin = time.perf_counter()
        window.action_set["teach"].trigger()
        watch.until(lambda wanted=wanted: desk.frame.teach_on == wanted)
        times.append(1e3 * (time.perf_counter() - begin))
    return statistics.median(times)


def _crowded() -> Any:
    """A network with four outputs: V_out and V_target of each make eight traces."""
    from app.document.aann_file import Document
    from app.document.dataset import XOR, Dataset
    from app.document.generate import generate

    rows = tuple(
        (*row[:2], *(float(k in (number, 3 - number)) for k in range(4))) for number, row in enumerate(XOR.rows)
    )
    return Document(generate((2, 8, 4), Dataset(XOR.inputs, ("t1", "t2", "t3", "t4"), rows), "four")[0])


def _speed(window: Any, watch: _Watch) -> dict[str, float]:
    """In turns with the engine alone, since the machine's speed changes from second to second."""
    desk = window.desk
    frames: list[Any] = []
    window.workspace.transport.change_speed(None)
    desk.framed.connect(frames.append)
    headless = _Headless(desk.schematic)
    alone, beside, rates = [headless.rate()], [], []
    for _ in range(ROUNDS):
        desk.engine.run()
        watch.until(lambda: False, 2.0)  # the log of weights and the snapshots have found their spacing
        frames.clear()
        watch.until(lambda: bool(frames))
        thread, first, begin = desk.engine.native_id, frames[0], time.perf_counter()
        used = _thread_seconds(thread)
        watch.until(lambda: False, SECONDS / ROUNDS)
        used, wall = _thread_seconds(thread) - used, time.perf_counter() - begin
        beside.append((frames[-1].epoch - first.epoch) * first.layout.rows / used)
        rates.append((len(frames) - 1) / wall)
        desk.engine.pause()
        watch.until(lambda: desk.frame.state == "paused")
        alone.append(headless.rate())
    shares = [2.0 * live / (before + after) for live, before, after in zip(beside, alone, alone[1:], strict=False)]
    return {"fps": statistics.median(rates), "share": statistics.median(shares)}


class _Headless:
    """The same circuit without a window."""

    def __init__(self, schematic: Any) -> None:
        from app.circuit.compile import compile_schematic
        from app.training.run import prepare
        from app.training.settings import options_of

        self._run = prepare(compile_schematic(schematic), schematic, options_of(schematic))
        self._run.warm_up()
        self._run.advance_rows(200_000)  # as far learned as the one in the window will be

    def rate(self) -> float:
        """Rows in a second of processor time."""
        run, rates = self._run, []
        for _ in range(20):
            begin, row = time.thread_time(), run.row
            run.advance_rows(20_000)
            run.mse.clear()
            rates.append((run.row - row) / (time.thread_time() - begin))
        return statistics.median(rates)


def _thread_seconds(native_id: int) -> float:
    """Processor time of one of this process's threads."""
    with open(f"/proc/self/task/{native_id}/stat", encoding="ascii") as stream:
        fields = stream.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(json.dumps(_measure(float(sys.argv[1]))))
    sys.stdout.flush()
    os._exit(0)  # nothing of this is worth an orderly end
