"""Renaming a document parameter together with every expression that uses it, as one edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from app.document.edits import Changes, changed, set_document_parameter
from app.document.schematic import Change, Schematic
from app.errors import fail
from blocks import discover, expression, units

RESERVED = frozenset((*expression.FUNCTIONS, *expression.CONSTANTS, "t"))


def rename_parameter(schematic: Schematic, old: str, new: str) -> Changes:
    """Document parameter `old` becomes `new`, in other parameters, blocks and overrides too. Raises ProblemError for a
    name that is taken or cannot be one, KeyError if there is no `old`."""
    if new == old:
        return ()
    check_name(schematic, new)
    text = schematic.parameters[old]
    changes = [
        *set_document_parameter(schematic, old, None),
        *set_document_parameter(schematic, new, _renamed(text, old, new)),
    ]
    for name, other in schematic.parameters.items():
        if name != old and (mended := _renamed(other, old, new)) != other:
            changes.append(Change("parameters", name, other, mended))
    for sheet_name, sheet in schematic.sheets.items():
        for instance in sheet.instances.values():
            block = discover.catalogue().get(instance.type)
            words = {p.name for p in block.parameters if p.kind in ("text", "choice")} if block else set()
            parameters = _mended(instance.parameters, words, old, new)
            overrides = _mended(instance.overrides, set(), old, new)
            after = replace(instance, parameters=parameters, overrides=overrides)
            if after != instance:
                changes.append(changed(sheet_name, "instances", instance, after))
    return tuple(changes)


def check_name(schematic: Schematic, name: str) -> None:
    """Raises ProblemError if no new document parameter can be called so."""
    if name in schematic.parameters:
        raise fail("duplicate-name", name, "there is a parameter of this name", "choose another name")
    if name in RESERVED:
        raise fail("name-invalid", name, "equations use this name for something else", "choose another name")
    if not (name.isidentifier() and name.isascii() and len(name) <= 64):
        raise fail("name-invalid", name[:40], "this cannot be a parameter's name", "use letters, digits and _")


def _mended(texts: Mapping[str, str], leave: set[str], old: str, new: str) -> dict[str, str]:
    return {name: text if name in leave else _renamed(text, old, new) for name, text in texts.items()}


def _renamed(text: str, old: str, new: str) -> str:
    """The text with a name replaced, if it is an expression that uses it."""
    try:
        units.parse(text)
    except units.QuantityError:
        try:
            used = old in expression.names(expression.parse(text))
        except expression.ExpressionError:
            return text
        return re.sub(rf"(?<![A-Za-z0-9_]){re.escape(old)}(?![A-Za-z0-9_])", new, text) if used else text
    return text
