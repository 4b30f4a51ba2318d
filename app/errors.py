"""The one shape of every message that a user sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, what was found there, and what to do about it.

    `code` is stable kebab-case for scripts (`floating-input`); `where` names the block and port, the field,
    the JSON path or the CSV row and column; `found` states the finding; `cure` tells the reader what to do.
    `ids` are the document ids (blocks, wires) that a canvas should highlight.
    """

    code: str
    where: str
    found: str
    cure: str
    severity: Severity = "error"
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.severity}: {self.where}: {self.found}" if self.where else f"{self.severity}: {self.found}"
        return f"{text}\n    {self.cure}" if self.cure else text

    def as_dict(self) -> dict[str, object]:
        """The form that `--json` prints."""
        return {
            "code": self.code,
            "where": self.where,
            "found": self.found,
            "cure": self.cure,
            "severity": self.severity,
        }


class ProblemError(Exception):
    """Raised with one or more Problems when work cannot go on; the caller prints or lists them."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("ProblemError needs at least one Problem")
        self.problems: tuple[Problem, ...] = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def fail(code: str, where: str, found: str, cure: str, *ids: str) -> ProblemError:
    """The ProblemError for a single error, ready to be raised."""
    return ProblemError(Problem(code, where, found, cure, ids=ids))
