"""A circuit drawn as placed sheets is the flat circuit: the same right-hand side and the same learning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.circuit.compile import Circuit, check_schematic, compile_schematic
from app.circuit.flatten import flatten
from app.circuit.pins import find_pin, known_pins
from app.document import aann_file
from app.document.dataset import Dataset
from app.document.definitions import DEEPEST
from app.document.fold import fold
from app.document.generate import generate
from app.document.schematic import TOP, Change, End, Instance, Schematic, Wire
from app.document.set_parameters import apply_settings
from app.document.sheet_edits import expand
from app.document.unfold import unfold
from app.errors import ProblemError
from app.export.spice import write_spice
from app.solve import reference
from app.training.carry import carry_charges
from app.training.gradient_check import check_gradient
from app.training.run import Options, prepare
from app.training.schedule import Timeline
from app.training.stop import Stop
from app.training.sweep import Runner
from app.training.sweep_axes import parse_vary
from app.training.sweep_plan import Plan, Sweep
from tests.networks import random_rows

Slope = dict[str, float]


def network(sizes: tuple[int, ...] = (2, 3, 1), level: str = "neuron", seed: int = 0) -> Schematic:
    columns = tuple(f"x{k}" for k in range(sizes[0])), tuple(f"t{k}" for k in range(sizes[-1]))
    return generate(sizes, Dataset(*columns, random_rows(sizes, 4, seed)), "rows", level=level)[0]


def ids_of(schematic: Schematic, *names: str, sheet: str = TOP) -> list[str]:
    return [entry.id for entry in schematic.sheets[sheet].instances.values() if entry.name in names]


def folded(schematic: Schematic, *names: str, sheet: str = TOP, as_: str = "") -> str:
    """Makes a sheet of these blocks; returns the new instance's id."""
    changes = fold(schematic, ids_of(schematic, *names, sheet=sheet), sheet, as_)
    schematic.apply(changes)
    return next(c.key for c in changes if c.table == "instances" and c.after is not None and c.after.type == "sheet")


def plain(path: str) -> str:
    """`A1/A2/N2_1/C0` without the placed sheets."""
    return "/".join(path.split("/")[-2:])


def source_values(circuit: Circuit, seed: int) -> np.ndarray:
    """One value for every source by the name of its block, whatever the order."""
    values: list[float] = []
    for entry in circuit.netlist.scheduled:
        name = circuit.netlist.instances[entry.instance].name.rpartition("/")[2]
        generator = np.random.default_rng([seed, *f"{name}.{entry.port}".encode()])
        values.extend(generator.uniform(-1, 1, len(entry.nodes)))
    return np.array(values)


def slope(circuit: Circuit, seed: int) -> Slope:
    """dV_w/dt [V/s] by path with random weights and sources, V_teach on."""
    program = circuit.program
    v = program.values()[:, :1].copy()
    states = np.zeros(program.states)
    names = sorted(map(plain, circuit.weight_paths))
    weights = dict(zip(names, np.random.default_rng(seed).uniform(-1, 1, len(names)), strict=True))
    states[circuit.weight_states] = [weights[plain(path)] for path in circuit.weight_paths]
    v[program.first_state : program.first_state + program.states, 0] = states
    v[program.sources, 0] = source_values(circuit, seed)
    for slot in program.levels.values():
        v[slot] = 1.0
    dy = np.zeros((program.states, 1))
    reference.evaluate(program, v, dy)
    moves = dy[circuit.weight_states, 0].tolist()
    return {plain(path): move for path, move in zip(circuit.weight_paths, moves, strict=True)}


def assert_alike(one: Schematic, other: Schematic, seed: int = 0) -> None:
    a, b = slope(compile_schematic(one), seed), slope(compile_schematic(other), seed)
    assert a.keys() == b.keys()
    largest = max(map(abs, a.values()))
    assert largest > 0
    assert max(abs(a[path] - b[path]) for path in a) <= 1e-13 * largest


def fold_at_random(schematic: Schematic, generator: np.random.Generator, times: int) -> None:
    """Makes sheets of random subsets of random sheets."""
    for _ in range(times):
        name = str(generator.choice(sorted(schematic.sheets)))
        blocks = [entry.id for entry in schematic.sheets[name].instances.values() if entry.type != "sheet_port"]
        if blocks:
            count = int(generator.integers(1, len(blocks) + 1))
            chosen = [str(ident) for ident in generator.choice(sorted(blocks), count, replace=False)]
            wires = sorted(schematic.sheets[name].junctions)
            chosen += [ident for ident in wires if generator.random() < 0.3]
            schematic.apply(fold(schematic, chosen, name))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), times=st.integers(1, 6), flat=st.booleans())
def test_random_subsets_as_sheets_are_the_same_circuit(seed: int, times: int, flat: bool) -> None:
    generator = np.random.default_rng(seed)
    sizes = tuple(int(n) for n in generator.integers(1, 4, 3))
    schematic = network(sizes, "multiplier" if flat else "neuron", seed)
    before = schematic.copy()
    fold_at_random(schematic, generator, times)
    assert len(schematic.sheets) > 1
    assert_alike(before, schematic, seed)
    text = aann_file.dumps(schematic)
    assert aann_file.dumps(aann_file.loads(text, "test").schematic) == text


@pytest.mark.parametrize("sizes", [(10, 3, 2), (3, 10, 1)])
def test_buses_cross_the_border(sizes: tuple[int, ...]) -> None:
    schematic = network(sizes)
    before = schematic.copy()
    folded(schematic, "N2_1", "N3_1")
    folded(schematic, "N2_2")
    assert_alike(before, schematic)
    assert any(entry.parameters.get("width") for entry in schematic.sheets["sheet1"].instances.values())


def test_without_placed_sheets_nothing_is_done() -> None:
    schematic = network()
    assert unfold(schematic).schematic is schematic


def nested() -> tuple[Schematic, Schematic]:
    """The flat network and the same with its hidden layer three sheets deep."""
    flat = network((2, 4, 1))
    schematic = flat.copy()
    folded(schematic, "N2_1", "B2_1")
    folded(schematic, "A1", "N2_2", "B2_2")
    folded(schematic, "A2", "N2_3")
    return flat, schematic


def test_a_hidden_layer_three_sheets_deep_learns_alike() -> None:
    flat, schematic = nested()
    assert_alike(flat, schematic)
    runs = [prepare(compile_schematic(entry), entry, Options((3,), "rk4")) for entry in (flat, schematic)]
    start = dict(zip(map(plain, runs[0].circuit.weight_paths), runs[0].weights()[:, 0], strict=True))
    runs[1].set_weights(np.array([start[plain(path)] for path in runs[1].circuit.weight_paths]))
    for run in runs:
        run.advance_rows(80)
    ends = [dict(zip(map(plain, run.circuit.weight_paths), run.weights()[:, 0], strict=True)) for run in runs]
    assert max(abs(ends[0][path] - ends[1][path]) for path in ends[0]) < 1e-12
    assert "A1/A2/A1/N2_1/C0" in runs[1].circuit.weight_paths


def test_names_and_ids_are_chains() -> None:
    _, schematic = nested()
    netlist = flatten(schematic)
    ident = next(entry.id for entry in netlist.instances if entry.name == "A1/A2/A1/N2_1")
    assert len(ident.split("/")) == 4
    assert check_gradient(compile_schematic(schematic), schematic).deviation < 1e-4


# -- one definition, many instances ------------------------------------------------------------------------------------


def twice() -> Schematic:
    """A sheet of one neuron placed for each of two hidden neurons."""
    schematic = network((2, 2, 1))
    first = schematic.top.instances[folded(schematic, "N2_1", as_="unit")]
    second = schematic.top.instances[folded(schematic, "N2_2", as_="other")]
    ports, others = (
        {entry.parameters["net"] for entry in schematic.sheets[name].instances.values() if "net" in entry.parameters}
        for name in ("unit", "other")
    )
    assert ports == others
    shown = replace(second, parameters={"sheet": "unit"})
    schematic.apply([Change("instances", second.id, second, shown, TOP)])
    assert first.name == "A1" and second.name == "A2"
    return schematic


def test_one_definition_placed_twice() -> None:
    schematic = twice()
    assert_alike_names = {path.replace("A1/N2_1", "N2_1").replace("A2/N2_1", "N2_2") for path in paths(schematic)}
    assert assert_alike_names == set(paths(network((2, 2, 1))))
    circuit = compile_schematic(schematic)
    start = dict(zip(circuit.weight_paths, circuit.initial_state([0])[circuit.weight_states, 0], strict=True))
    assert start["A1/N2_1/C0"] != start["A2/N2_1/C0"]


def paths(schematic: Schematic) -> list[str]:
    return compile_schematic(schematic).weight_paths


def value(schematic: Schematic, name: str, local: str, parameter: str) -> float:
    netlist = flatten(schematic)
    for group in netlist.groups:
        for row in range(group.count):
            if netlist.path(group, row) == f"{name}/{local}" and parameter in group.values:
                return float(group.values[parameter][row, 0])
    raise KeyError(name)


def test_overrides_belong_to_one_instance() -> None:
    schematic = twice()
    apply_settings(schematic, ["A1/N2_1.gain=8", "A2/N2_1/Mf1.K_m=50n"])
    assert schematic.top.instances[ids_of(schematic, "A1")[0]].overrides == {"N2_1.gain": "8"}
    assert value(schematic, "A1/N2_1", "S", "I_ref") == pytest.approx(100e-9 / 8)
    assert value(schematic, "A2/N2_1", "S", "I_ref") == pytest.approx(25e-9)
    assert value(schematic, "A2/N2_1", "Mf1", "K_m") == pytest.approx(50e-9)
    assert value(schematic, "A1/N2_1", "Mf1", "K_m") == pytest.approx(100e-9)


def test_patterns_reach_into_sheets() -> None:
    schematic = twice()
    apply_settings(schematic, ["A*/N*.gain=6", "A*/N*/Mf1.K_m=70n"])
    for name in ("A1", "A2"):
        instance = schematic.top.instances[ids_of(schematic, name)[0]]
        assert instance.overrides == {"N2_1.gain": "6", "N2_1/Mf1.K_m": "70n"}
    with pytest.raises(ProblemError, match=r"near names: .*A1/N2_1\.gain"):
        apply_settings(schematic, ["A1/N2_1.gian=6"])


def test_a_macro_hands_its_parameter_to_its_parts_itself() -> None:
    schematic = twice()
    apply_settings(schematic, ["A*/N*.K_m=80n"])
    assert schematic.top.instances[ids_of(schematic, "A1")[0]].overrides == {"N2_1.K_m": "80n"}
    apply_settings(schematic, ["*/Mf*.K_m=70n"])
    assert value(schematic, "A2/N2_1", "Mf2", "K_m") == value(schematic, "N3_1", "Mf2", "K_m") == pytest.approx(70e-9)
    assert value(schematic, "A2/N2_1", "Ms", "K_m") == pytest.approx(80e-9)


def test_an_outer_override_wins_three_deep() -> None:
    _, schematic = nested()
    apply_settings(schematic, ["A1/A2/A1/N2_1.gain=5"])
    assert schematic.top.instances[ids_of(schematic, "A1")[0]].overrides == {"A2/A1/N2_1.gain": "5"}
    assert value(schematic, "A1/A2/A1/N2_1", "S", "I_ref") == pytest.approx(100e-9 / 5)


def test_sources_and_probes_inside_sheets() -> None:
    schematic = network()
    before = schematic.copy()
    folded(schematic, "D1", "VT", "E1")
    assert_alike(before, schematic)
    run = prepare(compile_schematic(schematic), schematic, Options((0,), "rk4"))
    run.advance_epochs(2)
    assert len(run.mse) == 2 and np.isfinite(run.mse).all()
    assert any(entry.name == "A1/D1" for entry in run.circuit.netlist.instances)


# -- labels ------------------------------------------------------------------------------------------------------------


def test_local_labels_are_of_one_instance_and_global_ones_of_all() -> None:
    schematic = twice()
    for kind, scope in (("dc", "local"), ("sine", "global")):
        for sheet in (TOP, "unit"):
            source, label = (Instance(schematic.new_id("b"), t, f"{t}{sheet}", (0, 0)) for t in (kind, "label"))
            label = replace(label, parameters={"net": f"x_{scope}", "scope": scope})
            place(schematic, sheet, source, label)
    netlist = flatten(schematic)
    names = sorted(name for name in netlist.net_names.values() if "x_" in name)
    assert names == ["A1/x_local", "A2/x_local", "x_global", "x_local"]


def place(schematic: Schematic, sheet: str, source: Instance, label: Instance) -> None:
    wire = Wire(schematic.new_id("w"), (End(source.id, "V"), End(label.id, "net")))
    entries = (("instances", source), ("instances", label), ("wires", wire))
    schematic.apply([Change(table, entry.id, None, entry, sheet) for table, entry in entries])  # type: ignore[arg-type]


def test_a_local_net_is_not_the_global_one_of_a_sheet() -> None:
    schematic = twice()
    source, label = Instance("b900", "dc", "V900", (0, 0)), Instance("b901", "label", "L", (0, 0))
    place(schematic, TOP, source, replace(label, parameters={"net": "ref"}))
    source, label = Instance("b902", "dc", "V902", (0, 0)), Instance("b903", "label", "L", (0, 0))
    place(schematic, "unit", source, replace(label, parameters={"net": "ref", "scope": "global"}))
    netlist = flatten(schematic)
    assert {"/ref", "ref"} <= set(netlist.net_names.values())


# -- faults ------------------------------------------------------------------------------------------------------------


def codes(schematic: Schematic) -> dict[str, str]:
    circuit, problems = check_schematic(schematic)
    assert circuit is None
    return {problem.code: problem.where for problem in problems}


def test_a_missing_definition() -> None:
    schematic = twice()
    sheet = schematic.sheets["unit"]
    schematic.apply([Change("sheets", "unit", sheet, None)])
    assert codes(schematic)["sheet-missing"] in ("A1", "A2")
    assert aann_file.loads(aann_file.dumps(schematic), "test").schematic.top == schematic.top


@pytest.mark.parametrize("around", [0, 1])
def test_a_sheet_that_contains_itself(around: int) -> None:
    schematic = twice()
    inside = Instance("b950", "sheet", "A9", (90, 90), parameters={"sheet": "other" if around else "unit"})
    schematic.apply([Change("instances", "b950", None, inside, "unit")])
    if around:
        back = Instance("b951", "sheet", "A9", (90, 90), parameters={"sheet": "unit"})
        schematic.apply([Change("instances", "b951", None, back, "other")])
    found = codes(schematic)
    assert found["sheet-recursive"].startswith(("A1/A9", "A2/A9"))


def test_a_port_that_is_gone() -> None:
    schematic = twice()
    port = next(e for e in schematic.sheets["unit"].instances.values() if e.parameters.get("net") == "V_out")
    wires = [w for w in schematic.sheets["unit"].wires.values() if port.id in (w.ends[0].item, w.ends[1].item)]
    schematic.apply([Change("wires", wire.id, wire, None, "unit") for wire in wires])
    schematic.apply([Change("instances", port.id, port, None, "unit")])
    _, problems = check_schematic(schematic)
    gone = [problem for problem in problems if problem.code == "unknown-port"]
    assert {problem.where for problem in gone} == {"A1", "A2"}
    assert all("'V_out'" in problem.found and problem.cure for problem in gone)


def test_two_ports_of_one_name() -> None:
    schematic = twice()
    extra = Instance("b960", "sheet_port", "P9", (0, 400), parameters={"net": "V_out"})
    odd = Instance("b961", "sheet_port", "P8", (0, 440), parameters={"net": "not a name"})
    schematic.apply([Change("instances", entry.id, None, entry, "unit") for entry in (extra, odd)])
    found = codes(schematic)
    assert found["sheet-port-duplicate"].startswith("A1/") or found["sheet-port-duplicate"].startswith("A2/")
    assert "sheet-port-name" in found


def test_an_override_of_nothing() -> None:
    schematic = twice()
    old = schematic.top.instances[ids_of(schematic, "A1")[0]]
    overrides = {"N9.gain": "5", "N2_1.colour": "5", "N2_1/Mf9.K_m": "5", "N2_1.gain": "never"}
    schematic.apply([Change("instances", old.id, old, replace(old, overrides=overrides), TOP)])
    _, problems = check_schematic(schematic)
    assert {(p.code, p.where) for p in problems} >= {
        ("override-unknown", "A1/N9.gain"), ("override-unknown", "A1/N2_1.colour"),
        ("override-unknown", "A1/N2_1/Mf9.K_m"), ("parameter-invalid", "A1/N2_1.gain"),
    }  # fmt: skip


def test_two_placed_sheets_of_one_name() -> None:
    schematic = twice()
    old = schematic.top.instances[ids_of(schematic, "A2")[0]]
    schematic.apply([Change("instances", old.id, old, replace(old, name="A1"), TOP)])
    _, problems = check_schematic(schematic)
    assert [(p.code, p.where) for p in problems if p.code == "duplicate-name"] == [("duplicate-name", "A1")]


def test_sheets_nest_a_hundred_deep_and_no_deeper() -> None:
    schematic = network((1, 1, 1))
    before = schematic.copy()
    folded(schematic, "N2_1", as_="s0")
    for number in range(DEEPEST + 5):
        (name,) = [entry.name for entry in schematic.top.instances.values() if entry.type == "sheet"]
        folded(schematic, name, as_=f"s{number + 1}")
        if number == DEEPEST - 3:
            assert_alike(before, schematic)
    assert "sheets-too-deep" in codes(schematic)


def test_sheets_that_double_thirty_times_are_refused() -> None:
    schematic = Schematic()
    changes = [Change("sheets", f"s{n}", None, type(schematic.top)()) for n in range(30)]
    for number in range(30):
        where = f"s{number - 1}" if number else TOP
        for copy in (1, 2):
            inner = Instance(f"b{copy}", "sheet", f"A{copy}", (0, 20 * copy), parameters={"sheet": f"s{number}"})
            changes.append(Change("instances", inner.id, None, inner, where))
    schematic.apply(changes)
    unfolded = unfold(schematic)
    assert [(problem.code, problem.where) for problem in unfolded.problems] == [
        ("sheets-too-many", "A1"),
        ("sheets-too-many", "A2"),
    ]
    assert not unfolded.schematic.top.instances, "what is refused is not placed first"


def test_as_many_blocks_as_there_is_room_for_are_placed() -> None:
    schematic = twice()
    blocks = len(unfold(schematic).schematic.top.instances)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.document.unfold.MOST", 2 * blocks)
        assert not unfold(schematic).problems
        patch.setattr("app.document.unfold.MOST", blocks // 2)
        assert "sheets-too-many" in {problem.code for problem in unfold(schematic).problems}


# -- the rest of the program -------------------------------------------------------------------------------------------


def test_pins_of_placed_sheets_have_names() -> None:
    netlist = flatten(twice())
    assert {"A1.V_out", "A2.V_in1"} <= set(known_pins(netlist))
    assert find_pin(netlist, "A1.V_out").node == find_pin(netlist, "A1/N2_1.V_out").node
    assert find_pin(netlist, "A2.V_in1").node == find_pin(netlist, "D1.X[1]").node


def test_a_sweep_of_parts_inside_is_done_in_lanes() -> None:
    schematic = twice()
    sweep = Sweep((parse_vary("A*/N*.gain=3,5"),), runs=2, stop=Stop(epochs=3))
    plan = Plan(schematic, sweep)
    assert [address.path for address in plan.columns[0].addresses] == ["A1/N2_1.gain", "A2/N2_1.gain"]
    assert plan.columns[0].laned
    finals = []
    for gain in ("3", "5"):
        single = twice()
        apply_settings(single, [f"A*/N*.gain={gain}"])
        run = prepare(compile_schematic(single), single, Options((0,)))
        run.advance_epochs(3)
        finals.append(float(run.mse[-1][0]))
    table = Runner(plan).run()
    assert table.final_mse.reshape(2, 2)[:, 0] == pytest.approx(finals, rel=1e-6)


def test_spice_has_every_part_under_its_path() -> None:
    schematic = twice()
    circuit = compile_schematic(schematic)
    text = write_spice(circuit, Timeline(circuit, schematic), 0, 1)
    assert "A1_N2_1_Mf0" in text and "A2_N2_1_Mf0" in text


def test_charges_stay_when_a_sheet_is_made_or_expanded() -> None:
    schematic = network()
    runs = [prepare(compile_schematic(schematic), schematic, Options((0,)))]
    runs[0].advance_rows(6)
    sheet = folded(schematic, "N2_1", "B2_1", "N2_2")
    for edit in ((), expand(schematic, sheet)):
        schematic.apply(edit)
        runs.append(prepare(compile_schematic(schematic), schematic, Options((0,))))
        carry_charges(runs[-2], runs[-1])
    first, *others = (dict(zip(map(plain, r.circuit.weight_paths), r.weights()[:, 0], strict=True)) for r in runs)
    assert all(weights == first for weights in others)
