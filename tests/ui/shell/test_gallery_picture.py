"""The gallery's pictures: what the examples simulate, painted in both themes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from app.ui import gallery, theme
from app.ui.gallery_picture import picture_of
from app.ui.thumbnails import thumbnail

ROOT = Path(__file__).resolve().parents[3]
STORED = json.loads((gallery.folder() / "pictures.json").read_text(encoding="utf-8"))


def test_pictures_are_what_the_examples_simulate(tmp_path: Path) -> None:
    """To what can be seen: the last digits may differ between machines."""
    script = ROOT / "packaging" / "examples" / "pictures.py"
    subprocess.run([sys.executable, str(script), str(tmp_path / "p.json")], check=True)
    made = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert made.keys() == STORED.keys()
    for name, picture in made.items():
        if "map" in picture:
            assert np.abs(np.subtract(picture["map"], STORED[name]["map"])).max() < 0.03, name
        for one, other in zip(picture.get("curves", ()), STORED[name].get("curves", ()), strict=True):
            assert one["points"][-1] == pytest.approx(other["points"][-1], abs=0.03), name
        for one, other in zip(picture.get("bars", ()), STORED[name].get("bars", ()), strict=True):
            assert one[:4] == pytest.approx(other[:4], abs=0.03) and one[4] == other[4], name


def test_everything_lies_in_the_picture() -> None:
    names = {example.path.stem for example in gallery.examples()}
    assert set(STORED) <= names
    for picture in STORED.values():
        points = [point for part in (*picture.get("curves", ()), *picture.get("dots", ())) for point in part["points"]]
        assert points and np.array(points).min() >= 0 and np.array(points).max() <= 1


@pytest.mark.parametrize("name", theme.NAMES)
def test_every_example_has_something_to_see(qtbot: QtBot, name: str) -> None:
    theme.apply(name)
    try:
        for example in gallery.examples():
            picture = thumbnail(example.path, example.picture, QSize(240, 160), 1.0).toImage()
            colours = {picture.pixel(x, y) for x in range(0, 240, 2) for y in range(0, 160, 2)}
            assert len(colours) >= 6, example.title
    finally:
        theme.apply("light")


def test_an_example_without_a_stored_picture_is_drawn() -> None:
    assert picture_of("paper-fig7") is None and picture_of("moons") is not None
