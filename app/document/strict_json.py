"""Strict, bounded JSON: refuses what could hang, exhaust memory or mean two things, and says at which JSON path."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from app.errors import Problem, ProblemError, fail

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
# 100,000 blocks with their wires need about 4 million; a Python object each keeps hostile files below 1 GB.
MAX_VALUES = 6_000_000
MAX_DIGITS = 40
MAX_PROBLEMS = 20
MAX_KEY = 200
MAX_TEXT = 20_000
MAX_PATH_SEARCH = 2_000_000

Path = tuple[str | int, ...]

_STRING = r'"(?:[^"\\]++|\\.)*+\\?"?'
_STRINGS = re.compile(_STRING.encode(), re.DOTALL)
_TOKENS = re.compile(_STRING + r"|[\[\]{},]", re.DOTALL)
_NOT_STRUCTURE = bytes(sorted(set(range(256)) - set(b"[]{},")))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CONTROL_OR_BREAK = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Rejected:
    """Stands in the parsed tree for something that parses but must not be used: the checks meet it with its path."""

    def __init__(self, reason: str, key: str | None = None) -> None:
        self.reason, self.key = reason, key


def path_text(path: Path) -> str:
    """`("design", "wires", "w 1", 0)` as `$.design.wires["w 1"][0]`."""
    parts = ["$"]
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _PLAIN_KEY.fullmatch(part) and len(part) <= 64:
            parts.append(f".{part}")
        else:
            parts.append(f"[{part if len(part) <= 40 else part[:40] + '...'!a}]")
    return "".join(parts)


def parse(content: str | bytes, where: str) -> Any:
    """The values of a JSON text. Duplicate keys, NaN and numbers of no finite or sensible size become `Rejected`.
    Raises ProblemError for what is too large, too deep or no JSON."""
    raw = _bytes(content, where)
    if len(raw) > MAX_BYTES:
        raise fail(
            "file-too-large", where, f"it has {len(raw)} bytes, more than {MAX_BYTES}",
            "keep large datasets in CSV files beside the document",
        )  # fmt: skip
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail("file-not-utf8", where, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    _bound_structure(raw, text, where)
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, parse_float=_float, parse_int=_integer, parse_constant=_constant
    )
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax(text, error, where) from None


def _bytes(content: str | bytes, where: str) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return content.encode()
    except UnicodeEncodeError:
        raise fail("file-not-utf8", where, "a character is half of a surrogate pair", "retype that text") from None


def _bound_structure(raw: bytes, text: str, where: str) -> None:
    """Depth and number of values, found without recursion before anything is built."""
    structure = _STRINGS.sub(b"", raw).translate(None, _NOT_STRUCTURE)
    if len(structure) > MAX_VALUES:
        raise fail("file-too-large", where, f"it has more than {MAX_VALUES} values", "split the document")
    if max(accumulate(map(_STEP.__getitem__, structure)), default=0) > MAX_DEPTH:
        raise fail(
            "file-too-deep", f"{where}: {path_text(_path_at(text, len(text)))}",
            f"values are nested more than {MAX_DEPTH} deep", "restore an undamaged copy",
        )  # fmt: skip


def _path_at(text: str, position: int) -> Path:
    """The path of the value at a position (or where the permitted depth is left), by walking the tokens before it."""
    stack: list[str | int | None] = []
    for match in _TOKENS.finditer(text, 0, position):
        token = match.group()
        if token in "[{":
            stack.append(0 if token == "[" else None)
            if len(stack) > MAX_DEPTH:
                break
        elif not stack:
            continue
        elif token in "]}":
            stack.pop()
        elif token == ",":
            top = stack[-1]
            stack[-1] = top + 1 if isinstance(top, int) else None
        elif stack[-1] is None:
            stack[-1] = token[1:-1]
    return tuple(part for part in stack if part is not None)


def _syntax(text: str, error: json.JSONDecodeError, where: str) -> ProblemError:
    place = f"line {error.lineno}, column {error.colno}"
    if error.pos <= MAX_PATH_SEARCH:
        place = f"{path_text(_path_at(text, error.pos))} ({place})"
    if text.startswith(("<<<<<<<", "=======", ">>>>>>>"), text.rfind("\n", 0, error.pos) + 1):
        return fail("file-damaged", f"{where}: {place}", "a merge left conflict marks", "resolve the merge conflict")
    return fail("file-damaged", f"{where}: {place}", f"no valid JSON: {error.msg}", "restore an undamaged copy")


def _object(pairs: list[tuple[str, Any]]) -> Any:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return Rejected("the key appears twice", key)
        seen.add(key)
    return result


def _float(text: str) -> Any:
    value = float(text) if len(text) <= MAX_DIGITS else math.nan
    if math.isfinite(value):
        return value
    return Rejected(f"the number {text[:20]}... is too long" if len(text) > MAX_DIGITS else f"{text} is not finite")


def _constant(word: str) -> Rejected:
    return Rejected(f"{word} is not finite")


def _integer(text: str) -> Any:
    return int(text) if len(text) <= MAX_DIGITS else Rejected(f"the number {text[:20]}... is too long")


def text_fault(text: str, limit: int = MAX_TEXT, breaks: bool = True) -> str:
    """Why no file may hold the text; empty if one may. `breaks`: line breaks are allowed."""
    if len(text) > limit:
        return f"the text has {len(text)} characters, more than {limit}"
    if text.isascii() and text.isprintable():
        return ""
    if (_CONTROL if breaks else _CONTROL_OR_BREAK).search(text):
        return "the text has a control character or half of a surrogate pair"
    return ""


def key_fault(key: str) -> str:
    """The same for the name of a value."""
    if 0 < len(key) <= MAX_KEY and not _CONTROL_OR_BREAK.search(key):
        return ""
    return f"this name is empty, longer than {MAX_KEY} or has characters no name may have"


class Checker:
    """Collects what is wrong with parsed values; every method returns something usable, so that checking goes on."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def bad(self, path: Path, found: str, cure: str = "mend it or restore an undamaged copy") -> None:
        self.problems.append(Problem("file-damaged", f"{self.where}: {path_text(path)}", found, cure))
        if len(self.problems) >= MAX_PROBLEMS:
            self.finish()

    def finish(self) -> None:
        """Raises ProblemError if anything was wrong."""
        if self.problems:
            raise ProblemError(*self.problems)

    def wrong(self, value: Any, path: Path, expected: str) -> None:
        """Reports that `value` is not what is expected there."""
        if isinstance(value, Rejected):
            self.bad(path if value.key is None else (*path, value.key), value.reason)
        else:
            self.bad(path, f"it is {_kind(value)}, but {expected} belongs here")

    def object(self, value: Any, path: Path) -> dict[str, Any]:
        if type(value) is not dict:
            self.wrong(value, path, "an object")
            return {}
        for key in value:
            fault = key_fault(key)
            if fault:
                self.bad((*path, key), fault)
        return value

    def array(self, value: Any, path: Path) -> list[Any]:
        if type(value) is list:
            return value
        self.wrong(value, path, "an array")
        return []

    def text(self, value: Any, path: Path, limit: int = MAX_TEXT, breaks: bool = True) -> str:
        if type(value) is not str:
            self.wrong(value, path, "a text")
            return ""
        fault = text_fault(value, limit, breaks)
        if fault:
            self.bad(path, fault)
        return value if len(value) <= limit else ""

    def integer(self, value: Any, path: Path, low: int, high: int) -> int:
        if type(value) is not int:
            self.wrong(value, path, "a whole number")
            return low
        if not low <= value <= high:
            self.bad(path, f"{value} is not in {low} .. {high}")
            return low
        return value

    def number(self, value: Any, path: Path) -> float:
        if type(value) is float:
            return value
        if type(value) is int:
            return float(value)
        self.wrong(value, path, "a number")
        return 0.0

    def flag(self, value: Any, path: Path) -> bool:
        if type(value) is not bool:
            self.wrong(value, path, "true or false")
        return value is True

    def texts(self, value: Any, path: Path) -> dict[str, str]:
        """An object whose values are texts."""
        return {key: self.text(entry, (*path, key)) for key, entry in self.object(value, path).items()}

    def plain(self, value: Any, path: Path) -> Any:
        """Any JSON value, checked to the bottom (`parse` has bounded the depth)."""
        if isinstance(value, dict):
            return {key: self.plain(entry, (*path, key)) for key, entry in self.object(value, path).items()}
        if isinstance(value, list):
            return [self.plain(entry, (*path, number)) for number, entry in enumerate(value)]
        if isinstance(value, str):
            return self.text(value, path)
        if value is None or isinstance(value, bool | int | float):
            return value
        self.wrong(value, path, "a JSON value")
        return None


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value[:40]!a}"
    return "an object" if isinstance(value, Mapping) else "an array"
