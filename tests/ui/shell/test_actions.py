"""Every action has a menu, a doer and keys that mean nothing else."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app import paths
from app.ui.action_table import NUMBER_KEYS, OTHER_KEYS, entries, keys_of
from app.ui.main_window import MainWindow
from app.ui.settings import KEY_MAPS, settings
from blocks import discover


def actions_of(menu: QMenu) -> set[str]:
    found = {action.objectName() for action in menu.actions()}
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found |= actions_of(inner)
    return found


def test_nothing_is_dead(window: MainWindow) -> None:
    assert window.workspace is not None
    assert window.action_set.unhandled() == []
    shown: set[str] = set()
    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        shown |= actions_of(menu)
    assert set(window.action_set.by_name) <= shown


@pytest.mark.parametrize("key_map", KEY_MAPS)
def test_a_key_means_one_thing(key_map: str) -> None:
    used = Counter(key for entry in entries().values() for key in keys_of(entry, key_map))
    used.update(NUMBER_KEYS.values())
    assert [key for key, times in used.items() if times > 1] == []
    for key in used:
        assert QKeySequence(key).toString() == key, f"{key} is not how Qt writes it"


def test_the_recommended_keys() -> None:
    keys = {name: entry.keys for name, entry in entries().items()}
    for name, key in (
        ("run", "F5"), ("stop", "Shift+F5"), ("step", "F10"), ("back", "Shift+F10"), ("teach", "T"), ("find", "Ctrl+F"),
        ("commands", "Ctrl+K"), ("insert_block", "A"), ("wire", "W"), ("rotate", "R"), ("mirror", "X"),
        ("mirror_vertical", "Y"), ("label", "L"), ("comment", "C"), ("frame", "Shift+F"), ("probe", "P"), ("fit", "F"),
        ("zoom_box", "Z"), ("edit_value", "E"), ("duplicate", "Ctrl+D"), ("delete", "Del"), ("cancel", "Esc"),
    ):  # fmt: skip
        assert key in keys[name], name
    assert not any("Space" in key for texts in keys.values() for key in texts)


def test_tables_name_what_exists() -> None:
    assert set(NUMBER_KEYS) <= set(discover.catalogue())
    assert set(OTHER_KEYS) <= set(KEY_MAPS)
    for changed in OTHER_KEYS.values():
        assert set(changed) <= set(entries())
    for entry in entries().values():
        assert not entry.icon or (paths.resources() / "icons" / f"{entry.icon}.svg").exists(), entry.icon


def test_another_key_map_takes_effect_at_once(window: MainWindow) -> None:
    try:
        settings().set_key_map("LTspice")
        assert window.action_set["wire"].shortcut().toString() == "F3"
        assert "F3" in window.action_set["wire"].toolTip()
    finally:
        settings().set_key_map(KEY_MAPS[0])
    assert window.action_set["wire"].shortcut().toString() == "W"
