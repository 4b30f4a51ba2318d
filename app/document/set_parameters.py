"""PATTERN.PARAM=VALUE: parameters of all parts whose path matches a glob, or a document parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.document.addresses import Address, find
from app.document.schematic import TOP, Change, Instance, Schematic, block_of, document_values, parameter_fault
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
    addresses = find(schematic, target, f"--set {target}")
    set_texts(schematic, [(address, value) for address in addresses], f"--set {target}={value}")


def set_texts(schematic: Schematic, texts: Iterable[tuple[Address, str | None]], where: str) -> None:
    """Gives every address its text, as one change; None takes a part's override away. Raises ProblemError when a block
    cannot take it."""
    outer = document_values(schematic)
    instances: dict[str, Instance] = {}
    names: dict[str, str] = {}
    for address, text in texts:
        if not address.instance:
            names[address.parameter] = text or ""
            continue
        key = _holder(schematic, address)
        before = instances.get(key, schematic.top.instances[key])
        instances[key] = _changed(before, address, text, outer)
    changes = [Change("parameters", name, schematic.parameters[name], text) for name, text in names.items()]
    changes += [
        Change("instances", key, schematic.top.instances[key], after, TOP) for key, after in instances.items()
    ]
    schematic.apply(changes)
    known = document_values(schematic)
    for name in names:
        if name not in known:
            raise fail("parameter-invalid", where, *parameter_fault(name, names[name]))


def _holder(schematic: Schematic, address: Address) -> str:
    """The block of the top sheet that holds the text: for what is inside a placed sheet the placed sheet."""
    whole = address.instance in schematic.top.instances
    return address.instance if whole else address.instance.partition("/")[0]


def _changed(instance: Instance, address: Address, text: str | None, outer: dict[str, float]) -> Instance:
    """The instance with the parameter, or the override for what is inside it."""
    part = address.block_path[len(instance.name) + 1 :]
    if text is None:
        kept = {key: value for key, value in instance.overrides.items() if key != f"{part}.{address.parameter}"}
        return replace(instance, overrides=kept)
    parameters = {address.parameter: text}
    if not part:
        parameters = {**instance.parameters, **parameters}
    block = discover.block(address.type) if part else block_of(instance)
    try:
        spec.resolve(block, parameters, outer)
    except spec.ParameterError as error:
        place = f"{instance.name}/{part}" if part else instance.name
        raise fail("parameter-invalid", f"{place}.{error.parameter}", error.found, error.cure) from None
    if part:
        return replace(instance, overrides={**instance.overrides, f"{part}.{address.parameter}": text})
    return replace(instance, parameters=parameters)
