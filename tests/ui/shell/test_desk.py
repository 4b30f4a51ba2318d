"""The desk: what canvas and panels see of a document and its run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document import edits
from app.document.aann_file import Document
from app.document.dataset import XOR
from app.document.edits import Changes
from app.document.generate import generate
from app.document.schematic import Change
from app.errors import Problem, fail
from app.training.frame import Frame
from app.ui.desk import Desk


@pytest.fixture
def desk(qapp: object) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def xor() -> Document:
    return Document(generate([2, 3, 1], XOR, "xor")[0])


def wait_for(qtbot: QtBot, desk: Desk, state: str) -> Frame:
    qtbot.waitUntil(lambda: desk.frame is not None and desk.frame.state == state, timeout=180_000)
    assert desk.frame is not None
    return desk.frame


def test_an_edit_is_one_notice_and_one_step_of_undo(desk: Desk) -> None:
    notices: list[tuple[Change, ...]] = []
    desk.changed.connect(notices.append)
    assert desk.untouched and not desk.dirty
    assert desk.do("place neuron", edits.place(desk.schematic, "neuron", (4, 4)))
    assert len(notices) == 1 and desk.dirty and desk.history.undo_label == "place neuron"
    desk.undo()
    assert len(notices) == 2 and not desk.dirty and not desk.schematic.top.instances
    desk.redo()
    assert len(desk.schematic.top.instances) == 1


def test_a_refused_edit_is_said(desk: Desk) -> None:
    said: list[Problem] = []
    desk.said.connect(said.append)

    def refused() -> Iterator[Change]:
        raise fail("nope", "N1", "it does not fit", "try elsewhere")
        yield

    assert not desk.do("try", refused())
    stale: Changes = (Change("parameters", "gain", "3", "4"),)
    assert not desk.do("set gain", stale)
    assert [problem.code for problem in said] == ["nope", "edit-refused"]
    assert not desk.dirty


def test_a_document_runs_and_running_does_not_make_it_dirty(desk: Desk, qtbot: QtBot) -> None:
    desk.show(xor(), "xor")
    first = wait_for(qtbot, desk, "paused")
    assert first.layout is not None and first.epoch == 0
    desk.engine.run()
    qtbot.waitUntil(lambda: desk.frame is not None and desk.frame.epoch >= 5, timeout=180_000)
    desk.engine.pause()
    frame = wait_for(qtbot, desk, "paused")
    assert (frame.weights != first.weights).all() and frame.mse == frame.mse
    assert not desk.dirty and desk.title == "xor" and desk.path is None


def test_saving_keeps_the_trained_state(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.show(xor())
    desk.engine.step_epochs(3)
    qtbot.waitUntil(lambda: desk.frame is not None and desk.frame.epoch == 3, timeout=180_000)
    before = desk.frame
    assert desk.save_as(tmp_path / "trained.aann")
    assert desk.path == tmp_path / "trained.aann" and desk.title == "trained" and not desk.dirty
    desk.new()
    wait_for(qtbot, desk, "empty")
    assert desk.open(tmp_path / "trained.aann")
    after = wait_for(qtbot, desk, "paused")
    assert before is not None and after.epoch == 3
    assert (after.weights == before.weights).all()


def test_what_cannot_be_opened_is_said_and_leaves_the_desk_alone(desk: Desk, tmp_path: Path) -> None:
    said: list[Problem] = []
    desk.said.connect(said.append)
    desk.do("place neuron", edits.place(desk.schematic, "neuron", (4, 4)))
    (tmp_path / "broken.aann").write_text("{")
    assert not desk.open(tmp_path / "broken.aann")
    assert not desk.open(tmp_path / "absent.aann")
    assert len(said) == 2 and len(desk.schematic.top.instances) == 1 and desk.dirty


def test_nobody_overwrites_what_another_has_written(desk: Desk, tmp_path: Path) -> None:
    said: list[Problem] = []
    desk.said.connect(said.append)
    path = tmp_path / "shared.aann"
    assert desk.save_as(path)
    path.write_bytes(path.read_bytes() + b"\n")
    desk.do("place neuron", edits.place(desk.schematic, "neuron", (4, 4)))
    assert not desk.save() and desk.dirty
    assert said[0].code == "changed-on-disk"
    desk.write(path, overwrite=True)
    assert not desk.dirty


def test_moving_a_block_does_not_compile_again(desk: Desk, qtbot: QtBot) -> None:
    desk.show(xor())
    frame = wait_for(qtbot, desk, "paused")
    ident, instance = next(iter(desk.schematic.top.instances.items()))
    moved = Change("instances", ident, instance, replace(instance, at=(-40, 0)), "top")
    desk.do("move", [moved])
    desk.engine.step_rows(1)
    qtbot.waitUntil(lambda: desk.frame is not None and desk.frame.row == 1, timeout=180_000)
    assert desk.frame is not None and desk.frame.layout is frame.layout
