"""`aann sweep` as scripts use it: files, JSON, exit codes, killing and resuming."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from app import cli
from app.document import aann_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "xor.aann"
    assert cli.main(["new", "--layers", "2-3-1", "--dataset", "xor", "--imperfect", "-o", str(path)]) == 0
    return path


def sweep(document: Path, *options: str, output: str = "r.h5") -> tuple[int, Path]:
    path = document.with_name(output)
    return cli.main(["sweep", str(document), "--epochs", "6", *options, "-o", str(path)]), path


def test_results_hold_everything_with_provenance(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    varies = ("--vary", "N*.gain=3,5", "--vary", "N*/M*.V_off=normal:0:5m,20m")
    code, path = sweep(document, *varies, "--runs", "3", "--json")
    assert code == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["runs"], printed["done"], printed["resumed"]) == (12, 12, 0)
    assert printed["provenance"]["document_sha256"] and printed["provenance"]["numpy"] == np.__version__
    with h5py.File(path) as file:
        assert file["mse"].shape == (6, 12) and np.isfinite(file["mse"][:]).all()
        assert file["weights"].shape == (len(file["weight_names"]), 12)
        assert file["axes/0"].attrs["parameter"] == "N*.gain" and file["axes/0/values"][:].tolist() == [3.0, 5.0]
        assert file["axes/1"].attrs["parameter"] == "sigma of N*/M*.V_off"
        assert file["runs/point"][:].tolist() == [[g, s] for g in (0, 1) for s in (0, 1) for _ in range(3)]
        assert file["runs/final_mse"][:].tolist() == file["mse"][-1].tolist()
        assert file["heat/0-1/share"].shape == (2, 2) and file["yield/0/runs"][:].tolist() == [6, 6]
        assert file.attrs["vary"].splitlines() == ["N*.gain=3,5", "N*/M*.V_off=normal:0:5m,20m"]
        last = float(file["mse"][-1, 4])
    rows = list(csv.DictReader(path.with_suffix(".csv").open()))
    assert len(rows) == 12 and float(rows[4]["final MSE [V^2]"]) == last and rows[4]["seed"] == "1"
    assert len(list(csv.DictReader((path.parent / "r-yield.csv").open()))) == 4
    assert not path.with_name("r.h5.part").exists()


def test_resume_takes_finished_runs_and_adds_new_ones(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep(document, "--vary", "N*.gain=3,5", "--runs", "2")[0] == 0
    capsys.readouterr()
    code, path = sweep(document, "--vary", "N*.gain=3,4,5", "--runs", "3", "--resume", "--json")
    assert code == 0 and json.loads(capsys.readouterr().out)["resumed"] == 4
    _, whole = sweep(document, "--vary", "N*.gain=3,4,5", "--runs", "3", output="whole.h5")
    with h5py.File(path) as first, h5py.File(whole) as second:
        np.testing.assert_allclose(first["mse"][:], second["mse"][:], atol=1e-12)
        np.testing.assert_allclose(first["weights"][:], second["weights"][:], atol=1e-12)


def test_the_document_says_how_many_runs(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = aann_file.load(document)
    opened.schematic.settings["runs"] = "3"
    aann_file.save(document, opened)
    for options, runs in (((), 3), (("--runs", "2"), 2)):
        assert sweep(document, "--json", *options)[0] == 0
        assert json.loads(capsys.readouterr().out)["runs"] == runs


def test_stop_mse_ends_runs_and_is_the_target(document: Path) -> None:
    path = document.with_name("r.h5")
    assert cli.main(["sweep", str(document), "--runs", "4", "--stop-mse", "0.1", "-o", str(path)]) == 0
    with h5py.File(path) as file:
        assert file.attrs["target"] == 0.1
        epochs = file["runs/epochs"][:]
        assert epochs.tolist() == file["runs/epochs_to_target"][:].tolist()
        assert (file["runs/final_mse"][:] <= 0.1).all() and epochs.max() < 400


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        (["--vary", "N*.gian=1,2"], 1, "gain"),
        (["--vary", "N*.gain=lin:1"], 2, "lin:a:b:n"),
        (["--stop-mse", "abc"], 2, "--stop-mse"),
        (["--vary", "N*.gain=1V,2V"], 1, "/V^2"),
        (["--runs", "0"], 2, "--runs"),
        (["--workers", "1", "--scheduler", "tcp://127.0.0.1:1"], 2, "not allowed"),
    ],
)
def test_faults(document: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, word: str) -> None:
    assert sweep(document, *options)[0] == code
    assert word in capsys.readouterr().err
    assert not document.with_name("r.h5").exists()


def test_another_suffix_is_wrong_usage(document: Path) -> None:
    assert sweep(document, output="r.txt")[0] == 2


def test_a_sweep_that_never_began_leaves_no_file(document: Path) -> None:
    code, path = sweep(document, "--vary", "D1.T_row=foo")
    assert code == 1
    assert not path.exists() and not path.with_name("r.h5.part").exists()


def start(document: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "sweep", str(document), "--vary", "N*.gain=lin:3:5:24", "--runs", "8"]
    command += ["--epochs", "400", "--workers", "1", "-o", str(document.with_name("r.h5")), "--resume", "--json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_batches(document: Path, process: subprocess.Popen[str]) -> None:
    journal = document.with_name("r.h5.part")
    for _ in range(6000):
        if (journal.exists() and journal.stat().st_size > 0) or process.poll() is not None:
            return
        time.sleep(0.01)


def test_a_killed_sweep_resumes(document: Path) -> None:
    """kill -9 in the middle; the second start does only what is missing."""
    first = start(document)
    wait_for_batches(document, first)
    first.kill()
    first.communicate()
    assert not document.with_name("r.h5").exists(), "it had ended before it was killed"
    output, errors = start(document).communicate()
    printed = json.loads(output)
    assert 0 < printed["resumed"] < printed["runs"] == printed["done"] == 192, errors
    assert not document.with_name("r.h5.part").exists()


def test_ctrl_c_saves_what_is_finished(document: Path) -> None:
    process = start(document)
    wait_for_batches(document, process)
    os.kill(process.pid, signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == cli.INTERRUPTED, errors
    printed = json.loads(output)
    assert 0 < printed["done"] < printed["runs"]
    with h5py.File(document.with_name("r.h5")) as file:
        assert len(file["runs/key"]) == printed["done"]
    assert document.with_name("r.h5.part").exists()


def test_blame_ranks_into_files_and_json(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, path = sweep(document, "--vary", "N*/M*.V_off=normal:0:50m", "--runs", "2", "--blame", "--json")
    assert code == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["runs"] == 2 * (1 + 5)
    names = [entry["group"] for entry in printed["blame"]]
    assert sorted(names) == ["Me.V_off", "Mf.V_off", "Ms.V_off", "Mt.V_off", "Mu.V_off"]
    with h5py.File(path) as file:
        assert [name.decode() for name in file["blame/group"][:]] == names
        costs = file["blame/cost"][:]
        assert costs.tolist() == sorted(costs, reverse=True)
    rows = list(csv.DictReader((path.parent / "r-blame.csv").open()))
    assert [row["group"] for row in rows] == names


def test_blame_without_draws_is_told(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep(document, "--vary", "N*.gain=3,4", "--blame")[0] == 1
    assert "nothing varies at random" in capsys.readouterr().err


@pytest.mark.soak
def test_however_often_it_is_killed_nothing_is_lost(document: Path) -> None:
    """kill -9 at random times, again and again, until one start comes to the end; the result is that of a whole run."""
    rng = np.random.default_rng(5)
    kills = 0
    for _ in range(40):
        process = start(document)
        try:
            process.communicate(timeout=float(rng.uniform(0.5, 4.0)))
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
    else:
        start(document).communicate()
    assert kills
    whole = document.with_name("whole.h5")
    options = ["--vary", "N*.gain=lin:3:5:24", "--runs", "8", "--epochs", "400", "-o", str(whole)]
    assert cli.main(["sweep", str(document), *options]) == 0
    with h5py.File(document.with_name("r.h5")) as first, h5py.File(whole) as second:
        order = np.argsort(first["runs/key"][:]), np.argsort(second["runs/key"][:])
        np.testing.assert_array_equal(first["runs/key"][:][order[0]], second["runs/key"][:][order[1]])
        np.testing.assert_allclose(first["mse"][:][:, order[0]], second["mse"][:][:, order[1]], atol=1e-12)
