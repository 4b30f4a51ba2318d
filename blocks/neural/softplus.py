"""Softplus activation."""

from blocks import expression
from blocks.activation import activation

BLOCK = activation(
    "softplus",
    "Softplus",
    equation="V_amp*softplus(V_node/(R_in*I_ref))",
    formula="V_out = V_amp ln(1 + exp(u))",
    shape=lambda x: expression.softplus(5 * x) / 5,
    keywords=("smooth rectifier",),
    order=23,
    help="A smooth rectifier, V_out = V_amp ln(1 + e^u) with u = I_in/I_ref: never negative, no upper limit, and "
    "never quite flat, so that neurons do not die as with ReLU. Its derivative is a sigmoid: pair it with "
    "Softplus S'.",
)
