"""Pictures of schematics: SVG, PDF and PNG, also from a process that has no display and no application yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app import paths
from app.document.schematic import Schematic
from app.errors import ProblemError
from app.ui import theme
from app.ui.drawing_export import MARGIN, SCALE, export_drawing
from app.ui.theme import Theme
from tests.ui.canvas.test_live import example


def test_png_is_tight_light_and_full(qtbot: QtBot, tmp_path: Path) -> None:
    theme.apply("dark")
    export_drawing(example("xor"), "png", tmp_path / "x.png")
    theme.apply("light")
    image = QImage(str(tmp_path / "x.png"))
    light = Theme.load("light")
    canvas = light.color("canvas")
    assert image.pixelColor(0, 0) == canvas
    found = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert {light.color(role).rgb() for role in ("ink", "symbol", "forward_fill", "backward_fill")} <= found
    left, top, right, bottom = _content(image, canvas)
    gap = MARGIN * SCALE
    for side in (left, top, image.width() - right, image.height() - bottom):
        assert 0.4 * gap < side < 2.0 * gap


def _content(image: QImage, canvas: QColor) -> tuple[int, int, int, int]:
    """The rectangle of everything that is not background."""
    blank = canvas.rgb()
    rows = [y for y in range(image.height()) if any(image.pixel(x, y) != blank for x in range(image.width()))]
    columns = [x for x in range(image.width()) if any(image.pixel(x, y) != blank for y in range(image.height()))]
    return columns[0], rows[0], columns[-1], rows[-1]


def test_svg_needs_no_font_and_is_as_large_as_the_drawing(qtbot: QtBot, tmp_path: Path) -> None:
    export_drawing(example("xor"), "svg", tmp_path / "x.svg")
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    assert not root.findall(".//{http://www.w3.org/2000/svg}text")
    assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 200
    _, _, width, height = (float(part) for part in (root.get("viewBox") or "").split())
    assert 800 < width < 1400 and 800 < height < 1400


def test_pdf_has_one_page_with_its_own_fonts(qtbot: QtBot, tmp_path: Path) -> None:
    export_drawing(example("xor"), "pdf", tmp_path / "x.pdf")
    content = (tmp_path / "x.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    assert content.count(b"/Type /Page\n") == 1 and b"FontFile" in content


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_an_empty_sheet_is_an_empty_page(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    export_drawing(Schematic(), kind, tmp_path / "x")
    assert (tmp_path / "x").stat().st_size > 100


def test_unknown_formats_are_refused(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(ProblemError):
        export_drawing(Schematic(), "jpeg", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_command_line_without_a_display(tmp_path: Path) -> None:
    file = paths.resources() / "examples" / "xor.aann"
    display = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    bare = {key: value for key, value in os.environ.items() if key not in display}
    for kind in ("svg", "png"):
        target = tmp_path / f"x.{kind}"
        command = [sys.executable, "-m", "app", "export", str(file), "--to", kind, "-o", str(target)]
        done = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert target.stat().st_size > 10_000
