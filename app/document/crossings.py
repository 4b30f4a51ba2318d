"""The nets that cross the border of a selection: where they leave it, and what the pins that stand for them are called.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from app.document.definitions import PORT_NAME
from app.document.nets import LABELS, Pin, SheetNets, Terminal
from app.document.placement import pin_of, side_of
from app.document.schematic import End, Instance, Point, Wire
from app.document.wiring import end_point
from blocks.symbol import Side

Box = tuple[int, int, int, int]  # left, top, right, bottom [grid units]
_NOT_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(slots=True)
class Crossing:
    """One net, or bundle of nets, that crosses the border: its ends inside and outside, as wires had them. `text` of a
    label that does the same by name."""

    width: int
    inside: dict[End, None] = field(default_factory=dict)
    outside: dict[End, Wire] = field(default_factory=dict)
    text: str = ""
    name: str = ""
    side: Side = "left"
    along: int = 0


def crossings_of(nets: SheetNets, inside: Set[str], box: Box) -> list[Crossing]:
    """Of the selection of the items `inside`, which stands in `box`."""
    return _Border(nets, inside, box).crossings()


class _Border:
    def __init__(self, nets: SheetNets, inside: Set[str], box: Box) -> None:
        self.nets, self.inside, self.box = nets, inside, box
        self.table = nets.sheet

    def crossings(self) -> list[Crossing]:
        found: dict[tuple[Terminal, ...], Crossing] = {}
        for wire in self.table.wires.values():
            inner = [end for end in wire.ends if end.item in self.inside]
            if len(inner) != 1:
                continue
            outer = wire.ends[0] if wire.ends[1] is inner[0] else wire.ends[1]
            terminals = self.nets.terminals(inner[0])
            if not terminals or len(terminals) != len(self.nets.terminals(outer)):
                continue  # the wire does not fit, which checking reports: it stays behind
            key = tuple(self.nets.net(terminal) for terminal in terminals)
            crossing = found.setdefault(key, Crossing(len(terminals)))
            crossing.inside.setdefault(inner[0])
            crossing.outside.setdefault(outer, wire)
        for text, label in self._labels():
            key = (self.nets.net((label.id, "net", 1)),)
            crossing = found.setdefault(key, Crossing(1))
            crossing.inside.setdefault(End(label.id, "net"))
            crossing.text = text
        crossings = list(found.values())
        for crossing in crossings:
            self._face(crossing)
        self._call(crossings)
        return crossings

    def _labels(self) -> Iterator[tuple[str, Instance]]:
        """Labels that join inside and outside by name: one of each text. Where both sides have a global one of that
        text, they stay joined without a port."""
        sides: dict[str, tuple[list[Instance], list[Instance]]] = defaultdict(lambda: ([], []))
        for block in self.table.instances.values():
            if block.type in LABELS:
                text = str(self.nets.values(block)["net"]).strip()
                sides[text][block.id not in self.inside].append(block)
        for text, (within, without) in sides.items():
            wide = [any(b.parameters.get("scope") == "global" for b in side) for side in (within, without)]
            if text and within and without and not all(wide):
                yield text, within[0]

    def _face(self, crossing: Crossing) -> None:
        """The side on which the net leaves: where the first pin inside looks, else towards the end outside."""
        end = next(iter(crossing.inside))
        at = end_point(self.nets, end) or (self.box[0], self.box[1])
        instance = self.table.instances.get(end.item)
        block = self.nets.block(instance) if instance is not None else None
        if instance is not None and block is not None and block.type not in LABELS:
            symbol = block.symbol_of(self.nets.values(instance))
            crossing.side = side_of(instance, pin_of(symbol, end.port, end.first))
        else:
            goal = next((end_point(self.nets, other) for other in crossing.outside), None) or at
            crossing.side = self._towards(goal)
        crossing.along = at[1] if crossing.side in ("left", "right") else at[0]

    def _towards(self, goal: Point) -> Side:
        left, top, right, bottom = self.box
        x, y = goal[0] * 2 - left - right, goal[1] * 2 - top - bottom
        if abs(x) * max(1, bottom - top) >= abs(y) * max(1, right - left):
            return "left" if x <= 0 else "right"
        return "top" if y < 0 else "bottom"

    def _call(self, crossings: list[Crossing]) -> None:
        """Names for the ports: a label's text, else the pin's name with its index; counted where several are alike. A
        port joins the labels of its name, so that no other net may take theirs."""
        texts = {str(self.nets.values(block)["net"]).strip() for block in self._blocks() if block.type in LABELS}
        for crossing in crossings:
            own = self._text(crossing)
            if PORT_NAME.fullmatch(own) and not any(other.name == own for other in crossings):
                crossing.name = own
        rest = [(crossing, self._wanted(crossing)) for crossing in crossings if not crossing.name]
        total, given = Counter(name for _, name in rest), set(texts)
        for crossing, name in sorted(rest, key=lambda pair: pair[0].along):
            number, chosen = 1, name
            while chosen in given or (total[name] > 1 and chosen == name):
                chosen = f"{name}_{number}" if name[-1:].isdigit() else f"{name}{number}"
                number += 1
            given.add(chosen)
            crossing.name = chosen

    def _text(self, crossing: Crossing) -> str:
        """That of a label inside on the same net, empty without one."""
        for pin in self._pins(crossing):
            instance = self.table.instances[pin.instance]
            if instance.type in LABELS and crossing.width == 1:
                return str(self.nets.values(instance)["net"]).strip()
        return ""

    def _pins(self, crossing: Crossing) -> list[Pin]:
        terminals = self.nets.terminals(next(iter(crossing.inside)))
        return [pin for pin in self.nets.pins(terminals[0]) if pin.instance in self.inside]

    def _wanted(self, crossing: Crossing) -> str:
        pins = self._pins(crossing)
        if crossing.text:
            return f"net_{_NOT_NAME.sub('_', crossing.text)}"[:60]
        pins.sort(key=lambda pin: not (pin.drives or pin.injects))
        if not pins:
            return "port"
        return f"{pins[0].port}{pins[0].index or ''}" if crossing.width == 1 else pins[0].port

    def _blocks(self) -> Iterator[Instance]:
        return (block for block in self.table.instances.values() if block.id in self.inside)
