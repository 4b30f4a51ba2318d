"""Edits of elements, wires and selections: what a person expects to see on the sheet."""

from __future__ import annotations

import itertools
import json

import pytest

from app.document import aann_file, arrange, clipboard, edits, wiring
from app.document.dataset import XOR
from app.document.edits import Changes
from app.document.nets import nets_of
from app.document.placement import pin_at
from app.document.schematic import TOP, End, Instance, Junction, Point, Schematic, Wire
from app.document.wiring import Free, OnWire, end_point
from app.errors import ProblemError
from blocks import discover

PINS = ("V1", "V2", "I")


def multipliers(count: int) -> Schematic:
    """b1 .. bn in a row, 20 apart."""
    schematic = Schematic()
    for number in range(count):
        schematic.apply(edits.place(schematic, "multiplier", (20 * number, 0)))
    return schematic


def wire(schematic: Schematic, a: wiring.WireEnd, b: wiring.WireEnd, *corners: Point) -> str:
    changes = wiring.connect(schematic, a, b, corners)
    schematic.apply(changes)
    return changes[-1].key


def code(caught: pytest.ExceptionInfo[ProblemError]) -> str:
    return caught.value.problems[0].code


# -- elements --------------------------------------------------------------------------------------------


def test_place_names_and_numbers() -> None:
    schematic = multipliers(2)
    first, second = schematic.top.instances.values()
    assert (first.name, second.name) == ("M1", "M2")
    assert first.id != second.id
    with pytest.raises(ProblemError) as caught:
        edits.place(schematic, "multiplier", (2_000_000, 0))
    assert code(caught) == "off-sheet"


def test_parameters_and_overrides() -> None:
    schematic = multipliers(1)
    schematic.apply(edits.set_parameter(schematic, TOP, "b1", "K_m", "five"))
    schematic.apply(edits.set_override(schematic, TOP, "b1", "Mf1.V_off", "5m"))
    assert schematic.top.instances["b1"].parameters == {"K_m": "five"}
    assert schematic.top.instances["b1"].overrides == {"Mf1.V_off": "5m"}
    schematic.apply(edits.set_parameter(schematic, TOP, "b1", "K_m", None))
    schematic.apply(edits.set_override(schematic, TOP, "b1", "Mf1.V_off", None))
    assert not schematic.top.instances["b1"].parameters and not schematic.top.instances["b1"].overrides


def test_rename() -> None:
    schematic = multipliers(2)
    schematic.apply(edits.rename(schematic, TOP, "b1", " N2_1/Mf0 "))
    assert schematic.top.instances["b1"].name == "N2_1/Mf0"
    for name, expected in (("M2", "duplicate-name"), ("", "name-invalid"), ("a\nb", "name-invalid")):
        with pytest.raises(ProblemError) as caught:
            edits.rename(schematic, TOP, "b1", name)
        assert code(caught) == expected
    assert edits.rename(schematic, TOP, "b2", "M2")[0].before == edits.rename(schematic, TOP, "b2", "M2")[0].after


def test_document_tables() -> None:
    schematic = Schematic()
    schematic.apply(edits.set_document_parameter(schematic, "c0", "0.1p"))
    schematic.apply(edits.set_setting(schematic, "seed", "3"))
    schematic.apply(edits.set_dataset(schematic, "xor", XOR))
    schematic.apply(edits.add_sheet(schematic, "Filter 1"))
    assert (schematic.parameters, schematic.setting("seed")) == ({"c0": "0.1p"}, "3")
    schematic.apply(edits.place(schematic, "multiplier", (0, 0), "Filter 1"))
    assert len(schematic.sheets["Filter 1"].instances) == 1
    for edit in (
        lambda: edits.set_document_parameter(schematic, "2c", "1"),
        lambda: edits.set_dataset(schematic, "", XOR),
        lambda: edits.add_sheet(schematic, "top"),
    ):
        with pytest.raises(ProblemError) as caught:
            edit()
        assert code(caught) == "name-invalid"
    schematic.apply(edits.set_document_parameter(schematic, "c0", None))
    schematic.apply(edits.set_setting(schematic, "seed", None))
    assert not schematic.parameters and schematic.setting("seed") == "0"


# -- wires --------------------------------------------------------------------------------------------


def test_connect_refuses_with_the_rules_sentence() -> None:
    schematic = multipliers(2)
    wire(schematic, End("b1", "I"), End("b2", "I"))
    with pytest.raises(ProblemError) as caught:
        wire(schematic, End("b1", "I"), End("b2", "I"))
    assert code(caught) == "already-connected"


def test_joining_a_wire_in_passing_splits_it() -> None:
    schematic = multipliers(3)
    ident = wire(schematic, End("b1", "V1"), End("b2", "V1"), (-5, 2), (-5, -10), (15, -10), (15, 2))
    wire(schematic, End("b3", "V1"), OnWire(ident, (4, -10)), (35, 2))
    (junction,) = schematic.top.junctions.values()
    assert junction.at == (4, -10)
    first, second, third = schematic.top.wires.values()
    assert (first.id, first.ends, first.corners) == (
        ident, (End("b1", "V1"), End(junction.id)), ((-5, 2), (-5, -10)),
    )  # fmt: skip
    assert (second.ends, second.corners) == ((End(junction.id), End("b2", "V1")), ((15, -10), (15, 2)))
    assert third.ends == (End("b3", "V1"), End(junction.id))
    nets = nets_of(schematic, TOP)
    assert len({nets.net((block, "V1", 1)) for block in ("b1", "b2", "b3")}) == 1


def test_joining_at_a_corner_leaves_no_corner_under_the_junction() -> None:
    schematic = multipliers(3)
    ident = wire(schematic, End("b1", "V1"), End("b2", "V1"), (-5, 2), (-5, -10))
    wire(schematic, OnWire(ident, (-5, -10)), End("b3", "V1"))
    assert [entry.corners for entry in schematic.top.wires.values()][:2] == [((-5, 2),), ()]


def test_a_wire_may_join_two_wires_but_not_one_to_itself() -> None:
    schematic = multipliers(4)
    one = wire(schematic, End("b1", "V1"), End("b2", "V1"))
    two = wire(schematic, End("b3", "V1"), End("b4", "V1"))
    with pytest.raises(ProblemError) as caught:
        wire(schematic, OnWire(one, (5, 2)), OnWire(one, (9, 2)))
    assert code(caught) == "same-pin"
    wire(schematic, OnWire(one, (10, 2)), OnWire(two, (50, 2)))
    assert (len(schematic.top.junctions), len(schematic.top.wires)) == (2, 5)


def test_a_wire_may_end_in_the_open() -> None:
    schematic = multipliers(1)
    wire(schematic, End("b1", "I"), Free((12, 2)))
    (junction,) = schematic.top.junctions.values()
    assert (junction.at, junction.width) == ((12, 2), 1)


def test_a_bus_is_split_by_a_bus_junction() -> None:
    schematic = Schematic()
    schematic.top.junctions = {ident: Junction(ident, (20 * number, 0), 4) for number, ident in enumerate(("j1", "j2"))}
    schematic.top.junctions["j3"] = Junction("j3", (10, 10), 4)
    schematic.reserve_ids()
    ident = wire(schematic, End("j1", "", 1, 4), End("j2", "", 1, 4))
    wire(schematic, OnWire(ident, (10, 0)), End("j3", "", 1, 4))
    middle = next(junction for junction in schematic.top.junctions.values() if junction.at == (10, 0))
    assert middle.width == 4
    assert schematic.top.wires[ident].ends[1] == End(middle.id, "", 1, 4)


def tee() -> tuple[Schematic, str]:
    """Three multipliers whose V1 meet at a junction at (10, -10)."""
    schematic = multipliers(3)
    ident = wire(schematic, End("b1", "V1"), End("b2", "V1"), (-5, 2), (-5, -10), (15, -10), (15, 2))
    wire(schematic, OnWire(ident, (10, -10)), End("b3", "V1"), (10, -20), (35, -20))
    return schematic, ident


def test_deleting_a_block_heals_the_tee() -> None:
    schematic, ident = tee()
    schematic.apply(wiring.delete(schematic, ["b3"]))
    assert not schematic.top.junctions
    (left,) = schematic.top.wires.values()
    assert (left.id, left.ends) == (ident, (End("b1", "V1"), End("b2", "V1")))
    assert left.corners == ((-5, 2), (-5, -10), (15, -10), (15, 2)), "the straight run needs no corner at the junction"


def test_deleting_a_branch_keeps_the_bend_of_the_rest() -> None:
    schematic, _ = tee()
    schematic.apply(wiring.delete(schematic, ["b2"]))
    (left,) = schematic.top.wires.values()
    assert left.ends == (End("b1", "V1"), End("b3", "V1"))
    assert left.corners == ((-5, 2), (-5, -10), (10, -10), (10, -20), (35, -20))


def test_deleting_two_of_three_leaves_no_stub() -> None:
    schematic, _ = tee()
    schematic.apply(wiring.delete(schematic, ["b2", "b3"]))
    assert not schematic.top.junctions and not schematic.top.wires
    assert list(schematic.top.instances) == ["b1"]


def test_deleting_a_junction_takes_its_wires() -> None:
    schematic, _ = tee()
    (junction,) = schematic.top.junctions
    schematic.apply(wiring.delete(schematic, [junction]))
    assert not schematic.top.junctions and not schematic.top.wires and len(schematic.top.instances) == 3


def test_a_chain_of_junctions_collapses() -> None:
    schematic = multipliers(2)
    for number in range(1, 6):
        schematic.top.junctions[f"j{number}"] = Junction(f"j{number}", (5 * number, 9))
    ends = [End("b1", "V1"), *(End(f"j{number}") for number in range(1, 6)), End("b2", "V1")]
    for number, pair in enumerate(itertools.pairwise(ends), start=1):
        schematic.top.wires[f"w{number}"] = Wire(f"w{number}", pair)
    schematic.reserve_ids()
    schematic.revision += 1
    schematic.apply(wiring.delete(schematic, ["w3"]))
    assert not schematic.top.wires and not schematic.top.junctions, "both halves would lead nowhere"


def test_strands_of_a_bus_are_not_joined() -> None:
    schematic = multipliers(3)
    schematic.top.junctions["j1"] = Junction("j1", (5, 9), 2)
    for number, index in ((1, 1), (2, 2), (3, 1)):
        ends = (End(f"b{number}", "V1"), End("j1", "", index, index))
        schematic.top.wires[f"w{number}"] = Wire(f"w{number}", ends)
    schematic.reserve_ids()
    schematic.revision += 1
    schematic.apply(wiring.delete(schematic, ["b3"]))
    assert set(schematic.top.wires) == {"w1", "w2"} and set(schematic.top.junctions) == {"j1"}


# -- selections --------------------------------------------------------------------------------------------


def pin_places(schematic: Schematic) -> dict[tuple[str, str], Point]:
    symbols = {i.id: (i, discover.block(i.type).symbol) for i in schematic.top.instances.values()}
    return {
        (ident, pin.port): pin_at(instance, symbol, pin)
        for ident, (instance, symbol) in symbols.items()
        for pin in symbol.pins
    }


def turned_drawing() -> tuple[Schematic, list[str]]:
    schematic, ident = tee()
    schematic.apply(arrange.rotate(schematic, ["b2"]))
    schematic.apply(arrange.mirror(schematic, ["b3"]))
    return schematic, ["b1", "b2", "b3", *schematic.top.junctions, ident]


def test_move_keeps_wires_attached() -> None:
    schematic, ident = tee()
    (junction,) = schematic.top.junctions
    before = {entry.id: entry for entry in schematic.top.wires.values()}
    schematic.apply(arrange.move(schematic, ["b1", junction], 3, -2))
    assert schematic.top.instances["b1"].at == (3, -2)
    assert schematic.top.junctions[junction].at == (13, -12)
    assert schematic.top.wires[ident].corners == ((-2, 0), (-2, -12)), "between two moved ends"
    for other in before.keys() - {ident}:
        assert schematic.top.wires[other] == before[other], "towards what stays"
    with pytest.raises(ProblemError) as caught:
        arrange.move(schematic, ["b1"], 10**6, 0)
    assert code(caught) == "off-sheet"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_four_quarter_turns_are_the_identity(count: int) -> None:
    schematic, idents = turned_drawing()
    before = aann_file.dumps(schematic)
    seen = set()
    for _ in range(4):
        schematic.apply(arrange.rotate(schematic, idents[:count]))
        seen.add(aann_file.dumps(schematic))
    assert aann_file.dumps(schematic) == before
    assert len(seen) == 4


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("vertical", [False, True])
def test_mirroring_twice_is_the_identity(count: int, vertical: bool) -> None:
    schematic, idents = turned_drawing()
    before = aann_file.dumps(schematic)
    schematic.apply(arrange.mirror(schematic, idents[:count], vertical))
    assert aann_file.dumps(schematic) != before
    schematic.apply(arrange.mirror(schematic, idents[:count], vertical))
    assert aann_file.dumps(schematic) == before


def rigid(edit: Changes, schematic: Schematic) -> tuple[dict[tuple[str, str], Point], dict[tuple[str, str], Point]]:
    before = pin_places(schematic)
    schematic.apply(edit)
    return before, pin_places(schematic)


def test_pins_turn_as_one_rigid_picture() -> None:
    """Every pin of the selection goes where the same map takes it: (x, y) -> (c - y, d + x)."""
    schematic, idents = turned_drawing()
    before, after = rigid(arrange.rotate(schematic, idents), schematic)
    assert len({(after[pin][0] + before[pin][1], after[pin][1] - before[pin][0]) for pin in before}) == 1
    before, after = rigid(arrange.mirror(schematic, idents), schematic)
    assert {after[pin][1] - before[pin][1] for pin in before} == {0}
    assert len({after[pin][0] + before[pin][0] for pin in before}) == 1
    before, after = rigid(arrange.mirror(schematic, idents, vertical=True), schematic)
    assert {after[pin][0] - before[pin][0] for pin in before} == {0}
    assert len({after[pin][1] + before[pin][1] for pin in before}) == 1


def test_junctions_and_corners_turn_with_the_pins() -> None:
    schematic, idents = turned_drawing()
    before, after = rigid(arrange.rotate(schematic, idents), schematic)
    x, y = before["b1", "V1"]
    c, d = after["b1", "V1"][0] + y, after["b1", "V1"][1] - x
    (junction,) = schematic.top.junctions.values()
    assert junction.at == (c + 10, d + 10)
    assert schematic.top.wires[idents[-1]].corners[0] == (c - 2, d - 5)


def test_ends_lie_on_their_pins() -> None:
    schematic, _ = turned_drawing()
    nets = nets_of(schematic, TOP)
    for (ident, port), place in pin_places(schematic).items():
        assert end_point(nets, End(ident, port)) == place
    assert end_point(nets, End("b1", "nowhere")) is None
    assert end_point(nets, End("b99", "V1")) is None


# -- clipboard --------------------------------------------------------------------------------------------


def test_copy_and_paste() -> None:
    schematic, ident = tee()
    (junction,) = schematic.top.junctions
    schematic.apply(edits.set_parameter(schematic, TOP, "b1", "K_m", "2*k0"))
    schematic.apply(edits.set_document_parameter(schematic, "k0", "k1/2"))
    schematic.apply(edits.set_document_parameter(schematic, "k1", "1u"))
    schematic.apply(edits.set_document_parameter(schematic, "unused", "1"))
    text = clipboard.copy(schematic, ["b1", "b2", junction])
    assert len(json.loads(text)["design"]["sheets"]["top"]["wires"]) == 2, "the wire to b3 is left behind"
    other = multipliers(1)
    other.apply(clipboard.paste(other, text, (100, 50)))
    assert [entry.name for entry in other.top.instances.values()] == ["M1", "M3", "M2"] or sorted(
        entry.name for entry in other.top.instances.values()
    ) == ["M1", "M2", "M3"]
    assert other.parameters == {"k0": "k1/2", "k1": "1u"}
    (pasted,) = other.top.junctions.values()
    assert pasted.at == (110, 40)
    corners = {entry.corners for entry in other.top.wires.values()}
    assert tuple((x + 100, y + 50) for x, y in schematic.top.wires[ident].corners) in corners
    aann_file.loads(aann_file.dumps(other))


def test_duplicates_have_new_ids_and_names() -> None:
    schematic, _ = tee()
    for _ in range(3):
        schematic.apply(clipboard.duplicate(schematic, ["b1", "b2", "b3", *schematic.top.junctions]))
    names = [entry.name for entry in schematic.top.instances.values()]
    assert len(names) == len(set(names)) == 12
    assert aann_file.loads(aann_file.dumps(schematic)).problems == ()


def test_a_copied_probe_has_a_trace_of_its_own() -> None:
    schematic = Schematic()
    schematic.apply(edits.place(schematic, "probe", (0, 0)))
    schematic.apply(clipboard.duplicate(schematic, list(schematic.top.instances)))
    assert sorted(entry.name for entry in schematic.top.instances.values()) == ["P1", "P2"]


@pytest.mark.parametrize("text", ["", "hello", "{}", '{"aann": 9}', "[" * 1000, '{"aann": 1, "design": {}}'])
def test_other_texts_are_not_pasted(text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        clipboard.paste(Schematic(), text)
    assert caught.value.problems[0].where.startswith("clipboard")


def test_unknown_blocks_can_be_edited() -> None:
    schematic = multipliers(1)
    schematic.top.instances["b90"] = Instance("b90", "memristor", "X1", (7, 7))
    schematic.reserve_ids()
    for edit in (
        arrange.move(schematic, ["b90", "b1"], 1, 1),
        arrange.rotate(schematic, ["b90"]),
        clipboard.duplicate(schematic, ["b90"]),
        wiring.delete(schematic, ["b90"]),
    ):
        assert edit
