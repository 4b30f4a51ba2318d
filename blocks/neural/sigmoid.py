"""Sigmoid activation (equation 6)."""

from blocks import expression
from blocks.activation import activation

BLOCK = activation(
    "sigmoid",
    "Sigmoid",
    equation="V_amp*sigmoid(V_node/(R_in*I_ref))",
    formula="V_out = V_amp/(1 + exp(-u))  (6)",
    shape=lambda x: expression.sigmoid(5 * x),
    keywords=("logistic",),
    order=20,
    help="Squashes the summed current into 0 .. V_amp, V_out = V_amp/(1 + e^-u) with u = I_in/I_ref (6). Its input "
    "is a resistance R_in to ground, so the node also carries the voltage V_node = R_in I_in that the "
    "derivative senses. Two activations on one node share the current: each then sees half. Its derivative is "
    "Sigmoid S' with V_ref = R_in I_ref and K_d = V_amp/V_ref (times 1 V^2).",
)
