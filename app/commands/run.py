"""`aann run`: simulate and train a document, print or write the results."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import numpy as np

from app.circuit.compile import compile_schematic
from app.cli import INTERRUPTED, UsageError
from app.commands.common import apply_vteach, check_stops, load, positive_number, quantity, set_arguments
from app.document import dataset as datasets
from app.document.schematic import Change, Schematic
from app.document.set_parameters import apply_settings
from app.document.unfold import unfold
from app.errors import ProblemError, fail
from app.export import results, weights
from app.solve import kernel_cache, methods
from app.training.run import Options, TrainingRun, prepare, seeds_from
from app.training.stop import Stop, advance_until, stop_conditions

COMPILING = "compiling"  # the thread's name


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="F")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int, metavar="N")
    length.add_argument("--until", metavar="TIME")
    parser.add_argument("--stop-mse", metavar="V2")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--runs", type=int, default=1, metavar="N")
    set_arguments(parser)
    parser.add_argument("--vteach", metavar="on|off|alternate|VOLTS")
    parser.add_argument("--dataset", metavar="FILE.csv")
    parser.add_argument("--weights", metavar="W.json|.npz")
    parser.add_argument("--save-weights", metavar="W.json|.npz")
    parser.add_argument("--solver", type=str.lower, choices=("auto", *methods.DESCRIPTIONS), metavar="NAME")
    parser.add_argument("--rtol", metavar="X")
    parser.add_argument("--out", metavar="R.h5|.npz|.csv")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    _validate(args)
    document = load(args.file)
    schematic = document.schematic
    apply_settings(schematic, args.set)
    switch = apply_vteach(schematic, args.vteach)
    if args.dataset:
        replace_dataset(schematic, Path(args.dataset))
    training = _prepare(args, schematic, switch)
    if args.weights:
        training.set_weights(weights.read_weights(Path(args.weights), training.circuit.weight_paths))
    try:
        interrupted = _train(training, stop_conditions(schematic, args.epochs, args.until, args.stop_mse))
    except _NotStarted:
        if args.save_weights:
            weights.write_weights(Path(args.save_weights), training.circuit.weight_paths, training.weights())
        print("stopped while the engine was being compiled: nothing was simulated", file=sys.stderr)
        return _leave(INTERRUPTED)
    except BaseException:  # the last good state of a run that a value which is not finite ends
        _save(args, training)
        raise
    _save(args, training)
    warnings = [problem for problem in training.circuit.problems if problem.severity != "error"]
    if args.json:
        texts = [f"{warning.where}: {warning.found}" for warning in warnings]
        print(json.dumps(summary(training, texts), allow_nan=False))
    else:
        for warning in warnings:
            print(warning, file=sys.stderr)
        _print_text(training)
    return INTERRUPTED if interrupted else 0


def _save(args: argparse.Namespace, training: TrainingRun) -> None:
    if args.save_weights:
        weights.write_weights(Path(args.save_weights), training.circuit.weight_paths, training.weights())
    if args.out:
        results.write_results(Path(args.out), training)


def _validate(args: argparse.Namespace) -> None:
    if args.epochs is not None and args.epochs < 0:
        raise UsageError("aann run: --epochs must not be negative")
    if args.runs < 1:
        raise UsageError("aann run: --runs must be at least 1")
    check_stops(args)
    if args.runs > 1 and args.weights:
        raise UsageError("aann run: --weights with --runs > 1 would give every run the same weights; leave one out")
    for option, suffixes in (("out", (".h5", ".npz", ".csv")), ("save_weights", (".json", ".npz"))):
        name = getattr(args, option)
        if name and not name.endswith(suffixes):
            raise UsageError(f"aann run: --{option.replace('_', '-')} takes {', '.join(suffixes)}, not {name}")
        if name and not Path(name).parent.is_dir():
            raise fail("cannot-write", name, "its folder does not exist", "make the folder or choose another one")


def _prepare(args: argparse.Namespace, schematic: Schematic, switch: str) -> TrainingRun:
    seed = args.seed if args.seed is not None else int(quantity(schematic.setting("seed"), "", "setting seed"))
    rtol = positive_number(args.rtol or schematic.setting("rtol"), "--rtol" if args.rtol else "setting rtol")
    solver = args.solver or schematic.setting("solver")
    options = Options(seeds_from(seed, args.runs), solver, rtol, switch)
    return prepare(compile_schematic(schematic), schematic, options)


def replace_dataset(schematic: Schematic, path: Path) -> None:
    """`--dataset`: another CSV in place of the document's (first) dataset, with the same columns."""
    drawn = unfold(schematic).schematic.top.instances.values()
    used = [instance.parameters.get("dataset", "") for instance in drawn if instance.type == "dataset"]
    if not used or used[0] not in schematic.datasets:
        raise fail("no-match", f"--dataset {path}", "the drawing has no dataset block to feed", "add a dataset block")
    old = schematic.datasets[used[0]]
    try:
        new = datasets.read_csv(path, old.inputs, old.targets)
    except ProblemError as error:
        new = _numbered_columns(path, old, error)
    schematic.apply([Change("datasets", used[0], old, new)])


def _numbered_columns(path: Path, old: datasets.Dataset, missing: ProblemError) -> datasets.Dataset:
    """x1.. and t1.. of a CSV that has not the old columns, if they are as many; else `missing` tells the reason."""
    try:
        new = datasets.read_csv(path)
    except ProblemError:
        raise missing from None
    if (len(new.inputs), len(new.targets)) != (len(old.inputs), len(old.targets)):
        raise missing
    return new


class _NotStarted(Exception):
    """Ctrl-C was pressed before there were kernels to run."""


class _Interrupted(Exception):
    """Ctrl-C was pressed during the last chunk."""


def _train(training: TrainingRun, stop: Stop) -> bool:
    """Runs until a stop condition; True if Ctrl-C ended it, which is heeded between two chunks, where the state is
    whole. A second Ctrl-C does not wait. Raises _NotStarted when kernels were still being compiled."""
    shown = time.monotonic()
    progress = sys.stderr.isatty()
    started = asked = False

    def heed(_signal: int, _frame: object) -> None:
        nonlocal asked
        if asked or not started:
            raise KeyboardInterrupt
        asked = True

    def watch() -> None:
        nonlocal shown
        if asked:
            raise _Interrupted
        if progress and time.monotonic() - shown > 0.2:
            shown = time.monotonic()
            print(f"\r{progress_line(training)}", end="", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGINT, heed)
    try:
        if progress and not kernel_cache.is_ready(training.solver.method):
            print("compiling the engine, once on this machine; up to a minute", end="", file=sys.stderr, flush=True)
        _warm_up(training)
        started = True
        advance_until(training, stop, watch)
    except _Interrupted:
        return True
    except KeyboardInterrupt:
        if started:
            raise
        raise _NotStarted from None
    finally:
        signal.signal(signal.SIGINT, before)
        if progress:
            print("\r\033[K", end="", file=sys.stderr)
    return False


def _warm_up(training: TrainingRun) -> None:
    """Kernels are compiled by a thread, since the compiler lets no signal through for many seconds. Raises
    KeyboardInterrupt, and the thread goes on; and what goes wrong there."""
    ready: Future[None] = Future()

    def work() -> None:
        try:
            training.warm_up()
            ready.set_result(None)
        except BaseException as error:
            ready.set_exception(error)

    threading.Thread(target=work, name=COMPILING, daemon=True).start()
    while not ready.done():
        wait((ready,), 0.05)
    ready.result()


def _leave(code: int) -> int:
    """The process ends at once if kernels are still being compiled: nobody can interrupt that."""
    if any(thread.name == COMPILING for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def progress_line(training: TrainingRun) -> str:
    """Epoch, time and MSE in one line."""
    mse = f"  MSE {float(np.median(training.mse[-1])):.4g} V^2" if training.mse else ""
    return f"epoch {training.epoch}  t = {training.time:.4g} s{mse}"


def summary(training: TrainingRun, warnings: list[str]) -> dict[str, Any]:
    """The object that `run --json` prints."""
    lanes = len(training.options.seeds)
    outputs = final_outputs(training)
    paths = training.circuit.weight_paths
    volts = training.weights()
    columns = [dict(zip(paths, volts[:, lane].tolist(), strict=True)) for lane in range(lanes)]
    mse = [[float(entry[lane]) for entry in training.mse] for lane in range(lanes)]
    single = lanes == 1
    return {
        "epochs": training.epoch,
        "time": training.time,
        "mse": mse[0] if single else mse,
        "weights": columns[0] if single else columns,
        "outputs": outputs[0] if single else outputs,
        "wall_seconds": training.wall_seconds,
        "mse_seconds": training.mse_seconds,
        "solver": training.solver.method,
        "rtol": training.options.rtol,
        "seed": training.options.seeds[0],
        "seeds": list(training.options.seeds),
        "steps": int(training.state.steps[:lanes].sum()),
        "rejected": int(training.state.rejected[:lanes].sum()),
        "warnings": warnings,
    }


def final_outputs(training: TrainingRun) -> list[list[dict[str, float]]]:
    """For each run a list per dataset row of {Type1 name: volts}."""
    _, values = training.forward()
    names = training.circuit.output_names
    return [
        [dict(zip(names, row[:, lane].tolist(), strict=True)) for row in values]
        for lane in range(len(training.options.seeds))
    ]


def _print_text(training: TrainingRun) -> None:
    print(progress_line(training))
    for number, seed in enumerate(training.options.seeds):
        mse = f"MSE {float(training.mse[-1][number]):.6g} V^2" if training.mse else "no MSE"
        print(f"seed {seed}: {mse}")
    rate = training.time / training.wall_seconds if training.wall_seconds else 0.0
    print(f"solver {training.solver.method}, {training.wall_seconds:.3g} s of integration, simulated/wall {rate:.3g}")
