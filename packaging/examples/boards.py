"""Drawings that no generator makes: placed by hand, joined by wires along given points or by net labels."""

from __future__ import annotations

from app.document.dataset import Dataset
from app.document.schematic import Point, Schematic
from app.document.sketch import NetPlan, Placed, Sketch

Pin = tuple[Placed, str, int]


def blank(name: str, rows: Dataset) -> Schematic:
    """A document with a dataset and nothing drawn."""
    schematic = Schematic()
    schematic.datasets[name] = rows
    schematic.settings["seed"] = "0"
    return schematic


class Board:
    """A schematic under the pencil."""

    def __init__(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.sketch = Sketch(schematic.top)
        self._labels = sum(instance.type == "label" for instance in schematic.top.instances.values())

    def put(self, kind: str, name: str, at: Point, rotation: int = 0, mirrored: bool = False, **texts: str) -> Placed:
        return self.sketch.place(kind, name, at, texts, rotation=rotation, mirrored=mirrored)

    def put_pin(self, kind: str, name: str, port: str, at: Point, *, mirrored: bool = False, **texts: str) -> Placed:
        return self.sketch.place_pin(kind, name, port, at, texts, mirrored=mirrored)

    def frame(self, title: str, kind: str, left: int, top: int, right: int, bottom: int) -> None:
        texts = {"title": title, "kind": kind, "width": str(right - left), "height": str(bottom - top)}
        self.sketch.place("frame", title, (left, top), texts)

    def label(self, net: str, at: Point, *, mirrored: bool = False, rotation: int = 0) -> Pin:
        """A net label whose tip lies at `at`; V_teach is global."""
        self._labels += 1
        texts = {"net": net, "scope": "global" if net == "V_teach" else "local"}
        placed = self.sketch.place_pin(
            "label", f"L{self._labels}", "net", at, texts, mirrored=mirrored, rotation=rotation
        )
        return placed, "net", 0

    def join(self, pins: list[Pin], *paths: tuple[Point, ...]) -> None:
        """One net: the pins, and the polylines that reach them (two pins alone get a straight wire)."""
        net = NetPlan()
        places = [placed.at(port, index) for placed, port, index in pins]
        for (placed, port, index), place in zip(pins, places, strict=True):
            net.pin(place, placed.end(port, index))
        for path in paths or ([tuple(places)] if len(places) == 2 and places[0] != places[1] else []):
            net.path(*path)
        self.sketch.draw(net)

    def name(self, pin: Pin, net: str, *, away: Point = (0, 0), mirrored: bool = False) -> None:
        """Puts a label on a pin, `away` from it at the end of a straight wire."""
        placed, port, index = pin
        x, y = placed.at(port, index)
        self.join([pin, self.label(net, (x + away[0], y + away[1]), mirrored=mirrored)])
