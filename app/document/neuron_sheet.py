"""A neuron drawn out as Fig. 1: one column of multipliers and a capacitor per input, the bias last.

Which parts there are and what they join comes from the neuron's expansion alone; this file only knows where the parts
stand and by which way a pin reaches its net. The drawing serves the sheet behind a neuron's symbol and, flat, the
networks drawn at multiplier level.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from app.document.schematic import Point, Sheet
from app.document.sketch import NetPlan, Path, Placed, Sketch
from blocks import discover, expression, spec, units

COLUMN = 21
LEFT = 8
Pin = tuple[str, str]
# How a part stands: rotation, mirrored, the pin that `_anchor` places.
_STANCE: Mapping[str, tuple[int, bool, str]] = {
    "Mf": (90, True, "V1"),
    "Mu": (90, True, "V1"),
    "Me": (180, False, "V2"),
    "Ms": (180, False, "V1"),
    "Mt": (180, False, "V1"),
    "C": (0, False, "V_w"),
    "V": (0, False, "V"),
    "S": (0, False, "I_in"),
    "D": (90, False, "V_in"),
    "Rs": (0, True, "I"),
    "Rt": (0, True, "I"),
}


class NeuronDrawing:
    """The geometry of one neuron's parts. As a cell (see cells.py) it stands for the neuron in a network; `prefix` is
    then put before the parts' names (`N2_1/`), and what depends on a document parameter in `shared` follows it."""

    def __init__(
        self, name: str, values: Mapping[str, Any], prefix: str = "", shared: frozenset[str] = frozenset()
    ) -> None:
        block = discover.block("neuron")
        if block.expand is None:
            raise TypeError("a neuron is a macro")
        self.name, self.prefix, self.values, self.shared = name, prefix, values, shared
        self.expansion = block.expand(values)
        self.inputs = int(values["inputs"])
        self.row_net = 5
        self.row_forward = self.row_net + 8 + 2 * (self.inputs - 1)
        self.row_delta = self.row_forward + 27
        self.bias = LEFT + COLUMN * self.inputs
        self.size = (self.bias + 50, self.row_forward + 42)
        self.at: Point = (0, 0)
        self._placed: dict[str, Placed] = {}
        self._open: dict[str, NetPlan] = {}

    # -- as a cell ----------------------------------------------------------------------------------------------------

    def pin(self, port: str, index: int = 0) -> Point:
        width, height = self.size
        x, y = {
            "V_in": (0, self._input_row(index)),
            "V_out": (width, self.row_net),
            "V_teach": (self.bias + 19, 0),
            "I_E": (self._column(index) + 9, height),
            "V_E": (self.bias + 42, height),
        }[port]
        return self._on_sheet((x, y))

    def bundled(self, port: str) -> bool:
        return False

    def draw(self, sketch: Sketch) -> None:
        """Places the parts and draws every net that stays inside; those that reach a pin wait for `join`."""
        self._frames(sketch)
        for part in self.expansion.parts:
            kind, number = _kind(part.name)
            rotation, mirrored, port = _STANCE[kind]
            self._placed[part.name] = sketch.place_pin(
                part.type,
                self.prefix + part.name,
                port,
                self._on_sheet(self._anchor(kind, number)),
                part_texts(part, self.values, self.shared),
                rotation=rotation,
                mirrored=mirrored,
            )
        outside = {net: pin for pin, net in self.expansion.boundary.items()}
        for net in self.expansion.nets:
            plan = self._plan(net)
            if net in outside:
                self._open[net] = plan
            else:
                sketch.draw(plan)

    def join(self, net: NetPlan, port: str, index: int = 0) -> None:
        inner = self._open.pop(self.expansion.boundary[port, index])
        net.paths.extend(inner.paths)
        net.pins.extend(inner.pins)
        net.path(self.pin(port, index), *(self._on_sheet(point) for point in self._entry(port, index)))

    # -- places -------------------------------------------------------------------------------------------------------

    def _on_sheet(self, point: Point) -> Point:
        return self.at[0] + point[0], self.at[1] + point[1]

    def _column(self, index: int) -> int:
        return LEFT + COLUMN * (index - 1) if index else self.bias

    def _input_row(self, index: int) -> int:
        """Later inputs enter above earlier ones, so that they do not cross on their way to their columns."""
        return self.row_forward - (0 if index == 1 else 2 + 2 * index)

    def _anchor(self, kind: str, number: int) -> Point:
        """Where the pin named in _STANCE lies within the drawing."""
        x, y, bias = self._column(number), self.row_forward, self.bias
        return {
            "Mf": (x + 14, y + 3),
            "C": (x + 14, y + 6),
            "Mu": (x + 3, y + 23),
            "Me": (x + 14, y + 30),
            "V": (x, y - 3),
            "S": (bias + 37, self.row_net),
            "D": (bias + 35, y + 16),
            "Mt": (bias + 22, self.row_delta),
            "Rt": (bias + 13, self.row_delta),
            "Ms": (bias + 38, self.row_delta),
            "Rs": (bias + 30, self.row_delta),
        }[kind]

    def _entry(self, port: str, index: int) -> tuple[Point, ...]:
        """From the pin on the edge inwards to where the net's own lines begin."""
        if port == "V_in":
            return ((self._column(index), self._input_row(index)), (self._column(index), self.row_forward))
        if port == "V_out":
            return ((self.bias + 43, self.row_net),)
        if port == "V_teach":
            return ((self.bias + 19, self.row_delta - 3),)
        if port == "V_E":
            return ((self.bias + 42, self.row_delta), (self.bias + 38, self.row_delta))
        x, y = self._column(index), self.row_forward + 33
        return ((x + 9, y), (x + 11, y))

    # -- nets ---------------------------------------------------------------------------------------------------------

    def _plan(self, net: str) -> NetPlan:
        """Each pin's way to its trunk, and each trunk from its first to its last arrival."""
        plan = NetPlan()
        arrivals: dict[str, list[Point]] = defaultdict(list)
        for part, port in self._members(net):
            placed = self._placed[part]
            at = placed.at(port)
            plan.pin(at, placed.end(port))
            trunk, way = self._way(part, port)
            path: Path = (at, *(self._on_sheet(point) for point in way))
            if way:
                plan.path(*path)
            if trunk:
                arrivals[trunk].append(path[-1])
        for points in arrivals.values():
            plan.path(min(points), max(points))
        return plan

    def _members(self, net: str) -> Iterator[Pin]:
        """The net's pins, with those that are the same node inside their part."""
        seen: dict[Pin, None] = {}
        for part, port in self.expansion.nets[net]:
            seen[part, port] = None
            for ports in self._placed[part].block.same_node:
                if port in ports:
                    seen.update(dict.fromkeys((part, other) for other in ports))
        return iter(seen)

    def _way(self, part: str, port: str) -> tuple[str, tuple[Point, ...]]:
        """The trunk that a pin belongs to ("" for none) and the points on its way there."""
        kind, number = _kind(part)
        x, y, delta = self._column(number), self.row_forward, self.row_delta
        ways: dict[Pin, tuple[str, tuple[Point, ...]]] = {
            ("Mf", "V1"): ("weight", ()),
            ("Mf", "V2"): ("input", ((x, y),)),
            ("Mf", "I"): ("net", ((x + 14, self.row_net),)),
            ("C", "V_w"): ("weight", ()),
            ("C", "I_charge"): ("", ()),
            ("Mu", "V1"): ("delta", ((x + 3, delta),)),
            ("Mu", "V2"): ("input", ()),
            ("Mu", "I"): ("", ((x + 3, y + 6), (x + 8, y + 6))),
            ("Me", "V1"): ("delta", ((x + 18, y + 33), (x + 18, delta))),
            ("Me", "V2"): ("weight", ()),
            ("Me", "I"): ("", ()),
            ("V", "V"): ("input", ()),
            ("S", "I_in"): ("net", ()),
            ("S", "V_out"): ("", ()),
            ("D", "V_in"): ("net", ((self.bias + 35, self.row_net),)),
            ("D", "V_out"): ("slope", ()),
            ("Ms", "V2"): ("slope", ()),
            ("Ms", "V1"): ("", ()),
            ("Ms", "I"): ("into Rs", ()),
            ("Rs", "I"): ("into Rs", ()),
            ("Rs", "V"): ("out of Rs", ()),
            ("Mt", "V1"): ("out of Rs", ()),
            ("Mt", "V2"): ("", ()),
            ("Mt", "I"): ("into Rt", ()),
            ("Rt", "I"): ("into Rt", ()),
            ("Rt", "V"): ("delta", ()),
        }
        return ways[kind, port]

    def _frames(self, sketch: Sketch) -> None:
        width = self.size[0] - 4
        y = self.row_forward
        for title, kind, top, bottom in (("Forward", "forward", 1, y + 14), ("Backward", "backward", y + 15, y + 39)):
            shown = f"{self.name} {title.lower()}" if self.prefix else title
            texts = {"title": shown, "kind": kind, "width": str(width), "height": str(bottom - top)}
            sketch.place("frame", f"{self.prefix}{title}", self._on_sheet((2, top)), texts)


def draw_neuron(values: Mapping[str, Any]) -> Sheet:
    """The sheet behind a neuron's symbol, for its resolved parameter values: derived, to be looked at, not edited."""
    sheet = Sheet()
    sketch = Sketch(sheet)
    drawing = NeuronDrawing("", values)
    drawing.draw(sketch)
    turns = {"V_in": (0, True), "V_out": (0, False), "V_teach": (270, False), "V_E": (90, False), "I_E": (90, False)}
    for port, index in drawing.expansion.boundary:
        rotation, mirrored = turns[port]
        net = NetPlan()
        text = f"{port}{index}" if index else port
        tip = sketch.place_pin(
            "sheet_port", text, "net", drawing.pin(port, index), {"net": text}, rotation=rotation, mirrored=mirrored
        )
        net.pin(drawing.pin(port, index), tip.end("net"))
        drawing.join(net, port, index)
        sketch.draw(net)
    return sheet


def part_texts(part: spec.Part, values: Mapping[str, Any], shared: frozenset[str] = frozenset()) -> dict[str, str]:
    """A part's parameters as texts of their own: the macro's expressions with its values put in, but for the names in
    `shared`, which stay. What equals the default is left out."""
    block = discover.block(part.type)
    plain = spec.resolve(block, {})
    texts: dict[str, str] = {}
    for name, text in part.parameters.items():
        parameter = block.parameter(name)
        if parameter is None:
            raise KeyError(f"{part.type} has no parameter {name}")
        following = _following(text, values, shared)
        own = following or _text(parameter, text, values)
        if following or spec.resolve(block, {name: own})[name] != plain[name]:
            texts[name] = own
    return texts


def _following(text: str, values: Mapping[str, Any], shared: frozenset[str]) -> str:
    """The macro's expression written out in numbers and the names `shared`; empty if it does not depend on those."""
    neuron, depends = discover.block("neuron"), False

    def written_out(match: re.Match[str]) -> str:
        nonlocal depends
        name = match[0]
        own = neuron.parameter(name)
        if name in shared or own is None:
            depends |= name in shared
            return name
        inner = _following(own.default, values, shared)
        depends |= bool(inner)
        return repr(values[name]) if not inner else inner if name == text else f"({inner})"

    found = re.sub(r"\b[A-Za-z_]\w*", written_out, text)
    return found if depends else ""


def _text(parameter: spec.Parameter, text: str, values: Mapping[str, Any]) -> str:
    if text in parameter.choices:
        return text
    try:
        units.parse(text, parameter.unit)
    except units.QuantityError:
        value = values[text] if text in values else expression.evaluate(expression.parse(text), values)
        if isinstance(value, str):
            return value
        return str(value) if parameter.kind == "integer" else repr(float(value))
    return text


def _kind(part: str) -> tuple[str, int]:
    """`Mu12` is the Mu of input 12."""
    match = re.fullmatch(r"([A-Za-z]+)(\d*)", part)
    if match is None:
        raise KeyError(part)
    return match[1], int(match[2] or 0)
