"""What no file can hold is refused as an edit, with the block and the parameter."""

from __future__ import annotations

import pytest

from app.document import aann_file, edits, storable
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Change, Instance
from app.errors import ProblemError

BLOCK = Instance("b1", "comment", "T1", (0, 0))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (Change("instances", "b1", None, Instance("b1", "comment", "T1", (0, 0), parameters={"text": "x" * 20_001})),
         "T1.text"),
        (Change("instances", "b1", None, Instance("b1", "neuron", "N1", (0, 0), parameters={"C": "4\0"})), "N1.C"),
        (Change("instances", "b1", None, Instance("b1", "neuron", "N1", (0, 0), overrides={"Mf\t1.K_m": "1n"})),
         "N1.Mf\t1.K_m"),
        (Change("parameters", "gain", "4", "\ud800"), "parameters gain"),
        (Change("settings", "seed", None, "7" * 20_001), "settings seed"),
    ],
)  # fmt: skip
def test_texts_that_no_file_holds_are_refused(change: Change, where: str) -> None:
    with pytest.raises(ProblemError) as caught:
        storable.checked([change])
    assert caught.value.problems[0].where == where and caught.value.problems[0].cure


def test_what_is_let_through_can_be_saved() -> None:
    schematic, _ = generate((2, 2, 1), XOR, "xor")
    text = "Ω∑\n" * 6_000
    changes = storable.checked([*edits.set_document_parameter(schematic, "c0", "0.1p")])
    schematic.apply(changes)
    schematic.apply(storable.checked(edits.place(schematic, "comment", (0, 0), parameters={"text": text})))
    again = aann_file.loads(aann_file.dumps(schematic)).schematic
    assert any(entry.parameters.get("text") == text for entry in again.top.instances.values())
