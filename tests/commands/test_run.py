"""`aann run`: one JSON object of known shape; which of file, seed and weights wins; what is saved and refused."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from app import paths
from app.document import aann_file
from tests.commands.command import aann, new, run
from tests.drawing import Drawing

FIELDS = {
    "epochs", "time", "mse", "weights", "outputs", "wall_seconds", "mse_seconds", "solver", "rtol", "seed", "seeds",
    "steps", "rejected", "warnings",
}  # fmt: skip


@pytest.fixture
def xor(tmp_path: Path) -> Path:
    return new(tmp_path / "xor.aann")


def everything_but_clocks(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if not name.endswith("_seconds")}


def same(a: object, b: object) -> bool:
    """Equal to the last bit: repr tells floats apart, and -0.0 from 0.0."""
    return json.dumps(a) == json.dumps(b)


def test_one_object_with_every_field(xor: Path) -> None:
    content = run(xor, "--epochs", 5)
    assert set(content) == FIELDS
    assert (content["epochs"], content["seed"], content["seeds"], content["warnings"]) == (5, 0, [0], [])
    assert content["time"] == pytest.approx(5 * 4 * 1e-7, rel=1e-12)
    assert len(content["mse"]) == 5 and all(isinstance(value, float) for value in content["mse"])
    names = {f"N2_{n}/C{i}" for n in (1, 2, 3) for i in range(3)} | {f"N3_1/C{i}" for i in range(4)}
    assert set(content["weights"]) == names
    assert [set(row) for row in content["outputs"]] == [{"E1"}] * 4
    assert content["steps"] >= 20 and content["rejected"] >= 0
    assert content["wall_seconds"] > 0 and content["mse_seconds"] >= 0
    assert (content["solver"], content["rtol"]) == ("dp5", 1e-6)


def test_outputs_are_those_that_the_last_mse_compares(xor: Path) -> None:
    content = run(xor, "--epochs", 7)
    volts = [row["E1"] for row in content["outputs"]]
    errors = np.array(volts) - np.array([0.0, 1.0, 1.0, 0.0])
    assert content["mse"][-1] == pytest.approx(np.mean(errors**2), rel=1e-12)


def test_the_same_file_and_seed_give_the_same_bits(xor: Path) -> None:
    first, second = (everything_but_clocks(run(xor, "--epochs", 30, "--seed", 5)) for _ in range(2))
    assert same(first, second)


def test_epochs_0_returns_the_initial_weights(xor: Path) -> None:
    content = run(xor, "--epochs", 0)
    assert (content["epochs"], content["time"], content["mse"], content["steps"]) == (0, 0.0, [], 0)
    volts = list(content["weights"].values())
    assert max(map(abs, volts)) <= 0.3 and len(set(volts)) == len(volts)
    assert len(content["outputs"]) == 4
    assert same(content["weights"], run(xor, "--epochs", 0, "--seed", 0)["weights"])


def test_the_documents_seed_holds_unless_another_is_given(tmp_path: Path, xor: Path) -> None:
    text = xor.read_text(encoding="utf-8")
    assert text.count('"seed": "0"') == 1
    other = tmp_path / "seven.aann"
    other.write_text(text.replace('"seed": "0"', '"seed": "7"'), encoding="utf-8")
    seven = run(xor, "--epochs", 0, "--seed", 7)
    own = run(other, "--epochs", 0)
    assert (own["seed"], own["seeds"]) == (7, [7])
    assert same(own["weights"], seven["weights"])
    assert not same(own["weights"], run(xor, "--epochs", 0)["weights"])


def test_a_stored_voltage_wins_over_the_seed_and_weights_win_over_both(tmp_path: Path, xor: Path) -> None:
    options = ("--epochs", 0, "--set", "N2_1/C1.V0=0.125", "--set", "N3_*.V0=-20mV")
    for seed in (0, 9):
        weights = run(xor, *options, "--seed", seed)["weights"]
        assert weights["N2_1/C1"] == 0.125
        assert {weights[f"N3_1/C{i}"] for i in range(4)} == {-0.02}
        assert weights["N2_1/C0"] == run(xor, "--epochs", 0, "--seed", seed)["weights"]["N2_1/C0"]
    given = {name: 0.01 * number for number, name in enumerate(weights)}
    (tmp_path / "w.json").write_text(json.dumps(given), encoding="utf-8")
    assert run(xor, *options, "--seed", 3, "--weights", tmp_path / "w.json")["weights"] == given


@pytest.mark.parametrize("suffix", ["json", "npz"])
def test_saved_weights_go_on_where_the_run_ended(tmp_path: Path, xor: Path, suffix: str) -> None:
    file = tmp_path / f"w.{suffix}"
    first = run(xor, "--epochs", 10, "--save-weights", file)
    if suffix == "json":
        assert same(json.loads(file.read_text(encoding="utf-8")), first["weights"])
    assert same(run(xor, "--epochs", 0, "--weights", file)["weights"], first["weights"])
    whole, rest = run(xor, "--epochs", 20), run(xor, "--epochs", 10, "--weights", file)
    assert rest["mse"] == pytest.approx(whole["mse"][10:], rel=1e-4)


def test_weights_of_missing_and_unknown_names_are_listed(tmp_path: Path, xor: Path) -> None:
    weights = run(xor, "--epochs", 0)["weights"]
    del weights["N2_1/C2"]
    weights["N9_1/C0"] = 0.5
    file = tmp_path / "w.json"
    file.write_text(json.dumps(weights), encoding="utf-8")
    outcome = aann("run", xor, "--weights", file, "--json")
    assert outcome.code == 1 and outcome.out == ""
    [problem] = outcome.problems()
    assert "missing: N2_1/C2" in problem["found"] and "unknown: N9_1/C0" in problem["found"]


@pytest.mark.parametrize("content", ["[]", "{", '{"N2_1/C0": "a"}', '{"N2_1/C0": true}', '{"N2_1/C0": NaN}', "\udcff"])
def test_weights_that_are_none(tmp_path: Path, xor: Path, content: str) -> None:
    file = tmp_path / "w.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    outcome = aann("run", xor, "--weights", file, "--json")
    assert outcome.code == 1
    assert "w.json" in outcome.problems()[0]["where"]


def test_runs_use_the_seeds_that_follow(tmp_path: Path, xor: Path) -> None:
    file = tmp_path / "w.json"
    content = run(xor, "--epochs", 12, "--seed", 4, "--runs", 3, "--save-weights", file)
    assert (content["seed"], content["seeds"]) == (4, [4, 5, 6])
    assert [len(content[name]) for name in ("mse", "weights", "outputs")] == [3, 3, 3]
    assert same(json.loads(file.read_text(encoding="utf-8")), content["weights"])
    for number, seed in enumerate((4, 5, 6)):
        alone = run(xor, "--epochs", 12, "--seed", seed)
        assert len(content["mse"][number]) == 12
        assert content["mse"][number] == pytest.approx(alone["mse"], abs=1e-12)
        for name, volts in alone["weights"].items():
            assert content["weights"][number][name] == pytest.approx(volts, abs=1e-12)
        for row, own in zip(content["outputs"][number], alone["outputs"], strict=True):
            assert row["E1"] == pytest.approx(own["E1"], abs=1e-12)


def test_weights_with_several_runs_are_refused(tmp_path: Path, xor: Path) -> None:
    file = tmp_path / "w.json"
    run(xor, "--epochs", 0, "--save-weights", file)
    outcome = aann("run", xor, "--runs", 2, "--weights", file, "--json")
    assert outcome.code == 2
    assert "--weights" in outcome.problems()[0]["found"]


def test_epochs_runs_exactly_so_many_and_ignores_stored_stops(tmp_path: Path, xor: Path) -> None:
    stops = tmp_path / "stops.aann"
    text = xor.read_text(encoding="utf-8")
    stops.write_text(text.replace('"seed": "0"', '"seed": "0",\n"stop_epochs": "6",\n"stop_mse": "1"'), "utf-8")
    assert run(stops)["epochs"] == 1  # MSE is below 1 V^2 from the start
    assert run(stops, "--epochs", 9)["epochs"] == 9
    assert run(stops, "--until", "2us")["epochs"] == 5
    stops.write_text(text.replace('"seed": "0"', '"seed": "0",\n"stop_epochs": "6"'), "utf-8")
    assert run(stops)["epochs"] == 6


def test_until_a_time(xor: Path) -> None:
    content = run(xor, "--until", "1.2us")
    assert (content["epochs"], content["time"]) == (3, pytest.approx(1.2e-6, rel=1e-12))
    part = run(xor, "--until", "0.5us")
    assert (part["epochs"], part["time"], len(part["mse"])) == (1, pytest.approx(5e-7), 1)


def test_epochs_and_until_exclude_each_other(xor: Path) -> None:
    assert aann("run", xor, "--epochs", 1, "--until", "1us").code == 2


def test_stop_mse(tmp_path: Path) -> None:
    xor = new(tmp_path / "big.aann", layers="2-8-1")
    content = run(xor, "--epochs", 400, "--stop-mse", "0.01")
    assert content["epochs"] < 400
    assert content["mse"][-1] <= 0.01 < min(content["mse"][:-1])
    assert same(run(xor, "--epochs", 400, "--stop-mse", "10m")["mse"], content["mse"])


def test_vteach(xor: Path) -> None:
    start = run(xor, "--epochs", 0)["weights"]
    learned = run(xor, "--epochs", 6)["weights"]
    assert same(run(xor, "--epochs", 6, "--vteach", "off")["weights"], start)
    assert same(run(xor, "--epochs", 6, "--vteach", "0")["weights"], start)
    assert same(run(xor, "--epochs", 6, "--vteach", "on")["weights"], learned)
    assert same(run(xor, "--epochs", 6, "--vteach", "1V")["weights"], learned)
    half = run(xor, "--epochs", 6, "--vteach", "500mV")["weights"]
    assert not same(half, start) and not same(half, learned)


def test_vteach_alternate_learns_one_epoch_and_evaluates_the_next(xor: Path) -> None:
    alternate = run(xor, "--epochs", 6, "--vteach", "alternate")
    plain = run(xor, "--epochs", 3)
    assert alternate["mse"][0::2] == alternate["mse"][1::2]
    assert alternate["mse"][0::2] == pytest.approx(plain["mse"], abs=1e-7)
    for name, volts in plain["weights"].items():
        assert alternate["weights"][name] == pytest.approx(volts, abs=1e-6)


def test_vteach_without_a_source_or_as_nonsense(tmp_path: Path, xor: Path) -> None:
    assert aann("run", xor, "--vteach", "2M").code == 2
    assert aann("run", xor, "--vteach", "sometimes").code == 2
    outcome = aann("run", paths.resources() / "examples" / "one-neuron.aann", "--epochs", 1, "--vteach", "0.5")
    assert outcome.code in (0, 1)  # the example may have a switch of its own


def test_set_takes_globs_over_paths(xor: Path) -> None:
    start = run(xor, "--epochs", 4)
    slower = run(xor, "--epochs", 4, "--set", "D1.T_row=50n")
    assert slower["time"] == pytest.approx(start["time"] / 2, rel=1e-12)
    for setting in ("N2_1/Mf0.K_m=90n", "N*/M*.K_m=90n", "N2_*.gain=6", "*.C=0.2p", "N?_1/C0.C=50f"):
        assert not same(run(xor, "--epochs", 4, "--set", setting)["weights"], start["weights"]), setting
    both = run(xor, "--epochs", 4, "--set", "N2_*.gain=6", "--set", "N3_1.gain=6")
    assert same(both["weights"], run(xor, "--epochs", 4, "--set", "N*.gain=6")["weights"])


def test_set_means_the_same_at_both_levels(tmp_path: Path, xor: Path) -> None:
    flat = new(tmp_path / "flat.aann", "--level", "multiplier")
    for setting in ("N2_1/Mf0.K_m=90n", "N*/M*.K_m=90n", "N3_1/C*.C=0.2p", "N2_?/S.V_amp=0.9"):
        one, other = (run(path, "--epochs", 10, "--set", setting)["weights"] for path in (xor, flat))
        assert {name: pytest.approx(volts, abs=1e-9) for name, volts in one.items()} == other


def test_set_a_document_parameter(tmp_path: Path, xor: Path) -> None:
    document = json.loads(xor.read_text(encoding="utf-8"))
    document["design"]["parameters"]["c0"] = "0.1p"
    for instance in document["design"]["sheets"]["top"]["instances"].values():
        if instance["type"] == "neuron":
            instance["parameters"] = {**instance.get("parameters", {}), "C": "2*c0"}
    path = tmp_path / "p.aann"
    path.write_text(json.dumps(document), encoding="utf-8")
    plain = run(xor, "--epochs", 4, "--set", "N*.C=0.2p")["weights"]
    assert same(run(path, "--epochs", 4)["weights"], plain)
    assert same(run(path, "--epochs", 4, "--set", "c0=50f")["weights"], run(xor, "--epochs", 4)["weights"])


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
def test_one_document_parameter_sets_the_gain_of_all_neurons(tmp_path: Path, level: str) -> None:
    path = new(tmp_path / "x.aann", "--level", level)
    plain = new(tmp_path / "n.aann")
    found = run(path, "--epochs", 4, "--set", "gain=6")["weights"]
    wanted = run(plain, "--epochs", 4, "--set", "N*.gain=6")["weights"]
    assert found.keys() == wanted.keys()
    assert all(abs(found[name] - wanted[name]) < 1e-9 for name in wanted)
    assert not same(found, run(path, "--epochs", 4)["weights"])


@pytest.mark.parametrize(
    ("setting", "near"),
    [
        ("N2_1.gian=3", "N2_1.gain"),
        ("N2_1/Mf9.K_m=1n", "N2_1/Mf"),
        ("D1.T_raw=1u", "D1.T_row"),
        ("c0=1", "PATTERN.PARAM"),
    ],
)
def test_set_that_matches_nothing_lists_near_names(xor: Path, setting: str, near: str) -> None:
    outcome = aann("run", xor, "--set", setting, "--json")
    assert outcome.code == 1
    [problem] = outcome.problems()
    assert near in problem["cure"]


@pytest.mark.parametrize(("setting", "words"), [("D1.T_row=5M", "Meg"), ("N*.C=1V", "'F'"), ("N2_1.gain=x", "x")])
def test_set_to_what_cannot_be(xor: Path, setting: str, words: str) -> None:
    outcome = aann("run", xor, "--set", setting, "--json")
    assert outcome.code == 1
    [problem] = outcome.problems()
    assert words in problem["found"] + problem["cure"]


def test_another_dataset(tmp_path: Path, xor: Path) -> None:
    rows = tmp_path / "and.csv"
    rows.write_text("t1,x2,x1\n0,-1,-1\n0,1,-1\n1,1,1\n", encoding="utf-8")
    content = run(xor, "--epochs", 3, "--dataset", rows)
    assert len(content["outputs"]) == 3
    assert content["time"] == pytest.approx(9e-7)
    errors = np.array([row["E1"] for row in content["outputs"]]) - [0, 0, 1]
    assert content["mse"][-1] == pytest.approx(np.mean(errors**2), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [("x1,t1\n1,2\n", "x2"), ("x1,x2,t1\n1,2,x\n", "row 2"), ("a,b,c\n1,2,3\n", "'x1'"), (None, "none.csv")],
)
def test_a_dataset_that_does_not_fit(tmp_path: Path, xor: Path, text: str | None, words: str) -> None:
    rows = tmp_path / "none.csv"
    if text is not None:
        rows.write_text(text, encoding="utf-8")
    outcome = aann("run", xor, "--dataset", rows, "--json")
    assert outcome.code == 1
    assert words in json.dumps(outcome.problems())


@pytest.mark.parametrize("runs", [1, 3])
def test_out_in_every_format(tmp_path: Path, xor: Path, runs: int) -> None:
    content = run(xor, "--epochs", 6, "--runs", runs, "--out", tmp_path / "r.npz")
    mse, weights = (content[name] if runs > 1 else [content[name]] for name in ("mse", "weights"))
    with np.load(tmp_path / "r.npz", allow_pickle=False) as npz:
        assert npz["mse"].T.tolist() == mse
        assert npz["seeds"].tolist() == content["seeds"]
        names = npz["weight_names"].tolist()
        assert [dict(zip(names, column, strict=True)) for column in npz["weights"].T.tolist()] == weights
        assert npz["outputs"].shape == (4, 1, runs)
    run(xor, "--epochs", 6, "--runs", runs, "--out", tmp_path / "r.h5")
    with h5py.File(tmp_path / "r.h5") as h5:
        assert h5["mse"][:].T.tolist() == mse
        assert h5["weight_names"].asstr()[:].tolist() == names
        assert "V" in h5.attrs["units"]
    run(xor, "--epochs", 6, "--runs", runs, "--out", tmp_path / "r.csv")
    lines = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("epoch") and lines[0].count("[V^2]") == runs
    assert [float(line.split(",")[1]) for line in lines[1:]] == mse[0]


def test_every_method_gives_the_same_weights(xor: Path) -> None:
    found = {name: run(xor, "--epochs", 3, "--solver", name) for name in ("dp5", "rk4", "dop853", "lsoda", "rk45")}
    for name, content in found.items():
        assert content["solver"] == name
        for path, volts in found["dop853"]["weights"].items():
            assert content["weights"][path] == pytest.approx(volts, abs=1e-4), name


def test_rtol_is_obeyed(xor: Path) -> None:
    exact = run(xor, "--epochs", 20, "--set", "D1.T_row=1u", "--solver", "dop853", "--rtol", "1e-12")["weights"]

    def deviation(rtol: str) -> float:
        content = run(xor, "--epochs", 20, "--set", "D1.T_row=1u", "--rtol", rtol)
        assert content["rtol"] == float(rtol)
        return max(abs(content["weights"][name] - volts) for name, volts in exact.items())

    assert deviation("1e-9") < deviation("1e-3") / 100


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--epochs", "-1"), "--epochs"),
        (("--epochs", "many"), "--epochs"),
        (("--runs", "0"), "--runs"),
        (("--until", "1M"), "Meg"),
        (("--until", "1V"), "'s'"),
        (("--until", "0"), "not above zero"),
        (("--stop-mse", "1A"), "V^2"),
        (("--rtol", "0"), "not above zero"),
        (("--rtol", "tight"), "not a number"),
        (("--solver", "euler9"), "euler9"),
        (("--set", "N2_1.gain"), "PATTERN.PARAM=VALUE"),
        (("--out", "r.xls"), ".h5"),
        (("--save-weights", "w.txt"), ".json"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_wrong_usage_ends_with_2(xor: Path, options: tuple[str, ...], words: str) -> None:
    plain, as_json = aann("run", xor, *options), aann("run", xor, *options, "--json")
    assert (plain.code, as_json.code) == (2, 2)
    assert plain.out == as_json.out == ""
    assert words in plain.err
    assert words in json.dumps(as_json.problems())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1M", "write m or Meg"),
        ("0,5", "decimal comma"),
        ("3*(2", "mend the expression"),
        ("abc", "cannot be computed"),
        ("1/0", "cannot be computed"),
    ],
)
def test_a_document_parameter_that_cannot_be_computed_says_why(tmp_path: Path, value: str, words: str) -> None:
    path = tmp_path / "n.aann"
    assert aann("new", "--layers", "2-2-1", "--dataset", "xor", "-o", path).code == 0
    outcome = aann("run", path, "--epochs", 1, "--set", f"gain={value}")
    assert outcome.code == 1
    assert words in outcome.err


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"format": 99}', '{"format": 1, "x": NaN}'])
def test_a_file_at_fault_ends_with_1(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "bad.aann"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    outcome = aann("run", path, "--json")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.problems()


def test_warnings_name_the_block(xor: Path) -> None:
    content = run(xor, "--epochs", 1, "--set", "N2_1.K_d=3")
    assert len(content["warnings"]) == 1
    assert "N2_1" in content["warnings"][0]
    text = aann("run", xor, "--epochs", 1, "--set", "N2_1.K_d=3")
    assert text.code == 0
    assert "warning: N2_1" in text.err


def test_text_output_tells_the_error_and_the_pace(xor: Path) -> None:
    outcome = aann("run", xor, "--epochs", 3, "--runs", 2)
    assert outcome.code == 0 and outcome.err == ""
    assert "seed 0: MSE" in outcome.out and "seed 1: MSE" in outcome.out
    assert "V^2" in outcome.out


def test_a_stored_trained_state_is_not_used(tmp_path: Path) -> None:
    path = paths.resources() / "examples" / "xor.aann"
    start = run(path, "--epochs", 0)["weights"]
    assert max(map(abs, start.values())) <= 0.3
    before = path.read_bytes()
    run(path, "--epochs", 1)
    assert path.read_bytes() == before


def test_a_value_that_stops_being_finite_names_block_and_time(tmp_path: Path) -> None:
    """C dV/dt = K_m V^2 from 1 V leaves all bounds at C/(K_m V) = 1 us."""
    draw = Drawing()
    draw.add("multiplier", "M1")
    draw.add("weight", "C1", V0="1")
    for pin in ("V1", "V2"):
        draw.wire("C1.V_w", f"M1.{pin}")
    draw.wire("M1.I", "C1.I_charge")
    aann_file.save(tmp_path / "a.aann", aann_file.Document(draw.schematic))
    assert aann("run", tmp_path / "a.aann", "--until", "0.9us").code == 0
    kept = tmp_path / "w.json"
    outcome = aann("run", tmp_path / "a.aann", "--until", "2us", "--json", "--save-weights", kept)
    assert (outcome.code, outcome.out) == (1, "")
    assert json.loads(kept.read_text(encoding="utf-8"))["C1"] > 5.0  # the last good state
    [problem] = outcome.problems()
    assert "C1" in problem["where"]
    seconds = float(problem["found"].split(" at ")[1].split(" s")[0])
    assert seconds == pytest.approx(1e-6, rel=1e-3)


def test_ctrl_c_stops_between_chunks_saves_what_is_asked_and_ends_with_130(tmp_path: Path, xor: Path) -> None:
    files = [tmp_path / name for name in ("w.json", "r.npz")]
    arguments = ["run", xor, "--epochs", 10**9, "--json", "--save-weights", files[0], "--out", files[1]]
    master, slave = pty.openpty()  # progress is shown on a terminal only, and tells that training has begun
    with subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, arguments)], cwd=Path(__file__).parents[2], text=True,
        stdout=subprocess.PIPE, stderr=slave,
    ) as process:  # fmt: skip
        os.close(slave)
        seen = b""
        while b"MSE" not in seen:
            seen += os.read(master, 1000)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    os.close(master)
    assert process.returncode == 130
    content = json.loads(out)
    assert set(content) == FIELDS
    assert 0 < content["epochs"] < 10**9
    assert len(content["mse"]) == content["epochs"]
    assert same(json.loads(files[0].read_text(encoding="utf-8")), content["weights"])
    with np.load(files[1], allow_pickle=False) as npz:
        assert npz["mse"][:, 0].tolist() == content["mse"]
    # What was saved is where a run of that time ends, to the last bit.
    again = run(xor, "--until", repr(content["time"]))
    assert same(again["weights"], content["weights"])


def test_ctrl_c_does_not_wait_for_kernels_to_compile(tmp_path: Path, xor: Path) -> None:
    saved = tmp_path / "w.json"
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "app", "run", str(xor), "--json", "--save-weights", str(saved)],
        cwd=Path(__file__).parents[2], text=True, stdout=subprocess.PIPE, stderr=slave,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "empty")},
    ) as process:  # fmt: skip
        os.close(slave)
        seen = b""
        while b"compiling" not in seen:
            seen += os.read(master, 1000)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    os.close(master)
    assert process.returncode == 130 and not out, "nothing was simulated"
    initial = run(xor, "--epochs", 0)["weights"]
    assert same(json.loads(saved.read_text(encoding="utf-8")), initial)


def test_digits_of_8_by_8_train_from_the_command_line(tmp_path: Path) -> None:
    rows = paths.resources() / "datasets" / "digits-train.csv"
    digits = new(tmp_path / "digits.aann", layers="64-16-10", dataset=rows)
    content = run(digits, "--epochs", 6)
    assert content["mse"][-1] < 0.3 * content["mse"][0]
    assert set(content["outputs"][0]) == {f"E{k}" for k in range(1, 11)}


def test_without_numba_scipy_integrates_and_says_so(xor: Path) -> None:
    script = "import sys; sys.modules['numba'] = None; from app.cli import main; sys.exit(main(sys.argv[1:]))"

    def bare(*arguments: object) -> str:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout

    content = json.loads(bare("run", xor, "--epochs", 2, "--json"))
    assert content["solver"] == "rk45"
    assert content["mse"] == pytest.approx(run(xor, "--epochs", 2)["mse"], abs=1e-6)
    assert "numba is not installed" in bare("check", xor)


@pytest.mark.parametrize(("option", "name"), [("--out", "r.h5"), ("--save-weights", "w.json")])
def test_a_folder_that_is_not_there_is_told_before_training(xor: Path, option: str, name: str) -> None:
    outcome = aann("run", xor, "--epochs", 10**9, option, xor.parent / "none" / name, "--json")
    assert outcome.code == 1
    assert name in outcome.problems()[0]["where"]


def test_a_solver_may_be_written_in_capitals(xor: Path) -> None:
    assert run(xor, "--epochs", 1, "--solver", "DOP853")["solver"] == "dop853"


def test_a_misspelt_document_parameter_lists_what_is_near(xor: Path) -> None:
    outcome = aann("run", xor, "--epochs", 1, "--set", "gian=6", "--json")
    assert outcome.code == 1
    assert "N*.gain" in outcome.problems()[0]["cure"]


def test_standard_output_that_cannot_be_written_is_told_and_not_a_traceback(xor: Path) -> None:
    command = [sys.executable, "-m", "app", "run", str(xor), "--epochs", "1000", "--json"]
    with open("/dev/full", "w", encoding="ascii") as full:
        ended = subprocess.run(
            command, cwd=Path(__file__).parents[2], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 1
    [problem] = json.loads(ended.stderr.splitlines()[0])["problems"]
    assert problem["where"] == "standard output"


def test_a_negative_target_is_wrong_usage(xor: Path) -> None:
    assert aann("run", xor, "--stop-mse=-1").code == 2
