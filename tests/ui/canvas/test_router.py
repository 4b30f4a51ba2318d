"""Routes: orthogonal, straight out of pins, round blocks, not along other wires, through corners a person placed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.document.schematic import Point
from app.ui.canvas.router import route
from blocks.symbol import Side

places = st.tuples(st.integers(-40, 40), st.integers(-40, 40))
sides: st.SearchStrategy[Side | None] = st.sampled_from(["left", "right", "top", "bottom", None])


@given(places, places, st.lists(places, max_size=3), sides, sides)
def test_any_route_is_orthogonal_and_passes_its_corners(
    start: Point, stop: Point, corners: list[Point], leaves: Side | None, enters: Side | None
) -> None:
    points = route(start, stop, corners, leaves, enters)
    assert points[0] == start and points[-1] == stop
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    assert all(dx == 0 or dy == 0 or (corners and abs(dx) == abs(dy) == 1) for dx, dy in steps)
    for corner in corners:
        assert any(on(corner, a, b) for a, b in pairwise(points)) or corner in points


def on(point: tuple[int, int], a: tuple[int, int], b: tuple[int, int]) -> bool:
    (x, y), (ax, ay), (bx, by) = point, a, b
    return (ax == bx == x and min(ay, by) <= y <= max(ay, by)) or (ay == by == y and min(ax, bx) <= x <= max(ax, bx))


def test_pins_that_look_at_each_other_are_joined_by_one_step() -> None:
    assert route((0, 0), (20, 6), (), "right", "left") == ((0, 0), (10, 0), (10, 6), (20, 6))
    assert route((0, 0), (20, 0), (), "right", "left") == ((0, 0), (20, 0))


def test_it_leaves_and_enters_pins_straight() -> None:
    points = route((0, 0), (-20, 6), (), "right", "left")
    assert points[1][0] > 0 and points[1][1] == 0
    assert points[-2][0] < -20 and points[-2][1] == 6


def test_it_goes_round_blocks() -> None:
    box = (8, -4, 14, 10)
    for a, b in pairwise(route((0, 0), (24, 3), (), "right", "left", [box])):
        inside = min(a[0], b[0]) < 14 and max(a[0], b[0]) > 8 and min(a[1], b[1]) < 10 and max(a[1], b[1]) > -4
        assert not inside


def test_it_does_not_run_along_another_wire() -> None:
    taken = [((10, -20), (10, 20))]
    points = route((0, 0), (20, 6), (), "right", "left", (), taken)
    assert all(a[0] != 10 or b[0] != 10 for a, b in pairwise(points))
    assert len(points) == 4
