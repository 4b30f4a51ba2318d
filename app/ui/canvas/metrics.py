"""Sizes on the canvas, in scene units: one grid unit is 10 of them, which are 10 pixels at 100 %."""

from __future__ import annotations

import enum

GRID = 10.0
MINIMUM_LINE = 1.25  # no line is thinner on screen [px]
PIN_FREE, PIN_FREE_LINE = 5.4, 1.3
PIN_USED, PIN_USED_LINE = 3.4, 1.0
JUNCTION = 6.0
WIRE_LINE, BUS_LINE, SELECTED_LINE = 1.5, 3.0, 2.0
CROSS = 3.2
ZOOM_LEAST, ZOOM_MOST = 0.02, 8.0


class Detail(enum.IntEnum):
    """How much is drawn at a zoom."""

    BOXES = 0  # filled boxes, area titles, wires
    PLAIN = 1  # a neuron is its name and V_out; pins go
    NAMES = 2  # pin names and values go
    FULL = 3  # everything as in a symbol's picture
    NUMBERS = 4  # live numbers on every pin

    @classmethod
    def at(cls, zoom: float) -> Detail:
        for limit, detail in ((0.2999, cls.BOXES), (0.5499, cls.PLAIN), (0.7999, cls.NAMES), (1.4999, cls.FULL)):
            if zoom < limit:
                return detail
        return cls.NUMBERS
