"""`aann doctor`: what this machine offers to the program."""

from __future__ import annotations

import argparse
import json

from app import doctor


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    report = doctor.examine()
    print(json.dumps(report.as_dict(), indent=2) if args.json else report)
    return 0 if report.healthy else 1
