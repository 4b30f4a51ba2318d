"""Noise source: a seeded random staircase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks import parameters
from blocks.spec import Block, Parameter, Port, Staircase
from blocks.symbol import Label, Line, source


def waveform(values: Mapping[str, Any]) -> Staircase:
    return Staircase(float(values["mean"]), float(values["sigma"]), float(values["interval"]), int(values["seed"]))


BLOCK = Block(
    type="noise",
    title="Noise source",
    short="Noise",
    group="Sources",
    prefix="V",
    order=43,
    ports=(Port("V", "out", "voltage", help="the random voltage"),),
    parameters=(
        parameters.voltage("mean", "0", "Mean", "mean of the voltage"),
        Parameter(
            "sigma",
            "10m",
            "V",
            minimum=0.0,
            maximum=parameters.LARGEST_VOLTAGE,
            label="Standard deviation",
            help="of the levels",
        ),
        parameters.duration("interval", "10n", "Interval", "how long each level is held"),
        Parameter(
            "seed",
            "1",
            kind="integer",
            minimum=0,
            maximum=2**32 - 1,
            label="Seed",
            help="tells several noise sources apart; the run's own seed counts too",
        ),
    ),
    formula=("V = mean + sigma n_k, k = floor(t/interval)",),
    waveform=waveform,
    symbol=source(
        Line(((0.9, 2.1), (1.3, 2.1), (1.3, 1.4), (1.8, 1.4), (1.8, 2.7), (2.3, 2.7), (2.3, 1.8), (3.1, 1.8))),
        value=Label("{sigma}", (3.3, 4.3), align="left", style="value"),
    ),
    values=("sigma", "interval"),
    keywords=("random", "gauss", "disturbance", "stochastic"),
    help="Random levels, normally distributed, each held for an interval: to disturb an input or a target, with a "
    "bandwidth of about half the interval's inverse. The levels follow from this seed and the run's: a run can be "
    "repeated, and runs side by side have different noise. Short intervals cost time, because the solver restarts at "
    "every step.",
)
