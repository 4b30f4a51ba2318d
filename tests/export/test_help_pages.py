"""The help tells the truth: keys, commands, examples and blocks that it names exist."""

from __future__ import annotations

import json
import re

import pytest

from app import paths
from app.cli import COMMANDS
from app.export import help_pages
from app.ui.action_table import entries
from blocks import discover

WRITTEN = [name for name in help_pages.TITLES if name != help_pages.BLOCKS]


def test_every_page_is_listed_and_there() -> None:
    assert {path.stem for path in (paths.resources() / "help").glob("*.md")} == set(WRITTEN)
    for name in help_pages.TITLES:
        assert help_pages.page(name).startswith("# ")
    with pytest.raises(KeyError):
        help_pages.page("nothing")


@pytest.mark.parametrize("name", WRITTEN)
def test_commands_exist(name: str) -> None:
    for command in re.findall(r"`aann (\w+)", help_pages.page(name)):
        assert command in COMMANDS


@pytest.mark.parametrize("name", WRITTEN)
def test_keys_exist(name: str) -> None:
    keys = {key for entry in entries().values() for key in entry.keys}
    assert set(re.findall(r"\*\*((?:Ctrl|Shift|Alt)\+[\w+]+)\*\*", help_pages.page(name))) <= keys


def test_keys_do_what_the_tour_says() -> None:
    keys = {key for entry in entries().values() for key in entry.keys}
    named = re.findall(r"\*\*([A-Z][\w+]*)\*\*", help_pages.page("tour"))
    found = {word for word in named if len(word) == 1 or "+" in word or re.fullmatch(r"F\d+|Del", word)}
    assert len(found) >= 10 and found <= keys
    wanted = {
        "teach": "T", "run": "F5", "step": "F10", "back": "Shift+F10", "reset": "Ctrl+R", "insert_block": "A",
        "wire": "W", "new_network": "Ctrl+Shift+N", "keys": "F1", "commands": "Ctrl+K", "undo": "Ctrl+Z",
    }  # fmt: skip
    for action, key in wanted.items():
        assert key in entries()[action].keys and f"**{key}**" in help_pages.page("tour")


def test_examples_of_the_paper_exist() -> None:
    gallery = json.loads((paths.resources() / "examples" / "gallery.json").read_text(encoding="utf-8"))
    files = {entry["file"].removesuffix(".aann") for entry in gallery["examples"]}
    named = re.findall(r"^\| Figs?\. [\d-]+ \| ([\w-]+) \|", help_pages.page("paper"), re.MULTILINE)
    assert len(named) == 6 and set(named) <= files


def test_every_block_is_described() -> None:
    page = help_pages.blocks_page()
    for block in discover.catalogue().values():
        assert f"### {block.title}\n" in page and block.help in page
        for formula in block.formula:
            assert f"    {formula}\n" in page
