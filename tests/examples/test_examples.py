"""The examples: rebuilt to the byte, without a problem, and learning what their story says, headless."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.circuit.compile import check_schematic, compile_schematic
from app.document import aann_file
from app.document.dataset import read_csv
from app.document.definitions import block_in
from app.document.placement import box_of
from app.document.schematic import DEFAULT_SETTINGS, TOP, Instance, Schematic, values_of
from app.training.run import Options, TrainingRun, prepare
from app.training.stop import advance_until, stop_conditions
from app.ui.canvas.drawing import Drawing

ROOT = Path(__file__).resolve().parents[2]
FOLDER = paths.resources() / "examples"
GALLERY = json.loads((FOLDER / "gallery.json").read_text(encoding="utf-8"))
FILES = [entry["file"] for entry in GALLERY["examples"]]
PICTURES = {
    *("schematic", "curves", "signals", "transfer", "map", "scatter", "regression", "digits", "weights", "ranking"),
}


def opened(name: str) -> Schematic:
    return aann_file.load(FOLDER / name).schematic


def trained(name: str, seeds: tuple[int, ...] = (0,), epochs: int | None = None) -> TrainingRun:
    """Run as the command line does: to the document's own stop conditions unless `epochs` says otherwise."""
    schematic = opened(name)
    run = prepare(compile_schematic(schematic), schematic, Options(seeds))
    advance_until(run, stop_conditions(schematic, epochs, None, None))
    return run


def test_the_script_writes_the_same_bytes(tmp_path: Path) -> None:
    script = ROOT / "packaging" / "examples" / "make.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for folder in ("examples", "datasets"):
        written = {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        for name, content in written.items():
            assert (paths.resources() / folder / name).read_bytes() == content, f"{folder}/{name} is not up to date"
    simulated = {"pictures.json"}  # by a script of its own
    assert {path.name for path in (tmp_path / "examples").iterdir()} | simulated == {p.name for p in FOLDER.iterdir()}


def test_the_gallery_lists_every_example_once() -> None:
    assert sorted(FILES) == sorted(path.name for path in FOLDER.glob("*.aann"))
    assert FILES[0] == "xor.aann"
    for entry in GALLERY["examples"]:
        assert entry["title"] and 10 <= len(entry["story"]) <= 60
        assert entry["picture"] in PICTURES
    for entry in GALLERY["paper"]:
        assert entry["file"] in FILES


@pytest.mark.parametrize("name", FILES)
def test_has_no_problem_and_a_story_that_covers_nothing(name: str) -> None:
    schematic = opened(name)
    _, problems = check_schematic(schematic)
    assert problems == []
    assert set(schematic.settings) <= {*DEFAULT_SETTINGS, "runs"}
    boxes = {entry.id: box(schematic, entry) for entry in schematic.top.instances.values()}
    [comment] = [entry for entry in schematic.top.instances.values() if entry.type == "comment"]
    left, top, right, bottom = boxes.pop(comment.id)
    assert 80 <= len(comment.parameters["text"]) <= 320
    for other, (x0, y0, x1, y1) in boxes.items():
        assert x1 < left or x0 > right or y1 < top or y0 > bottom, other
    drawing = Drawing(schematic, TOP)
    for view in drawing.wires.values():
        for (ax, ay), (bx, by) in pairwise(drawing.points_of(view)):
            outside = max(ax, bx) < left or min(ax, bx) > right or max(ay, by) < top or min(ay, by) > bottom
            assert outside, view.wire.id


def box(schematic: Schematic, instance: Instance) -> tuple[int, int, int, int]:
    return box_of(instance, block_in(schematic, instance).symbol_of(values_of(schematic, instance)))


@pytest.mark.parametrize("name", [name for name in FILES if opened(name).setting("stop_mse")])
def test_reaches_its_own_target(name: str) -> None:
    """The stored target MSE is met before the stored number of epochs has passed."""
    run = trained(name)
    assert run.mse[-1][0] <= float(stop_conditions(opened(name), None, None, None).mse or 0.0)
    assert np.isfinite(run.weights()).all()


def test_two_rows_learns_and_evaluates_in_turn() -> None:
    run = trained("two-rows.aann", epochs=1)
    learnt = run.weights().copy()
    run.advance_epochs(1)
    assert np.array_equal(run.weights(), learnt)
    run.advance_epochs(1)
    assert not np.array_equal(run.weights(), learnt)


def test_fig7_has_seventeen_capacitors_and_adds_two_bits() -> None:
    run = trained("paper-fig7.aann")
    assert len(run.circuit.weight_paths) == 17
    errors, _ = run.forward()
    assert np.abs(errors).max() < 0.2


def test_the_paper_figures_datasets_are_as_stored() -> None:
    """A document's own rows are those of the CSV beside it."""
    for name in ("xor", "two-rows", "half-adder", "and"):
        stored = read_csv(paths.resources() / "datasets" / f"{name}.csv")
        documents = [opened(file) for file in FILES]
        assert any(stored.rows == d.rows for document in documents for d in document.datasets.values()), name
