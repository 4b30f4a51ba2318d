"""What may meet at a node: one rule for asking while dragging, for connecting, and for the check of whole circuits.

ONE voltage output and any number of voltage inputs; or any number of current outputs with a resistance or capacitance
to ground and any number of voltage inputs.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.document.nets import Pin, SheetNets, nets_of
from app.document.schematic import End, Schematic
from app.errors import Problem
from blocks import discover


def net_conflicts(pins: Sequence[Pin]) -> list[Problem]:
    """What cannot be right about these pins on one node, whatever else is connected to it later."""
    drivers = [pin for pin in pins if pin.drives]
    if not drivers:
        return []
    problems: list[Problem] = []
    driver = drivers[0].label
    if len(drivers) > 1:
        problems.append(
            Problem(
                "two-voltage-outputs", _listed(drivers), "two voltage outputs drive the same node",
                "disconnect one of them", ids=_ids(drivers),
            )
        )  # fmt: skip
    currents = [pin for pin in pins if pin.injects]
    if currents:
        problems.append(
            Problem(
                "current-on-voltage", _listed(currents),
                f"a current flows into a node that {driver} drives, where it changes nothing",
                "separate the two, or lead the current to a resistor, a Type2 or a capacitor",
                ids=_ids([*currents, drivers[0]]),
            )
        )  # fmt: skip
    capacitors = [pin for pin in pins if pin.has_capacitance]
    if capacitors:
        problems.append(
            Problem(
                "capacitor-on-voltage", _listed(capacitors),
                f"a capacitor hangs on a node that {driver} drives, so it cannot charge",
                "put the capacitor on a current node, or give the output a time constant tau",
                ids=_ids([*capacitors, drivers[0]]),
            )
        )  # fmt: skip
    return problems


def why_not_connect(schematic: Schematic, sheet: str, a: End, b: End) -> Problem | None:
    """Why a wire from `a` to `b` would be wrong, None if it may be drawn. What was wrong with either net before does
    not count against the wire."""
    nets = nets_of(schematic, sheet)
    for end in (a, b):
        problem = _missing(nets, end)
        if problem is not None:
            return problem
    ids = (a.item, b.item)
    first, second = nets.terminals(a), nets.terminals(b)
    where = f"{_name(nets, a)} - {_name(nets, b)}"
    if set(first) & set(second):
        return Problem("same-pin", where, "both ends are the same pin", "end the wire on another pin", ids=ids)
    if len(first) != len(second):
        found = f"one end has {_count(len(first))}, the other {_count(len(second))}"
        return Problem("width-mismatch", where, found, "choose an index at the wider end", ids=ids)
    pairs = list(zip(first, second, strict=True))
    if all(nets.net(one) == nets.net(other) for one, other in pairs):
        return Problem("already-connected", where, "the two are connected already", "no wire is needed", ids=ids)
    for one, other in pairs:
        if nets.net(one) == nets.net(other):
            continue
        here, there = nets.pins(one), nets.pins(other)
        before = {problem.code for side in (here, there) for problem in net_conflicts(side)}
        for problem in net_conflicts([*here, *there]):
            if problem.code not in before:
                return problem
    return None


def _missing(nets: SheetNets, end: End) -> Problem | None:
    """Why there is nothing at `end` that a wire could take hold of."""
    if nets.terminals(end):
        return None
    instance = nets.sheet.instances.get(end.item)
    where, ids = _name(nets, end), (end.item,)
    if instance is not None and instance.type not in discover.catalogue():
        found, cure = f"the block type {instance.type!r} is not known", "open the file with a newer version"
        return Problem("unknown-block", where, found, cure, ids=ids)
    width = nets.width(end)
    if instance is None and end.item not in nets.sheet.junctions:
        return Problem("no-such-pin", where, "there is no such block", "end the wire on a pin", ids=ids)
    if width == 0:
        return Problem("unknown-port", where, "there is no such port", "end the wire on a pin", ids=ids)
    found = f"there are {_count(width)}, numbered from 1"
    return Problem("no-such-index", where, found, "choose an index that exists", ids=ids)


def _name(nets: SheetNets, end: End) -> str:
    instance = nets.sheet.instances.get(end.item)
    text = f"{instance.name}.{end.port}" if instance is not None else f"junction {end.item}"
    if end.first == 0:
        return text
    return f"{text}[{end.first}]" if end.first == end.last else f"{text}[{end.first}:{end.last}]"


def _count(width: int) -> str:
    return "1 connection" if width == 1 else f"{width} connections"


def _listed(pins: Sequence[Pin]) -> str:
    return " and ".join(dict.fromkeys(pin.label for pin in pins))


def _ids(pins: Sequence[Pin]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pin.instance for pin in pins))
