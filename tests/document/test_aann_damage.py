"""Damaged and hostile files: an error with the JSON path, or a document; never a crash, a hang or a gigabyte."""

from __future__ import annotations

import copy
import json
import os
import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.document import aann_file, strict_json
from app.errors import ProblemError
from tests.document import drawings

TEXT = aann_file.dumps(drawings.example(), {"zoom": 1.5}, {"weights": {"b10/C0": 0.25}, "epoch": 3})
TOP = "$.design.sheets.top"


def problems(content: str | bytes) -> list[tuple[str, str]]:
    """(place, finding) of every problem; none if the file opens."""
    try:
        aann_file.loads(content, "f")
    except ProblemError as error:
        for problem in error.problems:
            assert problem.where.startswith("f") and problem.found and problem.cure and problem.code
        return [(problem.where.removeprefix("f: "), problem.found) for problem in error.problems]
    return []


def at(*path: str | int) -> Callable[[dict[str, Any]], tuple[Any, Any]]:
    def find(tree: dict[str, Any]) -> tuple[Any, Any]:
        owner: Any = tree
        for part in path[:-1]:
            owner = owner[part]
        return owner, path[-1]

    return find


INSTANCE = ("design", "sheets", "top", "instances", "b1")
WIRE = ("design", "sheets", "top", "wires", "w6")
WRONG_VALUES: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    (("aann",), True, "$.aann", "a whole number"),
    (("aann",), 0, "$.aann", "0 is not in 1 .. 1"),
    (("aann",), "1", "$.aann", "a whole number"),
    (("minor",), -1, "$.minor", "-1 is not in"),
    (("design",), [], "$.design", "an array, but an object"),
    (("design", "sheets"), {}, "$.design.sheets", "'top'"),
    (("design", "sheets", "top"), None, TOP, "null, but an object"),
    (("view",), 5, "$.view", "the number 5, but an object"),
    (("state",), "x", "$.state", "an object belongs here"),
    (("state", "weights"), [1], "$.state.weights", "an array, but an object"),
    (("state", "weights", "b10/C0"), "0.2", "$.state.weights['b10/C0']", "a number belongs here"),
    (("state", "weights", "b10/C0"), True, "$.state.weights['b10/C0']", "a number belongs here"),
    (("design", "parameters"), {"k0": 5}, "$.design.parameters.k0", "the number 5, but a text"),
    (("design", "settings", "seed"), 7, "$.design.settings.seed", "a text belongs here"),
    ((*INSTANCE, "at"), [1], f"{TOP}.instances.b1.at", "2 coordinates"),
    ((*INSTANCE, "at"), [1.5, 2], f"{TOP}.instances.b1.at[0]", "1.5, but a whole number"),
    ((*INSTANCE, "at"), [True, 2], f"{TOP}.instances.b1.at[0]", "a whole number"),
    ((*INSTANCE, "at"), [0, 1_000_001], f"{TOP}.instances.b1.at[1]", "1000001 is not in"),
    ((*INSTANCE, "at"), {"x": 1}, f"{TOP}.instances.b1.at", "an array belongs here"),
    ((*INSTANCE, "rotation"), 45, f"{TOP}.instances.b1.rotation", "45 is not 0, 90, 180 or 270"),
    ((*INSTANCE, "rotation"), 360, f"{TOP}.instances.b1.rotation", "360 is not in"),
    ((*INSTANCE, "rotation"), False, f"{TOP}.instances.b1.rotation", "a whole number"),
    ((*INSTANCE, "mirrored"), 1, f"{TOP}.instances.b1.mirrored", "true or false belongs here"),
    ((*INSTANCE, "name"), None, f"{TOP}.instances.b1.name", "null, but a text"),
    ((*INSTANCE, "name"), "M" * 1_000_000, f"{TOP}.instances.b1.name", "1000000 characters"),
    ((*INSTANCE, "name"), "two\nlines", f"{TOP}.instances.b1.name", "control character"),
    ((*INSTANCE, "name"), "nul\0", f"{TOP}.instances.b1.name", "control character"),
    ((*INSTANCE, "name"), "half \ud800", f"{TOP}.instances.b1.name", "surrogate"),
    ((*INSTANCE, "type"), "no spaces", f"{TOP}.instances.b1.type", "a block type has"),
    ((*INSTANCE, "type"), 3, f"{TOP}.instances.b1.type", "a text belongs here"),
    ((*INSTANCE, "parameters"), {"K_m": 1e-7}, f"{TOP}.instances.b1.parameters.K_m", "a text belongs here"),
    ((*INSTANCE, "parameters"), {"": "x"}, f"{TOP}.instances.b1.parameters['']", "this name is empty"),
    ((*INSTANCE, "overrides"), {"a\x07": "x"}, f"{TOP}.instances.b1.overrides['a\\x07']", "no name may have"),
    ((*INSTANCE, "overrides"), ["x"], f"{TOP}.instances.b1.overrides", "an object belongs here"),
    (("design", "sheets", "top", "instances", "b/1"), {}, f"{TOP}.instances['b/1']", "an id has"),
    (("design", "sheets", "top", "junctions", "b1"), {"at": [0, 0]}, f"{TOP}.junctions.b1", "the same id"),
    (("design", "sheets", "top", "junctions", "j3", "width"), 0, f"{TOP}.junctions.j3.width", "0 is not in"),
    ((*WIRE, "ends"), ["b1.I"], f"{TOP}.wires.w6.ends", "a wire has 2 ends, not 1"),
    ((*WIRE, "ends"), "b1.I", f"{TOP}.wires.w6.ends", "an array belongs here"),
    ((*WIRE, "ends", 0), 7, f"{TOP}.wires.w6.ends[0]", "a text belongs here"),
    ((*WIRE, "ends", 0), "b77.I", f"{TOP}.wires.w6.ends[0]", "no instance or junction 'b77'"),
    ((*WIRE, "ends", 1), "j77", f"{TOP}.wires.w6.ends[1]", "no instance or junction 'j77'"),
    ((*WIRE, "ends", 0), "b1", f"{TOP}.wires.w6.ends[0]", "names no port"),
    ((*WIRE, "ends", 0), "j3.V", f"{TOP}.wires.w6.ends[0]", "is a junction and has no port"),
    ((*WIRE, "ends", 0), "b1.I[0]", f"{TOP}.wires.w6.ends[0]", "no end of a wire"),
    ((*WIRE, "ends", 0), "b1.I[3:2]", f"{TOP}.wires.w6.ends[0]", "3:2 is no range"),
    ((*WIRE, "ends", 0), "b1.I[٣]", f"{TOP}.wires.w6.ends[0]", "no end of a wire"),
    ((*WIRE, "ends", 0), "b1.I\n", f"{TOP}.wires.w6.ends[0]", "control character"),
    ((*WIRE, "corners"), [[1, 2, 3]], f"{TOP}.wires.w6.corners[0]", "2 coordinates, not 3"),
    ((*WIRE, "corners", 1), "x", f"{TOP}.wires.w6.corners[1]", "an array belongs here"),
    (("design", "datasets", "xor", "rows", 2), [1, 2], "$.design.datasets.xor.rows[2]", "2 numbers where there are 3"),
    (("design", "datasets", "xor", "rows", 2), [1, "2", 3], "$.design.datasets.xor.rows[2][1]", "a number belongs"),
    (("design", "datasets", "xor", "inputs"), ["t1", "x2"], "$.design.datasets.xor", "two columns have one name"),
    (("design", "datasets", "xor", "inputs"), ["=x", "y"], "$.design.datasets.xor.inputs[0]", "begins with '='"),
    (("design", "datasets", "xor", "file"), "a.csv", "$.design.datasets.xor", "both rows and a file"),
    (("design", "datasets", "iris", "file"), "../iris.csv", "$.design.datasets.iris.file", "no relative path"),
    (("design", "datasets", "iris", "file"), "/etc/passwd", "$.design.datasets.iris.file", "no relative path"),
    (("design", "datasets", "iris", "file"), "\\\\host\\share", "$.design.datasets.iris.file", "no relative path"),
    (("design", "datasets", "iris", "file"), "C:iris.csv", "$.design.datasets.iris.file", "no relative path"),
    (("design", "datasets", "iris", "file"), "data/CON.csv", "$.design.datasets.iris.file", "names a device"),
    (("design", "datasets", "iris", "file"), "", "$.design.datasets.iris.file", "empty"),
]


@pytest.mark.parametrize(("path", "value", "where", "found"), WRONG_VALUES)
def test_wrong_value(path: tuple[str | int, ...], value: Any, where: str, found: str) -> None:
    tree = json.loads(TEXT)
    owner, key = at(*path)(tree)
    owner[key] = value
    places = problems(json.dumps(tree))
    assert any(place == where and found in text for place, text in places), places


@pytest.mark.parametrize(
    "path", [("aann",), ("design",), ("design", "sheets"), (*INSTANCE, "at"), (*INSTANCE, "type"), (*WIRE, "ends")]
)
def test_missing_field(path: tuple[str, ...]) -> None:
    tree = json.loads(TEXT)
    owner, key = at(*path)(tree)
    del owner[key]
    assert (strict_json.path_text(path[:-1]), f"the field {path[-1]!r} is missing") in problems(json.dumps(tree))


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("0.25", "NaN", "$.state.weights['b10/C0']", "NaN is not finite"),
        ("0.25", "-Infinity", "$.state.weights['b10/C0']", "-Infinity is not finite"),
        ("1.5", "1e999", "$.view.zoom", "1e999 is not finite"),
        ("1.5", "7" * 4000, "$.view.zoom", "is too long"),
        ("1.5", "0." + "7" * 4000, "$.view.zoom", "is too long"),
        ('"zoom": 1.5', '"zoom": 1.5, "zoom": 2', "$.view.zoom", "the key appears twice"),
        ('"b2": {', '"b1": {"at": [0, 0]},\n"b2": {', f"{TOP}.instances.b1", "the key appears twice"),
        ('"minor": 0', '"minor": 0, "minor": 0', "$.minor", "the key appears twice"),
        ('"M2"', '"\\ud800"', f"{TOP}.instances.b2.name", "surrogate"),
        ('"M2"', '"\\u0000"', f"{TOP}.instances.b2.name", "control character"),
        ('"M2"', '"a\x00b"', f"{TOP}.instances.b2.name (line", "Invalid control character"),
        ('"M2"', "<M2>", f"{TOP}.instances.b2.name (line", "no valid JSON"),
        ("1.5", "[" * 100_000, "$.view.zoom[0][0]", "nested more than 64 deep"),
        ("1.5", '{"a":' * 100_000, "$.view.zoom.a.a", "nested more than 64 deep"),
        ("1.5", "[" * 60 + "]" * 60 + ", ", "$.view", "no valid JSON"),
        ('  "parameters"', "<<<<<<< ours\n", "$.design", "conflict marks"),
    ],
)
def test_damaged_text(old: str, new: str, where: str, found: str) -> None:
    assert old in TEXT
    places = problems(TEXT.replace(old, new, 1))
    assert any(place.startswith(where) and found in text for place, text in places), places


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"\xff\xfe{\x00}\x00", b"\x89PNG\r\n", b"null", b"1", b'"x"', b"[]", b"{}", b'{"aann": 1', b'"' * 9],
)
def test_not_a_document(content: bytes) -> None:
    assert problems(content)


def test_byte_order_mark_is_no_damage() -> None:
    assert problems(b"\xef\xbb\xbf" + TEXT.encode()) == []


def test_escaped_quotes_without_end_take_linear_time() -> None:
    """A backtracking scan of this would take hours."""
    assert problems('{"aann": "' + '\\"' * 500_000)


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_BYTES", 100)
    assert problems(TEXT)[0][0] == "f"
    monkeypatch.undo()
    monkeypatch.setattr(strict_json, "MAX_VALUES", 50)
    assert "more than 50 values" in problems(TEXT)[0][1]


def test_many_problems_are_listed_together_but_not_without_end() -> None:
    tree = json.loads(TEXT)
    tree["design"]["settings"] = {f"s{number}": number for number in range(1000)}
    assert len(problems(json.dumps(tree))) == strict_json.MAX_PROBLEMS


def test_what_is_no_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.aann")
    for path in (tmp_path, tmp_path / "pipe.aann", tmp_path / "none.aann", Path("/dev/zero"), tmp_path / "a\0b"):
        with pytest.raises(ProblemError) as caught:
            aann_file.load(path)
        assert caught.value.problems[0].code == "cannot-open"


# -- fuzzing ----------------------------------------------------------------------------------------------------

PIECES = [
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"-", b"true", b"null",
    b'"b1"', b'"ends"', b'"at"', b"\xff", b"\xf0\x9f\x98\x80", b"\0", b"9" * 500, b"[" * 200, b'{"a":' * 70, b"\n",
]  # fmt: skip
VALUES: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", "b1", "b1.I", "j3[1:2]", "x" * 300, [], {}, [[]], {"a": 1}]


def fuzzed_bytes(source: random.Random) -> bytes:
    """The example with some bytes cut, copied, replaced or inserted."""
    content = bytearray(TEXT.encode())
    for _ in range(source.randint(1, 6)):
        start = source.randrange(len(content) + 1)
        stop = min(len(content), start + source.choice((0, 1, 1, 2, 8, 200)))
        kind = source.randrange(4)
        if kind == 0:
            del content[start:stop]
        elif kind == 1:
            content[start:start] = content[stop : stop + 100]
        elif kind == 2:
            content[start:stop] = source.choice(PIECES)
        else:
            content[start:stop] = source.randbytes(stop - start)
    return bytes(content)


def fuzzed_tree(source: random.Random) -> bytes:
    """The example with some values, keys or whole sections replaced: valid JSON, as a rule."""
    tree = json.loads(TEXT)
    for _ in range(source.randint(1, 4)):
        owner: Any = tree
        while True:
            keys: list[Any] = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
            if not keys:
                break
            key = source.choice(keys)
            inner = owner[key]
            if isinstance(inner, dict | list) and source.random() < 0.8:
                owner = inner
                continue
            if isinstance(owner, dict) and source.random() < 0.3:
                owner["".join(source.choices(string.printable, k=source.randint(0, 5)))] = owner.pop(key)
            else:
                owner[key] = copy.deepcopy(source.choice(VALUES))
            break
    return json.dumps(tree).encode()


def fuzz(count: int, seed: int) -> tuple[int, int]:
    """Opens `count` fuzzed files; how many opened and how many were refused. What opens is saved and read back."""
    source = random.Random(seed)
    opened = 0
    for number in range(count):
        content = fuzzed_tree(source) if number % 2 else fuzzed_bytes(source)
        try:
            document = aann_file.loads(content, "f")
        except ProblemError as error:
            assert all(problem.where and problem.found and problem.cure for problem in error.problems)
            continue
        opened += 1
        text = aann_file.dumps(document.schematic, document.view, document.state, document.unknown)
        again = aann_file.loads(text)
        assert aann_file.dumps(again.schematic, again.view, again.state, again.unknown) == text
    return opened, count - opened


def test_fuzzed_files() -> None:
    opened, refused = fuzz(500, 1)
    assert opened > 20 and refused > 100


@pytest.mark.soak
def test_fuzzed_files_10_000() -> None:
    for seed in range(20):
        fuzz(500, 100 + seed)
