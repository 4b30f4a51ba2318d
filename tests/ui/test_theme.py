"""Every contrast that the design asks for, computed from the theme files."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo

from app.ui import theme
from app.ui.theme import Theme, contrast

TEXTS = {
    "panel": ("text", "second", "hint", "accent", "teach", "good", "warning", "error"),
    "window": ("text", "second", "hint"),
    "field": ("text", "second", "hint"),
    "canvas": ("ink", "text", "second", "accent", "teach"),
    "symbol": ("ink", "second"),
    "accent": ("accent_text",),
    "hover": ("text", "second", "accent"),
    "teach_fill": ("teach", "ink"),
    "error_fill": ("error", "ink"),
    "forward_fill": ("forward", "ink"),
    "backward_fill": ("backward", "ink"),
    "neutral_fill": ("neutral", "ink"),
    "comment": ("ink",),
    "plot": ("text", "second"),
}
# The figures in the design's table, light and dark, on the panel unless another ground is named.
STATED = {
    ("text", "panel"): (16.6, 13.4), ("second", "panel"): (6.9, 8.3), ("hint", "panel"): (5.6, 5.8),
    ("ink", "panel"): (15.4, 11.2), ("accent", "panel"): (5.9, 7.4), ("teach", "panel"): (6.9, 7.3),
    ("teach", "teach_fill"): (5.6, 6.4), ("good", "panel"): (5.4, 7.7), ("warning", "panel"): (6.0, 8.2),
    ("error", "panel"): (6.1, 6.6), ("forward", "forward_fill"): (5.3, 7.1), ("backward", "backward_fill"): (5.0, 7.0),
    ("outline", "canvas"): (3.2, 4.5),
}


@pytest.fixture(params=theme.NAMES)
def chosen(request: pytest.FixtureRequest) -> Theme:
    return Theme.load(request.param)


def test_text_can_be_read(chosen: Theme) -> None:
    for ground, roles in TEXTS.items():
        for role in roles:
            assert contrast(chosen.color(role), chosen.color(ground)) >= 4.5, (role, ground)


def test_contrasts_are_those_of_the_design(chosen: Theme) -> None:
    for (role, ground), wanted in STATED.items():
        found = contrast(chosen.color(role), chosen.color(ground))
        assert found >= wanted[chosen.dark] - 0.06, (role, ground, found)


def test_voltage_and_traces_stand_out(chosen: Theme) -> None:
    for ground in ("canvas", "forward_fill", "backward_fill"):
        for color in chosen.voltage_bins(64) + chosen.voltage:
            assert contrast(color, chosen.color(ground)) >= 3.0, (color.name(), ground)
    limit = 7.5 if chosen.dark else 4.6
    for color in chosen.traces:
        assert contrast(color, chosen.color("plot")) >= limit - 0.05, color.name()


def test_voltage_map_meets_its_stops_and_clamps(chosen: Theme) -> None:
    for k, stop in enumerate(chosen.voltage):
        assert chosen.voltage_color(k / 2 - 1).name() == stop.name()
    assert chosen.voltage_color(7.0).name() == chosen.voltage[-1].name()
    assert chosen.voltage_color(float("nan")).name() == chosen.voltage[2].name()


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)


def test_themes_have_the_same_roles_and_the_style_sheet_uses_only_those() -> None:
    light, dark = (Theme.load(name) for name in theme.NAMES)
    assert light.roles == dark.roles
    assert "@" not in light.stylesheet() + dark.stylesheet()


def test_bundled_fonts_are_found(qapp: object) -> None:
    assert {theme.FAMILY, theme.MONOSPACE} <= set(theme.load_fonts())
    for weight in (400, 500, 600, 700):
        assert QFontInfo(theme.font(12, weight)).family() == theme.FAMILY
        assert QFontInfo(theme.font(12, weight)).weight() == weight


def test_switching_tells_those_who_listen(qapp: object, qtbot: object) -> None:
    with qtbot.waitSignal(theme.notifier().changed):  # type: ignore[attr-defined]
        assert theme.apply("dark").dark
    assert not theme.toggle().dark
