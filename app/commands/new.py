"""`aann new`: layer sizes and a dataset -> a document."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.cli import UsageError, option_values
from app.commands.common import quantity, set_arguments
from app.document import aann_file, dataset, generate
from app.document.atomic import write_bytes
from app.document.set_parameters import apply_settings
from app.errors import fail

EMBED_LIMIT = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layers", required=True, metavar="2-8-1", help="sizes of all layers, inputs first")
    parser.add_argument("--dataset", required=True, metavar="xor|FILE.csv")
    parser.add_argument("--inputs", metavar="a,b", help="names of the input columns")
    parser.add_argument("--targets", metavar="c", help="names of the target columns")
    parser.add_argument("--activation", default="sigmoid", choices=("sigmoid", "tanh", "relu", "softplus", "linear"))
    parser.add_argument("--t-row", metavar="0.1us", help="time that each row is held")
    parser.add_argument("--init", metavar="uniform:0.3|scaled:0.3", help="spread of the initial weights")
    parser.add_argument("--level", default="neuron", choices=("neuron", "multiplier"))
    parser.add_argument("--imperfect", action="store_true", help="multipliers that saturate and have an offset (17)")
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    set_arguments(parser)
    parser.add_argument("-o", "--output", required=True, metavar="F.aann")


def run(args: argparse.Namespace) -> int:
    with option_values():
        layers = generate.parse_layers(args.layers)
        if args.t_row is not None:
            quantity(args.t_row, "s", "--t-row", positive=True)
        if args.init is not None:
            generate.parse_init(args.init)
    target = Path(args.output)
    rows, name = _dataset(args, target)
    schematic, notes = generate.generate(
        layers, rows, name, t_row=args.t_row, init=args.init, level=args.level, activation=args.activation,
        imperfect=args.imperfect, seed=args.seed,
    )  # fmt: skip
    apply_settings(schematic, args.set)
    for note in notes:
        print(note, file=sys.stderr)
    aann_file.save(target, aann_file.Document(schematic))
    return 0


def _dataset(args: argparse.Namespace, target: Path) -> tuple[dataset.Dataset, str]:
    """The dataset and its name in the document: embedded up to 1 MB, else copied beside the output."""
    inputs, targets = (_names(text) for text in (args.inputs, args.targets))
    if args.dataset == "xor":
        if (inputs or dataset.XOR.inputs, targets or dataset.XOR.targets) != (dataset.XOR.inputs, dataset.XOR.targets):
            raise UsageError("aann new: --inputs and --targets choose columns of a CSV file; xor has x1,x2 and t1")
        return dataset.XOR, "xor"
    source = Path(args.dataset)
    found = dataset.read_csv(source, inputs, targets)
    if source.stat().st_size <= EMBED_LIMIT:
        return found, source.stem
    _copy_beside(source, target.parent / source.name)
    return dataset.Dataset(found.inputs, found.targets, found.rows, source.name), source.stem


def _copy_beside(source: Path, copy: Path) -> None:
    """The whole file, byte by byte; another file of that name is not overwritten."""
    content = source.read_bytes()
    if not copy.exists():
        write_bytes(copy, content)
    elif copy.read_bytes() != content:
        raise fail(
            "dataset-exists", str(copy), f"another file of this name lies where {source} would be copied to",
            "rename or remove one of the two, or choose another folder with -o",
        )  # fmt: skip


def _names(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(name.strip() for name in text.split(","))
