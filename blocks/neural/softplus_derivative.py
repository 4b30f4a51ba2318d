"""Derivative of the softplus: a sigmoid."""

from blocks import expression
from blocks.activation import derivative

BLOCK = derivative(
    "softplus_derivative",
    "Softplus S'",
    equation="K_d*sigmoid(V_in/V_ref)",
    formula="V_out = K_d/(1 + exp(-u))",
    shape=lambda x: 0.04 + 0.8 * expression.sigmoid(5 * x),
    keywords=("softplus",),
    order=33,
    help="The slope of Softplus, which is a sigmoid: V_out = K_d/(1 + e^-u) with u = V_in/V_ref. Connect V_in to the "
    "activation's input node; V_ref = R_in I_ref and K_d = V_amp times the gain make it the true derivative.",
)
