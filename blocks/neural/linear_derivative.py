"""Derivative of the linear activation: a constant."""

from blocks.activation import derivative

BLOCK = derivative(
    "linear_derivative",
    "Linear S'",
    equation="K_d",
    formula="V_out = K_d",
    shape=lambda x: 0.7,
    keywords=("linear", "constant"),
    order=34,
    help="The slope of Linear: the constant K_d, whatever V_in is. It has the pins and V_ref of the other "
    "derivatives so that one can take another's place.",
)
