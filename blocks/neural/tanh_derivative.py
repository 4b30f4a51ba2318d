"""Derivative of the hyperbolic tangent."""

import math

from blocks.activation import derivative

BLOCK = derivative(
    "tanh_derivative",
    "Tanh S'",
    # 4 s'(2u) = 1 - tanh(u)^2, without the difference that loses digits where tanh is near 1.
    equation="K_d*4*dsigmoid(2*V_in/V_ref)",
    formula="V_out = K_d (1 - tanh(u)^2)",
    shape=lambda x: 0.8 * (1 - math.tanh(2.5 * x) ** 2),
    keywords=("tanh", "hyperbolic tangent"),
    order=31,
    help="The slope of Tanh, V_out = K_d (1 - tanh(u)^2) with u = V_in/V_ref. Connect V_in to the activation's input "
    "node; V_ref = R_in I_ref and K_d = V_amp times the gain make it the true derivative.",
)
