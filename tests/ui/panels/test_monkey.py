"""Random editing through the panels: whatever is selected, typed, undone and deleted meanwhile, nothing raises, and
undoing everything leads back to the drawing as it was."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.circuit.compile import check_schematic
from app.document import edits, wiring
from app.document.aann_file import dumps
from app.training.frame import Frame
from app.ui.controls.choice import Choice
from app.ui.panels.inspector import Inspector
from app.ui.panels.problems import ProblemsPanel
from app.ui.panels.quantity_field import QuantityField
from blocks import discover
from tests.ui.quiet import QuietDesk, frame, layout

STEPS = 150
TEXTS = ("1", "0.1p", "5M", "2*g0", "-3", "sin(1)", "1e400", "0", "seeded", "x")
KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_A)


class Monkey:
    def __init__(self, seed: int, desk: QuietDesk, inspector: Inspector, problems: ProblemsPanel) -> None:
        self.random, self.desk = random.Random(seed), desk
        self.inspector, self.problems = inspector, problems
        self.acts = (
            self.select, self.select, self.part, self.type, self.type, self.step, self.choose, self.undo, self.redo,
            self.delete, self.place, self.check, self.check, self.cure, self.rename, self.add_parameter, self.unfold,
        )  # fmt: skip

    def act(self) -> None:
        self.random.choice(self.acts)()
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def select(self) -> None:
        top = self.desk.schematic.top
        ids = [*top.instances, *top.wires, *top.junctions]
        self.inspector.show_selection(self.random.sample(ids, min(len(ids), self.random.choice((0, 1, 1, 2, 5)))))

    def part(self) -> None:
        neurons = [i.id for i in self.desk.schematic.top.instances.values() if i.type == "neuron"]
        if neurons:
            part = self.random.choice(("Mf0", "Mu2", "S", "D", "C1", "Rs", "nothing"))
            self.inspector.show_selection((), self.random.choice(neurons), (part,))

    def _editor(self) -> object:
        rows = list(self.inspector.block_page.rows.values()) or list(self.inspector.document_page.rows.values())
        return self.random.choice(rows).editor if rows else None

    def type(self) -> None:
        editor = self._editor()
        if isinstance(editor, QuantityField):
            editor.setFocus()
            editor.selectAll()
            QTest.keyClicks(editor, self.random.choice(TEXTS))
            QTest.keyClick(editor, self.random.choice(KEYS))

    def step(self) -> None:
        editor = self._editor()
        if isinstance(editor, QuantityField):
            editor.setFocus()
            QTest.keyClick(editor, self.random.choice((Qt.Key.Key_Up, Qt.Key.Key_Down)))

    def choose(self) -> None:
        editor = self._editor()
        if isinstance(editor, Choice) and editor.count():
            editor.choose(editor.itemData(self.random.randrange(editor.count())))

    def undo(self) -> None:
        self.desk.history.undo()

    def redo(self) -> None:
        self.desk.history.redo()

    def delete(self) -> None:
        top = self.desk.schematic.top
        ids = [*top.instances, *top.wires]
        if ids and self.random.random() < 0.3:
            self.desk.do("delete", wiring.delete(self.desk.schematic, [self.random.choice(ids)]))

    def place(self) -> None:
        kind = self.random.choice(list(discover.catalogue()))
        self.desk.do("place", edits.place(self.desk.schematic, kind, (self.random.randrange(-50, 50), 40)))

    def check(self) -> None:
        circuit, found = check_schematic(self.desk.schematic)
        if circuit is None or len(circuit.program.sources) != 3:
            self.desk.send(Frame("refused", tuple(found)))
        else:
            self.desk.send(frame(layout(self.desk.schematic), 10, 5, problems=tuple(found)))

    def cure(self) -> None:
        buttons = [row.button for row in self.problems.rows if row.cure is not None]
        if buttons:
            self.random.choice([*buttons, self.problems.cure_all]).click()

    def rename(self) -> None:
        name = self.inspector.head.name
        if not name.isReadOnly():
            name.setFocus()
            name.setText(self.random.choice(("N2_1", "Q", "", "x" * 300)))
            QTest.keyClick(name, Qt.Key.Key_Return)

    def add_parameter(self) -> None:
        self.inspector.document_page.parameters.add()

    def unfold(self) -> None:
        self.inspector.block_page.form.more.toggle()


@pytest.mark.parametrize("seed", range(3))
def test_nothing_raises_and_everything_is_undone(desk: QuietDesk, qtbot: QtBot, seed: int) -> None:
    inspector, problems = Inspector(desk), ProblemsPanel(desk)  # type: ignore[arg-type]
    for widget in (inspector, problems):
        qtbot.addWidget(widget)
        widget.resize(300, 700)
        widget.show()
    before = dumps(desk.schematic)
    monkey = Monkey(seed, desk, inspector, problems)
    for _ in range(STEPS):
        monkey.act()
    while desk.history.undo():
        pass
    assert dumps(desk.schematic) == before
