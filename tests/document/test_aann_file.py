"""The .aann file: round trips, layout, versions, atomic saves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from app.document import aann_file, atomic
from app.document.aann_file import Document
from app.document.schematic import Instance, Schematic
from app.errors import ProblemError
from tests.document import drawings

GOLDEN = Path(__file__).parent / "golden"
VIEW = {"zoom": 1.5, "panes": ["signals", "weights"]}
STATE = {"weights": {"b10/C0": 0.25, "b10/C1": -0.125}, "epoch": 12, "time": 4.8e-6}


def same(one: Schematic, other: Schematic) -> bool:
    return (one.sheets, one.parameters, one.datasets, one.settings) == (
        other.sheets, other.parameters, other.datasets, other.settings,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(drawings.schematics(), drawings.SECTIONS, drawings.SECTIONS)
def test_everything_comes_back(schematic: Schematic, view: dict, state: dict) -> None:
    text = aann_file.dumps(schematic, view, state)
    document = aann_file.loads(text)
    assert same(document.schematic, schematic)
    assert (document.view, document.state, document.unknown) == (view, state, {})
    assert aann_file.dumps(document.schematic, document.view, document.state, document.unknown) == text


def test_an_element_a_line_sorted_and_without_defaults() -> None:
    text = aann_file.dumps(drawings.example(), VIEW, STATE)
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    assert '"b2": {"at": [4, 20], "mirrored": true, "name": "M2", "rotation": 90, "type": "multiplier"}' in lines
    assert '"w7": {"ends": ["b10.V_in[2]", "j4[1]"]}' in lines
    assert '"w5": {"ends": ["b1.I", "j3"]}' in lines
    assert '"b10/C1": -0.125' in lines
    assert "[-1, 1, 1]" in lines

    def check(value: object) -> None:
        if isinstance(value, dict):
            assert list(value) == sorted(value)
            for entry in value.values():
                check(entry)

    check(json.loads(text))


def test_moving_one_block_changes_one_line() -> None:
    schematic = drawings.example()
    before = aann_file.dumps(schematic).splitlines()
    old = schematic.top.instances["b1"]
    schematic.top.instances["b1"] = Instance(old.id, old.type, old.name, (5, 6), parameters=old.parameters)
    after = aann_file.dumps(schematic).splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_golden_file_of_version_1() -> None:
    """Written when version 1 was laid down; it must open and be written the same for ever."""
    content = (GOLDEN / "version-1.aann").read_text("utf-8")
    document = aann_file.loads(content)
    assert same(document.schematic, drawings.example())
    assert (document.view, document.state) == (VIEW, STATE)
    assert aann_file.dumps(document.schematic, document.view, document.state, document.unknown) == content


def test_ids_continue_after_those_of_the_file() -> None:
    document = aann_file.loads(aann_file.dumps(drawings.example()))
    assert document.schematic.new_id("b") == "b11"


def test_what_is_only_wrong_with_the_drawing_opens() -> None:
    """Unknown blocks, unusable parameters and ports that do not exist stay editable."""
    tree = json.loads(aann_file.dumps(drawings.example()))
    top = tree["design"]["sheets"]["top"]
    top["instances"]["b1"].update(type="memristor", parameters={"K_m": "five"})
    top["wires"]["w5"]["ends"] = ["b1.nowhere[7]", "b2.I"]
    schematic = aann_file.loads(json.dumps(tree)).schematic
    assert schematic.top.instances["b1"].type == "memristor"
    assert schematic.top.wires["w5"].ends[0].port == "nowhere"


def test_newer_version_is_refused_by_name() -> None:
    with pytest.raises(ProblemError) as caught:
        aann_file.loads('{"aann": 7, "shapes": {}}', "new.aann")
    (problem,) = caught.value.problems
    assert problem.code == "newer-version"
    assert problem.where == "new.aann: $.aann"
    assert "version 7" in problem.found


@pytest.mark.parametrize("minor", [0, 3])
def test_unknown_fields_are_kept(minor: int) -> None:
    tree = json.loads(aann_file.dumps(drawings.example(), VIEW, STATE))
    tree["minor"] = minor
    tree["origin"] = {"by": ["hand", 1.5]}
    tree["design"]["layers"] = {"copper": 2}
    tree["design"]["sheets"]["top"]["title"] = "Fig. 7"
    tree["design"]["sheets"]["top"]["instances"]["b1"]["colour"] = "red"
    tree["design"]["sheets"]["top"]["wires"]["w6"]["net_class"] = None
    tree["design"]["datasets"]["xor"]["licence"] = "CC0"
    document = aann_file.loads(json.dumps(tree))
    text = aann_file.dumps(document.schematic, document.view, document.state, document.unknown)
    assert json.loads(text) == tree
    again = aann_file.loads(text)
    assert aann_file.dumps(again.schematic, again.view, again.state, again.unknown) == text
    assert {problem.severity for problem in document.problems} == {"note"}
    if minor == 0:
        assert any("instances.b1.colour" in problem.where for problem in document.problems)


def test_unknown_fields_go_with_their_element() -> None:
    document = aann_file.loads(
        '{"aann": 1, "design": {"sheets": {"top": {"instances": '
        '{"b1": {"type": "x", "name": "n", "at": [0, 0], "z": 1}}}}}}'
    )
    del document.schematic.top.instances["b1"]
    assert '"z"' not in aann_file.dumps(document.schematic, None, None, document.unknown)


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "xor.aann"
    path.write_text("old")
    path.chmod(0o640)
    document = Document(drawings.example(), VIEW, STATE)
    aann_file.save(path, document)
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["xor.aann"]
    loaded = aann_file.load(path)
    assert same(loaded.schematic, document.schematic)
    (problem,) = loaded.problems
    assert (problem.code, problem.severity) == ("dataset-missing", "warning")
    assert "iris" in problem.where
    assert loaded.schematic.datasets["iris"].file == "iris.csv"
    (tmp_path / "iris.csv").write_text("sepal,petal,virginica,unused\n1,2,0,9\n3,4,1,9\n")
    loaded = aann_file.load(path)
    assert loaded.problems == ()
    assert loaded.schematic.datasets["iris"].rows == ((1.0, 2.0, 0.0), (3.0, 4.0, 1.0))
    content = path.read_bytes()
    aann_file.save(path, loaded)
    assert path.read_bytes() == content


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "half \ud800", "bell \x07"])
def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path, value: object) -> None:
    path = tmp_path / "xor.aann"
    path.write_text("old")
    with pytest.raises(ProblemError):
        aann_file.save(path, Document(drawings.example(), {"zoom": value}))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["xor.aann"]


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "mkstemp"])
def test_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "xor.aann"
    path.write_text("old")

    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "write":

        class Full:
            def __init__(self, descriptor: int, _mode: str) -> None:
                os.close(descriptor)

            def __enter__(self) -> Full:
                return self

            def __exit__(self, *_error: object) -> None:
                return None

            write = flush = full

        monkeypatch.setattr(atomic.os, "fdopen", Full)
    else:
        monkeypatch.setattr(atomic.tempfile if step == "mkstemp" else atomic.os, step, full)
    with pytest.raises(ProblemError) as caught:
        aann_file.save(path, Document(drawings.example()))
    monkeypatch.undo()
    assert caught.value.problems[0].code == "cannot-write"
    assert "No space left" in caught.value.problems[0].found
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["xor.aann"]


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="choose another folder"):
        aann_file.save(tmp_path / "none" / "xor.aann", Document(drawings.example()))


SAVER = """
import sys
from pathlib import Path
from app.document import aann_file
from app.document.aann_file import Document
from app.document.schematic import Instance, Schematic
path, naive = Path(sys.argv[1]), sys.argv[2] == "naive"
schematic = Schematic()
for number in range(1, 3001):
    schematic.top.instances[f"b{number}"] = Instance(f"b{number}", "multiplier", f"M{number}", (0, number))
texts = []
for version in ("odd", "even"):
    schematic.settings["seed"] = version
    texts.append(aann_file.dumps(schematic))
documents = [aann_file.loads(text) for text in texts]
print("ready", flush=True)
while True:
    for text, document in zip(texts, documents):
        if naive:
            with open(path, "w") as stream:
                for start in range(0, len(text), 4096):
                    stream.write(text[start : start + 4096])
                    stream.flush()
        else:
            aann_file.write_bytes(path, text.encode())
"""


def kill_while_saving(path: Path, kills: int, naive: bool = False) -> int:
    """How often the file did not open after its writer was killed at some moment."""
    lost = 0
    for number in range(kills):
        command = [sys.executable, "-c", SAVER, str(path), "naive" if naive else "atomic"]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(0.02 + 0.0037 * (number % 17))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        try:
            lost += len(aann_file.load(path).schematic.top.instances) != 3000
        except ProblemError:
            lost += 1
    return lost


def test_killed_while_saving(tmp_path: Path) -> None:
    path = tmp_path / "xor.aann"
    aann_file.save(path, Document(_three_thousand()))
    assert kill_while_saving(path, 6) == 0


def test_a_naive_writer_fails_the_same_test(tmp_path: Path) -> None:
    path = tmp_path / "xor.aann"
    aann_file.save(path, Document(_three_thousand()))
    assert kill_while_saving(path, 6, naive=True) > 0


@pytest.mark.soak
def test_killed_while_saving_200_times(tmp_path: Path) -> None:
    path = tmp_path / "xor.aann"
    aann_file.save(path, Document(_three_thousand()))
    assert kill_while_saving(path, 200) == 0


def _three_thousand() -> Schematic:
    schematic = Schematic()
    for number in range(1, 3001):
        schematic.top.instances[f"b{number}"] = Instance(f"b{number}", "multiplier", f"M{number}", (0, number))
    return schematic
