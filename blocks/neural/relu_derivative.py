"""Derivative of the rectifier."""

from blocks.activation import derivative

BLOCK = derivative(
    "relu_derivative",
    "ReLU S'",
    equation="K_d*step(V_in/V_ref)",
    formula="V_out = K_d for u > 0, else 0",
    shape=lambda x: 0.8 if x > 0 else 0.04,
    keywords=("relu", "step", "comparator"),
    order=32,
    help="The slope of ReLU: K_d where the sum is positive, 0 elsewhere, 0 at the corner itself. It jumps, so the "
    "solver takes small steps where a sum crosses zero.",
)
