"""The help's window and the paper's: pages, figures that come while one waits, circuits that open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.document import aann_file
from app.document.set_parameters import apply_settings
from app.errors import Problem, ProblemError
from app.export import help_pages
from app.reproduce import catalogue
from app.reproduce.outcome import Outcome
from app.ui.dialogs import paper_window
from app.ui.dialogs.help_window import HelpWindow
from app.ui.dialogs.paper_window import PaperWindow


def colours(picture: QImage) -> set[int]:
    return {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}


def test_every_page_can_be_read(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    for row, name in enumerate(help_pages.TITLES):
        window.pages.setCurrentRow(row)
        first = help_pages.page(name).splitlines()[0].removeprefix("# ")
        assert window.text.toPlainText().startswith(first)
        assert window.text.verticalScrollBar().value() == 0


@pytest.fixture
def window(qtbot: QtBot) -> PaperWindow:
    result = PaperWindow()
    qtbot.addWidget(result, before_close_func=lambda widget: widget.shutdown())
    result.resize(result.sizeHint())
    result.show()
    return result


def choose(window: PaperWindow, qtbot: QtBot, name: str) -> None:
    window.items.setCurrentRow(list(catalogue.ITEMS).index(name))
    qtbot.waitUntil(lambda: name in window.outcomes, timeout=120_000)


def test_a_figure_appears_with_its_claims(window: PaperWindow, qtbot: QtBot) -> None:
    assert "Being simulated" in window.text.text()
    choose(window, qtbot, "fig12")
    outcome = window.outcomes["fig12"]
    assert isinstance(outcome, Outcome)
    assert outcome.title in window.title.text()
    for claim in outcome.claims:
        assert claim.verdict in window.text.text()
    assert window.figure.isVisible()
    assert len(colours(window.figure.grab().toImage())) > 20


def test_the_circuit_of_a_figure_opens_with_its_settings(window: PaperWindow, qtbot: QtBot) -> None:
    window.items.setCurrentRow(list(catalogue.ITEMS).index("fig9"))
    with qtbot.waitSignal(window.opened) as caught:
        window.open_button.click()
    path, settings = caught.args
    schematic = aann_file.load(Path(path)).schematic
    apply_settings(schematic, settings)
    [source] = [entry for entry in schematic.top.instances.values() if entry.type == "dataset"]
    assert source.parameters["T_row"] == "0.01u"


def test_every_figure_opens_a_circuit_and_no_table_does(window: PaperWindow) -> None:
    for row, name in enumerate(catalogue.ITEMS):
        window.items.setCurrentRow(row)
        assert window.open_button.isVisible() == name.startswith("fig")


def test_a_figure_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    def broken(bench: object) -> Outcome:
        raise ProblemError(Problem("cannot-open", "xor.aann", "it is <gone>", "install again"))

    monkeypatch.setattr(paper_window, "ITEMS", {"fig8": broken})
    window = PaperWindow()
    qtbot.addWidget(window, before_close_func=lambda widget: widget.shutdown())
    qtbot.waitUntil(lambda: "fig8" in window.outcomes, timeout=60_000)
    qtbot.waitUntil(lambda: "&lt;gone&gt;" in window.text.text(), timeout=60_000)
    assert not window.figure.isVisible()
