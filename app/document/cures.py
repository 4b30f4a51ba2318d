"""Problems that one edit can cure: what the edit is called, and its changes. What needs a decision has no cure here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from app.document import edits, wiring
from app.document.beside import beside
from app.document.definitions import block_in, chained_names, definition_of, located
from app.document.edits import Changes, changed
from app.document.nets import Pin, nets_of
from app.document.schematic import End, Instance, Schematic, Wire, values_of
from app.errors import Problem
from blocks import discover

TEACH = "V_teach"
LOST = ("unknown-block", "sheet-missing", "sheet-recursive", "sheet-port-duplicate")  # the block itself is to blame
TIME_CONSTANT = "1n"
_PIN = re.compile(r"\.(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Cure:
    """`label` is a button's text; `changes()` makes the edit (it may take new ids, so call it only to do it)."""

    label: str
    changes: Callable[[], Changes]


def cure_of(schematic: Schematic, problem: Problem) -> Cure | None:
    """The edit that cures a problem of the drawing as it is now; None if there is none, or it is not certain."""
    find = _CURES.get(problem.code)
    return None if find is None else find(schematic, problem)


# -- nodes ------------------------------------------------------------------------------------------------------------


def _floating_input(schematic: Schematic, problem: Problem) -> Cure | None:
    found = _pin_named(schematic, problem)
    if found is None:
        return None
    sheet, instance, end = found
    pins = _on_net(schematic, sheet, end)
    if any(pin.drives for pin in pins):
        return None  # cured meanwhile
    if end.port != TEACH:
        return Cure("Connect to ground", partial(beside, schematic, sheet, instance, end, "ground", "V"))
    instances = schematic.sheets[sheet].instances
    if not any(pin.port == "net" and instances[pin.instance].parameters.get("net") == TEACH for pin in pins):
        return Cure("Label it V_teach", partial(_label_teach, schematic, sheet, instance, end))
    if any(other.type == "v_teach" for other in instances.values()):
        return None
    return Cure("Add a V_teach switch", partial(_teach_source, schematic, sheet, instance))


def _on_net(schematic: Schematic, sheet: str, end: End) -> list[Pin]:
    nets = nets_of(schematic, sheet)
    terminals = nets.terminals(end)
    return nets.pins(terminals[0]) if terminals else []


def _label_teach(schematic: Schematic, sheet: str, instance: Instance, end: End) -> Changes:
    label = beside(schematic, sheet, instance, end, "label", "net", net=TEACH, scope="global")
    if any(other.type == "v_teach" for other in schematic.sheets[sheet].instances.values()):
        return label
    return *label, *_teach_source(schematic, sheet, instance)


def _teach_source(schematic: Schematic, sheet: str, near: Instance) -> Changes:
    """A switch with a label of its own, below everything."""
    lowest = max((other.at[1] for other in schematic.sheets[sheet].instances.values()), default=0)
    source = edits.place(schematic, "v_teach", (near.at[0] - 12, lowest + 16), sheet)
    placed: Instance = source[0].after
    out = End(placed.id, "V")
    return *source, *beside(schematic, sheet, placed, out, "label", "net", net=TEACH, scope="global")


def _current_nowhere(schematic: Schematic, problem: Problem) -> Cure | None:
    found = _pin_named(schematic, replace(problem, where=problem.where.split(" and ")[0]))
    if found is None:
        return None
    sheet, instance, end = found
    if any(pin.has_conductance or pin.has_capacitance for pin in _on_net(schematic, sheet, end)):
        return None  # cured meanwhile
    return Cure("Add a resistor", lambda: beside(schematic, sheet, instance, end, "resistor", "I"))


def _parallel_resistance(schematic: Schematic, problem: Problem) -> Cure | None:
    """The resistor that is one too many goes; which one of several activations is meant, nobody can know."""
    found = [place for ident in problem.ids if (place := located(schematic, ident)) is not None]
    resistors = [(sheet, instance) for sheet, instance in found if instance.type == "resistor"]
    spare = resistors if len(resistors) < len(problem.ids) else resistors[1:]
    if not spare:
        return None
    names = ", ".join(instance.name for _, instance in spare)
    return Cure(f"Delete {names}", lambda: wiring.delete(schematic, [i.id for _, i in spare], spare[0][0]))


def _inverted_error(schematic: Schematic, problem: Problem) -> Cure | None:
    place = located(schematic, problem.ids[0]) if problem.ids else None
    if place is None or place[1].type != "type1":
        return None
    sheet, instance = place
    return Cure("Swap the two inputs", lambda: _swapped(schematic, sheet, instance, "V_out", "V_target"))


def _swapped(schematic: Schematic, sheet: str, instance: Instance, one: str, other: str) -> Changes:
    ports = {one: other, other: one}
    changes = []
    for wire in schematic.sheets[sheet].wires.values():
        ends = tuple(
            replace(end, port=ports[end.port]) if end.item == instance.id and end.port in ports else end
            for end in wire.ends
        )
        # The corners led to the other pin.
        after = wire if ends == wire.ends else Wire(wire.id, (ends[0], ends[1]))
        if after is not wire:
            changes.append(changed(sheet, "wires", wire, after))
    return tuple(changes)


def _algebraic_loop(schematic: Schematic, problem: Problem) -> Cure | None:
    for ident in problem.ids:
        place = located(schematic, ident)
        if place is not None and discover.block(place[1].type).parameter("tau") is not None:
            sheet, instance = place
            change = partial(edits.set_parameter, schematic, sheet, instance.id, "tau", TIME_CONSTANT)
            return Cure(f"Give {instance.name} a time constant", change)
    return None


# -- parameters -------------------------------------------------------------------------------------------------------


def _parameter(schematic: Schematic, problem: Problem) -> Cure | None:
    """Back to the default: of a block's parameter (`N1.gain`), or without the override (`N1/Mf1.V_off`), which may
    belong to any of the sheets around it."""
    path = problem.ids[0].split("/") if problem.ids else []
    names = chained_names(schematic, problem.ids[0]) if path else []
    for depth in range(1, len(names) + 1):
        place = located(schematic, "/".join(path[:depth]))
        rest = problem.where.removeprefix("/".join(names[:depth]))
        if place is not None and rest[:1] in ("/", ".") and rest[1:] in place[1].overrides:
            remove = partial(edits.set_override, schematic, place[0], place[1].id, rest[1:], None)
            return Cure("Remove the override", remove)
    place = located(schematic, problem.ids[0]) if path else None
    if place is None:
        return None
    sheet, instance = place
    name = problem.where.removeprefix("/".join(names))[1:]
    if name in instance.parameters:
        return Cure("Reset to default", lambda: edits.set_parameter(schematic, sheet, instance.id, name, None))
    return None


def _derivative(schematic: Schematic, problem: Problem) -> Cure | None:
    places = [place for ident in problem.ids[:2] if (place := located(schematic, ident)) is not None]
    if len(places) != 2:
        return None
    (sheet, derivative), (_, activation) = places
    if derivative.id == activation.id:
        return Cure("Reset its derivative", lambda: _reset_macro(sheet, derivative))
    if not activation.type or f"{activation.type}_derivative" not in discover.catalogue():
        return None
    return Cure("Make it the true derivative", lambda: _matched(schematic, sheet, derivative, activation))


def _reset_macro(sheet: str, macro: Instance) -> Changes:
    """Without the texts that set I_ref, V_ref and K_d apart from the gain."""
    parameters = {name: text for name, text in macro.parameters.items() if name not in ("I_ref", "V_ref", "K_d")}
    overrides = {path: text for path, text in macro.overrides.items() if not path.startswith(("S.", "D."))}
    return (changed(sheet, "instances", macro, replace(macro, parameters=parameters, overrides=overrides)),)


def _matched(schematic: Schematic, sheet: str, derivative: Instance, activation: Instance) -> Changes:
    values = values_of(schematic, activation)
    scale = float(values["R_in"]) * float(values["I_ref"])
    texts = {**derivative.parameters, "V_ref": f"{scale:.12g}", "K_d": f"{float(values['V_amp']) / scale:.12g}"}
    after = replace(derivative, type=f"{activation.type}_derivative", parameters=texts)
    return (changed(sheet, "instances", derivative, after),)


def _dataset(schematic: Schematic, problem: Problem) -> Cure | None:
    """The block takes the dataset it names, or the one that fits, with its numbers of columns."""
    place = located(schematic, problem.ids[0]) if problem.ids else None
    if place is None or not schematic.datasets:
        return None
    sheet, instance = place
    values = values_of(schematic, instance)
    widths = values["inputs"], values["targets"]
    named = str(values["dataset"])
    fitting = [name for name, data in schematic.datasets.items() if (len(data.inputs), len(data.targets)) == widths]
    name = named if named in schematic.datasets else (fitting or list(schematic.datasets))[0]
    data = schematic.datasets[name]
    texts = {"dataset": name, "inputs": str(len(data.inputs)), "targets": str(len(data.targets))}
    after = replace(instance, parameters={**instance.parameters, **texts})
    label = f"Use dataset {name}" if name != named else "Take its columns"
    return Cure(label, lambda: (changed(sheet, "instances", instance, after),))


def _rise_time(schematic: Schematic, problem: Problem) -> Cure | None:
    place = located(schematic, problem.ids[0]) if problem.ids else None
    if place is None:
        return None
    return Cure("Set T_rise to 0", lambda: edits.set_parameter(schematic, place[0], place[1].id, "T_rise", None))


# -- names and remains ------------------------------------------------------------------------------------------------


def _duplicate_name(schematic: Schematic, problem: Problem) -> Cure | None:
    places = [place for ident in problem.ids if (place := located(schematic, ident)) is not None]
    if len(places) < 2:
        return None
    return Cure("Rename all but one", lambda: _renamed(schematic, places[1:]))


def _renamed(schematic: Schematic, places: list[tuple[str, Instance]]) -> Changes:
    taken: list[str] = []
    changes = []
    for sheet, instance in places:
        name = schematic.free_name(discover.block(instance.type).prefix, sheet, taken)
        taken.append(name)
        changes.append(changed(sheet, "instances", instance, replace(instance, name=name)))
    return tuple(changes)


def _remains(schematic: Schematic, problem: Problem) -> Cure | None:
    """A wire that ends on nothing, or a block that nobody knows, goes."""
    for ident in problem.ids:
        outer, _, last = ident.rpartition("/")
        place = located(schematic, outer) if outer else None
        names = [definition_of(place[1])] if place is not None else list(schematic.sheets)
        for name in names:
            sheet = schematic.sheets.get(name)
            if sheet is not None and last in sheet.wires:
                return Cure("Delete the wire", partial(wiring.delete, schematic, [last], name))
            if sheet is not None and last in sheet.instances and problem.code in LOST:
                return Cure("Delete the block", partial(wiring.delete, schematic, [last], name))
    return None


# -- places -----------------------------------------------------------------------------------------------------------


def _pin_named(schematic: Schematic, problem: Problem) -> tuple[str, Instance, End] | None:
    """The pin that a problem names, `N1.V_in[2]`, of one of its blocks."""
    for ident in problem.ids:
        place = located(schematic, ident)
        path = "/".join(chained_names(schematic, ident)) or (place[1].name if place is not None else "")
        if place is None or not problem.where.startswith(f"{path}."):
            continue
        match = _PIN.fullmatch(problem.where[len(path) :])
        if match is not None and block_in(schematic, place[1]).port(match.group(1)) is not None:
            index = int(match.group(2) or 0)
            return *place, End(place[1].id, match.group(1), index, index)
    return None


_CURES: dict[str, Callable[[Schematic, Problem], Cure | None]] = {
    "floating-input": _floating_input,
    "current-nowhere": _current_nowhere,
    "parallel-resistance": _parallel_resistance,
    "inverted-error": _inverted_error,
    "algebraic-loop": _algebraic_loop,
    "parameter-invalid": _parameter,
    "override-unknown": _parameter,
    "not-the-derivative": _derivative,
    "dataset-missing": _dataset,
    "dataset-width": _dataset,
    "rise-too-long": _rise_time,
    "duplicate-name": _duplicate_name,
    "unknown-block": _remains,
    "sheet-missing": _remains,
    "sheet-recursive": _remains,
    "sheet-port-duplicate": _remains,
    "dangling-wire": _remains,
    "unknown-port": _remains,
    "no-such-index": _remains,
    "width-mismatch": _remains,
}
