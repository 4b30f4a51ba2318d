"""Sine source."""

import math

from blocks import parameters
from blocks.spec import Block, Parameter, Port
from blocks.symbol import Label, curve, source

BLOCK = Block(
    type="sine",
    title="Sine source",
    short="Sine",
    group="Sources",
    prefix="V",
    order=41,
    ports=(Port("V", "out", "voltage", help="the sine"),),
    parameters=(
        parameters.voltage("offset", "0", "Offset", "mean of the voltage"),
        parameters.voltage("amplitude", "1", "Amplitude", "from the mean to the peak"),
        Parameter(
            "frequency",
            "1Meg",
            "Hz",
            positive=True,
            minimum=1e-9,
            maximum=1e15,
            label="Frequency",
            help="periods per second",
        ),
        Parameter("phase", "0", "deg", minimum=-360, maximum=360, label="Phase", help="at t = 0"),
    ),
    formula=("V = offset + amplitude sin(2 pi f t + phase)",),
    equations={"V": "offset + amplitude*sin(2*pi*frequency*t + phase*pi/180)"},
    symbol=source(
        curve(lambda x: 0.5 + 0.5 * math.sin(math.pi * x), (0.9, 1.3, 2.2, 1.4)),
        value=Label("{frequency}", (3.3, 4.3), align="left", style="value"),
    ),
    values=("amplitude", "frequency"),
    keywords=("AC", "oscillator", "harmonic", "wave"),
    help="A sine against ground, V = offset + amplitude sin(2 pi f t + phase). For small signals, or as an input "
    "that changes all the time. With a fixed time step choose at least twenty steps a period.",
)
