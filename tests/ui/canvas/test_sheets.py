"""Sheets on the canvas: made of a selection, opened, edited inside, left, followed when their ports change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from app.circuit.compile import check_schematic, compile_schematic
from app.document import edits, wiring
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import TOP, End
from app.document.sheet_edits import rename_sheet
from app.solve import reference
from app.training.frame import Frame
from app.training.layout import layout_of
from app.training.run import Options, TrainingRun, prepare
from tests.ui.canvas.stage import Stage


@pytest.fixture
def sheets(stage: Stage) -> Stage:
    """A 2-3-1 network on whose canvas two hidden neurons were made a sheet."""
    stage.show(generate((2, 3, 1), XOR, "xor")[0])
    stage.view.select(named(stage, "N2_1", "N2_2", "B2_1", "B2_2"))
    stage.view.create_sheet()
    return stage


def named(stage: Stage, *names: str) -> list[str]:
    return [entry.id for entry in stage.view.drawing.sheet.instances.values() if entry.name in names]


def double_click(stage: Stage, name: str) -> None:
    body = stage.view.drawing.blocks[named(stage, name)[0]].body
    stage.double_click(body.center().x() / 10.0, body.bottom() / 10.0 - 1)


def test_a_selection_becomes_a_sheet_in_one_step(sheets: Stage) -> None:
    assert sheets.view.selection() == tuple(named(sheets, "A1"))
    assert set(sheets.schematic.sheets) == {TOP, "sheet1"}
    assert check_schematic(sheets.schematic)[1] == []
    pins = {pin.port.name for pin in sheets.view.drawing.blocks[named(sheets, "A1")[0]].pins}
    assert pins == {"V_in1", "V_in2", "V_out1", "V_out2", "I_E1", "I_E2"}
    sheets.desk.history.undo()
    assert set(sheets.schematic.sheets) == {TOP} and named(sheets, "N2_1")


def test_a_sheet_is_expanded_in_place(sheets: Stage) -> None:
    sheets.view.expand_sheets()
    assert named(sheets, "N2_1", "B2_2") and not named(sheets, "A1")
    assert check_schematic(sheets.schematic)[1] == []
    sheets.view.select(named(sheets, "N2_1"))
    before = sheets.dump()
    sheets.view.expand_sheets()  # nothing selected is a sheet
    assert sheets.dump() == before


def test_double_click_opens_the_definition_and_escape_leaves(sheets: Stage) -> None:
    view = sheets.view
    (ident,) = named(sheets, "A1")
    double_click(sheets, "A1")
    assert (view.sheet, view.location(), view.read_only) == ("sheet1", ("test", "A1"), False)
    sheets.home()
    double_click(sheets, "N2_1")
    assert view.location() == ("test", "A1", "N2_1") and view.read_only
    sheets.key(Qt.Key.Key_Escape)
    assert view.location() == ("test", "A1") and view.selection() == tuple(named(sheets, "N2_1"))
    view.leave()
    assert view.location() == ("test",) and view.selection() == (ident,)


def test_leaving_shows_the_sheet_around_as_it_was_left(sheets: Stage) -> None:
    view = sheets.view
    (placed,) = named(sheets, "A1")
    view.fit(animated=False)
    fitted = view.zoom()
    view.zoom_to(1.7 * fitted)
    view.scroll_by(QPoint(30, 20))
    centre = view.centre()
    assert view.open_path(placed) and view.zoom() != pytest.approx(1.7 * fitted), "what is opened is fitted"
    view.leave()
    assert view.zoom() == pytest.approx(1.7 * fitted)
    assert (view.centre() - centre).manhattanLength() * view.zoom() < 4.0, "within pixels"
    view.fit(animated=False)
    assert view.open_path(placed)
    view.leave()
    assert view.zoom() == pytest.approx(fitted), "nobody had moved it"


def test_what_is_drawn_inside_is_drawn_on_the_definition(sheets: Stage) -> None:
    view = sheets.view
    view.open_macro(named(sheets, "A1")[0])
    sheets.home()
    view.place("probe")
    sheets.click(-30, -20)
    view.cancel()
    assert named(sheets, "P1") and "probe" not in {e.type for e in sheets.schematic.top.instances.values()}
    view.select(named(sheets, "N2_1"))
    view.nudge(1, 0)
    view.rotate_selection()
    view.copy()
    view.paste()
    assert len([e for e in view.drawing.sheet.instances.values() if e.type == "neuron"]) == 3
    view.delete_selection()
    assert len([e for e in view.drawing.sheet.instances.values() if e.type == "neuron"]) == 2
    view.edit_text(named(sheets, "N2_2")[0], "name")
    assert view._editor is not None
    view._set_text(named(sheets, "N2_2")[0], "name", "other")
    assert named(sheets, "other")


def test_pins_follow_the_ports(sheets: Stage) -> None:
    schematic, view = sheets.schematic, sheets.view
    (ident,) = named(sheets, "A1")
    port = next(e for e in schematic.sheets["sheet1"].instances.values() if e.parameters.get("net") == "V_out1")
    sheets.desk.do("rename", edits.set_parameter(schematic, "sheet1", port.id, "net", "first"))
    assert "first" in {pin.port.name for pin in view.drawing.blocks[ident].pins}
    wire = next(w for w in schematic.top.wires.values() if End(ident, "first") in w.ends)
    assert wire.id in view.drawing.wires
    sheets.desk.do("delete", wiring.delete(schematic, [port.id], "sheet1"))
    assert "first" not in {pin.port.name for pin in view.drawing.blocks[ident].pins}
    assert wire.id not in view.drawing.wires  # it ends on nothing now, which checking reports
    sheets.desk.history.undo()
    assert wire.id in view.drawing.wires


def test_a_renamed_or_lost_sheet_is_followed(sheets: Stage) -> None:
    view = sheets.view
    (ident,) = named(sheets, "A1")
    view.open_macro(ident)
    sheets.desk.do("rename", rename_sheet(sheets.schematic, "sheet1", "pair"))
    assert view.sheet == "pair" and view.location() == ("test", "A1")
    sheets.desk.do("delete", wiring.delete(sheets.schematic, [ident]))
    assert view.sheet == TOP and view.location() == ("test",)
    assert view.open_sheet("pair") and view.location() == ("test", "pair") and view.where.alone
    view.leave()
    assert view.sheet == TOP and not view.open_sheet("no such sheet")


def test_a_new_sheet_is_placed_once(sheets: Stage) -> None:
    sheets.view.place("sheet")
    sheets.click(-40, -40)
    assert sheets.view.tool() == "select" and "sheet2" in sheets.schematic.sheets
    sheets.view.place("sheet", {"sheet": "sheet1"})
    sheets.click(-40, -10)
    assert sheets.view.tool() == "sheet"
    sheets.view.cancel()
    shown = [e.parameters["sheet"] for e in sheets.schematic.top.instances.values() if e.type == "sheet"]
    assert shown == ["sheet1", "sheet2", "sheet1"]
    sheets.view.open_macro(named(sheets, "A1")[0])
    sheets.view.place("sheet", {"sheet": "sheet1"})
    sheets.click(-40, -10)
    assert sheets.desk.problems[-1].code == "sheet-recursive"


def running(stage: Stage) -> tuple[TrainingRun, Frame]:
    run = prepare(compile_schematic(stage.schematic), stage.schematic, Options((0,)))
    run.advance_rows(5)
    layout = layout_of(run)
    voltages = run.values()[:, 0].copy()
    voltages[run.program.first_state : run.program.first_state + run.program.states] = run.state.y[:, 0]
    reference.evaluate(run.program, voltages[:, None])
    return run, Frame("paused", layout=layout, voltages=voltages, weights=run.weights()[:, 0])


def test_live_values_are_those_of_the_instance_that_was_entered(sheets: Stage) -> None:
    second = edits.place(sheets.schematic, "sheet", (0, 150), parameters={"sheet": "sheet1"})
    sheets.desk.do("place", second)
    one, two = named(sheets, "A1")[0], second[0].key
    for port in ("V_in1", "V_in2"):
        sheets.desk.do("wire", wiring.connect(sheets.schematic, End(one, port), End(two, port)))
    for port in ("I_E1", "I_E2"):
        sheets.desk.do("wire", wiring.connect(sheets.schematic, End(one, port), End(two, port)))
    run, frame = running(sheets)
    sheets.view.show_frame(frame)
    assert sheets.view.look.live is not None
    assert sheets.view.look.live.voltage((one, "V_out1", 1)) is not None
    for ident in (one, two):
        sheets.view.open_macro(ident)
        (neuron,) = named(sheets, "N2_1")
        node = run.circuit.netlist.pins[f"{ident}/{neuron}", "V_out"][0]
        live = sheets.view.look.live
        assert live is not None
        assert live.voltage((neuron, "V_out", 1)) == frame.voltages[run.circuit.node_slot[node]]
        assert sheets.view.chains() == () and sheets.view.look.prefix == f"{ident}/"
        sheets.view.open_macro(neuron)
        part = next(v for v in sheets.view.drawing.blocks.values() if v.instance.name == "C1")
        live = sheets.view.look.live
        assert live is not None and live.voltage((part.instance.id, "V_w", 1)) is not None
        sheets.view.open_location(0)


def test_problems_inside_mark_the_placed_sheet_and_are_revealed(sheets: Stage) -> None:
    view = sheets.view
    (ident,) = named(sheets, "A1")
    view.open_macro(ident)
    (neuron,) = named(sheets, "N2_1")
    wire = next(w for w in view.drawing.sheet.wires.values() if End(neuron, "V_E") in w.ends)
    sheets.desk.do("delete", wiring.delete(sheets.schematic, [wire.id], "sheet1"))
    _, problems = check_schematic(sheets.schematic)
    view.set_problems(problems)
    assert view.look.problems[neuron] == "error"
    view.leave()
    assert view.look.problems[ident] == "error" and neuron not in view.look.problems
    problem = next(problem for problem in problems if problem.where == "A1/N2_1.V_E")
    view.reveal(problem.ids)
    assert view.location() == ("test", "A1") and view.selection() == (neuron,)
    view.reveal((ident,))
    assert view.location() == ("test",) and view.selection() == (ident,)


def test_where_one_was_is_kept(sheets: Stage) -> None:
    view = sheets.view
    view.open_macro(named(sheets, "A1")[0])
    view.open_macro(named(sheets, "N2_2")[0])
    chain = view.where.chain
    view.open_location(0)
    assert view.open_path(chain) and view.location() == ("test", "A1", "N2_2")
    assert not view.open_path("b999/b1")
