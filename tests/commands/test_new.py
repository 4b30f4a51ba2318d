"""`aann new`: the same arguments give the same bytes; datasets, defaults, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.document import aann_file
from app.document.schematic import Schematic, values_of
from tests.commands.command import aann, new, run


def by_name(path: Path) -> dict[str, Any]:
    """Resolved parameters of every block."""
    schematic: Schematic = aann_file.load(path).schematic
    return {i.name: values_of(schematic, i) for i in schematic.top.instances.values()}


def table(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "options",
    [(), ("--level", "multiplier"), ("--imperfect", "--activation", "tanh", "--t-row", "20n", "--init", "scaled:0.5")],
)
def test_the_same_arguments_give_the_same_bytes_whatever_the_output_is_called(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    first, second = new(tmp_path / "a.aann", *options), new(tmp_path / "elsewhere" / "ü b.aann", *options)
    again = subprocess.run(
        [sys.executable, "-m", "app", "new", "--layers", "2-3-1", "--dataset", "xor", *options, "-o",
         str(tmp_path / "c.aann")],
        cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert again.returncode == 0
    assert first.read_bytes() == second.read_bytes() == (tmp_path / "c.aann").read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()


@pytest.mark.parametrize("layers", ["2-3-1", "2-8-1", "2-12-9-1"])
def test_load_save_load_keeps_every_byte(tmp_path: Path, layers: str) -> None:
    path = new(tmp_path / "a.aann", layers=layers)
    document = aann_file.load(path)
    aann_file.save(tmp_path / "b.aann", document)
    assert (tmp_path / "b.aann").read_bytes() == path.read_bytes()
    aann_file.save(tmp_path / "c.aann", aann_file.load(tmp_path / "b.aann"))
    assert (tmp_path / "c.aann").read_bytes() == path.read_bytes()


def test_defaults(tmp_path: Path) -> None:
    path = new(tmp_path / "a.aann", layers="2-8-1")
    blocks = by_name(path)
    source, neuron = blocks["D1"], blocks["N2_1"]
    assert (source["T_row"], source["T_rise"], source["order"]) == (1e-7, 0.0, "sequential")
    assert blocks["VT"]["level"] == 1.0
    assert (neuron["activation"], neuron["multiplier"], neuron["spread"]) == ("sigmoid", "ideal", 0.3)
    schematic = aann_file.load(path).schematic
    assert schematic.setting("seed") == "0"
    rows = next(iter(schematic.datasets.values())).rows
    assert rows == ((-1.0, -1.0, 0.0), (-1.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 0.0))
    assert sorted(path for path in run(path, "--epochs", 0)["weights"])[:2] == ["N2_1/C0", "N2_1/C1"]


def test_options_reach_the_drawing(tmp_path: Path) -> None:
    options = ("--activation", "relu", "--t-row", "0.05us", "--init", "uniform:0.2", "--imperfect")
    blocks = by_name(new(tmp_path / "a.aann", *options, "--set", "N2_*.gain=6", "--set", "N3_1/Ms.V_off=5m"))
    assert blocks["D1"]["T_row"] == 5e-8
    for name in ("N2_1", "N3_1"):
        neuron = blocks[name]
        assert (neuron["activation"], neuron["multiplier"], neuron["spread"]) == ("relu", "imperfect", 0.2)
        assert neuron["gain"] == (6.0 if name == "N2_1" else 4.0)
    schematic = aann_file.load(tmp_path / "a.aann").schematic
    assert next(i for i in schematic.top.instances.values() if i.name == "N3_1").overrides == {"Ms.V_off": "5m"}


def test_wide_layers_say_what_they_are_given(tmp_path: Path) -> None:
    header = ",".join([*(f"x{k}" for k in range(1, 21)), "t1"])
    rows = table(tmp_path / "wide.csv", header, ",".join(["1"] * 20 + ["0.5"]))
    outcome = aann("new", "--layers", "20-2-1", "--dataset", rows, "-o", tmp_path / "a.aann")
    assert outcome.code == 0
    assert "scaled:0.3" in outcome.err and "T_row" in outcome.err
    blocks = by_name(tmp_path / "a.aann")
    assert blocks["D1"]["T_row"] < 1e-7
    assert blocks["N2_1"]["spread"] == pytest.approx(0.3 * (2 / 20) ** 0.5, rel=1e-12)


def test_a_small_csv_is_embedded_with_the_columns_that_were_named(tmp_path: Path) -> None:
    rows = table(tmp_path / "plant.csv", "time,flow,heat,valve", "0,0.5,-0.5,0.25", "1,-0.5,0.5,0.75")
    options = ("--inputs", "heat, flow", "--targets", "valve")
    path = new(tmp_path / "a.aann", *options, dataset=rows)
    rows.unlink()
    [dataset] = aann_file.load(path).schematic.datasets.values()
    assert (dataset.inputs, dataset.targets, dataset.file) == (("heat", "flow"), ("valve",), "")
    assert dataset.rows == ((-0.5, 0.5, 0.25), (0.5, -0.5, 0.75))


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A CSV above 1 MB."""
    line = "0.1234567890123456789,-0.1234567890123456789,0.5000000000000000000"
    (tmp_path / "data").mkdir()
    return table(tmp_path / "data" / "big.csv", "x1,x2,t1", *[line] * 17_000)


def test_a_large_csv_is_copied_beside_the_output(tmp_path: Path, big: Path) -> None:
    (tmp_path / "nets").mkdir()
    path = new(tmp_path / "nets" / "a.aann", dataset=big)
    assert (tmp_path / "nets" / "big.csv").read_bytes() == big.read_bytes()
    assert path.stat().st_size < 100_000
    [dataset] = aann_file.load(path).schematic.datasets.values()
    assert (dataset.file, len(dataset.rows)) == ("big.csv", 17_000)
    first = path.read_bytes()
    assert new(tmp_path / "nets" / "a.aann", dataset=big).read_bytes() == first


def test_another_csv_of_that_name_is_not_overwritten(tmp_path: Path, big: Path) -> None:
    mine = table(tmp_path / "big.csv", "x1", "1")
    outcome = aann("new", "--layers", "2-2-1", "--dataset", big, "-o", tmp_path / "a.aann", "--json")
    assert outcome.code == 2
    outcome = aann("new", "--layers", "2-2-1", "--dataset", big, "-o", tmp_path / "a.aann")
    assert (outcome.code, "big.csv" in outcome.err) == (1, True)
    assert mine.read_text() == "x1\n1\n"
    assert not (tmp_path / "a.aann").exists()


@pytest.mark.parametrize(
    ("layers", "words"),
    [("3-2-1", "2 inputs"), ("1-2-1", "2 inputs"), ("2-2-2", "1 targets"), ("2-1-3", "1 targets")],
)
def test_layers_that_do_not_fit_the_dataset_are_at_fault(tmp_path: Path, layers: str, words: str) -> None:
    outcome = aann("new", "--layers", layers, "--dataset", "xor", "-o", tmp_path / "a.aann")
    assert outcome.code == 1
    assert words in outcome.err
    assert not (tmp_path / "a.aann").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--t-row", "5M"), "write m or Meg"),
        (("--t-row", "0"), "not above zero"),
        (("--t-row", "0.1V"), "has the unit"),
        (("--t-row", "1,5u"), "decimal comma"),
        (("--layers", "2--1"), "such as 2-8-1"),
        (("--layers", "two-one"), "such as 2-8-1"),
        (("--init", "gauss:0.3"), "uniform:0.3"),
        (("--init", "uniform:5M"), "Meg"),
        (("--activation", "step"), "invalid choice"),
        (("--level", "transistor"), "invalid choice"),
        (("--set", "gain"), "PATTERN.PARAM=VALUE"),
        (("--frobnicate",), "frobnicate"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_how(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    arguments = {"--layers": "2-3-1", "--dataset": "xor", "-o": str(tmp_path / "a.aann")}
    if options[0] in arguments:
        del arguments[options[0]]
    outcome = aann("new", *(word for pair in arguments.items() for word in pair), *options)
    assert outcome.code == 2
    assert words in outcome.err
    assert not (tmp_path / "a.aann").exists()


@pytest.mark.parametrize("text", ["0.1us", "0.1u", "100n", "100 ns", "1e-7", "1e-7 s", "0.1 µs", "0.0001ms"])
def test_quantities_as_engineers_type_them(tmp_path: Path, text: str) -> None:
    assert by_name(new(tmp_path / "a.aann", "--t-row", text))["D1"]["T_row"] == 1e-7


@pytest.mark.parametrize(("text", "ohms"), [("4k7", 4700.0), ("2Meg", 2e6), ("10 Mohm", 1e7), ("470R", 470.0)])
def test_resistances_as_engineers_type_them(tmp_path: Path, text: str, ohms: float) -> None:
    assert by_name(new(tmp_path / "a.aann", "--set", f"N*.R={text}"))["N2_1"]["R"] == ohms


def test_a_bare_m_is_refused_with_the_hint(tmp_path: Path) -> None:
    outcome = aann("new", "--layers", "2-1", "--dataset", "xor", "--set", "N*.R=10M", "-o", tmp_path / "a.aann")
    assert outcome.code != 0
    assert "write m or Meg" in outcome.err


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    outcome = aann("new", "--layers", "2-1", "--dataset", "xor", "-o", tmp_path / "none" / "a.aann")
    assert outcome.code == 1
    assert "a.aann" in outcome.err


def test_an_unfinished_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = new(tmp_path / "a.aann")
    before = path.read_bytes()

    def full(_source: object, _target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    outcome = aann("new", "--layers", "2-1", "--dataset", "xor", "-o", path)
    assert outcome.code == 1
    assert "No space left" in outcome.err
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.aann"]


def test_what_is_written_is_one_json_object(tmp_path: Path) -> None:
    content = json.loads(new(tmp_path / "a.aann").read_text(encoding="utf-8"))
    assert isinstance(content, dict)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\ufeffx1,x2,t1\n1,2,3\n", None),
        ("x1;x2;t1\n1;2;3\n", None),
        ("x1\tx2\tt1\n1\t2\t3\n", None),
        ("x1;x2;t1\n1,5;2;3\n", "row 2"),
        ("x1,x2;t1\n1,2;3\n", "ambiguous"),
        ("x1,x2,t1\n1,2\n", "row 2"),
        ("x1,x2,t1\n1,2,nan\n", "row 2"),
        ("x1,x2,t1\n1,two,3\n", "column x2"),
        ("x1,x2,t1\n1,,3\n", "column x2"),
        ("x1,x2,t1\n", "no rows"),
        ("", "csv"),
        ("x1,x2\n1,2\n", "t1"),
        ("x1,x2,t1,note\n1,2,3,4\n", "note"),
    ],
)
def test_csv_rules(tmp_path: Path, text: str, found: str | None) -> None:
    (tmp_path / "d.csv").write_bytes(text.encode())
    outcome = aann("new", "--layers", "2-1", "--dataset", tmp_path / "d.csv", "-o", tmp_path / "a.aann")
    if found is None:
        assert outcome.code == 0, outcome.err
        [dataset] = aann_file.load(tmp_path / "a.aann").schematic.datasets.values()
        assert dataset.rows == ((1.0, 2.0, 3.0),)
    else:
        assert outcome.code == 1
        assert found in outcome.err


def test_columns_cannot_be_chosen_from_xor(tmp_path: Path) -> None:
    path = tmp_path / "a.aann"
    outcome = aann("new", "--layers", "2-3-1", "--dataset", "xor", "--inputs", "a,b", "-o", path)
    assert outcome.code == 2 and "x1,x2" in outcome.err and not path.exists()
    new(path, "--inputs", "x1,x2", "--targets", "t1")
