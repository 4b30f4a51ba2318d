"""Sheet definitions: their ports on the placed block, rules across the border, and the edits of whole sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.circuit.compile import check_schematic, compile_schematic
from app.document import aann_file, clipboard, edits, wiring
from app.document.cures import cure_of
from app.document.definitions import block_in, chained_names, located, why_not_place
from app.document.fold import fold
from app.document.history import History
from app.document.journal import Journal, replay
from app.document.rules import why_not_connect
from app.document.schematic import TOP, Change, End, Instance, Schematic
from app.document.sheet_edits import delete_sheet, expand, rename_sheet
from app.errors import ProblemError
from tests.circuit.test_sheets import assert_alike, fold_at_random, folded, ids_of, network, paths, twice


def ports(schematic: Schematic, name: str) -> list[str]:
    return [port.name for port in block_in(schematic, placed(schematic, name)).ports]


def placed(schematic: Schematic, name: str) -> Instance:
    return schematic.top.instances[ids_of(schematic, name)[0]]


def test_ports_stand_where_they_stand_on_the_sheet() -> None:
    schematic = twice()
    instance = placed(schematic, "A1")
    symbol = block_in(schematic, instance).symbol_of({"sheet": "unit"})
    sides = {pin.port: pin.side for pin in symbol.pins}
    assert sides["V_in1"] == "left" and sides["V_out"] == "right" and sides["V_E"] == "bottom"
    port = next(e for e in schematic.sheets["unit"].instances.values() if e.parameters.get("net") == "V_out")
    schematic.apply(edits.set_parameter(schematic, "unit", port.id, "width", "3"))
    declared = block_in(schematic, instance).port("V_out")
    assert declared is not None and declared.width == "3"


def test_a_port_is_what_it_leads_to_also_through_sheets() -> None:
    schematic = network()
    folded(schematic, "N2_1", "B2_1")
    folded(schematic, "A1", "N3_1")
    block = block_in(schematic, placed(schematic, "A2"))
    natures = {port.name: (port.direction, port.quantity) for port in block.ports}
    assert natures["V_out"] == ("out", "voltage")
    inner = block_in(schematic, schematic.sheets["sheet2"].instances[ids_of(schematic, "A1", sheet="sheet2")[0]])
    natures |= {f"A1.{port.name}": (port.direction, port.quantity) for port in inner.ports}
    assert natures["A1.I_E"] == ("in", "current") and natures["A1.V_in1"] == ("in", "voltage")
    assert natures["A1.V_out"] == ("out", "voltage")


def test_a_renamed_port_keeps_its_wires() -> None:
    schematic = twice()
    before = schematic.copy()
    port = next(e for e in schematic.sheets["unit"].instances.values() if e.parameters.get("net") == "V_out")
    schematic.apply(edits.set_parameter(schematic, "unit", port.id, "net", "answer"))
    assert "answer" in ports(schematic, "A2")
    assert_alike_by_path(before, schematic)


def assert_alike_by_path(one: Schematic, other: Schematic) -> None:
    assert check_schematic(other)[1] == check_schematic(one)[1]
    assert paths(one) == paths(other)
    a, b = (compile_schematic(entry).program for entry in (one, other))
    assert np.array_equal(a.out, b.out) and np.array_equal(a.a, b.a)


def test_the_rules_look_behind_a_placed_sheets_pins() -> None:
    schematic = twice()
    one, other = (ids_of(schematic, name)[0] for name in ("A1", "A2"))
    problem = why_not_connect(schematic, TOP, End(one, "V_out"), End(other, "V_out"))
    assert problem is not None and problem.code == "two-voltage-outputs" and "A1/N2_1.V_out" in problem.where
    assert why_not_connect(schematic, TOP, End(one, "V_out"), End(other, "gone")) is not None


def test_no_sheet_can_be_placed_on_itself() -> None:
    schematic = twice()
    schematic.apply(edits.place(schematic, "sheet", (0, 300), "other", parameters={"sheet": "unit"}))
    assert why_not_place(schematic, "unit", TOP) is None
    for name, on in (("unit", "unit"), ("other", "unit"), (TOP, "unit")):
        with pytest.raises(ProblemError, match="sheet"):
            edits.place(schematic, "sheet", (0, 0), on, parameters={"sheet": name})


def test_a_sheet_without_a_definition_gets_a_new_one() -> None:
    schematic = Schematic()
    history = History(schematic)
    history.do("place", edits.place(schematic, "sheet", (0, 0)))
    history.do("place", edits.place(schematic, "neuron", (0, 0), "sheet1"))
    history.do("place", edits.place(schematic, "sheet", (0, 20)))
    assert set(schematic.sheets) == {TOP, "sheet1", "sheet2"}
    text = aann_file.dumps(schematic)
    while history.undo():
        pass
    assert aann_file.dumps(schematic) == aann_file.dumps(Schematic())
    while history.redo():
        pass
    assert aann_file.dumps(schematic) == text


def test_rename_and_delete() -> None:
    schematic = twice()
    history = History(schematic)
    text = aann_file.dumps(schematic)
    before = schematic.copy()
    assert history.do("rename", rename_sheet(schematic, "unit", "neuron pair"))
    assert "unit" not in schematic.sheets
    assert_alike_by_path(before, schematic)
    with pytest.raises(ProblemError, match="another sheet has this name"):
        rename_sheet(schematic, "neuron pair", "other")
    with pytest.raises(ProblemError, match="placed as A1, A2"):
        delete_sheet(schematic, "neuron pair")
    history.do("delete", wiring.delete(schematic, ids_of(schematic, "A1", "A2")))
    history.do("delete", delete_sheet(schematic, "neuron pair"))
    assert set(schematic.sheets) == {TOP, "other"}
    while history.undo():
        pass
    assert aann_file.dumps(schematic) == text


@pytest.mark.parametrize("seed", range(12))
def test_expanding_takes_folding_back(seed: int) -> None:
    schematic = network((2, 3, 1), "neuron" if seed % 2 else "multiplier", seed)
    before = schematic.copy()
    fold_at_random(schematic, np.random.default_rng(seed), 1)
    history, text = History(schematic), aann_file.dumps(schematic)
    sheet = next(e.id for e in schematic.top.instances.values() if e.type == "sheet")
    history.do("expand", expand(schematic, sheet))
    assert sorted(paths(before)) == sorted(paths(schematic))
    assert_alike(before, schematic, seed)
    names = [[e.name for e in entry.top.instances.values() if e.type != "label"] for entry in (before, schematic)]
    assert sorted(names[0]) == sorted(names[1])
    history.undo()
    assert aann_file.dumps(schematic) == text


def test_expanding_twice_keeps_names_apart_and_overrides() -> None:
    schematic = twice()
    before = schematic.copy()
    for name in ("A1", "A2"):
        ident = ids_of(schematic, name)[0]
        schematic.apply(edits.set_override(schematic, TOP, ident, "N2_1.gain", "7"))
    for name in ("A1", "A2"):
        schematic.apply(expand(schematic, ids_of(schematic, name)[0]))
    neurons = {e.name: e for e in schematic.top.instances.values() if e.type == "neuron"}
    assert {"N2_1", "A2/N2_1"} <= neurons.keys()
    assert all(neurons[name].parameters["gain"] == "7" for name in ("N2_1", "A2/N2_1"))
    assert len(paths(before)) == len(paths(schematic))


def test_folding_is_one_step_of_undo() -> None:
    schematic = network()
    text = aann_file.dumps(schematic)
    history = History(schematic)
    history.do("Create sheet", fold(schematic, ids_of(schematic, "N2_1", "N2_2", "B2_1")))
    after = aann_file.dumps(schematic)
    history.undo()
    assert aann_file.dumps(schematic) == text
    history.redo()
    assert aann_file.dumps(schematic) == after
    with pytest.raises(ProblemError, match="no block is in it"):
        fold(schematic, ())


def test_definitions_come_along_with_a_copy() -> None:
    source, target = twice(), network((2, 2, 1))
    text = clipboard.copy(source, ids_of(source, "A1"))
    target.apply(clipboard.paste(target, text, (0, 200)))
    assert set(target.sheets) == {TOP, "unit"}
    target.apply(clipboard.paste(target, text, (0, 300)))
    assert set(target.sheets) == {TOP, "unit"}  # the same definition is not brought twice
    inner = next(iter(target.sheets["unit"].instances.values()))
    target.apply(edits.set_parameter(target, "unit", ids_of(target, "N2_1", sheet="unit")[0], "gain", "9"))
    target.apply(clipboard.paste(target, text, (0, 400)))
    assert set(target.sheets) == {TOP, "unit", "unit1"} and inner.id not in target.top.instances
    shown = [e.parameters["sheet"] for e in target.top.instances.values() if e.type == "sheet"]
    assert shown == ["unit", "unit", "unit1"]
    assert aann_file.dumps(aann_file.loads(aann_file.dumps(target), "x").schematic) == aann_file.dumps(target)
    with pytest.raises(ProblemError, match="contain itself"):
        clipboard.paste(source, text, (0, 0), "unit")


def test_places_by_chains() -> None:
    schematic = twice()
    ident = f"{ids_of(schematic, 'A2')[0]}/{ids_of(schematic, 'N2_1', sheet='unit')[0]}"
    found = located(schematic, ident)
    assert found is not None and found[0] == "unit" and found[1].name == "N2_1"
    assert chained_names(schematic, ident) == ["A2", "N2_1"]
    assert located(schematic, "b9999/b1") is None


def test_cures_reach_into_sheets() -> None:
    schematic = twice()
    ident = ids_of(schematic, "A1")[0]
    schematic.apply(edits.set_override(schematic, TOP, ident, "N2_1.gain", "never"))
    schematic.apply(edits.set_override(schematic, TOP, ident, "N2_1/Mf1.K_m", "neither"))
    neuron = ids_of(schematic, "N2_1", sheet="unit")[0]
    wire = next(w for w in schematic.sheets["unit"].wires.values() if End(neuron, "V_E") in w.ends)
    schematic.apply([Change("wires", wire.id, wire, None, "unit")])
    for _ in range(3):
        _, problems = check_schematic(schematic)
        cures = [cure for problem in problems if problem.severity == "error" and (cure := cure_of(schematic, problem))]
        if not cures:
            break
        schematic.apply(cures[0].changes())
    assert placed(schematic, "A1").overrides == {}
    _, problems = check_schematic(schematic)
    assert "parameter-invalid" not in {problem.code for problem in problems}


def test_a_file_with_sheets_is_read_strictly() -> None:
    text = aann_file.dumps(twice()).replace('"type": "sheet_port"', '"type": 7', 1)
    with pytest.raises(ProblemError, match=r"design\.sheets\.(unit|other)\.instances"):
        aann_file.loads(text, "test")


def test_a_hidden_layer_as_a_sheet_has_no_problem() -> None:
    schematic = network((2, 3, 2))
    folded(schematic, "N2_1", "N2_2", "N2_3", "B2_1", "B2_2", "B2_3")
    _, problems = check_schematic(schematic)
    assert [problem for problem in problems if problem.severity != "note"] == []


def test_a_journal_brings_back_what_was_done_with_sheets(tmp_path: Path) -> None:
    schematic = network()
    journal, history = Journal(aann_file.Document(schematic), None, tmp_path), History(schematic)
    history.do("Place", edits.place(schematic, "probe", (0, 0)))
    history.do("Create sheet", fold(schematic, ids_of(schematic, "N2_1", "N2_2")))
    history.do("Rename sheet", rename_sheet(schematic, "sheet1", "pair"))
    history.do("Gain", edits.set_parameter(schematic, "pair", ids_of(schematic, "N2_1", sheet="pair")[0], "gain", "9"))
    for step in (history.undo, history.undo, history.redo, history.redo):
        assert step()
    journal.flush()
    assert aann_file.dumps(replay(journal.path).schematic) == aann_file.dumps(schematic)
    journal.close()
