"""Colours and fonts of the program: one theme file each for light and dark, read from resources/themes.

No widget holds a colour value of its own; it asks `Theme.current().color("ink")` when it paints, and repaints when
`notifier().changed` tells that the theme was switched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app import paths

FAMILY = "Inter"
MONOSPACE = "JetBrains Mono"
NAMES = ("light", "dark")


class Theme:
    """One theme file. `voltage` are five stops from -1 to +1 of full scale, `traces` the plot colours in order."""

    _current: Theme | None = None

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name = name
        self.dark = bool(data["dark"])
        self._colours = {role: QColor(text) for role, text in data["colours"].items()}
        self.voltage = tuple(QColor(text) for text in data["voltage"])
        self.traces = tuple(QColor(text) for text in data["traces"])
        self._bins: dict[int, tuple[QColor, ...]] = {}

    @classmethod
    def load(cls, name: str) -> Theme:
        """The theme of that name. Raises OSError if there is no such file."""
        text = (paths.resources() / "themes" / f"{name}.json").read_text(encoding="utf-8")
        return cls(name, json.loads(text))

    @classmethod
    def current(cls) -> Theme:
        """The theme in use: light until `apply` chooses another."""
        if cls._current is None:
            cls._current = cls.load("light")
        return cls._current

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self._colours)

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """The colour of a role (a copy), `alpha` 0..1. Raises KeyError for an unknown role."""
        color = QColor(self._colours[role])
        color.setAlphaF(alpha)
        return color

    def trace(self, number: int) -> QColor:
        """The colour of the trace with that number, from 0; from the ninth on they repeat (drawn dashed)."""
        return self.traces[number % len(self.traces)]

    def voltage_color(self, fraction: float) -> QColor:
        """Blue-grey-orange for a voltage as a fraction of full scale, clamped to -1..+1; NaN is 0."""
        fraction = min(1.0, max(-1.0, fraction)) if fraction == fraction else 0.0
        place = (fraction + 1.0) * (len(self.voltage) - 1) / 2.0
        index = min(int(place), len(self.voltage) - 2)
        return mix(self.voltage[index], self.voltage[index + 1], place - index)

    def voltage_bins(self, count: int) -> tuple[QColor, ...]:
        """The voltage map cut into `count` colours, made once."""
        if count not in self._bins:
            self._bins[count] = tuple(self.voltage_color(2.0 * (k + 0.5) / count - 1.0) for k in range(count))
        return self._bins[count]

    def palette(self) -> QPalette:
        """For Fusion, which follows a palette everywhere."""
        palette = QPalette()
        role = QPalette.ColorRole
        for target, name in (
            (role.Window, "window"), (role.WindowText, "text"), (role.Base, "panel"), (role.AlternateBase, "field"),
            (role.ToolTipBase, "panel"), (role.ToolTipText, "text"), (role.Text, "text"), (role.Button, "panel"),
            (role.ButtonText, "text"), (role.BrightText, "error"), (role.Highlight, "accent"), (role.Link, "accent"),
            (role.LinkVisited, "accent"), (role.HighlightedText, "accent_text"), (role.PlaceholderText, "hint"),
            (role.Light, "panel"), (role.Midlight, "field"), (role.Mid, "border"), (role.Dark, "outline"),
            (role.Shadow, "border"), (role.Accent, "accent"),
        ):
            palette.setColor(target, self.color(name))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("hint", 0.65))
        return palette

    def stylesheet(self) -> str:
        """The application's style sheet: resources/themes/*.qss with every @role replaced by its colour."""
        sheets = sorted((paths.resources() / "themes").glob("*.qss"))
        text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
        for role in sorted(self._colours, key=len, reverse=True):
            text = text.replace(f"@{role}", self._colours[role].name())
        return text


class Notifier(QObject):
    """`changed` is sent after another theme took effect; connect bound methods of QObjects."""

    changed = Signal()


@lru_cache(maxsize=1)
def notifier() -> Notifier:
    return Notifier()


def apply(name: str) -> Theme:
    """Switches the application (if there is one yet) to the theme `name`, "light" or "dark"."""
    theme = Theme.current() if Theme.current().name == name else Theme.load(name)
    Theme._current = theme
    application = QApplication.instance()
    if isinstance(application, QApplication):
        load_fonts()
        application.setStyle("Fusion")
        application.setPalette(theme.palette())
        application.setFont(font(12.5))
        application.setStyleSheet(theme.stylesheet())
    notifier().changed.emit()
    return theme


def toggle() -> Theme:
    """Light to dark and back."""
    return apply("light" if Theme.current().dark else "dark")


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Registers the bundled fonts once (an application must exist); the names of their families."""
    families: dict[str, None] = {}
    for path in sorted((paths.resources() / "fonts").glob("*.[ot]tf")):
        number = QFontDatabase.addApplicationFont(str(path))
        for family in QFontDatabase.applicationFontFamilies(number) if number >= 0 else ():
            families[family] = None
    return tuple(families)


def font(pixels: float, weight: int = 400, *, italic: bool = False, family: str = FAMILY) -> QFont:
    """A font of that size in pixels with tabular figures."""
    result = QFont(family)
    # Pixel sizes are whole numbers; the canvas scales its painter instead.
    result.setPixelSize(max(1, round(pixels)))
    result.setWeight(QFont.Weight(weight))
    result.setItalic(italic)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Linear in sRGB: `share` 0 is `first`, 1 is `second`."""
    channels = zip(first.getRgbF()[:3], second.getRgbF()[:3], strict=True)  # type: ignore[index]
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in channels))


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of WCAG 2: 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
