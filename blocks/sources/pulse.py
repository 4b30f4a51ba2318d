"""Pulse source: a periodic trapezoid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import parameters
from blocks.spec import Block, ParameterError, Port, Waveform
from blocks.symbol import Label, Line, source


def waveform(values: Mapping[str, Any]) -> Waveform:
    """One period from t = 0. Raises ParameterError where the pulse does not fit into it."""
    low, high = float(values["low"]), float(values["high"])
    start = float(values["delay"])
    top = start + float(values["rise"])
    falling = top + float(values["width"])
    end = falling + float(values["fall"])
    period = float(values["period"])
    if end > period * (1 + 1e-12):
        raise ParameterError(
            "period",
            f"delay, rise, width and fall take {end:g} s, longer than the period of {period:g} s",
            "make the period longer or the pulse shorter",
        )
    points = ((0.0, low), (start, low), (top, high), (falling, high), (end, low))
    return Waveform(points, period)


BLOCK = Block(
    type="pulse",
    title="Pulse source",
    short="Pulse",
    group="Sources",
    prefix="V",
    order=40,
    ports=(Port("V", "out", "voltage", help="the pulses"),),
    parameters=(
        parameters.voltage("low", "0", "Low", "voltage between the pulses"),
        parameters.voltage("high", "1", "High", "voltage of the pulse"),
        parameters.duration("delay", "0", "Delay", "from the start of the period to the rise", zero=True),
        parameters.duration("rise", "0", "Rise time", "0: the voltage jumps", zero=True),
        parameters.duration("width", "50n", "Width", "how long the voltage stays high", zero=True),
        parameters.duration("fall", "0", "Fall time", "0: the voltage jumps", zero=True),
        parameters.duration("period", "100n", "Period", "the pulse repeats after this"),
    ),
    formula=("V = low .. high, every period",),
    waveform=waveform,
    symbol=source(
        Line(((0.9, 2.7), (1.4, 2.7), (1.4, 1.3), (2.0, 1.3), (2.0, 2.7), (2.6, 2.7), (2.6, 1.3), (3.1, 1.3))),
        value=Label("{high}", (3.3, 4.3), align="left", style="value"),
    ),
    values=("high", "period"),
    keywords=("square", "clock", "rectangle", "trapezoid", "step"),
    help="Periodic pulses between two voltages, with ramps if rise or fall are not 0. The solver restarts at every "
    "edge, so jumps are exact. For a single step use a PWL source.",
)
