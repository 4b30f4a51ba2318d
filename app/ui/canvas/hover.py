"""What the card beside the pointer says: a pin's or a wire's net with its voltage and course, a block's name."""

from __future__ import annotations

from app.errors import Problem
from app.ui import rich_text
from app.ui.canvas.cards import Reading
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.hits import Hit
from app.ui.canvas.live_source import LiveSource
from app.ui.canvas.look import Look
from app.ui.canvas.nets import Net
from app.ui.canvas.recent import Recent
from app.ui.canvas.views import LABELS, PinKey


def reading_of(hit: Hit, drawing: Drawing, look: Look, source: LiveSource | None, recent: Recent) -> Reading | None:
    """None where there is nothing to say."""
    trouble = _trouble(look.messages.get(hit.item, []))
    if hit.pin is not None and not hit.pin.bus:
        block = drawing.blocks[hit.pin.item]
        index = str(hit.pin.index) if hit.pin.index else ""
        name = f"{block.instance.name}.{hit.pin.port.name}{index}"
        return _voltage(name, [hit.pin.key], look, source, recent, trouble)
    if hit.pin is not None:
        return Reading(f"{hit.pin.port.name}[{hit.pin.index}..{hit.pin.last}]", "", (), "a bus")
    if hit.wire or hit.junction:
        nets = drawing.nets_of(hit.wire) if hit.wire else _nets_at(drawing, hit.junction)
        if len(nets) > 1:
            return Reading(f"{len(nets)} nets", "", (), trouble or "a bus")
        if nets:
            return _voltage(net_name(drawing, nets[0]), nets[0].pins, look, source, recent, trouble)
    if hit.block is not None and hit.block.type not in ("comment", "frame"):
        title = "" if hit.block.type in LABELS else hit.block.shape.block.title
        return Reading(hit.block.instance.name, "", (), trouble or title)
    return None


def net_name(drawing: Drawing, net: Net) -> str:
    """The label on the net, else the output that drives it, else any pin."""
    fallback = ""
    for item, port, index in net.pins:
        view = drawing.blocks.get(item)
        if view is None:
            continue
        if view.type in LABELS:
            return str(view.shape.values.get("net"))
        declared = view.shape.block.port(port)
        if declared is None:
            continue
        name = f"{view.instance.name}.{port}{index if declared.width != '1' else ''}"
        if declared.direction == "out" or not fallback:
            fallback = name
    return fallback


def _nets_at(drawing: Drawing, junction: str) -> list[Net]:
    wires = sorted(drawing.wires_at(junction))
    return list(drawing.nets_of(wires[0])) if wires else []


def _voltage(
    name: str, keys: list[PinKey], look: Look, source: LiveSource | None, recent: Recent, trouble: str
) -> Reading:
    value = None
    trace: list[tuple[float, float]] = []
    if look.live is not None and source is not None:
        for key in keys:
            value = look.live.voltage(key)
            slot = source.slot(key)
            if value is not None and slot is not None:
                trace = recent.trace(slot)
                break
    if value is None:
        return Reading(name, "", (), trouble)
    span = trace[-1][0] - trace[0][0] if len(trace) > 1 else 0.0
    note = f"last {rich_text.quantity(span, 's', 2)}" if span > 0 else ""
    return Reading(name, rich_text.fixed(value, "V"), trace if span > 0 else (), trouble or note)


def _trouble(problems: list[Problem]) -> str:
    return problems[0].found if problems else ""
