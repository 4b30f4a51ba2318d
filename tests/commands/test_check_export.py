"""`aann check`, `export`, `doctor`, `--version`, and how every command ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app import __version__
from app.document import aann_file
from tests.commands.command import aann, new, run
from tests.drawing import Drawing


@pytest.fixture
def xor(tmp_path: Path) -> Path:
    return new(tmp_path / "xor.aann", layers="2-8-1")


def faulty(path: Path) -> Path:
    draw = Drawing()
    draw.add("multiplier", "M7")
    draw.add("bias", "V1")
    draw.wire("V1.V", "M7.V1")
    aann_file.save(path, aann_file.Document(draw.schematic))
    return path


def test_check_counts_and_says_what_the_engine_recognised(xor: Path) -> None:
    content = aann("check", xor, "--json").json()
    assert content["problems"] == []
    counts = content["counts"]
    assert (counts["multipliers"], counts["capacitors"], counts["states"]) == (8 * 10 + 28, 33, 33)
    assert counts["total_capacitance"] == pytest.approx(3.3e-12)
    assert counts["nodes"] > 33
    assert any("8 neurons" in text for text in content["recognised"])
    text = aann("check", xor)
    assert text.code == 0
    assert "no problems" in text.out and "multipliers 108" in text.out


def test_check_counts_the_same_at_both_levels(tmp_path: Path, xor: Path) -> None:
    flat = new(tmp_path / "flat.aann", "--level", "multiplier", layers="2-8-1")
    one, other = (aann("check", path, "--json").json()["counts"] for path in (xor, flat))
    for name in ("multipliers", "capacitors", "states", "total_capacitance"):
        assert one[name] == other[name]


def test_check_compares_charging_currents_with_the_gradient(xor: Path) -> None:
    content = aann("check", xor, "--gradient", "--json").json()["gradient"]
    assert content["verdict"] == "agrees"
    assert content["deviation"] <= 1e-9
    assert len(content["capacitors"]) == 33
    wrong = aann("check", xor, "--gradient", "--json", "--set", "N2_3/Mu1.polarity=+1")
    found = json.loads(wrong.out)
    assert found["gradient"]["verdict"] == "differs"
    assert {problem["where"] for problem in found["problems"] if problem["code"] == "wrong-gradient"} == {"N2_3/C1"}


def test_check_lists_problems_and_ends_with_1(tmp_path: Path) -> None:
    path = faulty(tmp_path / "a.aann")
    plain, as_json = aann("check", path), aann("check", path, "--json")
    assert (plain.code, as_json.code) == (1, 1)
    assert "M7.V2" in plain.out
    [problem] = json.loads(as_json.out)["problems"]
    assert (problem["code"], problem["where"]) == ("floating-input", "M7.V2")


def test_a_faulty_drawing_is_not_run_or_exported(tmp_path: Path) -> None:
    path = faulty(tmp_path / "a.aann")
    for command in (("run",), ("export", "--to", "spice", "-o", tmp_path / "a.cir")):
        outcome = aann(command[0], path, *command[1:], "--json")
        assert (outcome.code, outcome.out) == (1, "")
        assert [problem["where"] for problem in outcome.problems()] == ["M7.V2"]
    assert not (tmp_path / "a.cir").exists()


def test_spice_spans_twenty_epochs_from_the_initial_weights(tmp_path: Path, xor: Path) -> None:
    assert aann("export", xor, "--to", "spice", "-o", tmp_path / "a.cir").code == 0
    text = (tmp_path / "a.cir").read_text(encoding="ascii")
    [tran] = re.findall(r"^\.tran (\S+) (\S+) 0 (\S+) uic$", text, re.MULTILINE)
    assert float(tran[1]) == pytest.approx(20 * 4 * 1e-7)
    assert float(tran[2]) <= 1e-7 / 20
    assert not re.search(r"^\.(save|control)", text, re.MULTILINE | re.IGNORECASE)
    start = list(run(xor, "--epochs", 0)["weights"].values())
    assert sorted(map(float, re.findall(r"ic=(\S+)", text))) == sorted(start)
    assert aann("export", xor, "--to", "spice", "--epochs", 3, "--seed", 4, "-o", tmp_path / "b.cir").code == 0
    other = (tmp_path / "b.cir").read_text(encoding="ascii")
    [stop] = re.findall(r"^\.tran \S+ (\S+) ", other, re.MULTILINE)
    assert float(stop) == pytest.approx(3 * 4 * 1e-7)
    start = list(run(xor, "--epochs", 0, "--seed", 4)["weights"].values())
    assert sorted(map(float, re.findall(r"ic=(\S+)", other))) == sorted(start)


def test_spice_twice_is_the_same_text(tmp_path: Path, xor: Path) -> None:
    for name in ("a.cir", "b.cir"):
        assert aann("export", xor, "--to", "spice", "-o", tmp_path / name).code == 0
    assert (tmp_path / "a.cir").read_bytes() == (tmp_path / "b.cir").read_bytes()


def test_export_weights_are_those_that_run_starts_from(tmp_path: Path, xor: Path) -> None:
    for suffix in ("json", "npz"):
        assert aann("export", xor, "--to", "weights", "--seed", 3, "-o", tmp_path / f"w.{suffix}").code == 0
    start = run(xor, "--epochs", 0, "--seed", 3)["weights"]
    assert json.loads((tmp_path / "w.json").read_text(encoding="utf-8")) == start
    with np.load(tmp_path / "w.npz", allow_pickle=False) as npz:
        assert dict(zip(npz["names"].tolist(), npz["volts"][:, 0].tolist(), strict=True)) == start


def test_export_csv_holds_rows_and_outputs(tmp_path: Path, xor: Path) -> None:
    assert aann("export", xor, "--to", "csv", "-o", tmp_path / "a.csv").code == 0
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5 and "[V]" in lines[0]
    outputs = [row["E1"] for row in run(xor, "--epochs", 0)["outputs"]]
    assert [float(line.split(",")[-1]) for line in lines[1:]] == outputs


@pytest.mark.parametrize(
    "options",
    [
        ("--to", "gds", "-o", "x"),
        ("-o", "x"),
        ("--to", "spice"),
        ("--to", "spice", "--epochs", "0", "-o", "x"),
        ("--to", "spice", "--dialect", "spectre", "-o", "x"),
    ],
)
def test_export_wrong_usage(xor: Path, options: tuple[str, ...]) -> None:
    assert aann("export", xor, *options).code == 2


def test_doctor_tells_versions_in_both_forms() -> None:
    plain = aann("doctor")
    report = json.loads(aann("doctor", "--json").out)
    assert plain.code in (0, 1)
    assert isinstance(report, dict)
    assert "numba" in plain.out.lower() and "numba" in json.dumps(report).lower()


def test_version() -> None:
    assert aann("--version").out == f"aann {__version__}\n"
    output = subprocess.run(
        [sys.executable, "-m", "app", "--version"], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )
    assert (output.returncode, output.stdout) == (0, f"aann {__version__}\n")


def test_help_of_every_command() -> None:
    assert aann("--help").code == 0
    for command in ("new", "run", "check", "export", "doctor"):
        output = subprocess.run(
            [sys.executable, "-m", "app", command, "--help"], cwd=Path(__file__).parents[2], capture_output=True,
            text=True,
        )  # fmt: skip
        assert output.returncode == 0
        assert f"aann {command}" in output.stdout


def test_unknown_words() -> None:
    assert aann("--frobnicate").code == 2
    assert aann("no-such-file.aann").code == 1


@pytest.mark.parametrize(
    ("setting", "where"),
    [({"seed": "abc"}, "setting seed"), ({"rtol": "0"}, "setting rtol"), ({"stop_mse": "1V"}, "setting stop_mse")],
)
def test_check_names_settings_that_would_refuse_a_run(xor: Path, setting: dict[str, str], where: str) -> None:
    document = aann_file.load(xor)
    document.schematic.settings.update(setting)
    aann_file.save(xor, document)
    checked, ran = aann("check", xor, "--json"), aann("run", xor, "--json")
    assert (checked.code, ran.code) == (1, 1)
    found = [problem["where"] for problem in json.loads(checked.out)["problems"]]
    assert found == [problem["where"] for problem in ran.problems()] == [where]


def test_check_names_rows_that_would_refuse_a_run(xor: Path) -> None:
    outcome = aann("check", xor, "--json", "--set", "D1.T_rise=1us")
    assert outcome.code == 1
    assert [problem["where"] for problem in json.loads(outcome.out)["problems"]] == ["D1.T_rise"]


def test_a_dataset_whose_file_is_gone_is_named_by_check_and_run(tmp_path: Path) -> None:
    rows = "x1,x2,t1\n" + "0.123456789,0.987654321,1\n" * 50_000
    (tmp_path / "big.csv").write_text(rows, encoding="utf-8")
    path = new(tmp_path / "big.aann", dataset=tmp_path / "big.csv")
    (tmp_path / "big.csv").unlink()
    checked, ran = aann("check", path, "--json"), aann("run", path, "--json")
    assert (checked.code, ran.code) == (1, 1)
    assert [p["code"] for p in json.loads(checked.out)["problems"]] == ["dataset-missing", "dataset-empty"]
    assert "big.csv" in ran.problems()[0]["found"]


def test_a_polarity_may_be_typed_without_its_plus(xor: Path) -> None:
    plain, signed = (
        aann("check", xor, "--gradient", "--json", "--set", f"N2_3/Mu1.polarity={text}").json()["gradient"]
        for text in ("1", "+1")
    )
    assert plain == signed and plain["verdict"] == "differs"


def test_a_figure_that_the_paper_has_not_is_wrong_usage(tmp_path: Path) -> None:
    outcome = aann("reproduce", "fig99", "-o", tmp_path / "r", "--json")
    assert outcome.code == 2 and "fig12" in outcome.problems()[0]["cure"]
    assert not (tmp_path / "r").exists()


def test_imperfect_multipliers_are_named_as_a_reason_for_another_gradient(tmp_path: Path) -> None:
    path = new(tmp_path / "a.aann", "--imperfect")
    content = aann("check", path, "--gradient", "--json").json()
    assert content["gradient"]["verdict"] == "differs"
    assert all("imperfect multipliers" in problem["cure"] for problem in content["problems"])
