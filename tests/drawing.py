"""A shorthand for drawing circuits in tests: `draw.add("multiplier", "M1", K_m="1u")`, `draw.wire("M1.I", "R1.I")`."""

from __future__ import annotations

import re

from app.document.dataset import Dataset
from app.document.schematic import TOP, Change, End, Instance, Junction, Schematic, Wire

XOR_ROWS = ((-1.0, -1.0, 0.0), (-1.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 0.0))


class Drawing:
    """Collects blocks and wires of the top sheet; positions are a plain row, since they mean nothing electrically."""

    def __init__(self) -> None:
        self.schematic = Schematic()
        self.ids: dict[str, str] = {}

    def add(self, kind: str, name: str, overrides: dict[str, str] | None = None, **parameters: str) -> str:
        ident = self.schematic.new_id("b")
        texts = {key: str(value) for key, value in parameters.items()}
        instance = Instance(ident, kind, name, (20 * len(self.ids), 0), 0, False, texts, overrides or {})
        self.schematic.apply([Change("instances", ident, None, instance, TOP)])
        self.ids[name] = ident
        return ident

    def junction(self, name: str, width: int = 1) -> str:
        ident = self.schematic.new_id("j")
        self.schematic.apply([Change("junctions", ident, None, Junction(ident, (0, 0), width), TOP)])
        self.ids[name] = ident
        return ident

    def end(self, text: str) -> End:
        """`M1.I`, `N1.V_in[2]`, `D1.X[1..4]`, or a junction's name."""
        match = re.fullmatch(r"([^.\[]+)(?:\.(\w+))?(?:\[(\d+)(?:\.\.(\d+))?\])?", text)
        assert match is not None, text
        name, port, first, last = match.groups()
        low = int(first or 0)
        return End(self.ids[name], port or "", low, int(last or low))

    def wire(self, a: str, b: str) -> str:
        ident = self.schematic.new_id("w")
        wire = Wire(ident, (self.end(a), self.end(b)))
        self.schematic.apply([Change("wires", ident, None, wire, TOP)])
        return ident

    def dataset(self, name: str, inputs: int, rows: tuple[tuple[float, ...], ...]) -> None:
        width = len(rows[0])
        data = Dataset(
            tuple(f"x{i + 1}" for i in range(inputs)), tuple(f"t{i + 1}" for i in range(width - inputs)), rows
        )
        self.schematic.apply([Change("datasets", name, None, data)])
