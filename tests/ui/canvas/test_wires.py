"""Wires by mouse: corners, junctions, free ends, taking back, refusals, dragging stretches, what deleting leaves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from app.document.schematic import End
from tests.ui.canvas.stage import Stage


def orthogonal(points: tuple[tuple[int, int], ...]) -> bool:
    return all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))


@pytest.fixture
def pair(stage: Stage) -> tuple[Stage, str, str]:
    """A source at the left, a multiplier at the right and lower."""
    return stage, stage.add("dc", (0, 0)), stage.add("multiplier", (30, 16))


def test_corners_that_were_clicked_stay_where_they_are(pair: tuple[Stage, str, str]) -> None:
    stage, source, multiplier = pair
    before = stage.dump()
    stage.click(5, 2)
    stage.click(12, 2)
    stage.click(12, 30)
    stage.click(30, 18)
    (wire,) = stage.wires()
    assert wire.ends == (End(source, "V"), End(multiplier, "V1"))
    assert (12, 2) in wire.corners and (12, 30) in wire.corners
    assert orthogonal(stage.route(wire.id))
    assert stage.desk.history.undo() and stage.dump() == before


def test_backspace_takes_back_the_last_corner_then_the_wire(pair: tuple[Stage, str, str]) -> None:
    stage, _, _ = pair
    before = stage.dump()
    stage.click(5, 2)
    stage.click(12, 2)
    stage.click(12, 30)
    stage.key(Qt.Key.Key_Backspace)
    stage.click(30, 18)
    (wire,) = stage.wires()
    assert (12, 2) in wire.corners and (12, 30) not in wire.corners
    stage.undo_to(before)
    stage.click(5, 2)
    stage.key(Qt.Key.Key_Backspace)
    assert stage.view.tool() == "select" and stage.dump() == before


def test_escape_gives_the_wire_up(pair: tuple[Stage, str, str]) -> None:
    stage, _, _ = pair
    before = stage.dump()
    stage.click(5, 2)
    stage.click(12, 2)
    stage.key(Qt.Key.Key_Escape)
    stage.click(40, 40)
    assert stage.dump() == before and stage.view.tool() == "select"


def test_the_wire_tool_stays_and_needs_escape_twice(pair: tuple[Stage, str, str]) -> None:
    stage, source, _ = pair
    second = stage.add("multiplier", (30, 30))
    stage.view.start_tool("wire")
    stage.click(5, 2)
    stage.click(30, 18)
    assert stage.view.tool() == "wire"
    stage.click(30, 32)
    stage.key(Qt.Key.Key_Escape)
    assert stage.view.tool() == "wire"
    stage.key(Qt.Key.Key_Escape)
    assert stage.view.tool() == "select"
    assert [wire.ends[0] for wire in stage.wires()] == [End(source, "V")]
    assert second not in {end.item for wire in stage.wires() for end in wire.ends}


def test_double_click_ends_free_and_the_wire_goes_on_from_there(pair: tuple[Stage, str, str]) -> None:
    stage, source, multiplier = pair
    stage.click(5, 2)
    stage.double_click(14, 6)
    (junction,) = stage.schematic.top.junctions.values()
    assert junction.at == (14, 6)
    stage.view.start_tool("wire")
    stage.click(14, 6)
    stage.click(30, 18)
    assert {end.item for wire in stage.wires() for end in wire.ends} == {source, multiplier, junction.id}


def test_a_wire_onto_a_wire_makes_a_junction_and_a_dot(pair: tuple[Stage, str, str]) -> None:
    stage, source, multiplier = pair
    stage.join(End(source, "V"), End(multiplier, "V1"), (20, 2), (20, 18))
    third = stage.add("multiplier", (30, 30))
    before = stage.dump()
    stage.click(30, 32)
    stage.click(20, 12)
    (junction,) = stage.schematic.top.junctions.values()
    assert junction.at == (20, 12) and len(stage.wires()) == 3
    assert list(stage.view.drawing.dots([junction.id])) == [(20, 12)]
    assert third in {end.item for wire in stage.wires() for end in wire.ends}
    assert stage.desk.history.undo() and stage.dump() == before


def test_crossing_wires_make_no_junction(stage: Stage) -> None:
    left, right = stage.add("dc", (0, 10)), stage.add("multiplier", (30, 10))
    top, bottom = stage.add("dc", (0, 30)), stage.add("multiplier", (30, 0))
    stage.drag((5, 12), (30, 12))
    stage.drag((5, 32), (20, 20), (30, 2))
    assert len(stage.wires()) == 2 and not stage.schematic.top.junctions
    assert {wire.ends[0].item for wire in stage.wires()} == {left, top}
    assert {wire.ends[1].item for wire in stage.wires()} == {right, bottom}


def test_a_single_wire_on_a_bus_pin_takes_the_next_free_index(stage: Stage) -> None:
    neuron = stage.add("neuron", (20, 0), inputs="12")
    first, second = stage.add("dc", (0, 0)), stage.add("dc", (0, 12))
    stage.drag((5, 2), (20, 4))
    stage.drag((5, 14), (20, 4))
    ends = {wire.ends[0].item: wire.ends[1] for wire in stage.wires()}
    assert ends == {first: End(neuron, "V_in", 1, 1), second: End(neuron, "V_in", 2, 2)}


def test_a_refused_end_says_why_while_the_wire_is_drawn(stage: Stage, hints: list[str]) -> None:
    stage.add("dc", (0, 0))
    stage.add("dc", (0, 12))
    stage.add("multiplier", (30, 0))
    before = stage.dump()
    stage.press(5, 2)
    stage.move(5, 14)
    assert "two voltage outputs" in hints[-1]
    assert stage.painted("error", 5, 14), "the refused pin has no ring"
    stage.move(12, 20)
    assert "two voltage outputs" not in hints[-1] and not stage.painted("error", 5, 14)
    stage.move(30, 2)
    assert stage.painted("good", 30, 2), "the allowed pin has no ring"
    stage.key(Qt.Key.Key_Escape)
    stage.release(12, 20)
    assert stage.dump() == before


def test_right_to_left_wires_stay_orthogonal(stage: Stage) -> None:
    neuron, later = stage.add("neuron", (20, 0)), stage.add("neuron", (60, 0))
    type2 = stage.add("type2", (40, 6))
    stage.drag((63, 9), (50, 12), (46, 8))
    stage.drag((40, 8), (35, 9), (29, 9))
    for wire in stage.wires():
        route = stage.route(wire.id)
        assert orthogonal(route)
        for a, b in pairwise(route):
            assert not passes(a, b, stage.view.drawing.blocks[neuron].box), route
            assert not passes(a, b, stage.view.drawing.blocks[later].box), route
    assert {end.item for wire in stage.wires() for end in wire.ends} == {neuron, later, type2}


def passes(a: tuple[int, int], b: tuple[int, int], box: tuple[int, int, int, int]) -> bool:
    """Does a stretch go through the inside of a box?"""
    left, top, right, bottom = box
    return (
        min(a[0], b[0]) < right
        and max(a[0], b[0]) > left
        and min(a[1], b[1]) < bottom
        and max(a[1], b[1]) > top
        and not (a[0] == b[0] and a[0] in (left, right))
        and not (a[1] == b[1] and a[1] in (top, bottom))
    )


def test_dragging_a_stretch_moves_its_corners(pair: tuple[Stage, str, str]) -> None:
    stage, source, multiplier = pair
    wire = stage.join(End(source, "V"), End(multiplier, "V1"), (20, 2), (20, 18))
    before = stage.dump()
    stage.drag((20, 10), (18, 10), (12, 10))
    assert stage.schematic.top.wires[wire].corners == ((12, 2), (12, 18))
    assert stage.desk.history.undo() and stage.dump() == before
    stage.press(20, 10)
    stage.move(14, 10)
    stage.key(Qt.Key.Key_Escape)
    stage.release(14, 10)
    assert stage.dump() == before and stage.route(wire)[1] == (20, 2)


def test_dragging_a_straight_wire_keeps_stubs_at_its_pins(stage: Stage) -> None:
    source, multiplier = stage.add("dc", (0, 0)), stage.add("multiplier", (30, 0))
    wire = stage.join(End(source, "V"), End(multiplier, "V1"))
    stage.drag((18, 2), (18, 5), (18, 8))
    assert stage.route(wire) == ((5, 2), (7, 2), (7, 8), (28, 8), (28, 2), (30, 2))


def test_moving_a_block_keeps_placed_corners(pair: tuple[Stage, str, str]) -> None:
    stage, source, multiplier = pair
    wire = stage.join(End(source, "V"), End(multiplier, "V1"), (12, 2), (12, 26), (24, 26), (24, 18))
    stage.drag((33, 18), (34, 20), (36, 22))
    assert stage.block(multiplier).at == (33, 20)
    route = stage.route(wire)
    assert (12, 2) in route and (12, 26) in route and orthogonal(route)


def test_deleting_heals(pair: tuple[Stage, str, str]) -> None:
    stage, source, multiplier = pair
    stage.join(End(source, "V"), End(multiplier, "V1"), (20, 2), (20, 18))
    third = stage.add("multiplier", (30, 30))
    stage.click(30, 32)
    stage.click(20, 12)
    before = stage.dump()
    stage.click(33, 32)
    assert stage.view.selection() == (third,)
    stage.key(Qt.Key.Key_Delete)
    (wire,) = stage.wires()
    assert {end.item for end in wire.ends} == {source, multiplier} and not stage.schematic.top.junctions
    assert stage.desk.history.undo() and stage.dump() == before
