"""Faulty drawings load, stay editable, are reported with block, port and cure, and following the cure mends them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from app.circuit.compile import check_schematic, compile_schematic
from app.document import aann_file
from app.document.history import History
from app.document.schematic import TOP, Change
from app.errors import ProblemError
from tests.drawing import Drawing

Edit = Callable[[Drawing], None]


def floating(draw: Drawing) -> None:
    draw.add("multiplier", "M7")
    draw.add("bias", "V1")
    draw.wire("V1.V", "M7.V1")


def two_outputs(draw: Drawing) -> None:
    draw.add("dc", "V1")
    draw.add("dc", "V2")
    draw.wire("V1.V", "V2.V")


def nowhere(draw: Drawing) -> None:
    draw.add("multiplier", "M1")
    draw.add("bias", "V1")
    for pin in ("V1", "V2"):
        draw.wire("V1.V", f"M1.{pin}")
    draw.add("multiplier", "M2")
    draw.wire("M1.I", "M2.V1")
    draw.wire("V1.V", "M2.V2")


def loop(draw: Drawing) -> None:
    draw.add("sigmoid", "S1")
    draw.add("multiplier", "M1")
    draw.add("bias", "V1")
    draw.wire("M1.I", "S1.I_in")
    draw.wire("S1.V_out", "M1.V1")
    draw.wire("V1.V", "M1.V2")


def wire(a: str, b: str) -> Edit:
    def mend(draw: Drawing) -> None:
        draw.wire(a, b)

    return mend


def disconnect(draw: Drawing) -> None:
    for key, found in list(draw.schematic.top.wires.items()):
        draw.schematic.apply([Change("wires", key, found, None, TOP)])


def resistor(draw: Drawing) -> None:
    draw.add("resistor", "R1")
    draw.wire("R1.I", "M1.I")


def capacitor(draw: Drawing) -> None:
    draw.add("weight", "C1")
    draw.wire("C1.I_charge", "M1.I")


CASES = [
    pytest.param(floating, "floating-input", ["M7.V2"], wire("V1.V", "M7.V2"), id="floating input"),
    pytest.param(two_outputs, "two-voltage-outputs", ["V1.V", "V2.V"], disconnect, id="two outputs"),
    pytest.param(nowhere, "current-nowhere", ["M1.I"], resistor, id="current with nowhere to go"),
    pytest.param(loop, "algebraic-loop", ["S1", "M1"], capacitor, id="loop"),
]


@pytest.mark.parametrize(("draw_fault", "code", "places", "mend"), CASES)
def test_loads_is_reported_and_can_be_mended(
    tmp_path: Path, draw_fault: Edit, code: str, places: list[str], mend: Edit
) -> None:
    draw = Drawing()
    draw_fault(draw)
    aann_file.save(tmp_path / "a.aann", aann_file.Document(draw.schematic))
    loaded = aann_file.load(tmp_path / "a.aann").schematic
    circuit, problems = check_schematic(loaded)
    assert circuit is None
    [problem] = [problem for problem in problems if problem.code == code]
    assert all(place in problem.where for place in places)
    assert problem.found and problem.cure
    assert set(problem.ids) >= {draw.ids[place.split(".")[0]] for place in places}
    with pytest.raises(ProblemError):
        compile_schematic(loaded)
    draw.schematic = loaded
    mend(draw)
    circuit, problems = check_schematic(loaded)
    assert circuit is not None
    assert code not in {problem.code for problem in problems}


@pytest.mark.parametrize("draw_fault", [case.values[0] for case in CASES])
def test_faulty_drawings_are_edited_and_undone_as_any_other(draw_fault: Edit) -> None:
    draw = Drawing()
    draw_fault(draw)
    schematic = draw.schematic
    before = aann_file.dumps(schematic)
    history = History(schematic)
    for number, instance in enumerate(list(schematic.top.instances.values())):
        moved = dataclasses.replace(instance, name=f"Other{number}", at=(100, 10 * number), rotation=90, mirrored=True)
        assert history.do("Move", [Change("instances", instance.id, instance, moved, TOP)])
    problems = check_schematic(schematic)[1]
    assert problems and all("Other" in problem.where for problem in problems)
    while history.undo():
        pass
    assert aann_file.dumps(schematic) == before
