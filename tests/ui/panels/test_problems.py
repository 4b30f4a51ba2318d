"""The problems line: counts, reveals, and cures as one undoable edit that really cures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.circuit.compile import check_schematic
from app.document import arrange, edits, wiring
from app.document.schematic import Schematic
from app.errors import Problem
from app.training.frame import Frame
from app.ui.panels.problems import ProblemsPanel
from tests.drawing import Drawing
from tests.networks import layered
from tests.ui.quiet import QuietDesk


def problems_of(schematic: Schematic) -> list[Problem]:
    return check_schematic(schematic)[1]


@pytest.fixture
def panel(qtbot: QtBot, desk: QuietDesk) -> ProblemsPanel:
    made = ProblemsPanel(desk)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1000, 200)
    made.show()
    return made


def test_none_is_one_quiet_line(panel: ProblemsPanel, desk: QuietDesk) -> None:
    desk.send(Frame("paused"))
    assert panel.state.text() == "none" and panel.counts.text() == "0 errors, 0 warnings"
    assert not panel.area.isVisible()


def test_errors_come_first_and_a_click_reveals(panel: ProblemsPanel, desk: QuietDesk, qtbot: QtBot) -> None:
    warning = Problem("w", "R1", "parallel", "keep one", "warning", ("b1",))
    error = Problem("e", "N1.V_in[1]", "floating", "connect", ids=("b2",))
    desk.send(Frame("refused", (warning, error)))
    assert panel.counts.text() == "1 error, 1 warning" and "N1.V_in[1]" in panel.first.text()
    panel.toggle.setChecked(True)
    assert [row.problem for row in panel.rows] == [error, warning] and panel.area.isVisible()
    with qtbot.waitSignal(panel.reveal) as revealed:
        QTest.mouseClick(panel.rows[0], Qt.MouseButton.LeftButton)
    assert revealed.args == [("b2",)]


def test_a_thousand_problems_are_not_a_thousand_widgets(panel: ProblemsPanel) -> None:
    panel.set_problems([Problem("e", f"N{k}", "floating", "connect") for k in range(1000)])
    assert len(panel.rows) == 200 and panel.rest.text() == "and 800 more"


def floating() -> Schematic:
    draw = layered((2, 2, 1))
    draw.add("multiplier", "M9")
    draw.add("resistor", "R9")
    draw.wire("M9.I", "R9.I")
    return draw.schematic


def parallel() -> Schematic:
    draw = Drawing()
    for name in ("V1", "V2"):
        draw.add("dc", name)
    draw.add("multiplier", "M1")
    draw.add("type2", "B1")
    draw.add("resistor", "R1")
    draw.wire("V1.V", "M1.V1")
    draw.wire("V2.V", "M1.V2")
    draw.wire("M1.I", "B1.I_E")
    draw.wire("R1.I", "B1.I_E")
    return draw.schematic


def inverted() -> Schematic:
    draw = layered((2, 2, 1))
    ident = draw.ids["E1"]
    wires = [w for w in draw.schematic.top.wires.values() if any(e.item == ident and e.port != "V_E" for e in w.ends)]
    draw.schematic.apply(wiring.delete(draw.schematic, [wire.id for wire in wires]))
    draw.wire("N3_1.V_out", "E1.V_target")
    draw.wire("D1.T[1]", "E1.V_out")
    return draw.schematic


def no_teach() -> Schematic:
    draw = layered((2, 2, 1))
    draw.schematic.apply(wiring.delete(draw.schematic, [draw.ids["VT"]]))
    return draw.schematic


def twice_named() -> Schematic:
    draw = layered((2, 2, 1))
    draw.add("type2", "N2_1")
    return draw.schematic


def wrong_gain() -> Schematic:
    return layered((2, 2, 1), V_ref="1").schematic


def bad_text() -> Schematic:
    return layered((2, 2, 1), gain="5 apples").schematic


def current_nowhere() -> Schematic:
    draw = Drawing()
    draw.add("dc", "V1")
    draw.add("multiplier", "M1")
    draw.add("multiplier", "M2")
    for name in ("M1", "M2"):
        draw.wire("V1.V", f"{name}.V1")
        draw.wire("V1.V", f"{name}.V2")
    draw.wire("M1.I", "M2.I")
    return draw.schematic


def columns() -> Schematic:
    draw = layered((2, 2, 1))
    draw.dataset("data", 2, ((0.0, 1.0, 1.0, 0.0),))
    return draw.schematic


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (floating, "floating-input"), (parallel, "parallel-resistance"), (inverted, "inverted-error"),
        (no_teach, "floating-input"), (twice_named, "duplicate-name"), (wrong_gain, "not-the-derivative"),
        (bad_text, "parameter-invalid"), (current_nowhere, "current-nowhere"),
    ],
)  # fmt: skip
def test_a_cure_cures_in_one_step(panel: ProblemsPanel, desk: QuietDesk, make: object, code: str) -> None:
    schematic: Schematic = make()  # type: ignore[operator]
    desk.show(schematic)
    before = dict(schematic.top.instances), dict(schematic.top.wires)
    found = problems_of(schematic)
    wanted = [problem for problem in found if problem.code == code]
    assert wanted
    desk.send(Frame("refused", tuple(found)))
    steps = 0
    while wanted:
        row = next(row for row in panel.rows if row.problem == wanted[0])
        assert row.button.isVisibleTo(row), wanted[0]
        row.button.click()
        left = problems_of(schematic)
        assert wanted[0] not in left
        desk.send(Frame("refused", tuple(left)))
        wanted = [problem for problem in left if problem.code == code]
        steps += 1
    assert not desk.problems
    for _ in range(steps):
        assert desk.history.undo()
    assert (dict(schematic.top.instances), dict(schematic.top.wires)) == before


def test_all_cures_together_are_one_undo(panel: ProblemsPanel, desk: QuietDesk) -> None:
    schematic = no_teach()
    desk.show(schematic)
    desk.do("gain", edits.set_parameter(schematic, "top", desk.named("N2_1").id, "gain", "apples"))
    before = dict(schematic.top.instances), dict(schematic.top.wires)
    desk.send(Frame("refused", tuple(problems_of(schematic))))
    panel.expand()
    assert panel.cure_all.isVisible()
    panel.cure_all.click()
    assert not [problem for problem in problems_of(schematic) if problem.severity == "error"]
    assert sum(instance.type == "v_teach" for instance in schematic.top.instances.values()) == 1
    desk.history.undo()
    assert (dict(schematic.top.instances), dict(schematic.top.wires)) == before


def test_a_label_without_its_switch_needs_only_the_switch(panel: ProblemsPanel, desk: QuietDesk) -> None:
    desk.do("delete", wiring.delete(desk.schematic, [desk.named("VT").id]))
    count = len(desk.schematic.top.instances)
    desk.send(Frame("refused", tuple(problems_of(desk.schematic))))
    assert {row.button.text() for row in panel.rows} == {"Add a V_teach switch"}
    panel.expand()
    panel.cure_all.click()
    assert len(desk.schematic.top.instances) == count + 2 and problems_of(desk.schematic) == []


def test_a_cure_sees_the_drawing_as_it_is_now(panel: ProblemsPanel, desk: QuietDesk) -> None:
    schematic = bad_text()
    desk.show(schematic)
    desk.send(Frame("refused", tuple(problems_of(schematic))))
    name = panel.rows[0].problem.where.partition(".")[0]
    desk.do("move", arrange.move(schematic, [desk.named(name).id], 3, 0))
    place = desk.named(name).at
    panel.rows[0].button.click()
    assert "gain" not in desk.named(name).parameters and desk.named(name).at == place
    panel.rows[0].button.click()
    assert not desk.problems and desk.history.undo_label == "Reset to default"


def test_what_needs_a_decision_has_no_button(panel: ProblemsPanel) -> None:
    panel.set_problems([Problem("two-voltage-outputs", "V1.V and V2.V", "two", "disconnect one", ids=("b1", "b2"))])
    assert not panel.rows[0].button.isVisibleTo(panel.rows[0])
