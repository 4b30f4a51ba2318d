"""What several sub-commands share: quantities, `--set`, loading, V_teach."""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import math
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from app.document import aann_file
from app.document.schematic import TOP, Change, Instance, Schematic, block_of, document_values, values_of
from app.errors import fail
from blocks import discover, spec, units


def set_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATTERN.PARAM=VALUE",
        help="change a parameter of every part whose path matches, or a document parameter; repeatable",
    )  # fmt: skip


def quantity(text: str, unit: str, where: str, positive: bool = False) -> float:
    """The value of a quantity given on the command line. Raises ProblemError."""
    try:
        value = units.parse(text, unit)
    except units.QuantityError as error:
        raise fail("quantity", where, f"{error.text!r} {error.reason}", error.hint or "type a number") from None
    if positive and value <= 0:
        raise fail("quantity", where, f"{text!r} is not above zero", "type a positive value")
    return value


def load(path: str) -> aann_file.Document:
    """The document with its datasets' rows. Raises ProblemError."""
    return aann_file.load(Path(path))


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
        result = _with(result, parameters={**result.parameters, parameter: value})
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
            result = _with(result, overrides=overrides)
    return None if result is instance else result


def _with(instance: Instance, **fields: object) -> Instance:
    return dataclasses.replace(instance, **fields)  # type: ignore[arg-type]


def _validate(schematic: Schematic, block: spec.Block, path: str, texts: dict[str, str], parameter: str) -> None:
    try:
        spec.resolve(block, texts, document_values(schematic))
    except spec.ParameterError as error:
        raise fail("parameter-invalid", f"{path}.{error.parameter}", error.found, error.cure) from None


def apply_vteach(schematic: Schematic, text: str | None) -> str:
    """`--vteach on|off|alternate|VOLTS`: sets the level of every V_teach block; returns the switch ("": as drawn)."""
    if text is None:
        return ""
    if text in ("on", "off", "alternate"):
        return text
    quantity(text, "V", "--vteach")
    changes = [
        Change(
            "instances", instance.id, instance, _with(instance, parameters={**instance.parameters, "level": text}), TOP
        )
        for instance in schematic.sheets[TOP].instances.values()
        if instance.type == "v_teach"
    ]
    if not changes:
        raise fail("no-match", f"--vteach {text}", "the drawing has no V_teach source", "add one")
    schematic.apply(changes)
    return "on"


def positive_number(text: str, where: str) -> float:
    """A plain positive number such as a tolerance. Raises ProblemError."""
    value = quantity(text, "", where)
    if not (value > 0 and math.isfinite(value)):
        raise fail("quantity", where, f"{text!r} is not above zero", "type a positive number such as 1e-6")
    return value
