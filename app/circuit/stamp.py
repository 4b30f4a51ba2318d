"""Macro templates: a macro's expansion is turned into index arrays once per shape, then stamped for all instances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.circuit.netlist import PartGroup
from app.errors import Problem
from app.functions import NUMPY_FUNCTIONS
from app.program import FloatArray, IntArray
from blocks import discover, expression, spec


@dataclass(frozen=True, slots=True)
class TemplateGroup:
    """Like parts within one macro: `nets[port]` (parts,) template net numbers; `texts[parameter]` one text a part."""

    block: spec.Block
    names: tuple[str, ...]
    nets: Mapping[str, IntArray]
    texts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Template:
    """Nets 0 .. len(boundary)-1 are the macro's pins in the order of `boundary`; the rest are inside."""

    block: spec.Block
    boundary: tuple[tuple[str, int], ...]
    nets: int
    groups: tuple[TemplateGroup, ...]


def template_of(block: spec.Block, values: Mapping[str, Any]) -> Template:
    """The template of a macro for these (structural) values."""
    assert block.expand is not None
    expansion = block.expand(values)
    boundary = tuple(expansion.boundary)
    number: dict[str, int] = {}
    for pin in boundary:
        net = expansion.boundary[pin]
        if net in number:
            raise ValueError(f"{block.type}: two pins on the inner net {net!r}")
        number[net] = len(number)
    net_of: dict[tuple[str, str], int] = {}
    for net, members in expansion.nets.items():
        index = number.setdefault(net, len(number))
        for member in members:
            net_of[member] = index
    by_type: dict[str, list[spec.Part]] = defaultdict(list)
    for part in expansion.parts:
        by_type[part.type].append(part)
    total = len(number)
    groups = []
    for type_name, parts in by_type.items():
        inner = discover.block(type_name)
        nets: dict[str, IntArray] = {}
        for names in _node_ports(inner):
            column = np.empty(len(parts), np.int64)
            for row, part in enumerate(parts):
                found = {net_of[part.name, name] for name in names if (part.name, name) in net_of}
                if not found:  # an unconnected pin is a node of its own
                    found, total = {total}, total + 1
                if len(found) > 1:
                    raise ValueError(f"{block.type}: {part.name} joins two nets")
                column[row] = found.pop()
            for name in names:
                nets[name] = column
        texts = {
            parameter.name: tuple(part.parameters.get(parameter.name, parameter.default) for part in parts)
            for parameter in inner.parameters
            if parameter.kind != "text"
        }
        groups.append(TemplateGroup(inner, tuple(part.name for part in parts), nets, texts))
    return Template(block, boundary, total, tuple(groups))


def _node_ports(block: spec.Block) -> list[tuple[str, ...]]:
    """The block's ports, those that are one node inside taken together."""
    joined = [tuple(names) for names in block.same_node]
    single = [(port.name,) for port in block.ports if not any(port.name in names for names in joined)]
    return joined + single


def stamp(
    template: Template,
    values: Sequence[Mapping[str, Any]],
    boundary: IntArray,
    first_node: int,
    owner: IntArray,
    overrides: Sequence[Mapping[str, str]],
    names: Sequence[tuple[str, str]],
    outer: Mapping[str, float],
) -> tuple[list[PartGroup], int, list[Problem]]:
    """Part groups of all instances of one shape. boundary (instances, pins) outer nodes; `first_node` is the first free
    node number. Returns the groups, how many nodes were used, and problems with overrides."""
    count, pins = len(values), len(template.boundary)
    inner = template.nets - pins
    table = np.empty((count, template.nets), np.int64)
    table[:, :pins] = boundary.reshape(count, pins)
    table[:, pins:] = first_node + np.arange(count * inner).reshape(count, inner)
    env = {
        parameter.name: _column([entry[parameter.name] for entry in values]) for parameter in template.block.parameters
    }
    groups = []
    for part in template.groups:
        size = len(part.names)
        nodes = {port: table[:, nets].reshape(-1) for port, nets in part.nets.items()}
        parameters = {
            name: _in_one_column(_part_values(part, name, texts, env, count))
            for name, texts in part.texts.items()
        }
        groups.append(PartGroup(part.block, nodes, parameters, np.repeat(owner, size), part.names))
    problems = _apply_overrides(template, groups, overrides, names, outer)
    return groups, count * inner, problems


def _in_one_column(values: FloatArray) -> FloatArray:
    """(instances, parts) as (n, 1), still a view if it is one of a single number."""
    if values.strides == (0, 0):
        return np.broadcast_to(values[:1, :1], (values.size, 1))
    return values.reshape(-1, 1)


def _column(values: Sequence[Any]) -> FloatArray:
    return np.array([[float("nan") if isinstance(value, str) else float(value)] for value in values])


def _part_values(
    part: TemplateGroup, name: str, texts: tuple[str, ...], env: Mapping[str, FloatArray], count: int
) -> FloatArray:
    """(instances, parts) values of one parameter; equal texts are computed once. A view of one number where all are the
    same."""
    kinds = sorted(set(texts))
    parameter = part.block.parameter(name)
    assert parameter is not None
    columns = [_evaluate(part.block, parameter, text, env) for text in kinds]
    if len(kinds) == 1 and (columns[0] == columns[0][0]).all():
        return np.broadcast_to(columns[0][:1], (count, len(texts)))
    result = np.empty((count, len(texts)))
    for text, column in zip(kinds, columns, strict=True):
        if len(kinds) == 1:
            result[:] = column
        else:
            result[:, [given == text for given in texts]] = column
    return result


def _evaluate(block: spec.Block, parameter: spec.Parameter, text: str, env: Mapping[str, FloatArray]) -> FloatArray:
    """(instances or 1, 1): a word or quantity as the inner block reads it, else an expression of the macro's values."""
    try:
        value = spec.resolve(block, {parameter.name: text})[parameter.name]
        return _column([value])
    except spec.ParameterError:
        tree = expression.parse(text)
        return np.asarray(expression.evaluate(tree, env, NUMPY_FUNCTIONS)).reshape(-1, 1)


def _apply_overrides(
    template: Template,
    groups: Sequence[PartGroup],
    overrides: Sequence[Mapping[str, str]],
    names: Sequence[tuple[str, str]],
    outer: Mapping[str, float],
) -> list[Problem]:
    """Writes {"Mf1.V_off": "5m"} of each instance into the stamped values."""
    problems: list[Problem] = []
    for row, given in enumerate(overrides):
        for key, text in given.items():
            local, _, parameter_name = key.rpartition(".")
            target = next((g for g in groups if local in g.local), None)
            where = f"{names[row][0]}/{key}"
            if target is None or parameter_name not in target.values:
                problems.append(
                    Problem(
                        "override-unknown",
                        where,
                        "there is no such part or parameter inside this block",
                        "remove the override or correct its name",
                        ids=(names[row][1],),
                    )
                )
                continue
            try:
                value = spec.resolve(target.block, {parameter_name: text}, outer)[parameter_name]
            except spec.ParameterError as error:
                problems.append(Problem("parameter-invalid", where, error.found, error.cure, ids=(names[row][1],)))
                continue
            position = row * len(target.local) + list(target.local).index(local)
            if not target.values[parameter_name].flags.writeable:
                target.values[parameter_name] = target.values[parameter_name].copy()
            target.values[parameter_name][position] = _column([value])[0]
    return problems
