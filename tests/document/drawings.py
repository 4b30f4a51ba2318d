"""Documents for the tests: small ones drawn by hand, and random ones of every shape that the file format can hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.document.dataset import XOR, Dataset
from app.document.schematic import End, Instance, Junction, Schematic, Sheet, Wire

COORDINATES = st.integers(-1_000_000, 1_000_000)
POINTS = st.tuples(COORDINATES, COORDINATES)
# Everything that may stand in a text: no control characters but tab and line feed, no halves of surrogate pairs.
TEXTS = st.text(st.one_of(st.characters(exclude_categories=("Cs", "Cc")), st.sampled_from("\t\n")), max_size=30)
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
COLUMNS = st.text("abcxyzt0123456789_ä", min_size=1, max_size=8)
VOLTS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | VOLTS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
SECTIONS = st.dictionaries(NAMES.filter(lambda name: name != "weights"), PLAIN, max_size=4)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    sheet = Sheet()
    for number in range(1, draw(st.integers(0, 6)) + 1):
        texts = st.dictionaries(NAMES, TEXTS, max_size=2)
        sheet.instances[f"b{number}"] = Instance(
            f"b{number}", draw(st.sampled_from(("multiplier", "weight", "future-block.v2"))), draw(NAMES), draw(POINTS),
            draw(st.sampled_from((0, 90, 180, 270))), draw(st.booleans()), draw(texts), draw(texts),
        )  # fmt: skip
    for number in range(1, draw(st.integers(0, 4)) + 1):
        sheet.junctions[f"j{number}"] = Junction(f"j{number}", draw(POINTS), draw(st.integers(1, 9)))
    items = [*sheet.instances, *sheet.junctions]
    for number in range(1, draw(st.integers(0, 8 if items else 0)) + 1):
        ends = (draw(_ends(items)), draw(_ends(items)))
        sheet.wires[f"w{number}"] = Wire(f"w{number}", ends, tuple(draw(st.lists(POINTS, max_size=3))))
    return sheet


@st.composite
def _ends(draw: st.DrawFn, items: list[str]) -> End:
    item = draw(st.sampled_from(items))
    port = draw(st.sampled_from(("V1", "no_such_port"))) if item.startswith("b") else ""
    first = draw(st.integers(0, 40))
    return End(item, port, first, first + draw(st.integers(0, 5)) if first else 0)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    names = draw(st.lists(COLUMNS, min_size=1, max_size=4, unique=True))
    cut = draw(st.integers(0, len(names)))
    if draw(st.booleans()):
        return Dataset(tuple(names[:cut]), tuple(names[cut:]), (), "data/rows.csv")
    rows = draw(st.lists(st.tuples(*[VOLTS] * len(names)), max_size=4))
    return Dataset(tuple(names[:cut]), tuple(names[cut:]), tuple(rows))


@st.composite
def schematics(draw: st.DrawFn) -> Schematic:
    schematic = Schematic()
    schematic.sheets["top"] = draw(sheets())
    for name in draw(st.lists(NAMES.filter(lambda name: name != "top"), max_size=2, unique=True)):
        schematic.sheets[name] = draw(sheets())
    schematic.parameters = draw(st.dictionaries(NAMES, TEXTS, max_size=3))
    schematic.settings = draw(st.dictionaries(NAMES, TEXTS, max_size=3))
    schematic.datasets = draw(st.dictionaries(NAMES, datasets(), max_size=2))
    schematic.reserve_ids()
    return schematic


def example() -> Schematic:
    """A bit of everything: two multipliers joined at a junction, a turned one, XOR, a parameter, a setting."""
    schematic = Schematic()
    sheet = schematic.top
    sheet.instances["b1"] = Instance("b1", "multiplier", "M1", (4, 6), 0, False, {"K_m": "2*k0"})
    sheet.instances["b2"] = Instance("b2", "multiplier", "M2", (4, 20), 90, True)
    sheet.instances["b10"] = Instance("b10", "neuron", "N2_1", (30, 6), 0, False, {"inputs": "2"}, {"Mf1.V_off": "5m"})
    sheet.junctions["j3"] = Junction("j3", (20, 8))
    sheet.junctions["j4"] = Junction("j4", (40, 8), 8)
    sheet.wires["w5"] = Wire("w5", (End("b1", "I"), End("j3")))
    sheet.wires["w6"] = Wire("w6", (End("b2", "I"), End("j3")), ((12, 30), (20, 30)))
    sheet.wires["w7"] = Wire("w7", (End("b10", "V_in", 2, 2), End("j4", "", 1, 1)))
    schematic.parameters["k0"] = "50n"
    schematic.settings["seed"] = "7"
    schematic.datasets["xor"] = XOR
    schematic.datasets["iris"] = Dataset(("sepal", "petal"), ("virginica",), (), "iris.csv")
    schematic.reserve_ids()
    return schematic
