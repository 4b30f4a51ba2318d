"""Generated networks join exactly what an independent, straightforward construction joins, at both levels."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pytest

from app.document.dataset import Dataset
from app.document.generate import generate, parse_layers
from app.document.neuron_sheet import draw_neuron
from app.document.schematic import End, Schematic, Sheet, pin_count, values_of
from app.errors import Problem, ProblemError
from blocks import discover, spec

Pin = tuple[str, str, int]
Nets = set[frozenset[Pin]]
SIZES = (
    "1-1", "1-2-1", "2-1", "2-2", "2-3-2", "2-8-1", "3-4-4-2", "4-2-4", "2-2-2-2-1", "3-3-3", "1-4-1", "8-8-8",
    "9-3", "3-9", "9-9-9", "12-3-10", "2-10-2", "10-1-10", "20-17-12", "64-16-10",
)  # fmt: skip


def dataset(inputs: int, targets: int, value: float = 1.0) -> Dataset:
    names = tuple(f"x{k}" for k in range(1, inputs + 1)), tuple(f"t{k}" for k in range(1, targets + 1))
    return Dataset(*names, ((value,) * (inputs + targets),) * 2)


def network(text: str, **options: Any) -> tuple[Schematic, list[Problem]]:
    layers = parse_layers(text)
    return generate(layers, dataset(layers[0], layers[-1]), "rows", **options)


class Union:
    def __init__(self) -> None:
        self.parent: dict[Any, Any] = {}

    def root(self, item: Any) -> Any:
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, a: Any, b: Any) -> None:
        self.parent[self.root(a)] = self.root(b)


def drawn_nets(sheet: Sheet, widths: dict[tuple[str, str], int]) -> Nets:
    """Nets of two or more pins, by block name, from the wires' ends and the labels' texts alone."""
    union = Union()

    def places(end: End) -> list[tuple[str, str, int]]:
        width = sheet.junctions[end.item].width if not end.port else widths[end.item, end.port]
        first, last = (end.first, end.last) if end.first else (1, width)
        assert 1 <= first <= last <= width
        return [(end.item, end.port, k) for k in range(first, last + 1)]

    for wire in sheet.wires.values():
        for a, b in zip(*map(places, wire.ends), strict=True):
            union.join(a, b)
    for instance in sheet.instances.values():
        if instance.type == "label":
            union.join((instance.id, "net", 1), ("label", instance.parameters["net"]))
        for names in discover.block(instance.type).same_node:
            for name in names[1:]:
                union.join((instance.id, names[0], 1), (instance.id, name, 1))
    nets: dict[Any, set[Pin]] = defaultdict(set)
    for (item, port), width in widths.items():
        instance = sheet.instances[item]
        if instance.type != "label":
            for k in range(1, width + 1):
                nets[union.root((item, port, k))].add((instance.name, port, k))
    return {frozenset(net) for net in nets.values() if len(net) > 1}


def top_nets(schematic: Schematic) -> Nets:
    widths = {
        (instance.id, port.name): pin_count(schematic, instance, port.name)
        for instance in schematic.top.instances.values()
        for port in discover.block(instance.type).ports
    }
    return drawn_nets(schematic.top, widths)


def expected_nets(layers: tuple[int, ...]) -> Nets:
    """The equations of a fully connected network, pin by pin."""
    nets: list[set[Pin]] = []
    last = len(layers)
    for number, width in enumerate(layers[:-1], 1):
        for k in range(1, width + 1):
            source = ("D1", "X", k) if number == 1 else (f"N{number}_{k}", "V_out", 1)
            after = [f"N{number + 1}_{j}" for j in range(1, layers[number] + 1)]
            nets.append({source} | {(name, "V_in", k) for name in after})
            if number > 1:
                nets.append({(f"B{number}_{k}", "I_E", 1)} | {(name, "I_E", k) for name in after})
                nets.append({(f"B{number}_{k}", "V_E", 1), (f"N{number}_{k}", "V_E", 1)})
    for k in range(1, layers[-1] + 1):
        nets.append({(f"N{last}_{k}", "V_out", 1), (f"E{k}", "V_out", 1)})
        nets.append({(f"N{last}_{k}", "V_E", 1), (f"E{k}", "V_E", 1)})
        nets.append({("D1", "T", k), (f"E{k}", "V_target", 1)})
    neurons = [f"N{n}_{k}" for n in range(2, last + 1) for k in range(1, layers[n - 1] + 1)]
    nets.append({("VT", "V", 1)} | {(name, "V_teach", 1) for name in neurons})
    return {frozenset(net) for net in nets}


def opened(nets: Nets, schematic: Schematic) -> Nets:
    """The same nets with every neuron replaced by its expansion."""
    union = Union()
    members: set[Pin] = set()
    neurons = [i for i in schematic.top.instances.values() if i.type == "neuron"]
    for number, net in enumerate(nets):
        for pin in net:
            union.join(("outer", number), pin)
            members.add(pin)
    for neuron in neurons:
        block = discover.block("neuron")
        assert block.expand is not None
        expansion = block.expand(values_of(schematic, neuron))
        own = {(neuron.name, port.name) for port in block.ports}
        members = {pin for pin in members if pin[:2] not in own}
        for net_name, pins in expansion.nets.items():
            for part, port in pins:
                members.add((f"{neuron.name}/{part}", port, 1))
                union.join((neuron.name, net_name), (f"{neuron.name}/{part}", port, 1))
        for (port, index), net_name in expansion.boundary.items():
            union.join((neuron.name, net_name), (neuron.name, port, max(index, 1)))
        for part in expansion.parts:
            for names in discover.block(part.type).same_node:
                for name in names:
                    members.add((f"{neuron.name}/{part.name}", name, 1))
                    union.join((f"{neuron.name}/{part.name}", names[0], 1), (f"{neuron.name}/{part.name}", name, 1))
    found: dict[Any, set[Pin]] = defaultdict(set)
    for pin in members:
        found[union.root(pin)].add(pin)
    return {frozenset(net) for net in found.values() if len(net) > 1}


@pytest.mark.parametrize("text", SIZES)
def test_connects_what_the_equations_say(text: str) -> None:
    schematic, _ = network(text)
    assert top_nets(schematic) == expected_nets(parse_layers(text))


@pytest.mark.parametrize("text", ["1-1", "1-2-1", "2-3-2", "3-4-4-2", "10-2", "2-9-1", "4-2-4"])
@pytest.mark.parametrize("imperfect", [False, True])
def test_multiplier_level_is_the_expansion(text: str, imperfect: bool) -> None:
    neurons, _ = network(text, imperfect=imperfect)
    parts, _ = network(text, imperfect=imperfect, level="multiplier")
    assert top_nets(parts) == opened(expected_nets(parse_layers(text)), neurons)


def test_multiplier_level_keeps_every_value_of_every_part() -> None:
    layers = parse_layers("20-2-1")
    options: dict[str, Any] = {"activation": "tanh", "imperfect": True, "init": "scaled:0.25"}
    neurons, _ = generate(layers, dataset(20, 1), "rows", **options)
    flat, _ = generate(layers, dataset(20, 1), "rows", level="multiplier", **options)
    drawn = {i.name: (i.type, values_of(flat, i)) for i in flat.top.instances.values() if "/" in i.name}
    block = discover.block("neuron")
    assert block.expand is not None
    seen = 0
    for neuron in (i for i in neurons.top.instances.values() if i.type == "neuron"):
        values = values_of(neurons, neuron)
        for part in block.expand(values).parts:
            inner = discover.block(part.type)
            kind, mine = drawn[f"{neuron.name}/{part.name}"]
            assert kind == part.type
            for name, text in part.parameters.items():
                outer = {key: value for key, value in values.items() if isinstance(value, (int, float))}
                told = values[text] if isinstance(values.get(text), str) else None
                assert mine[name] == (told or spec.resolve(inner, {name: text}, outer)[name])
            seen += 1
    assert seen == sum(1 for kind, _ in drawn.values() if kind != "frame")


def test_fig7_has_seventeen_capacitors() -> None:
    schematic, _ = network("2-3-2", level="multiplier")
    kinds = [instance.type for instance in schematic.top.instances.values()]
    assert kinds.count("weight") == 17
    assert kinds.count("multiplier") == 3 * (3 * 2 + 4) + 2 * (3 * 3 + 4)


def test_names() -> None:
    schematic, _ = network("2-3-2")
    names = {i.name: i.type for i in schematic.top.instances.values() if i.type not in ("frame", "label")}
    assert names == {
        "D1": "dataset", "VT": "v_teach", "N2_1": "neuron", "N2_2": "neuron", "N2_3": "neuron", "N3_1": "neuron",
        "N3_2": "neuron", "B2_1": "type2", "B2_2": "type2", "B2_3": "type2", "E1": "type1", "E2": "type1",
    }  # fmt: skip
    everything = [i.name for i in schematic.top.instances.values()]
    assert len(set(everything)) == len(everything)


def test_v_teach_labels_are_global_and_stand_on_every_neuron() -> None:
    schematic, _ = network("2-3-2")
    labels = [i for i in schematic.top.instances.values() if i.type == "label" and i.parameters["net"] == "V_teach"]
    assert len(labels) == 5 + 1
    assert {label.parameters["scope"] for label in labels} == {"global"}


def test_ids_count_up_and_new_ones_follow() -> None:
    schematic, _ = network("2-8-1")
    top = schematic.top
    for letter, table in (("b", top.instances), ("j", top.junctions), ("w", top.wires)):
        assert list(table) == [f"{letter}{k}" for k in range(1, len(table) + 1)]
        assert [element.id for element in table.values()] == list(table)
    assert schematic.new_id() not in top.instances


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
def test_same_arguments_same_document(level: Any) -> None:
    first, second = (network("3-4-2", level=level)[0] for _ in range(2))
    assert repr(first.top) == repr(second.top)
    assert (first.settings, first.parameters, first.datasets) == (second.settings, second.parameters, second.datasets)


def test_settings_and_parameters_reach_the_blocks() -> None:
    schematic, notes = network("2-3-2", t_row="20n", init="uniform:0.5", activation="relu", imperfect=True, seed=7)
    assert notes == []
    assert schematic.setting("seed") == "7"
    source = next(i for i in schematic.top.instances.values() if i.type == "dataset")
    values = values_of(schematic, source)
    assert (values["T_row"], values["inputs"], values["targets"], values["dataset"]) == (2e-8, 2, 2, "rows")
    for neuron in (i for i in schematic.top.instances.values() if i.type == "neuron"):
        values = values_of(schematic, neuron)
        assert (values["activation"], values["multiplier"], values["spread"]) == ("relu", "imperfect", 0.5)


def test_wide_layers_get_scaled_weights_and_shorter_rows_and_say_so() -> None:
    schematic, notes = network("64-16-10")
    assert {note.code for note in notes} == {"init-scaled", "t-row-proposed"}
    assert {note.severity for note in notes} == {"note"}
    found = {i.name: values_of(schematic, i) for i in schematic.top.instances.values()}
    assert found["N2_1"]["spread"] == pytest.approx(0.3 * math.sqrt(2 / 64), rel=1e-15)
    assert found["N3_1"]["spread"] == pytest.approx(0.3 * math.sqrt(2 / 16), rel=1e-15)
    # 1 + |x|^2 = 65 where XOR has 3: 0.1 us x 3 / 65 = 4.6 ns, and 5 ns is the nearest of 1, 2, 5.
    assert found["D1"]["T_row"] == 5e-9


def test_the_users_choice_wins_over_the_proposal() -> None:
    schematic, notes = network("64-4-2", t_row="0.1us", init="uniform:0.1")
    assert notes == []
    found = {i.name: values_of(schematic, i) for i in schematic.top.instances.values()}
    assert (found["D1"]["T_row"], found["N2_1"]["spread"]) == (1e-7, 0.1)


def test_sixteen_inputs_are_not_yet_wide() -> None:
    schematic, notes = network("16-2-1")
    found = {i.name: values_of(schematic, i) for i in schematic.top.instances.values()}
    assert notes == []
    assert (found["D1"]["T_row"], found["N2_1"]["spread"]) == (1e-7, 0.3)


@pytest.mark.parametrize("text", ["", "2", "2-", "-2-1", "2-0-1", "2-x-1", "2--1", "2-8-1-", "2.5-1", "٢-١"])
def test_refuses_what_is_no_layer_list(text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parse_layers(text)
    assert caught.value.problems[0].code == "layers-invalid"


@pytest.mark.parametrize(("inputs", "targets"), [(3, 1), (1, 1), (2, 2)])
def test_refuses_a_dataset_of_another_width(inputs: int, targets: int) -> None:
    with pytest.raises(ProblemError) as caught:
        generate((2, 4, 1), dataset(inputs, targets), "rows")
    assert caught.value.problems[0].code == "layers-mismatch"


@pytest.mark.parametrize("init", ["uniform", "uniform:", "gauss:0.3", "scaled:-1", "uniform:0.3A", "uniform:nan"])
def test_refuses_unknown_initial_weights(init: str) -> None:
    with pytest.raises(ProblemError) as caught:
        network("2-2-1", init=init)
    assert caught.value.problems[0].code == "init-invalid"


@pytest.mark.parametrize(("options", "where"), [({"t_row": "0"}, "T_row"), ({"activation": "step"}, "activation")])
def test_refuses_bad_parameters(options: dict[str, Any], where: str) -> None:
    with pytest.raises(ProblemError) as caught:
        network("2-2-1", **options)
    assert caught.value.problems[0].where.endswith(where)


def test_refuses_to_draw_out_what_nobody_can_look_at() -> None:
    with pytest.raises(ProblemError) as caught:
        network("784-624-10", level="multiplier")
    assert caught.value.problems[0].code == "too-large"


def test_wide_networks_are_drawn_with_bundles() -> None:
    schematic, _ = network("784-300-10")
    assert len(schematic.top.wires) < 5000


@pytest.mark.parametrize("inputs", [1, 2, 3, 8, 9, 40])
def test_neuron_sheet_joins_what_the_expansion_says(inputs: int) -> None:
    block = discover.block("neuron")
    assert block.expand is not None
    values = spec.resolve(block, {"inputs": str(inputs)})
    sheet = draw_neuron(values)
    widths = {(i.id, port.name): 1 for i in sheet.instances.values() for port in discover.block(i.type).ports}
    expansion = block.expand(values)
    nets: dict[str, set[Pin]] = {
        net: {(part, port, 1) for part, port in pins} for net, pins in expansion.nets.items()
    }
    for (port, index), net in expansion.boundary.items():
        nets[net].add((f"{port}{index}" if index else port, "net", 1))
    kinds = {part.name: part.type for part in expansion.parts}
    for net in nets.values():
        for part, port, _ in list(net):
            for names in discover.block(kinds[part]).same_node if part in kinds else ():
                if port in names:
                    net.update((part, name, 1) for name in names)
    assert drawn_nets(sheet, widths) == {frozenset(net) for net in nets.values() if len(net) > 1}
