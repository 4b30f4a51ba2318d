"""A document that stands for the inside of a macro block, so that its parts can be shown like any sheet."""

from __future__ import annotations

from dataclasses import replace

from app.document.neuron_sheet import draw_neuron
from app.document.schematic import TOP, Schematic, values_of
from app.document.unfold import unfold
from app.ui.canvas.place import Place


def inside_of(schematic: Schematic, place: Place) -> Schematic:
    """The parts of the neuron whose inside is shown, with its parameters and overrides, also those of the placed sheets
    around it. Raises KeyError if it is gone."""
    instance = place.instance(schematic)
    if place.path:
        instance = unfold(schematic).schematic.top.instances.get(place.chain, instance)
    inside = Schematic()
    inside.parameters = dict(schematic.parameters)
    sheet = draw_neuron(values_of(schematic, instance))
    inside.sheets[TOP] = sheet
    by_name = {part.name: part.id for part in sheet.instances.values()}
    for path, text in instance.overrides.items():
        name, _, parameter = path.rpartition(".")
        if name in by_name:
            part = sheet.instances[by_name[name]]
            sheet.instances[part.id] = replace(part, parameters={**part.parameters, parameter: text})
    inside.reserve_ids()
    return inside
