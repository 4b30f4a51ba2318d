"""Derivative of the hyperbolic tangent."""

import math

from blocks.activation import derivative

BLOCK = derivative(
    "tanh_derivative",
    "Tanh S'",
    equation="K_d*(1 - tanh(V_in/V_ref)**2)",
    formula="V_out = K_d (1 - tanh(u)^2)",
    shape=lambda x: 0.8 * (1 - math.tanh(2.5 * x) ** 2),
    keywords=("tanh", "hyperbolic tangent"),
    order=31,
    help="The slope of Tanh, V_out = K_d (1 - tanh(u)^2) with u = V_in/V_ref. Connect V_in to the activation's input "
    "node; V_ref = R_in I_ref and K_d = V_amp times the gain make it the true derivative.",
)
