"""Every multiplier of a network gets an offset and a slope of its own, as on a chip."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from data import normal

from app.document.schematic import Schematic, values_of
from blocks import discover

OFFSET, SLOPE, SEED = 0.02, 0.05, 4  # standard deviations [V] and [1]
MULTIPLIER = re.compile(r"M[a-z]\d*")


def scatter(schematic: Schematic) -> Schematic:
    """The network with V_off and K_m' of each multiplier drawn at random."""
    draw = Random(SEED)
    instances = schematic.top.instances
    for key, neuron in instances.items():
        expand = discover.block(neuron.type).expand
        if expand is None:
            continue
        overrides = {}
        for part in expand(values_of(schematic, neuron)).parts:
            if MULTIPLIER.fullmatch(part.name):
                overrides[f"{part.name}.V_off"] = f"{1e3 * normal(draw, OFFSET):.3f}m"
                overrides[f"{part.name}.K_mp"] = f"{1 + normal(draw, SLOPE):.4f}"
        instances[key] = replace(neuron, overrides=overrides)
    return schematic
