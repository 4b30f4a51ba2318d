"""Rules that know how a network teaches itself: where errors come from, which way they go, what gates them.

All are warnings: such a drawing simulates, but it learns something else than it seems to, or nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import networkx as nx
import numpy as np

from app.circuit.netlist import MEMORY_TYPES, DrawnInstance, Netlist, PartGroup, is_activation
from app.circuit.nodes import Nodes
from app.errors import Problem
from app.program import IntArray
from blocks import discover

NAMED = 4  # pins that one problem lists


def learning_problems(netlist: Netlist, nodes: Nodes) -> Iterator[Problem]:
    """Every warning of this page."""
    yield from _inverted_errors(netlist)
    yield from _derivative_pairs(netlist)
    yield from _idle_weights(netlist, nodes)
    yield from _Paths(netlist, nodes).problems()


class _Paths:
    """The drawn neurons with the nodes of their pins, and who drives or takes what on each node."""

    def __init__(self, netlist: Netlist, nodes: Nodes) -> None:
        self.netlist, self.driven = netlist, nodes.drivers > 0
        self.neurons = self._all("neuron")
        self.type1, self.type2, self.switches = self._all("type1"), self._all("type2"), self._all("v_teach")
        self.output_of: dict[int, DrawnInstance] = {self._node(n, "V_out"): n for n in self.neurons}
        self.error_to: dict[int, list[DrawnInstance]] = defaultdict(list)
        for neuron in self.neurons:
            self.error_to[self._node(neuron, "V_E")].append(neuron)
        self.is_output = np.zeros(netlist.nodes, bool)
        self.is_output[list(self.output_of)] = True
        self.collectors: dict[int, list[DrawnInstance]] = defaultdict(list)
        for collector in self.type2:
            self.collectors[self._node(collector, "I_E")].append(collector)

    def problems(self) -> Iterator[Problem]:
        yield from self._lost_errors()
        yield from self._misled_errors()
        yield from self._unused()
        yield from self._gates()

    # -- pins ---------------------------------------------------------------------------------------------------------

    def _all(self, kind: str) -> list[DrawnInstance]:
        return [instance for instance in self.netlist.instances if instance.type == kind]

    def _nodes(self, instance: DrawnInstance, port: str) -> IntArray:
        return self.netlist.pins[instance.id, port]

    def _node(self, instance: DrawnInstance, port: str) -> int:
        return int(self._nodes(instance, port)[0])

    def _alone(self, nodes: IntArray) -> np.ndarray:
        """Where no other drawn pin is connected."""
        return np.asarray(self.netlist.pin_counts[nodes] <= 1)

    def _fed_by(self, neuron: DrawnInstance) -> list[tuple[int, DrawnInstance]]:
        """(input number, the neuron that drives it)."""
        nodes = self._nodes(neuron, "V_in")
        fed = np.flatnonzero(self.is_output[nodes]).tolist()
        return [(k + 1, self.output_of[int(nodes[k])]) for k in fed]

    def _loops(self) -> dict[str, int]:
        """Neurons that feed each other in a circle have the same number."""
        graph = nx.DiGraph()
        graph.add_nodes_from(neuron.id for neuron in self.neurons)
        graph.add_edges_from((source.id, neuron.id) for neuron in self.neurons for _, source in self._fed_by(neuron))
        parts = nx.strongly_connected_components(graph)
        return {ident: number for number, part in enumerate(parts) for ident in part}

    # -- rules --------------------------------------------------------------------------------------------------------

    def _lost_errors(self) -> Iterator[Problem]:
        """I_E of an input that another neuron drives must go back to that neuron. Feedback is left out: cutting the
        error there is how recurrent networks are usually taught."""
        loop = self._loops()
        for neuron in self.neurons:
            alone = self._alone(self._nodes(neuron, "I_E"))
            fed = [(k, source) for k, source in self._fed_by(neuron) if alone[k - 1]]
            lost = [(k, source) for k, source in fed if loop[source.id] != loop[neuron.id]]
            if lost:
                sources = _listed(dict.fromkeys(source.name for _, source in lost))
                yield Problem(
                    "error-not-propagated", _pins(neuron, "I_E", [k for k, _ in lost]),
                    f"the error current goes nowhere, although {sources} drives this input and should learn from it",
                    f"connect it to the Type2 that drives V_E of {sources}", "warning", (neuron.id,),
                )  # fmt: skip

    def _misled_errors(self) -> Iterator[Problem]:
        for neuron in self.neurons:
            nodes = self._nodes(neuron, "I_E")
            for k, source in self._fed_by(neuron):
                takers = self.collectors.get(int(nodes[k - 1]), [])
                reached = [other for taker in takers for other in self.error_to.get(self._node(taker, "V_E"), [])]
                if reached and source not in reached:
                    names = _listed(other.name for other in reached)
                    yield Problem(
                        "error-misled", _pins(neuron, "I_E", [k]),
                        f"the input comes from {source.name}, but its error current goes to {names}",
                        f"connect it to the Type2 of {source.name}", "warning", (neuron.id, *(t.id for t in takers)),
                    )  # fmt: skip
        for block in self.type1:
            compared = self.output_of.get(self._node(block, "V_out"))
            reached = self.error_to.get(self._node(block, "V_E"), [])
            if compared is not None and reached and compared not in reached:
                yield Problem(
                    "error-misled", f"{block.name}.V_E",
                    f"it compares the output of {compared.name}, but its error goes to "
                    f"{_listed(other.name for other in reached)}",
                    f"connect it to V_E of {compared.name}", "warning", (block.id, compared.id),
                )  # fmt: skip

    def _unused(self) -> Iterator[Problem]:
        for block in (*self.type1, *self.type2):
            if self._alone(self._nodes(block, "V_E"))[0]:
                yield Problem(
                    "error-unused", f"{block.name}.V_E", "this error goes nowhere, so nothing learns from it",
                    "connect it to V_E of the neuron whose output it judges", "warning", (block.id,),
                )  # fmt: skip
        for neuron in self.neurons:
            if self._alone(self._nodes(neuron, "V_out"))[0]:
                yield Problem(
                    "output-unused", f"{neuron.name}.V_out",
                    "its output goes nowhere, so it has no error to learn from",
                    "connect it to the next layer or to a Type1, or delete the neuron", "warning", (neuron.id,),
                )  # fmt: skip

    def _gates(self) -> Iterator[Problem]:
        """Where there is a V_teach source, it must gate every neuron."""
        gated = {self._node(switch, "V") for switch in self.switches}
        for switch in self.switches:
            if self._alone(self._nodes(switch, "V"))[0]:
                yield Problem(
                    "v-teach-unused", f"{switch.name}.V", "nothing is connected to this V_teach source",
                    "connect it to V_teach of every neuron, or put a V_teach label on both", "warning", (switch.id,),
                )  # fmt: skip
        if not gated:
            return
        names = _listed(switch.name for switch in self.switches)
        for neuron in self.neurons:
            node = self._node(neuron, "V_teach")
            if node not in gated and self.driven[node]:
                yield Problem(
                    "v-teach-elsewhere", f"{neuron.name}.V_teach",
                    f"another voltage than {names} gates this neuron, so the switch does not stop its learning",
                    f"connect it to {names}", "warning", (neuron.id,),
                )  # fmt: skip


def _pins(instance: DrawnInstance, port: str, indices: Sequence[int]) -> str:
    return _listed(f"{instance.name}.{port}[{k}]" for k in indices)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    rest = len(every) - NAMED
    return " and ".join(every[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _inverted_errors(netlist: Netlist) -> Iterator[Problem]:
    targets = {int(node) for entry in netlist.scheduled if entry.port == "T" for node in entry.nodes}
    for group in netlist.of_type("type1"):
        for row in range(group.count):
            if int(group.nodes["V_out"][row]) in targets and int(group.nodes["V_target"][row]) not in targets:
                yield Problem(
                    "inverted-error", f"{netlist.path(group, row)}.V_out",
                    "the target enters V_out, so the error is inverted and learning climbs instead of descending",
                    "swap the two inputs", "warning", (netlist.instances[group.owner[row]].id,),
                )


def _idle_weights(netlist: Netlist, nodes: Nodes) -> Iterator[Problem]:
    """Where there is a V_teach source, every capacitor is meant to learn."""
    if not netlist.of_type("v_teach"):
        return
    for group in netlist.of_type(*MEMORY_TYPES):
        for row in np.flatnonzero(nodes.injectors[group.nodes["I_charge"]] == 0):
            yield Problem(
                "weight-idle", f"{netlist.path(group, int(row))}.I_charge", "no current ever charges this weight",
                "connect the charging multiplier's I, or use a DC source for a constant weight", "warning",
                (netlist.instances[group.owner[row]].id,),
            )  # fmt: skip


def _derivative_pairs(netlist: Netlist) -> Iterator[Problem]:
    """A derivative must match the activation on its node: its kind, V_ref = R_in I_ref, K_d = V_amp / V_ref."""
    activation_at: dict[int, tuple[PartGroup, int]] = {}
    for group in netlist.groups:
        if is_activation(group):
            activation_at.update((int(node), (group, row)) for row, node in enumerate(group.nodes["I_in"]))
    for group in netlist.groups:
        if "K_d" not in group.values or "V_in" not in group.nodes:
            continue
        v_ref, k_d = group.values["V_ref"][:, 0], group.values["K_d"][:, 0]
        for row, node in enumerate(group.nodes["V_in"].tolist()):
            found = activation_at.get(node)
            if found is None:
                yield Problem(
                    "derivative-alone", f"{netlist.path(group, row)}.V_in",
                    "no activation sits on this node, so it is the derivative of nothing",
                    "connect it to the current node of its activation, V_net", "warning",
                    (netlist.instances[group.owner[row]].id,),
                )  # fmt: skip
                continue
            other, at = found
            trouble = _pair_trouble(group, other, at, float(v_ref[row]), float(k_d[row]))
            if trouble:
                ids = (netlist.instances[group.owner[row]].id, netlist.instances[other.owner[at]].id)
                yield Problem(
                    "not-the-derivative", netlist.path(group, row),
                    f"it is not the true derivative of {netlist.path(other, at)}: {trouble}",
                    "set V_ref = R_in I_ref and K_d = V_amp / V_ref (times 1 V^2), with matching kinds", "warning", ids,
                )


def _pair_trouble(group: PartGroup, other: PartGroup, at: int, v_ref: float, k_d: float) -> str:
    expected = f"{other.block.type}_derivative"
    if group.block.type != expected:
        return f"a {other.block.title} needs a {discover.block(expected).title}"
    scale = float(other.values["R_in"][at, 0] * other.values["I_ref"][at, 0])
    amplitude = float(other.values["V_amp"][at, 0])
    if abs(v_ref - scale) > 1e-9 * scale:
        return f"V_ref is {v_ref:g} V, R_in I_ref is {scale:g} V"
    if abs(k_d - amplitude / scale) > 1e-9 * abs(amplitude / scale):
        return f"K_d is {k_d:g} V, V_amp/V_ref is {amplitude / scale:g}"
    return ""
