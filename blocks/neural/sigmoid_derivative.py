"""Derivative of the sigmoid (equation 7)."""

from blocks import expression
from blocks.activation import derivative

BLOCK = derivative(
    "sigmoid_derivative",
    "Sigmoid S'",
    equation="K_d*dsigmoid(V_in/V_ref)",
    formula="V_out = K_d exp(u)/(exp(u) + 1)^2  (7)",
    shape=lambda x: 3.2 * expression.dsigmoid(5 * x),
    keywords=("sigmoid", "logistic"),
    order=30,
    help="The sigmoid's slope, V_out = K_d e^u/(e^u + 1)^2 with u = V_in/V_ref (7); the paper's K_m is called K_d "
    "here, because it is a voltage. Connect V_in to the activation's input node. It is the true derivative only "
    "when V_ref = R_in I_ref and K_d = V_amp times the gain; the check says when it is not.",
)
