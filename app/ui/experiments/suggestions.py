"""What is worth varying in a drawing: targets that its blocks offer, and whole studies to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.document.schematic import Instance, Schematic, block_of, values_of
from app.document.unfold import unfold
from app.training.sweep_axes import Axis, Draw, Vary
from blocks import discover, spec, units


@dataclass(frozen=True)
class Study:
    """A name, and what it varies in the words of --vary."""

    title: str
    varies: tuple[str, ...]
    runs: int = 0  # 0: as it is


@dataclass(frozen=True)
class Target:
    """A group of parameters: `title` for people, `target` as --vary takes it, the parameter's declaration."""

    title: str
    target: str
    parameter: spec.Parameter


def studies(schematic: Schematic) -> list[Study]:
    """Studies that this drawing allows; ten seeds always, as in Fig. 10."""
    schematic = unfold(schematic).schematic
    types, flat = _part_types(schematic)
    neurons = any(instance.type == "neuron" for instance in schematic.top.instances.values())
    found = [Study("Ten seeds", (), 10)]
    if any(instance.type == "dataset" for instance in schematic.top.instances.values()):
        found.append(Study("Row time T_row", ("T_row=10n,100n,1u",)))
    if any(instance.type == "v_teach" for instance in schematic.top.instances.values()):
        found.append(Study("Teaching voltage", ("V_teach=0.5,1,1.5,2",)))
    all_ = "M*" if flat else "*/M*"
    if "imperfect_multiplier" in types:
        mismatch = (f"{all_}.V_off=normal:0:5m", f"{all_}.K_I=normal:100%:1%")
        found.append(Study("Mismatch of all multipliers", mismatch, 100))
        found.append(Study("Yield against offset spread", (f"{all_}.V_off=normal:0:5m,20m,50m,0.1,0.2",), 24))
    elif "multiplier" in types:
        found.append(Study("Mismatch of all multipliers", (f"{all_}.K_m=normal:100%:1%",), 100))
        found.append(Study("Yield against multiplier spread", (f"{all_}.K_m=normal:100%:1%,3%,10%,20%",), 24))
    if neurons:
        gain = f"{_neurons(schematic)}.gain=lin:2:8:7"
        found.append(Study("Gain and row time", (gain, "T_row=50n,100n,200n,500n"), 8))
    return found


def _neurons(schematic: Schematic) -> str:
    """A pattern for all neurons, also those inside placed sheets."""
    names = [instance.name for instance in schematic.top.instances.values() if instance.type == "neuron"]
    return "N*" if all(name.startswith("N") for name in names) else "*"


def targets(schematic: Schematic) -> list[tuple[str, list[Target]]]:
    """All that a drawing offers, by groups: documents' parameters, blocks of a type, parts of a type inside macros."""
    groups: list[tuple[str, list[Target]]] = []
    if schematic.parameters:
        own = [Target(name, name, spec.Parameter(name, "")) for name in schematic.parameters]
        groups.append(("Document parameters", own))
    by_type: dict[str, list[Instance]] = {}
    schematic = unfold(schematic).schematic
    for instance in schematic.top.instances.values():
        by_type.setdefault(instance.type, []).append(instance)
    inner: dict[tuple[str, str], str] = {}
    for type_name, instances in by_type.items():
        try:
            block = discover.block(type_name)
        except KeyError:
            continue
        pattern = _pattern([instance.name for instance in instances])
        if block.equations or block.expand or type_name in ("dataset", "v_teach"):
            which = f", all {len(instances)}" if len(instances) > 1 else f" {instances[0].name}"
            title = f"{block.title}{which}"
            groups.append((title, _targets_of(block, pattern)))
        if block.expand is not None:
            for part in block.expand(values_of(schematic, instances[0])).parts:
                role = part.name.rstrip("0123456789")
                inner.setdefault((role, part.type), f"{pattern}/{role}*")
    for (role, type_name), pattern in inner.items():
        block = discover.block(type_name)
        groups.append((f"{block.title}s {role} in neurons", _targets_of(block, pattern)))
    return [(title, found) for title, found in groups if found]


def of_selection(schematic: Schematic, ids: Sequence[str], macro: str, parts: Sequence[str]) -> list[Target]:
    """What the selection on the canvas offers: its blocks, or parts inside the macro `macro`."""
    found: list[Target] = []
    schematic = unfold(schematic).schematic
    if macro in schematic.top.instances and parts:
        instance = schematic.top.instances[macro]
        block = block_of(instance)
        if block.expand is not None:
            kinds = {part.name: part.type for part in block.expand(values_of(schematic, instance)).parts}
            for name in parts:
                if name in kinds:
                    found += _targets_of(discover.block(kinds[name]), f"{instance.name}/{name}")
        return found
    for ident in ids:
        chosen = schematic.top.instances.get(ident)
        if chosen is not None:
            try:
                found += _targets_of(block_of(chosen), chosen.name)
            except KeyError:
                continue
    return found


def beginning(target: Target) -> Vary:
    """Values to begin with: 80 % to 120 % of the default, a few per cent of spread, or all choices."""
    parameter = target.parameter
    if parameter.kind == "choice":
        return Axis(target.target, "list", parameter.choices)
    try:
        value = units.parse(parameter.default, parameter.unit)
    except units.QuantityError:
        return Draw(target.target, "normal", "100%", ("5%",))
    if value == 0:
        return Draw(target.target, "normal", "0", ("5m",))
    texts = tuple(units.format_si(share * value, "").replace(" ", "") for share in (0.8, 1.0, 1.2))
    return Axis(target.target, "list", texts)


def _targets_of(block: spec.Block, pattern: str) -> list[Target]:
    return [
        Target(f"{parameter.label or parameter.name}", f"{pattern}.{parameter.name}", parameter)
        for parameter in block.parameters
        if parameter.kind in ("quantity", "choice")
    ]


def _part_types(schematic: Schematic) -> tuple[set[str], bool]:
    """Types of all parts; whether multipliers stand on the sheet under names of their own (no `N2_1/Mf0`)."""
    types: set[str] = set()
    flat = False
    for instance in schematic.top.instances.values():
        types.add(instance.type)
        flat = flat or (instance.type in ("multiplier", "imperfect_multiplier") and "/" not in instance.name)
        try:
            block = block_of(instance)
        except KeyError:
            continue
        if block.expand is not None:
            types |= {part.type for part in block.expand(values_of(schematic, instance)).parts}
    return types, flat


def _pattern(names: Iterable[str]) -> str:
    """The shortest glob of a common beginning that matches all names: `N*`, or the name itself."""
    known = list(names)
    if len(known) == 1:
        return known[0]
    start = known[0]
    for name in known[1:]:
        while not name.startswith(start):
            start = start[:-1]
    return f"{start.rstrip('0123456789_')}*"
