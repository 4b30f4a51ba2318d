"""Questions and lists in front of the window."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import dataset as datasets
from app.document.dataset import XOR, Dataset
from app.document.journal import Recoverable
from app.errors import ProblemError
from app.ui.analysis import gradient_answer, statistics_answer
from app.ui.dialogs.about import About
from app.ui.dialogs.build_network import BuildNetwork, counts
from app.ui.dialogs.chooser import Choice, Chooser
from app.ui.dialogs.keys import Keys
from app.ui.dialogs.question import Answer, Question
from app.ui.dialogs.recovery import Recovery, when
from app.ui.dialogs.relink import Relink, relinked
from app.ui.dialogs.search import fit
from app.ui.finding import findings
from app.ui.main_window import MainWindow
from tests.ui.shell.conftest import small_network


def choosers() -> list[Chooser]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Chooser) and widget.isVisible()]


def test_what_fits_best_comes_first() -> None:
    assert fit("rot", "Rotate back") > fit("rot", "Gear rotor") > fit("rot", "Bring to front") > 0.0
    assert fit("zoom fit", "Zoom to fit") > 0.0 and fit("xyz", "Zoom to fit") == 0.0
    assert fit("", "anything") > 0.0


def test_a_list_is_searched_and_taken_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    chooser = Chooser([Choice("a", "Apple"), Choice("b", "Banana"), Choice("c", "Cherry", enabled=False)], "?", window)
    taken: list[str] = []
    chooser.chosen.connect(taken.append)
    chooser.open_over(window)
    qtbot.keyClicks(chooser.field, "an")
    assert chooser.list.count() == 1
    qtbot.keyClick(chooser.field, Qt.Key.Key_Backspace)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Backspace)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert taken == ["b"]


def test_nothing_found_is_said_and_cannot_be_taken(qtbot: QtBot, window: MainWindow) -> None:
    chooser = Chooser([Choice("a", "Apple")], "?", window)
    chooser.open_over(window)
    qtbot.keyClicks(chooser.field, "zzz")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert chooser.isVisible() and chooser.list.count() == 1
    chooser.close()


def test_the_palette_runs_a_command(qtbot: QtBot, window: MainWindow) -> None:
    window.action_set["commands"].trigger()
    (palette,) = choosers()
    qtbot.keyClicks(palette.field, "start page")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not window.drawing_shown


def test_a_block_from_the_list_follows_the_pointer(qtbot: QtBot, window: MainWindow) -> None:
    window.action_set["insert_block"].trigger()
    (blocks,) = choosers()
    qtbot.keyClicks(blocks.field, "multiplier")
    qtbot.keyClick(blocks.field, Qt.Key.Key_Return)
    assert window.workspace.canvas.tool() == "multiplier"


def test_find_reveals_blocks_and_nets(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.show(small_network())
    found = {entry.title: entry for entry in findings(window.desk.schematic)}
    assert "N2_1" in found and "V_teach" in found and len(found["V_teach"].ids) > 1
    window.action_set["find"].trigger()
    (list_,) = choosers()
    qtbot.keyClicks(list_.field, "N2_2")
    qtbot.keyClick(list_.field, Qt.Key.Key_Return)
    assert window.workspace.canvas.selection() == found["N2_2"].ids


def test_building_a_network_says_what_will_be_drawn_or_what_is_wrong(window: MainWindow, tmp_path: Path) -> None:
    dialog = BuildNetwork({"mine": XOR}, window)
    assert "9 neurons · 33 capacitors · 108 multipliers" in dialog.preview.text() and dialog.accept_button.isEnabled()
    dialog.layers.setText("3-8-1")
    dialog.refresh()
    assert "2 inputs" in dialog.preview.text() and not dialog.accept_button.isEnabled()
    table = tmp_path / "t.csv"
    table.write_text("x1,x2,x3,t1,t2\n0,0,1,0,1\n")
    dialog.add_dataset(table)
    dialog.refresh()
    assert dialog.layers.text() == "3-8-2" and dialog.accept_button.isEnabled()
    dialog.seed.setText("one")
    dialog.refresh()
    assert "seed" in dialog.preview.text() and not dialog.accept_button.isEnabled()
    dialog.seed.setText("7")
    dialog.accept_button.setEnabled(True)
    dialog.accept_button.click()
    assert dialog.document is not None and dialog.document.schematic.settings["seed"] == "7"
    dialog.deleteLater()


def test_a_long_preview_squeezes_no_field(window: MainWindow) -> None:
    names = tuple(f"x{number}" for number in range(1, 61))
    wide = Dataset(names, ("t1",), ((0.5,) * 61,))
    dialog = BuildNetwork({"wide": wide}, window)
    dialog.show()
    dialog.data.setCurrentText("wide (of this drawing)")
    dialog.layers.setText("60-5-1")
    dialog.refresh()
    QApplication.processEvents()
    assert "because a layer has 60 inputs" in dialog.preview.text() and "--" not in dialog.preview.text()
    for field in (dialog.layers, dialog.data, dialog.row_time, dialog.seed):
        assert field.height() >= field.minimumSizeHint().height()
    assert dialog.preview.height() >= dialog.preview.heightForWidth(dialog.preview.width())
    dialog.close()
    dialog.deleteLater()


def test_tab_goes_through_the_fields_from_top_to_bottom(qtbot: QtBot, window: MainWindow) -> None:
    dialog = BuildNetwork({}, window)
    dialog.show()
    fields = [dialog.layers, dialog.data, dialog.activation, dialog.row_time, dialog.init, dialog.seed]
    for field, following in pairwise(fields):
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_Tab)
        now = dialog.focusWidget()
        assert now is following or following.isAncestorOf(now), following.accessibleName()
    dialog.close()
    dialog.deleteLater()


def test_counts_are_those_of_the_paper() -> None:
    assert counts((2, 8, 1)) == "9 neurons · 33 capacitors · 108 multipliers"
    assert counts((2, 3, 2)).split(" · ")[1] == "17 capacitors"


def test_a_missing_dataset_is_relinked(window: MainWindow, tmp_path: Path) -> None:
    document = small_network()
    document.schematic.datasets["xor"] = Dataset(XOR.inputs, XOR.targets, (), "gone.csv")
    window.desk.show(document)
    assert window.desk.save_as(tmp_path / "drawing.aann")
    datasets.write_csv(tmp_path / "here.csv", XOR)
    dialog = Relink(window.desk, window)
    dialog.relink("xor", tmp_path / "absent.csv")
    assert window.desk.schematic.datasets["xor"].file == "gone.csv"
    dialog.relink("xor", tmp_path / "here.csv")
    found = window.desk.schematic.datasets["xor"]
    assert found.file == "here.csv" and found.rows == XOR.rows
    window.desk.undo()
    assert window.desk.schematic.datasets["xor"].file == "gone.csv"
    dialog.deleteLater()


def test_a_dataset_elsewhere_is_taken_in_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets.write_csv(tmp_path / "far.csv", XOR)
    old = Dataset(XOR.inputs, XOR.targets, (), "gone.csv")
    taken = relinked(old, tmp_path / "far.csv", tmp_path / "folder" / "drawing.aann")
    assert taken.file == "" and taken.rows == XOR.rows
    monkeypatch.setattr("app.ui.dialogs.relink.EMBED_LIMIT", 3)
    with pytest.raises(ProblemError, match="too large"):
        relinked(old, tmp_path / "far.csv", tmp_path / "folder" / "drawing.aann")


def test_a_document_that_crashed_the_program_is_not_ticked(window: MainWindow) -> None:
    well = Recoverable(Path("a.journal"), Path("folder/xor.aann"), time.time(), 0)
    bad = Recoverable(Path("b.journal"), None, time.time() - 90_000, 1)
    dialog = Recovery([well, bad], window)
    assert dialog.chosen == [well]
    dialog.deleteLater()


def test_moments_in_words() -> None:
    now = time.time()
    assert when(now).startswith("today") and when(now - 86_400) == "yesterday"
    assert when(now - 5 * 86_400) == "5 days ago" and when(0.0).endswith("1970")


def test_a_closed_question_answers_the_last(window: MainWindow) -> None:
    dialog = Question("Title", "Text", (Answer("yes", "Yes"), Answer("no", "No")), window)
    dialog.reject()
    assert dialog.answer == "no"
    dialog.deleteLater()


def test_keys_and_about_tell_the_truth(window: MainWindow) -> None:
    keys, about = Keys(window.action_set, "AANN Studio", window), About(window)
    texts = [
        keys.tree.topLevelItem(row).child(k).text(1)  # type: ignore[union-attr]
        for row in range(keys.tree.topLevelItemCount())
        for k in range(keys.tree.topLevelItem(row).childCount())  # type: ignore[union-attr]
    ]
    assert {"F5", "T", "Ctrl+K"} <= set(texts)
    keys.field.setText("teach")
    assert sum(not keys.tree.topLevelItem(k).isHidden() for k in range(keys.tree.topLevelItemCount())) < 7  # type: ignore[union-attr]
    for dialog in (keys, about):
        dialog.deleteLater()


def test_reports_on_the_drawing() -> None:
    schematic = small_network().schematic
    summary, text = gradient_answer(schematic, None)
    assert summary.startswith("Every capacitor") and "N2_1/C0" in text
    summary, text = statistics_answer(schematic)
    assert "dp5" in summary and "multipliers                     43" in text and "2 dense layers recognised" in text
