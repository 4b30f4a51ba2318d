"""What can be found in a drawing: blocks by name or kind, nets by label, values by their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.document.schematic import Instance, Schematic
from app.document.unfold import unfold
from blocks import discover

MOST = 20_000
LABELS = frozenset(("label", "sheet_port"))


@dataclass(frozen=True, slots=True)
class Finding:
    """`ids` of what to reveal; `words` are searched too."""

    ids: tuple[str, ...]
    title: str
    detail: str
    words: str = ""


def findings(schematic: Schematic) -> list[Finding]:
    """Everything of the circuit that has a name or a text, also inside placed sheets; blocks first."""
    blocks: list[Finding] = []
    nets: dict[str, list[str]] = {}
    whole = unfold(schematic)
    drawn = {**{place.id: place for place in whole.places}, **whole.schematic.top.instances}
    for ident, instance in list(drawn.items())[:MOST]:
        if instance.type in LABELS:
            nets.setdefault(_net_name(instance), []).append(ident)
        else:
            blocks.append(_block(ident, instance))
    return [*blocks, *_nets(nets)]


def _block(ident: str, instance: Instance) -> Finding:
    block = discover.catalogue().get(instance.type)
    title = block.title if block is not None else instance.type
    texts = [f"{name} = {text}" for name, text in {**instance.parameters, **instance.overrides}.items() if text]
    words = {"comment": "text", "frame": "title"}.get(instance.type)
    shown = instance.parameters.get(words, "")[:60] if words else instance.name
    detail = ", ".join([title, *texts[:3]])
    return Finding((ident,), shown or instance.name, detail, " ".join((title, *texts)))


def _net_name(instance: Instance) -> str:
    return instance.parameters.get("net") or instance.parameters.get("name") or instance.name


def _nets(nets: dict[str, list[str]]) -> Iterator[Finding]:
    for name, ids in nets.items():
        count = f"net, {len(ids)} label{'' if len(ids) == 1 else 's'}"
        yield Finding(tuple(ids), name, count)
