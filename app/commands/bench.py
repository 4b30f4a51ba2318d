"""`aann bench`: this engine beside hand-written C, scipy, ngspice, diffrax and torch, in turns within one run."""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from app.bench import parasitic, report, scattered
from app.bench.bars import WIDE, Bar, speed_bars
from app.bench.case import Case, make_case
from app.bench.first_point import in_new_process
from app.bench.measure import RTOL, Row, candidates, measure, ours
from app.bench.memory import in_new_process as peak_memory
from app.solve.plan import make_plan


@dataclasses.dataclass(frozen=True)
class Plan:
    """A network, how many rows the fast and the slow programs train, in how many rounds, and whether ngspice does."""

    layers: tuple[int, int, int]
    data_rows: int
    rows: int
    slow_rows: int
    rounds: int
    exact_rows: int
    spice: bool


QUICK = (
    Plan((2, 8, 1), 4, 4000, 400, 9, 400, True),
    Plan((16, 32, 8), 32, 640, 32, 5, 32, False),
    Plan((64, 128, 10), 50, 200, 10, 3, 10, False),
    Plan((784, 128, 10), 40, 400, 2, 3, 2, False),
)
FULL = (
    Plan((2, 8, 1), 4, 4000, 4000, 15, 4000, True),
    Plan((16, 32, 8), 32, 640, 320, 9, 320, True),
    Plan((64, 128, 10), 4, 400, 4, 7, 4, True),
    Plan((784, 128, 10), 40, 400, 40, 5, 8, False),
    Plan((784, 624, 10), 20, 40, 4, 3, 4, False),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: about a minute")
    parser.add_argument("-o", "--output", default="results", metavar="DIR", help="where bench-DATE.json goes")


def run(args: argparse.Namespace) -> int:
    rows: list[Row] = []
    notes: list[str] = []
    weights: dict[str, int] = {}
    memory: dict[str, float] = {}
    bars: list[Bar] = []
    for plan in QUICK if args.quick else FULL:
        _say(f"measuring {'-'.join(map(str, plan.layers))}")
        case = make_case(plan.layers, plan.data_rows)
        bars += _compile_bars(case)
        listed, missing = candidates(case, plan.rows, plan.slow_rows, plan.spice)
        notes += [line for line in missing if line not in notes]
        weights[case.name], memory[case.name] = len(case.volts), peak_memory(plan.layers, plan.data_rows)
        rows += measure(case, listed, plan.rounds, plan.exact_rows)
        if case.layers[0] == 2:
            bars += _speed_of_time(case, plan)
    bars = [*speed_bars(rows), *bars]
    if WIDE in memory:
        bars.append(Bar(f"peak memory with {WIDE}", 1000.0, memory[WIDE], "MB"))
    bars += _latency(notes, cold=not args.quick)
    bars += _window(notes)
    if not args.quick:
        bars += [_bare_multipliers(), _scattered(), *_parasitic()]
    growing = report.growth(rows, weights)
    print(report.table(rows))
    if growing:
        print("\ngrowth, time ~ weights^p: " + ", ".join(f"{name} {p:.2f}" for name, p in growing.items()))
    print("\n" + report.bar_lines(bars))
    print("\n".join(notes))
    content: dict[str, Any] = {
        "rows": [row.as_dict() for row in rows], "bars": [bar.as_dict() for bar in bars], "growth": growing,
        "weights": weights, "peak_megabytes": memory, "notes": notes,
    }  # fmt: skip
    print(f"written: {report.write(Path(args.output), content)}")
    return 0


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


def _compile_bars(case: Case) -> list[Bar]:
    """Drawing to kernels' tables, in processor time."""
    if case.layers != (784, 624, 10):
        return []
    began = time.process_time()
    make_plan(case.circuit.program, 1, rank1=True)
    seconds = case.compile_seconds + time.process_time() - began
    return [Bar("1.5 million multipliers drawn with neurons, compiled, per million", 0.5, seconds / 1.49, "s")]


def _bare_multipliers() -> Bar:
    case = make_case((40, 64, 10), 4, level="multiplier")
    count = case.circuit.netlist.count("multiplier")
    return Bar("100,000 bare multipliers, compiled", 6.0, case.compile_seconds * 1e5 / count, "s")


def _scattered() -> Bar:
    """Where every multiplier differs, no layer is one, and the table of operations does all the work."""
    _say("measuring a million multipliers that all differ")
    case = make_case((784, 419, 10), 20)
    millions = case.circuit.netlist.count("multiplier") / 1e6
    milliseconds = 1e3 * scattered.seconds_per_row(case, 5, 3, RTOL)
    return Bar("1 million multipliers that all differ, a row", 15.0, milliseconds / millions, "ms")


def _parasitic() -> list[Bar]:
    """Time constants from a twentieth of T_row down to what nobody can see."""
    _say("measuring parasitic time constants")
    return [
        Bar(f"time constant {tau}s on every neuron, rtol 1e-4, a row", 20.0, 1e6 * parasitic.seconds_per_row(tau), "us")
        for tau in parasitic.CONSTANTS
    ]


def _speed_of_time(case: Case, plan: Plan) -> list[Bar]:
    """Simulated time over the time that passes."""
    slow_rows = make_case(case.layers, plan.data_rows, t_row="1us")
    works = [ours(case, 1, wall=True), ours(slow_rows, 1, wall=True), ours(slow_rows, 32, 2, wall=True)]
    wall = [statistics.median(work(plan.rows)[0] for _ in range(7)) for work in works]
    short, long = plan.rows * case.row_time, plan.rows * slow_rows.row_time
    return [
        Bar("simulated/wall, T_row 0.1 us", 0.1, short / wall[0], at_least=True),
        Bar("simulated/wall, T_row 1 us", 0.4, long / wall[1], at_least=True),
        Bar("simulated/wall, 32 runs, 1 us, 2 threads", 0.6, long / wall[2], at_least=True),
    ]


def _window(notes: list[str]) -> list[Bar]:
    """The window itself, where Qt can be loaded."""
    try:
        from app.ui import window_bench

        _say("measuring the window")
        found = window_bench.in_new_process()
    except (ImportError, OSError) as error:
        notes.append(f"the window is left out: {error}")
        return []
    return [
        Bar("command to window shown", 1.0, found["shown"], "s"),
        Bar("command to XOR learning", 3.0, found["learning"], "s"),
        Bar("T to visible change", 100.0, found["teach"], "ms"),
        Bar("frames a second with eight traces", 30.0, found["fps"], at_least=True),
        Bar("engine's speed beside a live window / headless", 0.9, found["share"], at_least=True),
    ]


def _latency(notes: list[str], cold: bool) -> list[Bar]:
    try:
        cached = in_new_process()
        if cold:
            compiled = in_new_process(cold_cache=True)["kernels"]
            notes.append(f"compiling the kernels, once per machine: {compiled:.1f} s")
    except OSError as error:
        notes.append(f"times to the first point are left out: {error}")
        return []
    return [
        Bar("Run to first point, kernels loaded", 16.0, 1e3 * cached["first_point_warm"], "ms"),
        Bar("Run to first point, new process with kernel cache", 500.0, 1e3 * cached["first_point_cold"], "ms"),
    ]
