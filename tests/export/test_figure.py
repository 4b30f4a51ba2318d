"""Figures without Qt: scales, ticks and legends at the right places, well-formed SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from app.export.figure import Axis, Curve, Figure, Guide, Panel, span
from app.export.figure_layout import Page, lay_out, runs_of
from app.export.figure_svg import thinned, to_svg
from app.export.ticks import minor, ticks

X = np.array([0.0, 1.0, 2.0])


def panel(y: np.ndarray, log: bool = False, **more: object) -> Panel:
    return Panel(Axis("t [s]"), Axis("V_out [V]", log=log), (Curve(X, y, 0, "V_out"),), **more)  # type: ignore[arg-type]


def text_of(page: Page) -> list[str]:
    return ["".join(run.text for run in words.runs) for words in page.words]


def test_spans() -> None:
    assert span(panel(np.array([0.002, 0.5, 0.03]), log=True), True) == pytest.approx((1e-3, 1.0))
    assert span(panel(np.array([1.0, 1.0, 1.0])), True) == (0.5, 1.5)
    assert span(panel(np.array([np.nan, 0.0, 1.0])), True) == pytest.approx((-0.05, 1.05))
    assert span(panel(np.array([0.0, -1.0, np.nan]), log=True), True) == (0.1, 1.0)
    assert span(panel(X), False) == (0.0, 2.0)


def test_ticks() -> None:
    assert [text for _, text in ticks(Axis(""), (-4.0, 4.0), 300)] == ["\u22124", "\u22122", "0", "2", "4"]
    assert [text for _, text in ticks(Axis(""), (0.0, 0.3), 200)] == ["0.0", "0.1", "0.2", "0.3"]
    decades = ticks(Axis("", log=True), (1e-4, 1.0), 300)
    assert [text for _, text in decades] == ["10⁻⁴", "0.001", "0.01", "0.1", "1"]
    assert len(minor(Axis("", log=True), (0.1, 1.0))) == 8
    assert minor(Axis(""), (0.0, 1.0)) == []


def test_a_curve_lies_within_its_axes() -> None:
    page = lay_out(Figure((panel(np.array([1e-3, 1.0, 0.1]), log=True),), width=400, height=300))
    [curve] = [stroke for stroke in page.strokes if stroke.clip is not None]
    left, top, right, low = curve.clip or (0, 0, 0, 0)
    assert curve.points[0] == pytest.approx((left, low))
    assert curve.points[1] == pytest.approx(((left + right) / 2, top))
    assert curve.points[2][1] == pytest.approx(top + (low - top) / 3)
    assert 0 < left < right < 400 and 0 < top < low < 300


def test_steps_hold_their_value() -> None:
    step = Panel(Axis("t"), Axis("V"), (Curve(X, np.array([0.0, 1.0, 0.0]), steps=True),))
    [curve] = [stroke for stroke in lay_out(Figure((step,))).strokes if stroke.clip is not None]
    assert len(curve.points) == 5
    assert (np.diff(curve.points, axis=0) == 0).any(axis=1).all(), "only level and upright stretches"


def test_columns_share_the_x_axis() -> None:
    two = (panel(X, title="above"), panel(X, title="below"))
    assert text_of(lay_out(Figure(two, "column"))).count("t [s]") == 1
    assert text_of(lay_out(Figure(two, "row"))).count("t [s]") == 2


def test_legends() -> None:
    row = text_of(lay_out(Figure((panel(X),))))
    assert "Vout" in row
    page = lay_out(Figure((panel(X),), key="V_in2"))
    assert "Vin2" in text_of(page) and max(words.x for words in page.words) > 720 - 80


def test_guides_carry_their_word() -> None:
    page = lay_out(Figure((panel(X, guides=(Guide(1.0, "target"), Guide(0.5, "off", "teach", upright=True))),)))
    assert {"target", "off"} <= set(text_of(page))
    assert page.colour("teach") in {stroke.colour for stroke in page.strokes}


def test_symbols_become_runs() -> None:
    assert [(run.text, run.italic, run.below) for run in runs_of("V_in1 [V]")] == [
        ("V", True, False), ("in1", False, True), (" [V]", False, False),
    ]  # fmt: skip


def test_svg_is_well_formed_whatever_the_texts() -> None:
    figure = Figure((panel(np.array([1.0, np.nan, 3.0]), title='<a & "b">'),))
    root = ET.fromstring(to_svg(lay_out(figure), "<title> & more"))
    assert root.find("{http://www.w3.org/2000/svg}title").text == "<title> & more"  # type: ignore[union-attr]
    assert '<a & "b">' in ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "nan" not in to_svg(lay_out(figure), "")


def test_thinning_keeps_both_ends_and_every_large_step() -> None:
    points = np.column_stack([np.linspace(0, 10, 1001), np.zeros(1001)])
    points[500, 1] = 5.0
    kept = thinned(points)
    assert len(kept) < 60
    assert kept[0].tolist() == [0, 0] and kept[-1].tolist() == [10, 0] and 5.0 in kept[:, 1]


def test_both_themes_draw_the_same_in_their_own_colours() -> None:
    light, dark = (lay_out(Figure((panel(X),)), theme) for theme in ("light", "dark"))
    assert light.colour("plot") != dark.colour("plot")
    assert [stroke.points.tolist() for stroke in light.strokes] == [stroke.points.tolist() for stroke in dark.strokes]
