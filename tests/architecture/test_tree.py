"""The tree: small files, and a map that names what is there and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.imports import ROOT, modules

MAX_LINES = 400


def test_files_stay_small() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules().values()}
    assert {str(path): lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


def map_entries(text: str) -> dict[str, str]:
    """Path -> meaning of every entry in the first fenced block; two spaces of indentation are one folder deeper.

    An entry is `name/` or `name.ext`, two or more spaces, and its meaning. Raises ValueError for another line.
    """
    block = re.search(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if block is None:
        raise ValueError("the map has no fenced tree")
    entries: dict[str, str] = {}
    folders: list[str] = []
    for line in block.group(1).splitlines():
        match = re.fullmatch(r"((?:  )*)(\S+) {2,}(\S.*)", line)
        if match is None:
            raise ValueError(f"not an entry of the map: {line!r}")
        indent, name, meaning = match.groups()
        del folders[len(indent) // 2 :]
        entries["".join(folders) + name] = meaning
        if name.endswith("/"):
            folders.append(name)
    return entries


def the_map() -> dict[str, str]:
    return map_entries((ROOT / "ARCHITECTURE.md").read_text("utf-8"))


def test_everything_on_the_map_exists() -> None:
    absent = [name for name in the_map() if not (ROOT / name).exists()]
    assert absent == []


def test_every_module_is_on_the_map_or_in_a_folder_that_is() -> None:
    entries = the_map()
    missing = []
    for path in modules().values():
        relative = path.relative_to(ROOT)
        if path.name == "__init__.py":
            named = relative.parent.as_posix() + "/" in entries or _parent(relative.parent) in entries
        else:
            named = relative.as_posix() in entries or _parent(relative) in entries
        if not named:
            missing.append(relative.as_posix())
    assert missing == [], "give each, or its folder, a line in the map of ARCHITECTURE.md"


def test_the_two_top_folders_are_listed_entry_by_entry() -> None:
    """There a folder's line does not stand for its content: each stage and each ground-floor module has its own."""
    entries = the_map()
    unnamed = [name for package in ("app", "blocks") for name in _children(package) if name not in entries]
    assert unnamed == []


def test_a_line_of_the_map_that_says_nothing_is_refused() -> None:
    assert map_entries("```\napp/  stages\n  cli.py  commands\nblocks/  parts\n```\n") == {
        "app/": "stages",
        "app/cli.py": "commands",
        "blocks/": "parts",
    }
    for bad in ("```\napp/\n```\n", "no tree"):
        try:
            map_entries(bad)
        except ValueError:
            continue
        raise AssertionError(f"accepted {bad!r}")


def _parent(relative: Path) -> str:
    return relative.parent.as_posix() + "/"


def _children(package: str) -> list[str]:
    """The modules and folders with modules directly inside app or blocks."""
    names = []
    for path in sorted((ROOT / package).iterdir()):
        if path.is_dir() and any(path.rglob("*.py")):
            names.append(f"{package}/{path.name}/")
        elif path.suffix == ".py" and path.name != "__init__.py":
            names.append(f"{package}/{path.name}")
    return names
