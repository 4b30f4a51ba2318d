"""Placed sheets in a netlist of what is inside them: under their own names, with the nodes of their pins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from app.circuit.netlist import DrawnInstance, Netlist
from app.document.unfold import Unfolded
from app.program import IntArray

PinKey = tuple[str, str]


class PlacedPins(Mapping[PinKey, IntArray]):
    """`pins` and, for the pins of placed sheets, those of the junctions that stand for them."""

    def __init__(self, pins: Mapping[PinKey, IntArray], junctions: Mapping[PinKey, str]) -> None:
        self._pins, self._junctions = pins, junctions

    def __getitem__(self, key: PinKey) -> IntArray:
        junction = self._junctions.get(key)
        return self._pins[key] if junction is None else self._pins[junction, ""]

    def __iter__(self) -> Iterator[PinKey]:
        return chain(self._pins, self._junctions)

    def __len__(self) -> int:
        return len(self._pins) + len(self._junctions)


def tell_places(netlist: Netlist, whole: Unfolded) -> None:
    """Adds the placed sheets and what was wrong with them. A sheet's port is no pin: by itself it connects nothing."""
    netlist.problems[:0] = whole.problems
    netlist.instances += [DrawnInstance(at.id, at.name, at.type, dict(at.parameters)) for at in whole.places]
    for junction in set(whole.pins.values()):
        netlist.pin_counts[netlist.pins[junction, ""]] -= 1
    netlist.pins = PlacedPins(netlist.pins, whole.pins)
