"""Parameters that differ from run to run: a flattened netlist gets values per lane without being flattened again.

What depends on a varied value follows it: parameters of the same block (I_ref = K_m/gain), the parts of a macro, and
whatever a document parameter is used in. An override, or a value given for a part itself, wins over its macro's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.circuit.netlist import Netlist
from app.circuit.stamp import template_of
from app.document.addresses import Address
from app.document.schematic import Instance, Schematic, block_of, document_values
from app.document.unfold import unfold
from app.errors import fail
from app.functions import NUMPY_FUNCTIONS
from app.program import FloatArray
from blocks import discover, expression, spec, units

Values = Mapping[str, Any]  # floats and words; what differs from lane to lane is a (lanes,) array


@dataclass(frozen=True)
class Given:
    """Values (lanes,) of one parameter [SI]; `relative`: multiples of what the drawing says."""

    address: Address
    values: FloatArray
    relative: bool = False

    def applied_to(self, nominal: Any) -> FloatArray:
        return np.asarray(nominal * self.values) if self.relative else self.values


def can_differ(schematic: Schematic, address: Address) -> bool:
    """Whether runs that differ in the number of this parameter can be lanes of one batch. Structure, words, time
    constants (they decide what is a state) and sources' schedules are shared by all lanes."""
    if not address.instance:
        schematic = unfold(schematic).schematic
        return not any(_shared_use(schematic, instance, address.parameter) for instance in _instances(schematic))
    return _is_laned(discover.block(address.type), address.parameter)


def with_lanes(schematic: Schematic, netlist: Netlist, lanes: int, given: Sequence[Given]) -> Netlist:
    """The netlist of `schematic` with `given` values, each for `lanes` runs. Raises ProblemError when a value is out of
    its parameter's bounds, naming the path and the value."""
    schematic = unfold(schematic).schematic
    outer = _outer_lanes(schematic, given)
    own: dict[str, dict[str, Given]] = {}
    for entry in given:
        if entry.address.instance and not entry.address.part:
            own.setdefault(entry.address.instance, {})[entry.address.parameter] = entry
    writer = _Writer(netlist, lanes)
    for number, drawn in enumerate(netlist.instances):
        instance = schematic.top.instances.get(drawn.id)
        if instance is None:  # a placed sheet, which is nothing but what is inside
            continue
        block = block_of(instance)
        varied = _varied_values(block, instance.name, instance.parameters, outer, own.get(drawn.id, {}))
        if block.expand is None:
            for name, values in varied.items():
                writer.put(number, "", name, values)
            continue
        if varied:
            _vary_parts(writer, number, instance, block, {**drawn.values, **varied}, frozenset(varied))
        _vary_overrides(writer, number, instance, outer)
    numbers = {drawn.id: number for number, drawn in enumerate(netlist.instances)}
    for entry in given:
        if entry.address.part:
            _vary_part(writer, numbers[entry.address.instance], entry)
    return writer.netlist


class _Writer:
    """Copies a netlist's values where they are written."""

    def __init__(self, netlist: Netlist, lanes: int) -> None:
        self.lanes = lanes
        self.netlist = replace(netlist, groups=[replace(g, values=dict(g.values)) for g in netlist.groups], lanes=lanes)
        self._own: set[tuple[int, str]] = set()
        self._rows: dict[tuple[int, str], tuple[int, int]] = {}
        for index, group in enumerate(netlist.groups):
            for row, owner in enumerate(group.owner.tolist()):
                self._rows[owner, group.local[row % len(group.local)]] = index, row

    def put(self, number: int, local: str, name: str, values: FloatArray) -> None:
        """Values (lanes,) of the part `local` of drawn instance `number`; what no equation uses is passed over."""
        place = self._rows.get((number, local))
        if place is None or name not in self.netlist.groups[place[0]].values:
            return
        index, row = place
        group = self.netlist.groups[index]
        if (index, name) not in self._own:
            group.values[name] = np.array(np.broadcast_to(group.values[name], (group.count, self.lanes)))
            self._own.add((index, name))
        group.values[name][row] = values

    def get(self, number: int, local: str, name: str) -> FloatArray:
        """(1 or lanes,) what stands there now."""
        index, row = self._rows[number, local]
        return np.asarray(self.netlist.groups[index].values[name][row])

    def has(self, number: int, local: str) -> bool:
        return (number, local) in self._rows

    def block(self, number: int, local: str) -> spec.Block:
        return self.netlist.groups[self._rows[number, local][0]].block


# -- values that follow others ----------------------------------------------------------------------------------


def _outer_lanes(schematic: Schematic, given: Sequence[Given]) -> Values:
    """All document parameters; those that are given or depend on given ones as arrays."""
    nominal = document_values(schematic)
    wanted = {entry.address.parameter: entry for entry in given if not entry.address.instance}
    texts = schematic.parameters
    varied = _follow(wanted, nominal, lambda name: _names_in_text(texts[name]), texts.__getitem__, lambda name: {})
    return {**nominal, **varied}


def _varied_values(
    block: spec.Block, where: str, texts: Mapping[str, str], outer: Values, given: Mapping[str, Given]
) -> dict[str, FloatArray]:
    """The parameters of one block that differ between lanes (lanes,), checked against their bounds."""
    if not given and not any(isinstance(value, np.ndarray) for value in outer.values()):
        return {}
    first = {name: float(v.flat[0]) if isinstance(v, np.ndarray) else v for name, v in outer.items()}
    nominal = spec.resolve(block, texts, first)
    declared = {parameter.name: parameter for parameter in block.parameters}

    def text_of(name: str) -> str:
        return texts.get(name, declared[name].default)

    def names_of(name: str) -> frozenset[str]:
        return _names_in(declared[name], text_of(name))

    def outside(name: str) -> Values:
        """As in blocks.spec: a given text means the document's name before a sibling's, a default the sibling's."""
        return {n: outer[n] for n in names_of(name) if n in outer and (name in texts or n not in declared)}

    result = _follow(given, nominal, names_of, text_of, outside)
    for name in sorted(result, key=lambda name: name not in given):  # what was given is to blame first
        _check_bounds(declared[name], f"{where}.{name}", result[name])
    return result


def _follow(
    given: Mapping[str, Given],
    nominal: Values,
    names_of: Callable[[str], frozenset[str]],
    text_of: Callable[[str], str],
    outside: Callable[[str], Values],
) -> dict[str, FloatArray]:
    """Arrays of the names in `nominal` that are given or depend on such; `outside(name)` are the values that the text
    of `name` takes from elsewhere than its siblings."""
    done: dict[str, Any] = {}

    def value(name: str) -> Any:
        if name in done:
            return done[name]
        result = nominal[name]
        if name not in given or given[name].relative:
            foreign = outside(name)
            env = {used: foreign[used] if used in foreign else value(used) for used in names_of(name)}
            if any(isinstance(entry, np.ndarray) for entry in env.values()):
                result = _computed(text_of(name), env)
        done[name] = given[name].applied_to(result) if name in given else result
        return done[name]

    found = {name: value(name) for name in nominal}
    return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


def _computed(text: str, env: Values) -> FloatArray:
    with np.errstate(all="ignore"):  # what is not finite is out of bounds, which is told
        return np.asarray(expression.evaluate(expression.parse(text), env, NUMPY_FUNCTIONS), float)


def _vary_parts(
    writer: _Writer, number: int, instance: Instance, block: spec.Block, env: Values, varied: frozenset[str]
) -> None:
    """Parameters of a macro's parts that are computed from what varies in the macro."""
    for part in template_of(block, env).groups:
        for name, texts in part.texts.items():
            declared = part.block.parameter(name)
            assert declared is not None
            for local, text in zip(part.names, texts, strict=True):
                if f"{local}.{name}" not in instance.overrides and _names_in(declared, text) & varied:
                    writer.put(number, local, name, _computed(text, env))


def _vary_overrides(writer: _Writer, number: int, instance: Instance, outer: Values) -> None:
    """Overrides whose text uses a document parameter that varies."""
    for key, text in instance.overrides.items():
        local, _, name = key.rpartition(".")
        if not any(isinstance(outer.get(used), np.ndarray) for used in _names_in_text(text)):
            continue
        block = writer.block(number, local)
        varied = _varied_values(block, f"{instance.name}/{local}", {name: text}, outer, {})
        writer.put(number, local, name, varied[name])


def _vary_part(writer: _Writer, number: int, entry: Given) -> None:
    address = entry.address
    if not writer.has(number, address.part):  # another structure of the same sweep, without this part
        return
    parameter = writer.block(number, address.part).parameter(address.parameter)
    assert parameter is not None
    values = entry.applied_to(writer.get(number, address.part, address.parameter))
    _check_bounds(parameter, address.path, values)
    writer.put(number, address.part, address.parameter, values)


# -- what a text uses, what a block allows ----------------------------------------------------------------------


def _names_in(parameter: spec.Parameter, text: str) -> frozenset[str]:
    """The names in a parameter's text; words and quantities have none."""
    if parameter.kind in ("text", "choice") or text in parameter.choices:
        return frozenset()
    return _names_in_text(text, parameter.unit)


def _names_in_text(text: str, unit: str = "") -> frozenset[str]:
    try:
        units.parse(text, unit)
        return frozenset()
    except units.QuantityError:
        pass
    try:
        return expression.names(expression.parse(text))
    except expression.ExpressionError:  # flatten reports it
        return frozenset()


def _instances(schematic: Schematic) -> Iterable[Instance]:
    return schematic.top.instances.values()


def _part_block(schematic: Schematic, instance: Instance, local: str) -> spec.Block:
    """The declaration of a macro's inner part."""
    block = block_of(instance)
    assert block.expand is not None
    values = spec.resolve(block, instance.parameters, document_values(schematic))
    return discover.block(next(part.type for part in block.expand(values).parts if part.name == local))


def _is_laned(block: spec.Block, name: str) -> bool:
    declared = block.parameter(name)
    if declared is None or declared.structural or declared.kind != "quantity":
        return False
    if block.waveform is not None or block.type == "dataset":
        return False
    return not any(name in expression.names(expression.parse(text)) for text in block.time_constant.values())


def _shared_use(schematic: Schematic, instance: Instance, name: str) -> bool:
    """Whether a document parameter reaches something of this instance that lanes share."""
    reached, size = {name}, 0
    while len(reached) > size:
        size = len(reached)
        reached |= {other for other, text in schematic.parameters.items() if _names_in_text(text) & reached}
    try:
        block = block_of(instance)
    except KeyError:
        return False
    for key, text in instance.parameters.items():
        declared = block.parameter(key)
        if declared is not None and _names_in(declared, text) & reached and not _is_laned(block, key):
            return True
    return any(
        _names_in_text(text) & reached
        and not _is_laned(_part_block(schematic, instance, key.rpartition(".")[0]), key.rpartition(".")[2])
        for key, text in instance.overrides.items()
    )


def _check_bounds(parameter: spec.Parameter, where: str, values: FloatArray) -> None:
    low = max(parameter.minimum, np.nextafter(0.0, 1.0)) if parameter.positive else parameter.minimum
    bad = np.flatnonzero(~((values >= low) & (values <= parameter.maximum)))
    if len(bad):
        value = units.format_si(float(values[bad[0]]), parameter.unit)
        span = f"{units.format_si(low, parameter.unit)} to {units.format_si(parameter.maximum, parameter.unit)}"
        raise fail(
            "parameter-invalid", where, f"one of the runs has the value {value}",
            f"choose a smaller spread or other values, so that all lie in {span}",
        )  # fmt: skip
