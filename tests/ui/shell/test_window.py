"""The window: what a person does with menus, keys and dialogs, up to closing it."""

from __future__ import annotations

import gc
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.document import aann_file, edits
from app.document.schematic import TOP
from app.training.frame import Frame
from app.ui import file_commands, gallery, theme
from app.ui.application import Windows
from app.ui.dialogs import question
from app.ui.main_window import MainWindow
from app.ui.settings import settings
from app.ui.view_state import restore_view, view_of
from tests.ui.shell.conftest import close, settle, small_network, wait_for
from tests.ui.shown import ShownWindows


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    window.activateWindow()
    window.workspace.canvas.setFocus()
    qtbot.keyClick(window.workspace.canvas, key, modifier or Qt.KeyboardModifier.NoModifier)


def test_an_example_opens_running_and_t_freezes_it(windows: Windows, qtbot: QtBot) -> None:
    window = windows.another()
    window.show()
    assert not window.drawing_shown and window.windowTitle() == "AANN Studio"
    card = next(card for card in window.start_page.cards if card.example.path.name == gallery.FIRST)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert window.drawing_shown and window.desk.path is None
    wait_for(qtbot, window.desk, lambda frame: frame.state == "running" and frame.epoch >= 1)
    press(qtbot, window, Qt.Key.Key_T)
    wait_for(qtbot, window.desk, lambda frame: not frame.teach_on)
    assert not window.workspace.transport.teach.switch.isChecked()
    press(qtbot, window, Qt.Key.Key_F5)
    frozen = wait_for(qtbot, window.desk, lambda frame: frame.state == "paused").weights
    press(qtbot, window, Qt.Key.Key_F10)
    wait_for(qtbot, window.desk, lambda frame: frame.commands == window.desk.engine.sent)
    assert (window.desk.frame.weights == frozen).all() if window.desk.frame is not None else False
    assert not window.desk.dirty, "running is no edit"


def test_opening_a_drawing_shows_one_window(qapp: QApplication, windows: Windows, qtbot: QtBot) -> None:
    watcher = ShownWindows()
    qapp.installEventFilter(watcher)
    window = windows.another()
    window.show()
    window.files.open_example(str(gallery.first().path))
    wait_for(qtbot, window.desk, lambda frame: frame.epoch >= 1)
    instances = window.desk.schematic.top.instances
    for kind in {entry.type for entry in instances.values()}:
        window.workspace.inspector.show_selection([next(i for i, entry in instances.items() if entry.type == kind)])
    qapp.removeEventFilter(watcher)
    assert watcher.found == [window]


def test_a_run_can_be_called_off_while_it_is_prepared(window: MainWindow) -> None:
    transport, preparing = window.workspace.transport, Frame("preparing")
    window.desk.frame = preparing
    for label in ("Pause", "Run", "Pause"):
        transport.toggle_run()
        assert transport.run_button.text().strip() == label
        transport.show_frame(preparing)
        assert transport.run_button.text().strip() == label and "Preparing" in transport.state.text()


def test_the_level_is_an_edit_that_acts_at_once(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.show(small_network())
    wait_for(qtbot, window.desk, lambda frame: frame.state == "paused")
    transport = window.workspace.transport
    transport.teach.level.setValue(50)
    transport.teach.level.setValue(60)
    switch = next(entry for entry in window.desk.schematic.top.instances.values() if entry.type == "v_teach")
    assert switch.parameters["level"] == "0.6"
    window.desk.undo()
    assert not window.desk.history.can_undo, "the slider's moves are one step of undo"
    assert transport.teach.level.value() == 100


def test_unsaved_edits_behind_the_start_page_are_kept(windows: Windows, window: MainWindow, qtbot: QtBot) -> None:
    window.desk.do("Place", edits.place(window.desk.schematic, "resistor", (0, 0)))
    window.action_set["start_page"].trigger()
    page = window.start_page
    assert not window.drawing_shown and page.back.isVisible() and page.back.text() == "Back to untitled"
    page.example_chosen.emit(str(gallery.first().path))
    assert len(windows.open) == 2 and window.desk.dirty and window.desk.schematic.top.instances
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert window.drawing_shown


def test_titles_and_undo_follow_the_document(window: MainWindow) -> None:
    window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (0, 0)))
    assert window.isWindowModified() and window.action_set["undo"].text() == "&Undo place neuron"
    assert window.action_set["undo"].isEnabled() and not window.action_set["redo"].isEnabled()
    window.action_set["undo"].trigger()
    assert not window.isWindowModified() and window.action_set["redo"].isEnabled()
    window.show_start()
    assert not window.action_set["undo"].isEnabled() and window.action_set["open"].isEnabled()


def test_saving_opening_and_recent_files(
    windows: Windows, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "first.aann"
    monkeypatch.setattr(file_commands.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "first"), ""))
    window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (0, 0)))
    window.workspace.canvas.zoom_to(1.25)
    window.action_set["save"].trigger()
    assert window.desk.path == path and path.exists() and not window.desk.dirty
    assert aann_file.load(path).view["zoom"] == 1.25
    assert settings().recent[0][0] == path
    assert window.files.open_path(path) and windows.open == [window], "it is open already"
    close(window)
    again = windows.another()
    again.show()
    assert again.files.open_path(path) and again.drawing_shown
    assert again.workspace.canvas.zoom() == pytest.approx(1.25)
    again.action_set.submenus["recent"].aboutToShow.emit()
    assert str(tmp_path) in again.action_set.submenus["recent"].actions()[0].text()


def test_what_cannot_be_opened_or_saved_is_told(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(question, "tell", lambda _parent, title, problem: told.append(f"{title}: {problem.found}"))
    (tmp_path / "bad.aann").write_text("no json")
    assert not window.files.open_path(tmp_path / "bad.aann") and "bad.aann" in told[0]
    answers = iter(["cancel"])
    monkeypatch.setattr(question, "ask", lambda *_args, **_more: next(answers))
    window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (0, 0)))
    assert not window.files._write(tmp_path / "absent" / "file.aann")
    assert window.desk.dirty and window.desk.path is None


def test_a_conflict_is_asked_about(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shared.aann"
    window.desk.write(path)
    theirs = path.read_bytes() + b"\n"
    path.write_bytes(theirs)
    window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (0, 0)))
    monkeypatch.setattr(question, "ask", lambda *_args, **_more: "cancel")
    assert not window.files.save() and path.read_bytes() == theirs
    monkeypatch.setattr(question, "ask", lambda *_args, **_more: "overwrite")
    assert window.files.save() and path.read_bytes() != theirs


@pytest.mark.parametrize(("answer", "closed"), [("cancel", False), ("discard", True)])
def test_closing_asks_about_unsaved_edits(
    windows: Windows, window: MainWindow, monkeypatch: pytest.MonkeyPatch, answer: str, closed: bool
) -> None:
    window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (0, 0)))
    monkeypatch.setattr(question, "ask", lambda *_args, **_more: answer)
    assert window.close() == closed
    assert (window not in windows.open) == closed


def test_quitting_stops_at_a_window_that_stays(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, other = windows.another(), windows.another()
    for window in (kept, other):
        window.show()
    kept.desk.new()
    kept.desk.do("place neuron", edits.place(kept.desk.schematic, "neuron", (0, 0)))
    monkeypatch.setattr(question, "ask", lambda *_args, **_more: "cancel")
    windows.quit()
    assert kept in windows.open


def test_dropped_files(windows: Windows, window: MainWindow, tmp_path: Path) -> None:
    table, drawing = tmp_path / "and.csv", tmp_path / "drawing.aann"
    table.write_text("x1,x2,t1\n-1,-1,0\n1,1,1\n")
    aann_file.save(drawing, small_network())
    window.files.take_files([str(table)])
    assert any(len(entry.rows) == 2 for entry in window.desk.schematic.datasets.values())
    window.files.take_files([str(drawing)])
    assert any(entry.desk.path == drawing for entry in windows.open)
    window.files.take_files([str(tmp_path / "picture.png")])
    assert "picture.png" in window.workspace.toast.title


def test_problems_reach_canvas_and_panel(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.do("place neuron", edits.place(window.desk.schematic, "neuron", (0, 0)))
    frame = wait_for(qtbot, window.desk, lambda frame: bool(frame.problems))
    assert frame.state == "refused"
    assert window.workspace.canvas.look.problems
    assert len(window.workspace.problems.problems) == len(frame.problems)
    assert "problems" in window.workspace.transport.state.text()


def test_a_refusal_is_shown_briefly(window: MainWindow) -> None:
    ident = next(iter(edits.place(window.desk.schematic, "neuron", (0, 0)))).key
    window.desk.do("place", edits.place(window.desk.schematic, "neuron", (0, 0), name="N1"))
    window.desk.do("place", edits.place(window.desk.schematic, "neuron", (40, 0), name="N2"))
    ident = next(key for key, entry in window.desk.schematic.top.instances.items() if entry.name == "N2")

    def renamed() -> edits.Changes:
        return edits.rename(window.desk.schematic, TOP, ident, "N1")

    window.desk.do("rename", (change for _ in (1,) for change in renamed()))
    assert window.workspace.toast.isVisible() and "N1" in window.workspace.toast.title


def test_themes_and_motion_are_remembered(window: MainWindow) -> None:
    try:
        window.action_set["dark"].trigger()
        assert theme.Theme.current().dark and settings().theme == "dark"
        window.action_set["reduce_motion"].trigger()
        assert settings().reduce_motion and window.workspace.canvas.still
    finally:
        settings().set_theme("light")
        settings().set_reduce_motion(False)
    assert not window.action_set["dark"].isChecked() and not window.action_set["reduce_motion"].isChecked()


def test_docks_are_remembered_and_can_be_put_back(windows: Windows, window: MainWindow) -> None:
    dock = window.workspace.area.docks["palette"]
    dock.hide()
    close(window)
    again = windows.another()
    again.show()
    again.desk.new()
    again.show_drawing()
    settle()
    assert again.workspace.area.docks["palette"].isHidden()
    again.action_set["reset_layout"].trigger()
    assert not again.workspace.area.docks["palette"].isHidden()


def test_fifty_windows_leave_nothing_behind(windows: Windows, qtbot: QtBot) -> None:
    def cycle() -> None:
        window = windows.another()
        window.show()
        window.desk.show(small_network())
        window.show_drawing()
        window.desk.engine.run()
        QApplication.processEvents()
        close(window)
        del window
        settle()

    def counted() -> tuple[int, int, int]:
        gc.collect()
        living = sum(isinstance(thing, QObject) for thing in gc.get_objects())
        return len(QApplication.allWidgets()), living, threading.active_count()

    for _ in range(3):
        cycle()
    before = counted()
    for _ in range(50):
        cycle()
    widgets, living, threads = counted()
    assert widgets <= before[0] and living <= before[1] + 2 and threads <= before[2]


def test_the_paper_opens_a_figures_circuit_with_its_settings(window: MainWindow, qtbot: QtBot) -> None:
    window.action_set["paper"].trigger()
    paper = window.companions.paper
    assert paper is not None and paper.isVisible()
    qtbot.waitUntil(lambda: "fig8" in paper.outcomes, timeout=120_000)
    paper.items.setCurrentRow(3)
    paper.open_button.click()
    assert window.desk.title == "xor-ten-seeds"
    [source] = [entry for entry in window.desk.schematic.top.instances.values() if entry.type == "dataset"]
    assert source.parameters["T_row"] == "1u"
    assert not window.desk.dirty


def test_the_menu_shows_parameters_and_datasets_wherever_the_page_stood(window: MainWindow) -> None:
    window.resize(1024, 700)
    window.desk.show(small_network())
    inspector = window.workspace.inspector
    for action, panel in (
        ("parameters", inspector.document_page.parameters),
        ("datasets", inspector.document_page.datasets),
    ):
        window.workspace.canvas.select(list(window.desk.schematic.top.instances)[:3])
        window.action_set[action].trigger()
        seen = panel.visibleRegion().boundingRect()
        assert seen.height() > 30 and seen.top() == 0, action


def test_help_opens_at_its_page(window: MainWindow) -> None:
    for action, first in (("tour", "A tour"), ("block_help", "Blocks"), ("paper_help", "The paper")):
        window.action_set[action].trigger()
        assert window.companions.help is not None
        assert window.companions.help.text.toPlainText().startswith(first)


@pytest.mark.parametrize("width", [0, 1190, 1280, 1900])
def test_no_control_of_the_transport_covers_another(windows: Windows, qtbot: QtBot, width: int) -> None:
    """From the least width of the window on."""
    transport = windows.another().workspace.transport
    transport.setParent(None)
    qtbot.addWidget(transport)
    transport.resize(width or MainWindow.LEAST[0], 58)
    transport.show()
    children = [child for child in transport.children() if isinstance(child, QWidget) and child.isVisible()]
    rects = sorted((child.geometry() for child in children), key=QRect.left)
    assert len(rects) > 9 and rects[-1].right() <= transport.width()
    assert all(left.right() < right.left() for left, right in pairwise(rects))
    cut = [child for child in children if child.width() < child.minimumSizeHint().width()]
    assert not cut


def test_a_view_of_a_large_window_is_not_cut_off_in_a_small_one(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.workspace.canvas
    window.desk.show(small_network())
    canvas.fit(animated=False)
    view = view_of(canvas)
    width, height = view["size"]
    restore_view(canvas, view | {"zoom": 2.0 * view["zoom"], "size": [2 * width, 2 * height]})
    assert canvas.zoom() == pytest.approx(view["zoom"], rel=1e-3)  # twice as large a window showed the same
    restore_view(canvas, view | {"size": [width // 2, height // 2]})
    assert canvas.zoom() == pytest.approx(view["zoom"], rel=1e-3)  # there is room to spare
    restore_view(canvas, view | {"size": "large"})
    assert canvas.zoom() == pytest.approx(view["zoom"], rel=1e-3)
    restore_view(canvas, {"zoom": -1.0})
    assert canvas.zoom() == pytest.approx(view["zoom"], rel=1e-3)
