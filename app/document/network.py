"""Draws an arranged network: frames, blocks, then net by net."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.document.cells import BlockCell, Cell
from app.document.channels import Channel
from app.document.layout import Network
from app.document.schematic import End
from app.document.sketch import NetPlan, Sketch

Join = Callable[[NetPlan], None]


def draw_network(sketch: Sketch, network: Network, areas: str) -> None:
    """`areas`: "coloured" marks forward and backward areas, "neutral" leaves the colours to the neurons' own."""
    _frames(sketch, network, areas == "coloured")
    network.source.draw(sketch)
    network.switch.draw(sketch)
    network.switch_label.draw(sketch)
    for layer in network.layers:
        for cells in (layer.cells, layer.collectors, layer.teach):
            for cell in cells:
                cell.draw(sketch)
    for output in network.outputs:
        for block in (output.error, output.label, output.target):
            if block is not None:
                block.draw(sketch)
    for target in network.targets or ():
        target.draw(sketch)
    _supply(sketch, network)
    for number in range(len(network.layers)):
        _forward(sketch, network, number)
    for number in range(1, len(network.layers)):
        _backward(sketch, network, number)
    _errors(sketch, network)
    _targets(sketch, network)


def _net(sketch: Sketch, joins: Sequence[Join], *paths: tuple[tuple[int, int], ...]) -> None:
    net = NetPlan()
    for path in paths:
        net.path(*path)
    for join in joins:
        join(net)
    sketch.draw(net)


def _pin(cell: Cell, port: str, index: int = 0) -> Join:
    return lambda net: cell.join(net, port, index)


def _supply(sketch: Sketch, network: Network) -> None:
    _net(sketch, [_pin(network.switch, "V"), _pin(network.switch_label, "net")])
    for layer in network.layers:
        for cell, label in zip(layer.cells, layer.teach, strict=True):
            _net(sketch, [_pin(cell, "V_teach"), _pin(label, "net")])


def _forward(sketch: Sketch, network: Network, number: int) -> None:
    layer = network.layers[number]
    source = network.source
    bundled = number == 0 and source.bundled("X")

    def sources(k: int) -> list[Join]:
        if bundled:
            return []
        return [_pin(source, "X", k + 1) if number == 0 else _pin(network.layers[number - 1].cells[k], "V_out")]

    single = [cell for cell in layer.cells if not cell.bundled("V_in")]
    joins = [[*sources(k), *(_pin(cell, "V_in", k + 1) for cell in single)] for k in range(layer.inputs)]
    whole = [_pin(source, "X")] if bundled else []
    whole += [_pin(cell, "V_in") for cell in layer.cells if cell.bundled("V_in")]
    _channel(sketch, layer.forward, whole, joins)


def _backward(sketch: Sketch, network: Network, number: int) -> None:
    layer, before = network.layers[number], network.layers[number - 1]
    if layer.backward is None:
        raise ValueError("arrange the network first")
    single = [cell for cell in layer.cells if not cell.bundled("I_E")]
    joins = [
        [_pin(collector, "I_E"), *(_pin(cell, "I_E", k + 1) for cell in single)]
        for k, collector in enumerate(before.collectors)
    ]
    _channel(sketch, layer.backward, [_pin(cell, "I_E") for cell in layer.cells if cell.bundled("I_E")], joins)


def _channel(sketch: Sketch, channel: Channel, whole: Sequence[Join], joins: Sequence[Sequence[Join]]) -> None:
    """Draws a channel: `joins[k]` are the pins of net k in the order of its taps; `whole` those of the bus."""
    if not channel.bus:
        for paths, ends in zip(channel.paths, joins, strict=True):
            _net(sketch, ends, *paths)
        return
    width = len(channel.paths)
    net = NetPlan(width)
    for line in channel.bus:
        net.path(*line)
    for tap in (path for paths in channel.paths for path in paths):
        net.stop(tap[0])
    for join in whole:
        join(net)
    junctions = sketch.draw(net)
    for k, (paths, ends) in enumerate(zip(channel.paths, joins, strict=True), 1):
        for path, end in zip(paths, ends, strict=True):
            here = End(junctions[path[0]].id, "", k, k)
            _net(sketch, [_at(path[0], here), end], path)


def _at(place: tuple[int, int], end: End) -> Join:
    return lambda net: net.pin(place, end)


def _errors(sketch: Sketch, network: Network) -> None:
    for layer in network.layers:
        for cell, collector in zip(layer.cells, layer.collectors, strict=False):
            _net(sketch, [_pin(collector, "V_E"), _pin(cell, "V_E")], (collector.pin("V_E"), cell.pin("V_E")))
    last = network.layers[-1]
    for cell, output in zip(last.cells, network.outputs, strict=True):
        joins = [_pin(cell, "V_out"), _pin(output.error, "V_out"), _pin(output.label, "net")]
        _net(sketch, joins, *network.output_lines(cell, output))
        _net(sketch, [_pin(cell, "V_E"), _pin(output.error, "V_E")], network.error_wire(cell, output))


def _targets(sketch: Sketch, network: Network) -> None:
    source = network.source
    if network.target_bus is not None:
        bundled = source.bundled("T")
        near: list[list[Join]] = [[] if bundled else [_pin(source, "T", k + 1)] for k in range(len(network.outputs))]
        joins = [[*ends, _pin(output.error, "V_target")] for ends, output in zip(near, network.outputs, strict=True)]
        _channel(sketch, network.target_bus, [_pin(source, "T")] if bundled else [], joins)
        return
    for k, label in enumerate(network.targets or ()):
        _net(sketch, [_pin(source, "T", k + 1), _pin(label, "net")], (source.pin("T", k + 1), label.pin("net")))
    for output in network.outputs:
        if output.target is not None:
            ends = [_pin(output.error, "V_target"), _pin(output.target, "net")]
            _net(sketch, ends, (output.error.pin("V_target"), output.target.pin("net")))


# -- areas ------------------------------------------------------------------------------------------------------------


def _frames(sketch: Sketch, network: Network, coloured: bool) -> None:
    for number, layer in enumerate(network.layers):
        last = number == len(network.layers) - 1
        top = layer.cells[0].at[1] - 4
        lowest = layer.cells[-1]
        bottom = lowest.at[1] + lowest.size[1] + max(2, network.below(number)) + 3
        right = network.outputs[0].error.pin("V_out")[0] - 2 if last else layer.right + 1
        title = "Output layer" if last else _title(number, len(network.layers))
        _frame(sketch, title, "forward" if coloured else "neutral", layer.forward.left - 2, top, right, bottom)
        if last:
            blocks: Sequence[BlockCell] = [output.error for output in network.outputs]
            kind, x0, x1 = "Type1", blocks[0].pin("V_out")[0] - 1, blocks[0].pin("V_target")[0] + 1
        else:
            behind = network.layers[number + 1].backward
            kind, x0 = "Type2", layer.collectors[0].pin("V_E")[0] - 1
            x1 = (behind.right if behind else 0) + 1
        _frame(sketch, kind, "backward" if coloured else "neutral", x0, top, x1, bottom)


def _title(number: int, layers: int) -> str:
    return "Hidden layer" if layers == 2 else f"Hidden layer {number + 1}"


def _frame(sketch: Sketch, title: str, kind: str, left: int, top: int, right: int, bottom: int) -> None:
    texts = {"title": title, "kind": kind, "width": str(right - left), "height": str(bottom - top)}
    sketch.place("frame", title, (left, top), texts)
