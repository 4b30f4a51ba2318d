"""Rectified linear activation."""

from blocks.activation import activation

BLOCK = activation(
    "relu",
    "ReLU",
    equation="V_amp*max(0, V_node/(R_in*I_ref))",
    formula="V_out = V_amp max(0, u)",
    shape=lambda x: max(0.0, x),
    keywords=("rectifier", "rectified linear unit"),
    order=22,
    help="Passes positive current and blocks negative, V_out = V_amp max(0, I_in/I_ref). The output has no upper "
    "limit, so wide or deep networks may run away; a neuron whose sum stays negative learns nothing, because "
    "its slope is 0 there. Pair it with ReLU S'.",
)
