"""Linear activation."""

from blocks.activation import activation

BLOCK = activation(
    "linear",
    "Linear",
    equation="V_amp*V_node/(R_in*I_ref)",
    formula="V_out = V_amp u",
    shape=lambda x: 0.5 + 0.5 * x,
    keywords=("identity", "regression"),
    order=24,
    help="Proportional output, V_out = V_amp I_in/I_ref: for output neurons of a regression, whose targets are not "
    "bounded. Without a limit the loop of learning becomes unstable at a lower rate than with a sigmoid. Pair "
    "it with Linear S'.",
)
