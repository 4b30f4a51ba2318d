"""Values per lane must be what the drawing would have with each value written into it."""

from __future__ import annotations

import numpy as np
import pytest

from app.circuit.flatten import flatten
from app.circuit.lanes import Given, can_differ, with_lanes
from app.circuit.netlist import Netlist
from app.document.addresses import find
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Change, Schematic
from app.document.set_parameters import apply_setting
from app.errors import ProblemError


def xor(imperfect: bool = False, level: str = "neuron") -> Schematic:
    return generate([2, 2, 1], XOR, "xor", imperfect=imperfect, level=level)[0]


def laned(schematic: Schematic, target: str, values: list[float], relative: bool = False) -> Netlist:
    given = [Given(address, np.array(values), relative) for address in find(schematic, target, "test")]
    return with_lanes(schematic, flatten(schematic), len(values), given)


def same_as_written(schematic: Schematic, target: str, values: list[float]) -> None:
    """Each lane of every part equals the flattened drawing with that one value in it."""
    found = laned(schematic, target, values)
    for lane, value in enumerate(values):
        written = schematic.copy()
        apply_setting(written, target, repr(value))
        for group, other in zip(found.groups, flatten(written).groups, strict=True):
            for name, expected in other.values.items():
                actual = np.broadcast_to(group.values[name], (group.count, len(values)))[:, lane]
                np.testing.assert_allclose(actual, expected[:, 0], rtol=1e-15, err_msg=f"{group.block.type} {name}")


@pytest.mark.parametrize("target", ["N*.gain", "N2_1.K_m", "N*.R_in", "N*/M*.K_m", "N3_1/C1.C", "N*.V_amp", "VT.level"])
def test_a_lane_is_the_drawing_with_its_value(target: str) -> None:
    value = {"gain": 4.0, "K_m": 1e-7, "R_in": 1e7, "C": 1e-13, "V_amp": 1.0, "level": 1.0}[target.split(".")[1]]
    same_as_written(xor(), target, [value, 1.5 * value, 0.5 * value])


def test_flat_drawings_too() -> None:
    same_as_written(xor(True, "multiplier"), "N*/M*.V_off", [0.0, 0.01, -0.02])


def test_document_parameters_reach_all_that_use_them() -> None:
    schematic = xor()
    schematic.apply([Change("parameters", "c0", None, "0.1p"), Change("parameters", "c1", None, "2*c0")])
    apply_setting(schematic, "N2_1.C", "c1/2")
    apply_setting(schematic, "N3_1/C1.C", "3*c1")
    same_as_written(schematic, "c0", [1e-13, 3e-13])


def test_a_parts_own_value_wins_over_its_neurons() -> None:
    schematic = xor()
    apply_setting(schematic, "N2_1/Mf1.K_m", "50n")
    same_as_written(schematic, "N2_1.K_m", [1e-7, 2e-7])


def test_relative_values_multiply_what_is_drawn() -> None:
    schematic = xor()
    apply_setting(schematic, "N2_1/Mf1.K_m", "50n")
    found = laned(schematic, "N2_1/Mf1.K_m", [1.0, 1.1], relative=True)
    group = next(g for g in found.groups if "Mf1" in g.local)
    assert group.values["K_m"][list(group.local).index("Mf1")] == pytest.approx([50e-9, 55e-9])


def test_out_of_bounds_names_the_path_and_the_cure() -> None:
    with pytest.raises(ProblemError) as caught:
        laned(xor(), "N2_1/C1.C", [1e-13, -1e-13])
    problem = caught.value.problems[0]
    assert (problem.code, problem.where) == ("parameter-invalid", "N2_1/C1.C")
    assert "-100 fF" in problem.found


@pytest.mark.parametrize(
    ("target", "expected"),
    [("N*.gain", True), ("N*/M*.V_off", True), ("N*/C*.V0", True), ("N*.tau", False), ("N*/S.tau", False),
     ("D1.T_row", False), ("N*.activation", False), ("N*/M*.offset_pin", False), ("VT.level", True),
     ("VT.mode", False)],
)  # fmt: skip
def test_what_lanes_may_differ_in(target: str, expected: bool) -> None:
    schematic = xor(imperfect=True)
    assert all(can_differ(schematic, address) is expected for address in find(schematic, target, "test"))


def test_a_document_parameter_in_a_schedule_is_shared() -> None:
    schematic = xor()
    schematic.apply([Change("parameters", "t", None, "0.1u"), Change("parameters", "twice", None, "2*t")])
    assert can_differ(schematic, find(schematic, "t", "test")[0])
    apply_setting(schematic, "D1.T_row", "twice")
    assert not can_differ(schematic, find(schematic, "t", "test")[0])
