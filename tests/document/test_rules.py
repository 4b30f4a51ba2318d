"""What may meet at a node, pin by pin and on whole nets."""

from __future__ import annotations

import itertools

import pytest

from app.document import edits, wiring
from app.document.nets import Pin, SheetNets
from app.document.rules import net_conflicts, why_not_connect
from app.document.schematic import TOP, End, Instance, Junction, Schematic, Wire
from app.errors import ProblemError
from blocks import discover

OUT = Pin("b1", "S1", "V", 0, "out", "voltage")
SENSE = Pin("b2", "M1", "V1", 0, "in", "voltage")
CURRENT = Pin("b3", "M2", "I", 0, "out", "current")
RESISTANCE = Pin("b4", "S2", "I_in", 0, "in", "current", has_conductance=True)
CAPACITOR = Pin("b5", "W1", "I_charge", 0, "in", "current", has_capacitance=True)
CAPACITOR_OUT = Pin("b5", "W1", "V_w", 0, "out", "voltage", has_capacitance=True)
LABEL = Pin("b6", "L1", "net", 0, "passive", "voltage")


@pytest.mark.parametrize(
    ("pins", "codes"),
    [
        ((), []),
        ((OUT, SENSE, SENSE, LABEL), []),
        ((OUT, RESISTANCE), []),  # allowed and idle
        ((CURRENT, CURRENT, RESISTANCE, SENSE), []),
        ((CURRENT, CAPACITOR, CAPACITOR_OUT, SENSE), []),
        ((CURRENT, CURRENT), []),  # a resistor may still come
        ((CAPACITOR_OUT, CAPACITOR, RESISTANCE), []),
        ((OUT, OUT), ["two-voltage-outputs"]),
        ((OUT, CURRENT), ["current-on-voltage"]),
        ((OUT, CAPACITOR), ["capacitor-on-voltage"]),
        ((OUT, CAPACITOR_OUT), ["capacitor-on-voltage"]),
        ((SENSE, OUT, LABEL, OUT, CURRENT, CAPACITOR), [
            "two-voltage-outputs", "current-on-voltage", "capacitor-on-voltage",
        ]),
    ],
)  # fmt: skip
def test_pins_on_a_node(pins: tuple[Pin, ...], codes: list[str]) -> None:
    for order in itertools.islice(itertools.permutations(pins), 30):
        problems = net_conflicts(order)
        assert [problem.code for problem in problems] == codes
        for problem in problems:
            assert "S1.V" in problem.where + problem.found and "b1" in problem.ids and problem.cure


class Sheet:
    """A sheet with blocks in a row, by name."""

    def __init__(self) -> None:
        self.schematic = Schematic()
        self.ids: dict[str, str] = {}

    def add(self, kind: str, name: str, **parameters: str) -> Sheet:
        changes = edits.place(self.schematic, kind, (20 * len(self.ids), 0), name=name, parameters=parameters)
        self.schematic.apply(changes)
        self.ids[name] = changes[0].key
        return self

    def end(self, text: str) -> End:
        name, _, port = text.partition(".")
        port, _, index = port.rstrip("]").partition("[")
        return End(self.ids[name], port, int(index or 0), int(index or 0))

    def wire(self, a: str, b: str) -> Sheet:
        self.schematic.apply(wiring.connect(self.schematic, self.end(a), self.end(b)))
        return self

    def why(self, a: str, b: str) -> str:
        problem = why_not_connect(self.schematic, TOP, self.end(a), self.end(b))
        other = why_not_connect(self.schematic, TOP, self.end(b), self.end(a))
        assert (problem.code if problem else "") == (other.code if other else "")
        if problem is not None:
            assert problem.where and problem.found and problem.cure and problem.ids
        return problem.code if problem else ""


def test_two_blocks() -> None:
    sheet = Sheet().add("multiplier", "M1").add("multiplier", "M2").add("dc", "V1").add("dc", "V2")
    sheet.add("weight", "C1").add("resistor", "R1").add("ground", "G1")
    assert sheet.why("M1.V1", "V1.V") == ""
    assert sheet.why("M1.I", "M2.I") == ""
    assert sheet.why("M1.I", "C1.I_charge") == ""
    assert sheet.why("M1.I", "R1.I") == ""
    assert sheet.why("R1.V", "M1.V1") == ""
    assert sheet.why("V1.V", "R1.I") == ""
    assert sheet.why("V1.V", "V2.V") == "two-voltage-outputs"
    assert sheet.why("M1.I", "V1.V") == "current-on-voltage"
    assert sheet.why("C1.V_w", "V1.V") == "capacitor-on-voltage"
    assert sheet.why("C1.I_charge", "V1.V") == "capacitor-on-voltage"
    assert sheet.why("M1.V1", "M1.V1") == "same-pin"
    assert sheet.why("M1.nowhere", "V1.V") == "unknown-port"
    assert sheet.why("M1.V1[2]", "V1.V") == "no-such-index"


def test_whole_nets_are_considered() -> None:
    sheet = Sheet().add("dc", "V1").add("dc", "V2").add("multiplier", "M1").add("multiplier", "M2").add("weight", "C1")
    sheet.wire("V1.V", "M1.V1").wire("V2.V", "M2.V1")
    assert sheet.why("M1.V1", "M2.V1") == "two-voltage-outputs"
    assert sheet.why("V1.V", "M1.V1") == "already-connected"
    assert sheet.why("M1.V1", "M1.V2") == ""
    sheet.wire("M1.I", "C1.I_charge")
    assert sheet.why("M1.I", "C1.V_w") == "already-connected", "a weight's two pins are one node"
    assert sheet.why("C1.V_w", "M2.V1") == "current-on-voltage"
    with pytest.raises(ProblemError, match="two voltage outputs"):
        sheet.wire("M1.V1", "M2.V1")


def test_labels_of_one_text_join_their_nets() -> None:
    sheet = Sheet().add("dc", "V1").add("dc", "V2").add("label", "L1", net="x").add("label", "L2", net="x")
    sheet.add("label", "L3", net="y")
    sheet.wire("V1.V", "L1.net")
    assert sheet.why("V2.V", "L2.net") == "two-voltage-outputs"
    assert sheet.why("V2.V", "L3.net") == ""


def test_indices_are_pins_of_their_own() -> None:
    sheet = Sheet().add("neuron", "N1", inputs="3").add("dc", "V1").add("dc", "V2")
    sheet.wire("V1.V", "N1.V_in[1]")
    assert sheet.why("V2.V", "N1.V_in[2]") == ""
    assert sheet.why("V2.V", "N1.V_in[1]") == "two-voltage-outputs"
    assert sheet.why("V2.V", "N1.V_in[4]") == "no-such-index"
    assert sheet.why("V2.V", "N1.V_in") == "width-mismatch"
    end = wiring.next_free_index(sheet.schematic, sheet.end("N1.V_in"))
    assert (end.first, end.last) == (2, 2)


def test_what_was_wrong_before_does_not_forbid_more() -> None:
    """A drawing with a fault stays editable; only what a wire would add counts against it."""
    sheet = Sheet().add("dc", "V1").add("dc", "V2").add("multiplier", "M1")
    wire = Wire("w90", (sheet.end("V1.V"), sheet.end("V2.V")))
    sheet.schematic.top.wires[wire.id] = wire
    sheet.schematic.revision += 1
    assert sheet.why("M1.V1", "V1.V") == ""
    assert sheet.why("M1.I", "V1.V") == "current-on-voltage"


def test_unknown_blocks_and_dangling_ends() -> None:
    sheet = Sheet().add("dc", "V1")
    sheet.schematic.top.instances["b90"] = Instance("b90", "memristor", "X1", (0, 0))
    sheet.schematic.top.junctions["j91"] = Junction("j91", (0, 0), 2)
    sheet.schematic.revision += 1
    sheet.ids.update(X1="b90", J="j91", gone="b99")
    assert sheet.why("X1.V", "V1.V") == "unknown-block"
    assert sheet.why("gone.V", "V1.V") == "no-such-pin"
    assert why_not_connect(sheet.schematic, TOP, End("j91"), sheet.end("V1.V")).code == "width-mismatch"
    assert why_not_connect(sheet.schematic, TOP, End("j91", "", 2, 2), sheet.end("V1.V")) is None


@pytest.mark.parametrize("kind", sorted(discover.catalogue()))
def test_every_block_can_be_asked_about(kind: str) -> None:
    """Each block's outputs and its hung resistances are classified as its declaration says."""
    sheet = Sheet().add(kind, "B1")
    nets = SheetNets(sheet.schematic, TOP)
    block = discover.block(kind)
    for port in block.ports:
        for terminal in nets.terminals(End(sheet.ids["B1"], port.name)):
            pins = [pin for pin in nets.pins(terminal) if pin.port == port.name]
            assert pins and pins[0].direction == port.direction
            assert pins[0].has_conductance or port.name not in block.conductance
            assert net_conflicts(nets.pins(terminal)) == []
