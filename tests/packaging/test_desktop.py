"""Desktop entry and MIME type tell the desktop the same things as the program."""

from __future__ import annotations

import configparser
import tomllib
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "packaging" / "aann-studio.desktop", "utf-8")
    return parser["Desktop Entry"]


def test_the_entry_starts_the_installed_command_with_files() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    program, files = desktop_entry()["Exec"].split()
    assert program in scripts
    assert files == "%F"


def test_the_icon_is_drawn() -> None:
    assert (ROOT / "resources" / "icons" / f"{desktop_entry()['Icon']}.svg").exists()


def test_the_entry_opens_the_type_that_is_declared() -> None:
    declared = ElementTree.parse(ROOT / "packaging" / "aann-studio-mime.xml").getroot().find(f"{MIME}mime-type")
    assert declared is not None
    assert desktop_entry()["MimeType"] == declared.get("type", "") + ";"
    pattern = declared.find(f"{MIME}glob")
    assert pattern is not None and pattern.get("pattern") == "*.aann"
