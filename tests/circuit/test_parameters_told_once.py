"""A document parameter that cannot be computed is one problem, not one for each block that names it."""

from __future__ import annotations

from app.circuit.compile import check_schematic
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Change, Schematic


def faults(schematic: Schematic) -> list[str]:
    return [problem.where for problem in check_schematic(schematic)[1] if problem.severity == "error"]


def test_a_broken_document_parameter_is_told_once() -> None:
    schematic, _ = generate((2, 3, 1), XOR, "xor")
    schematic.apply([Change("parameters", "gain", "4", "1M")])
    assert faults(schematic) == ["document parameter gain"]


def test_a_name_that_nobody_defined_is_told_at_every_block() -> None:
    schematic, _ = generate((2, 3, 1), XOR, "xor")
    schematic.apply([Change("parameters", "gain", "4", None)])
    assert faults(schematic) == ["N2_1.gain", "N2_2.gain", "N2_3.gain", "N3_1.gain"]
