"""`aann reproduce`: the paper's figures and tables as pictures, numbers and a report that checks every claim."""

from __future__ import annotations

import argparse
import csv
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.cli import option_values
from app.document.atomic import write_bytes
from app.errors import fail
from app.export import figure_svg
from app.export.figure import Figure
from app.reproduce import report
from app.reproduce.catalogue import ITEMS, chosen
from app.reproduce.learning import Bench
from app.reproduce.outcome import Outcome, Table

WritePng = Callable[[Path, Figure], None]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("items", nargs="*", metavar="|".join([*ITEMS, "all"]), help="what to reproduce (default: all)")
    parser.add_argument("-o", "--output", required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="problems as JSON")


def run(args: argparse.Namespace) -> int:
    with option_values():
        names = chosen(args.items)
    folder = Path(args.output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise fail("cannot-write", str(folder), error.strerror or str(error), "choose another folder") from None
    png, why_not = png_writer()
    bench, outcomes = Bench(), []
    for name in names:
        began = time.monotonic()
        outcome = ITEMS[name](bench)
        write(folder, outcome, png)
        outcomes.append(outcome)
        holding = sum(claim.verdict == "holds" for claim in outcome.claims)
        taken = time.monotonic() - began
        print(f"{name}: {holding} of {len(outcome.claims)} claims hold ({taken:.1f} s)", file=sys.stderr)
    write_bytes(folder / "report.md", report.markdown(outcomes, ".svg").encode())
    write_bytes(folder / "report.html", report.page(outcomes, ".svg").encode())
    if why_not:
        print(f"no PNG, since Qt cannot be loaded ({why_not}); SVG and CSV are written", file=sys.stderr)
    print(f"written: {folder / 'report.html'}")
    return 0


def write(folder: Path, outcome: Outcome, png: WritePng | None) -> None:
    """NAME.csv, and NAME.svg and NAME.png where there is a figure."""
    write_bytes(folder / f"{outcome.name}.csv", to_csv(outcome.table).encode())
    if outcome.figure is not None:
        figure_svg.write_svg(folder / f"{outcome.name}.svg", outcome.figure, outcome.title)
        if png is not None:
            png(folder / f"{outcome.name}.png", outcome.figure)


def to_csv(table: Table) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows([repr(cell) if isinstance(cell, float) else cell for cell in row] for row in table.rows)
    return stream.getvalue()


def png_writer() -> tuple[WritePng | None, str]:
    """What writes a PNG, or None and why there is none."""
    try:
        from app.ui.figure_picture import write_png
    except ImportError as error:
        return None, str(error)
    return write_png, ""
