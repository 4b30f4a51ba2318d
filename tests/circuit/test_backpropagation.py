"""Rules that know backpropagation: each fault is reported with block, port and cure; right drawings are left alone."""

from __future__ import annotations

import dataclasses

import pytest

from app.circuit.compile import check_schematic
from app.document.dataset import Dataset
from app.document.generate import generate
from app.document.schematic import TOP, Change, Schematic
from app.errors import Problem
from tests.drawing import Drawing
from tests.networks import layered, random_rows
from tests.parts import PartsNetwork


def found(draw: Drawing) -> dict[tuple[str, str], Problem]:
    """By code and place; every problem is whole."""
    problems = check_schematic(draw.schematic)[1]
    assert all(problem.found and problem.cure and problem.ids for problem in problems)
    return {(problem.code, problem.where): problem for problem in problems}


def cut(draw: Drawing, pin: str) -> None:
    """Removes every wire at this pin."""
    end = draw.end(pin)
    for key, wire in list(draw.schematic.top.wires.items()):
        if end in wire.ends:
            draw.schematic.apply([Change("wires", key, wire, None, TOP)])


def rewire(draw: Drawing, pin: str, to: str) -> None:
    cut(draw, pin)
    draw.wire(pin, to)


def delete(draw: Drawing, name: str) -> None:
    ident = draw.ids[name]
    for key, wire in list(draw.schematic.top.wires.items()):
        if any(end.item == ident for end in wire.ends):
            draw.schematic.apply([Change("wires", key, wire, None, TOP)])
    draw.schematic.apply([Change("instances", ident, draw.schematic.top.instances[ident], None, TOP)])


@pytest.mark.parametrize("text", ["1-1", "2-3-2", "3-4-4-2", "2-9-1", "12-10-3"])
@pytest.mark.parametrize("level", ["neuron", "multiplier"])
def test_generated_networks_have_no_problem(text: str, level: str) -> None:
    sizes = tuple(map(int, text.split("-")))
    columns = tuple(f"x{k}" for k in range(sizes[0])), tuple(f"t{k}" for k in range(sizes[-1]))
    schematic: Schematic = generate(sizes, Dataset(*columns, random_rows(sizes, 2, 1)), "rows", level=level)[0]  # type: ignore[arg-type]
    assert check_schematic(schematic)[1] == []


def test_an_error_current_that_goes_nowhere() -> None:
    draw = layered((2, 2, 1))
    cut(draw, "N3_1.I_E[2]")
    [(key, problem)] = [(k, p) for k, p in found(draw).items() if k[0] == "error-not-propagated"]
    assert key[1] == "N3_1.I_E[2]"
    assert "N2_2" in problem.found and "Type2" in problem.cure
    assert problem.severity == "warning" and problem.ids == (draw.ids["N3_1"],)


def test_the_first_layers_error_currents_may_end() -> None:
    assert found(layered((3, 2, 1), random_rows((3, 2, 1), 2, 0))) == {}


def test_a_missing_type2() -> None:
    draw = layered((2, 2, 1))
    delete(draw, "B2_1")
    problems = found(draw)
    assert ("floating-input", "N2_1.V_E") in problems
    assert ("error-not-propagated", "N3_1.I_E[1]") in problems
    draw.wire("N3_1.I_E[1]", "N2_1.V_E")
    problem = found(draw)["current-nowhere", "N3_1.I_E[1]"]
    assert problem.severity == "error" and "Type2 between" in problem.cure
    assert set(problem.ids) == {draw.ids["N3_1"], draw.ids["N2_1"]}


def test_error_currents_that_go_to_the_wrong_neuron() -> None:
    draw = layered((2, 2, 1))
    rewire(draw, "N3_1.I_E[1]", "B2_2.I_E")
    problem = found(draw)["error-misled", "N3_1.I_E[1]"]
    assert "N2_1" in problem.found and "N2_2" in problem.found and "N2_1" in problem.cure


def test_type1_that_judges_another_neuron() -> None:
    draw = layered((2, 2), random_rows((2, 2), 2, 0))
    for name, other in (("E1", "N2_2"), ("E2", "N2_1")):
        rewire(draw, f"{name}.V_E", f"{other}.V_E")
    problems = found(draw)
    assert set(problems) == {("error-misled", "E1.V_E"), ("error-misled", "E2.V_E")}
    assert "N2_1" in problems["error-misled", "E1.V_E"].cure


def test_an_error_that_nobody_takes() -> None:
    draw = layered((2, 2, 1))
    cut(draw, "E1.V_E")
    problems = found(draw)
    assert ("error-unused", "E1.V_E") in problems
    assert "Type1" in problems["floating-input", "N3_1.V_E"].cure


def test_an_output_that_goes_nowhere() -> None:
    draw = layered((2, 2, 1))
    cut(draw, "N2_2.V_out")
    assert ("output-unused", "N2_2.V_out") in found(draw)


def test_v_teach_not_connected() -> None:
    draw = layered((2, 2, 1))
    cut(draw, "N2_1.V_teach")
    problem = found(draw)["floating-input", "N2_1.V_teach"]
    assert problem.severity == "error" and "V_teach source" in problem.cure


def test_v_teach_from_elsewhere() -> None:
    draw = layered((2, 2, 1))
    draw.add("bias", "ONE")
    rewire(draw, "N2_1.V_teach", "ONE.V")
    problem = found(draw)["v-teach-elsewhere", "N2_1.V_teach"]
    assert "VT" in problem.found and "VT" in problem.cure


def test_a_v_teach_source_that_gates_nothing() -> None:
    draw = layered((2, 1))
    draw.add("v_teach", "VT2")
    assert set(found(draw)) == {("v-teach-unused", "VT2.V")}


def test_a_derivative_of_the_wrong_kind() -> None:
    parts = PartsNetwork((2, 1))
    schematic = parts.draw.schematic
    before = schematic.top.instances[parts.draw.ids["N2_1/D"]]
    schematic.apply([Change("instances", before.id, before, dataclasses.replace(before, type="tanh_derivative"), TOP)])
    problem = found(parts.draw)["not-the-derivative", "N2_1/D"]
    assert set(problem.ids) == {parts.draw.ids["N2_1/D"], parts.draw.ids["N2_1/S"]}


def test_a_derivative_that_looks_at_the_output() -> None:
    parts = PartsNetwork((2, 1))
    rewire(parts.draw, "N2_1/D.V_in", "N2_1/S.V_out")
    assert set(found(parts.draw)) == {("derivative-alone", "N2_1/D.V_in")}


def test_a_weight_that_nothing_charges() -> None:
    parts = PartsNetwork((2, 1))
    cut(parts.draw, "N2_1/Mu1.I")
    assert set(found(parts.draw)) == {("weight-idle", "N2_1/C1.I_charge")}


def test_many_lost_errors_are_one_problem_of_bounded_length() -> None:
    sizes = (2, 12, 1)
    draw = layered(sizes, random_rows(sizes, 2, 0))
    for k in range(1, 13):
        cut(draw, f"N3_1.I_E[{k}]")
    [where] = [key[1] for key in found(draw) if key[0] == "error-not-propagated"]
    assert where.count("N3_1.I_E") == 4 and "8 more" in where


def test_feedback_need_not_carry_errors() -> None:
    """Two neurons that feed each other: the error is cut at the loop, as in truncated backpropagation."""
    draw = layered((2, 2), random_rows((2, 2), 2, 0), inputs="3", tau="1n")
    for one, other in (("N2_1", "N2_2"), ("N2_2", "N2_1")):
        draw.wire(f"{one}.V_out", f"{other}.V_in[3]")
    assert found(draw) == {}
