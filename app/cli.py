"""The command `aann`: finds the sub-command, prints problems as text or JSON, sets the exit code.

Sub-commands are imported only when they are asked for, so that `aann --version` is instant.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

from app import __version__
from app.errors import Problem, ProblemError

GOOD, FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130
COMMANDS = {
    "new": "make a network from layer sizes",
    "run": "simulate and train a document",
    "check": "list every problem, what was recognised, and counts",
    "export": "write SPICE, pictures, CSV or weights",
    "doctor": "tell what this machine offers to the program",
    "bench": "measure the engine beside others",
    "transfer": "sweep an input in DC and read outputs",
    "sweep": "vary parameters over many runs",
    "reproduce": "redo the figures and tables of the paper",
}


class UsageError(Exception):
    """Wrong usage; the message says which and how."""


class OptionError(ProblemError):
    """Wrong usage too: an option's value that cannot be what it stands for, whatever the document."""


@contextlib.contextmanager
def option_values() -> Iterator[None]:
    """What is wrong here is the command line's fault, not the document's."""
    try:
        yield
    except ProblemError as error:
        raise OptionError(*error.problems) from None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}\n{self.format_usage().strip()}")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit code: 0 good, 1 document or data at fault, 2 wrong usage or a missing
    optional part, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"aann {__version__}")
        return GOOD
    as_json = "--json" in arguments
    try:
        if arguments and arguments[0] in ("-h", "--help", "help"):
            print(_overview())
            return GOOD
        if arguments and arguments[0] in COMMANDS:
            return _sub_command(arguments[0], arguments[1:])
        return _window(arguments)
    except BrokenPipeError:
        return GOOD
    except OSError as error:  # nobody below knows better: standard output on a full disk, say
        where, found = str(error.filename or "standard output"), error.strerror or str(error)
        report([Problem("system", where, found, "free some space or write elsewhere")], as_json)
        return FAULT
    except ProblemError as error:
        report(error.problems, as_json)
        return USAGE if isinstance(error, OptionError) else FAULT
    except UsageError as error:
        if as_json:
            report([Problem("usage", "command line", str(error).splitlines()[0], "see aann --help")], True)
        else:
            print(error, file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED


def report(problems: Sequence[Problem], as_json: bool) -> None:
    """Problems on stderr: text, or one JSON object."""
    if as_json:
        print(
            json.dumps({"problems": [problem.as_dict() for problem in problems]}, ensure_ascii=False), file=sys.stderr
        )
    else:
        for problem in problems:
            print(problem, file=sys.stderr)


def _sub_command(name: str, rest: Sequence[str]) -> int:
    module = importlib.import_module(f"app.commands.{name}")
    parser = _Parser(prog=f"aann {name}", description=COMMANDS[name], allow_abbrev=False)
    module.arguments(parser)
    code: int = module.run(parser.parse_args(rest))
    return code


def _window(files: Sequence[str]) -> int:
    unknown = [name for name in files if name.startswith("-")]
    if unknown:
        raise UsageError(f"aann: unknown option {unknown[0]}\n{_overview()}")
    window = importlib.import_module("app.commands.window")
    code: int = window.run(list(files))
    return code


def _overview() -> str:
    lines = [
        "usage: aann [FILE ...]      open the window",
        "       aann COMMAND ...     aann COMMAND --help tells more",
        "",
    ]
    lines += [f"  {name:<10} {text}" for name, text in COMMANDS.items()]
    return "\n".join([*lines, "", "  --version  print the version"])
