"""What the drawing means: one netlist, its nodes, the order of evaluation, the Program."""
