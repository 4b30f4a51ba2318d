"""Runs `aann` in this process and keeps what it printed."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli import main


@dataclass(frozen=True)
class Outcome:
    """Exit code and both streams of one command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """stdout as ONE JSON object, and nothing else on it."""
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    def problems(self) -> list[dict[str, Any]]:
        """The problems that --json put on stderr; each is whole."""
        content = json.loads(self.err)
        assert set(content) == {"problems"}
        for problem in content["problems"]:
            assert {"code", "where", "found", "cure"} <= set(problem)
            assert all(problem[key] for key in ("code", "where", "found", "cure"))
        return list(content["problems"])


def aann(*arguments: object) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())


def new(path: Path, *options: object, layers: str = "2-3-1", dataset: object = "xor") -> Path:
    """A generated document at `path`."""
    outcome = aann("new", "--layers", layers, "--dataset", dataset, *options, "-o", path)
    assert outcome.code == 0, outcome.err
    return path


def run(path: Path, *options: object) -> dict[str, Any]:
    """The object that `aann run --json` prints."""
    content: dict[str, Any] = aann("run", path, *options, "--json").json()
    return content
