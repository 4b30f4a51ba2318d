"""Hyperbolic tangent activation."""

import math

from blocks.activation import activation

BLOCK = activation(
    "tanh",
    "Tanh",
    equation="V_amp*tanh(V_node/(R_in*I_ref))",
    formula="V_out = V_amp tanh(u)",
    shape=lambda x: 0.5 + 0.5 * math.tanh(2.5 * x),
    keywords=("hyperbolic tangent",),
    order=21,
    help="Squashes the summed current into -V_amp .. +V_amp, V_out = V_amp tanh(I_in/I_ref). Use it where outputs or "
    "targets are signed; its slope is four times the sigmoid's, so a smaller gain or T_row may be needed. Its "
    "input is a resistance R_in to ground. Pair it with Tanh S'.",
)
