"""`aann sweep`: vary parameters over many runs, here or on a cluster; yields, tables, and which imperfection costs
most."""

from __future__ import annotations

import argparse
import itertools
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from app.cli import INTERRUPTED, UsageError, option_values
from app.commands.common import apply_vteach, check_stops, load, positive_number, quantity, set_arguments
from app.commands.run import replace_dataset
from app.document.schematic import Schematic
from app.document.set_parameters import apply_settings
from app.export.sweep_files import provenance, read_runs, write_sweep
from app.solve import methods
from app.training import sweep_journal
from app.training.stop import stop_conditions
from app.training.sweep import LocalWorkers, Progress, Runner, Workers
from app.training.sweep_axes import parse_vary
from app.training.sweep_blame import LEVELS, Cost, Group, blame_plan, ranking
from app.training.sweep_cluster import ClusterWorkers, checked_address
from app.training.sweep_plan import DEFAULT_TARGET, Plan, Sweep
from app.training.sweep_table import Table, yield_along
from blocks import units


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="F")
    parser.add_argument(
        "--vary", action="append", default=[], metavar="PATTERN.PARAM=VALUES",
        help="a,b,c | lin:a:b:n | log:a:b:n | normal:mean:sigma | uniform:a:b; repeatable. Draws are made for every "
        "part and run; in per cent (normal:100%%:1%%) they are relative to the drawing; several sigmas, as in "
        "normal:0:1m,2m, are gone through. T_row, V_teach and rtol may stand for themselves",
    )  # fmt: skip
    parser.add_argument(
        "--runs", type=int, metavar="N",
        help="runs at every point, each with its own seed (default: what the document says, else 1)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int, metavar="N")
    length.add_argument("--until", metavar="TIME")
    parser.add_argument("--stop-mse", metavar="V2", help="end a run there, and count it as learned")
    parser.add_argument("--target", metavar="V2", help="MSE that counts as learned (default: --stop-mse, else 0.01)")
    set_arguments(parser)
    parser.add_argument("--vteach", metavar="on|off|alternate|VOLTS")
    parser.add_argument("--dataset", metavar="FILE.csv")
    parser.add_argument("--solver", type=str.lower, choices=("auto", *methods.DESCRIPTIONS), metavar="NAME")
    parser.add_argument("--rtol", metavar="X")
    parser.add_argument(
        "--blame", nargs="?", const="role", choices=tuple(LEVELS),
        help="rank by the MSE that it costs what is drawn at random, or the flaws in the drawing, undone in turn: "
        + "; ".join(f"{name} = {text}" for name, text in LEVELS.items()),
    )  # fmt: skip
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="threads on this machine (default: all cores)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="an existing Dask cluster: tls://..., or on this machine")
    parser.add_argument("-o", "--output", required=True, metavar="R.h5")
    parser.add_argument("--resume", action="store_true", help="go on with what an earlier, ended sweep has finished")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    _validate(args)
    document = load(args.file)
    plan, groups = _plan(args, document.schematic)
    output = Path(args.output)
    unfinished = output.with_name(f"{output.name}.part")
    runner = Runner(plan, _workers(args))
    taken = 0
    if args.resume:
        taken = runner.restore(itertools.chain(sweep_journal.read(unfinished), read_runs(output)))
        _say(f"{taken} of {len(plan.cases)} runs were finished before")
    elif unfinished.exists():
        _say(f"{unfinished.name}, what an earlier sweep had finished, is replaced (--resume would go on with it)")
    began = time.perf_counter()
    journal = runner.journal = sweep_journal.Journal(unfinished, fresh=not args.resume)
    try:
        table = _watched(runner)
        costs = ranking(table, groups)
        written = write_sweep(output, table, costs) if table.done.any() else []
    finally:
        journal.close()  # what is finished stays for --resume
        runner.workers.close()
    if runner.cancelled:
        _say(f"stopped with {int(table.done.sum())} of {len(plan.cases)} runs; --resume goes on with them")
    else:
        journal.remove()
    summary = _summary(table, costs, written, taken, time.perf_counter() - began)
    print(json.dumps(summary, allow_nan=False) if args.json else _text(table, costs, summary))
    return INTERRUPTED if runner.cancelled else 0


def _validate(args: argparse.Namespace) -> None:
    for name in ("epochs", "runs", "workers"):
        value = getattr(args, name)
        if value is not None and value < (0 if name == "epochs" else 1):
            raise UsageError(f"aann sweep: --{name} {value} is too small")
    check_stops(args)
    if Path(args.output).suffix not in (".h5", ".hdf5", ".csv"):
        raise UsageError(f"aann sweep: -o {args.output} must end in .h5 (everything) or .csv (tables only)")


def _sweep(args: argparse.Namespace, schematic: Schematic) -> Sweep:
    """The sweep that the options ask for; the settings are applied to the schematic."""
    apply_settings(schematic, args.set)
    switch = apply_vteach(schematic, args.vteach)
    if args.dataset:
        replace_dataset(schematic, Path(args.dataset))
    stop = stop_conditions(schematic, args.epochs, args.until, args.stop_mse)
    with option_values():
        varies = tuple(parse_vary(text) for text in args.vary)
    target = quantity(args.target, "V^2", "--target", positive=True) if args.target else stop.mse or DEFAULT_TARGET
    return Sweep(
        varies,
        runs=args.runs or int(quantity(schematic.setting("runs"), "", "setting runs", positive=True)),
        seed=args.seed if args.seed is not None else int(quantity(schematic.setting("seed"), "", "setting seed")),
        stop=stop,
        target=target,
        solver=args.solver or schematic.setting("solver"),
        rtol=positive_number(args.rtol or schematic.setting("rtol"), "--rtol"),
        switch=switch,
    )


def _plan(args: argparse.Namespace, schematic: Schematic) -> tuple[Plan, list[Group]]:
    sweep = _sweep(args, schematic)
    return blame_plan(schematic, sweep, args.blame) if args.blame else (Plan(schematic, sweep), [])


def _workers(args: argparse.Namespace) -> Workers:
    if args.scheduler is None:
        return LocalWorkers(args.workers)
    checked_address(args.scheduler)
    try:
        return ClusterWorkers(args.scheduler)
    except ImportError:
        raise UsageError("aann sweep: --scheduler needs Dask: install aann-studio[dask]") from None


def _watched(runner: Runner) -> Table:
    """Runs to the end; Ctrl-C lets the batches under way stop at their next chunk, a second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        runner.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        return runner.run(_show if sys.stderr.isatty() else None)
    finally:
        signal.signal(signal.SIGINT, before)
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)


def _show(progress: Progress) -> None:
    left = "" if progress.left is None else f", {_duration(progress.left)} left"
    line = f"{progress.done} of {progress.total} runs, {progress.share:.0%}{left}"
    print(f"\r{line}\033[K", end="", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes = f"{rest // 60:02}:{rest % 60:02}"
    return f"{hours}:{minutes}" if hours else minutes


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _summary(table: Table, costs: list[Cost], written: list[Path], taken: int, seconds: float) -> dict[str, Any]:
    """The object that --json prints."""
    plan, done = table.plan, table.done & (table.groups < 0)
    final, reached = table.final_mse[done], table.reached[done]
    good = reached[reached > 0]
    return {
        "runs": len(plan.cases),
        "done": int(table.done.sum()),
        "resumed": taken,
        "reached": len(good),
        "share": len(good) / max(1, len(reached)),
        "target": plan.sweep.target,
        "median_mse": _known(float(np.median(final))) if len(final) else None,
        "median_epochs_to_target": float(np.median(good)) if len(good) else None,
        "broken": int(table.broken.sum()),
        "wall_seconds": seconds,
        "steps": table.steps,
        "yield": [_yield_object(table, axis) for axis in range(len(plan.columns))],
        "blame": [
            {"group": c.group.name, "cost": _known(c.mse), "error": _known(c.error), "share": _known(c.share)}
            for c in costs
        ],
        "files": [str(path) for path in written],
        "provenance": provenance(table),
    }


def _yield_object(table: Table, axis: int) -> dict[str, Any]:
    found = yield_along(table, axis)
    return {
        "parameter": found.label,
        "values": list(found.texts),
        "runs": found.runs.tolist(),
        "share": [_known(value) for value in found.share],
        "median_mse": [_known(value) for value in found.mse[:, 1]],
        "median_epochs_to_target": [_known(value) for value in found.epochs],
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _text(table: Table, costs: list[Cost], summary: dict[str, Any]) -> str:
    lines = [
        f"{summary['done']} runs, {summary['reached']} reached MSE {units.format_si(summary['target'], 'V^2')} "
        f"({summary['share']:.1%}), {summary['wall_seconds']:.3g} s"
    ]
    if summary["median_epochs_to_target"] is not None:
        lines.append(f"median epochs to the target: {summary['median_epochs_to_target']:g}")
    for axis in range(len(table.plan.columns)):
        found = yield_along(table, axis)
        lines.append(f"{found.label}:  value, share reached, median MSE [V^2]")
        for text, share, mse in zip(found.texts, found.share, found.mse[:, 1], strict=True):
            lines.append(f"  {text:>24}  {share:7.1%}  {mse:.4g}")
    if costs:
        lines.append("what costs most:  group, MSE [V^2] +- standard error (in brackets: within the runs' scatter)")
    for cost in costs:
        figure = f"{cost.mse:.3g} +- {cost.error:.2g}"
        lines.append(f"  {cost.group.name:>24}  {figure if cost.clear else f'({figure})'}")
    return "\n".join(lines + [f"wrote {path}" for path in summary["files"]])
