"""Faulty drawings: each is reported with block, port and cure, and stays editable (flattening never raises)."""

import dataclasses

import pytest

from app.circuit.compile import check_schematic, compile_schematic
from app.document.schematic import TOP, Change, Wire
from app.errors import ProblemError
from tests.drawing import Drawing
from tests.networks import layered


def problems(draw: Drawing) -> dict[str, str]:
    """code -> where of everything that is found."""
    return {problem.code: problem.where for problem in check_schematic(draw.schematic)[1]}


def multiplier(draw: Drawing, name: str = "M1") -> None:
    draw.add("multiplier", name)
    draw.add("bias", f"{name}b")
    draw.wire(f"{name}b.V", f"{name}.V1")
    draw.wire(f"{name}b.V", f"{name}.V2")


def test_floating_input() -> None:
    draw = Drawing()
    draw.add("multiplier", "M7")
    draw.add("bias", "V1")
    draw.wire("V1.V", "M7.V1")
    found = check_schematic(draw.schematic)[1]
    assert [(p.code, p.where) for p in found] == [("floating-input", "M7.V2")]
    assert found[0].cure
    assert found[0].ids == (draw.ids["M7"],)


def test_two_voltage_outputs() -> None:
    draw = Drawing()
    draw.add("dc", "V1")
    draw.add("dc", "V2")
    draw.wire("V1.V", "V2.V")
    assert problems(draw) == {"two-voltage-outputs": "V1.V and V2.V"}


def test_a_current_with_nowhere_to_go() -> None:
    draw = Drawing()
    multiplier(draw)
    draw.add("multiplier", "M2")
    draw.wire("M1.I", "M2.V1")
    draw.wire("M1b.V", "M2.V2")
    assert problems(draw) == {"current-nowhere": "M1.I"}


def test_an_unused_current_output_is_no_problem() -> None:
    draw = Drawing()
    multiplier(draw)
    assert problems(draw) == {}


def test_current_into_a_driven_node() -> None:
    draw = Drawing()
    multiplier(draw)
    draw.wire("M1.I", "M1b.V")
    assert problems(draw) == {"current-on-voltage": "M1.I"}


def test_capacitor_on_a_driven_node() -> None:
    draw = Drawing()
    draw.add("dc", "V1")
    draw.add("weight", "C1")
    draw.wire("V1.V", "C1.V_w")
    assert set(problems(draw)) == {"capacitor-on-voltage"}


def test_an_algebraic_loop_names_its_blocks() -> None:
    draw = Drawing()
    draw.add("sigmoid", "S1")
    draw.add("multiplier", "M1")
    draw.add("bias", "V1")
    draw.wire("M1.I", "S1.I_in")
    draw.wire("S1.V_out", "M1.V1")
    draw.wire("V1.V", "M1.V2")
    found = check_schematic(draw.schematic)[1]
    assert [p.code for p in found] == ["algebraic-loop"]
    assert "S1" in found[0].where
    assert "M1" in found[0].where
    assert set(found[0].ids) == {draw.ids["S1"], draw.ids["M1"]}


def test_a_longer_loop_is_told_in_the_order_of_its_signal() -> None:
    draw = Drawing()
    for name in ("A", "B", "C"):
        draw.add("neuron", name, inputs="2")
        draw.add("dc", f"{name}in")
        draw.wire(f"{name}in.V", f"{name}.V_in[1]")
        for pin in ("V_E", "V_teach"):
            draw.wire(f"{name}in.V", f"{name}.{pin}")
    for source, sink in (("B", "A"), ("A", "C"), ("C", "B")):
        draw.wire(f"{source}.V_out", f"{sink}.V_in[2]")
    [found] = [problem for problem in check_schematic(draw.schematic)[1] if problem.code == "algebraic-loop"]
    pins = found.where.split(" -> ")
    assert pins[0] == pins[-1]
    assert "".join(pin[0] for pin in pins[:-1]) in ("ACB", "CBA", "BAC")
    assert {pin[1:] for pin in pins} == {".V_out"}


def test_a_loop_through_a_capacitor_is_fine() -> None:
    draw = Drawing()
    draw.add("multiplier", "M1")
    draw.add("weight", "C1")
    draw.add("bias", "V1")
    draw.wire("M1.I", "C1.I_charge")
    draw.wire("C1.V_w", "M1.V1")
    draw.wire("V1.V", "M1.V2")
    assert problems(draw) == {}


def test_feed_through_is_judged_port_by_port() -> None:
    """A neuron's error path and forward path cross in the block, but no signal does: stacked neurons are no loop."""
    assert problems(layered((2, 2, 2, 1))) == {}


def test_unknown_block_and_bad_parameter_are_reported_and_compiling_refuses() -> None:
    draw = Drawing()
    draw.add("flux_capacitor", "X1")
    draw.add("resistor", "R1", R="5M")
    found = {p.code: p for p in check_schematic(draw.schematic)[1]}
    assert found["unknown-block"].where == "X1"
    assert found["parameter-invalid"].where == "R1.R"
    assert "Meg" in found["parameter-invalid"].cure
    with pytest.raises(ProblemError):
        compile_schematic(draw.schematic)


def test_inverted_error_and_parallel_resistances_are_warned_of() -> None:
    draw = layered((2, 1))
    for key, wire in list(draw.schematic.top.wires.items()):
        if any(end.item == draw.ids["E1"] and end.port in ("V_out", "V_target") for end in wire.ends):
            draw.schematic.apply([_removal(key, wire)])
    draw.wire("N2_1.V_out", "E1.V_target")
    draw.wire("D1.T[1]", "E1.V_out")
    draw.add("sigmoid", "S1")
    draw.add("resistor", "R1")
    draw.add("multiplier", "M1")
    draw.wire("N2_1.V_out", "M1.V1")
    draw.wire("N2_1.V_out", "M1.V2")
    draw.wire("M1.I", "S1.I_in")
    draw.wire("R1.V", "S1.I_in")
    found = problems(draw)
    assert found["inverted-error"] == "E1.V_out"
    assert set(found["parallel-resistance"].split(" and ")) == {"S1", "R1"}


def _removal(key: str, wire: Wire) -> Change:
    return Change("wires", key, wire, None, TOP)


def test_a_mismatched_derivative_is_warned_of() -> None:
    found = problems(layered((2, 1), K_d="3"))
    assert found == {"not-the-derivative": "N2_1/D"}


def test_duplicate_names() -> None:
    draw = Drawing()
    draw.add("dc", "V1")
    other = draw.add("dc", "V2")
    instance = draw.schematic.top.instances[other]
    draw.schematic.apply([Change("instances", other, instance, dataclasses.replace(instance, name="V1"), TOP)])
    assert problems(draw) == {"duplicate-name": "V1"}


def test_width_mismatch_names_the_wire() -> None:
    draw = Drawing()
    draw.dataset("d", 3, ((0.0, 0.0, 0.0, 0.0),))
    draw.add("dataset", "D1", dataset="d", inputs="3", targets="1")
    draw.add("multiplier", "M1")
    wire = draw.wire("D1.X", "M1.V1")
    found = next(p for p in check_schematic(draw.schematic)[1] if p.code == "width-mismatch")
    assert wire in found.where


@pytest.mark.parametrize(("a", "b", "voltage"), [("0.1", "0", "-10 V"), ("1", "0.25", "-2 V"), ("3", "2", "-0.5 V")])
def test_a_vanishing_capacitance_is_warned_of(a: str, b: str, voltage: str) -> None:
    draw = Drawing()
    draw.add("varying_weight", "C1", a=a, b=b)
    found = check_schematic(draw.schematic)[1]
    assert [(p.code, p.where, p.severity) for p in found] == [("capacitance-vanishes", "C1", "warning")]
    assert voltage in found[0].found


def test_a_capacitance_that_stays_above_zero_is_fine() -> None:
    draw = Drawing()
    draw.add("varying_weight", "C1", a="0.5", b="0.1")
    draw.add("varying_weight", "C2", a="0", b="0")
    assert problems(draw) == {}
