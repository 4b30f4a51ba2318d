"""Overrides of a placed sheet: texts such as `N2_1/Mf1.V_off`, handed down to the blocks of its definition."""

from __future__ import annotations

from collections.abc import Mapping

from app.document.definitions import SHEET
from app.document.edits import UNNAMED
from app.document.schematic import Instance, Sheet
from blocks import discover

Texts = Mapping[str, str]


def handed_down(sheet: Sheet, overrides: Texts) -> tuple[Mapping[str, tuple[Texts, Texts]], list[str]]:
    """Parameters and overrides, by id, of the blocks of a definition that a placed sheet's overrides mean; and those
    overrides that mean nothing."""
    result: dict[str, tuple[Texts, Texts]] = {}
    unknown: list[str] = []
    by_name = {entry.name: entry for entry in sheet.instances.values() if entry.type not in UNNAMED}
    for key, text in overrides.items():
        path, _, parameter = key.rpartition(".")
        instance, rest = _split(by_name, path)
        if instance is None or not _takes(instance, rest, parameter):
            unknown.append(key)
            continue
        parameters, inner = result.get(instance.id, (instance.parameters, instance.overrides))
        if rest:
            inner = {**inner, f"{rest}.{parameter}": text}
        else:
            parameters = {**parameters, parameter: text}
        result[instance.id] = parameters, inner
    return result, unknown


def _split(by_name: Mapping[str, Instance], path: str) -> tuple[Instance | None, str]:
    """The block that a path begins with, and the rest; names may contain `/`, so that the longest counts."""
    end = len(path)
    while end > 0:
        if path[:end] in by_name:
            return by_name[path[:end]], path[end + 1 :]
        end = path.rfind("/", 0, end)
    return None, path


def _takes(instance: Instance, rest: str, parameter: str) -> bool:
    """Whether an override can be handed on: to a parameter of the block, or to what is inside (which judges itself)."""
    block = discover.catalogue().get(instance.type)
    if block is None:
        return False
    if rest:
        return instance.type == SHEET or block.expand is not None
    return block.parameter(parameter) is not None
