"""Symbols and quantities as people of the field write them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.ui import math_text, rich_text
from app.ui.canvas import lettering
from app.ui.math_text import Laid, Run


def runs(laid: Laid) -> list[tuple[str, bool, int]]:
    """(text, italic, -1 below, 0 on, +1 above the base line)."""
    return [(run.text, run.font.italic(), (run.y < 0) - (run.y > 0)) for run in laid.runs]


def test_symbols_in_words(qapp: object) -> None:
    assert runs(math_text.plain("Multiplier K_m")) == [("Multiplier ", False, 0), ("K", True, 0), ("m", False, -1)]
    assert runs(math_text.plain("N2_1.V_out")) == [("N2_1.", False, 0), ("V", True, 0), ("out", False, -1)]
    assert runs(math_text.plain("V_delta, V^2")) == [
        ("V", True, 0), ("δ", False, -1), (", V", False, 0), ("2", False, 1),
    ]  # fmt: skip
    assert runs(math_text.plain("5 V")) == [("5 V", False, 0)]


def test_the_last_letter_of_a_label(qapp: object) -> None:
    assert runs(math_text.plain("Capacitance C", label=True))[-1] == ("C", True, 0)
    assert runs(math_text.plain("Time constant tau", label=True))[-1] == ("τ", True, 0)


def test_formulas(qapp: object) -> None:
    text = "".join(run.text for run in math_text.formula("C dV_w/dt = -K_m V_delta V_in").runs)
    assert text.replace("\u2009", "") == "CdVw/dt=−KmVδVin"
    shaped = runs(math_text.formula("u = gain sum V_in"))
    assert ("Σ", False, 0) in shaped and ("gain", False, 0) in shaped and ("u", True, 0) in shaped
    assert runs(math_text.formula("exp(u)^2"))[-1] == ("2", False, 1)
    assert ("S", True, 0) in runs(math_text.formula("S'")) and ("′", False, 0) in runs(math_text.formula("S'"))


def test_a_formula_of_every_block_is_laid_out(qapp: object) -> None:
    from blocks import discover

    for block in discover.catalogue().values():
        for line in block.formula:
            laid = math_text.formula(line)
            assert laid.width > 0 and not any("_" in run.text for run in laid.runs), line


def test_eliding_fits(qapp: object) -> None:
    for width in (20.0, 60.0, 300.0):
        laid = math_text.elided("Input resistance R_in of the neuron", width)
        assert laid.width <= width
    assert math_text.elided("R_in", 300.0).runs[0].text == "R"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-0.0357, "V", "−35.7 mV"), (0.0, "V", "0 V"), (float("nan"), "V", "–"), (2.5e-8, "A", "25 nA"),
        (1e-7, "A/V^2", "100 nA/V²"), (4.0, "/V^2", "4 /V²"), (1e7, "ohm", "10 MΩ"), (3e-6, "s", "3 µs"),
        (0.0283, "V^2", "0.0283 V²"),
    ],
)  # fmt: skip
def test_quantities(value: float, unit: str, text: str) -> None:
    assert rich_text.quantity(value, unit).replace(rich_text.THIN, " ") == text


def test_rich_text_escapes_what_a_document_says() -> None:
    assert "<b>" not in rich_text.symbols("<b>V_out</b>")


def test_the_canvas_shapes_symbols_as_the_panels_do(qapp: object) -> None:
    for text in ("V_in[1..64]", "I_E1", "V_teach", "K_m 100 nA/V²", "pair", "my_V_in", "V_{out,2}"):
        drawn, told = lettering.lettering(text, "pin"), math_text.plain(text, 8.0)
        assert shape(drawn.runs) == shape(told.runs)
        assert [run.y for run in drawn.runs] == [run.y for run in told.runs]
    assert shape(lettering.lettering("S'", "pin").runs) == [("S", True), ("′", False)]
    assert shape(lettering.lettering("I", "pin").runs) == [("I", True)]
    assert shape(lettering.lettering("V_in1", "name").runs) == [("V_in1", False)], "a name is what was typed"


def shape(runs: Sequence[Run]) -> list[tuple[str, bool]]:
    return [(run.text, run.font.italic()) for run in runs]
