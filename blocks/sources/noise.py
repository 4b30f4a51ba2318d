"""Noise source: a seeded random staircase."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from random import Random
from statistics import NormalDist
from typing import Any

from blocks import parameters
from blocks.spec import Block, Parameter, Port, Waveform
from blocks.symbol import Label, Line, source

STEPS = 4096


def waveform(values: Mapping[str, Any]) -> Waveform:
    """STEPS levels, each held one interval, then the same again."""
    return _staircase(float(values["mean"]), float(values["sigma"]), float(values["interval"]), int(values["seed"]))


@lru_cache(maxsize=16)
def _staircase(mean: float, sigma: float, interval: float, seed: int) -> Waveform:
    # random() and the inverse of the normal distribution, because gauss() may differ between versions of Python.
    draw, normal = Random(seed), NormalDist()
    points: list[tuple[float, float]] = []
    for number in range(STEPS):
        level = mean + sigma * normal.inv_cdf(min(max(draw.random(), 1e-12), 1 - 1e-12))
        points += [(number * interval, level), ((number + 1) * interval, level)]
    return Waveform(tuple(points), STEPS * interval)


BLOCK = Block(
    type="noise",
    title="Noise source",
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
            help="the same seed gives the same noise",
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
    help="Random levels, normally distributed, each held for an interval: to disturb an input or a target. The same "
    f"seed gives the same levels in every run; after {STEPS} intervals they repeat. Short intervals cost time, because "
    "the solver restarts at every step.",
)
