"""PATTERN.PARAM=VALUE: parameters of all parts whose path matches a glob, or a document parameter."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from app.document.schematic import TOP, Change, Instance, Schematic, block_of, document_values, values_of
from app.errors import fail
from blocks import discover, spec


def apply_settings(schematic: Schematic, settings: Sequence[str]) -> None:
    """Carries out every PATTERN.PARAM=VALUE in order. Raises ProblemError naming near paths when nothing matches."""
    for setting in settings:
        left, equals, value = setting.partition("=")
        if not equals or not left.strip() or not value.strip():
            raise fail(
                "set-syntax", f"--set {setting}", "it is not of the form PATTERN.PARAM=VALUE", "as in N2_1.gain=6"
            )
        apply_setting(schematic, left.strip(), value.strip())


def apply_setting(schematic: Schematic, target: str, value: str) -> None:
    """One setting: a document parameter, or a parameter of all parts whose path matches the glob."""
    if target in schematic.parameters or "." not in target:
        _set_document_parameter(schematic, target, value)
        return
    pattern, parameter = target.rsplit(".", 1)
    changes: list[Change] = []
    names: list[str] = []
    for instance in schematic.sheets[TOP].instances.values():
        changed = _changed_instance(schematic, instance, pattern, parameter, value, names)
        if changed is not None:
            changes.append(Change("instances", instance.id, instance, changed, TOP))
    if not changes:
        near = difflib.get_close_matches(target, names, n=5, cutoff=0.3) or names[:5]
        raise fail(
            "no-match", f"--set {target}", "no part has this path and parameter", f"near names: {', '.join(near)}"
        )
    schematic.apply(changes)


def _set_document_parameter(schematic: Schematic, name: str, value: str) -> None:
    known = list(schematic.parameters)
    if name not in schematic.parameters:
        near = ", ".join(difflib.get_close_matches(name, known, n=5, cutoff=0.0)) or "there are none"
        raise fail("no-match", f"--set {name}", "there is no such document parameter", f"near names: {near}")
    schematic.apply([Change("parameters", name, schematic.parameters[name], value)])
    if name not in document_values(schematic):
        raise fail("parameter-invalid", f"--set {name}={value}", "it cannot be computed", "type a quantity")


def _changed_instance(
    schematic: Schematic, instance: Instance, pattern: str, parameter: str, value: str, names: list[str],
) -> Instance | None:  # fmt: skip
    """The instance with the parameter (or override) set, None if it does not match."""
    try:
        block = block_of(instance)
    except KeyError:
        return None
    result = instance
    names.extend(f"{instance.name}.{p.name}" for p in block.parameters)
    if fnmatchcase(instance.name, pattern) and block.parameter(parameter) is not None:
        _validate(schematic, block, instance.name, {**instance.parameters, parameter: value}, parameter)
        result = dataclasses.replace(result, parameters={**result.parameters, parameter: value})
    if block.expand is not None and "/" in pattern:
        overrides = dict(result.overrides)
        for part in block.expand(values_of(schematic, instance)).parts:
            inner = discover.block(part.type)
            path = f"{instance.name}/{part.name}"
            if len(names) < 20000:
                names.extend(f"{path}.{p.name}" for p in inner.parameters)
            if fnmatchcase(path, pattern) and inner.parameter(parameter) is not None:
                _validate(schematic, inner, path, {parameter: value}, parameter)
                overrides[f"{part.name}.{parameter}"] = value
        if overrides != result.overrides:
            result = dataclasses.replace(result, overrides=overrides)
    return None if result is instance else result


def _validate(schematic: Schematic, block: spec.Block, path: str, texts: dict[str, str], parameter: str) -> None:
    try:
        spec.resolve(block, texts, document_values(schematic))
    except spec.ParameterError as error:
        raise fail("parameter-invalid", f"{path}.{error.parameter}", error.found, error.cure) from None
